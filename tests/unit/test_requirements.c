/* Files of requirements: which bytes belong to which line, and where. */
#include "cm.h"

#include "cogfe/limits.h"
#include "cogfe/version.h"

static const char file[] = "# what the model needs\n"
                           "\n"
                           "numpy==1.26.4  # keep\r\n"
                           "torch==2.1.0 \\\n"
                           "    --hash=sha256:aa \\\r\n"
                           "    --hash=sha256:bb\n"
                           "   \t\n"
                           "# not \\\n"
                           "-r café.txt\n"
                           "https://${TOKEN}@host/a.whl#egg=a\n"
                           "last \\";

struct row {
  const char *text;
  int line, end_line, end_col;
};

static void cuts_a_file_into_lines(void **state) {
  static const struct row rows[] = {
      {"numpy==1.26.4  # keep", 3, 3, 22},
      {"torch==2.1.0 \\\n    --hash=sha256:aa \\\r\n    --hash=sha256:bb", 4, 6,
       21},
      {"-r café.txt", 9, 9, 12},
      {"https://${TOKEN}@host/a.whl#egg=a", 10, 10, 34},
      {"last \\", 11, 11, 7},
  };
  struct source src = {"requirements.txt", str_of(file)};
  struct requirements list = {0};
  assert_true(
      requirements_parse(&src, false, cm_ar(state), &list, cm_dg(state)));
  assert_int_equal(list.n, ARRAY_LEN(rows));
  for (size_t i = 0; i < list.n; i++) {
    const struct requirement *r = &list.v[i];
    assert_str(r->text, rows[i].text);
    assert_int_equal(r->span.line, rows[i].line);
    assert_int_equal(r->span.col, 1);
    assert_int_equal(r->span.end_line, rows[i].end_line);
    assert_int_equal(r->span.end_col, rows[i].end_col);
  }
  assert_int_equal(list.v[1].options.n, 2);
  assert_int_equal(cm_dg(state)->list.n, 0);
}

static void skips_a_byte_order_mark(void **state) {
  struct source src = {"r.txt", STR("\xef\xbb\xbfnumpy\n")};
  struct requirements list = {0};
  assert_true(
      requirements_parse(&src, true, cm_ar(state), &list, cm_dg(state)));
  assert_str(list.v[0].text, "numpy");
  assert_true(list.v[0].constraint);
}

static void takes_items_of_several_lines(void **state) {
  struct requirements list = {0};
  static const struct span lines[] = {{NULL, 7, 1, 7, 5},
                                      {NULL, 8, 1, 8, 4},
                                      {NULL, 9, 2, 9, 3},
                                      {NULL, 10, 2, 10, 5}};
  assert_true(requirements_parse_item(STR("a==1\n# b\nc \\\n ==2\n"), lines,
                                      ARRAY_LEN(lines), cm_ar(state), &list,
                                      cm_dg(state)));
  assert_int_equal(list.n, 2);
  assert_int_equal(list.v[0].span.line, 7);
  assert_str(list.v[1].name, "c");
  assert_int_equal(list.v[1].span.line, 9);
  assert_int_equal(list.v[1].span.end_line, 10);
}

static void stops_at_its_limits(void **state) {
  cleanup_sbuf struct sbuf text;
  struct requirements list = {0};
  sbuf_init(&text, 4 * LIMIT_REQUIREMENTS_BYTES);
  for (int i = 0; i <= LIMIT_REQUIREMENTS; i++)
    sbuf_adds(&text, "a\n");
  struct source many = {"r.txt", str_dup(cm_ar(state), sbuf_str(&text))};
  assert_false(
      requirements_parse(&many, false, cm_ar(state), &list, cm_dg(state)));
  sbuf_clear(&text);
  for (int i = 0; i <= LIMIT_REQUIREMENT_LINE_BYTES; i++)
    sbuf_addch(&text, 'a');
  struct source wide = {"r.txt", str_dup(cm_ar(state), sbuf_str(&text))};
  assert_false(
      requirements_parse(&wide, false, cm_ar(state), &list, cm_dg(state)));
  while (text.len <= LIMIT_REQUIREMENTS_BYTES)
    sbuf_adds(&text, "#\n");
  struct source large = {"r.txt", str_dup(cm_ar(state), sbuf_str(&text))};
  assert_false(
      requirements_parse(&large, false, cm_ar(state), &list, cm_dg(state)));
  assert_int_equal(cm_dg(state)->errors, 3);
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(cm_dg(state)->list.v[i].code, DIAG_TOO_LARGE);
}

static void finds_included_files(void **state) {
  static const struct {
    const char *from, *path, *want;
  } rows[] = {
      {"requirements.txt", "base.txt", "base.txt"},
      {"reqs/all.txt", "base.txt", "reqs/base.txt"},
      {"reqs/all.txt", "../c.txt", "c.txt"},
      {"reqs/all.txt", "./a//b/../c.txt", "reqs/a/c.txt"},
      {"requirements.txt", "../c.txt", NULL},
      {"a/b.txt", "../../c.txt", NULL},
      {"requirements.txt", "/etc/passwd", NULL},
      {"requirements.txt", "https://host/r.txt", NULL},
      {"requirements.txt", ".", NULL},
      {"requirements.txt", "", NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct str got;
    bool ok = requirement_include_path(cm_ar(state), str_of(rows[i].from),
                                       str_of(rows[i].path), &got);
    assert_int_equal(ok, rows[i].want != NULL);
    if (ok)
      assert_str(got, rows[i].want);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(cuts_a_file_into_lines),       cm_test(skips_a_byte_order_mark),
      cm_test(takes_items_of_several_lines), cm_test(stops_at_its_limits),
      cm_test(finds_included_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
