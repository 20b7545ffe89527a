#include "cm_llb.h"

static struct llb_ref tree(struct llb *l, const char *name) {
  return llb_local(l, &(struct llb_local){.name = str_of(name)}, NULL);
}

static struct llb_action copy(struct llb_ref from, const char *src,
                              const char *dest) {
  return (struct llb_action){
      LLB_COPY,
      .copy = {.from = from, .src = str_of(src), .dest = str_of(dest)}};
}

/** The definition's text from the paragraph of the file op on. */
static const char *file_op(void **state, const struct llb *l,
                           struct llb_ref ref) {
  const char *at = strstr(cm_llb(state, l, ref).p, " file ");
  assert_non_null(at);
  return at + 1;
}

static void writes_every_action(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref base = tree(l, "base"), ctx = tree(l, "ctx");
  struct str include[] = {STR("*.py")}, exclude[] = {STR("a"), STR("b/**")};
  struct llb_action actions[] = {
      copy(ctx, "/", "/src"),
      {LLB_COPY, .copy = {.from = ctx,
                          .src = STR("/*.tar"),
                          .dest = STR("/in/"),
                          .flags = LLB_COPY_DOCKERFILE | LLB_COPY_UNPACK |
                                   LLB_COPY_REPLACE,
                          .owner = {STR("1000"), STR("staff")},
                          .mode = 0640,
                          .include = include,
                          .n_include = ARRAY_LEN(include),
                          .exclude = exclude,
                          .n_exclude = ARRAY_LEN(exclude)}},
      {LLB_MKFILE, .mkfile = {.path = STR("/a"), .data = STR("x\n y\n")}},
      {LLB_MKFILE, .mkfile = {.path = STR("/b"),
                              .data = STR("no end"),
                              .mode = 0600,
                              .owner = {STR("0"), STR("0")}}},
      {LLB_MKFILE, .mkfile = {.path = STR("/c"), .data = STR("\0")}},
      {LLB_MKFILE, .mkfile = {.path = STR("/d")}},
      {LLB_MKDIR, .mkdir = {.path = STR("/e")}},
      {LLB_MKDIR,
       .mkdir = {.path = STR("/f/g"), .parents = true, .mode = 01777}},
      {LLB_RM, .rm = {.path = STR("/h")}},
      {LLB_RM,
       .rm = {.path = STR("/i*"), .allow_missing = true, .wildcard = true}},
      {LLB_SYMLINK,
       .symlink = {.target = STR("../x"), .path = STR("/sbin/tini")}},
  };
  assert_string_equal(
      file_op(state, l, llb_file(l, base, actions, ARRAY_LEN(actions), NULL)),
      "file on 1\n"
      "  copy / of 2 to /src\n"
      "  copy /*.tar of 2 to /in/ follow contents unpack create-dest wildcard "
      "empty-wildcard replace mode 0640 owner 1000:staff of 1\n"
      "    include *.py\n"
      "    exclude a\n"
      "    exclude b/**\n"
      "  mkfile /a mode 0644\n"
      "    |x\n"
      "    | y\n"
      "  mkfile /b mode 0600 owner 0:0\n"
      "    |no end\n"
      "    (no line end)\n"
      "  mkfile /c mode 0644\n"
      "    1 bytes sha256:6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a3"
      "0617afa01d\n"
      "  mkfile /d mode 0644\n"
      "  mkdir /e mode 0755\n"
      "  mkdir /f/g parents mode 1777\n"
      "  rm /h\n"
      "  rm /i* missing-ok wildcard\n"
      "  symlink /sbin/tini to ../x\n"
      "\n"
      "result 3\n");
}

// 0, 1, … are the op's inputs, each once; behind them come the results of its
// actions. The printer only leaves out what follows this rule.
static void numbers_inputs_and_then_actions(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref base = tree(l, "base"), a = tree(l, "a"), b = tree(l, "b");
  struct llb_action actions[] = {copy(a, "/1", "/"), copy(b, "/2", "/"),
                                 copy(a, "/3", "/"), copy(base, "/4", "/"),
                                 copy(LLB_SCRATCH, "/5", "/")};
  assert_string_equal(
      file_op(state, l, llb_file(l, base, actions, ARRAY_LEN(actions), NULL)),
      "file on 1\n"
      "  copy /1 of 2 to /\n"
      "  copy /2 of 3 to /\n"
      "  copy /3 of 2 to /\n"
      "  copy /4 of 1 to /\n"
      "  copy /5 of scratch to /\n"
      "\n"
      "result 4\n");
}

// The same on the wire, where −1 is ten bytes and 0 is left out.
static void writes_the_index_space(void **state) {
#define MINUS_1 "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_action actions[] = {{LLB_RM, .rm = {.path = STR("/a")}},
                                 {LLB_RM, .rm = {.path = STR("/b")}},
                                 {LLB_RM, .rm = {.path = STR("/c")}}};
  struct llb_ref ref = llb_file(l, tree(l, "base"), actions, 3, NULL);
  static const char want[] =
      "\x12\x1c\x10" MINUS_1 "\x18" MINUS_1 "\x3a\x04\x0a\x02/a"
      "\x12\x1e\x08\x01\x10" MINUS_1 "\x18" MINUS_1 "\x3a\x04\x0a\x02/b"
      "\x12\x13\x08\x02\x10" MINUS_1 "\x3a\x04\x0a\x02/c";
  struct str got = cm_llb_marshal(state, l, ref);
  assert_non_null(memmem(got.p, got.len, want, sizeof want - 1));
}

static void starts_from_scratch(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_action actions[] = {copy(tree(l, "ctx"), "/sub", "/"),
                                 {LLB_MKDIR, .mkdir = {.path = STR("/x")}}};
  assert_string_equal(
      file_op(state, l, llb_file(l, LLB_SCRATCH, actions, 2, NULL)),
      "file on scratch\n"
      "  copy /sub of 1 to /\n"
      "  mkdir /x mode 0755\n"
      "\n"
      "result 2\n");
}

static void makes_no_op_without_actions(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref base = tree(l, "base");
  struct llb_ref same = llb_file(l, base, NULL, 0, NULL);
  assert_int_equal(same.op, base.op);
  assert_true(llb_is_scratch(llb_file(l, LLB_SCRATCH, NULL, 0, NULL)));
}

static void cleans_paths(void **state) {
  static const struct {
    const char *given, *src, *dest;
  } cases[] = {
      {"", "/", "/"},
      {"/", "/", "/"},
      {".", "/", "/"},
      {"/.", "/", "/."},
      {"a", "/a", "/a"},
      {"/a/", "/a", "/a/"},
      {"/a/.", "/a", "/a/."},
      {"a//b/./c", "/a/b/c", "/a/b/c"},
      {"/a/../b", "/b", "/b"},
      {"../../etc", "/etc", "/etc"},
      {"/a/b/..", "/a", "/a"},
      {"..", "/", "/"},
      {"/..a/b..", "/..a/b..", "/..a/b.."},
      {"a b/ü", "\"/a b/ü\"", "\"/a b/ü\""},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    struct llb *l = llb_new(cm_ar(state), NULL);
    struct llb_action action =
        copy(tree(l, "c"), cases[i].given, cases[i].given);
    const char *want =
        arena_printf(cm_ar(state), "file on scratch\n  copy %s of 1 to %s\n",
                     cases[i].src, cases[i].dest);
    const char *got =
        file_op(state, l, llb_file(l, LLB_SCRATCH, &action, 1, NULL));
    if (!str_starts(str_of(got), want))
      fail_msg("\"%s\" gave\n%s", cases[i].given, got);
  }
}

static void takes_ids_and_names_of_owners(void **state) {
  static const struct {
    const char *user, *want;
  } cases[] = {
      {"0", "owner 0:\n"},
      {"4294967295", "owner 4294967295:\n"},
      {"4294967296", "owner 4294967296 of 1:\n"}, // no id: some name
      {"bob", "owner bob of 1:\n"},
      {"1a", "owner 1a of 1:\n"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    struct llb *l = llb_new(cm_ar(state), NULL);
    struct llb_action action = {
        LLB_MKDIR,
        .mkdir = {.path = STR("/a"), .owner = {.user = str_of(cases[i].user)}}};
    const char *got =
        file_op(state, l, llb_file(l, tree(l, "base"), &action, 1, NULL));
    if (!strstr(got, cases[i].want))
      fail_msg("%s\n%s", cases[i].user, got);
  }
}

static void cannot_look_up_a_name_in_scratch(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_action action = {
      LLB_MKDIR, .mkdir = {.path = STR("/a"), .owner = {.user = STR("bob")}}};
  struct llb_ref ref = llb_file(l, LLB_SCRATCH, &action, 1, NULL);
  struct sbuf out;
  sbuf_init(&out, 1 << 20);
  assert_false(llb_marshal(l, ref, NULL, &out, cm_dg(state)));
  assert_str(cm_rendered(state), "error: user \"bob\" cannot be looked up in "
                                 "an empty tree [bad-text]\n");
}

static void gives_everything_the_time_of_the_epoch(void **state) {
  struct llb_opts opts = {.has_epoch = true, .epoch = 0};
  struct llb *l = llb_new(cm_ar(state), &opts);
  struct llb_action actions[] = {
      copy(tree(l, "ctx"), "/", "/"),
      {LLB_MKFILE, .mkfile = {.path = STR("/a")}},
      {LLB_MKDIR, .mkdir = {.path = STR("/b")}},
      {LLB_SYMLINK, .symlink = {.target = STR("b"), .path = STR("/c")}}};
  assert_string_equal(
      file_op(state, l, llb_file(l, LLB_SCRATCH, actions, 4, NULL)),
      "file on scratch\n"
      "  copy / of 1 to / time 0\n"
      "  mkfile /a mode 0644 time 0\n"
      "  mkdir /b mode 0755 time 0\n"
      "  symlink /c to b time 0\n"
      "\n"
      "result 2\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(writes_every_action),
      cm_test(numbers_inputs_and_then_actions),
      cm_test(writes_the_index_space),
      cm_test(starts_from_scratch),
      cm_test(makes_no_op_without_actions),
      cm_test(cleans_paths),
      cm_test(takes_ids_and_names_of_owners),
      cm_test(cannot_look_up_a_name_in_scratch),
      cm_test(gives_everything_the_time_of_the_epoch),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
