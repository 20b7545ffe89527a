#include "cm_llb.h"

static const struct platform arm = {
    .os = STR("linux"), .arch = STR("arm"), .variant = STR("v7")};
static const struct platform amd64 = {.os = STR("linux"), .arch = STR("amd64")};

static struct llb_ref image(struct llb *l, const char *name) {
  return llb_image(l, str_of(name), &amd64, STR(""), NULL);
}

static void writes_all_that_a_command_can_have(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct str args[] = {STR("sh"), STR("-c"), STR("a \"b\"\nc"), STR("")};
  struct str env[] = {STR("A=1"), STR("B=x y")};
  struct llb_mount mounts[] = {{.dest = STR("/"), .input = image(l, "a")}};
  struct llb_host hosts[] = {{STR("db"), STR("10.0.0.1")}};
  struct llb_secret_env secrets[] = {{STR("hf"), STR("HF_TOKEN"), true}};
  struct llb_ulimit ulimits[] = {{STR("nofile"), 1024, -1}};
  struct llb_ref ref =
      llb_exec(l,
               &(struct llb_exec){
                   .platform = arm,
                   .args = args,
                   .n_args = ARRAY_LEN(args),
                   .env = env,
                   .n_env = ARRAY_LEN(env),
                   .cwd = STR("/src"),
                   .user = STR("1000:100"),
                   .mounts = mounts,
                   .n_mounts = ARRAY_LEN(mounts),
                   .network = LLB_NET_HOST,
                   .security = LLB_SECURITY_INSECURE,
                   .proxy = &(struct llb_proxy){.http = STR("http://p"),
                                                .no = STR("local")},
                   .hosts = hosts,
                   .n_hosts = ARRAY_LEN(hosts),
                   .hostname = STR("builder"),
                   .secret_env = secrets,
                   .n_secret_env = ARRAY_LEN(secrets),
                   .ulimits = ulimits,
                   .n_ulimits = ARRAY_LEN(ulimits),
                   .cgroup_parent = STR("/g"),
                   .valid_exit_codes = (int32_t[]){0, -1},
                   .n_valid_exit_codes = 2,
               },
               NULL);
  assert_str(cm_llb(state, l, ref), "1 source docker-image://a\n"
                                    "  platform linux/amd64\n"
                                    "\n"
                                    "2 exec\n"
                                    "  args sh -c \"a \\\"b\\\"\\nc\" \"\"\n"
                                    "  env A=1\n"
                                    "  env \"B=x y\"\n"
                                    "  cwd /src\n"
                                    "  user 1000:100\n"
                                    "  http proxy http://p\n"
                                    "  no proxy local\n"
                                    "  host db 10.0.0.1\n"
                                    "  hostname builder\n"
                                    "  ulimit nofile 1024:-1\n"
                                    "  valid exit codes 0 -1\n"
                                    "  cgroup parent /g\n"
                                    "  mount / bind from 1 to 0\n"
                                    "  secret env HF_TOKEN hf optional\n"
                                    "  network host\n"
                                    "  security insecure\n"
                                    "  platform linux/arm/v7\n"
                                    "\n"
                                    "result 2\n");
}

static struct llb_ref run(struct llb *l, const struct llb_mount *mounts,
                          size_t n) {
  return llb_exec(l,
                  &(struct llb_exec){.args = (struct str[]){STR("true")},
                                     .n_args = 1,
                                     .mounts = mounts,
                                     .n_mounts = n},
                  NULL);
}

/** The lines of TEXT that begin with "  mount". */
static struct str mount_lines(void **state, struct str text) {
  struct sbuf out;
  sbuf_init(&out, 1 << 20);
  struct str line;
  while (str_next_line(&text, &line))
    if (str_starts(line, "  mount"))
      sbuf_addf(&out, STR_FMT "\n", STR_ARG(line));
  struct str lines = str_dup(cm_ar(state), sbuf_str(&out));
  sbuf_release(&out);
  return lines;
}

static void writes_every_kind_of_mount(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref base = image(l, "base"), ctx = image(l, "context");
  struct llb_mount mounts[] = {
      {.dest = STR("/"), .input = base},
      {.dest = STR("/ctx"),
       .input = ctx,
       .selector = STR("a/b"),
       .readonly = true},
      {.dest = STR("/cache"),
       .type = LLB_CACHE,
       .id = STR("pip"),
       .sharing = LLB_LOCKED},
      {.dest = STR("/warm"),
       .type = LLB_CACHE,
       .id = STR("w"),
       .input = ctx,
       .sharing = LLB_PRIVATE},
      {.dest = STR("/run/s"), .type = LLB_SECRET, .id = STR("tok")},
      {.dest = STR("/run/t"),
       .type = LLB_SECRET,
       .id = STR("tok"),
       .mode = 0444,
       .uid = 5,
       .gid = 6,
       .optional = true},
      {.dest = STR("/run/ssh"), .type = LLB_SSH, .id = STR("default")},
      {.dest = STR("/dev/shm"), .type = LLB_TMPFS, .size = 1 << 20},
      {.dest = STR("/tmp"), .type = LLB_TMPFS},
      {.dest = STR("/scratch"), .discard = true},
      {.dest = STR("/again"), .input = base},
  };
  struct llb_ref ref = run(l, mounts, ARRAY_LEN(mounts));
  assert_str(mount_lines(state, cm_llb(state, l, ref)),
             "  mount / bind from 1 to 0\n"
             "  mount /again bind from 1 to 1\n"
             "  mount /cache cache pip locked\n"
             "  mount /ctx bind from 2 a/b readonly\n"
             "  mount /dev/shm tmpfs 1048576 bytes\n"
             "  mount /run/s secret tok mode 0400\n"
             "  mount /run/ssh ssh default mode 0600\n"
             "  mount /run/t secret tok mode 0444 owner 5:6 optional\n"
             "  mount /scratch bind from scratch\n"
             "  mount /tmp tmpfs\n"
             "  mount /warm cache w private from 2\n");
}

static void numbers_outputs_in_the_order_of_mounts(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_mount mounts[] = {
      {.dest = STR("/z")},
      {.dest = STR("/m"), .readonly = true, .input = image(l, "m")},
      {.dest = STR("/b")},
      {.dest = STR("/"), .input = image(l, "base")},
  };
  struct llb_ref ref = run(l, mounts, ARRAY_LEN(mounts));
  assert_int_equal(ref.output, 0);
  assert_int_equal(llb_exec_mount(l, ref, STR("/b")).output, 1);
  assert_int_equal(llb_exec_mount(l, ref, STR("/z")).output, 2);
  assert_true(str_ends(cm_llb(state, l, llb_exec_mount(l, ref, STR("/z"))),
                       "\nresult 3.2\n"));
}

static void keeps_nothing_of_a_root_that_is_readonly(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_mount mounts[] = {
      {.dest = STR("/"), .input = image(l, "base"), .readonly = true},
      {.dest = STR("/out")},
  };
  struct llb_ref out =
      llb_exec_mount(l, run(l, mounts, ARRAY_LEN(mounts)), STR("/out"));
  assert_int_equal(out.output, 0);
  assert_str(mount_lines(state, cm_llb(state, l, out)),
             "  mount / bind from 1 readonly\n"
             "  mount /out bind from scratch to 0\n");
}

// An engine mounts a root without output read-only, and then cannot run in it.
static void keeps_a_writable_root_even_when_it_is_discarded(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_mount root = {
      .dest = STR("/"), .input = image(l, "base"), .discard = true};
  assert_str(mount_lines(state, cm_llb(state, l, run(l, &root, 1))),
             "  mount / bind from 1 to 0\n");
}

static void refuses_relative_paths(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_mount mounts[] = {{.dest = STR("/")}, {.dest = STR("-v")}};
  struct llb_ref ref = run(l, mounts, ARRAY_LEN(mounts));
  struct sbuf out;
  sbuf_init(&out, 1 << 20);
  assert_false(llb_marshal(l, ref, NULL, &out, cm_dg(state)));
  assert_int_equal(out.len, 0);
  assert_str(cm_rendered(state), "error: mount target \"-v\" is not an "
                                 "absolute path [bad-text]\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(writes_all_that_a_command_can_have),
      cm_test(writes_every_kind_of_mount),
      cm_test(numbers_outputs_in_the_order_of_mounts),
      cm_test(keeps_nothing_of_a_root_that_is_readonly),
      cm_test(keeps_a_writable_root_even_when_it_is_discarded),
      cm_test(refuses_relative_paths),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
