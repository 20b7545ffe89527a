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

static bool hides(void **state, const char *path) {
  struct context *c =
      context_open_dir(cm_ar(state), scratch_path(state, "."), cm_dg(state));
  struct context_ignore ignore;
  assert_true(context_ignore_load_model(c, c, STR("cog.yaml"), cm_ar(state),
                                        &ignore, cm_dg(state)));
  context_close(c);
  return context_ignore_hides(&ignore, str_of(path));
}

static void of_a_model_some_things_are_ignored_until_taken_back(void **state) {
  assert_true(hides(state, ".git/config"));
  assert_true(hides(state, ".venv/bin/python"));
  assert_true(hides(state, "venv/pyvenv.cfg"));
  assert_false(hides(state, ".gitattributes"));
  assert_false(hides(state, "third/.git"));
  scratch_write(state, ".dockerignore", STR("data\n!.git\n"));
  assert_true(hides(state, "data/x"));
  assert_false(hides(state, ".git/config"));
  assert_true(hides(state, ".venv/bin/python"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      scratch_test(without_a_file_nothing_is_ignored),
      scratch_test(of_a_model_some_things_are_ignored_until_taken_back),
      scratch_test(the_file_of_the_config_goes_before_the_context_s),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
