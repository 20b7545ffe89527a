#include "cogfe/resolve.h"

#include "cogfe/limits.h"

#include "resolve/resolve_int.h"

struct version resolve_version(const char *text) {
  struct version v;
  if (!version_parse(str_of(text), &v))
    BUG("\"%s\" of a compatibility table is not a version", text);
  return v;
}

int resolve_version_cmp(const char *a, const char *b) {
  struct version x = resolve_version(a), y = resolve_version(b);
  return version_cmp_public(&x, &y);
}

struct str resolve_minor(struct arena *ar, const struct version *v) {
  return str_printf(ar, STR_FMT "." STR_FMT, STR_ARG(version_part(v, 0)),
                    STR_ARG(version_part(v, 1)));
}

struct str resolve_shown(const struct requirement *r) {
  size_t end = r->options.n ? r->options.v[0].off : r->line.len;
  return str_trim(str_take(r->line, end));
}

void resolve_decide(struct resolver *rs, const char *name, struct str value,
                    struct str cause, struct span span, const char *reason,
                    ...) {
  va_list ap;
  va_start(ap, reason);
  struct str text = str_of(arena_vprintf(rs->ar, reason, ap));
  va_end(ap);
  vec_push(rs->ar, &rs->out->decisions,
           (struct resolved_decision){name, value, cause, span, text});
}

void resolve_decide_from(struct resolver *rs, const char *name,
                         struct str value, const char *from, const char *reason,
                         ...) {
  va_list ap;
  va_start(ap, reason);
  const char *text = arena_vprintf(rs->ar, reason, ap);
  va_end(ap);
  const struct resolved_decision *f = resolved_decision(rs->out, from);
  struct str cause = {"", 0};
  if (f)
    cause = str_printf(rs->ar, "%s " STR_FMT, from, STR_ARG(f->value));
  resolve_decide(rs, name, value, cause, f ? f->span : SPAN_NONE, "%s", text);
}

static void resolve_system_packages(struct resolver *rs) {
  const struct config_list *list = &rs->cfg->system_packages;
  for (size_t i = 0; i < list->n; i++)
    vec_push(rs->ar, &rs->out->system_packages,
             (struct resolved_package){list->v[i].text, list->v[i].span});
}

static bool read_package_item(const struct config_text *item, struct arena *ar,
                              struct diags *dg, struct requirements *out) {
  size_t n = 1;
  const struct span *lines = &item->span;
  // One of more lines than can be read is refused, wherever that is said.
  if (str_find(item->text, '\n') >= 0 &&
      str_count(item->text, '\n') < LIMIT_REQUIREMENTS)
    lines = config_line_spans(item, ar, &n);
  return requirements_parse_item(item->text, lines, n, ar, dg, out);
}

bool resolve_read_packages(const struct config *config, struct arena *ar,
                           struct diags *dg, struct requirements *out) {
  const struct config_list *list = &config->python_packages;
  for (size_t i = 0; i < list->n; i++)
    if (!read_package_item(&list->v[i], ar, dg, out))
      return false;
  return true;
}

const struct resolved *resolve(const struct resolve_input *in, struct arena *ar,
                               struct diags *dg) {
  struct resolver rs = {
      .in = in,
      .cfg = in->config,
      .compat = in->compat ? in->compat : compat_builtin(),
      .ar = ar,
      .dg = dg,
      .out = arena_new(ar, struct resolved),
  };
  if (in->requirements)
    rs.reqs = *in->requirements;
  rs.out->gpu = in->config->gpu.set && in->config->gpu.value;

  // Everything that can be wrong is looked at, so that one run shows it all.
  size_t before = dg->errors;
  resolve_python(&rs);
  if (resolve_images(&rs)) {
    resolve_torch_row(&rs);
    resolve_lines(&rs);
  }
  resolve_sdk(&rs);
  resolve_system_packages(&rs);
  return dg->errors == before ? rs.out : NULL;
}

const struct resolved_decision *resolved_decision(const struct resolved *r,
                                                  const char *name) {
  for (size_t i = 0; i < r->decisions.n; i++)
    if (!strcmp(r->decisions.v[i].name, name))
      return &r->decisions.v[i];
  return NULL;
}
