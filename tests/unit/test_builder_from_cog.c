// A Dockerfile that goes on from the model: what the engine's own Dockerfile
// frontend is given, and what is made of its answers.
#include <jansson.h> // before banned.h, which poisons a word that it uses

#include "fake_engine.h"

#include "builder/builder_from_cog.h"
#include "cogfe/limits.h"

#define YAML                                                                   \
  "build:\n"                                                                   \
  "  python_version: \"3.11\"\n"                                               \
  "  python_packages: [\"six==1.16.0\"]\n"                                     \
  "predict: \"predict.py:Predictor\"\n"

enum { MAX_ENV = 8 };

/** Builds DOCKERFILE beside a cog.yaml (NULL: none), with OPTIONS, which end
 *  with NULL. */
static struct fake_engine run(void **state, enum gw_engine kind,
                              const char *dockerfile, const char *yaml,
                              const char *json, const char *const *options) {
  struct arena *ar = cm_ar(state);
  struct fake_file *files = arena_array(ar, struct fake_file, 2);
  files[0] = (struct fake_file){"Dockerfile", dockerfile};
  files[1] = (struct fake_file){"cog.yaml", yaml};
  const char **env = arena_array(ar, const char *, MAX_ENV);
  size_t n = 0;
  env[n++] = "BUILDKIT_SESSION_ID=session";
  env[n++] = "BUILDKIT_FRONTEND_OPT_0=filename=Dockerfile";
  for (; options && *options; options++, n++)
    env[n] = arena_printf(ar, "BUILDKIT_FRONTEND_OPT_%zu=%s", n, *options);
  struct fake_engine e = {.kind = kind,
                          .files = files,
                          .n_files = yaml ? 2 : 1,
                          .env = env,
                          .frontend_json = json};
  fake_engine_run(&e, ar);
  assert_int_equal(e.exit_status, 0);
  assert_true(e.returned);
  return e;
}

static struct fake_engine build(void **state, const char *dockerfile,
                                const char *const *options) {
  return run(state, GW_NEW_ENGINE, dockerfile, YAML, NULL, options);
}

static bool has(struct str lines, const char *text) {
  return str_contains(lines, text);
}

static void hands_the_file_on_with_our_targets(void **state) {
  static const char *const options[] = {"source=us", "cmdline=us and more",
                                        "target=mine", "build-arg:X=a=b", NULL};
  const struct fake_engine e =
      build(state, "# syntax=us\nFROM cog AS mine\nCOPY --from=cog-deps / /\n",
            options);
  assert_str(e.error, "");
  assert_str(e.frontend, "dockerfile.v0");
  assert_true(has(e.frontend_opt, "filename=Dockerfile\n"));
  assert_true(has(e.frontend_opt, "target=mine\n"));
  assert_true(has(e.frontend_opt, "build-arg:X=a=b\n"));
  assert_true(has(e.frontend_opt, "context:cog=input:cog\n"));
  assert_true(has(e.frontend_opt, "context:cog-deps=input:cog-deps\n"));
  assert_true(has(e.frontend_inputs, "cog="));
  assert_true(has(e.frontend_inputs, "cog-deps="));
  assert_true(has(e.frontend_inputs, "six==1.16.0\n"));
  // What is not named is not offered, and it is not to come back to us.
  assert_false(has(e.frontend_opt, "cog-base"));
  assert_false(has(e.frontend_opt, "source="));
  assert_false(has(e.frontend_opt, "us and more"));
  assert_true(has(e.frontend_opt, "cmdline="));
  // The result is theirs.
  assert_str(e.config, "{\"theirs\":1}");
}

/** The image config that comes with the input NAME. */
static json_t *config_of(void **state, const struct fake_engine *e,
                         const char *name) {
  const char *line =
      strstr(e->frontend_opt.p,
             arena_printf(cm_ar(state), "input-metadata:%s=", name));
  assert_non_null(line);
  json_t *meta =
      json_loads(strchr(line, '=') + 1, JSON_DISABLE_EOF_CHECK, NULL);
  struct sbuf text;
  sbuf_init(&text, 64 * 1024);
  assert_true(
      sbuf_add_base64_decoded(&text, str_of(json_string_value(json_object_get(
                                         meta, "containerimage.config")))));
  json_t *config = json_loadb(text.ptr, text.len, 0, NULL);
  assert_non_null(config);
  sbuf_release(&text);
  json_decref(meta);
  return config;
}

static void the_image_says_of_itself_what_the_model_does(void **state) {
  const struct fake_engine e = build(state, "FROM cog\n", NULL);
  json_t *root = config_of(state, &e, "cog");
  const json_t *config = json_object_get(root, "config");
  assert_string_equal(json_string_value(json_object_get(config, "WorkingDir")),
                      "/src");
  assert_int_equal(json_array_size(json_object_get(config, "Entrypoint")), 2);
  assert_string_equal(json_string_value(json_object_get(root, "architecture")),
                      "amd64");
  json_decref(root);
}

static void each_platform_has_inputs_of_its_own(void **state) {
  static const char *const options[] = {"platform=linux/amd64,linux/arm64",
                                        NULL};
  const struct fake_engine e = build(state, "FROM cog\n", options);
  assert_true(
      has(e.frontend_opt, "context:cog::linux/arm64=input:cog::linux/arm64\n"));
  assert_true(has(e.frontend_inputs, "cog::linux/amd64="));
  json_t *root = config_of(state, &e, "cog::linux/arm64");
  assert_string_equal(json_string_value(json_object_get(root, "architecture")),
                      "arm64");
  json_decref(root);
}

static void a_context_of_the_build_wins(void **state) {
  static const char *const options[] = {"context:cog=docker-image://mine",
                                        NULL};
  const struct fake_engine e =
      build(state, "FROM cog\nCOPY --from=cog-base / /\n", options);
  assert_true(has(e.frontend_opt, "context:cog=docker-image://mine\n"));
  assert_false(has(e.frontend_opt, "input:cog\n"));
  assert_true(has(e.frontend_opt, "context:cog-base=input:cog-base\n"));
}

static void a_dockerfile_without_our_names_is_any_dockerfile(void **state) {
  static const struct {
    const char *dockerfile;
    bool wanted;
  } rows[] = {
      {"# syntax=ghcr.io/cog/cog-frontend\nFROM scratch\n", false},
      {"FROM scratch\n  # FROM cog\n", false},
      {"FROM scratch\nCOPY cog.yaml cog_x xcog cog-depsx /\n", false},
      {"FROM scratch\nCOPY --from=cog / /\n", true},
      {"ARG A=cog\nFROM $A\n", true},
      {"FROM cog:latest\n", true},
      {"FROM docker.io/library/COG\n", true},
      {"\xEF\xBB\xBF# a\r\nFROM a\r\nRUN --mount=from=cog,target=/x y\r\n",
       true},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct fake_engine e =
        run(state, GW_NEW_ENGINE, rows[i].dockerfile, NULL, NULL, NULL);
    const bool wanted = str_starts(e.error, "there is no cog.yaml in ");
    if (wanted != rows[i].wanted)
      fail_msg("%s", rows[i].dockerfile);
    assert_true(wanted || has(e.frontend_opt, "filename=Dockerfile\n"));
  }
  static const char *const options[] = {"build-arg:BASE=cog-base", NULL};
  const struct fake_engine e =
      build(state, "ARG BASE=scratch\nFROM $BASE\n", options);
  assert_true(has(e.frontend_opt, "context:cog-base="));
}

static void our_targets_can_be_built_alone(void **state) {
  static const char *const options[] = {"target=cog-deps", NULL};
  const struct fake_engine e = build(state, "FROM cog\nRUN x\n", options);
  assert_str(e.error, "");
  assert_int_equal(e.frontend.len, 0);
  assert_true(has(e.definition, "six==1.16.0\n"));
}

static void an_old_engine_needs_a_frontend_with_contexts(void **state) {
  const struct fake_engine old =
      run(state, GW_OLD_ENGINE, "FROM cog\n", YAML, NULL, NULL);
  assert_true(has(old.error, "cannot build FROM cog"));
  assert_true(has(old.error, "COG_DOCKERFILE_SYNTAX=docker/dockerfile:1"));
  static const char *const options[] = {
      "build-arg:COG_DOCKERFILE_SYNTAX=docker/dockerfile:1", NULL};
  const struct fake_engine e =
      run(state, GW_OLD_ENGINE, "FROM cog\n", YAML, NULL, options);
  assert_str(e.error, "");
  assert_str(e.frontend, "gateway.v0");
  assert_true(has(e.frontend_opt, "source=docker/dockerfile:1\n"));
  assert_true(has(e.frontend_opt, "context:cog=input:cog\n"));
}

static void mistakes_of_ours_come_first(void **state) {
  const struct fake_engine e =
      run(state, GW_NEW_ENGINE, "FROM cog\n",
          "build:\n  python_version: three\n", NULL, NULL);
  assert_true(str_starts(e.error, "cog.yaml:2:19: "));
  assert_int_equal(e.frontend.len, 0);
}

static void warnings_of_ours_are_shown(void **state) {
  const struct fake_engine e =
      run(state, GW_NEW_ENGINE, "FROM cog\n",
          "build:\n  python_version: \"3.11\"\n  gpus: 1\n", NULL, NULL);
  assert_str(e.warned, "unknown-key: unknown key \"gpus\" (cog.yaml:3)\n");
}

// ---- questions --------------------------------------------------------------

/** result.json of the answer to ID, when theirs is JSON. */
static json_t *ask(void **state, const char *id, const char *json) {
  const char *const options[] = {arena_printf(cm_ar(state), "requestid=%s", id),
                                 NULL};
  const struct fake_engine e =
      run(state, GW_NEW_ENGINE, "FROM cog\n",
          "build:\n  python_version: \"3.11\"\n  gpus: 1\n", json, options);
  assert_str(e.error, "");
  assert_int_equal(e.images, 0);
  assert_true(has(e.frontend_opt, id));
  assert_true(has(e.frontend_opt, "context:cog=input:cog\n"));
  const char *at = strstr(e.metadata.p, "result.json=");
  assert_non_null(at);
  json_t *root =
      json_loads(at + strlen("result.json="), JSON_DISABLE_EOF_CHECK, NULL);
  assert_non_null(root);
  return root;
}

static void targets_are_theirs_and_ours(void **state) {
  json_t *json = ask(state, "frontend.targets",
                     "{\"targets\":[{\"name\":\"mine\",\"default\":true}],"
                     "\"sources\":[\"eA==\"]}");
  const json_t *targets = json_object_get(json, "targets");
  static const char *const want[] = {"mine", "cog", "cog-base", "cog-deps"};
  assert_int_equal(json_array_size(targets), ARRAY_LEN(want));
  for (size_t i = 0; i < ARRAY_LEN(want); i++)
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(targets, i), "name")),
        want[i]);
  assert_null(json_object_get(json_array_get(targets, 1), "default"));
  json_decref(json);
}

static void an_outline_has_the_arguments_of_both(void **state) {
  json_t *json = ask(state, "frontend.outline",
                     "{\"name\":\"mine\",\"description\":\"my stage\","
                     "\"args\":[{\"name\":\"X\"}],\"sources\":[\"eA==\"]}");
  assert_string_equal(json_string_value(json_object_get(json, "name")), "mine");
  const char *text = json_string_value(json_object_get(json, "description"));
  assert_int_equal(strncmp(text, "my stage\npython 3.11", 20), 0);
  const json_t *args = json_object_get(json, "args");
  assert_true(json_array_size(args) > 10);
  assert_string_equal(
      json_string_value(json_object_get(json_array_get(args, 0), "name")), "X");
  assert_int_equal(json_array_size(json_object_get(json, "sources")), 2);
  json_decref(json);
}

static void a_check_points_into_both_files(void **state) {
  json_t *json = ask(
      state, "frontend.lint",
      "{\"warnings\":[{\"ruleName\":\"Theirs\",\"location\":{\"sourceIndex\":0}}],"
      "\"sources\":[{\"filename\":\"Dockerfile\"}]}");
  const json_t *warnings = json_object_get(json, "warnings");
  assert_int_equal(json_array_size(warnings), 2);
  for (size_t i = 0; i < 2; i++) {
    const json_t *location =
        json_object_get(json_array_get(warnings, i), "location");
    assert_int_equal(
        json_integer_value(json_object_get(location, "sourceIndex")), i);
  }
  const json_t *sources = json_object_get(json, "sources");
  assert_string_equal(json_string_value(json_object_get(
                          json_array_get(sources, 1), "filename")),
                      "cog.yaml");
  json_decref(json);
}

static void an_answer_that_is_no_json_is_an_error(void **state) {
  static const char *const options[] = {"requestid=frontend.lint", NULL};
  const struct fake_engine e =
      run(state, GW_NEW_ENGINE, "FROM cog\n", YAML, "[", options);
  assert_true(has(e.error, "no JSON object"));
}

/** A Dockerfile that is longer than what an error can bring along. */
static const char *long_dockerfile(void **state) {
  struct sbuf text;
  sbuf_init(&text, 1 << 20);
  sbuf_adds(&text, "FROM cog\n");
  while (text.len <= LIMIT_HATCH_UNASKED_BYTES)
    sbuf_adds(&text, "RUN true\n");
  sbuf_adds(&text, "RUNN true\n");
  const char *copy = arena_strdup(cm_ar(state), text.ptr);
  sbuf_release(&text);
  return copy;
}

static void a_long_dockerfile_is_asked_for_its_mistakes_first(void **state) {
  static const char json[] =
      "{\"warnings\":[],\"buildError\":{\"message\":\"unknown RUNN\","
      "\"location\":{\"ranges\":[{\"start\":{\"line\":3,\"character\":0},"
      "\"end\":{\"line\":3,\"character\":9}}]}}}";
  static const char *const options[] = {"target=x",
                                        "requestid=frontend.outline", NULL};
  const char *text = long_dockerfile(state);
  struct fake_engine e = run(state, GW_NEW_ENGINE, text, YAML, json, NULL);
  assert_str(e.error, "Dockerfile:3:1: unknown RUNN");
  assert_true(has(e.error_bytes, "errdefs.Source+json"));
  assert_true(has(e.frontend_opt, "requestid=frontend.lint\n"));
  e = run(state, GW_NEW_ENGINE, text, YAML, json, options);
  assert_str(e.error, "Dockerfile:3:1: unknown RUNN");
  assert_false(has(e.frontend_opt, "requestid=frontend.outline\n"));
  // Without one, and on an engine that could not say it, it is built.
  e = run(state, GW_NEW_ENGINE, text, YAML, NULL, NULL);
  assert_str(e.error, "");
  assert_false(has(e.frontend_opt, "requestid="));
  e = run(state, GW_NEW_ENGINE, "FROM cog\n", YAML, json, NULL);
  assert_false(has(e.frontend_opt, "requestid="));
}

static void an_error_that_cannot_be_read_is_told_all_the_same(void **state) {
  const struct fake_file files[] = {{"Dockerfile", long_dockerfile(state)},
                                    {"cog.yaml", YAML}};
  static const char *const env[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=Dockerfile", NULL};
  struct fake_engine e = {.kind = GW_NEW_ENGINE,
                          .files = files,
                          .n_files = ARRAY_LEN(files),
                          .env = env,
                          .fault = FAKE_LONG};
  fake_engine_run(&e, cm_ar(state));
  e.fault_at = e.requests - 1; // the Solve before Return
  e.requests = 0;
  e.returned = false;
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.faulted, "Solve");
  assert_int_equal(e.exit_status, 0);
  assert_true(e.returned);
  assert_true(str_starts(e.error, "there is a mistake in Dockerfile, and "));
  assert_true(has(e.error, "BUILDKIT_SYNTAX=docker/dockerfile:1"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(hands_the_file_on_with_our_targets),
      cm_test(the_image_says_of_itself_what_the_model_does),
      cm_test(each_platform_has_inputs_of_its_own),
      cm_test(a_context_of_the_build_wins),
      cm_test(a_dockerfile_without_our_names_is_any_dockerfile),
      cm_test(our_targets_can_be_built_alone),
      cm_test(an_old_engine_needs_a_frontend_with_contexts),
      cm_test(mistakes_of_ours_come_first),
      cm_test(warnings_of_ours_are_shown),
      cm_test(targets_are_theirs_and_ours),
      cm_test(an_outline_has_the_arguments_of_both),
      cm_test(a_check_points_into_both_files),
      cm_test(an_answer_that_is_no_json_is_an_error),
      cm_test(a_long_dockerfile_is_asked_for_its_mistakes_first),
      cm_test(an_error_that_cannot_be_read_is_told_all_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
