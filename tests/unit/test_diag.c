#include "cm.h"

#include "cogfe/limits.h"

static const struct source cafe = {
    "cog.yaml", {"# ¡olá!\nbuild:\n  \tname: café 東京 x\n", 37 + 7}};

static void shows_the_excerpt_with_a_caret(void **state) {
  struct source src = {"cog.yaml", STR("a: 1\nbuild:\n  gpus: true\n")};
  diag_fail(cm_dg(state), DIAG_BAD_OPTION, (struct span){&src, 3, 3, 3, 7},
            "unknown key \"%s\"", "gpus");
  diag_note(cm_dg(state), SPAN_NONE, "did you mean \"gpu\"?");
  assert_str(cm_rendered(state),
             "cog.yaml:3:3: error: unknown key \"gpus\" [bad-option]\n"
             "    3 |   gpus: true\n"
             "      |   ^^^^\n"
             "  note: did you mean \"gpu\"?\n");
}

static void counts_columns_in_characters(void **state) {
  (void)state;
  size_t off = (size_t)(strstr(cafe.text.p, "東") - cafe.text.p);
  struct span s = source_span(&cafe, off, strlen("東京"));
  assert_int_equal(s.line, 3);
  assert_int_equal(s.col, 15);
  assert_int_equal(s.end_col, 17);
}

static void puts_the_caret_under_wide_characters(void **state) {
  struct source src = {"f", str_of("k: 東京 x\n")};
  diag_fail(cm_dg(state), DIAG_BAD_OPTION, (struct span){&src, 1, 7, 1, 8},
            "no");
  assert_str(cm_rendered(state), "f:1:7: error: no [bad-option]\n"
                                 "    1 | k: 東京 x\n"
                                 "      |         ^\n");
}

static void marks_a_block_to_the_end_of_its_first_line(void **state) {
  struct source src = {"f", str_of("run: |\n  a\n  b\nx: 1\n")};
  diag_fail(cm_dg(state), DIAG_BAD_OPTION, (struct span){&src, 1, 6, 4, 1},
            "no");
  assert_str(cm_rendered(state), "f:1:6: error: no [bad-option]\n"
                                 "    1 | run: |\n"
                                 "      |      ^\n");
}

static void keeps_control_characters_from_the_terminal(void **state) {
  struct source src = {"f", str_of("a\033[31mb\n")};
  diag_fail(cm_dg(state), DIAG_IO, (struct span){&src, 1, 1, 1, 2},
            "bad \033]0;x\a \xff \xc2\x9b name");
  assert_str(cm_rendered(state), "f:1:1: error: bad ?]0;x? ? ?? name [io]\n"
                                 "    1 | a?[31mb\n"
                                 "      | ^\n");
}

static void leaves_the_byte_order_mark_out_of_columns(void **state) {
  struct source src = {"f", STR("\xEF\xBB\xBFkey: 1\n")};
  diag_fail(cm_dg(state), DIAG_IO, source_span(&src, 3, 3), "no");
  assert_str(cm_rendered(state), "f:1:1: error: no [io]\n"
                                 "    1 | key: 1\n"
                                 "      | ^^^\n");
}

static void leaves_the_middle_of_long_texts_out(void **state) {
  struct diags *dg = cm_dg(state);
  char text[3 * 3000 + 1] = "";
  for (size_t i = 0; i + 1 < sizeof(text); i += 3)
    memcpy(text + i, "東", 4);
  diag_fail(dg, DIAG_IO, SPAN_NONE, "a %s is too long", text);
  diag_note(dg, SPAN_NONE, "%s", text);
  struct str msg = str_of(dg->list.v[0].msg);
  assert_true(msg.len <= LIMIT_DIAGNOSTIC_BYTES + strlen("…"));
  assert_true(utf8_is_valid(msg) && str_contains(msg, "東…東"));
  assert_true(str_starts(msg, "a 東") && str_ends(msg, "東 is too long"));
  struct str note = str_of(dg->list.v[0].notes.v[0].text);
  assert_true(note.len > 4000 && note.len < 4200 && utf8_is_valid(note));
}

static void sorts_by_place(void **state) {
  struct diags *dg = cm_dg(state);
  const struct source a = {"a", STR("1\n2\n3\n")}, b = {"b", STR("1\n2\n")};
  diag_fail(dg, DIAG_IO, (struct span){&b, 2, 1, 2, 2}, "fourth");
  diag_fail(dg, DIAG_IO, (struct span){&a, 1, 1, 1, 2}, "fifth");
  diag_fail(dg, DIAG_IO, SPAN_NONE, "first");
  diag_fail(dg, DIAG_IO, (struct span){&b, 1, 1, 1, 2}, "third");
  diag_fail(dg, DIAG_IO, SPAN_NONE, "second");
  diag_sort(dg);
  static const char *const want[] = {"first", "second", "third", "fourth",
                                     "fifth"};
  for (size_t i = 0; i < ARRAY_LEN(want); i++)
    assert_string_equal(dg->list.v[i].msg, want[i]);
}

static void says_the_same_thing_once(void **state) {
  struct diags *dg = cm_dg(state);
  const struct source src = {"f", STR("a\n")};
  for (int i = 0; i < 2; i++) {
    diag_fail(dg, DIAG_IO, (struct span){&src, 1, 1, 1, 2}, "here");
    diag_note(dg, SPAN_NONE, "note");
  }
  diag_fail(dg, DIAG_IO, (struct span){&src, 1, 2, 1, 3}, "here");
  assert_int_equal(dg->list.n, 2);
  assert_int_equal(dg->list.v[0].notes.n, 1);
  assert_int_equal(dg->errors, 3); // the contract counts every failure
}

static void stops_adding_at_the_limit(void **state) {
  struct diags *dg = cm_dg(state);
  for (int i = 0; i < 1000; i++) {
    diag_fail(dg, DIAG_IO, SPAN_NONE, "number %d", i);
    diag_note(dg, SPAN_NONE, "note");
  }
  assert_int_equal(dg->errors, 1000);
  assert_int_equal(dg->list.n, 200);
  assert_int_equal(dg->dropped, 800);
  assert_true(str_ends(cm_rendered(state), "and 800 more\n"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(shows_the_excerpt_with_a_caret),
      cm_test(counts_columns_in_characters),
      cm_test(puts_the_caret_under_wide_characters),
      cm_test(marks_a_block_to_the_end_of_its_first_line),
      cm_test(keeps_control_characters_from_the_terminal),
      cm_test(leaves_the_byte_order_mark_out_of_columns),
      cm_test(leaves_the_middle_of_long_texts_out),
      cm_test(sorts_by_place),
      cm_test(says_the_same_thing_once),
      cm_test(stops_adding_at_the_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
