#include "llb/llb_int.h"

#include "cm_llb.h"
#include "llb_print.h"

/** Op as the only one of a definition whose result it is, printed. */
static struct str print_op(void **state, Pb__Op *op) {
  struct arena *ar = cm_ar(state);
  struct str bytes = llb_pack(ar, &op->base);
  struct str final =
      str_printf(ar, "\x0a\x49\x0a\x47%s", llb_sha256(ar, bytes));
  ProtobufCBinaryData ops[] = {
      {bytes.len, (uint8_t *)(uintptr_t)bytes.p},
      {final.len, (uint8_t *)(uintptr_t) final.p},
  };
  Pb__Definition def = PB__DEFINITION__INIT;
  def.n_def = ARRAY_LEN(ops);
  def.def = ops;
  return cm_llb_text(state, llb_pack(ar, &def.base));
}

static void quotes_what_is_not_a_word(void **state) {
  static const struct {
    const char *text, *want;
  } cases[] = {
      {"", "\"\""},
      {"torch==2.1.0", "torch==2.1.0"},
      {"a b", "\"a b\""},
      {"\"\\'$x", "\"\\\"\\\\'$x\""},
      {"a\n\tb", "\"a\\n\\x09b\""},
      {"é", "\"é\""},
      {"\033[1m\x7f", "\"\\x1b[1m\\x7f\""},
      {"\xff\xc3", "\"\\xff\\xc3\""},
      {"#;|`", "\"#;|`\""},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    Pb__SourceOp source = PB__SOURCE_OP__INIT;
    source.identifier = arena_strdup(cm_ar(state), cases[i].text);
    Pb__Op op = PB__OP__INIT;
    op.op_case = PB__OP__OP_SOURCE;
    op.source = &source;
    const char *want =
        arena_printf(cm_ar(state), "1 source %s\n", cases[i].want);
    struct str got = print_op(state, &op);
    if (!str_starts(got, want))
      fail_msg("want %sgot %s", want, got.p);
  }
}

static void shows_what_is_missing(void **state) {
  Pb__SourceOp source = PB__SOURCE_OP__INIT;
  Pb__Op op = PB__OP__INIT;
  op.op_case = PB__OP__OP_SOURCE;
  op.source = &source;
  assert_str(print_op(state, &op), "1 source \"\"\n"
                                   "  no constraints\n"
                                   "  no metadata\n"
                                   "\n"
                                   "result 1\n"
                                   "  no metadata\n");
}

// A chain that is not the usual one shows how it is wired.
static void shows_unusual_indexes(void **state) {
  Pb__FileActionRm rm = PB__FILE_ACTION_RM__INIT;
  rm.path = arena_strdup(cm_ar(state), "/x");
  Pb__FileAction actions[3], *list[3];
  for (int i = 0; i < 3; i++) {
    pb__file_action__init(&actions[i]);
    actions[i].action_case = PB__FILE_ACTION__ACTION_RM;
    actions[i].rm = &rm;
    list[i] = &actions[i];
  }
  actions[0].input = LLB_NONE;
  actions[0].output = 1;
  actions[1].input = 7;
  actions[1].output = LLB_NONE;
  actions[2].input = -2;
  Pb__FileOp file = PB__FILE_OP__INIT;
  file.n_actions = 3;
  file.actions = list;
  Pb__WorkerConstraints constraints = PB__WORKER_CONSTRAINTS__INIT;
  Pb__Op op = PB__OP__INIT;
  op.op_case = PB__OP__OP_FILE;
  op.file = &file;
  op.constraints = &constraints;
  assert_true(str_starts(print_op(state, &op),
                         "1 file on scratch\n"
                         "  rm /x\n"
                         "    output 1\n"
                         "  rm /x\n"
                         "    on action 8\n"
                         "  rm /x\n"
                         "    on input -2, which is not there\n"));
}

static void shows_a_last_op_that_is_more_than_a_result(void **state) {
  assert_str(cm_llb_text(state, STR("\x0a\x08\x1a\x06\x0a\x04http")),
             "1 source http\n"
             "  no constraints\n"
             "  no metadata\n"
             "\n");
}

static void refuses_what_is_no_definition(void **state) {
  struct sbuf out;
  sbuf_init(&out, 1 << 20);
  assert_false(llb_print(&out, STR("garbage"), cm_dg(state)));
  assert_false(llb_print(&out, STR("\x0a\x01\xff"), cm_dg(state)));
  assert_str(cm_rendered(state),
             "error: these bytes are not an LLB definition [protocol]\n"
             "error: op 1 of the definition cannot be read [protocol]\n");
  sbuf_release(&out);
}

static void says_when_the_text_is_too_long(void **state) {
  struct sbuf out;
  sbuf_init(&out, 10);
  assert_false(
      llb_print(&out, STR("\x0a\x08\x1a\x06\x0a\x04http"), cm_dg(state)));
  assert_true(str_contains(cm_rendered(state), "more than 10 bytes"));
  sbuf_release(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(quotes_what_is_not_a_word),
      cm_test(shows_what_is_missing),
      cm_test(shows_unusual_indexes),
      cm_test(shows_a_last_op_that_is_more_than_a_result),
      cm_test(refuses_what_is_no_definition),
      cm_test(says_when_the_text_is_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
