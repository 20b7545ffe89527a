#include "cm.h"

#include "cogfe/llb.h"

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

/** The definition of RESULT; lives in the test's arena. */
static struct str marshal(void **state, const struct llb *l,
                          struct llb_ref result) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1 << 20);
  if (!llb_marshal(l, result, NULL, &out, cm_dg(state)))
    return STR("(failed)");
  return str_dup(cm_ar(state), sbuf_str(&out));
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
  struct str got = marshal(state, l, ref);
  assert_int_equal(got.len, 328);
  assert_int_equal(want.len, got.len);
  assert_memory_equal(got.p, want.p, want.len);
}

static void writes_ascending_fields_for_old_engines(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref ref = hello(l);
  struct str want = STR("\x0a\x40\x22\x3c" HELLO "\x5a\x00");
  struct str got = marshal(state, l, ref);
  assert_int_equal(got.len, 328);
  assert_memory_equal(got.p, want.p, want.len);
  assert_false(str_is(llb_digest(l, ref), HELLO_DIGEST));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(writes_the_worked_example),
      cm_test(writes_ascending_fields_for_old_engines),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
