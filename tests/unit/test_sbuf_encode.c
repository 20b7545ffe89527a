#include "cogfe/json.h"

#include "cm.h"

static const struct {
  const char *name;
  struct str bytes;
  const char *want;
} base64_cases[] = {
    {"nothing", STR(""), ""},
    {"one byte", STR("f"), "Zg=="},
    {"two bytes", STR("fo"), "Zm8="},
    {"three bytes", STR("foo"), "Zm9v"},
    {"five bytes", STR("fooba"), "Zm9vYmE="},
    {"every bit", STR("\xff\x00\xfe\x7f"), "/wD+fw=="},
};

static struct str text_of(void **state, struct sbuf *b) {
  struct str s = str_dup(cm_ar(state), sbuf_str(b));
  sbuf_release(b);
  return s;
}

static struct str encoded(void **state, struct str bytes) {
  struct sbuf b;
  sbuf_init(&b, 1 << 20);
  sbuf_add_base64(&b, bytes.p, bytes.len);
  return text_of(state, &b);
}

static bool decoded(void **state, struct str text, struct str *out) {
  struct sbuf b;
  sbuf_init(&b, 1 << 20);
  bool ok = sbuf_add_base64_decoded(&b, text);
  *out = text_of(state, &b);
  return ok;
}

static void base64_goes_both_ways(void **state) {
  for (size_t i = 0; i < ARRAY_LEN(base64_cases); i++) {
    print_message("  %s\n", base64_cases[i].name);
    struct str bytes = base64_cases[i].bytes, back;
    struct str text = encoded(state, bytes);
    assert_str(text, base64_cases[i].want);
    assert_true(decoded(state, text, &back));
    assert_true(str_eq(back, bytes));
    while (str_ends(text, "=")) {
      text.len--;
      assert_true(decoded(state, text, &back));
      assert_true(str_eq(back, bytes));
    }
  }
}

static void base64_refuses_what_it_is_not(void **state) {
  const struct str bad[] = {STR("Z"),    STR("Zg==="),     STR("Zm9vZ"),
                            STR("Zm 9"), STR("Zm9-"),      STR("Z\0m9"),
                            STR("=Zm9"), STR("\xc3\xa9==")};
  struct str out;
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    print_message("  %s\n", bad[i].p);
    assert_false(decoded(state, bad[i], &out));
    assert_int_equal(out.len, 0);
  }
}

static void json_strings_escape_what_they_must(void **state) {
  struct sbuf b;
  sbuf_init(&b, 1 << 20);
  sbuf_add_json_string(&b, STR("a\"b\\c\n\t\x01\x7f caf\xc3\xa9 \xff\0z"));
  assert_str(text_of(state, &b), "\"a\\\"b\\\\c\\n\\t\\u0001\\u007f "
                                 "caf\xc3\xa9 \\ufffd\\u0000z\"");
}

static void bad_bytes_become_replacement_characters(void **state) {
  struct str good = STR("caf\xc3\xa9");
  assert_ptr_equal(utf8_repaired(cm_ar(state), good).p, good.p);
  assert_str(utf8_repaired(cm_ar(state), STR("a\xff\xc3\xa9\xc3")),
             "a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd");
}

static void json_texts_are_null_or_repaired(void **state) {
  static const struct {
    struct str text;
    const char *want;
  } rows[] = {
      {{NULL, 0}, "null"},
      {STR(""), "\"\""},
      {STR("caf\xc3\xa9"), "\"caf\xc3\xa9\""},
      {STR("a\xff"), "\"a\xef\xbf\xbd\""},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    json_t *json = base_json_text(rows[i].text);
    assert_str(str_json(cm_ar(state), json, JSON_ENCODE_ANY), rows[i].want);
    json_decref(json);
  }
}

static void a_list_of_texts_is_json(void **state) {
  const struct str two[] = {STR("a\""), STR("b")};
  assert_str(str_json_list(cm_ar(state), two, 0), "[]");
  assert_str(str_json_list(cm_ar(state), two, 2), "[\"a\\\"\",\"b\"]");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(base64_goes_both_ways),
      cm_test(base64_refuses_what_it_is_not),
      cm_test(json_strings_escape_what_they_must),
      cm_test(bad_bytes_become_replacement_characters),
      cm_test(json_texts_are_null_or_repaired),
      cm_test(a_list_of_texts_is_json),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
