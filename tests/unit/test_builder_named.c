// Named contexts: of every kind, for everything that has a name.
#include "fake_engine.h"

#include "cogfe/llb.h"
#include "llb_print.h"

static const char cog_yaml[] = "build:\n"
                               "  python_version: \"3.11\"\n"
                               "  python_packages: [six]\n";

static const char gpu_yaml[] = "build:\n"
                               "  python_version: \"3.11\"\n"
                               "  gpu: true\n";

static const struct fake_file files[] = {{"cog.yaml", cog_yaml}};
static const struct fake_file gpu_files[] = {{"cog.yaml", gpu_yaml}};

/** A build of FILE with the option MORE, and EVEN, which may be NULL. */
static struct fake_engine builder_with(void **state,
                                       const struct fake_file *file,
                                       const char *more, const char *even) {
  const char **env = arena_array(cm_ar(state), const char *, 5);
  env[0] = "BUILDKIT_SESSION_ID=session";
  env[1] = "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml";
  env[2] = arena_printf(cm_ar(state), "BUILDKIT_FRONTEND_OPT_1=%s", more);
  if (even)
    env[3] = arena_printf(cm_ar(state), "BUILDKIT_FRONTEND_OPT_2=%s", even);
  return (struct fake_engine){
      .kind = GW_NEW_ENGINE, .files = file, .n_files = 1, .env = env};
}

static struct fake_engine run(void **state, const struct fake_file *file,
                              const char *more, const char *even) {
  struct fake_engine e = builder_with(state, file, more, even);
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

/** What each kind of context becomes in the graph. */
static const struct {
  const char *value, *in_definition;
} kinds[] = {
    {"docker-image://r.example/x:1", "docker-image://r.example/x:1"},
    {"oci-layout://store:tag@sha256:00", "oci-layout://docker.io/library/"},
    {"local:dir", "local://dir"},
    {"https://r.example/a/x.git#main", "git://r.example/a/x.git#main"},
    {"https://r.example/x.tar", "https://r.example/x.tar"},
};

static void every_kind_stands_for_every_name(void **state) {
  static const char *const names[] = {"python:3.11-slim", "python:3.11",
                                      "wheels"};
  static const char *const gpu[] = {
      "nvidia/cuda:11.8.0-cudnn8-devel-ubuntu22.04", "ubuntu:22.04", "pyenv"};
  for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
    for (size_t i = 0; i < ARRAY_LEN(names) + ARRAY_LEN(gpu); i++) {
      const bool cpu = i < ARRAY_LEN(names);
      const char *name = cpu ? names[i] : gpu[i - ARRAY_LEN(names)];
      const char *option =
          arena_printf(cm_ar(state), "context:%s=%s", name, kinds[k].value);
      const struct fake_engine e =
          run(state, cpu ? files : gpu_files, option, NULL);
      if (e.error.len || !str_contains(e.definition, kinds[k].in_definition))
        fail_msg("%s: " STR_FMT, option, STR_ARG(e.error));
    }
}

static void what_a_git_url_asks_for_is_done_or_refused(void **state) {
  static const char url[] =
      "context:wheels=https://r.example/x.git?tag=v1&checksum=abc";
  struct fake_engine e = builder_with(state, files, url, NULL);
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  assert_true(
      str_contains(printed(state, &e), "git://r.example/x.git#refs/tags/v1"));
  assert_true(str_contains(printed(state, &e), "git.checksum = abc"));

  e = builder_with(state, files, url, NULL);
  e.kind = GW_OLD_ENGINE;
  fake_engine_run(&e, cm_ar(state));
  assert_true(str_contains(e.error, "came with BuildKit 0.22"));
}

static void scratch_is_an_empty_tree(void **state) {
  const struct fake_engine e = run(
      state, files, "context:python:3.11-slim=docker-image://scratch", NULL);
  assert_str(e.error, "");
  assert_false(str_contains(e.definition, "scratch"));
  assert_false(str_contains(e.definition, "3.11-slim@"));
}

static void a_platform_has_its_own(void **state) {
  const struct fake_engine e = run(
      state, files, "platform=linux/amd64,linux/arm64",
      "context:python:3.11-slim::linux/arm64=docker-image://r.example/arm:1");
  assert_str(e.error, "");
  assert_true(str_contains(e.definition, "r.example/arm:1")); // the last Solve
  assert_int_equal(e.images, 4);
}

static void an_archive_is_unpacked(void **state) {
  const struct fake_engine e = run(
      state, gpu_files, "context:pyenv=https://r.example/pyenv.tar.gz", NULL);
  assert_true(str_contains(printed(state, &e), "  copy /context of "));
  assert_true(str_contains(printed(state, &e), " unpack"));
}

static void a_bake_target_comes_with_its_config(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  const struct llb_local op = {.name = STR("made-by-bake")};
  cleanup_sbuf struct sbuf definition;
  sbuf_init(&definition, 1 << 16);
  assert_true(
      llb_marshal(l, llb_local(l, &op, NULL), NULL, &definition, cm_dg(state)));
  cleanup_sbuf struct sbuf config;
  static const char json[] =
      "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":"
      "{\"User\":\"app\",\"Env\":[\"A=b\"]}}";
  sbuf_init(&config, 1 << 16);
  sbuf_add_base64(&config, json, strlen(json));
  struct fake_engine e = builder_with(
      state, files, "context:python:3.11-slim=input:base",
      arena_printf(cm_ar(state),
                   "input-metadata:base={\"containerimage.config\":\"%s\"}",
                   config.ptr));
  e.input = "base";
  e.input_definition = sbuf_str(&definition);
  fake_engine_run(&e, cm_ar(state));
  assert_str(e.error, "");
  assert_true(str_contains(e.definition, "local://made-by-bake"));
  assert_true(str_contains(e.config, "\"User\":\"app\""));
  assert_true(str_contains(e.config, "\"A=b\""));
}

static void pip_looks_at_wheels_first(void **state) {
  const struct fake_engine e =
      run(state, files, "context:wheels=local:dist",
          "build-arg:PIP_FIND_LINKS=https://links.example/");
  const struct str text = printed(state, &e);
  size_t n = 0;
  const char *env = "PIP_FIND_LINKS=/tmp/cog-wheels https://links.example/\"\n";
  for (const char *p = text.p; (p = strstr(p, env)); p++)
    n++;
  assert_int_equal(n, 1); // one call for the packages and the SDK
  assert_true(str_contains(text, "  mount /tmp/cog-wheels bind "));
  assert_true(str_contains(text, "local://dist"));
}

static void a_shared_key_is_in_the_hint(void **state) {
  const struct fake_engine e = run(state, files, "context:wheels=local:dist",
                                   "sharedkey:localdir:dist=abc");
  assert_true(str_contains(e.definition, "context:wheels-abc"));
}

static void tables_come_from_a_named_context(void **state) {
  static const struct fake_file tables[] = {
      {"cog.yaml", "build:\n  gpu: true\n  cuda: \"99.1\"\n"},
      {"cuda-images.csv", "tag,cuda,cudnn,ubuntu,flavour,source\n"
                          "99.1.0-cudnn9-devel-ubuntu24.04,99.1.0,9,24.04,"
                          "devel,the future\n"},
  };
  static const char *const values[] = {"local:compat",
                                       "docker-image://r.example/compat",
                                       "https://r.example/compat.tar"};
  for (size_t i = 0; i < ARRAY_LEN(values); i++) {
    struct fake_engine e = builder_with(
        state, tables,
        arena_printf(cm_ar(state), "context:compat=%s", values[i]), NULL);
    e.n_files = ARRAY_LEN(tables);
    fake_engine_run(&e, cm_ar(state));
    assert_str(e.error, "");
    assert_true(str_contains(e.definition, "99.1.0-cudnn9-devel-ubuntu24.04"));
  }
}

static void what_cannot_be_one_is_an_error(void **state) {
  static const struct {
    const char *value, *error;
  } rows[] = {
      {"oci-layout://store", "the context \"python:3.11-slim\" needs a digest"},
      {"input:base",
       "the context \"python:3.11-slim\" names the input \"base\", which the "
       "build did not bring"},
      {"ftp://r.example/x",
       "the context \"python:3.11-slim\" cannot be \"ftp://r.example/x\""},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct fake_engine e =
        run(state, files,
            arena_printf(cm_ar(state), "context:python:3.11-slim=%s",
                         rows[i].value),
            NULL);
    if (!str_starts(e.error, rows[i].error))
      fail_msg("%s: " STR_FMT, rows[i].value, STR_ARG(e.error));
  }
  struct fake_engine old = builder_with(
      state, files, "context:python:3.11-slim=oci-layout://s@sha256:00", NULL);
  old.kind = GW_OLD_ENGINE;
  fake_engine_run(&old, cm_ar(state));
  assert_true(str_starts(old.error, "this engine does not read OCI layouts"));
}

static void a_name_that_is_nearly_right_is_a_warning(void **state) {
  static const struct {
    const char *name, *meant;
  } rows[] = {
      {"python:3.11-slm", "python:3.11-slim"},
      {"python:3.12", "python:3.11"},
      {"python:3.9-bullseye", "python:3.11-slim"},
      {"wheel", "wheels"},
      {"docker.io/library/python:3.11-slim::linux/amd64", NULL},
      {"alpine", NULL},
      {"pyenv", NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct fake_engine e = run(
        state, files,
        arena_printf(cm_ar(state), "context:%s=docker-image://x", rows[i].name),
        "build-arg:COG_STRICT=1");
    const bool warned = str_starts(e.error, "nothing here is called ");
    const bool right =
        rows[i].meant
            ? warned &&
                  str_contains(e.error, arena_printf(cm_ar(state),
                                                     "did you mean \"%s\"?",
                                                     rows[i].meant))
            : e.error.len == 0;
    if (!right)
      fail_msg("%s: " STR_FMT, rows[i].name, STR_ARG(e.error));
  }
}

static void a_stage_that_there_is_not_is_a_warning(void **state) {
  static const struct {
    const char *option, *error;
  } rows[] = {
      {"no-cache=deps,modle",
       "there is no stage \"modle\", whose steps were to run again\n"
       "  note: did you mean \"model\"?"},
      {"no-cache=nothing-like-it",
       "there is no stage \"nothing-like-it\", whose steps were to run again"},
      {"no-cache=Deps,BASE,model,packages", ""},
      {"no-cache=", ""},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct fake_engine e =
        run(state, files, rows[i].option, "build-arg:COG_STRICT=1");
    if (!str_is(e.error, rows[i].error))
      fail_msg("%s: " STR_FMT, rows[i].option, STR_ARG(e.error));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(every_kind_stands_for_every_name),
      cm_test(what_a_git_url_asks_for_is_done_or_refused),
      cm_test(scratch_is_an_empty_tree),
      cm_test(a_platform_has_its_own),
      cm_test(an_archive_is_unpacked),
      cm_test(a_bake_target_comes_with_its_config),
      cm_test(pip_looks_at_wheels_first),
      cm_test(a_shared_key_is_in_the_hint),
      cm_test(tables_come_from_a_named_context),
      cm_test(what_cannot_be_one_is_an_error),
      cm_test(a_name_that_is_nearly_right_is_a_warning),
      cm_test(a_stage_that_there_is_not_is_a_warning),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
