#include "gateway_test.h"

static struct gateway_entry entry(const char *key, struct str value) {
  return (struct gateway_entry){str_of(key), value};
}

static struct gateway_result solve(void **state,
                                   const struct gateway_solve *req) {
  struct gateway_call *c = gateway_call_solve(gw(), req);
  gw_run();
  struct gateway_result r;
  assert_true(gateway_solve_result(c, cm_ar(state), &r, cm_dg(state)));
  return r;
}

static void solves_a_definition(void **state) {
  // The answer repeats the definition in field 2 of the ref; it is not read.
  gw_expect("Solve",
            STR("\x0a\x03"
                "def\x28\x01\x30\x01"),
            STR("\x1a\x0b\x1a\x09\x0a\x02r1\x12\x03"
                "def"));
  struct gateway_result r =
      solve(state, &(struct gateway_solve){.definition = STR("def")});
  assert_int_equal(r.kind, GATEWAY_RESULT_REF);
  assert_str(r.ref, "r1");
  assert_int_equal(r.metadata.n, 0);
}

static void an_empty_definition_is_an_empty_tree(void **state) {
  gw_expect("Solve", STR("\x28\x01\x30\x01"), STR("\x1a\x02\x1a\x00"));
  struct gateway_result r = solve(state, &(struct gateway_solve){0});
  assert_int_equal(r.kind, GATEWAY_RESULT_REF);
  assert_int_equal(r.ref.len, 0);
}

static void solves_with_cache_imports_and_at_once(void **state) {
  struct gateway_entry attr = entry("ref", STR("h/x"));
  struct gateway_cache_import import = {STR("registry"), {&attr, 1, 1}};
  gw_expect("Solve",
            STR("\x0a\x01"
                "d\x28\x01\x30\x01\x62\x16\x0a\x08registry\x12\x0a\x0a\x03ref"
                "\x12\x03h/x\x70\x01"),
            STR("\x1a\x06\x1a\x04\x0a\x02r1"));
  struct gateway_result r =
      solve(state, &(struct gateway_solve){.definition = STR("d"),
                                           .cache_imports = &import,
                                           .n_cache_imports = 1,
                                           .evaluate = true});
  assert_str(r.ref, "r1");
}

static void hands_the_build_to_another_frontend(void **state) {
  struct gateway_entry opts[] = {entry("filename", STR("D")),
                                 entry("empty", STR(""))};
  struct gateway_entry input = entry("context", STR("\xff\x00"));
  gw_expect("Solve",
            STR("\x12\x0d"
                "dockerfile.v0\x1a\x0d\x0a\x08"
                "filename\x12\x01"
                "D\x1a\x09\x0a\x05"
                "empty\x12\x00\x28\x01\x30\x01\x6a\x0d\x0a\x07"
                "context\x12\x02\xff\x00"),
            STR("\x1a\x04\x1a\x02\x0a\x00"));
  solve(state, &(struct gateway_solve){.frontend = STR("dockerfile.v0"),
                                       .frontend_opt = {opts, 2, 2},
                                       .frontend_inputs = {&input, 1, 1}});
}

static void an_answer_that_is_no_message_is_an_error(void **state) {
  gw_expect("Solve", (struct str){0}, STR("\x1a\x05\x1a\x02\x0a\x00"));
  struct gateway_call *c = gateway_call_solve(gw(), &(struct gateway_solve){0});
  gw_run();
  assert_true(gateway_call_ok(c));
  struct gateway_result r;
  assert_false(gateway_solve_result(c, cm_ar(state), &r, cm_dg(state)));
  assert_str(cm_rendered(state), "error: the engine's answer to Solve could "
                                 "not be decoded [protocol]\n");
}

static void a_result_may_have_a_tree_for_each_platform(void **state) {
  gw_expect("Solve", (struct str){0},
            STR("\x1a\x23"
                "\x22\x13\x0a\x03\x0a\x01z\x0a\x0c\x0a\x05l/arm\x12\x03\x0a\x01"
                "a"
                "\x52\x07\x0a\x01k\x12\x02v\x00"
                "\x52\x03\x0a\x01"
                "b"));
  struct gateway_result r =
      solve(state, &(struct gateway_solve){.frontend = STR("f")});
  assert_int_equal(r.kind, GATEWAY_RESULT_REFS);
  assert_int_equal(r.refs.n, 2);
  assert_str(r.refs.v[0].key, "l/arm");
  assert_str(r.refs.v[0].value, "a");
  assert_str(r.refs.v[1].key, "z");
  assert_int_equal(r.refs.v[1].value.len, 0);
  assert_int_equal(gateway_map_get(&r.metadata, "k")->len, 2);
  assert_int_equal(gateway_map_get(&r.metadata, "b")->len, 0);
  assert_null(gateway_map_get(&r.metadata, "c"));
}

static void a_result_may_have_attestations(void **state) {
  gw_expect("Solve", (struct str){0},
            STR("\x1a\x0d\x1a\x02\x0a\x00\x62\x07\x0a\x01p\x12\x02\xff\x00"));
  struct gateway_result r =
      solve(state, &(struct gateway_solve){.frontend = STR("f")});
  assert_int_equal(r.attestations.n, 1);
  assert_int_equal(gateway_map_get(&r.attestations, "p")->len, 2);
}

static void a_result_may_be_metadata_alone(void **state) {
  gw_expect("Solve", (struct str){0},
            STR("\x1a\x08\x52\x06\x0a\x01k\x12\x01v"));
  struct gateway_result r =
      solve(state, &(struct gateway_solve){.frontend = STR("f")});
  assert_int_equal(r.kind, GATEWAY_RESULT_NONE);
  assert_str(*gateway_map_get(&r.metadata, "k"), "v");
}

static void wants_a_result(void **state) {
  gw_expect("Solve", (struct str){0}, STR(""));
  struct gateway_call *c = gateway_call_solve(gw(), &(struct gateway_solve){0});
  gw_run();
  struct gateway_result r;
  assert_false(gateway_solve_result(c, cm_ar(state), &r, cm_dg(state)));
  assert_int_equal(cm_dg(state)->errors, 1);
}

static void inputs_are_definitions_by_name(void **state) {
  gw_expect("Inputs", STR(""),
            STR("\x0a\x08\x0a\x02ij\x12\x02\xff\x00\x0a\x05\x0a\x01"
                "a\x12\x00"));
  struct gateway_call *c = gateway_call_inputs(gw());
  gw_run();
  struct gateway_map map;
  assert_true(gateway_inputs_result(c, cm_ar(state), &map, cm_dg(state)));
  assert_int_equal(map.n, 2);
  assert_str(map.v[0].key, "a");
  assert_str(map.v[1].key, "ij");
  assert_true(str_eq(map.v[1].value, STR("\xff\x00")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      gw_test(solves_a_definition),
      gw_test(an_empty_definition_is_an_empty_tree),
      gw_test(solves_with_cache_imports_and_at_once),
      gw_test(hands_the_build_to_another_frontend),
      gw_test(an_answer_that_is_no_message_is_an_error),
      gw_test(a_result_may_have_a_tree_for_each_platform),
      gw_test(a_result_may_have_attestations),
      gw_test(a_result_may_be_metadata_alone),
      gw_test(wants_a_result),
      gw_test(inputs_are_definitions_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
