/* Places inside a scalar, for every style that YAML writes text in. */
#include "cm.h"

#include "cogfe/yamldoc.h"

static const struct yamldoc_node *scalar(void **state, const char *text) {
  struct source *src = arena_new(cm_ar(state), struct source);
  *src = (struct source){"f", str_of(text)};
  const struct yamldoc *doc = yamldoc_parse(src, cm_ar(state), cm_dg(state));
  if (!doc)
    fail_msg("%s", cm_rendered(state).p);
  return yamldoc_get(doc->root, "a");
}

static const char *show(void **state, struct span s) {
  return arena_printf(cm_ar(state), "%d:%d-%d:%d", s.line, s.col, s.end_line,
                      s.end_col);
}

/** The place of the first PART in the value. */
static void finds_a_part_of_the_value(void **state) {
  static const struct {
    const char *name, *text, *part, *want;
  } cases[] = {
      {"plain", "a: one two", "two", "1:8-1:11"},
      {"plain, folded", "a: one\n    two\n  x", "two", "2:5-2:8"},
      {"over the fold", "a: one\n    two\n", "e t", "1:6-2:6"},
      {"plain, wide", "a: 東 京", "京", "1:6-1:7"},
      {"single quotes", "a: 'one two'", "two", "1:9-1:12"},
      {"doubled quote before", "a: 'it''s two'", "two", "1:11-1:14"},
      {"doubled quote inside", "a: 'it''s'", "t's", "1:6-1:10"},
      {"double quotes", "a: \"one two\"", "two", "1:9-1:12"},
      {"escape before", "a: \"\\u00e9\\\"\\x41 two\"", "two", "1:18-1:21"},
      {"escape inside", "a: \"x\\x41y\"", "Ay", "1:6-1:11"},
      {"escaped blanks", "a: \"x\\ \\t\\n\\x20y\"", "y", "1:16-1:17"},
      {"escaped line end", "a: \"on\\\n  e two\"", "two", "2:5-2:8"},
      {"folded in quotes", "a: \"one\n\n    two\"", "two", "3:5-3:8"},
      {"literal", "a: |\n  one\n  two\n", "two", "3:3-3:6"},
      {"literal, deeper line", "a: |\n  one\n    two\n", "two", "3:5-3:8"},
      {"literal, blank lines", "a: |\n\n  one\n\n  two\n", "two", "5:3-5:6"},
      {"literal, comment", "a: |  # two\n  one two\n", "two", "2:7-2:10"},
      {"literal, indicator", "a: |2-\n   one\n", "one", "2:4-2:7"},
      {"literal, CRLF", "a: |\r\n  one\r\n  two\r\n", "two", "3:3-3:6"},
      {"literal, wide", "a: |\n  東 two\n", "two", "2:5-2:8"},
      {"folded block", "a: >\n  one\n  two\n", "two", "3:3-3:6"},
      {"folded, deeper", "a: >-\n  one\n\n   x\n  two\n", "two", "5:3-5:6"},
      {"part of a word", "a: --mount=type=cache", "cache", "1:17-1:22"},
      {"white space alone", "a: 'x  y'", "  ", "1:4-1:10"},
      {"tagged", "a: !!str one two", "two", "1:14-1:17"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    print_message("%s\n", cases[i].name);
    const struct yamldoc_node *n = scalar(state, cases[i].text);
    const char *at = strstr(n->text.p, cases[i].part);
    assert_non_null(at);
    struct span s =
        yamldoc_text_span(n, (size_t)(at - n->text.p), strlen(cases[i].part));
    assert_string_equal(show(state, s), cases[i].want);
  }
}

static void finds_the_lines_of_a_block(void **state) {
  const struct yamldoc_node *n =
      scalar(state, "a: |\n    set -e\n\n    if x; then\n      y\n    fi\n");
  static const char *const want[] = {"2:5-2:11", "1:4-6:7", "4:5-4:15",
                                     "5:7-5:8", "6:5-6:7"};
  size_t n_lines;
  const struct span *spans = yamldoc_line_spans(n, cm_ar(state), &n_lines);
  assert_int_equal(n_lines, ARRAY_LEN(want));
  for (size_t i = 0; i < ARRAY_LEN(want); i++)
    assert_string_equal(show(state, spans[i]), want[i]);
}

static void finds_text_of_an_alias_where_it_was_written(void **state) {
  const struct yamldoc_node *n = scalar(state, "b: &x one two\na: *x\n");
  assert_string_equal(show(state, n->span), "2:4-2:6");
  assert_string_equal(show(state, yamldoc_text_span(n, 4, 3)), "1:11-1:14");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(finds_a_part_of_the_value),
      cm_test(finds_the_lines_of_a_block),
      cm_test(finds_text_of_an_alias_where_it_was_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
