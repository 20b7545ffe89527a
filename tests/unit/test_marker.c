/* PEP 508, "Environment Markers", for CPython on Linux. */
#include "cm.h"

#include "cogfe/version.h"

static const struct marker_env py310 = {STR("3.10.6"), STR("x86_64")};

static void holds_markers_against_the_image(void **state) {
  (void)state;
  static const struct {
    const char *marker;
    enum marker_result want;
  } rows[] = {
      {"", MARKER_TRUE},
      {"python_version >= '3.9'", MARKER_TRUE},
      {"python_version<\"3.9\"", MARKER_FALSE}, // as versions, not as text
      {"'3.9' < python_version", MARKER_TRUE},
      {"python_version == '3.10.*'", MARKER_TRUE},
      {"python_version ~= '3.8'", MARKER_TRUE},
      {"python_full_version < '3.10.5'", MARKER_FALSE},
      {"sys_platform == 'darwin'", MARKER_FALSE},
      {"sys_platform != 'darwin'", MARKER_TRUE},
      {"os_name == 'posix' and platform_system == 'Linux'", MARKER_TRUE},
      {"os_name == 'nt' or platform_machine == 'x86_64'", MARKER_TRUE},
      {"os_name == 'nt' and (os_name == 'posix' or os_name == 'nt')",
       MARKER_FALSE},
      {"os_name == 'posix' or os_name == 'nt' and os_name == 'nt'",
       MARKER_TRUE},
      {"'linux' in sys_platform", MARKER_TRUE},
      {"'win' not in sys_platform", MARKER_TRUE},
      {"platform_python_implementation == 'PyPy'", MARKER_FALSE},
      {"extra == 'test'", MARKER_FALSE},
      {"os.name == 'posix' and sys.platform == 'linux'", MARKER_TRUE},
      {"platform.machine == 'aarch64'", MARKER_FALSE},
      {"platform.python_implementation == 'CPython'", MARKER_TRUE},
      {"python_implementation != 'CPython'", MARKER_FALSE},
      {"implementation_version >= '3.10.6'", MARKER_TRUE},
      {"os_name not  in 'nt, java'", MARKER_TRUE},
      // what nobody knows, alone and where it does not matter
      {"platform_release > '5'", MARKER_UNKNOWN},
      {"platform_release > '5' and os_name == 'nt'", MARKER_FALSE},
      {"platform_release > '5' or os_name == 'posix'", MARKER_TRUE},
      {"platform_release > '5' or os_name == 'nt'", MARKER_UNKNOWN},
      // what is no marker
      {"python_version", MARKER_UNKNOWN},
      {"python_version > ", MARKER_UNKNOWN},
      {"python_version > '3", MARKER_UNKNOWN},
      {"(os_name == 'posix'", MARKER_UNKNOWN},
      {"os_name == 'posix') or", MARKER_UNKNOWN},
      {"os_name == 'posix' xor os_name == 'nt'", MARKER_UNKNOWN},
      {"os_name not == 'posix'", MARKER_UNKNOWN},
      {"sys_platform ~= 'linux'", MARKER_UNKNOWN},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    enum marker_result got = marker_eval(str_of(rows[i].marker), &py310);
    if (got != rows[i].want)
      fail_msg("%s: %d", rows[i].marker, (int)got);
  }
}

static void does_not_guess_the_patch_release(void **state) {
  (void)state;
  const struct marker_env minor = {STR("3.10"), STR("")};
  assert_int_equal(marker_eval(STR("python_version == '3.10'"), &minor),
                   MARKER_TRUE);
  static const struct {
    const char *marker;
    enum marker_result want;
  } rows[] = {
      {"python_full_version > '3.10.1'", MARKER_UNKNOWN},
      {"python_full_version >= '3.10.0'", MARKER_TRUE},
      {"python_full_version < '3.9.2'", MARKER_FALSE},
      {"'3.11.0a1' > python_full_version", MARKER_TRUE},
      {"python_full_version ~= '3.10.0'", MARKER_TRUE},
      {"python_full_version == '3.10.*'", MARKER_TRUE},
      {"python_full_version != '3.9.*'", MARKER_TRUE},
      {"python_full_version == '3.10.4'", MARKER_UNKNOWN},
      {"python_full_version != '3.10.4'", MARKER_UNKNOWN},
      {"python_full_version === '3.10.4'", MARKER_UNKNOWN},
      {"python_full_version in '3.10.4, 3.10.5'", MARKER_UNKNOWN},
      {"python_full_version == python_full_version", MARKER_UNKNOWN},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    enum marker_result got = marker_eval(str_of(rows[i].marker), &minor);
    if (got != rows[i].want)
      fail_msg("%s: %d", rows[i].marker, (int)got);
  }
  assert_int_equal(marker_eval(STR("platform_machine == 'x86_64'"), &minor),
                   MARKER_UNKNOWN);
}

static void stops_at_deep_parentheses(void **state) {
  cleanup_sbuf struct sbuf deep;
  sbuf_init(&deep, 1 << 20);
  for (int i = 0; i < 100000; i++)
    sbuf_addch(&deep, '(');
  struct str text = str_dup(cm_ar(state), sbuf_str(&deep));
  assert_int_equal(marker_eval(text, &py310), MARKER_UNKNOWN);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(holds_markers_against_the_image),
      cm_test(does_not_guess_the_patch_release),
      cm_test(stops_at_deep_parentheses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
