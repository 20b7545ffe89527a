#include "cm.h"

#include "cogfe/recipe.h"

static void an_epoch_is_seconds_that_llb_can_hold(void **state) {
  const struct {
    const char *text;
    int64_t want; // -1: refused
  } rows[] = {
      {"0", 0},           {"1700000000", 1700000000},
      {"-1", -1},         {"9223372036", 9223372036},
      {"9223372037", -1}, {"99999999999999999999999", -1},
      {"now", -1},        {"1 ", -1},
      {"1x0", -1},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct recipe_args args = {.epoch = str_of(rows[i].text)};
    bool given;
    int64_t seconds;
    if (recipe_args_epoch(&args, &given, &seconds, cm_dg(state)) !=
        (rows[i].want >= 0))
      fail_msg("\"%s\"", rows[i].text);
    assert_true(given);
    if (rows[i].want >= 0)
      assert_int_equal(seconds, rows[i].want);
  }
}

static void without_an_epoch_none_is_given(void **state) {
  const struct recipe_args args = {0};
  bool given = true;
  int64_t seconds;
  assert_true(recipe_args_epoch(&args, &given, &seconds, cm_dg(state)));
  assert_false(given);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(an_epoch_is_seconds_that_llb_can_hold),
      cm_test(without_an_epoch_none_is_given),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
