/* The tables: every row can be used, and the look-ups find the right one. */
#include "cm.h"

#include "cogfe/compat.h"
#include "files.h"

static struct version parsed(const char *text) {
  struct version v;
  if (!version_parse(str_of(text), &v))
    fail_msg("\"%s\" is not a version", text);
  return v;
}

static void check_pythons(const char *pythons) {
  struct str rest = str_of(pythons), one;
  assert_true(rest.len > 0);
  while (rest.len) {
    struct version v;
    rest = str_cut(rest, ' ', &one);
    assert_true(version_parse(one, &v));
    assert_int_equal(version_n_parts(&v), 2);
  }
}

static void has_only_rows_that_can_be_used(void **state) {
  (void)state;
  const struct compat *c = compat_builtin();
  for (size_t i = 0; i < c->n_cuda_images; i++) {
    const struct compat_cuda_image *im = &c->cuda_images[i];
    struct version v = parsed(im->cuda);
    assert_int_equal(version_n_parts(&v), 3);
    v = parsed(im->cudnn);
    assert_int_equal(version_n_parts(&v), 1);
    parsed(im->ubuntu);
    assert_true(str_starts(str_of(im->tag), im->cuda));
    assert_true(str_ends(str_of(im->tag), im->ubuntu));
    assert_true(str_contains(str_of(im->tag), im->flavour));
    assert_true(*im->source);
  }
  for (size_t i = 0; i < c->n_torch; i++) {
    const struct compat_torch *row = &c->torch[i];
    parsed(row->torch);
    if (strcmp(row->cuda, "cpu") != 0)
      parsed(row->cuda);
    assert_true(!*row->extra_index_url ||
                str_starts(str_of(row->extra_index_url), "https://"));
    assert_true(!*row->local_suffix || *row->extra_index_url ||
                *row->find_links);
    check_pythons(row->pythons);
    assert_true(*row->source);
  }
  for (size_t i = 0; i < c->n_tensorflow; i++) {
    parsed(c->tensorflow[i].tensorflow);
    parsed(c->tensorflow[i].cuda);
    parsed(c->tensorflow[i].cudnn);
    check_pythons(c->tensorflow[i].pythons);
  }
}

static void has_no_row_twice(void **state) {
  (void)state;
  const struct compat *c = compat_builtin();
  for (size_t i = 0; i < c->n_torch; i++)
    for (size_t k = 0; k < i; k++)
      assert_false(!strcmp(c->torch[i].torch, c->torch[k].torch) &&
                   !strcmp(c->torch[i].cuda, c->torch[k].cuda));
  for (size_t i = 0; i < c->n_cuda_images; i++)
    for (size_t k = 0; k < i; k++)
      assert_true(strcmp(c->cuda_images[i].tag, c->cuda_images[k].tag));
}

static void goes_up_where_the_order_counts(void **state) {
  (void)state;
  const struct compat *c = compat_builtin();
  for (size_t i = 1; i < c->n_python; i++) {
    struct version a = parsed(c->python[i - 1].python),
                   b = parsed(c->python[i].python);
    assert_true(version_cmp(&a, &b) < 0);
  }
  for (size_t i = 1; i < c->n_sdk; i++) {
    struct version a = parsed(c->sdk[i - 1].to), b = parsed(c->sdk[i].from);
    assert_true(version_cmp(&a, &b) < 0);
  }
}

static void finds_pythons(void **state) {
  (void)state;
  const struct compat *c = compat_builtin();
  struct version v = parsed("3.10.6"), old = parsed("3.1"),
                 none = parsed("2.7.18");
  assert_true(compat_has_python("3.9 3.10 3.11", &v));
  assert_false(compat_has_python("3.9 3.10 3.11", &old));
  assert_string_equal(compat_find_python(c, &v)->python, "3.10");
  assert_null(compat_find_python(c, &none));
}

static void finds_companions_in_lists(void **state) {
  (void)state;
  struct version same = parsed("0.29"), other = parsed("0.29.3");
  assert_str(compat_companion("0.28.0 0.29.0 0.29.1", &same), "0.29.0");
  assert_str(compat_companion("0.28.0 0.29.0 0.29.1", &other), "");
  assert_str(compat_companion("", &same), "");
}

static void knows_the_builds_of_pypi(void **state) {
  (void)state;
  const struct compat *c = compat_builtin();
  assert_string_equal(compat_cuda_of_pypi(c, "2.5.1"), "12.4");
  assert_null(compat_cuda_of_pypi(c, "1.12.0"));
  for (size_t i = 0; i < c->n_torch_pypi; i++)
    parsed(c->torch_pypi[i].cuda);
}

static void finds_releases_of_the_sdk(void **state) {
  (void)state;
  static const struct {
    const char *python, *want;
  } rows[] = {{"3.7", "0.11.6"},
              {"3.8", "0.16.12"},
              {"3.9.18", "0.16.12"},
              {"3.10", "0.23.1"},
              {"3.14", "0.23.1"}};
  const struct compat *c = compat_builtin();
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct version py = parsed(rows[i].python);
    assert_string_equal(compat_newest_sdk(c, &py)->to, rows[i].want);
  }
  struct version v = parsed("0.9.20"), newer = parsed("9.0"),
                 ancient = parsed("0.0.4");
  assert_string_equal(compat_find_sdk(c, &v)->python_min, "3.7");
  assert_string_equal(compat_find_sdk(c, &newer)->python_min, "3.10");
  assert_null(compat_find_sdk(c, &ancient));
}

static void reads_cuda_from_local_versions(void **state) {
  static const struct {
    const char *local, *want;
  } rows[] = {{"cu118", "11.8"}, {"cu92", "9.2"}, {"cu130", "13.0"},
              {"cpu", ""},       {"cu", ""},      {"cu1", ""},
              {"cu12x", ""},     {"cu1234", ""},  {"rocm5.6", ""},
              {"", ""}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    assert_str(compat_cuda_of_local(cm_ar(state), str_of(rows[i].local)),
               rows[i].want);
}

static bool read_table(void **state, struct compat *c, const char *file,
                       struct str text) {
  struct source *src = arena_new(cm_ar(state), struct source);
  *src = (struct source){file, text};
  return compat_read(c, file, src, cm_ar(state), cm_dg(state));
}

static void assert_same_rows(const void *a, const void *b, size_t n_fields) {
  const char *const *x = a, *const *y = b;
  for (size_t i = 0; i < n_fields; i++)
    assert_string_equal(x[i], y[i]);
}

static void reads_its_own_files_again(void **state) {
  const struct compat *ours = compat_builtin();
  struct compat c = {0};
  const char *file;
  for (size_t i = 0; (file = compat_file(i)); i++) {
    const char *path = arena_printf(cm_ar(state), "src/compat/%s", file);
    assert_true(read_table(state, &c, file, files_read(cm_ar(state), path)));
  }
  assert_int_equal(c.n_cuda_images, ours->n_cuda_images);
  assert_int_equal(c.n_torch, ours->n_torch);
  assert_int_equal(c.n_tensorflow, ours->n_tensorflow);
  assert_int_equal(c.n_sdk, ours->n_sdk);
  assert_int_equal(c.n_sdk_needs, ours->n_sdk_needs);
  assert_int_equal(c.n_python, ours->n_python);
  assert_same_rows(c.cuda_images, ours->cuda_images, 6 * c.n_cuda_images);
  assert_same_rows(c.torch, ours->torch, 9 * c.n_torch);
  assert_same_rows(c.tensorflow, ours->tensorflow, 5 * c.n_tensorflow);
  assert_same_rows(c.sdk, ours->sdk, 4 * c.n_sdk);
  assert_same_rows(c.sdk_needs, ours->sdk_needs, 6 * c.n_sdk_needs);
  assert_same_rows(c.python, ours->python, 4 * c.n_python);
}

static void shows_what_is_wrong_with_a_table(void **state) {
  static const struct {
    const char *text, *want;
  } rows[] = {
      {"",
       "sdk.csv:1:1: error: these are not the columns of sdk.csv "
       "[bad-table]\n    1 | \n      | ^\n  note: write from,to,python_min,source\n"},
      {"from,to,python_min,source\r\n\r\n",
       "sdk.csv:2:1: error: sdk.csv has no rows [bad-table]\n"
       "    2 | \n      | ^\n"},
      {"from,to,python_min,source\n1,2,3\n",
       "sdk.csv:2:1: error: 3 fields, where sdk.csv has 4 columns [bad-table]\n"
       "    2 | 1,2,3\n      | ^^^^^\n"},
      {"from,to,python_min,source\n1.0,2.x,3.7,s\n",
       "sdk.csv:2:5: error: \"2.x\" is no value of the column to [bad-table]\n"
       "    2 | 1.0,2.x,3.7,s\n      |     ^^^\n"},
  };
  struct compat c = *compat_builtin();
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    assert_false(read_table(state, &c, "sdk.csv", str_of(rows[i].text)));
    assert_str(cm_rendered(state), rows[i].want);
    cm_dg(state)->list.n = 0;
  }
  assert_ptr_equal(c.sdk, compat_builtin()->sdk);
}

static void stops_at_large_tables(void **state) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, 1 << 20);
  for (int i = 0; i < 6000; i++)
    sbuf_adds(&text, "\n");
  struct compat c = *compat_builtin();
  assert_false(read_table(state, &c, "sdk.csv", sbuf_str(&text)));
  assert_int_equal(cm_dg(state)->list.v[0].code, DIAG_TOO_LARGE);
}

static const struct {
  const char *release, *package, *at_least, *below; // NULL: no row
} need_cases[] = {
    {"0.9.20", "pydantic", "1.9", "2"},
    {"0.16.12", "fastapi", "0.100", "0.119.0"},
    {"0.17.0", "requests", "2.25.0", ""},
    {"0.23.1", "typing-extensions", "4.0", ""},
    {"0.23.1", "fastapi", NULL, NULL},
    {"0.7.2", "pydantic", NULL, NULL},
    {"0.24.0", "requests", NULL, NULL},
};

static void finds_what_the_sdk_needs(void **state) {
  (void)state;
  for (size_t i = 0; i < ARRAY_LEN(need_cases); i++) {
    print_message("  %s %s\n", need_cases[i].release, need_cases[i].package);
    const struct version v = parsed(need_cases[i].release);
    const struct compat_sdk_need *need =
        compat_sdk_need(compat_builtin(), &v, str_of(need_cases[i].package));
    assert_int_equal(need != NULL, need_cases[i].at_least != NULL);
    if (!need)
      continue;
    assert_string_equal(need->at_least, need_cases[i].at_least);
    assert_string_equal(need->below, need_cases[i].below);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(has_only_rows_that_can_be_used),
      cm_test(has_no_row_twice),
      cm_test(goes_up_where_the_order_counts),
      cm_test(finds_pythons),
      cm_test(finds_companions_in_lists),
      cm_test(knows_the_builds_of_pypi),
      cm_test(finds_releases_of_the_sdk),
      cm_test(finds_what_the_sdk_needs),
      cm_test(reads_cuda_from_local_versions),
      cm_test(reads_its_own_files_again),
      cm_test(shows_what_is_wrong_with_a_table),
      cm_test(stops_at_large_tables),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
