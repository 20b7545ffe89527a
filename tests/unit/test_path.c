#include "cm.h"

static const struct {
  const char *path, *clean, *rooted;
  bool leads_out, has_dotdot;
} cases[] = {
    {"", ".", "/", false, false},
    {".", ".", "/", false, false},
    {"/", "/", "/", true, false},
    {"a", "a", "/a", false, false},
    {"a/", "a", "/a", false, false},
    {"./a//b/.", "a/b", "/a/b", false, false},
    {"//a", "/a", "/a", true, false},
    {"a/..", ".", "/", false, true},
    {"a/b/..", "a", "/a", false, true},
    {"a/../../b", "../b", "/b", true, true},
    {"../../a/..", "../..", "/", true, true},
    {"/../a", "/a", "/a", true, true},
    {"..", "..", "/", true, true},
    {"..a/b", "..a/b", "/..a/b", false, false},
    {"a/...", "a/...", "/a/...", false, false},
    {".a", ".a", "/.a", false, false},
};

static void paths_are_made_short(void **state) {
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    print_message("  \"%s\"\n", cases[i].path);
    const struct str path = str_of(cases[i].path);
    const struct str clean = path_clean(cm_ar(state), path);
    assert_str(clean, cases[i].clean);
    assert_int_equal(clean.p[clean.len], 0);
    assert_str(path_clean(cm_ar(state), clean), cases[i].clean);
    assert_str(path_clean_rooted(cm_ar(state), path), cases[i].rooted);
    assert_int_equal(path_leads_out(clean), cases[i].leads_out);
    assert_int_equal(path_has_dotdot(path), cases[i].has_dotdot);
  }
}

static void names_are_taken_off_and_put_on(void **state) {
  assert_str(path_base(STR("a/b.txt")), "b.txt");
  assert_str(path_base(STR("b")), "b");
  assert_str(path_base(STR("a/")), "");
  assert_str(path_base(STR("")), "");
  assert_str(path_join(cm_ar(state), STR("a"), STR("b")), "a/b");
  assert_str(path_join(cm_ar(state), STR(""), STR("b")), "b");
}

static const struct {
  const char *path, *dir;
  bool want;
} below_cases[] = {
    {"a/b", "a", true},         {"a/b/c", "a/b", true},
    {"a", "a", false},          {"ab", "a", false},
    {"a", "a/b", false},        {"/src/a", "/src", true},
    {"/srcs/a", "/src", false},
};

static void what_is_below_a_directory(void **state) {
  (void)state;
  for (size_t i = 0; i < ARRAY_LEN(below_cases); i++) {
    print_message("  %s in %s\n", below_cases[i].path, below_cases[i].dir);
    assert_int_equal(
        path_is_below(str_of(below_cases[i].path), str_of(below_cases[i].dir)),
        below_cases[i].want);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(paths_are_made_short),
      cm_test(names_are_taken_off_and_put_on),
      cm_test(what_is_below_a_directory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
