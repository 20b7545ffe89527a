#include "cogfe/version.h"

#include "fuzz.h"

// Lines: two versions, a set of specifiers, a marker. What is read has to fit
// together; where it does not, the target aborts.

static void check_normal_form(struct arena *ar, const struct version *v) {
  struct str normal = version_normal(ar, v);
  struct version again;
  if (!version_parse(normal, &again) || version_cmp(v, &again) != 0)
    BUG("\"" STR_FMT "\" became \"" STR_FMT "\"", STR_ARG(v->text),
        STR_ARG(normal));
  if (!str_eq(version_normal(ar, &again), normal))
    BUG("\"" STR_FMT "\" is not normal", STR_ARG(normal));
}

static int sign(int d) {
  return (d > 0) - (d < 0);
}

static bool matches(struct arena *ar, const char *op, struct str operand,
                    const struct version *v) {
  struct specifier_set set;
  struct str text = str_printf(ar, "%s" STR_FMT, op, STR_ARG(operand));
  if (!specifier_set_parse(ar, text, &set))
    BUG("\"" STR_FMT "\" is no specifier", STR_ARG(text));
  return specifier_set_matches(&set, v);
}

static void check_order(struct arena *ar, const struct version *a,
                        const struct version *b) {
  int d = sign(version_cmp_public(a, b));
  if (d != -sign(version_cmp_public(b, a)) ||
      sign(version_cmp(a, b)) != -sign(version_cmp(b, a)))
    BUG("no order: " STR_FMT ", " STR_FMT, STR_ARG(a->text), STR_ARG(b->text));
  struct version bare = *b;
  bare.local.len = 0;
  struct str operand = version_normal(ar, &bare);
  if (matches(ar, "==", operand, a) != (d == 0) ||
      matches(ar, "!=", operand, a) != (d != 0) ||
      matches(ar, ">=", operand, a) != (d >= 0) ||
      matches(ar, "<=", operand, a) != (d <= 0))
    BUG("operators: " STR_FMT ", " STR_FMT, STR_ARG(a->text), STR_ARG(b->text));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  struct str rest = {(const char *)p, len}, line[4] = {0};
  for (size_t i = 0; i < ARRAY_LEN(line); i++)
    str_next_line(&rest, &line[i]);
  struct arena ar;
  arena_init(&ar);
  struct version a, b;
  bool has_a = version_parse(line[0], &a), has_b = version_parse(line[1], &b);
  if (has_a)
    check_normal_form(&ar, &a);
  if (has_a && has_b)
    check_order(&ar, &a, &b);
  struct specifier_set set;
  if (specifier_set_parse(&ar, line[2], &set)) {
    specifier_set_pin(&set);
    if (has_a)
      specifier_set_matches(&set, &a);
  }
  struct marker_env env = {line[0], line[1]};
  marker_eval(line[3], &env);
  arena_release(&ar);
  return 0;
}
