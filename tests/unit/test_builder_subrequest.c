// Questions about a build: answers in the shape that clients parse, without an
// image looked up or a step run.
#include <jansson.h> // before banned.h, which poisons a word that it uses

#include "fake_engine.h"

#include "cogfe/document.h"

static const char cog_yaml[] = "build:\n"
                               "  sdk_version: \"0.16.11\"\n"
                               "  python_version: \"3.11\"\n"
                               "  gpus: true\n"
                               "  run:\n"
                               "    - command: a\n"
                               "      mounts:\n"
                               "        - {type: secret, id: key,"
                               " target: /k, required: true}\n"
                               "        - {type: ssh}\n";

static struct fake_engine ask(void **state, const char *id, const char *text,
                              const char *option) {
  struct fake_file *files = arena_array(cm_ar(state), struct fake_file, 1);
  files[0] = (struct fake_file){"cog.yaml", text};
  const char **env = arena_array(cm_ar(state), const char *, 5);
  env[0] = "BUILDKIT_SESSION_ID=session";
  env[1] = "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml";
  env[2] =
      arena_printf(cm_ar(state), "BUILDKIT_FRONTEND_OPT_1=requestid=%s", id);
  if (option)
    env[3] = arena_printf(cm_ar(state), "BUILDKIT_FRONTEND_OPT_2=%s", option);
  struct fake_engine e = {
      .kind = GW_NEW_ENGINE, .files = files, .n_files = 1, .env = env};
  fake_engine_run(&e, cm_ar(state));
  assert_int_equal(e.exit_status, 0);
  assert_int_equal(e.images, 0);
  return e;
}

/** result.json of the answer; the caller frees it. OPTION is one more of the
 *  build, or NULL. */
static json_t *answer_with(void **state, const char *id, const char *text,
                           const char *option) {
  const struct fake_engine e = ask(state, id, text, option);
  assert_str(e.error, "");
  assert_true(str_contains(e.metadata, "version=1.0.0\n"));
  assert_true(str_contains(e.metadata, "result.txt="));
  const char *at = strstr(e.metadata.p, "result.json=");
  assert_non_null(at);
  json_t *json =
      json_loads(at + strlen("result.json="), JSON_DISABLE_EOF_CHECK, NULL);
  assert_non_null(json);
  return json;
}

static json_t *answer(void **state, const char *id, const char *text) {
  return answer_with(state, id, text, NULL);
}

static const char *text_of(const json_t *object, const char *key) {
  const char *s = json_string_value(json_object_get(object, key));
  return s ? s : "(none)";
}

static void lists_what_can_be_asked(void **state) {
  json_t *json = answer(state, "frontend.subrequests.describe", cog_yaml);
  assert_int_equal(json_array_size(json), 4);
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(text_of(json_array_get(json, i), "type"), "rpc");
  json_decref(json);
}

static void lists_targets_with_the_default_first(void **state) {
  json_t *json = answer(state, "frontend.targets", cog_yaml);
  const json_t *targets = json_object_get(json, "targets");
  size_t kinds;
  document_kinds(&kinds);
  assert_int_equal(json_array_size(targets), 3 + kinds);
  const json_t *first = json_array_get(targets, 0);
  assert_string_equal(text_of(first, "name"), "model");
  assert_true(json_is_true(json_object_get(first, "default")));
  assert_string_equal(text_of(json_array_get(targets, 1), "base"),
                      "python:3.11");
  assert_string_equal(text_of(json_array_get(targets, 3), "name"),
                      "dockerfile");
  json_decref(json);
}

static json_int_t line_of(const json_t *item) {
  const json_t *ranges =
      json_object_get(json_object_get(item, "location"), "ranges");
  const json_t *start = json_object_get(json_array_get(ranges, 0), "start");
  return json_integer_value(json_object_get(start, "line"));
}

/** The row of LIST whose KEY is NAME. */
static const json_t *row_of(const json_t *list, const char *key,
                            const char *name) {
  size_t i;
  json_t *row;
  json_array_foreach(list, i,
                     row) if (!strcmp(text_of(row, key), name)) return row;
  fail_msg("no %s %s", key, name);
  return NULL;
}

static void outlines_what_arguments_are_without_being_given(void **state) {
  json_t *json = answer(state, "frontend.outline", cog_yaml);
  const json_t *args = json_object_get(json, "args");
  const json_t *sdk = row_of(args, "name", "COG_SDK_VERSION");
  assert_string_equal(text_of(sdk, "value"), "0.16.11");
  assert_int_equal(line_of(sdk), 2);
  assert_non_null(
      strstr(text_of(sdk, "description"), " Default: build.sdk_version."));
  const json_t *base = row_of(args, "name", "COG_BASE_IMAGE");
  assert_string_equal(text_of(base, "value"), "python:3.11-slim");
  assert_int_equal(line_of(base), 3); // the Python decides
  const json_t *index = row_of(args, "name", "PIP_INDEX_URL");
  assert_string_equal(text_of(index, "value"), "");
  json_decref(json);
}

static void outlines_what_was_given(void **state) {
  json_t *json = answer_with(state, "frontend.outline", cog_yaml,
                             "build-arg:COG_SDK_VERSION=0.16.12");
  const json_t *args = json_object_get(json, "args");
  assert_string_equal(text_of(row_of(args, "name", "COG_SDK_VERSION"), "value"),
                      "0.16.12");
  assert_non_null(strstr(text_of(json, "description"), "cog==0.16.12"));
  json_decref(json);
}

static void outlines_the_mounts_of_the_target(void **state) {
  json_t *json = answer(state, "frontend.outline", cog_yaml);
  assert_string_equal(text_of(json, "name"), "model");
  assert_non_null(strstr(text_of(json, "description"), "python 3.11"));
  const json_t *secret =
      row_of(json_object_get(json, "secrets"), "name", "key");
  assert_true(json_is_true(json_object_get(secret, "required")));
  assert_int_equal(line_of(secret), 6);
  assert_int_equal(json_array_size(json_object_get(json, "ssh")), 1);
  row_of(json_object_get(json, "cache"), "ID", "cog-pip");
  json_decref(json);

  json = answer_with(state, "frontend.outline", cog_yaml, "target=deps");
  assert_string_equal(text_of(json, "name"), "deps");
  const json_t *secrets = json_object_get(json, "secrets");
  assert_int_equal(json_array_size(secrets), 3); // all of pip's
  assert_false(json_is_true(
      json_object_get(row_of(secrets, "name", "pip.conf"), "required")));
  assert_int_equal(json_array_size(json_object_get(json, "ssh")), 0);
  json_decref(json);
}

static void checks_with_places(void **state) {
  json_t *json = answer(state, "frontend.lint", cog_yaml);
  const json_t *warnings = json_object_get(json, "warnings");
  bool found = false;
  size_t i;
  json_t *w;
  json_array_foreach(warnings, i, w) {
    assert_non_null(json_object_get(w, "location"));
    found |= !strcmp(text_of(w, "ruleName"), "unknown-key") && line_of(w) == 4;
  }
  assert_true(found);
  assert_null(json_object_get(json, "buildError"));
  const json_t *source = json_array_get(json_object_get(json, "sources"), 0);
  assert_string_equal(text_of(source, "filename"), "cog.yaml");
  json_decref(json);
}

static void a_mistake_is_the_answer_of_check(void **state) {
  json_t *json =
      answer(state, "frontend.lint", "build:\n  python_version: three\n");
  const json_t *error = json_object_get(json, "buildError");
  assert_non_null(strstr(text_of(error, "message"), "\"three\""));
  assert_int_equal(line_of(error), 2);
  json_decref(json);
}

static void every_mistake_is_told_with_the_first(void **state) {
  json_t *json =
      answer(state, "frontend.lint",
             "build:\n  python_version: three\n  gpu: maybe\n  gpus: 1\n");
  const char *error = text_of(json_object_get(json, "buildError"), "message");
  assert_non_null(strstr(error, "\"three\""));
  assert_non_null(strstr(error, "\ncog.yaml:3:8: "));
  assert_null(strstr(error, "gpus"));
  assert_int_equal(json_array_size(json_object_get(json, "warnings")), 1);
  json_decref(json);
}

static void strict_warnings_are_still_listed(void **state) {
  json_t *json = answer_with(state, "frontend.lint", cog_yaml,
                             "build-arg:BUILDKIT_DOCKERFILE_CHECK=error=true");
  assert_true(json_array_size(json_object_get(json, "warnings")) > 0);
  assert_non_null(
      strstr(text_of(json_object_get(json, "buildError"), "message"),
             "warnings are errors"));
  json_decref(json);
  json = answer_with(state, "frontend.lint", cog_yaml,
                     "build-arg:BUILDKIT_DOCKERFILE_CHECK=error=true;skip=all");
  assert_int_equal(json_array_size(json_object_get(json, "warnings")), 0);
  assert_null(json_object_get(json, "buildError"));
  json_decref(json);
}

/** Files of the context are looked at, and secrets are masked. */
static void checks_with_the_rules_of_lint(void **state) {
  json_t *json = answer(state, "frontend.lint",
                        "build:\n  python_version: \"3.11\"\n"
                        "environment: [A_TOKEN=hunter22]\n"
                        "predict: gone.py:P\n");
  const json_t *list = json_object_get(json, "warnings");
  assert_int_equal(json_array_size(list), 2);
  const json_t *first = json_array_get(list, 0);
  assert_string_equal(text_of(first, "ruleName"), "secret-in-environment");
  assert_string_equal(text_of(first, "url"),
                      DIAG_RULES_URL "secret-in-environment.md");
  assert_string_equal(text_of(json_array_get(list, 1), "ruleName"),
                      "pointer-missing");
  const json_t *source = json_array_get(json_object_get(json, "sources"), 0);
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, 1000);
  assert_true(sbuf_add_base64_decoded(&text, str_of(text_of(source, "data"))));
  assert_true(str_contains(sbuf_str(&text), "[A_TOKEN=********]"));
  json_decref(json);
}

static void a_mistake_is_an_error_of_other_questions(void **state) {
  const struct fake_engine e =
      ask(state, "frontend.outline", "build:\n  python_version: three\n", NULL);
  assert_true(str_starts(e.error, "cog.yaml:2:19: "));
}

static void refuses_what_it_does_not_know(void **state) {
  const struct fake_engine e = ask(state, "frontend.dance", cog_yaml, NULL);
  assert_true(str_starts(e.error, "unsupported request ID \"frontend.dance\""));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(lists_what_can_be_asked),
      cm_test(lists_targets_with_the_default_first),
      cm_test(outlines_what_arguments_are_without_being_given),
      cm_test(outlines_what_was_given),
      cm_test(outlines_the_mounts_of_the_target),
      cm_test(checks_with_places),
      cm_test(a_mistake_is_the_answer_of_check),
      cm_test(every_mistake_is_told_with_the_first),
      cm_test(strict_warnings_are_still_listed),
      cm_test(checks_with_the_rules_of_lint),
      cm_test(a_mistake_is_an_error_of_other_questions),
      cm_test(refuses_what_it_does_not_know),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
