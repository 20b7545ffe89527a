#include "gateway_test.h"

#include "cogfe/limits.h"

static const struct source yaml = {"cog.yaml", {"a: 1\nb: 2\n", 10}};
static const struct source reqs = {"r\"1\".txt", {"x\n", 2}};

// The JSON of the only detail: Status{1 code, 2 message, 3 Any{1, 2}}.
static struct str detail(struct str status) {
  static const char type[] = "github.com/moby/buildkit/errdefs.Source+json\x12";
  const char *at = memmem(status.p, status.len, type, strlen(type));
  assert_non_null(at);
  struct str rest = str_range(at + strlen(type), status.p + status.len);
  return str_range(memchr(rest.p, '{', rest.len), rest.p + rest.len);
}

static void a_message_alone_has_code_2(void **state) {
  assert_str(gateway_status(cm_ar(state), STR("no\ncog.yaml"), NULL, 0),
             "\x08\x02\x12\x0bno\ncog.yaml");
}

static void text_that_is_not_utf8_is_made_so(void **state) {
  assert_str(gateway_status(cm_ar(state), STR("\xff"), NULL, 0),
             "\x08\x02\x12\x03\xef\xbf\xbd");
}

static void shows_the_lines_of_a_span(void **state) {
  const struct span span = {&yaml, 2, 4, 2, 5};
  struct str status = gateway_status(cm_ar(state), STR("no"), &span, 1);
  assert_true(str_starts(status, "\x08\x02\x12\x02no\x1a"));
  assert_str(detail(status),
             "{\"info\":{\"filename\":\"cog.yaml\",\"data\":"
             "\"YTogMQpiOiAyCg==\"},\"ranges\":[{\"start\":{\"line\":2,"
             "\"character\":3},\"end\":{\"line\":2,\"character\":4}}]}");
}

static void masks_secrets_of_the_source(void **state) {
  static const struct source env = {"e", {"A_TOKEN=hunter22\n", 17}};
  const struct span span = {&env, 1, 1, 1, 2};
  struct str status = gateway_status(cm_ar(state), STR("no"), &span, 1);
  assert_true(
      str_contains(detail(status), "\"data\":\"QV9UT0tFTj0qKioqKioqKgo=\""));
}

static void gathers_the_spans_of_each_source(void **state) {
  const struct span spans[] = {
      {&yaml, 1, 1, 1, 2}, {0}, {&reqs, 1, 1, 1, 2}, {&yaml, 1, 1, 3, 1}};
  struct str status =
      gateway_status(cm_ar(state), STR("no"), spans, ARRAY_LEN(spans));
  assert_true(str_contains(
      status, "\"ranges\":[{\"start\":{\"line\":1,\"character\":0},\"end\":{"
              "\"line\":1,\"character\":1}},{\"start\":{\"line\":1,"
              "\"character\":0},\"end\":{\"line\":2,\"character\":0}}]}\x1a"));
  assert_true(str_contains(status, "{\"filename\":\"r\\\"1\\\".txt\""));
  assert_true(str_ends(status, "]}"));
}

static void cuts_a_text_that_nobody_reads(void **state) {
  size_t len = LIMIT_STATUS_TEXT_BYTES + 10;
  char *text = arena_alloc(cm_ar(state), len);
  memset(text, 'x', len);
  memcpy(text + LIMIT_STATUS_TEXT_BYTES - 1, "é", 2);
  struct str status =
      gateway_status(cm_ar(state), (struct str){text, len}, NULL, 0);
  assert_true(str_ends(status, "xxx"));
  assert_int_equal(status.len, 6 + LIMIT_STATUS_TEXT_BYTES - 1);
}

static void leaves_out_a_source_that_is_too_large(void **state) {
  char *text = arena_alloc(cm_ar(state), LIMIT_STATUS_SOURCE_BYTES + 1);
  struct source big = {"big", {text, LIMIT_STATUS_SOURCE_BYTES}};
  const struct span span = {&big, 1, 1, 1, 2};
  struct str status = gateway_status(cm_ar(state), STR("no"), &span, 1);
  assert_true(status.len > LIMIT_STATUS_SOURCE_BYTES);
  big.text.len++;
  status = gateway_status(cm_ar(state), STR("no"), &span, 1);
  assert_str(status, "\x08\x02\x12\x02no");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(a_message_alone_has_code_2),
      cm_test(text_that_is_not_utf8_is_made_so),
      cm_test(shows_the_lines_of_a_span),
      cm_test(masks_secrets_of_the_source),
      cm_test(gathers_the_spans_of_each_source),
      cm_test(cuts_a_text_that_nobody_reads),
      cm_test(leaves_out_a_source_that_is_too_large),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
