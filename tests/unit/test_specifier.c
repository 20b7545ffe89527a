/* PEP 440, "Version specifiers": what each operator lets through. */
#include "cm.h"

#include "cogfe/version.h"

static struct specifier_set set_of(void **state, const char *text) {
  struct specifier_set set;
  if (!specifier_set_parse(cm_ar(state), str_of(text), &set))
    fail_msg("\"%s\" is no set of specifiers", text);
  return set;
}

static void lets_the_right_versions_through(void **state) {
  static const struct {
    const char *set, *version;
    bool want;
  } rows[] = {
      {"", "1.0", true},
      // ~=
      {"~=2.2", "2.2", true},
      {"~=2.2", "2.9.1", true},
      {"~=2.2", "3.0", false},
      {"~=2.2", "2.1", false},
      {"~=1.4.5", "1.4.9", true},
      {"~=1.4.5", "1.5.0", false},
      {"~=2.2.post3", "2.3", true},
      {"~=2.2.post3", "2.2", false},
      {"~=1.4.5a4", "1.4.5a4", true},
      {"~=1.4.5a4", "1.4.6", true},
      {"~=2.2.0", "2.3", false},
      // ==
      {"==1.1", "1.1.0", true},
      {"==1.1", "1.1+local", true},
      {"==1.1", "1.1.post1", false},
      {"==1.1", "1.1a1", false},
      {"==1.1+local", "1.1", false},
      {"==1.1+local.1", "1.1+Local-1", true},
      {"==1.1.*", "1.1.post1", true},
      {"==1.1.*", "1.1a1", true},
      {"==1.1.*", "1.10", false},
      {"==1.1.*", "1", false},
      {"==1.0.*", "1", true},
      {"== v2.*", "2.1+cu118", true},
      // !=
      {"!=1.1", "1.1.0", false},
      {"!=1.1", "1.1.post1", true},
      {"!=1.1.*", "1.1.post1", false},
      {"!=1.1.*", "1.2", true},
      // <= and >=
      {"<=2.0", "2.0+local", true},
      {"<=2.0", "2.0.post1", false},
      {">=2.0", "2.0rc1", false},
      {">=2.0", "2.0", true},
      // < leaves out pre-releases of the operand
      {"<2.0", "2.0rc1", false},
      {"<2.0", "1.9rc1", true},
      {"<2.0rc2", "2.0rc1", true},
      {"<2.0", "2.0", false},
      // > leaves out its post-releases and local versions
      {">1.7", "1.7.post1", false},
      {">1.7", "1.7.1", true},
      {">1.7.post2", "1.7.post3", true},
      {">1.7", "1.7+local", false},
      // ===
      {"===1.0", "1.0", true},
      {"===1.0", "1.0.0", false},
      {"===1.0+A", "1.0+a", true},
      // sets
      {">=2.0,<2.2,!=2.1.1", "2.1.2", true},
      {">=2.0, <2.2 , !=2.1.1", "2.1.1", false},
      {">=1,", "2", true},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct specifier_set set = set_of(state, rows[i].set);
    struct version v;
    assert_true(version_parse(str_of(rows[i].version), &v));
    if (specifier_set_matches(&set, &v) != rows[i].want)
      fail_msg("\"%s\" with %s: not %d", rows[i].set, rows[i].version,
               rows[i].want);
  }
}

static void refuses_what_is_none(void **state) {
  static const char *const rows[] = {
      "1.0",   "=1.0",   "=>1.0",   "~=1",       "~=2.2.*",   ">=2.*", "== ",
      "===",   "<1.0+a", "~=1.0+a", "==1.0a1.*", "==1.0+a.*", "==x",   "!1",
      "==1 2", ">=1;<2", ">=1 <2",  "== 1.0.**", "<>1.0",     "==1\t2"};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct specifier_set set;
    if (specifier_set_parse(cm_ar(state), str_of(rows[i]), &set))
      fail_msg("\"%s\" is a set of specifiers", rows[i]);
  }
}

static void finds_the_pin(void **state) {
  static const struct {
    const char *set, *want;
  } rows[] = {
      {"==2.1.0+cu118", "2.1.0+cu118"},
      {"<3, == 2.1", "2.1"},
      {"===2.1", "2.1"},
      {"==2.1.*", NULL},
      {">=2.1", NULL},
      {"", NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct specifier_set set = set_of(state, rows[i].set);
    const struct specifier *pin = specifier_set_pin(&set);
    assert_int_equal(!pin, !rows[i].want);
    if (pin)
      assert_str(pin->text, rows[i].want);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(lets_the_right_versions_through),
      cm_test(refuses_what_is_none),
      cm_test(finds_the_pin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
