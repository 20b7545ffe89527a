#include "cm.h"

#include "cogfe/llb.h"

static struct str dot(void **state, struct str definition) {
  struct sbuf out;
  sbuf_init(&out, 10000);
  const bool ok = llb_print_dot(&out, definition, cm_dg(state));
  const struct str text = str_dup(cm_ar(state), sbuf_str(&out));
  sbuf_release(&out);
  return ok ? text : (struct str){0};
}

static void a_graph_has_nodes_and_arrows(void **state) {
  struct arena *ar = cm_ar(state);
  struct llb *l = llb_new(ar, NULL);
  const struct llb_ref image =
      llb_image(l, STR("a/b:1"), NULL, (struct str){0}, NULL);
  const struct llb_action rm = {.type = LLB_RM, .rm.path = STR("/x")};
  const struct llb_meta name = {.name = STR("say \"\\\"\nand go")};
  const struct llb_ref named = llb_file(l, image, &rm, 1, &name);
  const struct llb_ref plain = llb_file(l, named, &rm, 1, NULL);

  struct sbuf definition;
  sbuf_init(&definition, 10000);
  assert_true(llb_marshal(l, plain, NULL, &definition, cm_dg(state)));
  const struct str bytes = str_dup(ar, sbuf_str(&definition));
  sbuf_release(&definition);
  assert_str(dot(state, bytes),
             "digraph llb {\n"
             "  node [shape=box]\n"
             "  1 [label=\"docker-image://a/b:1\", shape=ellipse]\n"
             "  2 [label=\"say \\\"\\\\\\\" and go\"]\n"
             "  1 -> 2\n"
             "  3 [label=\"file\"]\n"
             "  2 -> 3\n"
             "  3 -> result\n"
             "}\n");
}

static void other_bytes_are_an_error(void **state) {
  assert_null(dot(state, STR("\xff")).p);
  assert_int_equal(cm_dg(state)->list.v[0].code, DIAG_PROTOCOL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(a_graph_has_nodes_and_arrows),
      cm_test(other_bytes_are_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
