/* PEP 508 and what pip reads beyond it: one line at a time. */
#include "cm.h"

#include "cogfe/version.h"

static const struct requirement *read_one(void **state, const char *text) {
  struct requirements list = {0};
  struct span here = {0};
  assert_true(requirements_parse_item(str_of(text), &here, 1, cm_ar(state),
                                      &list, cm_dg(state)));
  assert_int_equal(list.n, 1);
  assert_str(list.v[0].text, text);
  assert_int_equal(list.v[0].line.len, list.v[0].text.len);
  return &list.v[0];
}

static void reads_names_with_everything_behind_them(void **state) {
  static const struct {
    const char *text, *name, *extras, *url, *marker;
    size_t n_specifiers;
  } rows[] = {
      {"A", "a", "", "", "", 0},
      {"Foo.Bar__baz", "foo-bar-baz", "", "", "", 0},
      {"name<=1", "name", "", "", "", 1},
      {"name>=3", "name", "", "", "", 1},
      {"name >= 3 , < 2", "name", "", "", "", 2},
      {"name (>=3,<2)", "name", "", "", "", 2},
      {"fire >= 0.6.0", "fire", "", "", "", 1},
      {"numpy===1.22.0", "numpy", "", "", "", 1},
      {"name[quux, strange];python_version<'2.7' and platform_version=='2'",
       "name", "quux, strange", "",
       "python_version<'2.7' and "
       "platform_version=='2'",
       0},
      {"requests [security,tests] >= 2.8.1, == 2.8.* ; python_version < "
       "\"2.7\"",
       "requests", "security,tests", "", "python_version < \"2.7\"", 2},
      {"imageio[]", "imageio", "", "", "", 0},
      {"name@http://foo.com", "name", "", "http://foo.com", "", 0},
      {"name [fred,bar] @ http://foo.com ; python_version=='2.7'", "name",
       "fred,bar", "http://foo.com", "python_version=='2.7'", 0},
      {"pip @ file:///localbuilds/pip-1.3.1.zip", "pip", "",
       "file:///localbuilds/pip-1.3.1.zip", "", 0},
      {"clip@git+https://github.com/openai/CLIP.git", "clip", "",
       "git+https://github.com/openai/CLIP.git", "", 0},
      {"torch==2.1.0 # the last that works", "torch", "", "", "", 1},
      {"  torch==2.1.0  ", "torch", "", "", "", 1},
      {"torch==\\\n2.1.0", "torch", "", "", "", 1},
      {"torch==2.1.0\\", "torch", "", "", "", 1},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct requirement *r = read_one(state, rows[i].text);
    if (r->kind != REQUIREMENT_PACKAGE)
      fail_msg("%s is of kind %d", rows[i].text, (int)r->kind);
    assert_str(r->name, rows[i].name);
    assert_str(r->extras, rows[i].extras);
    assert_str(r->url, rows[i].url);
    assert_str(r->marker, rows[i].marker);
    assert_int_equal(r->specifiers.n, rows[i].n_specifiers);
  }
}

static void reads_files_and_repositories(void **state) {
  static const struct {
    const char *text, *name, *url;
  } rows[] = {
      {"https://host/torch-2.1.0-cp311-cp311-linux_x86_64.whl", "torch",
       "https://host/torch-2.1.0-cp311-cp311-linux_x86_64.whl"},
      {"https://host/n-0.0.6-cp311-cp311-linux_x86_64.whl#cacheburst", "n",
       "https://host/n-0.0.6-cp311-cp311-linux_x86_64.whl#cacheburst"},
      {"git+https://github.com/openai/CLIP.git@8a66#egg=CLIP&subdirectory=x",
       "clip",
       "git+https://github.com/openai/CLIP.git@8a66#egg=CLIP&subdirectory=x"},
      {"git+ssh://git@host/a.git", "", "git+ssh://git@host/a.git"},
      {"./wheels/My_Pkg-1.0-py3-none-any.whl", "my-pkg",
       "./wheels/My_Pkg-1.0-py3-none-any.whl"},
      {"pkg-1.0.tar.gz", "", "pkg-1.0.tar.gz"},
      {".", "", "."},
      {"https://h/a;b ; os_name == 'nt'", "", "https://h/a;b"},
      {"-e git+https://h/a.git#egg=a", "", "git+https://h/a.git#egg=a"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct requirement *r = read_one(state, rows[i].text);
    if (r->kind != REQUIREMENT_FILE)
      fail_msg("%s is of kind %d", rows[i].text, (int)r->kind);
    assert_str(r->url, rows[i].url);
    if (rows[i].name[0])
      assert_str(r->name, rows[i].name);
  }
}

static void reads_options(void **state) {
  static const struct {
    const char *text, *name, *value;
    enum requirement_option_kind kind;
  } rows[] = {
      {"--index-url https://h", "--index-url", "https://h", OPTION_INDEX},
      {"-i https://h", "-i", "https://h", OPTION_INDEX},
      {"-ihttps://h", "-i", "https://h", OPTION_INDEX},
      {"--extra-index-url=https://h", "--extra-index-url", "https://h",
       OPTION_EXTRA_INDEX},
      {"--extra-index-url  'https://h/a b'", "--extra-index-url",
       "https://h/a b", OPTION_EXTRA_INDEX},
      {"-f ./links", "-f", "./links", OPTION_FIND_LINKS},
      {"--find-links=\"https://h\"", "--find-links", "https://h",
       OPTION_FIND_LINKS},
      {"torch --hash=sha256:00", "--hash", "sha256:00", OPTION_HASH},
      {"--pre", "--pre", "", OPTION_OTHER},
      {"--no-binary :all:", "--no-binary", ":all:", OPTION_OTHER},
      {"--strange=1", "--strange=1", "", OPTION_UNKNOWN},
      {"--index-url", "--index-url", "", OPTION_INDEX},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct requirement *r = read_one(state, rows[i].text);
    assert_int_equal(r->options.n, 1);
    const struct requirement_option *o = &r->options.v[0];
    assert_str(o->name, rows[i].name);
    assert_str(o->value, rows[i].value);
    assert_int_equal(o->kind, rows[i].kind);
    assert_int_equal(o->off + o->len, r->text.len);
  }
}

static void finds_options_behind_a_requirement(void **state) {
  const struct requirement *r = read_one(
      state, "torch==1.13.0 ; os_name=='posix' --extra-index-url U -f V # c");
  assert_str(r->marker, "os_name=='posix'");
  assert_int_equal(r->options.n, 2);
  assert_str(r->options.v[1].value, "V");
}

static void finds_files_that_are_included(void **state) {
  const struct requirement *r = read_one(state, "-r base.txt");
  assert_int_equal(r->kind, REQUIREMENT_INCLUDE);
  assert_str(r->path, "base.txt");
  assert_false(r->constraint);
  r = read_one(state, "--constraint=../c.txt");
  assert_int_equal(r->kind, REQUIREMENT_INCLUDE);
  assert_str(r->path, "../c.txt");
  assert_true(r->constraint);
}

static void leaves_to_pip_what_it_does_not_know(void **state) {
  static const char *const rows[] = {"==1.0",
                                     "a b",
                                     "a[b",
                                     "a[b c]==1",
                                     "a[b,]==1",
                                     "a,",
                                     "a==1.0==2",
                                     "é==1",
                                     "olmocr==0.1\"",
                                     "[x]",
                                     "a @@ b c",
                                     "a==1 ; python_version",
                                     "a==1 ; os_name == 'nt",
                                     "a==1 ; os_name == 'nt' else",
                                     "a==1 ; python version > '3'",
                                     "a ; os_name == 'x' AND os_name == 'y'",
                                     "a ; os_name == 'x' Or os_name == 'y'",
                                     "a ; os_name NOT IN 'x'",
                                     "a ; some_name == 'x'",
                                     "a ; python_version >= 3.8",
                                     "a>=1,,<2",
                                     "a>=1,,",
                                     "a @ x",
                                     "a @ https://h/a.whl ; garbage here",
                                     "a @ https://h/a.whl ;garbage == '3'",
                                     "https://h/a.whl ; garbage"};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (read_one(state, rows[i])->kind != REQUIREMENT_UNKNOWN)
      fail_msg("%s is understood", rows[i]);
  assert_true(cm_dg(state)->list.n > 0);
  assert_int_equal(cm_dg(state)->errors, 0);
}

// Held against pip 26.3.
static void takes_what_pip_takes(void **state) {
  static const char *const rows[] = {"a>=1,",
                                     "a>= 1 , < 2, ",
                                     "a @ https://h/a.whl; os_name == 'x'",
                                     "a @ file:a.whl",
                                     "a @ ./a.whl",
                                     "https://h/a;b=1.tar.gz ; os_name == 'x'",
                                     "a ; platform.machine == 'x'",
                                     "a ; 'x' == dependency_groups",
                                     "a ; (os_name=='x'or os_name=='y')"};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (read_one(state, rows[i])->kind == REQUIREMENT_UNKNOWN)
      fail_msg("%s is not understood", rows[i]);
  assert_int_equal(cm_dg(state)->list.n, 0);
  assert_int_equal(read_one(state, "a>=1;")->kind, REQUIREMENT_PACKAGE);
  assert_true(str_contains(cm_rendered(state), "nothing stands behind \";\""));
}

// Held against pip 26.3, and 24.0 for --global-option.
static void options_that_pip_refuses(void **state) {
  static const char *const bad[] = {"six --no-deps",
                                    "six -U",
                                    "six --no-build-isolation",
                                    "--no-cache-dir",
                                    "six --requirements x",
                                    "-q",
                                    "--use-pep517"};
  static const char *const good[] = {
      "six --config-settings x=y", "--extra-index https://h/", "-e .",
      "six --global-option=x",     "six -fhttps://h/",         "six --pre"};
  for (size_t i = 0; i < ARRAY_LEN(good); i++)
    read_one(state, good[i]);
  assert_int_equal(cm_dg(state)->list.n, 0);
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    read_one(state, bad[i]);
    assert_int_equal(cm_dg(state)->list.n, i + 1);
  }
  assert_true(str_contains(cm_rendered(state), "no option \"--no-deps\""));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(reads_names_with_everything_behind_them),
      cm_test(reads_files_and_repositories),
      cm_test(reads_options),
      cm_test(finds_options_behind_a_requirement),
      cm_test(finds_files_that_are_included),
      cm_test(leaves_to_pip_what_it_does_not_know),
      cm_test(takes_what_pip_takes),
      cm_test(options_that_pip_refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
