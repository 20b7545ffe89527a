// Versions of the tables, and decisions with their reasons.
#include "cogfe/resolve.h"

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

const struct resolved_decision *resolved_decision(const struct resolved *r,
                                                  const char *name) {
  for (size_t i = 0; i < r->decisions.n; i++)
    if (!strcmp(r->decisions.v[i].name, name))
      return &r->decisions.v[i];
  return NULL;
}
