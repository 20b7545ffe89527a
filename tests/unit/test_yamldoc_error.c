/* libyaml's errors in our words, each at the place of the mistake. */
#include "cm.h"

#include "cogfe/yamldoc.h"

static void says_what_is_wrong_and_where(void **state) {
  static const struct {
    const char *text, *want; // the first line of what is shown
  } cases[] = {
      {"a: \"b\n", "1:4: this quotation mark is never closed"},
      {"a: 'b\n---\n", "1:4: this quotation mark is never closed"},
      {"a: \"\\q\"", "1:5: this character means nothing behind a \\"},
      {"a: \"\\x4\"", "1:7: this is not the hexadecimal number"},
      {"a:\n\tb: 1", "2:1: a tab cannot indent a line"},
      {"a: 'b\n\tc'\n\td: 1", "3:1: a tab cannot indent a line"},
      {"a: |\n\tb", "2:1: a tab cannot indent a line"},
      {"a: `b`", "1:4: text cannot begin with this character"},
      {"a: @b", "1:4: text cannot begin with this character"},
      {"a: %b", "1:4: text cannot begin with this character"},
      {"a:\n  - b\n  c\nd: 1", "3:3: this is neither \"key: value\" nor"},
      {"a: b: c", "1:5: a \": \" is not possible here"},
      {"a: b\n  c: d", "2:4: a \": \" is not possible here"},
      {"a: - b", "1:4: a list item is not possible here"},
      {"a: ? b", "1:4: a \"? \" is not possible here"},
      {"a:\n    b: 1\n  c: 2", "3:3: this is not one more \"key: value\""},
      {"- a\nb: 1", "2:1: this is not one more item"},
      {"a: [b, c\nd: 1", "2:2: a \",\" or the \"]\""},
      {"a: {b: c\nd: 1", "2:2: a \",\" or the \"}\""},
      {"a: | b\n  c", "1:6: nothing can follow | or >"},
      {"a: &.b", "1:4: a name must follow &"},
      {"a: *.b", "1:4: a name must follow *"},
      {"a: !x!y b", "1:4: this tag is not known"},
      {"'a' b", "1:5: text cannot follow the closing quotation mark"},
      {"a: \"b\" c", "1:8: text cannot follow the closing quotation mark"},
      {"a\nb: 1", "2:2: a \": \" is not possible here"},
      {"[a]\nb", "2:1: this does not belong to what stands above it"},
      {"a: [b, }", "1:8: a value is missing before this"},
      {"%YAML 3.0\n---\na", "1:1: found incompatible YAML document"},
      {"a: \xFF", "1:4: this is not UTF-8 text"},
      {"a: \x01", "1:4: the character U+0001 is not possible in YAML"},
      {"a: 東\x7F", "1:5: the character U+007F is not possible in YAML"},
      {"\xEF\xBB\xBF"
       "a: \x02",
       "1:4: the character U+0002 is not possible"},
  };
  size_t bad = 0;
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    struct source src = {"f", str_of(cases[i].text)};
    struct diags dg;
    diag_init(&dg, cm_ar(state));
    assert_null(yamldoc_parse(&src, cm_ar(state), &dg));
    assert_int_equal(dg.errors, 1);
    cleanup_sbuf struct sbuf out;
    sbuf_init(&out, 1 << 16);
    diag_render_short(&out, &dg.list.v[0]);
    if (strncmp(out.ptr + 2, cases[i].want, strlen(cases[i].want)) != 0) {
      print_error("want %s\ngot  %s\n", cases[i].want, out.ptr);
      bad++;
    }
  }
  assert_int_equal(bad, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(says_what_is_wrong_and_where),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
