// Rules about the comments that turn rules off.
#include "cogfe/limits.h"
#include "lint/lint_int.h"

static bool is_error(struct str name) {
  for (int i = 0; i < DIAG_N_CODES; i++) {
    const enum diag_code code = (enum diag_code)i;
    if (str_is(name, diag_slug(code)))
      return diag_severity_of(code) == DIAG_ERROR;
  }
  return false;
}

static bool is_rule(struct str name) {
  size_t n;
  const struct lint_rule *rules = lint_rules(&n);
  for (size_t i = 0; i < n; i++)
    if (str_is(name, diag_slug(rules[i].code)))
      return true;
  return false;
}

static const char *closest_rule(struct str name) {
  struct str_guess guess = {.text = name};
  size_t n;
  const struct lint_rule *rules = lint_rules(&n);
  for (size_t i = 0; i < n; i++)
    str_guess_consider(&guess, diag_slug(rules[i].code));
  return guess.best;
}

static void warn_unknown_rule(struct lint *l, const struct source *src,
                              struct str name) {
  const size_t off = (size_t)(name.p - src->text.p);
  diag_warn(l->dg, DIAG_UNKNOWN_RULE, source_span(src, off, name.len),
            is_error(name) ? "\"" STR_FMT "\" is an error, which no comment "
                             "turns off"
                           : "there is no rule \"" STR_FMT "\" to turn off",
            STR_ARG(name));
  const char *meant = closest_rule(name);
  if (meant)
    diag_note(l->dg, SPAN_NONE, "did you mean \"%s\"?", meant);
}

static void check_source(struct lint *l, const struct source *src) {
  struct str rest = src->text, line, name;
  size_t told = 0;
  while (str_next_line(&rest, &line)) {
    struct str names = diag_ignore_list(line);
    while (names.len && diag_ignore_next(&names, &name))
      if (!is_rule(name) && told++ < LIMIT_LINT_REPORTS)
        warn_unknown_rule(l, src, name);
  }
}

void lint_unknown_rule(struct lint *l) {
  const struct requirements *all = l->requirements;
  const struct source *last = l->config->src;
  check_source(l, last);
  for (size_t i = 0; i < all->n; i++) {
    const struct source *src = all->v[i].span.src;
    if (src && src != last && src != l->config->src)
      check_source(l, src);
    last = src;
  }
}
