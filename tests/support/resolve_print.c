#include "resolve_print.h"

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
              resolved_index_option(r->indexes.v[i].kind),
              STR_ARG(r->indexes.v[i].url),
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
