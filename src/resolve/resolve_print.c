#include "resolve/resolve_int.h"

static const char *index_option(enum resolved_index_kind kind) {
  switch (kind) {
  case RESOLVED_INDEX_MAIN:
    return "--index-url";
  case RESOLVED_FIND_LINKS:
    return "--find-links";
  case RESOLVED_INDEX_EXTRA:
    return "--extra-index-url";
  }
  BUG("index kind %d", (int)kind);
}

bool resolved_installs(const struct resolved *r) {
  return r->lines.n || r->sdk.kind != RESOLVED_SDK_OFF;
}

bool resolved_has_constraints(const struct resolved *r) {
  for (size_t i = 0; i < r->lines.n; i++)
    if (r->lines.v[i].constraint)
      return true;
  return false;
}

void resolved_emit_requirements(struct sbuf *out, const struct resolved *r,
                                bool constraints) {
  for (size_t i = 0; i < r->indexes.n && !constraints; i++)
    sbuf_addf(out, "%s " STR_FMT "\n", index_option(r->indexes.v[i].kind),
              STR_ARG(r->indexes.v[i].url));
  for (size_t i = 0; i < r->lines.n; i++) {
    const struct resolved_line *l = &r->lines.v[i];
    if (l->constraint != constraints)
      continue;
    sbuf_addstr(out, l->text);
    // A backslash at the end would join the next line to this one.
    sbuf_adds(out, str_ends(l->text, "\\") ? "\n\n" : "\n");
  }
}

void resolved_decision_print(struct sbuf *out,
                             const struct resolved_decision *d) {
  sbuf_addf(out, "%s " STR_FMT, d->name, STR_ARG(d->value));
  const char *before = " ← ";
  if (d->cause.len) {
    sbuf_addf(out, "%s" STR_FMT, before, STR_ARG(d->cause));
    if (d->span.src)
      sbuf_addf(out, " (%s:%d)", d->span.src->name, d->span.line);
    before = ", ";
  }
  if (d->reason.len)
    sbuf_addf(out, "%s" STR_FMT, before, STR_ARG(d->reason));
}

static void print_fact(struct sbuf *out, const char *name, struct str value) {
  if (value.len)
    sbuf_addf(out, "%s: " STR_FMT "\n", name, STR_ARG(value));
}

static void print_sdk(struct sbuf *out, const struct resolved_sdk *sdk) {
  switch (sdk->kind) {
  case RESOLVED_SDK_OFF:
    sbuf_adds(out, "sdk: off\n");
    return;
  case RESOLVED_SDK_INDEX:
    print_fact(out, "sdk", sdk->requirement);
    return;
  case RESOLVED_SDK_WHEEL:
    print_fact(out, "sdk wheel", sdk->wheel);
    return;
  }
  BUG("SDK kind %d", (int)sdk->kind);
}

void resolve_print(struct sbuf *out, const struct resolved *r) {
  print_fact(out, "python", r->python);
  print_fact(out, "cuda", r->cuda);
  print_fact(out, "cudnn", r->cudnn);
  print_fact(out, "ubuntu", r->ubuntu);
  print_fact(out, "base image", r->base_image);
  print_fact(out, "build image", r->build_image);
  print_fact(out, "deps image", r->deps_image);
  print_fact(out, "python image", r->python_image);
  for (size_t i = 0; i < r->indexes.n; i++)
    sbuf_addf(out, "index: %s " STR_FMT "%s\n",
              index_option(r->indexes.v[i].kind), STR_ARG(r->indexes.v[i].url),
              r->indexes.v[i].added ? " (added)" : "");
  for (size_t i = 0; i < r->lines.n; i++) {
    const struct resolved_line *l = &r->lines.v[i];
    sbuf_addf(out, "%s%s: " STR_FMT "\n",
              l->constraint ? "constraint" : "package",
              l->rewritten ? " (rewritten)" : "", STR_ARG(l->text));
  }
  for (size_t i = 0; i < r->system_packages.n; i++)
    print_fact(out, "system package", r->system_packages.v[i].text);
  print_sdk(out, &r->sdk);
  for (size_t i = 0; i < r->sdk.requirements.n; i++)
    print_fact(out, "sdk line", r->sdk.requirements.v[i]);
  for (size_t i = 0; i < r->decisions.n; i++) {
    sbuf_adds(out, "decision: ");
    resolved_decision_print(out, &r->decisions.v[i]);
    sbuf_addch(out, '\n');
  }
}
