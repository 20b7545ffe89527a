#include "cm.h"

#include "builder/builder_int.h"

static bool load(void **state, struct builder_options *o,
                 const char *const *env) {
  return builder_options_load(env, cm_ar(state), o, cm_dg(state));
}

static void options_come_in_any_order_with_any_value(void **state) {
  const char *env[] = {
      "BUILDKIT_FRONTEND_OPT_7=build-arg:COG_SDK_VERSION=0.16.12",
      "PATH=/bin",
      "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
      "BUILDKIT_FRONTEND_OPT_2=label:org.example.note=a=b\nc d",
      "BUILDKIT_FRONTEND_OPT_1=label:alpha=",
      "BUILDKIT_FRONTEND_OPT_5=unheard-of=1",
      "BUILDKIT_FRONTEND_OPT_3=no-cache=",
      "BUILDKIT_FRONTEND_OPT_4=add-hosts=one=1.2.3.4,two=::1",
      "BUILDKIT_FRONTEND_OPT_6=build-arg:https_proxy=http://proxy:3128",
      "BUILDKIT_FRONTEND_OPT_9=build-arg:PIP_INDEX_URL=http://127.0.0.1:1/",
      "BUILDKIT_FRONTEND_OPT_8=context:python:3.11::linux/arm64=local:dir",
      "BUILDKIT_SESSION_ID=abc",
      NULL,
  };
  struct builder_options o;
  assert_true(load(state, &o, env));
  assert_str(o.filename, "cog.yaml");
  assert_str(o.session, "abc");
  assert_true(o.no_cache);
  assert_str(o.args.sdk_version, "0.16.12");
  assert_int_equal(o.labels.n, 2);
  assert_str(o.labels.v[0].key, "alpha");
  assert_str(o.labels.v[1].value, "a=b\nc d");
  assert_int_equal(o.hosts.n, 2);
  assert_str(o.hosts.v[1].ip, "::1");
  assert_str(o.proxy.https, "http://proxy:3128");
  assert_string_equal(o.args.pip_env.v[0], "PIP_INDEX_URL=http://127.0.0.1:1/");
  assert_int_equal(o.contexts.n, 1);
  assert_str(o.contexts.v[0].name, "python:3.11::linux/arm64");
}

static void limits_and_stages_are_read(void **state) {
  const char *env[] = {
      "BUILDKIT_FRONTEND_OPT_0=shm-size=134217728",
      "BUILDKIT_FRONTEND_OPT_1=ulimit=nofile=1024:2048,core=-1,nproc=10",
      "BUILDKIT_FRONTEND_OPT_2=cgroup-parent=/x",
      "BUILDKIT_FRONTEND_OPT_3=no-cache=model, Deps", NULL};
  struct builder_options o;
  assert_true(load(state, &o, env));
  assert_int_equal(o.shm_size, 134217728);
  assert_int_equal(o.ulimits.n, 3);
  assert_int_equal(o.ulimits.v[0].hard, 2048);
  assert_int_equal(o.ulimits.v[1].soft, -1);
  assert_int_equal(o.ulimits.v[2].hard, 10);
  assert_str(o.cgroup_parent, "/x");
  assert_false(o.no_cache);
  assert_int_equal(o.no_cache_stages.n, 2);
  assert_str(o.no_cache_stages.v[1], "Deps");
}

static void resources_are_read(void **state) {
  const char *env[] = {"BUILDKIT_FRONTEND_OPT_0=memory=536870912",
                       "BUILDKIT_FRONTEND_OPT_1=memswap=-1",
                       "BUILDKIT_FRONTEND_OPT_2=cpushares=512",
                       "BUILDKIT_FRONTEND_OPT_3=cpuperiod=100000",
                       "BUILDKIT_FRONTEND_OPT_4=cpuquota=50000",
                       "BUILDKIT_FRONTEND_OPT_5=cpusetcpus=0-2,4",
                       "BUILDKIT_FRONTEND_OPT_6=cpusetmems=0",
                       NULL};
  struct builder_options o;
  assert_true(load(state, &o, env));
  assert_int_equal(o.resources.memory, 536870912);
  assert_int_equal(o.resources.memory_swap, -1);
  assert_int_equal(o.resources.cpu_shares, 512);
  assert_int_equal(o.resources.cpu_period, 100000);
  assert_int_equal(o.resources.cpu_quota, 50000);
  assert_str(o.resources.cpuset_cpus, "0-2,4");
  assert_str(o.resources.cpuset_mems, "0");
}

static void two_options_have_arguments_that_say_the_same(void **state) {
  const char *alone[] = {"BUILDKIT_FRONTEND_OPT_0=multi-platform=true",
                         "BUILDKIT_FRONTEND_OPT_1=hostname=bench", NULL};
  const char *both[] = {
      "BUILDKIT_FRONTEND_OPT_0=multi-platform=0",
      "BUILDKIT_FRONTEND_OPT_1=hostname=bench",
      "BUILDKIT_FRONTEND_OPT_2=build-arg:BUILDKIT_MULTI_PLATFORM=1",
      "BUILDKIT_FRONTEND_OPT_3=build-arg:BUILDKIT_SANDBOX_HOSTNAME=shop", NULL};
  struct builder_options o;
  assert_true(load(state, &o, alone));
  assert_true(o.multi_platform);
  assert_str(o.hostname, "bench");
  assert_true(load(state, &o, both));
  assert_false(o.multi_platform);
  assert_str(o.hostname, "shop");
}

static void several_platforms_are_an_index(void **state) {
  const char *env[] = {
      "BUILDKIT_FRONTEND_OPT_0=platform=linux/amd64,linux/arm64",
      "BUILDKIT_FRONTEND_OPT_1=build-arg:BUILDKIT_MULTI_PLATFORM=0", NULL};
  struct builder_options o;
  assert_false(load(state, &o, env));
  assert_str(cm_rendered(state),
             "error: multi-platform cannot be \"0\" [bad-option]\n"
             "  note: several platforms were asked for; leave it out\n");
}

static void what_the_client_wants_is_compared_again(void **state) {
  const char *good[] = {
      "BUILDKIT_FRONTEND_OPT_0=frontend.caps=moby.buildkit.frontend.inputs,"
      "moby.buildkit.frontend.subrequests+forward",
      NULL};
  const char *bad[] = {"BUILDKIT_FRONTEND_OPT_0=frontend.caps=x.y", NULL};
  struct builder_options o;
  assert_true(load(state, &o, good));
  assert_false(load(state, &o, bad));
  assert_str(cm_rendered(state), "error: unsupported frontend capability x.y"
                                 " [unsupported]\n");
}

static void what_old_clients_send_empty_means_nothing(void **state) {
  const char *env[] = {"BUILDKIT_FRONTEND_OPT_0=cache-from=",
                       "BUILDKIT_FRONTEND_OPT_1=add-hosts=",
                       "BUILDKIT_FRONTEND_OPT_2=image-resolve-mode=default",
                       NULL};
  struct builder_options o;
  assert_true(load(state, &o, env));
  assert_false(o.no_cache);
  assert_int_equal(o.hosts.n, 0);
  assert_int_equal(o.cache_imports.n, 0);
  assert_str(platform_id(cm_ar(state), &o.platforms.v[0]), "linux/amd64");
}

static void workers_say_what_the_engine_runs_on(void **state) {
  const char *old[] = {"BUILDKIT_WORKERS=[{\"ID\":\"x\",\"Platforms\":"
                       "[{\"architecture\":\"arm64\",\"os\":\"linux\"}]}]",
                       NULL};
  const char *young[] = {"BUILDKIT_WORKERS=[{\"id\":\"x\",\"platforms\":"
                         "[{\"architecture\":\"arm\",\"os\":\"linux\","
                         "\"variant\":\"v7\"}]}]",
                         NULL};
  const char *broken[] = {"BUILDKIT_WORKERS=[{\"platforms\":[{\"os\":5", NULL};
  struct builder_options o;
  assert_true(load(state, &o, old));
  assert_str(platform_id(cm_ar(state), &o.platforms.v[0]), "linux/arm64");
  assert_true(load(state, &o, young));
  assert_str(platform_id(cm_ar(state), &o.platforms.v[0]), "linux/arm/v7");
  assert_true(load(state, &o, broken));
  assert_str(platform_id(cm_ar(state), &o.platforms.v[0]), "linux/amd64");
}

static void caches_are_imported_in_both_forms(void **state) {
  const char *env[] = {
      "BUILDKIT_FRONTEND_OPT_0=cache-imports=[{\"Type\":\"registry\","
      "\"Attrs\":{\"ref\":\"r.example/c\"}},{\"type\":\"local\","
      "\"attrs\":{\"src\":\"d\",\"digest\":\"sha256:1\"}}]",
      "BUILDKIT_FRONTEND_OPT_1=cache-from=a,b", NULL};
  struct builder_options o;
  assert_true(load(state, &o, env));
  assert_int_equal(o.cache_imports.n, 4);
  assert_str(o.cache_imports.v[0].type, "registry");
  assert_str(*gateway_map_get(&o.cache_imports.v[0].attrs, "ref"),
             "r.example/c");
  assert_str(o.cache_imports.v[1].type, "local");
  assert_str(*gateway_map_get(&o.cache_imports.v[3].attrs, "ref"), "b");
}

static void every_bad_value_is_reported(void **state) {
  const char *env[] = {
      "BUILDKIT_FRONTEND_OPT_0=force-network-mode=bridge",
      "BUILDKIT_FRONTEND_OPT_1=add-hosts=noaddress",
      "BUILDKIT_FRONTEND_OPT_2=image-resolve-mode=never",
      "BUILDKIT_FRONTEND_OPT_3=cache-imports={]",
      "BUILDKIT_FRONTEND_OPT_4=platform=windows/amd64",
      "BUILDKIT_FRONTEND_OPT_5=build-arg:SOURCE_DATE_EPOCH=99999999999",
      "BUILDKIT_FRONTEND_OPT_6=shm-size=64m",
      "BUILDKIT_FRONTEND_OPT_7=ulimit=nofile",
      "BUILDKIT_FRONTEND_OPT_8=memory=1g",
      "BUILDKIT_FRONTEND_OPT_9=cpushares=-1",
      "BUILDKIT_FRONTEND_OPT_10=cpusetcpus=all",
      NULL,
  };
  struct builder_options o;
  assert_false(load(state, &o, env));
  assert_int_equal(cm_dg(state)->errors, 11);
}

static void a_misspelt_argument_of_ours_is_a_warning(void **state) {
  const char *env[] = {"BUILDKIT_FRONTEND_OPT_0=build-arg:COG_SKD=off",
                       "BUILDKIT_FRONTEND_OPT_1=build-arg:FOO=1", NULL};
  struct builder_options o;
  assert_true(load(state, &o, env));
  assert_str(cm_rendered(state), "warning: unknown build argument \"COG_SKD\""
                                 " [unknown-build-arg]\n"
                                 "  note: did you mean \"COG_SDK\"?\n");
}

static void image_names_become_references(void **state) {
  const struct {
    const char *name, *reference, *familiar;
  } rows[] = {
      {"python:3.11", "docker.io/library/python:3.11", "python:3.11"},
      {"python", "docker.io/library/python:latest", "python"},
      {"nvidia/cuda:12", "docker.io/nvidia/cuda:12", "nvidia/cuda:12"},
      {"docker.io/python:3", "docker.io/library/python:3", "python:3"},
      {"localhost:5000/x", "localhost:5000/x:latest", "localhost:5000/x"},
      {"r.example/a/b@sha256:00", "r.example/a/b@sha256:00",
       "r.example/a/b@sha256:00"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct arena *ar = cm_ar(state);
    const struct str name = str_of(rows[i].name);
    assert_str(llb_image_reference(ar, name), rows[i].reference);
    assert_str(builder_familiar_name(ar, name), rows[i].familiar);
  }
}

static void git_urls_are_told_from_others(void **state) {
  (void)state;
  const struct {
    const char *url;
    bool git;
  } rows[] = {
      {"github.com/a/b", true},
      {"https://github.com/a/b.git", true},
      {"https://host/a/b.git#main:sub", true},
      {"git://host/repo", true},
      {"ssh://git@host/repo", true},
      {"git@host:a/b", true},
      {"https://host/b.git?branch=x", true},
      {"https://host/b?x=.git", false},
      {"https://host/a.tar.gz", false},
      {"https://host/b.git/x", false},
      {"./a.git", false},
      {"", false},
      {"dir", false},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (llb_is_git(str_of(rows[i].url)) != rows[i].git)
      fail_msg("%s", rows[i].url);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(options_come_in_any_order_with_any_value),
      cm_test(limits_and_stages_are_read),
      cm_test(resources_are_read),
      cm_test(two_options_have_arguments_that_say_the_same),
      cm_test(several_platforms_are_an_index),
      cm_test(what_the_client_wants_is_compared_again),
      cm_test(what_old_clients_send_empty_means_nothing),
      cm_test(workers_say_what_the_engine_runs_on),
      cm_test(caches_are_imported_in_both_forms),
      cm_test(every_bad_value_is_reported),
      cm_test(a_misspelt_argument_of_ours_is_a_warning),
      cm_test(image_names_become_references),
      cm_test(git_urls_are_told_from_others),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
