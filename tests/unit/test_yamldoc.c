/* The tree: kinds, places, aliases, merge keys, limits. Errors and the model
 * that is made of the tree are the golden cases' business. */
#include "cm.h"

#include "cogfe/limits.h"
#include "cogfe/yamldoc.h"

static const struct yamldoc *parse(void **state, struct str text) {
  struct source *src = arena_new(cm_ar(state), struct source);
  *src = (struct source){"f", text};
  return yamldoc_parse(src, cm_ar(state), cm_dg(state));
}

static const struct yamldoc_node *root(void **state, const char *text) {
  const struct yamldoc *doc = parse(state, str_of(text));
  if (!doc)
    fail_msg("%s", cm_rendered(state).p);
  return doc->root;
}

/** `LINE:COL-LINE:COL`, and the source bytes that OFF and LEN name. */
static const char *place(void **state, const struct yamldoc_node *n) {
  struct str bytes = str_take(str_skip(n->span.src->text, n->off), n->len);
  return arena_printf(cm_ar(state), "%d:%d-%d:%d " STR_FMT, n->span.line,
                      n->span.col, n->span.end_line, n->span.end_col,
                      STR_ARG(bytes));
}

static void gives_every_node_its_place(void **state) {
  static const struct {
    const char *name, *text, *want; // the place of the value of key `a`
  } cases[] = {
      {"plain", "a: b c", "1:4-1:7 b c"},
      {"plain over lines", "a: b\n  c\nd: 1", "1:4-2:4 b\n  c"},
      {"single quotes", "a: 'b'", "1:4-1:7 'b'"},
      {"double quotes", "a: \"b\" # c", "1:4-1:7 \"b\""},
      {"behind wide characters", "'東京': 1\na: b", "2:4-2:5 b"},
      {"in a line of wide ones", "{東: 京, a: b}", "1:11-1:12 b"},
      {"nothing", "a:\nb: 1", "1:3-1:3 "},
      {"nothing at the end", "b: 1\na:", "2:3-2:3 "},
      {"literal", "a: |\n  b\n  c\n\n\nd: 1", "1:4-3:4 |\n  b\n  c"},
      {"literal at the end", "a: |\n  b", "1:4-2:4 |\n  b"},
      {"literal, kept lines", "a: |+\n  b\n\n", "1:4-2:4 |+\n  b"},
      {"literal, nothing in it", "a: |\nb: 1", "1:4-1:5 |"},
      {"folded", "a: >-  # c\n  b\n\n  c\n", "1:4-4:4 >-  # c\n  b\n\n  c"},
      {"before a comment", "a: |\n  b\n# c\n", "1:4-2:4 |\n  b"},
      {"flow list", "a: [b,\n  c] # d", "1:4-2:5 [b,\n  c]"},
      {"flow map", "a: {b: c}", "1:4-1:10 {b: c}"},
      {"empty list", "a: []", "1:4-1:6 []"},
      {"block list", "a:\n  - b\n  - c\n\n# d\ne: 1", "2:3-3:6 - b\n  - c"},
      {"list of lists", "a:\n- - b\n  - c\n", "2:1-3:6 - - b\n  - c"},
      {"block map", "a:\n  b: c\n  d:\n    e: f\n", //
       "2:3-4:9 b: c\n  d:\n    e: f"},
      {"anchor", "a: &x b", "1:7-1:8 b"},
      {"tag", "a: !!str b", "1:10-1:11 b"},
      {"anchor and tag", "a: &x !!str  'b'", "1:14-1:17 'b'"},
      {"tag and anchor", "a: !!str &x b", "1:13-1:14 b"},
      {"anchor of a list", "a: &x # c & d\n  - b\n", "2:3-2:6 - b"},
      {"anchor of nothing", "a: &x\nb: 1", "1:6-1:6 "},
      {"alias", "b: &x y\na: *x", "2:4-2:6 *x"},
      {"CRLF", "b: 1\r\na: |\r\n  c\r\n  d\r\n", "2:4-4:4 |\r\n  c\r\n  d"},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a: b",
       "1:4-1:5 b"},
      {"CR is no line end of ours", "b: 1\ra: 2", "1:9-1:10 2"},
      {"nor is LS", "b: 'x\xE2\x80\xA8y'\na: 2", "2:4-2:5 2"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    print_message("%s\n", cases[i].name);
    const struct yamldoc_node *n = yamldoc_get(root(state, cases[i].text), "a");
    assert_non_null(n);
    assert_string_equal(place(state, n), cases[i].want);
  }
}

static void keeps_the_text_of_scalars(void **state) {
  static const struct {
    const char *text, *want;
  } cases[] = {
      {"a: 3.10", "3.10"},       {"a: 1_000", "1_000"},
      {"a: 'it''s'", "it's"},    {"a: \"\\x41\\u00e9\"", "A\xC3\xA9"},
      {"a: b\n  c", "b c"},      {"a: |\n  b\n   c\n", "b\n c\n"},
      {"a: |-\n  b\n", "b"},     {"a: >\n  b\n  c\n\n  d\n", "b c\nd\n"},
      {"a: |2\n   b\n", " b\n"}, {"a: |\r\n  b\r\n  c\r\n", "b\nc\n"},
      {"a: \"\"", ""},           {"a: \xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    print_message("%s\n", cases[i].text);
    const struct yamldoc_node *n = yamldoc_get(root(state, cases[i].text), "a");
    assert_str(n->text, cases[i].want);
    assert_int_equal(n->text.p[n->text.len], '\0');
  }
  const struct yamldoc_node *nul =
      yamldoc_get(root(state, "a: \"b\\0c\""), "a");
  assert_int_equal(nul->text.len, 3);
}

static void knows_what_is_nothing(void **state) {
  static const struct {
    const char *text;
    bool null;
  } cases[] = {
      {"a:", true},        {"a: ~", true},     {"a: null", true},
      {"a: Null", true},   {"a: NULL", true},  {"a: !!null x", true},
      {"a: nULL", false},  {"a: ''", false},   {"a: \"null\"", false},
      {"a: !!str", false}, {"a: ! ~", false},  {"a: []", false},
      {"a: |\n b", false}, {"a: none", false}, {"a: &x", true},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    print_message("%s\n", cases[i].text);
    const struct yamldoc_node *n = yamldoc_get(root(state, cases[i].text), "a");
    assert_int_equal(yamldoc_is_null(n), cases[i].null);
  }
}

static void shares_what_aliases_name(void **state) {
  const struct yamldoc_node *r =
      root(state, "a: &x [1, 2]\nb: *x\nc: &x {}\nd: *x\n");
  const struct yamldoc_node *a = yamldoc_get(r, "a"), *b = yamldoc_get(r, "b");
  assert_ptr_equal(b->target, a);
  assert_ptr_equal(b->items, a->items);
  assert_string_equal(place(state, b), "2:4-2:6 *x");
  // A name given again means its newest node.
  assert_ptr_equal(yamldoc_get(r, "d")->target, yamldoc_get(r, "c"));
}

static void an_alias_inside_a_renamed_anchor_is_that_anchor(void **state) {
  assert_null(parse(state, STR("a: &x 1\nb: &x [*x]\n")));
  assert_true(str_contains(cm_rendered(state), "f:2:8: error: \"*x\" stands "
                                               "inside what it names"));
}

static void weighs_aliases_as_what_they_stand_for(void **state) {
  const struct yamldoc_node *r =
      root(state, "a: &a [1, 2]\nb: &b [*a, *a]\nc: [*b, *b]\n");
  assert_int_equal(yamldoc_get(r, "a")->weight, 3);
  assert_int_equal(yamldoc_get(r, "b")->weight, 7);
  assert_int_equal(yamldoc_get(r, "c")->weight, 15);
  assert_int_equal(r->weight, 1 + 3 + 3 + 7 + 15);
}

static void merges_maps(void **state) {
  const struct yamldoc_node *r = root(state, "x: &x {a: 1, b: 2}\n"
                                             "y: &y {b: 3, c: 4, <<: *x}\n"
                                             "z:\n"
                                             "  <<: [*y, *x]\n"
                                             "  c: 5\n"
                                             "  '<<': 6\n");
  const struct yamldoc_node *z = yamldoc_get(r, "z");
  static const char *const want[][2] = {
      {"c", "5"}, {"<<", "6"}, {"b", "3"}, {"a", "1"}};
  assert_int_equal(z->n_pairs, ARRAY_LEN(want));
  for (size_t i = 0; i < z->n_pairs; i++) {
    assert_str(z->pairs[i].key->text, want[i][0]);
    assert_str(z->pairs[i].value->text, want[i][1]);
    assert_int_equal(z->pairs[i].merged, i >= 2);
  }
}

static void keeps_the_first_of_duplicates_and_lists_the_rest(void **state) {
  const struct yamldoc *doc =
      parse(state, STR("b: 1\na: 1\nb: 2\na: 2\nb: 3\n"));
  assert_non_null(doc);
  assert_int_equal(doc->root->n_pairs, 2);
  assert_str(yamldoc_get(doc->root, "b")->text, "1");
  static const int lines[][2] = {{3, 1}, {4, 2}, {5, 1}};
  assert_int_equal(doc->duplicates.n, ARRAY_LEN(lines));
  for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
    assert_int_equal(doc->duplicates.v[i].key->span.line, lines[i][0]);
    assert_int_equal(doc->duplicates.v[i].first->span.line, lines[i][1]);
  }
  assert_false(yamldoc_check_duplicates(doc, cm_dg(state)));
  assert_int_equal(cm_dg(state)->errors, 3);
}

static void finds_nothing_in_what_is_no_map(void **state) {
  const struct yamldoc_node *r = root(state, "a: [b]\n");
  assert_null(yamldoc_get(r, "b"));
  assert_null(yamldoc_get(yamldoc_get(r, "a"), "b"));
  assert_null(yamldoc_get(NULL, "a"));
}

static void a_file_without_content_has_no_root(void **state) {
  assert_null(parse(state, STR(""))->root);
  assert_null(parse(state, STR("# only a comment\n"))->root);
  assert_true(yamldoc_is_null(parse(state, STR("---\n"))->root));
}

static void describes_nodes(void **state) {
  static const struct {
    const char *text, *want;
  } cases[] = {
      {"[]", "a list"},          {"{}", "a map"},
      {"~", "nothing"},          {"|\n  a", "a block of text"},
      {"'a'", "text in quotes"}, {"a", "text"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++)
    assert_string_equal(yamldoc_describe(root(state, cases[i].text)),
                        cases[i].want);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(gives_every_node_its_place),
      cm_test(keeps_the_text_of_scalars),
      cm_test(knows_what_is_nothing),
      cm_test(shares_what_aliases_name),
      cm_test(an_alias_inside_a_renamed_anchor_is_that_anchor),
      cm_test(weighs_aliases_as_what_they_stand_for),
      cm_test(merges_maps),
      cm_test(keeps_the_first_of_duplicates_and_lists_the_rest),
      cm_test(finds_nothing_in_what_is_no_map),
      cm_test(a_file_without_content_has_no_root),
      cm_test(describes_nodes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
