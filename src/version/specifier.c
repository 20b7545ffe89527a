#include "cogfe/version.h"

#include "version/version_int.h"

static bool is_operand_char(char c) {
  return is_alnum(c) || (c && strchr("-_.*+!", c));
}

static bool may_have_local(const struct specifier *s) {
  return s->op == SPECIFIER_EQ || s->op == SPECIFIER_NE;
}

// "2.1.*" stands for all versions that begin with 2.1.
static bool cut_wildcard(struct specifier *s, struct str *text) {
  if (!str_ends(*text, ".*"))
    return true;
  s->wildcard = true;
  text->len -= 2;
  return may_have_local(s);
}

static bool is_release_only(const struct version *v) {
  return !version_is_pre(v) && !v->post && v->local.len == 0;
}

bool specifier_operand(struct specifier *s, struct str text) {
  s->text = text;
  if (s->op == SPECIFIER_SAME)
    return text.len > 0;
  if (!cut_wildcard(s, &text) || !version_parse(text, &s->version))
    return false;
  if (s->wildcard)
    return is_release_only(&s->version);
  if (s->version.local.len && !may_have_local(s))
    return false;
  return s->op != SPECIFIER_COMPATIBLE || version_n_parts(&s->version) > 1;
}

bool specifier_set_parse(struct arena *ar, struct str text,
                         struct specifier_set *out) {
  *out = (struct specifier_set){0};
  struct str rest = str_trim(text), one;
  while (rest.len) { // a comma may be the last thing, and nothing else
    rest = str_cut(rest, ',', &one);
    one = str_trim(one);
    struct specifier s = {0};
    if (!scan_specifier_op(&one, &s.op))
      return false;
    scan_blanks(&one);
    struct str operand = scan_while(&one, is_operand_char);
    if (one.len || !specifier_operand(&s, operand))
      return false;
    vec_push(ar, out, s);
  }
  return true;
}

static bool equals(const struct specifier *s, const struct version *v) {
  if (s->wildcard)
    return version_starts(v, &s->version);
  return s->version.local.len ? version_cmp(v, &s->version) == 0
                              : version_cmp_public(v, &s->version) == 0;
}

static bool same_release(const struct version *a, const struct version *b) {
  return version_starts(a, b) && version_starts(b, a);
}

// "~=2.1.3" is ">=2.1.3, ==2.1.*".
static bool compatible(const struct specifier *s, const struct version *v) {
  struct version prefix = {.epoch = s->version.epoch,
                           .release = s->version.release};
  prefix.release.len = (size_t)str_rfind(prefix.release, '.');
  return version_cmp_public(v, &s->version) >= 0 && version_starts(v, &prefix);
}

// PEP 440: "<2.0" leaves out 2.0's own pre-releases, ">2.0" its own
// post-releases and local versions, unless the operand is one.
static bool is_below_specifier(const struct specifier *s,
                               const struct version *v) {
  if (version_cmp_public(v, &s->version) >= 0)
    return false;
  return version_is_pre(&s->version) || !version_is_pre(v) ||
         !same_release(v, &s->version);
}

static bool above(const struct specifier *s, const struct version *v) {
  if (version_cmp_public(v, &s->version) <= 0)
    return false;
  return s->version.post || !v->post || !same_release(v, &s->version);
}

bool specifier_matches(const struct specifier *s, const struct version *v) {
  switch (s->op) {
  case SPECIFIER_COMPATIBLE:
    return compatible(s, v);
  case SPECIFIER_EQ:
    return equals(s, v);
  case SPECIFIER_NE:
    return !equals(s, v);
  case SPECIFIER_LE:
    return version_cmp_public(v, &s->version) <= 0;
  case SPECIFIER_GE:
    return version_cmp_public(v, &s->version) >= 0;
  case SPECIFIER_LT:
    return is_below_specifier(s, v);
  case SPECIFIER_GT:
    return above(s, v);
  case SPECIFIER_SAME:
    return s->text.len == v->text.len &&
           strncasecmp(s->text.p, v->text.p, v->text.len) == 0;
  }
  BUG("specifier operator %d", (int)s->op);
}

bool specifier_set_matches(const struct specifier_set *set,
                           const struct version *v) {
  for (size_t i = 0; i < set->n; i++)
    if (!specifier_matches(&set->v[i], v))
      return false;
  return true;
}

const struct specifier *specifier_set_pin(const struct specifier_set *set) {
  for (size_t i = 0; i < set->n; i++) {
    const struct specifier *s = &set->v[i];
    if (s->op == SPECIFIER_SAME || (s->op == SPECIFIER_EQ && !s->wildcard))
      return s;
  }
  return NULL;
}
