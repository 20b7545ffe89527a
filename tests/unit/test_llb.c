#include "cm_llb.h"

// The worked example: scratch with /hello.txt, as an engine (buildkitd 0.32.2)
// took it. Op digests, their bytes and the definition are known.
#define HELLO                                                                  \
  "\x12\x3a\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"                       \
  "\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"                               \
  "\x2a\x22\x0a\x0a/hello.txt\x10\xa4\x03\x1a\x06hello\n"                      \
  "\x28\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
#define HELLO_DIGEST                                                           \
  "sha256:1b617d36f77796359f1da0c694cd96f2a5848830c785488b24425f645edcf674"
#define FINAL_DIGEST                                                           \
  "sha256:7a50aaf85e0f61f206400e678597cee495be12a4f19e869a513962554c2deace"

static const struct llb_opts oneof_last = {.oneof_last = true};

static struct llb_ref hello(struct llb *l) {
  return llb_file(
      l, LLB_SCRATCH,
      &(struct llb_action){LLB_MKFILE, .mkfile = {.path = STR("/hello.txt"),
                                                  .data = STR("hello\n")}},
      1, &(struct llb_meta){.name = STR("write hello")});
}

static void writes_the_worked_example(void **state) {
  struct llb *l = llb_new(cm_ar(state), &oneof_last);
  struct llb_ref ref = hello(l);
  assert_str(llb_digest(l, ref), HELLO_DIGEST);
  struct str want = STR(
      "\x0a\x40\x5a\x00\x22\x3c" HELLO "\x0a\x4b\x0a\x49\x0a\x47" HELLO_DIGEST
      "\x12\x6a\x0a\x47" HELLO_DIGEST
      "\x12\x1f\x12\x1d\x0a\x0ellb.customname\x12\x0bwrite hello"
      "\x12\x4b\x0a\x47" FINAL_DIGEST "\x12\x00");
  struct str got = cm_llb_marshal(state, l, ref);
  assert_int_equal(got.len, 328);
  assert_int_equal(want.len, got.len);
  assert_memory_equal(got.p, want.p, want.len);
}

static void writes_ascending_fields_for_old_engines(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref ref = hello(l);
  struct str want = STR("\x0a\x40\x22\x3c" HELLO "\x5a\x00");
  struct str got = cm_llb_marshal(state, l, ref);
  assert_int_equal(got.len, 328);
  assert_memory_equal(got.p, want.p, want.len);
  assert_false(str_is(llb_digest(l, ref), HELLO_DIGEST));
}

// ---- the graph --------------------------------------------------------------

static struct llb_ref image(struct llb *l, const char *name) {
  return llb_image(l, str_of(name), NULL, STR(""),
                   &(struct llb_meta){.name = str_of(name)});
}

static struct llb_ref run(struct llb *l, struct llb_ref root,
                          const char *command, const struct llb_meta *meta) {
  struct str args[] = {str_of(command)};
  return llb_exec(
      l,
      &(struct llb_exec){
          .args = args,
          .n_args = 1,
          .mounts = &(struct llb_mount){.dest = STR("/"), .input = root},
          .n_mounts = 1},
      meta);
}

static void writes_only_what_the_result_needs(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref a = image(l, "a"), b = image(l, "b"), c = image(l, "c");
  struct llb_ref on_c = run(l, c, "x", NULL);
  run(l, b, "y", NULL);
  struct llb_ref both = llb_merge(l, (struct llb_ref[]){on_c, a}, 2, NULL);
  assert_str(cm_llb(state, l, both), "1 source docker-image://a\n"
                                     "  description llb.customname = a\n"
                                     "\n"
                                     "2 source docker-image://c\n"
                                     "  description llb.customname = c\n"
                                     "\n"
                                     "3 exec\n"
                                     "  args x\n"
                                     "  cwd /\n"
                                     "  mount / bind from 2 to 0\n"
                                     "\n"
                                     "4 merge 3 1\n"
                                     "\n"
                                     "result 4\n");
}

static void writes_equal_ops_once(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref a = image(l, "a");
  struct llb_ref first =
      run(l, a, "x", &(struct llb_meta){.name = STR("first")});
  struct llb_ref again =
      run(l, image(l, "a"), "x", &(struct llb_meta){.name = STR("again")});
  assert_int_equal(first.op, again.op);
  assert_str(cm_llb(state, l, again), "1 source docker-image://a\n"
                                      "  description llb.customname = a\n"
                                      "\n"
                                      "2 exec\n"
                                      "  args x\n"
                                      "  cwd /\n"
                                      "  mount / bind from 1 to 0\n"
                                      "  description llb.customname = first\n"
                                      "\n"
                                      "result 2\n");
}

static void writes_nothing_for_scratch(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  image(l, "a");
  assert_int_equal(cm_llb_marshal(state, l, LLB_SCRATCH).len, 0);
  assert_int_equal(llb_digest(l, LLB_SCRATCH).len, 0);
}

static void merges_what_is_not_scratch(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref a = image(l, "a"), none = LLB_SCRATCH;
  assert_true(llb_is_scratch(llb_merge(l, NULL, 0, NULL)));
  assert_true(llb_is_scratch(llb_merge(l, &none, 1, NULL)));
  struct llb_ref one = llb_merge(l, (struct llb_ref[]){none, a, none}, 3, NULL);
  assert_int_equal(one.op, a.op);
}

static void writes_what_changed(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref a = image(l, "a"), b = run(l, a, "x", NULL);
  assert_int_equal(llb_diff(l, LLB_SCRATCH, b, NULL).op, b.op);
  assert_true(str_ends(cm_llb(state, l, llb_diff(l, a, b, NULL)),
                       "\n3 diff 1 2\n\nresult 3\n"));
  assert_true(str_ends(cm_llb(state, l, llb_diff(l, a, LLB_SCRATCH, NULL)),
                       "\n2 diff 1 scratch\n\nresult 2\n"));
}

/** A graph with every kind of op and every kind of text in it. */
static struct llb_ref everything(struct llb *l) {
  struct llb_ref base = image(l, "docker.io/library/python:3.11");
  struct llb_ref made = llb_file(
      l, base,
      (struct llb_action[]){
          {LLB_COPY, .copy = {.from = hello(l), .flags = LLB_COPY_DOCKERFILE}},
          {LLB_MKDIR, .mkdir = {.path = STR("/é"), .parents = true}}},
      2, NULL);
  struct llb_mount mounts[] = {
      {.dest = STR("/"), .input = made},
      {.dest = STR("/c"),
       .type = LLB_CACHE,
       .id = STR("c"),
       .sharing = LLB_LOCKED},
      {.dest = STR("/s"), .type = LLB_SECRET, .id = STR("s")},
      {.dest = STR("/t"), .type = LLB_TMPFS, .size = 1},
  };
  struct platform platform = {.os = STR("linux"), .arch = STR("amd64")};
  struct llb_ref ran =
      llb_exec(l,
               &(struct llb_exec){.platform = platform,
                                  .args = (struct str[]){STR("sh"), STR("")},
                                  .n_args = 2,
                                  .env = (struct str[]){STR("A=1")},
                                  .n_env = 1,
                                  .mounts = mounts,
                                  .n_mounts = ARRAY_LEN(mounts),
                                  .valid_exit_codes = (int32_t[]){0, -1},
                                  .n_valid_exit_codes = 2},
               NULL);
  return llb_merge(l, (struct llb_ref[]){base, llb_diff(l, base, ran, NULL)}, 2,
                   NULL);
}

// A change of these digests changes every user's cache. The bytes behind them
// were read and written again by protoc with BuildKit's own ops.proto.
static void keeps_the_digests_of_its_ops(void **state) {
  static const struct {
    struct llb_opts opts;
    const char *want;
  } cases[] = {
      {{.oneof_last = true},
       "sha256:060a3021cf13fdae9c8797ed1bfd111294399c8a7d6a5e829248d0c238dae805"},
      {{.oneof_last = false},
       "sha256:c2617084794bed16729130ad86e3023642ec76a11bb8407cc0c2005e155814cf"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    struct llb *l = llb_new(cm_ar(state), &cases[i].opts);
    assert_str(llb_digest(l, everything(l)), cases[i].want);
  }
}

static void gives_the_same_bytes_again(void **state) {
  struct llb *l = llb_new(cm_ar(state), &oneof_last);
  struct llb *m = llb_new(cm_ar(state), &oneof_last);
  struct llb_ref ref = everything(l);
  image(m, "unused");
  struct str first = cm_llb_marshal(state, l, ref);
  assert_true(str_eq(first, cm_llb_marshal(state, l, ref)));
  assert_true(str_eq(first, cm_llb_marshal(state, m, everything(m))));
}

// ---- beside the ops ---------------------------------------------------------

static void writes_all_of_an_ops_metadata(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_attr description[] = {{"z", STR("")}, {"a", STR("1 2")}};
  struct llb_meta meta = {
      .name = STR("[deps 1/2] pip install 12 packages"),
      .ignore_cache = true,
      .description = description,
      .n_description = ARRAY_LEN(description),
      .group = {STR("g"), STR("all of it"), true},
  };
  assert_str(cm_llb(state, l, llb_image(l, STR("a"), NULL, STR(""), &meta)),
             "1 source docker-image://a\n"
             "  description a = \"1 2\"\n"
             "  description llb.customname = \"[deps 1/2] pip install 12 "
             "packages\"\n"
             "  description z = \"\"\n"
             "  ignore cache\n"
             "  group g \"all of it\" weak\n"
             "\n"
             "result 1\n");
}

static const struct source yaml = {
    "cog.yaml", STR("build:\n  run:\n    - é | x\n    - |\n      a\n      b\n"
                    "\n  \nimage: x\n")};

static void writes_the_places_of_an_op(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct source unused = {"unused", STR("")}, other = {"r.txt", STR("a\n")};
  struct span spans[] = {
      {&yaml, 3, 7, 3, 12}, {0}, {&other, 1, 1, 1, 2}, {&yaml, 4, 7, 9, 1}};
  llb_set_source_info(l, &unused, STR("text"), STR(""));
  llb_set_source_info(l, &yaml, STR("yaml"), STR("\x0a\x00"));
  struct llb_ref a = image(l, "a");
  struct llb_ref ref =
      run(l, a, "x",
          &(struct llb_meta){.spans = spans, .n_spans = ARRAY_LEN(spans)});
  assert_str(cm_llb(state, l, ref),
             "1 source docker-image://a\n"
             "  description llb.customname = a\n"
             "\n"
             "2 exec\n"
             "  args x\n"
             "  cwd /\n"
             "  mount / bind from 1 to 0\n"
             "  at cog.yaml:3:7-3:12\n"
             "  at r.txt:1:1-1:2\n"
             "  at cog.yaml:4:7-6:8\n"
             "\n"
             "result 2\n"
             "file cog.yaml yaml 64 bytes, from a definition of 2 bytes\n"
             "file r.txt 2 bytes\n");
  // Files that nothing of the result comes from are not sent.
  assert_false(str_contains(cm_llb(state, l, a), "file "));
}

// A block ends where libyaml says the next thing begins; only its own lines
// are to be marked.
static void ends_a_place_with_its_last_line(void **state) {
  static const struct {
    struct span span;
    const char *want;
  } cases[] = {
      {{&yaml, 4, 7, 9, 1}, "at cog.yaml:4:7-6:8\n"},
      {{&yaml, 4, 7, 8, 2}, "at cog.yaml:4:7-6:8\n"},
      {{&yaml, 4, 7, 6, 8}, "at cog.yaml:4:7-6:8\n"},
      {{&yaml, 4, 7, 6, 7}, "at cog.yaml:4:7-5:8\n"},
      {{&yaml, 4, 7, 9, 4}, "at cog.yaml:4:7-9:4\n"},
      {{&yaml, 2, 3, 3, 9}, "at cog.yaml:2:3-3:9\n"},
      {{&yaml, 3, 7, 3, 7}, "at cog.yaml:3:7-3:7\n"},
      {{&yaml, 7, 1, 8, 1}, "at cog.yaml:7:1-7:1\n"},
      {{&yaml, 99, 1, 100, 1}, "at cog.yaml:99:1-99:1\n"},
      {{&yaml, 0, 0, 0, 0}, "at cog.yaml:0:1-0:1\n"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    struct llb *l = llb_new(cm_ar(state), NULL);
    struct llb_meta meta = {.spans = &cases[i].span, .n_spans = 1};
    struct str got =
        cm_llb(state, l, llb_image(l, STR("a"), NULL, STR(""), &meta));
    if (!str_contains(got, cases[i].want))
      fail_msg("want %s%s", cases[i].want, got.p);
  }
}

static void leaves_positions_out_on_request(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct span span = {&yaml, 1, 1, 1, 2};
  struct llb_meta meta = {.spans = &span, .n_spans = 1};
  struct llb_ref ref = llb_image(l, STR("a"), NULL, STR(""), &meta);
  struct str with = cm_llb_marshal(state, l, ref);
  struct sbuf out;
  sbuf_init(&out, 1 << 20);
  assert_true(llb_marshal(l, ref, &(struct llb_marshal_opts){.no_source = true},
                          &out, cm_dg(state)));
  struct str without = str_dup(cm_ar(state), sbuf_str(&out));
  sbuf_release(&out);
  assert_true(str_starts(with, without.p)); // Source is the last field
  assert_true(with.len > without.len + yaml.text.len);
  assert_false(str_contains(without, "cog.yaml"));
}

// ---- what goes wrong --------------------------------------------------------

static void names_the_place_of_a_text_that_no_engine_takes(void **state) {
  static const struct {
    struct str text;
    const char *want;
  } cases[] = {
      {STR("a\xff"), "cog.yaml:3:7: error: \"a?\" is not UTF-8, which engines "
                     "do not take [bad-text]\n"},
      {STR("\xed\xa0\x80"), "cog.yaml:3:7: error: \"???\" is not UTF-8, which "
                            "engines do not take [bad-text]\n"},
      {STR("a\0b"), "cog.yaml:3:7: error: \"a\" holds a NUL byte"},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    diag_init(cm_dg(state), cm_ar(state));
    struct llb *l = llb_new(cm_ar(state), NULL);
    struct span spans[] = {{0}, {&yaml, 3, 7, 3, 12}};
    struct llb_meta meta = {.spans = spans, .n_spans = 2};
    struct llb_exec exec = {.args = &cases[i].text,
                            .n_args = 1,
                            .mounts = &(struct llb_mount){.dest = STR("/")},
                            .n_mounts = 1};
    struct llb_ref bad = llb_exec(l, &exec, &meta);
    struct llb_ref good = run(l, bad, "true", NULL);
    struct sbuf out;
    sbuf_init(&out, 1 << 20);
    assert_false(llb_marshal(l, good, NULL, &out, cm_dg(state)));
    assert_int_equal(out.len, 0);
    struct str got = cm_rendered(state);
    if (!str_starts(got, cases[i].want))
      fail_msg("%s", got.p);
  }
}

// Wherever a text goes, its bytes are looked at before anything is cut off.
static void looks_at_every_text(void **state) {
  static const struct str bad = STR("/a\0b"), ok = STR("/x");
  struct llb_attr attr = {"k", bad};
  struct span span = {&yaml, 1, 1, 1, 2};
  struct llb_action actions[] = {
      {LLB_COPY, .copy = {.src = bad, .dest = ok}},
      {LLB_COPY, .copy = {.src = ok, .dest = bad}},
      {LLB_COPY, .copy = {.src = ok, .exclude = &bad, .n_exclude = 1}},
      {LLB_MKFILE, .mkfile = {.path = bad}},
      {LLB_MKDIR, .mkdir = {.path = bad}},
      {LLB_RM, .rm = {.path = bad}},
      {LLB_SYMLINK, .symlink = {.target = bad, .path = ok}},
      {LLB_SYMLINK, .symlink = {.target = ok, .path = bad}},
  };
  struct llb_mount mounts[] = {{.dest = STR("/")}, {.dest = ok}};
  enum { OTHERS = 8 };
  for (size_t i = 0; i < ARRAY_LEN(actions) + OTHERS; i++) {
    diag_init(cm_dg(state), cm_ar(state));
    struct llb *l = llb_new(cm_ar(state), NULL);
    struct llb_meta meta = {.spans = &span, .n_spans = 1};
    struct llb_exec exec = {.args = &ok,
                            .n_args = 1,
                            .env = &ok,
                            .n_env = 1,
                            .mounts = mounts,
                            .n_mounts = 2};
    mounts[1] = (struct llb_mount){.dest = ok};
    if (i == 0)
      llb_image(l, bad, NULL, ok, &meta);
    else if (i == 1)
      llb_local(l, &(struct llb_local){.name = bad}, &meta);
    else if (i == 2)
      llb_http(l, bad, ok, ok, &meta);
    else if (i == 3)
      meta.name = bad;
    else if (i == 4)
      meta.description = &attr, meta.n_description = 1;
    else if (i == 5)
      exec.env = &bad;
    else if (i == 6)
      exec.cwd = bad;
    else if (i == 7)
      mounts[1].dest = bad;
    else
      llb_file(l, LLB_SCRATCH, &actions[i - OTHERS], 1, &meta);
    struct llb_ref ref = llb_exec(l, &exec, &meta);
    struct sbuf out;
    sbuf_init(&out, 1 << 20);
    assert_false(llb_marshal(l, ref, NULL, &out, cm_dg(state)));
    if (!str_starts(cm_rendered(state), "cog.yaml:1:1: error: \"") ||
        !str_contains(cm_rendered(state), "holds a NUL byte"))
      fail_msg("case %zu: %s", i, cm_rendered(state).p);
  }
}

static void says_when_the_definition_is_too_long(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct sbuf out;
  sbuf_init(&out, 100);
  assert_false(llb_marshal(l, hello(l), NULL, &out, cm_dg(state)));
  assert_str(cm_rendered(state), "error: the build's definition has more than "
                                 "100 bytes [too-large]\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(writes_the_worked_example),
      cm_test(writes_ascending_fields_for_old_engines),
      cm_test(writes_only_what_the_result_needs),
      cm_test(writes_equal_ops_once),
      cm_test(writes_nothing_for_scratch),
      cm_test(merges_what_is_not_scratch),
      cm_test(writes_what_changed),
      cm_test(keeps_the_digests_of_its_ops),
      cm_test(gives_the_same_bytes_again),
      cm_test(writes_all_of_an_ops_metadata),
      cm_test(writes_the_places_of_an_op),
      cm_test(ends_a_place_with_its_last_line),
      cm_test(leaves_positions_out_on_request),
      cm_test(names_the_place_of_a_text_that_no_engine_takes),
      cm_test(looks_at_every_text),
      cm_test(says_when_the_definition_is_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
