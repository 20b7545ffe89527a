#include "gateway_test.h"

static void knows_nothing_before_the_ping(void **state) {
  (void)state;
  for (int cap = 0; cap < GATEWAY_N_CAPS; cap++)
    assert_false(gateway_has(gateway_caps(gw()), cap));
}

static void takes_what_the_engine_lists(void **state) {
  (void)state;
  gw_ping(GW_OLD_ENGINE);
  assert_true(gateway_has(gateway_caps(gw()), GATEWAY_CAP_SOLVE));
  assert_false(gateway_has(gateway_caps(gw()), GATEWAY_CAP_MERGE));
  gw_ping(GW_NEW_ENGINE);
  for (int cap = 0; cap < GATEWAY_N_CAPS; cap++)
    assert_true(gateway_has(gateway_caps(gw()), cap));
}

static bool ping(void **state, struct str tail) {
  struct str old = gw_pong(cm_ar(state), GW_OLD_ENGINE);
  char *pong = arena_alloc(cm_ar(state), old.len + tail.len);
  memcpy(pong, old.p, old.len);
  memcpy(pong + old.len, tail.p, tail.len);
  gw_expect("Ping", STR(""), (struct str){pong, old.len + tail.len});
  struct gateway_call *c = gateway_call_ping(gw());
  gw_run();
  return gateway_ping_result(c, cm_dg(state));
}

static void a_listed_capability_may_be_disabled(void **state) {
  assert_true(ping(state, STR("\x12\x0b\x0a\x07mergeop\x10\x00"
                              "\x12\x0a\x0a\x06"
                              "diffop\x10\x01")));
  assert_false(gateway_has(gateway_caps(gw()), GATEWAY_CAP_MERGE));
  assert_true(gateway_has(gateway_caps(gw()), GATEWAY_CAP_DIFF));
}

static void the_two_lists_are_two_name_spaces(void **state) {
  // "mergeop" among the capabilities of the gateway, where it means nothing.
  assert_true(ping(state, STR("\x0a\x0b\x0a\x07mergeop\x10\x01")));
  assert_false(gateway_has(gateway_caps(gw()), GATEWAY_CAP_MERGE));
}

static void an_engine_without_the_needed_is_refused_by_name(void **state) {
  gw_expect("Ping", STR(""), STR(""));
  struct gateway_call *c = gateway_call_ping(gw());
  gw_run();
  assert_false(gateway_ping_result(c, cm_dg(state)));
  assert_str(cm_rendered(state),
             "error: the engine lacks the capability \"solve.base\" (BuildKit "
             "0.3) [unsupported]\n  note: use BuildKit 0.8 or newer, which "
             "Docker has from 20.10\n");
}

static void capabilities_have_the_names_of_the_engine(void **state) {
  (void)state;
  assert_string_equal(gateway_cap_id(GATEWAY_CAP_MERGE), "mergeop");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      gw_test(knows_nothing_before_the_ping),
      gw_test(takes_what_the_engine_lists),
      gw_test(a_listed_capability_may_be_disabled),
      gw_test(the_two_lists_are_two_name_spaces),
      gw_test(an_engine_without_the_needed_is_refused_by_name),
      gw_test(capabilities_have_the_names_of_the_engine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
