#include "cm.h"

#include "cogfe/context.h"
#include "cogfe/limits.h"

static struct source src = {.name = ".dockerignore"};
static struct context_ignore ignore;

static bool parse(void **state, const char *text) {
  src.text = str_of(text);
  return context_ignore_parse(cm_ar(state), &src, &ignore, cm_dg(state));
}

static struct str joined(void **state) {
  struct str out = STR("");
  for (size_t i = 0; i < ignore.patterns.n; i++)
    out = str_printf(cm_ar(state), STR_FMT STR_FMT "|", STR_ARG(out),
                     STR_ARG(ignore.patterns.v[i]));
  return out;
}

static void reads_lines_as_docker_does(void **state) {
  static const struct {
    const char *text;
    const char *want;
  } rows[] = {
      {"", ""},
      {"a\nb\n", "a|b|"},
      {"a\r\nb", "a|b|"},
      {"\xef\xbb\xbf"
       "a\n",
       "a|"},
      {"a\n\xef\xbb\xbf#b\n", "a|\xef\xbb\xbf#b|"},
      {"# comment\n#!x\na", "a|"},
      {" # no comment\n", "# no comment|"},
      {"\n  \t\n a \xc2\xa0\n", "a|"},
      {"./a//b/../c/\n", "a/c|"},
      {"/a\n/\n//\n", "a|/|/|"},
      {"a/../..\n../../b/../c\n/../a\n", "..|../../c|a|"},
      {".\n./\n", ".|.|"},
      {"!a\n! ./b/\n!/c\n", "!a|!b|!c|"},
      {"a b\n", "a b|"},
      {"./ a\n./!b\n", " a|!b|"},
      {"**/__pycache__\n!**/x", "**/__pycache__|!**/x|"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    print_message("  %zu\n", i);
    assert_true(parse(state, rows[i].text));
    assert_str(joined(state), rows[i].want);
  }
}

static void the_last_pattern_that_matches_decides(void **state) {
  static const struct {
    const char *text;
    const char *path;
    bool want;
  } rows[] = {
      // https://docs.docker.com/build/concepts/context/#negating-matches
      {"*.md\n!README.md\n", "README.md", false},
      {"*.md\n!README.md\n", "CHANGES.md", true},
      {"*.md\n!README*.md\nREADME-secret.md\n", "README-secret.md", true},
      {"*.md\n!README*.md\nREADME-secret.md\n", "README-x.md", false},
      {"*.md\nREADME-secret.md\n!README*.md\n", "README-secret.md", false},
      {"# none\n", "a", false},
      {"*\n!src\n", "src/a/b.py", false},
      {"*\n!src\nsrc/a\n", "src/a/b.py", true},
      {"**\n!src/a.py\n", "src/a.py", false},
      {"**\n!src/a.py\n", "src/b.py", true},
      {"docs\n!docs/README.md\n", "docs/README.md", false},
      {"!a\n*\n", "a", true},
      {"**", ".", false},
      {"./ a", "a", true}, // trimmed a second time
      {"*\n./!a", "a", false},
      {"./\xc2\xa0/", "a", false},
      {"/requirements.txt", "requirements.txt", true},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    assert_true(parse(state, rows[i].text));
    if (context_ignore_hides(&ignore, str_of(rows[i].path)) != rows[i].want)
      fail_msg("%s in:\n%s", rows[i].path, rows[i].text);
  }
}

static void each_bad_line_is_an_error_in_its_place(void **state) {
  assert_false(parse(state, "ok\n!\n  a[b  \n! x\\ \n\xff\n"));
  assert_str(
      cm_rendered(state),
      ".dockerignore:2:1: error: \"!\" is not a pattern: nothing stands behind "
      "\"!\" [bad-ignore]\n"
      "    2 | !\n"
      "      | ^\n"
      ".dockerignore:3:3: error: \"a[b\" is not a pattern: the brackets "
      "\"[…]\" in it are wrong [bad-ignore]\n"
      "    3 |   a[b  \n"
      "      |   ^^^\n"
      ".dockerignore:4:1: error: \"! x\\\" is not a pattern: a \"\\\" stands "
      "at its end [bad-ignore]\n"
      "    4 | ! x\\ \n"
      "      | ^^^^\n"
      ".dockerignore:5:1: error: \"?\" is not a pattern: it is not text in UTF-8 "
      "[bad-ignore]\n"
      "    5 | ?\n"
      "      | ^\n");
}

static void there_are_limits(void **state) {
  struct sbuf text;
  sbuf_init(&text, 1 << 20);
  for (int i = 0; i <= LIMIT_IGNORE_PATTERNS; i++)
    sbuf_adds(&text, "a\n");
  src.text = sbuf_str(&text);
  bool many = context_ignore_parse(cm_ar(state), &src, &ignore, cm_dg(state));
  src.text.len -= 2;
  bool fit = context_ignore_parse(cm_ar(state), &src, &ignore, cm_dg(state));
  memset(text.ptr, 'a', LIMIT_PATH_BYTES);
  bool longer = context_ignore_parse(cm_ar(state), &src, &ignore, cm_dg(state));
  sbuf_release(&text);
  assert_false(many);
  assert_true(fit);
  assert_false(longer);
  assert_int_equal(cm_dg(state)->list.v[0].code, DIAG_TOO_LARGE);
  assert_int_equal(cm_dg(state)->list.v[1].code, DIAG_BAD_IGNORE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(reads_lines_as_docker_does),
      cm_test(the_last_pattern_that_matches_decides),
      cm_test(each_bad_line_is_an_error_in_its_place),
      cm_test(there_are_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
