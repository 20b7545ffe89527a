// What the options of a build do to the LLB of its steps. Whole graphs are
// golden cases (testdata/cases/plan-*).
#include "cm.h"

#include "cogfe/llb.h"
#include "cogfe/recipe.h"
#include "llb_print.h"

static const char cog_yaml[] = "build:\n"
                               "  python_version: \"3.11\"\n"
                               "  python_packages: [six]\n"
                               "  run:\n"
                               "    - command: use\n"
                               "      mounts:\n"
                               "        - {type: secret, id: k, env: KEY}\n"
                               "        - {type: cache, target: /c}\n";

static struct llb_plan_image images[2];

/** The input for the model of cog_yaml, with images that have no config. */
static struct llb_plan_input input(void **state, struct llb *l) {
  struct arena *ar = cm_ar(state);
  struct source *src = arena_new(ar, struct source);
  *src = (struct source){"cog.yaml", str_of(cog_yaml)};
  struct recipe_args *args = arena_new(ar, struct recipe_args);
  const struct recipe_input in = {
      .config = src,
      .config_path = STR("cog.yaml"),
      .platform = {.os = STR("linux"), .arch = STR("amd64")},
      .args = args};
  struct recipe r;
  assert_true(recipe_make(&in, ar, &r, cm_dg(state)));
  const struct plan_needs needs = plan_stage_needs(r.plan->model, ar);
  assert_int_equal(needs.images.n, ARRAY_LEN(images));
  for (size_t i = 0; i < needs.images.n; i++)
    images[i] = (struct llb_plan_image){
        .name = needs.images.v[i],
        .tree = llb_image(l, needs.images.v[i], &in.platform, STR(""), NULL)};
  const struct llb_local context = {.name = STR("context")};
  return (struct llb_plan_input){.plan = r.plan,
                                 .target = r.plan->model,
                                 .platform = in.platform,
                                 .images = images,
                                 .n_images = ARRAY_LEN(images),
                                 .context = llb_local(l, &context, NULL),
                                 .caps = {true, true, false}};
}

static struct str printed(void **state, struct llb *l,
                          const struct llb_plan_input *in) {
  struct llb_ref tree;
  cleanup_sbuf struct sbuf bytes, text;
  sbuf_init(&bytes, 1 << 20);
  sbuf_init(&text, 1 << 20);
  assert_true(llb_add_plan(l, in, cm_ar(state), &tree, cm_dg(state)));
  assert_true(llb_marshal(l, tree, NULL, &bytes, cm_dg(state)));
  assert_true(llb_print(&text, sbuf_str(&bytes), cm_dg(state)));
  return str_dup(cm_ar(state), sbuf_str(&text));
}

static size_t count(struct str text, const char *part) {
  size_t n = 0;
  for (const char *p = text.p; (p = strstr(p, part)); p++)
    n++;
  return n;
}

enum { RUN_STEPS = 4 }; // pip, scripts, apt, the item

static void every_command_runs_as_the_build_says(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_plan_input in = input(state, l);
  const struct llb_host hosts[] = {{STR("pypi"), STR("10.0.0.1")}};
  const struct llb_ulimit ulimits[] = {{STR("nofile"), 1024, 2048}};
  const struct llb_resources resources = {
      1 << 28, -1, 512, 100000, 50000, STR("0-2,4"), STR("0")};
  const struct llb_proxy proxy = {.http = STR("http://proxy:1")};
  in.exec = (struct llb_plan_exec){.network = LLB_NET_HOST,
                                   .hosts = hosts,
                                   .n_hosts = 1,
                                   .proxy = &proxy,
                                   .hostname = STR("builder"),
                                   .cgroup_parent = STR("/slice"),
                                   .ulimits = ulimits,
                                   .n_ulimits = 1,
                                   .shm_size = 1 << 20,
                                   .resources = &resources};
  const struct str text = printed(state, l, &in);
  assert_int_equal(count(text, "  network host\n"), RUN_STEPS);
  assert_int_equal(count(text, "pypi"), RUN_STEPS);
  assert_int_equal(count(text, "http://proxy:1"), RUN_STEPS);
  assert_int_equal(count(text, "  hostname builder\n"), RUN_STEPS);
  assert_int_equal(count(text, "/slice"), RUN_STEPS);
  assert_int_equal(count(text, "nofile"), RUN_STEPS);
  assert_int_equal(count(text, "/dev/shm"), RUN_STEPS);
  assert_int_equal(count(text, "  resources memory 268435456 swap -1 cpu-shares"
                               " 512 cpu-period 100000 cpu-quota 50000 cpus"
                               " 0-2,4 mems 0\n"),
                   RUN_STEPS);
}

static void no_cache_is_of_all_steps_or_of_a_stage(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_plan_input in = input(state, l);
  assert_int_equal(count(printed(state, l, &in), "ignore cache"), 0);

  l = llb_new(cm_ar(state), NULL);
  in = input(state, l);
  in.no_cache = true;
  const size_t all = count(printed(state, l, &in), "ignore cache");
  assert_int_equal(all, RUN_STEPS + 4); // and the four that write files

  l = llb_new(cm_ar(state), NULL);
  in = input(state, l);
  struct str deps[] = {STR("Deps")};
  const struct str_vec stages = {deps, 1, 1};
  in.no_cache_stages = &stages;
  assert_int_equal(count(printed(state, l, &in), "ignore cache"), 3);
}

static void caches_stand_in_their_name_space(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_plan_input in = input(state, l);
  in.cache_ns = STR("team");
  assert_true(str_contains(printed(state, l, &in), "cache team/cog-pip"));
}

static void a_shell_sets_the_variable_that_an_engine_cannot(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_plan_input in = input(state, l);
  assert_true(str_contains(printed(state, l, &in), "  args /bin/sh -c use\n"));
  l = llb_new(cm_ar(state), NULL);
  in = input(state, l);
  in.caps.secret_env = false;
  const struct str text = printed(state, l, &in);
  assert_true(str_contains(text, "shift 2\\nexec \\\"$@\\\"\" cog KEY "
                                 "/run/secrets/KEY /bin/sh -c use\n"));
  assert_true(
      str_contains(text, "  mount /run/secrets/KEY secret k mode 0400"));
  assert_false(str_contains(text, "secret env"));
}

/** Our own steps install things, as root and with root's files. */
static void steps_run_as_root_whoever_the_image_runs_as(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_plan_input in = input(state, l);
  struct str home[] = {STR("HOME=/home/app")};
  for (size_t i = 0; i < ARRAY_LEN(images); i++) {
    images[i].config.user = STR("app");
    images[i].config.env.v = home;
    images[i].config.env.n = 1;
  }
  const struct str text = printed(state, l, &in);
  assert_false(str_contains(text, "user app"));
  // pip; the user's own command keeps what the image says.
  assert_int_equal(count(text, "  env HOME=/root\n"), 1);
  assert_true(str_contains(text, "  args /bin/sh -c use\n"
                                 "  env HOME=/home/app\n"));
}

static void an_engine_without_patterns_removes_what_it_copied(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_plan_input in = input(state, l);
  in.caps.copy_patterns = false;
  const struct str text = printed(state, l, &in);
  // In a tree of its own: what a run item left at /src/.cog stays.
  assert_true(str_contains(text, "  rm /.cog missing-ok\n"));
  assert_false(str_contains(text, "exclude"));
}

static void or_reads_a_source_without_it(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_plan_input in = input(state, l);
  in.caps.copy_patterns = false;
  in.has_source = true;
  in.source = llb_local(l, &(struct llb_local){.name = STR("rest")}, NULL);
  const struct str text = printed(state, l, &in);
  assert_true(str_contains(text, " source local://rest\n"));
  assert_false(str_contains(text, "  rm "));
}

static void images_are_found_by_name(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  const struct llb_plan_input in = input(state, l);
  for (size_t i = 0; i < ARRAY_LEN(images); i++) {
    const struct plan_stage bottom = {.image = images[i].name};
    const struct plan_stage top = {.parent = &bottom};
    assert_ptr_equal(llb_plan_base_image(&in, &bottom), &images[i]);
    assert_ptr_equal(llb_plan_base_image(&in, &top), &images[i]);
  }
  const struct plan_stage scratch = {0};
  assert_int_equal(llb_plan_base_image(&in, &scratch)->json.len, 0);
}

/** The most that an engine takes, below and above what the graph has. */
static void a_definition_that_is_too_large_is_not_finished(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_plan_input in = input(state, l);
  struct llb_ref tree;
  in.max_bytes = 1 << 20;
  assert_true(llb_add_plan(l, &in, cm_ar(state), &tree, cm_dg(state)));
  const size_t all = llb_total_bytes(l);

  l = llb_new(cm_ar(state), NULL);
  in = input(state, l);
  in.max_bytes = all / 2;
  assert_false(llb_add_plan(l, &in, cm_ar(state), &tree, cm_dg(state)));
  assert_in_range(llb_total_bytes(l), 1, all - 1);
  assert_true(str_contains(cm_rendered(state), "would have more than"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(every_command_runs_as_the_build_says),
      cm_test(no_cache_is_of_all_steps_or_of_a_stage),
      cm_test(caches_stand_in_their_name_space),
      cm_test(a_shell_sets_the_variable_that_an_engine_cannot),
      cm_test(steps_run_as_root_whoever_the_image_runs_as),
      cm_test(an_engine_without_patterns_removes_what_it_copied),
      cm_test(or_reads_a_source_without_it),
      cm_test(images_are_found_by_name),
      cm_test(a_definition_that_is_too_large_is_not_finished),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
