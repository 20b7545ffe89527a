#include "cm.h"

enum { REFUSED = 999999 }; // what no row holds as a value

static const struct {
  const char *text;
  unsigned base;
  uint64_t max, want;
} number_cases[] = {
    {"0", 10, 9, 0},
    {"007", 10, 9, 7},
    {"255", 10, 255, 255},
    {"256", 10, 255, REFUSED},
    {"0400", 8, 07777, 0400},
    {"8", 8, 07777, REFUSED},
    {"5", 10, 3, REFUSED},
    {"", 10, 9, REFUSED},
    {"-1", 10, 9, REFUSED},
    {"+1", 10, 9, REFUSED},
    {" 1", 10, 9, REFUSED},
    {"1 ", 10, 9, REFUSED},
    {"0x1", 10, 99, REFUSED},
    {"18446744073709551615", 10, UINT64_MAX, UINT64_MAX},
    {"18446744073709551616", 10, UINT64_MAX, REFUSED},
    {"99999999999999999999", 10, UINT64_MAX, REFUSED},
};

static void numbers_are_digits_up_to_a_limit(void **state) {
  (void)state;
  for (size_t i = 0; i < ARRAY_LEN(number_cases); i++) {
    print_message("  \"%s\"\n", number_cases[i].text);
    uint64_t value = REFUSED;
    const bool ok =
        number_parse(str_of(number_cases[i].text), number_cases[i].base,
                     number_cases[i].max, &value);
    assert_int_equal(ok, number_cases[i].want != REFUSED);
    assert_int_equal(value, number_cases[i].want);
  }
}

static const struct {
  const char *text;
  uint64_t want;
} size_cases[] = {
    {"0", 0},
    {"12", 12},
    {"12b", 12},
    {"2k", 2048},
    {"2K", 2048},
    {"1m", 1 << 20},
    {"1MB", 1 << 20},
    {"1 GiB", 1 << 30},
    {"1t", (uint64_t)1 << 40},
    {"8388607t", (uint64_t)8388607 << 40},
    {"8388608t", REFUSED},
    {"", REFUSED},
    {"m", REFUSED},
    {"1.5g", REFUSED},
    {"1x", REFUSED},
    {"1bb", REFUSED},
    {"1mm", REFUSED},
    {"-1", REFUSED},
};

static void sizes_have_units(void **state) {
  (void)state;
  for (size_t i = 0; i < ARRAY_LEN(size_cases); i++) {
    print_message("  \"%s\"\n", size_cases[i].text);
    uint64_t value = REFUSED;
    const bool ok = number_parse_size(str_of(size_cases[i].text), &value);
    assert_int_equal(ok, size_cases[i].want != REFUSED);
    assert_int_equal(value, size_cases[i].want);
  }
}

static const struct {
  const char *text;
  uint64_t want;
} second_cases[] = {
    {"90s", 90},       {"10m", 600},        {"2h", 7200},    {"0s", 0},
    {"86400s", 86400}, {"86401s", REFUSED}, {"24h", 86400},  {"25h", REFUSED},
    {"", REFUSED},     {"m", REFUSED},      {"10", REFUSED}, {"1d", REFUSED},
    {"-1s", REFUSED},  {"1h30m", REFUSED},
};

static void times_have_units(void **state) {
  (void)state;
  for (size_t i = 0; i < ARRAY_LEN(second_cases); i++) {
    print_message("  \"%s\"\n", second_cases[i].text);
    uint64_t value = REFUSED;
    const bool ok =
        number_parse_seconds(str_of(second_cases[i].text), 86400, &value);
    assert_int_equal(ok, second_cases[i].want != REFUSED);
    assert_int_equal(value, second_cases[i].want);
  }
}

static void truth_is_what_go_takes_for_it(void **state) {
  (void)state;
  static const char *const words[] = {"1", "t", "T", "true",  "TRUE",  "True",
                                      "0", "f", "F", "false", "FALSE", "False"};
  static const char *const others[] = {"", "yes", "tRUE", "2", "on", " 1"};
  for (size_t i = 0; i < ARRAY_LEN(words); i++) {
    bool value = i >= 6;
    assert_true(number_parse_go_bool(str_of(words[i]), &value));
    assert_int_equal(value, i < 6);
  }
  for (size_t i = 0; i < ARRAY_LEN(others); i++) {
    bool value = true;
    assert_false(number_parse_go_bool(str_of(others[i]), &value));
    assert_true(value);
  }
}

static void digits_have_values(void **state) {
  (void)state;
  assert_int_equal(number_hex_digit('0'), 0);
  assert_int_equal(number_hex_digit('a'), 10);
  assert_int_equal(number_hex_digit('F'), 15);
  assert_int_equal(number_hex_digit('g'), -1);
  assert_int_equal(number_hex_digit('@'), -1);
  assert_int_equal(number_hex_digit(0x10), -1);
  assert_true(number_is_decimal(STR("09")));
  assert_false(number_is_decimal(STR("")));
  assert_false(number_is_decimal(STR("0a")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(numbers_are_digits_up_to_a_limit),
      cm_test(sizes_have_units),
      cm_test(times_have_units),
      cm_test(truth_is_what_go_takes_for_it),
      cm_test(digits_have_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
