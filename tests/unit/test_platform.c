#include "cm.h"

#include "cogfe/platform.h"

static void platforms_are_normalized(void **state) {
  const struct {
    const char *text, *want;
  } rows[] = {
      {"linux/amd64", "linux/amd64"},
      {"linux/x86_64", "linux/amd64"},
      {"Linux/AArch64", "linux/arm64"},
      {"arm64/v8", "arm64/v8"},
      {"linux/arm64/v8", "linux/arm64"},
      {"linux/arm", "linux/arm/v7"},
      {"linux/armel", "linux/arm/v6"},
      {"arm64", "linux/arm64"},
      {"linux", "linux/amd64"},
      {"linux/amd64/v1", "linux/amd64"},
      {"linux/amd64/v3", "linux/amd64/v3"},
      {"a/b/c/d", NULL},
      {"", NULL},
      {"linux/", NULL},
      {"linux/$(x)", NULL},
      {"linux/arm64/9", "linux/arm64/v9"},
  };
  const struct platform fallback = {STR("linux"), STR("amd64"), {0}, {0}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct platform p;
    bool ok = platform_parse(cm_ar(state), str_of(rows[i].text), &fallback, &p);
    if (ok != (rows[i].want != NULL))
      fail_msg("%s", rows[i].text);
    if (ok && rows[i].want)
      assert_str(platform_id(cm_ar(state), &p), rows[i].want);
  }
}

static void knows_what_linux_runs_on(void **state) {
  const struct {
    const char *text, *meant; // "" is no guess, NULL is a platform
  } rows[] = {
      {"linux/amd64", NULL},
      {"linux/arm64/v8", NULL},
      {"linux/arm/v6", NULL},
      {"linux/amd64/v3", NULL},
      {"linux/riscv64", NULL},
      {"linux/amd46", "linux/amd64"},
      {"linux/arm46/v8", "linux/arm64"},
      {"linux/ppc46le", "linux/ppc64le"},
      {"lunix/amd64", "linux/amd64"},
      {"windows/amd64", ""},
      {"linux/vax", ""},
  };
  const struct platform fallback = {STR("linux"), STR("amd64"), {0}, {0}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct platform p;
    const char *meant = NULL;
    assert_true(
        platform_parse(cm_ar(state), str_of(rows[i].text), &fallback, &p));
    const bool known = platform_is_linux(cm_ar(state), &p, &meant);
    if (known != !rows[i].meant)
      fail_msg("%s", rows[i].text);
    if (rows[i].meant)
      assert_string_equal(meant ? meant : "", rows[i].meant);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(platforms_are_normalized),
      cm_test(knows_what_linux_runs_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
