// Builds that fail on an image of the user's own.
#include "fake_engine.h"

static const struct fake_file files[] = {
    {"cog.yaml", "build:\n"
                 "  python_version: \"3.11\"\n"
                 "  system_packages: [ffmpeg]\n"},
    {"bin/sh", "a shell"},
    {"usr/bin/apt-get", "a program"},
};

static struct fake_engine run_files(void **state, const struct fake_file *v,
                                    size_t n_files, const char *option) {
  const char **env = arena_array(cm_ar(state), const char *, 5);
  env[0] = "BUILDKIT_SESSION_ID=session";
  env[1] = "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml";
  env[2] = arena_printf(cm_ar(state), "BUILDKIT_FRONTEND_OPT_1=%s", option);
  env[3] = "BUILDKIT_FRONTEND_OPT_2=build-arg:COG_SDK=off"; // nor packages
  struct fake_engine e = {.kind = GW_NEW_ENGINE,
                          .files = v,
                          .n_files = n_files,
                          .env = env,
                          .fail_evaluate = true};
  fake_engine_run(&e, cm_ar(state));
  assert_int_equal(e.exit_status, 0);
  return e;
}

static struct fake_engine run(void **state, size_t n_files,
                              const char *option) {
  return run_files(state, files, n_files, option);
}

static void says_what_the_image_lacks(void **state) {
  static const char *const own[] = {
      "build-arg:COG_BASE_IMAGE=r.example/mine:1",
      "context:python:3.11-slim=docker-image://r.example/mine:1",
      "context:python:3.11-slim=local:rootfs",
  };
  static const char *const lacks[] = {
      "\" has no shell (/bin/sh), and the step is run by one",
      "\" has no apt-get, by which tini and packages come",
  };
  for (size_t i = 0; i < ARRAY_LEN(own); i++) {
    for (size_t have = 0; have < ARRAY_LEN(lacks); have++) {
      const struct fake_engine e = run(state, 1 + have, own[i]);
      if (!str_starts(e.error, "cog.yaml:3:3: the image \"") ||
          !str_contains(e.error, lacks[have]))
        fail_msg("%s: " STR_FMT, own[i], STR_ARG(e.error));
    }
    const struct fake_engine e = run(state, ARRAY_LEN(files), own[i]);
    assert_str(e.error, "the engine's own words");
  }
}

/** The engine builds after Return then, and tells the client itself. */
static void images_of_the_tables_are_not_waited_for(void **state) {
  const struct fake_engine e = run(state, 1, "build-arg:COG_STRICT=0");
  assert_str(e.error, "");
}

static const char own_image[] = "build-arg:COG_BASE_IMAGE=r.example/mine:1";

/** An error with a large config or command in it is longer than the header that
 *  brings it may be: the engine shows it itself, behind Return. */
static void what_could_not_be_read_is_the_engines_to_tell(void **state) {
  static const struct {
    const char *before;
    int size; // of blanks
    const char *behind;
  } texts[] = {
      {"build:\n  python_version: \"3.11\"\n# ", 40000, "a comment\n"},
      {"build:\n  python_version: \"3.11\"\n  run: [\"echo ", 20000, "a\"]\n"},
  };
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    const struct fake_file large[] = {
        {"cog.yaml", arena_printf(cm_ar(state), "%s%*s%s", texts[i].before,
                                  texts[i].size, "", texts[i].behind)},
        files[1],
        files[2]};
    const struct fake_engine e =
        run_files(state, large, ARRAY_LEN(large), own_image);
    assert_str(e.error, "");
  }
  const struct fake_engine e = run(state, ARRAY_LEN(files), own_image);
  assert_str(e.error, "the engine's own words");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(says_what_the_image_lacks),
      cm_test(images_of_the_tables_are_not_waited_for),
      cm_test(what_could_not_be_read_is_the_engines_to_tell),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
