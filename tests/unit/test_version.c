/* PEP 440: every rule of it in a row or two. */
#include "cm.h"

#include "cogfe/version.h"

static struct version parsed(const char *text) {
  struct version v;
  if (!version_parse(str_of(text), &v))
    fail_msg("\"%s\" is not a version", text);
  return v;
}

static void reads_every_spelling(void **state) {
  static const struct {
    const char *text, *want;
  } rows[] = {
      // releases
      {"2", "2"},
      {"2.1.0", "2.1.0"},
      {" v2.1\n", "2.1"},
      {"007.0010", "7.10"},
      {"3!1.0", "3!1.0"},
      {"0!1.0", "1.0"},
      {"2023.12.31.23.59", "2023.12.31.23.59"},
      {"99999999999999999999999.1", "99999999999999999999999.1"},
      // pre-releases: separators, case, long names, no number
      {"1.0a1", "1.0a1"},
      {"1.0.ALPHA_2", "1.0a2"},
      {"1.0-beta", "1.0b0"},
      {"1.0b.3", "1.0b3"},
      {"1.0c4", "1.0rc4"},
      {"1.0-preview.05", "1.0rc5"},
      {"1.0pre", "1.0rc0"},
      {"1.0rc1", "1.0rc1"},
      {"1.0a-", "1.0a0"},
      // post-releases
      {"1.0.post2", "1.0.post2"},
      {"1.0-2", "1.0.post2"},
      {"1.0rev3", "1.0.post3"},
      {"1.0-r", "1.0.post0"},
      {"1.0post_4", "1.0.post4"},
      // development releases
      {"1.0.dev5", "1.0.dev5"},
      {"1.0dev", "1.0.dev0"},
      {"1.0-DEV-6", "1.0.dev6"},
      // local versions
      {"2.1.0+cu118", "2.1.0+cu118"},
      {"1.0+Ubuntu-1_007", "1.0+ubuntu.1.7"},
      // all of it
      {"1!2.0rc1-post2.dev3+abc.4", "1!2.0rc1.post2.dev3+abc.4"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct version v = parsed(rows[i].text);
    assert_str(version_normal(cm_ar(state), &v), rows[i].want);
  }
}

static void refuses_what_is_no_version(void **state) {
  (void)state;
  static const char *const rows[] = {
      "",       "v",        "three",   "1..2",   "1.",      ".1",
      "1.0+",   "1.0+a..b", "1.0+a+b", "1.0 a",  "1.0a1b2", "1.0dev1a1",
      "1.0--1", "1!",       "!1",      "1.0+é",  "1.0.x",   "2.1.*",
      "1 .0",   "1.0rc1rc", "-1",      "1.0pos", "1!2!3",   "1.0.post1-2",
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct version v;
    if (version_parse(str_of(rows[i]), &v))
      fail_msg("\"%s\" is a version", rows[i]);
  }
}

// Each is below all that stand behind it.
static void orders_versions(void **state) {
  (void)state;
  static const char *const rows[] = {
      "0",
      "0.0.1.dev1",
      "1.0.dev1",
      "1.0.dev2",
      "1.0a1.dev1",
      "1.0a1",
      "1.0a1.post1",
      "1.0a2",
      "1.0a10",
      "1.0b1.dev3",
      "1.0b1",
      "1.0rc1",
      "1.0rc1.post",
      "1.0",
      "1.0+abc",
      "1.0+abc.5",
      "1.0+abc.7",
      "1.0+5",
      "1.0+10",
      "1.0.post1.dev2",
      "1.0.post1",
      "1.0.post2",
      "1.0.1",
      "1.1.dev1",
      "1.1",
      "1.9",
      "1.10",
      "2.0",
      "10.0",
      "2023.1",
      "99999999999999999999",
      "1!0.1",
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
      struct version a = parsed(rows[i]), b = parsed(rows[k]);
      int d = version_cmp(&a, &b), want = (i > k) - (i < k);
      if ((d > 0) - (d < 0) != want)
        fail_msg("\"%s\" against \"%s\": %d", rows[i], rows[k], d);
    }
}

static void knows_equal_ones(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"1.0", "1.0.0"},     {"1", "v1.0"},          {"1.0-1", "1.0.post01"},
      {"1.0c1", "1.0.RC1"}, {"0!1.0", "1.0"},       {"1.0+A-1", "1.0+a.01"},
      {"01.0", "1.00"},     {"1.0a0", "1.0-alpha"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct version a = parsed(rows[i][0]), b = parsed(rows[i][1]);
    assert_int_equal(version_cmp(&a, &b), 0);
  }
}

static void leaves_local_versions_out(void **state) {
  (void)state;
  struct version a = parsed("2.1.0+cu118"), b = parsed("2.1");
  assert_int_equal(version_cmp_public(&a, &b), 0);
  assert_true(version_cmp(&a, &b) > 0);
}

static void takes_releases_apart(void **state) {
  (void)state;
  struct version v = parsed("2.10.3rc1"), minor = parsed("2.10"),
                 other = parsed("2.1"), longer = parsed("2.10.3.0"),
                 epoch = parsed("1!2.10");
  assert_int_equal(version_n_parts(&v), 3);
  assert_str(version_part(&v, 1), "10");
  assert_str(version_part(&v, 7), "0");
  assert_true(version_starts(&v, &minor));
  assert_true(version_starts(&v, &longer));
  assert_false(version_starts(&v, &other));
  assert_false(version_starts(&v, &epoch));
  assert_true(version_is_pre(&v));
}

// PEP 440, "Summary of permitted suffixes and relative ordering".
static void orders_the_example_of_the_pep(void **state) {
  (void)state;
  static const char *const rows[] = {"1.dev0",
                                     "1.0.dev456",
                                     "1.0a1",
                                     "1.0a2.dev456",
                                     "1.0a12.dev456",
                                     "1.0a12",
                                     "1.0b1.dev456",
                                     "1.0b2",
                                     "1.0b2.post345.dev456",
                                     "1.0b2.post345",
                                     "1.0rc1.dev456",
                                     "1.0rc1",
                                     "1.0",
                                     "1.0+abc.5",
                                     "1.0+abc.7",
                                     "1.0+5",
                                     "1.0.post456.dev34",
                                     "1.0.post456",
                                     "1.0.15",
                                     "1.1.dev1"};
  for (size_t i = 0; i + 1 < ARRAY_LEN(rows); i++) {
    struct version a = parsed(rows[i]), b = parsed(rows[i + 1]);
    if (version_cmp(&a, &b) >= 0)
      fail_msg("%s is not below %s", rows[i], rows[i + 1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(orders_the_example_of_the_pep),
      cm_test(reads_every_spelling),
      cm_test(refuses_what_is_no_version),
      cm_test(orders_versions),
      cm_test(knows_equal_ones),
      cm_test(leaves_local_versions_out),
      cm_test(takes_releases_apart),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
