#include "cm.h"

static const struct source file = {
    "f", STR("one # cog-frontend: ignore=unknown-key\n"
             "two\n"
             "three # cog-frontend: ignore=loose-type, unknown-key: an idea\n"
             "four#cog-frontend: ignore=unknown-key\n"
             "# a reason  #cog-frontend:ignore=unknown-key\r\n"
             "six # cog-frontend: ignore=io,unknown-keys,unknown-ke\n")};

static struct span lines(int from, int to) {
  return (struct span){&file, from, 1, to, 2};
}

static size_t warn(void **state, struct span span) {
  struct diags *dg = cm_dg(state);
  const size_t before = dg->list.n;
  diag_warn(dg, DIAG_CONFIG_UNKNOWN_KEY, span, "number %d", span.line);
  diag_note(dg, SPAN_NONE, "note");
  return dg->list.n - before;
}

static void turns_a_warning_off_on_its_line(void **state) {
  assert_int_equal(warn(state, lines(1, 1)), 0);
  assert_int_equal(warn(state, lines(2, 2)), 1);
  assert_int_equal(cm_dg(state)->list.v[0].notes.n, 1);
}

static void takes_several_names(void **state) {
  struct diags *dg = cm_dg(state);
  diag_warn(dg, DIAG_CONFIG_LOOSE_TYPE, lines(3, 3), "off");
  assert_int_equal(dg->list.n, 0);
  assert_int_equal(warn(state, lines(3, 3)), 1); // "unknown-key:" is no name
}

static void wants_a_comment(void **state) {
  assert_int_equal(warn(state, lines(4, 4)), 1);
  assert_int_equal(warn(state, lines(5, 5)), 0);
}

static void wants_the_whole_name(void **state) {
  assert_int_equal(warn(state, lines(6, 6)), 1);
}

static void looks_at_every_line_of_the_place(void **state) {
  assert_int_equal(warn(state, lines(4, 6)), 0);
  assert_int_equal(warn(state, lines(2, 4)), 1);
  assert_int_equal(warn(state, lines(1, 4)), 0); // back to the first line
}

static void never_turns_an_error_off(void **state) {
  struct diags *dg = cm_dg(state);
  diag_fail(dg, DIAG_IO, lines(6, 6), "still there");
  assert_int_equal(dg->errors, 1);
}

static void holds_for_warnings_that_are_errors(void **state) {
  cm_dg(state)->strict = true;
  assert_int_equal(warn(state, lines(1, 1)), 0);
  assert_int_equal(warn(state, lines(2, 2)), 1);
  assert_int_equal(cm_dg(state)->errors, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(turns_a_warning_off_on_its_line),
      cm_test(takes_several_names),
      cm_test(wants_a_comment),
      cm_test(wants_the_whole_name),
      cm_test(looks_at_every_line_of_the_place),
      cm_test(never_turns_an_error_off),
      cm_test(holds_for_warnings_that_are_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
