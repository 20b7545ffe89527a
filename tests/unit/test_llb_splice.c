#include "llb/llb_int.h"

#include "cm_llb.h"

#include "cogfe/limits.h"
#include "llb_print.h"

static const struct source dockerfile = {"Dockerfile", STR("FROM a\nRUN x\n")};

static struct llb_ref image(struct llb *l, const char *name) {
  return llb_image(l, str_of(name), NULL, STR(""), NULL);
}

static struct llb_ref run(struct llb *l, struct llb_ref root,
                          const char *command, const struct llb_meta *meta) {
  struct str args[] = {str_of(command)};
  struct llb_mount mounts[] = {{.dest = STR("/"), .input = root},
                               {.dest = STR("/out")}};
  return llb_exec(l,
                  &(struct llb_exec){.args = args,
                                     .n_args = 1,
                                     .mounts = mounts,
                                     .n_mounts = ARRAY_LEN(mounts)},
                  meta);
}

/** The definition of another frontend: its result is the second output of a
 *  command on an image. */
static struct str foreign(void **state, const struct llb_opts *opts) {
  struct llb *l = llb_new(cm_ar(state), opts);
  struct span span = {&dockerfile, 2, 1, 2, 6};
  struct llb_attr attr = {"com.docker.dockerfile.v1.command", STR("RUN x")};
  struct llb_meta meta = {.name = STR("[1/1] RUN x"),
                          .description = &attr,
                          .n_description = 1,
                          .spans = &span,
                          .n_spans = 1};
  llb_set_source_info(l, &dockerfile, STR("Dockerfile"), STR("\x0a\x00"));
  struct llb_ref ran = run(l, image(l, "a"), "x", &meta);
  return cm_llb_marshal(state, l, llb_exec_mount(l, ran, STR("/out")));
}

static struct llb_ref splice(void **state, struct llb *l, struct str bytes) {
  struct llb_ref ref;
  if (!llb_splice(l, bytes, &ref, cm_dg(state)))
    fail_msg("%s", cm_rendered(state).p);
  return ref;
}

static void gives_a_definition_back_unchanged(void **state) {
  // In either order: what is taken over need not be in the graph's own.
  for (int last = 0; last < 2; last++) {
    struct llb_opts opts = {.oneof_last = last};
    struct str given = foreign(state, &opts);
    struct llb *l = llb_new(cm_ar(state), NULL);
    struct llb_ref ref = splice(state, l, given);
    assert_int_equal(ref.op, 2);
    assert_int_equal(ref.output, 1);
    assert_true(str_eq(cm_llb_marshal(state, l, ref), given));
  }
}

static void builds_on_another_definition(void **state) {
  static const struct source yaml = {"cog.yaml", STR("run: y\n")};
  struct span span = {&yaml, 1, 6, 1, 7};
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref base = splice(state, l, foreign(state, NULL));
  struct llb_ref ref =
      run(l, base, "y", &(struct llb_meta){.spans = &span, .n_spans = 1});
  assert_str(cm_llb(state, l, ref),
             "1 source docker-image://a\n"
             "\n"
             "2 exec\n"
             "  args x\n"
             "  cwd /\n"
             "  mount / bind from 1 to 0\n"
             "  mount /out bind from scratch to 1\n"
             "  description com.docker.dockerfile.v1.command = \"RUN x\"\n"
             "  description llb.customname = \"[1/1] RUN x\"\n"
             "  at Dockerfile:2:1-2:6\n"
             "\n"
             "3 exec\n"
             "  args y\n"
             "  cwd /\n"
             "  mount / bind from 2.1 to 0\n"
             "  mount /out bind from scratch to 1\n"
             "  at cog.yaml:1:6-1:7\n"
             "\n"
             "result 3\n"
             "file Dockerfile Dockerfile 13 bytes, from a definition of 2 "
             "bytes\n"
             "file cog.yaml 7 bytes\n");
}

static void shares_ops_with_the_graph(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref before = image(l, "a");
  struct llb_ref ref = splice(state, l, foreign(state, NULL));
  assert_int_equal(before.op, 1);
  assert_int_equal(ref.op, 2);
  struct llb_ref again = splice(state, l, foreign(state, NULL));
  assert_int_equal(again.op, ref.op);
  // An op of ours that turns out to be theirs still knows its mounts.
  struct llb_ref ours = run(l, before, "x", NULL);
  assert_int_equal(ours.op, ref.op);
  assert_int_equal(llb_exec_mount(l, ours, STR("/out")).output, 1);
}

static void takes_nothing_for_scratch(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  assert_true(llb_is_scratch(splice(state, l, (struct str){0})));
  assert_true(llb_is_scratch(splice(state, l, STR("\x12\x02\x0a\x00"))));
}

static ProtobufCBinaryData binary(struct str s) {
  return (ProtobufCBinaryData){s.len, (uint8_t *)(uintptr_t)s.p};
}

static Pb__MessageEntry *entry(void **state, struct str op, struct str value) {
  Pb__MessageEntry *e =
      llb_message(cm_ar(state), &pb__message_entry__descriptor);
  e->key = llb_sha256(cm_ar(state), op);
  e->has_value = true;
  e->value = binary(value);
  return e;
}

// An op that is only a field 99, and metadata with a field 14: no release has
// them yet.
static void carries_what_it_does_not_know(void **state) {
  struct arena *ar = cm_ar(state);
  struct str op = STR("\x98\x06\x01");
  struct str final = str_printf(ar, "\x0a\x49\x0a\x47%s", llb_sha256(ar, op));
  ProtobufCBinaryData ops[] = {binary(op), binary(final)};
  Pb__MessageEntry *metadata[] = {entry(state, op, STR("\x72\x00")),
                                  entry(state, final, STR(""))};
  if (strcmp(metadata[0]->key, metadata[1]->key) > 0) {
    Pb__MessageEntry *first = metadata[0];
    metadata[0] = metadata[1];
    metadata[1] = first;
  }
  Pb__Definition def = PB__DEFINITION__INIT;
  def.n_def = def.n_metadata = 2;
  def.def = ops;
  def.metadata = metadata;
  struct str given = llb_pack(ar, &def.base);

  struct llb *l = llb_new(ar, NULL);
  struct str got = cm_llb_marshal(state, l, splice(state, l, given));
  assert_true(str_eq(got, given));
  assert_str(cm_llb_text(state, got), "1 op of an unknown kind on\n"
                                      "  no constraints\n"
                                      "  unknown field 99 of Op\n"
                                      "  unknown field 14 of OpMetadata\n"
                                      "\n"
                                      "result 1\n");
}

static void refuses_what_is_no_definition(void **state) {
#define NO_OP "\x0a\x00"
#define A_64                                                                   \
  "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  static const struct {
    struct str bytes;
    const char *want;
  } cases[] = {
      {STR("garbage"), "it is not a pb.Definition"},
      {STR("\x0a\x05xy"), "it is not a pb.Definition"},
      {STR("\x0a\x02\xff\xff\x0a\x00"), "an op is not a pb.Op"},
      {STR("\x0a\x02\xff\xff"), "its last op does not name a result"},
      {STR("\x0a\x00\x0a\x00"), "its last op does not name a result"},
      {STR("\x0a\x4b\x0a\x49\x0a\x47" A_64), "its result is not one of"},
      {STR("\x0a\x04\x0a\x02\x10\x01\x0a\x00"), "an op stands before one"},
      {STR("\x0a\x4b\x0a\x49\x0a\x47" A_64 "\x0a\x00"), "an op stands before"},
      // Two inputs in the last op; a kind in it; an index below 0.
      {STR("\x0a\x04\x0a\x00\x0a\x00"), "its last op does not name a result"},
      {STR("\x0a\x04\x0a\x00\x1a\x00"), "its last op does not name a result"},
      {STR("\x0a\x0d\x0a\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
       "its last op does not name a result"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    diag_init(cm_dg(state), cm_ar(state));
    struct llb *l = llb_new(cm_ar(state), NULL);
    struct llb_ref ref;
    assert_false(llb_splice(l, cases[i].bytes, &ref, cm_dg(state)));
    if (!str_contains(cm_rendered(state), cases[i].want))
      fail_msg("case %zu: %s", i, cm_rendered(state).p);
  }
}

static void refuses_more_ops_than_the_limit(void **state) {
  struct sbuf def;
  sbuf_init(&def, 1 << 20);
  for (int i = 0; i <= LIMIT_LLB_OPS; i++)
    sbuf_add(&def, NO_OP, 2);
  struct str bytes = str_dup(cm_ar(state), sbuf_str(&def));
  sbuf_release(&def);
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref ref;
  assert_false(llb_splice(l, bytes, &ref, cm_dg(state)));
  assert_true(str_contains(cm_rendered(state), "10001 ops; the limit is"));
}

// Cut anywhere and changed anywhere, a definition is refused or taken, and
// what was taken can be written and printed.
static void survives_damaged_definitions(void **state) {
  struct str given = foreign(state, NULL);
  for (size_t i = 0; i < given.len; i++) {
    struct arena ar;
    struct diags dg;
    struct sbuf out, text;
    arena_init(&ar);
    diag_init(&dg, &ar);
    sbuf_init(&out, 1 << 20);
    sbuf_init(&text, 1 << 20);
    struct str cut = str_dup(&ar, str_take(given, i)), bad;
    bad = str_dup(&ar, given);
    char *changed = arena_memdup(&ar, given.p, given.len);
    changed[i] ^= (char)(1 << i % 8);
    bad.p = changed;
    struct llb *l = llb_new(&ar, NULL);
    struct llb_ref ref;
    if (llb_splice(l, cut, &ref, &dg))
      assert_true(llb_marshal(l, ref, NULL, &out, &dg));
    sbuf_clear(&out);
    if (llb_splice(l, bad, &ref, &dg))
      assert_true(llb_marshal(l, ref, NULL, &out, &dg));
    llb_print(&text, cut, &dg);
    llb_print(&text, bad, &dg);
    sbuf_release(&out);
    sbuf_release(&text);
    arena_release(&ar);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(gives_a_definition_back_unchanged),
      cm_test(builds_on_another_definition),
      cm_test(shares_ops_with_the_graph),
      cm_test(takes_nothing_for_scratch),
      cm_test(carries_what_it_does_not_know),
      cm_test(refuses_what_is_no_definition),
      cm_test(refuses_more_ops_than_the_limit),
      cm_test(survives_damaged_definitions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
