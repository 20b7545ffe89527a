#include "cm.h"

#include "cogfe/imageconfig.h"
#include "cogfe/limits.h"

static const struct platform amd64 = {.os = STR("linux"), .arch = STR("amd64")};

/** What imageconfig_emit() makes of BASE, or what it says instead. */
static struct str emit(void **state, const char *base,
                       const struct imageconfig_changes *changes) {
  struct sbuf out;
  sbuf_init(&out, 1 << 20);
  bool ok = imageconfig_emit(&out, str_of(base), changes, cm_dg(state));
  struct str json = str_dup(cm_ar(state), sbuf_str(&out));
  sbuf_release(&out);
  return ok ? json : cm_rendered(state);
}

static void makes_a_config_from_nothing(void **state) {
  assert_str(emit(state, "", &(struct imageconfig_changes){.platform = amd64}),
             "{\"architecture\":\"amd64\","
             "\"config\":{\"Env\":[\"PATH=" IMAGECONFIG_PATH "\"]},"
             "\"history\":[],\"os\":\"linux\","
             "\"rootfs\":{\"type\":\"layers\"}}");
}

static void changes_the_config_of_a_base(void **state) {
  struct imageconfig_env_change env[] = {
      {IMAGECONFIG_ENV_PREPEND, STR("PATH"), STR("/dep/bin")},
      {IMAGECONFIG_ENV_SET, STR("LANG"), STR("C.UTF-8")},
      {IMAGECONFIG_ENV_SET, STR("QUOTED"), STR("a \"b\" é\n")},
  };
  struct str cmd[] = {STR("python"), STR("-m"), STR("cog.server.http")};
  struct str entrypoint[] = {STR("/sbin/tini"), STR("--")};
  struct imageconfig_label labels[] = {{STR("b"), STR("2")},
                                       {STR("a"), STR("1")},
                                       {STR("maintainer"), STR("me")}};
  struct imageconfig_history history[] = {
      {STR("apt-get install"), STR("cog.v0"), false},
      {STR("ENV LANG=C.UTF-8"), STR("cog.v0"), true},
  };
  struct imageconfig_changes changes = {
      .env = env,
      .n_env = ARRAY_LEN(env),
      .workdir = STR("/src"),
      .user = STR("1000"),
      .entrypoint = &(struct str_vec){entrypoint, ARRAY_LEN(entrypoint), 0},
      .cmd = &(struct str_vec){cmd, ARRAY_LEN(cmd), 0},
      .ports = (struct str[]){STR("5000/tcp")},
      .n_ports = 1,
      .labels = labels,
      .n_labels = ARRAY_LEN(labels),
      .history = history,
      .n_history = ARRAY_LEN(history),
      .has_epoch = true,
      .epoch = 1700000000,
  };
  assert_str(
      emit(state,
           "{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\","
           "\"created\":\"2024-01-01T00:00:00Z\",\"author\":\"x\","
           "\"container\":\"c\",\"container_config\":{},"
           "\"docker_version\":\"20\",\"moby.buildkit.cache.v0\":\"x\","
           "\"config\":{\"Env\":[\"PATH=/bin\",\"LANG=C\",\"V=3\"],"
           "\"Cmd\":[\"bash\"],\"Hostname\":\"h\",\"Image\":\"sha256:0\","
           "\"OnBuild\":[\"RUN x\"],\"ExposedPorts\":{\"80/tcp\":{}},"
           "\"Labels\":{\"maintainer\":\"you\",\"z\":\"26\"},"
           "\"StopSignal\":\"SIGQUIT\",\"Volumes\":{\"/data\":{}},"
           "\"Healthcheck\":{\"Test\":[\"CMD\",\"x\"],"
           "\"Interval\":30000000000},\"WorkingDir\":\"/w\",\"User\":null},"
           "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:1\"]},"
           "\"history\":[{\"created_by\":\"ADD\","
           "\"created\":\"2023-01-01T00:00:00Z\"}]}",
           &changes),
      "{\"architecture\":\"arm\",\"author\":\"x\",\"config\":{"
      "\"Cmd\":[\"python\",\"-m\",\"cog.server.http\"],"
      "\"Entrypoint\":[\"/sbin/tini\",\"--\"],"
      "\"Env\":[\"PATH=/dep/bin:/bin\",\"LANG=C.UTF-8\",\"V=3\","
      "\"QUOTED=a \\\"b\\\" é\\n\"],"
      "\"ExposedPorts\":{\"5000/tcp\":{},\"80/tcp\":{}},"
      "\"Healthcheck\":{\"Interval\":30000000000,\"Test\":[\"CMD\",\"x\"]},"
      "\"Labels\":{\"a\":\"1\",\"b\":\"2\",\"maintainer\":\"me\","
      "\"z\":\"26\"},"
      "\"StopSignal\":\"SIGQUIT\",\"User\":\"1000\","
      "\"Volumes\":{\"/data\":{}},\"WorkingDir\":\"/src\"},"
      "\"created\":\"2023-11-14T22:13:20Z\","
      "\"history\":[{\"created\":\"2023-01-01T00:00:00Z\","
      "\"created_by\":\"ADD\"},"
      "{\"comment\":\"cog.v0\",\"created\":\"2023-11-14T22:13:20Z\","
      "\"created_by\":\"apt-get install\"},"
      "{\"comment\":\"cog.v0\",\"created\":\"2023-11-14T22:13:20Z\","
      "\"created_by\":\"ENV LANG=C.UTF-8\",\"empty_layer\":true}],"
      "\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\"},"
      "\"variant\":\"v7\"}");
}

static void a_health_check_replaces_the_base_s(void **state) {
  const char *argv[] = {"true", "\"x\""};
  const struct plan_healthcheck check = {.argv = argv,
                                         .argc = ARRAY_LEN(argv),
                                         .interval = 30,
                                         .timeout = 5,
                                         .start = 3600,
                                         .retries = 3};
  const struct str got =
      emit(state,
           "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":"
           "{\"Healthcheck\":{\"Test\":[\"CMD\",\"old\"]}}}",
           &(struct imageconfig_changes){.healthcheck = &check});
  assert_true(str_contains(
      got, "\"Healthcheck\":{\"Interval\":30000000000,\"Retries\":3,"
           "\"StartPeriod\":3600000000000,\"Test\":[\"CMD\",\"true\","
           "\"\\\"x\\\"\"],\"Timeout\":5000000000}"));
}

static void leaves_alone_what_is_not_given(void **state) {
  assert_str(emit(state,
                  "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":"
                  "{\"Cmd\":[\"a\"],\"Entrypoint\":[\"e\"],\"User\":\"u\","
                  "\"WorkingDir\":\"/w\",\"Env\":[\"PATH=\"]}}",
                  &(struct imageconfig_changes){0}),
             "{\"architecture\":\"amd64\",\"config\":{\"Cmd\":[\"a\"],"
             "\"Entrypoint\":[\"e\"],\"Env\":[\"PATH=\"],\"User\":\"u\","
             "\"WorkingDir\":\"/w\"},\"history\":[],\"os\":\"linux\","
             "\"rootfs\":{\"type\":\"layers\"}}");
}

static void drops_the_cmd_of_another_entrypoint(void **state) {
  struct str_vec none = {0};
  struct imageconfig_changes changes = {.entrypoint = &none};
  assert_str(emit(state,
                  "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":"
                  "{\"Cmd\":[\"a\"],\"Entrypoint\":[\"e\"],"
                  "\"Env\":[\"PATH=/b\"]}}",
                  &changes),
             "{\"architecture\":\"amd64\",\"config\":{\"Env\":[\"PATH=/b\"]},"
             "\"history\":[],\"os\":\"linux\","
             "\"rootfs\":{\"type\":\"layers\"}}");
}

static void takes_the_platform_that_was_asked_for(void **state) {
  struct str got = emit(
      state, "{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\"}",
      &(struct imageconfig_changes){.platform = amd64});
  assert_true(str_starts(got, "{\"architecture\":\"amd64\","));
  assert_false(str_contains(got, "variant"));
}

static void refuses_what_is_not_a_config(void **state) {
  static const struct {
    const char *json, *want;
  } cases[] = {
      {"{", "the image config is not JSON: string or '}' expected near"},
      {"[]", "the image config is not a JSON object"},
      {"{}", "the image config does not say which platform"},
      {"{\"os\":1}", "\"os\" in the image config is not text"},
      {"{\"config\":[]}", "\"config\" in the image config is not an object"},
      {"{\"config\":{\"Env\":{}}}",
       "\"Env\" in the image config is not a list"},
      {"{\"config\":{\"Env\":[1]}}", "\"Env\" in the image config holds"},
      {"{\"config\":{\"Cmd\":\"x\"}}", "\"Cmd\" in the image config is not"},
      {"{\"config\":{\"Labels\":{\"a\":1}}}", "\"Labels\" in the image config"},
      {"{\"os\":\"a\",\"architecture\":\"b\",\"history\":[1]}",
       "\"history\" in the image config holds"},
      {"{\"os\":\"a\",\"architecture\":\"b\",\"config\":{\"Volumes\":1}}",
       "\"Volumes\" in the image config is not an object"},
      {"{\"os\":\"\\u0000\"}", "the image config is not JSON: \\u0000"},
      {"{\"os\":\"\xff\"}", "the image config is not JSON: unable to decode"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    diag_init(cm_dg(state), cm_ar(state));
    struct str got =
        emit(state, cases[i].json, &(struct imageconfig_changes){0});
    if (!str_contains(got, cases[i].want))
      fail_msg("%s\n%s", cases[i].json, got.p);
    assert_int_not_equal(cm_dg(state)->errors, 0);
  }
}

static void refuses_a_config_over_the_limit(void **state) {
  struct imageconfig config;
  struct str json = {arena_alloc(cm_ar(state), LIMIT_IMAGE_CONFIG_BYTES + 1),
                     LIMIT_IMAGE_CONFIG_BYTES + 1};
  assert_false(imageconfig_parse(cm_ar(state), json, &config, cm_dg(state)));
  assert_true(str_contains(cm_rendered(state), "the limit is 1048576"));
}

static void refuses_text_that_json_cannot_hold(void **state) {
  static const struct str texts[] = {STR("a\xff"), STR("a\0b")};
  static const struct str ok = STR("x");
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    struct str_vec bad = {arena_memdup(cm_ar(state), &texts[i], sizeof ok), 1,
                          1};
    struct imageconfig_label key = {texts[i], ok}, value = {ok, texts[i]};
    struct imageconfig_env_change env = {IMAGECONFIG_ENV_SET, ok, texts[i]};
    struct imageconfig_history history = {.created_by = texts[i]};
    struct imageconfig_changes changes[] = {
        {.labels = &key, .n_labels = 1},
        {.labels = &value, .n_labels = 1},
        {.env = &env, .n_env = 1},
        {.history = &history, .n_history = 1},
        {.ports = &texts[i], .n_ports = 1},
        {.user = texts[i]},
        {.cmd = &bad},
    };
    for (size_t k = 0; k < ARRAY_LEN(changes); k++) {
      diag_init(cm_dg(state), cm_ar(state));
      changes[k].platform = amd64;
      struct str got = emit(state, "", &changes[k]);
      if (!str_contains(got, "cannot be in an image config: it is not UTF-8 or "
                             "holds a NUL byte [bad-text]\n"))
        fail_msg("text %zu, change %zu: %s", i, k, got.p);
    }
  }
}

static void says_when_the_config_is_too_long(void **state) {
  struct sbuf out;
  sbuf_init(&out, 64);
  assert_false(imageconfig_emit(
      &out, STR(""), &(struct imageconfig_changes){.platform = amd64},
      cm_dg(state)));
  assert_true(str_contains(cm_rendered(state), "more than 64 bytes"));
  sbuf_release(&out);
}

static void reads_how_an_image_is_run(void **state) {
  struct imageconfig c;
  assert_true(imageconfig_parse(
      cm_ar(state),
      STR("{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\","
          "\"config\":{\"Env\":[\"A=1\",\"BC=2=3\",\"B\"],\"User\":\"u\","
          "\"WorkingDir\":\"/w\",\"Entrypoint\":[\"e\",\"f\"],\"Cmd\":null,"
          "\"Shell\":[\"sh\"],\"Labels\":{\"b\":\"2\",\"a\":\"\"}}}\n"),
      &c, cm_dg(state)));
  assert_str(c.platform.os, "linux");
  assert_str(c.platform.arch, "arm64");
  assert_str(c.platform.variant, "v8");
  assert_str(c.user, "u");
  assert_str(c.workdir, "/w");
  assert_int_equal(c.entrypoint.n, 2);
  assert_int_equal(c.cmd.n, 0);
  assert_int_equal(c.shell.n, 1);
  assert_int_equal(c.labels.n, 2);
  assert_str(c.labels.v[0].key, "a");
  assert_str(imageconfig_env_get(&c.env, "BC"), "2=3");
  assert_null(imageconfig_env_get(&c.env, "C").p);
  assert_non_null(imageconfig_env_get(&c.env, "B").p);
}

static void reads_nothing_from_no_config(void **state) {
  struct imageconfig c;
  assert_true(
      imageconfig_parse(cm_ar(state), (struct str){0}, &c, cm_dg(state)));
  assert_int_equal(c.env.n, 0);
  assert_int_equal(c.platform.os.len, 0);
}

static void changes_lists_of_paths(void **state) {
  static const struct {
    const char *before;
    enum imageconfig_env_op op;
    const char *name, *value, *want;
  } cases[] = {
      {"PATH=/bin", IMAGECONFIG_ENV_PREPEND, "PATH", "/a", "PATH=/a:/bin"},
      {"PATH=/bin", IMAGECONFIG_ENV_APPEND, "PATH", "/a", "PATH=/bin:/a"},
      {"PATH=/bin", IMAGECONFIG_ENV_SET, "PATH", "/a", "PATH=/a"},
      {"L=", IMAGECONFIG_ENV_PREPEND, "L", "/a", "L=/a"},
      {"L", IMAGECONFIG_ENV_APPEND, "L", "/a", "L=/a"},
      {"L=/b", IMAGECONFIG_ENV_APPEND, "L", "/a", "L=/b:/a"},
      {"L=/b", IMAGECONFIG_ENV_PREPEND, "L", "", "L=/b"},
      {"L=/b", IMAGECONFIG_ENV_SET, "L", "", "L="},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    struct str_vec env = {0};
    vec_push(cm_ar(state), &env, str_of(cases[i].before));
    imageconfig_env_apply(
        cm_ar(state), &env,
        &(struct imageconfig_env_change){cases[i].op, str_of(cases[i].name),
                                         str_of(cases[i].value)},
        1);
    assert_int_equal(env.n, 1);
    assert_str(env.v[0], cases[i].want);
  }
}

static void adds_to_the_path_that_engines_assume(void **state) {
  struct str_vec env = {0}, shared;
  vec_push(cm_ar(state), &env, STR("A=1"));
  shared = env;
  struct imageconfig_env_change changes[] = {
      {IMAGECONFIG_ENV_SET, STR("A"), STR("2")},
      {IMAGECONFIG_ENV_PREPEND, STR("PATH"), STR("/x")},
      {IMAGECONFIG_ENV_APPEND, STR("LIBS"), STR("/l")},
  };
  imageconfig_env_apply(cm_ar(state), &env, changes, ARRAY_LEN(changes));
  assert_int_equal(env.n, 3);
  assert_str(env.v[0], "A=2");
  assert_str(env.v[1], "PATH=/x:" IMAGECONFIG_PATH);
  assert_str(env.v[2], "LIBS=/l");
  assert_str(shared.v[0], "A=1"); // a list copied before is as it was
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(makes_a_config_from_nothing),
      cm_test(changes_the_config_of_a_base),
      cm_test(a_health_check_replaces_the_base_s),
      cm_test(leaves_alone_what_is_not_given),
      cm_test(drops_the_cmd_of_another_entrypoint),
      cm_test(takes_the_platform_that_was_asked_for),
      cm_test(refuses_what_is_not_a_config),
      cm_test(refuses_a_config_over_the_limit),
      cm_test(refuses_text_that_json_cannot_hold),
      cm_test(says_when_the_config_is_too_long),
      cm_test(reads_how_an_image_is_run),
      cm_test(reads_nothing_from_no_config),
      cm_test(changes_lists_of_paths),
      cm_test(adds_to_the_path_that_engines_assume),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
