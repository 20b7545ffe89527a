#include "gateway_test.h"

static const struct gateway_image alpine = {
    .ref = {"docker.io/library/a:1", 21},
    .platform = {.os = {"linux", 5}, .arch = {"arm", 3}, .variant = {"v7", 2}},
    .resolve_mode = {"pull", 4},
    .log_name = {"log", 3},
};

#define PLATFORM                                                               \
  "\x12\x10\x0a\x03"                                                           \
  "arm\x12\x05linux\x1a\x02v7"

static struct gateway_image_meta resolve(void **state,
                                         const struct gateway_image *req) {
  struct gateway_call *c = gateway_call_resolve_image(gw(), req);
  gw_run();
  struct gateway_image_meta m;
  assert_true(gateway_resolve_image_result(c, cm_ar(state), &m, cm_dg(state)));
  return m;
}

static void asks_for_the_metadata_of_a_source(void **state) {
  gw_ping(GW_NEW_ENGINE);
  gw_expect("ResolveSourceMeta",
            STR("\x0a\x26\x0a\x24"
                "docker-image://docker.io/library/a:1" PLATFORM
                "\x1a\x03log\x22\x04pull"),
            STR("\x0a\x26\x0a\x24"
                "docker-image://docker.io/library/a:2"
                "\x12\x0e\x0a\x08sha256:1\x12\x02{}"));
  struct gateway_image_meta m = resolve(state, &alpine);
  assert_str(m.ref, "docker.io/library/a:2");
  assert_str(m.digest, "sha256:1");
  assert_str(m.config, "{}");
  assert_str(m.pinned, "docker.io/library/a:2@sha256:1");
}

static void asks_old_engines_for_the_config(void **state) {
  gw_ping(GW_OLD_ENGINE);
  gw_expect("ResolveImageConfig",
            STR("\x0a\x15"
                "docker.io/library/a:1" PLATFORM "\x1a\x04pull\x22\x03log"),
            STR("\x12\x02{}"));
  struct gateway_image_meta m = resolve(state, &alpine);
  assert_str(m.ref, "docker.io/library/a:1");
  assert_int_equal(m.digest.len, 0);
  assert_str(m.pinned,
             "docker.io/library/a:1"); // docker's own store: no digest
}

static void does_not_pin_what_is_pinned(void **state) {
  gw_ping(GW_OLD_ENGINE);
  gw_expect("ResolveImageConfig", (struct str){0},
            STR("\x0a\x08sha256:1\x12\x02{}\x1a\x03"
                "a@b"));
  assert_str(resolve(state, &alpine).pinned, "a@b");
}

static const struct gateway_image layout = {
    .ref = {"a@d", 3},
    .oci_layout = true,
    .oci_session = {"s", 1},
    .oci_store = {"t", 1},
};

static void finds_an_oci_layout_with_both_calls(void **state) {
  gw_ping(GW_NEW_ENGINE);
  gw_expect("ResolveSourceMeta",
            STR("\x0a\x34\x0a\x10oci-layout://a@d"
                "\x12\x10\x0a\x0boci.session\x12\x01s"
                "\x12\x0e\x0a\x09oci.store\x12\x01t"),
            STR("\x0a\x12\x0a\x10oci-layout://a@d\x12\x00"));
  assert_str(resolve(state, &layout).ref, "a@d");
  gw_ping(GW_OLD_ENGINE);
  gw_expect("ResolveImageConfig",
            STR("\x0a\x03"
                "a@d\x28\x01\x32\x01s\x3a\x01t"),
            STR(""));
  assert_str(resolve(state, &layout).ref, "a@d");
}

static void a_policy_may_replace_an_image_by_something_else(void **state) {
  gw_ping(GW_NEW_ENGINE);
  gw_expect("ResolveSourceMeta", (struct str){0},
            STR("\x0a\x0a\x0a\x08https://"));
  struct gateway_call *c = gateway_call_resolve_image(gw(), &alpine);
  gw_run();
  struct gateway_image_meta m;
  assert_false(gateway_resolve_image_result(c, cm_ar(state), &m, cm_dg(state)));
  assert_str(cm_rendered(state),
             "error: the engine's source policy replaced the image "
             "docker.io/library/a:1 by https://, which is no image "
             "[unsupported]\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      gw_test(asks_for_the_metadata_of_a_source),
      gw_test(asks_old_engines_for_the_config),
      gw_test(does_not_pin_what_is_pinned),
      gw_test(finds_an_oci_layout_with_both_calls),
      gw_test(a_policy_may_replace_an_image_by_something_else),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
