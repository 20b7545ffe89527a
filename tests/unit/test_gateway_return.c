#include "gateway_test.h"

#include "cogfe/limits.h"

static const struct source yaml = {"cog.yaml", {"a: 1\nb: 2\n", 10}};

static struct gateway_entry entry(const char *key, struct str value) {
  return (struct gateway_entry){str_of(key), value};
}

static void return_ok(void **state, const struct gateway_result *result) {
  struct gateway_call *c = gateway_call_return(gw(), result);
  gw_run();
  assert_true(gateway_call_result(c, cm_dg(state)));
}

static void returns_a_tree_with_its_config(void **state) {
  struct gateway_entry config = entry("containerimage.config", STR("{\xff}"));
  gw_expect("Return",
            STR("\x0a\x24\x1a\x04\x0a\x02r1\x52\x1c\x0a\x15"
                "containerimage.config\x12\x03{\xff}"),
            STR(""));
  return_ok(state, &(struct gateway_result){.kind = GATEWAY_RESULT_REF,
                                            .ref = STR("r1"),
                                            .metadata = {&config, 1, 1}});
}

static void returns_an_empty_tree(void **state) {
  gw_expect("Return", STR("\x0a\x02\x1a\x00"), STR(""));
  return_ok(state, &(struct gateway_result){.kind = GATEWAY_RESULT_REF});
}

static void returns_a_tree_for_each_platform(void **state) {
  struct gateway_entry refs[] = {entry("linux/arm64", STR("r2")),
                                 entry("linux/amd64", STR(""))};
  struct gateway_entry empty = entry("k", STR(""));
  gw_expect("Return",
            STR("\x0a\x2f\x22\x26\x0a\x13\x0a\x0blinux/arm64\x12\x04\x0a\x02r2"
                "\x0a\x0f\x0a\x0blinux/amd64\x12\x00\x52\x05\x0a\x01k\x12\x00"),
            STR(""));
  return_ok(state, &(struct gateway_result){.kind = GATEWAY_RESULT_REFS,
                                            .refs = {refs, 2, 2},
                                            .metadata = {&empty, 1, 1}});
}

static void returns_what_another_frontend_attests(void **state) {
  struct gateway_entry e = entry("linux/amd64", STR("\x0a\x02\x08\x01"));
  gw_expect("Return",
            STR("\x0a\x17\x1a\x00\x62\x13\x0a\x0blinux/amd64"
                "\x12\x04\x0a\x02\x08\x01"),
            STR(""));
  return_ok(state, &(struct gateway_result){.kind = GATEWAY_RESULT_REF,
                                            .attestations = {&e, 1, 1}});
}

static void an_sbom_is_a_directory_of_statements(void **state) {
  const struct str got = gateway_sbom(cm_ar(state), STR("r1"));
  const struct str want =
      STR("\x0a\x46\x08\x01\x12\x0e\x0a\x06reason\x12\x04sbom"
          "\x12\x11\x0a\x09sbom-core\x12\x04sbom"
          "\x1a\x04\x0a\x02r1\x2a\x19https://spdx.dev/Document");
  assert_int_equal(got.len, want.len);
  assert_memory_equal(got.p, want.p, want.len);
}

static void returns_metadata_alone(void **state) {
  struct gateway_entry e = entry("version", STR("1"));
  gw_expect("Return", STR("\x0a\x0e\x52\x0c\x0a\x07version\x12\x01\x31"),
            STR(""));
  return_ok(state, &(struct gateway_result){.kind = GATEWAY_RESULT_NONE,
                                            .metadata = {&e, 1, 1}});
}

static void returns_an_error_byte_for_byte(void **state) {
  struct str status = STR("\x08\x02\x12\x02no\x22\x01?");
  gw_expect("Return", STR("\x12\x09\x08\x02\x12\x02no\x22\x01?"), STR(""));
  struct gateway_call *c = gateway_call_return_error(gw(), status);
  gw_run();
  assert_true(gateway_call_result(c, cm_dg(state)));
}

static void warns_with_the_place(void **state) {
  gw_ping(GW_NEW_ENGINE);
  gw_expect("Warn",
            STR("\x0a\x08sha256:1\x10\x01\x1a\x03old\x22\x03new\x22\x00"
                "\x2a\x05http:\x32\x16\x0a\x08"
                "cog.yaml\x12\x0a"
                "a: 1\nb: 2\n\x3a\x0c\x0a\x04\x08\x02\x10\x03"
                "\x12\x04\x08\x02\x10\x04"),
            STR(""));
  struct str detail[] = {STR("new"), STR("")};
  struct gateway_warning w = {.op_digest = STR("sha256:1"),
                              .text = STR("old"),
                              .detail = {detail, 2, 2},
                              .url = STR("http:"),
                              .span = {&yaml, 2, 4, 2, 5}};
  struct gateway_call *c = gateway_call_warn(gw(), &w);
  gw_run();
  assert_true(gateway_call_result(c, cm_dg(state)));
}

static void warns_without_a_place(void **state) {
  gw_ping(GW_NEW_ENGINE);
  gw_expect("Warn", STR("\x10\x01\x1a\x03old"), STR(""));
  struct gateway_warning w = {.text = STR("old")};
  struct gateway_call *c = gateway_call_warn(gw(), &w);
  gw_run();
  assert_true(gateway_call_result(c, cm_dg(state)));
}

static void warns_about_a_large_file_without_sending_it(void **state) {
  gw_ping(GW_NEW_ENGINE);
  gw_expect("Warn", STR("\x10\x01\x1a\x03old"), STR(""));
  size_t len = LIMIT_STATUS_SOURCE_BYTES + 1;
  struct source big = {"big", {arena_alloc(cm_ar(state), len), len}};
  struct gateway_warning w = {.text = STR("old"), .span = {&big, 1, 1, 1, 2}};
  gateway_call_warn(gw(), &w);
  gw_run();
}

static void a_block_ends_on_its_last_line(void **state) {
  (void)state;
  gw_ping(GW_NEW_ENGINE);
  gw_expect("Warn",
            STR("\x10\x01\x32\x16\x0a\x08"
                "cog.yaml\x12\x0a"
                "a: 1\nb: 2\n\x3a\x0a\x0a\x04\x08\x01\x10\x03"
                "\x12\x02\x08\x02"),
            STR(""));
  struct gateway_warning w = {.span = {&yaml, 1, 4, 3, 1}};
  gateway_call_warn(gw(), &w);
  gw_run();
}

static void drops_warnings_for_engines_that_cannot_show_them(void **state) {
  gw_ping(GW_OLD_ENGINE);
  struct gateway_warning w = {.text = STR("old")};
  struct gateway_call *c = gateway_call_warn(gw(), &w);
  assert_true(gateway_call_ok(c));
  gw_run();
  assert_true(gateway_call_result(c, cm_dg(state)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      gw_test(returns_a_tree_with_its_config),
      gw_test(returns_an_empty_tree),
      gw_test(returns_a_tree_for_each_platform),
      gw_test(returns_what_another_frontend_attests),
      gw_test(an_sbom_is_a_directory_of_statements),
      gw_test(returns_metadata_alone),
      gw_test(returns_an_error_byte_for_byte),
      gw_test(warns_with_the_place),
      gw_test(warns_without_a_place),
      gw_test(warns_about_a_large_file_without_sending_it),
      gw_test(a_block_ends_on_its_last_line),
      gw_test(drops_warnings_for_engines_that_cannot_show_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
