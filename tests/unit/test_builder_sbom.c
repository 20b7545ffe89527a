// Scans that the frontend runs itself, because the engine's own would look at
// the image alone.
#include "fake_engine.h"

static const char cog_yaml[] = "build:\n"
                               "  python_version: \"3.11\"\n"
                               "  python_packages: [\"six==1.16.0\"]\n"
                               "predict: predict.py:predict\n";

static const char scanner[] =
    "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Entrypoint\":"
    "[\"/scan\"],\"Cmd\":[\"all\"],\"WorkingDir\":\"/work\",\"Env\":[\"A=b\"]}}";

static struct fake_engine build(void **state, const char *config,
                                const char *const *options) {
  struct arena *ar = cm_ar(state);
  // Once its schema is known, the plan is made again.
  static const struct fake_file files[] = {
      {"cog.yaml", cog_yaml},
      {"predict.py", "def predict(text: str) -> str:\n    return text\n"}};
  const char **env = arena_array(ar, const char *, 8);
  size_t n = 0;
  env[n++] = "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml";
  for (; *options; options++, n++)
    env[n] = arena_printf(ar, "BUILDKIT_FRONTEND_OPT_%zu=%s", n, *options);
  struct fake_engine e = {.kind = GW_NEW_ENGINE,
                          .files = files,
                          .n_files = ARRAY_LEN(files),
                          .env = env,
                          .image_config = config};
  fake_engine_run(&e, ar);
  return e;
}

static void scans_what_is_asked_for(void **state) {
  static const char *const options[] = {
      "attest:sbom=generator=my/scanner,DEPTH=2",
      "build-arg:BUILDKIT_SBOM_SCAN_STAGE=true",
      "build-arg:BUILDKIT_SBOM_SCAN_CONTEXT=1", NULL};
  const struct fake_engine e = build(state, scanner, options);
  assert_str(e.error, "");
  assert_str(e.attested, "linux/amd64 ");
  static const char *const parts[] = {
      "/scan",
      "A=b",
      "BUILDKIT_SCAN_DEPTH=2",
      "BUILDKIT_SCAN_SOURCE=/run/src/core/sbom",
      "BUILDKIT_SCAN_SOURCE_EXTRAS=/run/src/extras",
      "/run/src/extras/sbom-base",
      "/run/src/extras/sbom-context",
      "/run/src/extras/sbom-deps",
      "[linux/amd64] generating sbom using my/scanner",
  };
  for (size_t i = 0; i < ARRAY_LEN(parts); i++)
    if (!str_contains(e.definition, parts[i]))
      fail_msg("the scan lacks %s", parts[i]);
  assert_false(str_contains(e.definition, "sbom-model"));
}

static void scans_the_targets_that_are_named(void **state) {
  static const char *const options[] = {
      "attest:sbom=generator=x", "platform=linux/amd64,linux/arm64",
      "build-arg:BUILDKIT_SBOM_SCAN_STAGE=Deps, other", NULL};
  const struct fake_engine e = build(state, scanner, options);
  assert_str(e.attested, "linux/amd64 linux/arm64 ");
  assert_true(str_contains(e.definition, "sbom-deps"));
  assert_false(str_contains(e.definition, "sbom-base"));
  assert_false(str_contains(e.definition, "sbom-context"));
}

static void leaves_the_rest_to_the_engine(void **state) {
  static const char *const plain[] = {"attest:sbom=generator=x", NULL};
  static const char *const none[] = {"build-arg:BUILDKIT_SBOM_SCAN_STAGE=1",
                                     NULL};
  struct fake_engine e = build(state, scanner, plain);
  assert_str(e.attested, "");
  e = build(state, scanner, none);
  assert_str(e.attested, "");
}

static void without_a_generator_it_is_the_usual_one(void **state) {
  static const char *const options[] = {
      "attest:sbom=", "build-arg:BUILDKIT_SBOM_SCAN_CONTEXT=1", NULL};
  const struct fake_engine e = build(state, scanner, options);
  assert_true(str_contains(e.definition, "docker/buildkit-syft-scanner"));
}

static void a_scanner_has_a_command(void **state) {
  static const char *const options[] = {
      "attest:sbom=generator=x", "build-arg:BUILDKIT_SBOM_SCAN_STAGE=1", NULL};
  const struct fake_engine e = build(state, NULL, options);
  assert_true(str_contains(e.error, "the scanner \"x\" has no command to run"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(scans_what_is_asked_for),
      cm_test(scans_the_targets_that_are_named),
      cm_test(leaves_the_rest_to_the_engine),
      cm_test(without_a_generator_it_is_the_usual_one),
      cm_test(a_scanner_has_a_command),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
