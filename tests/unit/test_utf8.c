#include "cm.h"

// What one step of utf8_next() makes of the start of a text.
static const struct {
  const char *name;
  struct str text;
  uint32_t want;
  size_t len;
} next_cases[] = {
    {"ASCII", STR("ab"), 'a', 1},
    {"NUL", STR("\0a"), 0, 1},
    {"two bytes", STR("\xC3\xA9x"), 0xE9, 2},
    {"three bytes", STR("\xE6\x9D\xB1x"), 0x6771, 3},
    {"four bytes", STR("\xF0\x9F\x98\x80x"), 0x1F600, 4},
    {"the last code point", STR("\xF4\x8F\xBF\xBF"), 0x10FFFF, 4},
    {"past the last", STR("\xF4\x90\x80\x80"), UTF8_BAD, 1},
    {"overlong", STR("\xC0\x80"), UTF8_BAD, 1},
    {"overlong in three", STR("\xE0\x9F\xBF"), UTF8_BAD, 1},
    {"overlong in four", STR("\xF0\x8F\xBF\xBF"), UTF8_BAD, 1},
    {"a surrogate", STR("\xED\xA0\x80"), UTF8_BAD, 1},
    {"before the surrogates", STR("\xED\x9F\xBF"), 0xD7FF, 3},
    {"cut short", STR("\xE6\x9D"), UTF8_BAD, 1},
    {"a wrong byte within", STR("\xE6\x28\xB1"), UTF8_BAD, 1},
    {"a lone continuation", STR("\x80"), UTF8_BAD, 1},
    {"no byte of UTF-8", STR("\xFF"), UTF8_BAD, 1},
};

static void characters_are_read_one_by_one(void **state) {
  (void)state;
  for (size_t i = 0; i < ARRAY_LEN(next_cases); i++) {
    print_message("  %s\n", next_cases[i].name);
    struct str rest = next_cases[i].text;
    assert_int_equal(utf8_next(&rest), next_cases[i].want);
    assert_int_equal(rest.p - next_cases[i].text.p, next_cases[i].len);
    assert_int_equal(rest.len, next_cases[i].text.len - next_cases[i].len);
  }
}

static const struct {
  const char *name;
  struct str text;
  size_t chars, columns;
} width_cases[] = {
    {"nothing", STR(""), 0, 0},
    {"ASCII", STR("cog"), 3, 3},
    {"an accent of its own", STR("e\xCC\x81"), 2, 1},
    {"East Asian", STR("\xE6\x9D\xB1\xE4\xBA\xAC"), 2, 4},
    {"an emoji", STR("\xF0\x9F\x98\x80!"), 2, 3},
    {"a bad byte", STR("a\xFFz"), 3, 3},
};

static void terminals_give_columns(void **state) {
  (void)state;
  for (size_t i = 0; i < ARRAY_LEN(width_cases); i++) {
    print_message("  %s\n", width_cases[i].name);
    assert_int_equal(utf8_count(width_cases[i].text), width_cases[i].chars);
    assert_int_equal(utf8_width(width_cases[i].text), width_cases[i].columns);
  }
}

static void characters_are_skipped(void **state) {
  (void)state;
  const struct str text = STR("\xC3\xA9\xFFz");
  assert_str(utf8_skip(text, 0), "\xC3\xA9\xFFz");
  assert_str(utf8_skip(text, 1), "\xFFz");
  assert_str(utf8_skip(text, 2), "z");
  assert_str(utf8_skip(text, 9), "");
}

/** Every code point but the surrogates, written and read again. */
static void what_is_written_is_read(void **state) {
  (void)state;
  struct sbuf b;
  sbuf_init(&b, 16);
  for (uint32_t c = 0; c <= 0x10FFFF; c++) {
    if (c >= 0xD800 && c < 0xE000)
      continue;
    sbuf_clear(&b);
    sbuf_add_utf8(&b, c);
    struct str text = sbuf_str(&b);
    if (utf8_next(&text) != c || text.len)
      fail_msg("U+%04X", c);
  }
  sbuf_release(&b);
}

static void control_characters_are_known(void **state) {
  (void)state;
  static const uint32_t yes[] = {0, '\n', 0x1B, 0x1F, 0x7F, 0x80, 0x9F};
  static const uint32_t no[] = {' ', '~', 0xA0, 0x202E, UTF8_BAD};
  for (size_t i = 0; i < ARRAY_LEN(yes); i++)
    assert_true(utf8_is_control(yes[i]));
  for (size_t i = 0; i < ARRAY_LEN(no); i++)
    assert_false(utf8_is_control(no[i]));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(characters_are_read_one_by_one), cm_test(terminals_give_columns),
      cm_test(characters_are_skipped),         cm_test(what_is_written_is_read),
      cm_test(control_characters_are_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
