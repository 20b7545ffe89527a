// What is decided as pip's requirements files, and decisions as text.
#include "resolve/resolve_int.h"

const char *resolved_index_option(enum resolved_index_kind kind) {
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
    sbuf_addf(out, "%s " STR_FMT "\n",
              resolved_index_option(r->indexes.v[i].kind),
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
