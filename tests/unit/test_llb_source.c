#include "cm_llb.h"

static const struct platform arm = {
    .os = STR("linux"), .arch = STR("arm"), .variant = STR("v7")};

static void writes_an_image_with_its_platform(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  assert_str(cm_llb(state, l,
                    llb_image(l, STR("docker.io/library/python:3.11-slim"),
                              &arm, STR("pull"), NULL)),
             "1 source docker-image://docker.io/library/python:3.11-slim\n"
             "  attr image.resolvemode = pull\n"
             "  platform linux/arm/v7\n"
             "\n"
             "result 1\n");
}

static void leaves_out_what_a_source_was_not_given(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref refs[] = {
      llb_image(l, STR("a"), NULL, STR(""), NULL),
      llb_local(l, &(struct llb_local){.name = STR("context")}, NULL),
      llb_http(l, STR("http://h/x"), STR(""), STR(""), NULL),
  };
  assert_str(cm_llb(state, l, llb_merge(l, refs, ARRAY_LEN(refs), NULL)),
             "1 source docker-image://a\n"
             "\n"
             "2 source local://context\n"
             "\n"
             "3 source http://h/x\n"
             "\n"
             "4 merge 1 2 3\n"
             "\n"
             "result 4\n");
}

static void writes_a_directory_of_the_client(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct str names[] = {STR("cog.yaml"), STR("a \"b\"\t\xc3\xa9")};
  struct str_vec list = {names, ARRAY_LEN(names), 0}, none = {0};
  struct llb_local local = {
      .name = STR("dockerfile"),
      .session = STR("s3ss10n"),
      .include = &none,
      .exclude = &list,
      .follow = &list,
      .shared_key_hint = STR("dockerfile"),
      .differ_none = true,
  };
  assert_str(cm_llb(state, l, llb_local(l, &local, NULL)),
             "1 source local://dockerfile\n"
             "  attr local.differ = none\n"
             "  attr local.excludepatterns = "
             "\"[\\\"cog.yaml\\\",\\\"a \\\\\\\"b\\\\\\\"\\\\té\\\"]\"\n"
             "  attr local.followpaths = "
             "\"[\\\"cog.yaml\\\",\\\"a \\\\\\\"b\\\\\\\"\\\\té\\\"]\"\n"
             "  attr local.includepattern = []\n"
             "  attr local.session = s3ss10n\n"
             "  attr local.sharedkeyhint = dockerfile\n"
             "\n"
             "result 1\n");
}

// What `docker build -` sends can be fetched once, by an op of these bytes.
static void writes_the_context_url_as_the_engine_does(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_ref ref = llb_http(l, STR("http://b/1"), STR("context"), STR(""),
                                &(struct llb_meta){.name = STR("load")});
  static const char want[] = "\x0a\x2a"
                             "\x1a\x26"
                             "\x0a\x0ahttp://b/1"
                             "\x12\x18\x0a\x0dhttp.filename"
                             "\x12\x07"
                             "context"
                             "\x5a";
  struct str got = cm_llb_marshal(state, l, ref);
  assert_memory_equal(got.p, want, sizeof want); // with the NUL: "5a 00"
}

static void sorts_attributes(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_attr attrs[] = {{"git.keepgitdir", STR("true")},
                             {"git.checksum", STR("")},
                             {"git.fullurl", STR("https://h/r.git")}};
  struct llb_source src = {.identifier = STR("git://h/r.git#main:sub"),
                           .attrs = attrs,
                           .n_attrs = ARRAY_LEN(attrs)};
  assert_str(cm_llb(state, l, llb_source(l, &src, NULL)),
             "1 source \"git://h/r.git#main:sub\"\n"
             "  attr git.checksum = \"\"\n"
             "  attr git.fullurl = https://h/r.git\n"
             "  attr git.keepgitdir = true\n"
             "\n"
             "result 1\n");
}

static void refuses_a_pattern_that_is_not_utf8(void **state) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct str names[] = {STR("*.\xff")};
  struct str_vec list = {names, 1, 0};
  struct llb_ref ref = llb_local(
      l, &(struct llb_local){.name = STR("c"), .exclude = &list}, NULL);
  struct sbuf out;
  sbuf_init(&out, 1 << 20);
  assert_false(llb_marshal(l, ref, NULL, &out, cm_dg(state)));
  assert_str(cm_rendered(state),
             "error: \"*.?\" is not UTF-8, which engines do not take "
             "[bad-text]\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(writes_an_image_with_its_platform),
      cm_test(leaves_out_what_a_source_was_not_given),
      cm_test(writes_a_directory_of_the_client),
      cm_test(writes_the_context_url_as_the_engine_does),
      cm_test(sorts_attributes),
      cm_test(refuses_a_pattern_that_is_not_utf8),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
