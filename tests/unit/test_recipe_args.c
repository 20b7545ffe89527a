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

static size_t warn(void **state, enum diag_code code) {
  struct diags *dg = cm_dg(state);
  const size_t before = dg->list.n;
  diag_warn(dg, code, SPAN_NONE, "a warning");
  return dg->list.n - before;
}

static bool check(void **state, const char *strict, const char *text) {
  diag_init(cm_dg(state), cm_ar(state));
  const struct recipe_args args = {.strict = str_of(strict),
                                   .check = str_of(text)};
  return recipe_args_check(&args, cm_dg(state));
}

static void warnings_are_turned_off_by_name(void **state) {
  const struct {
    const char *text;
    bool unknown_key, loose_type; // are they shown
  } rows[] = {
      {"", true, true},
      {"skip=unknown-key", false, true},
      {" skip = Unknown-Key , loose-type ", false, false},
      {"skip=all", false, false},
      {"skip=JSONArgsRecommended", true, true},
      {"skip=", true, true},
      {"error=false;skip=loose-type", true, false},
      {"experimental=all;error=0;", true, true},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    assert_true(check(state, "", rows[i].text));
    if (warn(state, DIAG_CONFIG_UNKNOWN_KEY) != rows[i].unknown_key ||
        warn(state, DIAG_CONFIG_LOOSE_TYPE) != rows[i].loose_type)
      fail_msg("\"%s\"", rows[i].text);
    assert_int_equal(cm_dg(state)->errors, 0);
  }
}

static void warnings_are_made_errors(void **state) {
  assert_true(check(state, "1", ""));
  assert_true(cm_dg(state)->strict);
  assert_true(check(state, "1", "error=false"));
  assert_true(cm_dg(state)->strict);
  assert_true(check(state, "", "skip=unknown-key;error=true"));
  warn(state, DIAG_CONFIG_UNKNOWN_KEY);
  assert_int_equal(cm_dg(state)->errors, 0);
  warn(state, DIAG_CONFIG_LOOSE_TYPE);
  assert_int_equal(cm_dg(state)->errors, 1);
}

static void a_check_that_cannot_be_read_is_an_error(void **state) {
  static const char *const texts[] = {"all",     "skip",         "error=maybe",
                                      "skp=all", "error=true;=", "error"};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++)
    if (check(state, "", texts[i]))
      fail_msg("\"%s\"", texts[i]);
}

static void a_health_check_is_on_off_or_a_time(void **state) {
  const struct {
    const char *text;
    int want; // seconds; -1: refused
  } rows[] = {
      {"", 0},     {"0", 0},      {"off", 0},       {"false", 0}, {"1", 600},
      {"on", 600}, {"true", 600}, {"90s", 90},      {"1h", 3600}, {"0s", -1},
      {"yes", -1}, {"10", -1},    {"9999999h", -1},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct recipe_args args = {.healthcheck = str_of(rows[i].text)};
    unsigned seconds;
    const bool ok = recipe_args_healthcheck(&args, &seconds, cm_dg(state));
    if (ok != (rows[i].want >= 0) || (ok && seconds != (unsigned)rows[i].want))
      fail_msg("\"%s\"", rows[i].text);
  }
}

static void a_user_is_a_number_or_a_name(void **state) {
  static const char *const good[] = {
      "",       "0",    "1000",        "1000:1000",
      "nobody", "_a-1", "model:model", "4294967294"};
  static const char *const bad[] = {":",
                                    "1000:",
                                    ":1",
                                    "Model",
                                    "-a",
                                    "a b",
                                    "1a",
                                    "4294967295",
                                    "a:b:c",
                                    "a\nb",
                                    "a23456789012345678901234567890123"};
  for (size_t i = 0; i < ARRAY_LEN(good); i++) {
    const struct recipe_args args = {.user = str_of(good[i])};
    if (!recipe_args_check_user(&args, cm_dg(state)))
      fail_msg("\"%s\"", good[i]);
  }
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    const struct recipe_args args = {.user = str_of(bad[i])};
    if (recipe_args_check_user(&args, cm_dg(state)))
      fail_msg("\"%s\"", bad[i]);
  }
}

static void names_of_images(void **state) {
  static const struct {
    const char *text;
    bool want;
  } rows[] = {
      {"python", true},
      {"python:3.11-slim", true},
      {"r.example:5000/team/my_base-1:Tag_1.0", true},
      {"localhost/x", true},
      {"x@sha256:0123456789abcdef0123456789abcdef", true},
      {"", false},
      {"x y", false},
      {"Upper/x", false},
      {"x;y", false},
      {"x:", false},
      {"/x", false},
      {"x/", false},
      {"a//b", false},
      {"-x", false},
      {"x@sha256:1", false},
      {"r.example:port/x", false},
      {"http://r.example/x", false},
      {"$(id)", false},
  };
  (void)state;
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (recipe_is_image_name(str_of(rows[i].text)) != rows[i].want)
      fail_msg("\"%s\"", rows[i].text);
}

static void values_that_cannot_be_meant(void **state) {
  static const struct recipe_args rows[] = {
      {.base_image = {"x y", 3}},
      {.deps_image = {"x;y", 3}},
      {.uv = {"X", 1}},
      {.dockerfile_syntax = {"x y", 3}},
      {.strip = {"maybe", 5}},
      {.precompile = {"yes", 3}},
      {.apt_recommends = {"off", 3}},
      {.strict = {"2", 1}},
      {.installer = {"conda", 5}},
      {.compat = {"kaniko", 6}},
      {.sdk_wheel = {"../../c.whl", 11}},
      {.sdk_wheel = {"/etc/x.whl", 10}},
      {.sdk_wheel = {"cog-1.tar.gz", 12}},
      {.weights_path = {"../..", 5}},
      {.user = {"a b", 3}},
      {.healthcheck = {"soon", 4}},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct recipe_input in = {.args = &rows[i]};
    diag_init(cm_dg(state), cm_ar(state));
    recipe_check_args(&in, cm_ar(state), cm_dg(state));
    if (cm_dg(state)->errors != 1)
      fail_msg("row %zu", i);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(names_of_images),
      cm_test(values_that_cannot_be_meant),
      cm_test(an_epoch_is_seconds_that_llb_can_hold),
      cm_test(without_an_epoch_none_is_given),
      cm_test(warnings_are_turned_off_by_name),
      cm_test(warnings_are_made_errors),
      cm_test(a_check_that_cannot_be_read_is_an_error),
      cm_test(a_health_check_is_on_off_or_a_time),
      cm_test(a_user_is_a_number_or_a_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
