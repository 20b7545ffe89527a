#include "scratch.h"

#include "cogfe/context.h"

static struct str_vec load(void **state, const char *name) {
  struct context *c =
      context_open_dir(cm_ar(state), scratch_path(state, "."), cm_dg(state));
  assert_non_null(c);
  struct context_ignore ignore;
  const bool ok = context_ignore_load(c, c, str_of(name), cm_ar(state), &ignore,
                                      cm_dg(state));
  context_close(c);
  assert_true(ok);
  return ignore.patterns;
}

static void without_a_file_nothing_is_ignored(void **state) {
  assert_int_equal(load(state, "cog.yaml").n, 0);
}

static void the_file_of_the_config_goes_before_the_context_s(void **state) {
  scratch_write(state, ".dockerignore", STR("data\n"));
  assert_str(load(state, "cog.yaml").v[0], "data");
  scratch_write(state, "cog.yaml.dockerignore", STR("weights\n"));
  assert_str(load(state, "cog.yaml").v[0], "weights");
  assert_str(load(state, "other.yaml").v[0], "data");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      scratch_test(without_a_file_nothing_is_ignored),
      scratch_test(the_file_of_the_config_goes_before_the_context_s),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
