// One build from start to finish, against the stand-in engine.
#include "fake_engine.h"

#include "cogfe/imageconfig.h"
#include "cogfe/llb.h"
#include "llb_print.h"

static const char *const plain_env[] = {
    "BUILDKIT_SESSION_ID=session",
    "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
    NULL,
};

static const char cog_yaml[] = "# syntax=x\n"
                               "build:\n"
                               "  python_version: \"3.11\"\n"
                               "  python_packages: [\"six==1.16.0\"]\n"
                               "  run:\n"
                               "    - echo hello\n"
                               "predict: \"predict.py:Predictor\"\n";

static struct fake_engine engine_with(const struct fake_file *files, size_t n) {
  return (struct fake_engine){
      .kind = GW_NEW_ENGINE, .files = files, .n_files = n, .env = plain_env};
}

static const struct fake_file good_files[] = {{"cog.yaml", cog_yaml}};

static void returns_an_image(void **state) {
  struct fake_engine e = engine_with(good_files, 1);
  fake_engine_run(&e, cm_ar(state));
  assert_int_equal(e.exit_status, 0);
  assert_true(e.returned);
  assert_str(e.error, "");
  assert_true(str_contains(e.config, "\"Entrypoint\":[\"/sbin/tini\",\"--\"]"));
  // The line once more than in the text of cog.yaml: what pip gets.
  assert_true(str_contains(e.definition, "six==1.16.0\n"));
}

/** CONFIG up to the history, which tells how it was made. */
static const char *to_be_run(void **state, struct str config) {
  const char *text = str_cstr(cm_ar(state), config);
  return arena_printf(cm_ar(state), "%.*s",
                      (int)(strstr(text, "\"history\":") - text), text);
}

static void an_old_engine_gets_the_same_image(void **state) {
  struct fake_engine young = engine_with(good_files, 1), old = young;
  old.kind = GW_OLD_ENGINE;
  fake_engine_run(&young, cm_ar(state));
  fake_engine_run(&old, cm_ar(state));
  assert_true(old.returned && young.returned);
  assert_string_equal(to_be_run(state, old.config),
                      to_be_run(state, young.config));
}

static void the_same_input_gives_the_same_bytes(void **state) {
  struct fake_engine a = engine_with(good_files, 1), b = a;
  fake_engine_run(&a, cm_ar(state));
  fake_engine_run(&b, cm_ar(state));
  assert_int_equal(a.definition.len, b.definition.len);
  assert_memory_equal(a.definition.p, b.definition.p, a.definition.len);
  assert_str(a.config, str_cstr(cm_ar(state), b.config));
  assert_str(a.metadata, str_cstr(cm_ar(state), b.metadata));
}

static void hands_the_engines_errors_back(void **state) {
  static const char *const methods[] = {"Ping", "Solve", "ReadFile",
                                        "ResolveSourceMeta", "ReadDir"};
  for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
    struct fake_engine e = engine_with(good_files, 1);
    e.fail_method = methods[i];
    fake_engine_run(&e, cm_ar(state));
    assert_true(e.returned);
    assert_str(e.error, "the engine's own words");
  }
}

static void shows_every_mistake_at_its_place(void **state) {
  static const struct fake_file files[] = {
      {"cog.yaml", "build:\n  python_version: three\n  gpu: perhaps\n"}};
  struct fake_engine e = engine_with(files, 1);
  fake_engine_run(&e, cm_ar(state));
  assert_true(e.returned);
  assert_true(str_starts(e.error, "cog.yaml:2:19: "));
  assert_true(str_contains(e.error, "\ncog.yaml:3:8: "));
  assert_true(str_contains(e.error_bytes, "errdefs.Source+json"));
}

static void says_where_it_looked_for_a_config(void **state) {
  static const struct fake_file comments[] = {{"cog.yaml2", "# syntax=x\n"}};
  static const char *const env[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml2", NULL};
  struct fake_engine none = engine_with(NULL, 0);
  fake_engine_run(&none, cm_ar(state));
  assert_true(
      str_starts(none.error,
                 "there is no cog.yaml in the directory that the build names"));

  struct fake_engine dockerfile = engine_with(comments, 1);
  dockerfile.env = env;
  fake_engine_run(&dockerfile, cm_ar(state));
  assert_true(str_starts(dockerfile.error,
                         "there is no cog.yaml in the build context"));
}

/** Clients of 20.10 leave out the name of a Dockerfile. */
static void a_dockerfile_without_a_name_leads_to_cog_yaml(void **state) {
  static const char *const env[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=cmdline=example.com/cog-frontend", NULL};
  static const struct fake_file files[] = {{"Dockerfile", "# syntax=x\n"},
                                           {"cog.yaml", cog_yaml}};
  struct fake_engine e = engine_with(files, 2);
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  e = engine_with(files, 1);
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  assert_true(str_starts(e.error, "there is no cog.yaml in the build context"));
}

/** A build with two options. */
static struct fake_engine builder_with(void **state, const char *first,
                                       const char *second) {
  static const struct fake_file files[] = {{"model/a.yaml", cog_yaml},
                                           {"cog.yaml", cog_yaml},
                                           {"context", cog_yaml}};
  const char **env = arena_array(cm_ar(state), const char *, 4);
  env[0] = "BUILDKIT_SESSION_ID=session";
  env[1] = arena_printf(cm_ar(state), "BUILDKIT_FRONTEND_OPT_0=%s", first);
  env[2] = arena_printf(cm_ar(state), "BUILDKIT_FRONTEND_OPT_1=%s", second);
  struct fake_engine e = engine_with(files, ARRAY_LEN(files));
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  return e;
}

static void options_say_where_things_are(void **state) {
  static const struct {
    const char *first, *second, *in_definition;
  } rows[] = {
      {"filename=model/a.yaml", "contextkey=models", "local://models"},
      {"filename=model/a.yaml", "dockerfilekey=recipes", "local://recipes"},
      {"filename=model/a.yaml", "target=model", "local://context"},
      {"contextkey=here", "here=https://r.example/m.git#main",
       "git://r.example/m.git#main"},
      {"context=https://r.example/cog.yaml", "filename=cog.yaml",
       "https://r.example/cog.yaml"},
      {"context=https://r.example/m.git", "contextsubdir=under/there",
       "under/there"},
      {"filename=model/a.yaml", "local-sessionid:context=the-other-client",
       "the-other-client"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct fake_engine e =
        builder_with(state, rows[i].first, rows[i].second);
    if (!str_contains(e.definition, rows[i].in_definition))
      fail_msg("%s %s", rows[i].first, rows[i].second);
  }
}

static void never_opens_a_fifo(void **state) {
  static const struct fake_file files[] = {{"cog.yaml", NULL}};
  struct fake_engine e = engine_with(files, 1);
  fake_engine_run(&e, cm_ar(state));
  assert_true(str_contains(e.error, "cog.yaml"));
  assert_true(str_contains(e.error, "regular file"));
}

static void refuses_a_config_over_the_limit(void **state) {
  char *text = arena_alloc(cm_ar(state), 2 << 20);
  memset(text, '#', (2 << 20) - 1);
  const struct fake_file files[] = {{"cog.yaml", text}};
  struct fake_engine e = engine_with(files, 1);
  fake_engine_run(&e, cm_ar(state));
  assert_true(str_contains(e.error, "cog.yaml"));
  assert_true(str_contains(e.error, "bytes"));
}

static void reads_requirements_with_their_includes(void **state) {
  static const struct fake_file files[] = {
      {"cog.yaml", "build:\n  python_version: \"3.11\"\n"
                   "  python_requirements: reqs/all.txt\n"},
      {"reqs/all.txt", "-r more.txt\nsix\n-c bounds.txt\n"},
      {"reqs/more.txt", "idna==3.7\n"},
      {"reqs/bounds.txt", "six<2\n"},
  };
  struct fake_engine e = engine_with(files, ARRAY_LEN(files));
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  assert_true(str_contains(e.definition, "idna==3.7\nsix\n"));
  assert_true(str_contains(e.definition, "six<2\n"));
}

/** With `-f web/cog.yaml .` the client's directory "dockerfile" is web. */
static void
finds_requirements_in_the_context_or_beside_the_config(void **state) {
  static const struct fake_file files[] = {
      {"reqs/all.txt", "-r more.txt\nbeside\n"},
      {"reqs/more.txt", "idna==3.7\n"},
      {"cog.yaml", "build:\n  python_version: \"3.11\"\n"
                   "  python_requirements: reqs/all.txt\n"},
      {"reqs/all.txt", "in-the-context\n"},
  };
  struct fake_engine e = engine_with(files, 3);
  e.n_beside = 2;
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  assert_true(str_contains(e.definition, "idna==3.7\nbeside\n"));
  e = engine_with(files, 4);
  e.n_beside = 2;
  fake_engine_run(&e, cm_ar(state));
  assert_true(str_contains(e.definition, "in-the-context\n"));
  e = engine_with(files + 2, 1);
  fake_engine_run(&e, cm_ar(state));
  assert_true(str_contains(e.error, "or else to the directory of cog.yaml"));
}

/** The engine answers when so many requests wait for it: an answer costs the
 *  way to another machine, and maybe on to the client. */
static void asks_at_once_what_it_can(void **state) {
  static const size_t rounds[] = {
      2, // Ping, Inputs
      2, // Solve: the trees of cog.yaml and of .dockerignore
      3, // StatFile: cog.yaml, cog.yaml.dockerignore, .dockerignore
      1, // ReadFile: cog.yaml
      1, // ReadFile: .dockerignore
      4, // images for packages and model, Solve: the context, and .cog
      3, // StatFile: predict.py, train.py and what Cog's tool left
      1, // ReadFile: predict.py
      1, // ReadFile: train.py
      1, // ReadDir: its top
      2, // Warn, Solve
      1, // Return
      0,
  };
  static const struct fake_file files[] = {
      {"cog.yaml", "build: {python_version: \"3.11\", gpus: true, "
                   "python_packages: [six]}\n"
                   "predict: predict.py:P\ntrain: train.py:t\n"},
      {"predict.py", "def P(text: str) -> str: pass\n"},
      {"train.py", "def t(data: str) -> str: pass\n"},
      {".dockerignore", "*.key\n"}};
  struct fake_engine e = engine_with(files, ARRAY_LEN(files));
  e.rounds = rounds;
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  assert_int_equal(*e.rounds, 0);
}

static void stops_files_that_include_each_other(void **state) {
  static const struct fake_file files[] = {
      {"cog.yaml", "build:\n  python_version: \"3.11\"\n"
                   "  python_requirements: a.txt\n"},
      {"a.txt", "-r b.txt\n"},
      {"b.txt", "six\n-r a.txt\n"},
  };
  struct fake_engine e = engine_with(files, ARRAY_LEN(files));
  fake_engine_run(&e, cm_ar(state));
  assert_true(str_contains(e.error, "include each other"));
}

static void
warnings_reach_the_engine_and_strict_makes_them_errors(void **state) {
  static const struct fake_file files[] = {
      {"cog.yaml", "build:\n  python_version: \"3.11\"\n  gpus: true\n"}};
  static const char *const strict[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_1=build-arg:COG_STRICT=1", NULL};
  struct fake_engine e = engine_with(files, 1);
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  assert_str(e.warned, "unknown-key: unknown key \"gpus\" (cog.yaml:3)\n");
  e = engine_with(files, 1);
  e.env = strict;
  fake_engine_run(&e, cm_ar(state));
  assert_true(str_starts(e.error, "cog.yaml:3:3: "));
}

static void rules_of_lint_warn_in_a_build(void **state) {
  static const struct fake_file files[] = {
      {"cog.yaml", "build:\n  python_version: \"3.11\"\n"
                   "  run: [sudo ldconfig]\n"
                   "predict: \"predict.py:Predictor\"\n"
                   "train: \"train.py:train\"\n"},
      {"predict.py", "class Predictor:\n  def predict(self) -> str: pass\n"}};
  static const char *const deps[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_1=target=deps", NULL};
  static const char *const strict[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_1=build-arg:COG_STRICT=1", NULL};
  struct fake_engine e = engine_with(files, 2);
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  assert_int_equal(e.warnings, 2); // sudo, and train.py

  e = engine_with(files, 2);
  e.env = deps; // has nothing of the context
  fake_engine_run(&e, cm_ar(state));
  assert_int_equal(e.warnings, 1);

  e = engine_with(files, 2);
  e.env = strict;
  fake_engine_run(&e, cm_ar(state));
  assert_true(str_starts(e.error, "cog.yaml:3:9: "));
  assert_true(str_contains(e.error, "\ncog.yaml:5:8: "));
}

static void names_the_targets_when_one_is_unknown(void **state) {
  static const char *const env[] = {"BUILDKIT_SESSION_ID=session",
                                    "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
                                    "BUILDKIT_FRONTEND_OPT_1=target=modle",
                                    NULL};
  struct fake_engine e = engine_with(good_files, 1);
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "there is no target \"modle\"\n"
                      "  note: did you mean \"model\"?\n"
                      "  note: the targets are deps, base, model, "
                      "dockerfile, fal, schema, requirements");
}

static const struct fake_file weights_files[] = {
    {"cog.yaml", cog_yaml},
    {"models/a/config.json", "{}"},
    {"models/a/model.bin", ""},
    {"predict.py", "class Predictor:\n  def predict(self) -> str: pass\n"},
};

static struct fake_engine engine_with_weights(const char *const *env) {
  struct fake_engine e = engine_with(weights_files, ARRAY_LEN(weights_files));
  e.large = "models/a/model.bin";
  e.env = env;
  return e;
}

static void weights_are_copied_apart(void **state) {
  static const char title[] = "copy weights models/a (10 MB)";
  struct fake_engine e = engine_with_weights(plain_env);
  fake_engine_run(&e, cm_ar(state));
  assert_true(e.returned);
  assert_str(e.error, "");
  assert_int_equal(e.lists, 3); // ".", "models", "models/a"
  assert_true(str_contains(e.definition, title));
  assert_false(str_contains(e.definition, "without-weights"));

  // An engine without patterns gets the context a second time without them.
  struct fake_engine old = engine_with_weights(plain_env);
  old.kind = GW_OLD_ENGINE;
  fake_engine_run(&old, cm_ar(state));
  assert_str(old.error, "");
  assert_true(str_contains(old.definition, title));
  assert_true(str_contains(old.definition, "\"venv\",\"models/a\",\".cog\"]"));
}

static void weights_can_be_turned_off(void **state) {
  static const char *const env[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_1=build-arg:COG_WEIGHTS=off", NULL};
  struct fake_engine e = engine_with_weights(env);
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  assert_int_equal(e.lists, 0);
  assert_false(str_contains(e.definition, "copy weights"));
}

static void a_target_without_the_source_needs_no_context(void **state) {
  static const char *const env[] = {"BUILDKIT_SESSION_ID=session",
                                    "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
                                    "BUILDKIT_FRONTEND_OPT_1=target=deps",
                                    NULL};
  struct fake_engine e = engine_with_weights(env);
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  assert_int_equal(e.lists, 0);
}

static void weights_come_from_a_named_context(void **state) {
  static const char *const env[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_1=context:weights=local:elsewhere",
      "BUILDKIT_FRONTEND_OPT_2=build-arg:COG_WEIGHTS_PATH=models/a", NULL};
  struct fake_engine e = engine_with_weights(env);
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  assert_true(str_contains(e.definition, "local://elsewhere"));
  assert_true(str_contains(e.definition, "copy the named context weights"));
  assert_int_equal(e.warnings, 1); // the context has models/a too
}

static void several_platforms_make_an_index(void **state) {
  static const char *const env[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_1=platform=linux/amd64,linux/arm64", NULL};
  static const struct fake_file files[] = {
      {"cog.yaml", "build:\n  python_version: \"3.11\"\n  gpus: true\n"}};
  struct fake_engine e = engine_with(files, 1);
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  assert_str(e.refs, "linux/amd64 linux/arm64 ");
  assert_true(str_contains(e.metadata, "\ncontainerimage.config/linux/arm64={"
                                       "\"architecture\":\"arm64\""));
  assert_true(str_contains(
      e.metadata, "refs.platforms={\"Platforms\":[{\"ID\":\"linux/amd64\","
                  "\"Platform\":{\"architecture\":\"amd64\",\"os\":"
                  "\"linux\"}},{\"ID\":\"linux/arm64\""));
  assert_int_equal(e.warnings, 1); // the same for both, said once
}

static void one_platform_makes_an_index_when_asked(void **state) {
  static const char *const env[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_1=build-arg:BUILDKIT_MULTI_PLATFORM=1", NULL};
  struct fake_engine e = engine_with(good_files, 1);
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.refs, "linux/amd64 ");
}

static struct fake_engine target_with(void **state, const char *target,
                                      const struct fake_file *files, size_t n,
                                      const char *more) {
  struct fake_engine e = engine_with(files, n);
  const char **env = arena_array(cm_ar(state), const char *, 5);
  env[0] = plain_env[0];
  env[1] = plain_env[1];
  env[2] =
      arena_printf(cm_ar(state), "BUILDKIT_FRONTEND_OPT_2=target=%s", target);
  env[3] = more;
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  assert_int_equal(e.exit_status, 0);
  return e;
}

static struct str printed(void **state, const struct fake_engine *e) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1 << 22);
  assert_true(llb_print(&out, e->definition, cm_dg(state)));
  return str_dup(cm_ar(state), sbuf_str(&out));
}

/** The result is one op from nothing; no image is asked for. */
static void a_target_of_texts_is_files_and_nothing_else(void **state) {
  struct fake_engine e = target_with(state, "dockerfile", good_files, 1, NULL);
  assert_str(e.error, "");
  assert_int_equal(e.images, 0);
  assert_true(str_contains(e.definition, "FROM python:3.11-slim AS base\n"));
  assert_true(str_contains(e.definition, "\nCOPY . /src/\n"));
  assert_true(
      str_starts(printed(state, &e),
                 "1 file on scratch\n  mkfile /Dockerfile mode 0644\n"));
  assert_false(str_contains(printed(state, &e), "\n2 exec"));
  assert_true(str_contains(printed(state, &e), "\n\nresult 1\n"));
  assert_str(e.config, "{\"architecture\":\"amd64\",\"config\":{\"Env\":"
                       "[\"PATH=" IMAGECONFIG_PATH
                       "\"]},\"history\":[],\"os\":\"linux\",\"rootfs\":"
                       "{\"type\":\"layers\"}}");
  e = target_with(state, "requirements", good_files, 1, NULL);
  assert_str(e.error, "");
  assert_true(str_contains(e.definition, "six==1.16.0\n"));
  assert_false(str_contains(e.definition, "FROM"));
}

static void the_app_follows_the_models_source(void **state) {
  const struct fake_file files[] = {
      {"cog.yaml", cog_yaml},
      {"predict.py",
       "class Predictor:\n  def predict(self, name: str): pass\n"}};
  struct fake_engine e = target_with(state, "fal", files, 2, NULL);
  assert_str(e.error, "");
  assert_int_equal(e.images, 0);
  assert_int_equal(e.warnings, 0);
  assert_true(
      str_contains(e.definition, "self.model.predict(name=input.name)"));
  e = target_with(state, "fal", files, 1, NULL);
  assert_int_equal(e.warnings, 1);
  assert_true(str_contains(e.definition, "raise NotImplementedError"));
}

static void a_target_of_texts_knows_the_context(void **state) {
  const struct fake_file files[] = {{"cog.yaml", cog_yaml},
                                    {".cog", "a directory, usually"}};
  struct fake_engine e = target_with(state, "dockerfile", files, 2, NULL);
  assert_true(str_contains(e.definition, "\nRUN rm -rf /src/.cog\n"));
  const struct fake_file ignored[] = {{"cog.yaml", cog_yaml},
                                      {".cog", "a directory, usually"},
                                      {".dockerignore", ".cog\n"}};
  e = target_with(state, "dockerfile", ignored, 3, NULL);
  assert_false(str_contains(e.definition, "rm -rf /src/.cog"));
  e = target_with(state, "dockerfile", good_files, 1,
                  "BUILDKIT_FRONTEND_OPT_3=build-arg:COG_COMPAT=plain");
  assert_false(str_contains(e.definition, "--mount"));
  e = target_with(state, "dockerfile", good_files, 1,
                  "BUILDKIT_FRONTEND_OPT_3=label:a=b c");
  assert_true(str_contains(e.definition, "\nLABEL a='b c'\n"));
}

static void a_text_that_no_request_holds_is_an_error(void **state) {
  cleanup_sbuf struct sbuf lines;
  sbuf_init(&lines, 1 << 22);
  char quotes[101] = "";
  memset(quotes, '\'', 100); // a shell wants each as four characters
  for (int i = 0; i < 15000; i++)
    sbuf_addf(&lines, "six @ https://x/$%s\n", quotes);
  const struct fake_file files[] = {{"cog.yaml",
                                     "build:\n  python_version: \"3.11\"\n"
                                     "  python_requirements: r.txt\n"},
                                    {"r.txt", lines.ptr}};
  const char *const env[] = {plain_env[0], plain_env[1],
                             "BUILDKIT_FRONTEND_OPT_2=target=dockerfile", NULL};
  struct fake_engine e = engine_with(files, 2);
  e.kind = GW_OLD_ENGINE; // takes 4 MiB
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  assert_true(e.returned);
  assert_true(str_starts(e.error, "the build's definition has more than "));
  e = target_with(state, "dockerfile", files, 2, NULL); // 16 MiB
  assert_str(e.error, "");
}

static void limits_reach_an_engine_that_has_them(void **state) {
  static const char *const env[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_1=cgroup-parent=the-slice",
      "BUILDKIT_FRONTEND_OPT_2=ulimit=nofile=1024:2048",
      "BUILDKIT_FRONTEND_OPT_3=shm-size=1048576",
      "BUILDKIT_FRONTEND_OPT_4=cpusetcpus=0-2,4",
      NULL};
  static const char *const parts[] = {"the-slice", "nofile", "/dev/shm",
                                      "0-2,4"};
  struct fake_engine young = engine_with(good_files, 1), old;
  young.env = env;
  old = young;
  old.kind = GW_OLD_ENGINE;
  fake_engine_run(&young, cm_ar(state));
  fake_engine_run(&old, cm_ar(state));
  assert_true(young.returned && old.returned);
  for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
    assert_true(str_contains(young.definition, parts[i]));
    assert_false(str_contains(old.definition, parts[i]));
  }
}

static void every_solve_may_take_from_a_cache(void **state) {
  static const char *const env[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_1=cache-imports=[{\"Type\":\"local\","
      "\"Attrs\":{\"src\":\"d\"}}]",
      NULL};
  struct fake_engine e = engine_with(good_files, 1);
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  assert_true(e.solves > 1);
  assert_int_equal(e.solves_with_cache, e.solves);
}

static void an_epoch_is_in_everything_that_is_made(void **state) {
  static const char *const env[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_1=build-arg:SOURCE_DATE_EPOCH=1700000000", NULL};
  struct fake_engine e = engine_with(good_files, 1);
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  assert_true(
      str_contains(e.config, "\"created\":\"2023-11-14T22:13:20Z\",\"hist"));
  assert_true(str_contains(e.config,
                           "{\"comment\":\"cog-frontend\",\"created\":"
                           "\"2023-11-14T22:13:20Z\",\"created_by\""));
  assert_true(str_contains(e.metadata, "\nsource.date.epoch=1700000000\n"));
  assert_true(str_contains(
      e.metadata, "containerimage.base.config={\"architecture\":\"amd64\""));
}

static struct fake_engine epoch_of(void **state, const char *epoch,
                                   const char *context) {
  const char **env = arena_array(cm_ar(state), const char *, 5);
  env[0] = "BUILDKIT_SESSION_ID=session";
  env[1] = "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml";
  env[2] = arena_printf(
      cm_ar(state), "BUILDKIT_FRONTEND_OPT_1=build-arg:SOURCE_DATE_EPOCH=%s",
      epoch);
  env[3] = arena_printf(cm_ar(state), "BUILDKIT_FRONTEND_OPT_2=%s", context);
  struct fake_engine e = engine_with(good_files, 1);
  e.env = env;
  e.commit = "tree 1\ncommitter C <c@example> 1700000000 +0100\n\ntext\n";
  fake_engine_run(&e, cm_ar(state));
  return e;
}

static void an_epoch_may_be_a_contexts_time(void **state) {
  static const struct {
    const char *epoch, *context;
    bool known;
  } rows[] = {
      {"context", "context=https://r.example/m.git#main", true},
      {"model", "context:model=https://r.example/m.git", true},
      {"context", "target=model", false}, // a directory has no time
      {"model", "context:model=local:dir", false},
      {"model", "context:model=docker-image://r.example/m", false},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct fake_engine e =
        epoch_of(state, rows[i].epoch, rows[i].context);
    assert_str(e.error, "");
    if (str_contains(e.metadata, "\nsource.date.epoch=1700000000\n") !=
            rows[i].known ||
        str_contains(e.config, "2023-11-14T22:13:20Z") != rows[i].known)
      fail_msg("%s %s", rows[i].epoch, rows[i].context);
  }
  assert_true(str_starts(epoch_of(state, "now", "target=model").error,
                         "SOURCE_DATE_EPOCH cannot be \"now\""));
}

static void a_checkout_of_pyenv_is_without_its_history(void **state) {
  static const struct fake_file files[] = {
      {"cog.yaml", "build:\n  python_version: \"3.11\"\n  gpu: true\n"}};
  static const char *const env[] = {
      "BUILDKIT_SESSION_ID=session",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_1=build-arg:BUILDKIT_CONTEXT_KEEP_GIT_DIR=1",
      NULL};
  struct fake_engine e = engine_with(files, 1);
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  assert_true(str_contains(e.definition, "pyenv.git"));
  assert_false(str_contains(e.definition, "keepgitdir"));
}

/** A build of a model with one input, and OPTION. */
static struct fake_engine schema_engine(void **state, const char *source,
                                        const char *option) {
  struct fake_file *files = arena_array(cm_ar(state), struct fake_file, 3);
  const char **env = arena_array(cm_ar(state), const char *, 4);
  files[0] =
      (struct fake_file){"cog.yaml", "build:\n  python_version: \"3.11\"\n"
                                     "predict: \"predict.py:P\"\n"};
  files[1] = (struct fake_file){"predict.py", source};
  files[2] = (struct fake_file){"other.json", "{\"other\": 1}\n"};
  env[0] = "BUILDKIT_SESSION_ID=session";
  env[1] = "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml";
  env[2] = arena_printf(cm_ar(state), "BUILDKIT_FRONTEND_OPT_1=%s", option);
  struct fake_engine e = engine_with(files, 3);
  e.env = env;
  fake_engine_run(&e, cm_ar(state));
  return e;
}

static void an_image_has_the_schema_of_its_model(void **state) {
  static const char source[] = "import cog\n@cog.concurrent(max=3)\n"
                               "async def P(colour: str) -> str: pass\n";
  static const char file[] = "/src/.cog/openapi_schema.json";
  struct fake_engine e = schema_engine(state, source, "target=model");
  assert_str(e.error, "");
  assert_true(str_contains(e.definition, file));
  assert_true(str_contains(e.definition, "\"title\":\"Colour\""));
  assert_true(str_contains(e.config, "\"run.cog.openapi_schema\""));
  assert_true(str_contains(e.config, "COG_MAX_CONCURRENCY=3"));
  e = schema_engine(state, source, "build-arg:COG_OPENAPI_SCHEMA=off");
  assert_false(str_contains(e.definition, file));
  assert_false(str_contains(e.config, "run.cog.openapi_schema"));
  e = schema_engine(state, source, "build-arg:COG_OPENAPI_SCHEMA=other.json");
  assert_true(str_contains(e.definition, "{\"other\": 1}"));
  e = schema_engine(state, source, "build-arg:COG_SDK_VERSION=0.16.12");
  assert_str(e.error, "");
  assert_false(str_contains(e.definition, file));
  e = schema_engine(state, source, "target=base");
  assert_str(e.error, "");
}

static void what_is_wrong_with_an_input_has_its_place(void **state) {
  static const char source[] = "def P(colour) -> str: pass\n";
  struct fake_engine e = schema_engine(state, source, "target=model");
  assert_true(str_starts(e.error, "predict.py:1:7: the parameter \"colour\" "));
  e = schema_engine(state, source, "target=deps");
  assert_str(e.error, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(an_image_has_the_schema_of_its_model),
      cm_test(what_is_wrong_with_an_input_has_its_place),
      cm_test(returns_an_image),
      cm_test(an_old_engine_gets_the_same_image),
      cm_test(the_same_input_gives_the_same_bytes),
      cm_test(hands_the_engines_errors_back),
      cm_test(shows_every_mistake_at_its_place),
      cm_test(says_where_it_looked_for_a_config),
      cm_test(a_dockerfile_without_a_name_leads_to_cog_yaml),
      cm_test(options_say_where_things_are),
      cm_test(never_opens_a_fifo),
      cm_test(refuses_a_config_over_the_limit),
      cm_test(reads_requirements_with_their_includes),
      cm_test(finds_requirements_in_the_context_or_beside_the_config),
      cm_test(asks_at_once_what_it_can),
      cm_test(stops_files_that_include_each_other),
      cm_test(warnings_reach_the_engine_and_strict_makes_them_errors),
      cm_test(weights_are_copied_apart),
      cm_test(weights_can_be_turned_off),
      cm_test(a_target_without_the_source_needs_no_context),
      cm_test(weights_come_from_a_named_context),
      cm_test(several_platforms_make_an_index),
      cm_test(one_platform_makes_an_index_when_asked),
      cm_test(a_target_of_texts_is_files_and_nothing_else),
      cm_test(the_app_follows_the_models_source),
      cm_test(a_target_of_texts_knows_the_context),
      cm_test(a_text_that_no_request_holds_is_an_error),
      cm_test(limits_reach_an_engine_that_has_them),
      cm_test(every_solve_may_take_from_a_cache),
      cm_test(an_epoch_is_in_everything_that_is_made),
      cm_test(an_epoch_may_be_a_contexts_time),
      cm_test(a_checkout_of_pyenv_is_without_its_history),
      cm_test(rules_of_lint_warn_in_a_build),
      cm_test(names_the_targets_when_one_is_unknown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
