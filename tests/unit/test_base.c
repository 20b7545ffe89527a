#include "cm.h"

static void an_arena_gives_zeroed_aligned_memory(void **state) {
  struct arena *ar = cm_ar(state);
  for (size_t size = 1; size < 40000; size = size * 3 + 1) {
    unsigned char *p = arena_alloc(ar, size);
    assert_int_equal((uintptr_t)p % 16, 0);
    for (size_t i = 0; i < size; i++)
      assert_int_equal(p[i], 0);
    memset(p, 0xAA, size);
  }
}

static void rewinding_drops_what_came_after_the_mark(void **state) {
  struct arena *ar = cm_ar(state);
  char *kept = arena_strdup(ar, "kept");
  struct arena_mark mark = arena_mark(ar);
  for (int i = 0; i < 100; i++)
    memset(arena_alloc(ar, 5000), 'x', 5000);
  arena_rewind(ar, mark);
  assert_string_equal(kept, "kept");
  unsigned char *p = arena_alloc(ar, 5000);
  for (size_t i = 0; i < 5000; i++)
    assert_int_equal(p[i], 0);
}

static void text_is_cut_at_separators(void **state) {
  (void)state;
  struct str head, rest = str_cut(STR("a=b=c"), '=', &head);
  assert_str(head, "a");
  assert_str(rest, "b=c");
  rest = str_cut(STR("abc"), '=', &head);
  assert_str(head, "abc");
  assert_int_equal(rest.len, 0);
}

static void texts_are_joined_with_their_nul_bytes(void **state) {
  struct str s = str_concat(cm_ar(state), STR("a\0b"), STR("c\0"));
  assert_true(str_eq(s, STR("a\0bc\0")));
  assert_int_equal(s.p[s.len], '\0');
  assert_str(str_concat(cm_ar(state), (struct str){0}, STR("x")), "x");
  assert_str(str_concat(cm_ar(state), STR("x"), (struct str){0}), "x");
}

static void lines_end_in_lf_or_crlf(void **state) {
  (void)state;
  struct str rest = STR("one\r\n\ntwo"), line;
  assert_true(str_next_line(&rest, &line));
  assert_str(line, "one");
  assert_true(str_next_line(&rest, &line));
  assert_str(line, "");
  assert_true(str_next_line(&rest, &line));
  assert_str(line, "two");
  assert_false(str_next_line(&rest, &line));
}

static void distance_counts_edits(void **state) {
  (void)state;
  const struct {
    const char *a, *b;
    size_t want;
  } rows[] = {
      {"gpu", "gpu", 0}, {"gpus", "gpu", 1},       {"pgu", "gpu", 1},
      {"", "gpu", 3},    {"kitten", "sitting", 3}, {"a", "abcdefgh", 4},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    assert_int_equal(str_distance(str_of(rows[i].a), str_of(rows[i].b), 3),
                     rows[i].want);
  char same[66];
  memset(same, 'a', sizeof same);
  const struct str longest = {same, 64}, longer = {same, 65};
  assert_int_equal(str_distance(longest, longest, 3), 0);
  assert_int_equal(str_distance(longest, longer, 3), 4);
  assert_int_equal(str_distance(longer, longest, 3), 4);
}

static void utf8_is_told_from_other_bytes(void **state) {
  (void)state;
  const struct {
    const char *text;
    bool want;
  } rows[] = {
      {"", true},
      {"caf\xC3\xA9 \xE6\x9D\xB1 \xF0\x9F\x90\x8D", true},
      {"\xC3", false},             // cut short
      {"\xC0\x80", false},         // overlong
      {"\xE0\x80\x80", false},     // overlong
      {"\xED\xA0\x80", false},     // surrogate
      {"\xF4\x90\x80\x80", false}, // past U+10FFFF
      {"\x80", false},
      {"\xFF", false},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    assert_int_equal(utf8_is_valid(str_of(rows[i].text)), rows[i].want);
}

static void a_buffer_keeps_its_maximum(void **state) {
  (void)state;
  struct sbuf b;
  sbuf_init(&b, 10);
  assert_string_equal(b.ptr, "");
  sbuf_adds(&b, "12345");
  sbuf_addf(&b, "%d", 67890);
  assert_false(b.overflow);
  sbuf_addch(&b, 'x');
  assert_true(b.overflow);
  sbuf_drop(&b, 1);
  sbuf_addch(&b, 'x'); // overflow stays until it is cleared
  assert_string_equal(b.ptr, "234567890");
  sbuf_clear(&b);
  assert_false(b.overflow);
  assert_string_equal(b.ptr, "");
  sbuf_release(&b);
}

static void a_list_keeps_its_items_as_it_grows(void **state) {
  VEC(size_t) list = {0};
  for (size_t i = 0; i < 1000; i++)
    vec_push(cm_ar(state), &list, i * i);
  assert_int_equal(list.n, 1000);
  for (size_t i = 0; i < 1000; i++)
    assert_int_equal(list.v[i], i * i);
}

static void percent_signs_become_bytes(void **state) {
  static const char *const rows[][2] = {
      {"a%20b", "a b"}, {"%41%7a", "Az"},     {"50%", "50%"},
      {"%4", "%4"},     {"%zz%4g", "%zz%4g"}, {"", ""},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    assert_str(str_percent_decoded(cm_ar(state), str_of(rows[i][0])),
               rows[i][1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(percent_signs_become_bytes),
      cm_test(an_arena_gives_zeroed_aligned_memory),
      cm_test(rewinding_drops_what_came_after_the_mark),
      cm_test(text_is_cut_at_separators),
      cm_test(texts_are_joined_with_their_nul_bytes),
      cm_test(lines_end_in_lf_or_crlf),
      cm_test(distance_counts_edits),
      cm_test(utf8_is_told_from_other_bytes),
      cm_test(a_buffer_keeps_its_maximum),
      cm_test(a_list_keeps_its_items_as_it_grows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
