#include "gateway_test.h"

// How an answer ends. All through StatFile, whose good answer is "\n\0".

struct end {
  const char *name;
  struct h2_answer answer;
  const char *want;  // rendered; "" is success
  struct str status; // what would be sent back to the engine
};

#define ENGINE(text) "error: " text " [engine]\n"
#define PROTOCOL(text)                                                         \
  "error: the engine's answer to StatFile " text " [protocol]\n"

static const struct end ends[] = {
    {"success", {.message = {"\n\0", 2}}, "", {0}},
    {"success in frames of one byte",
     {.message = {"\n\0", 2}, .data_frame = 1},
     "",
     {0}},
    {"an error without details",
     {.grpc_status = "5", .grpc_message = "no access"},
     ENGINE("no access"),
     STR("\x08\x05\x12\x09no access")},
    {"an error with no more than a code",
     {.grpc_status = "13"},
     ENGINE("StatFile failed with status 13"),
     STR("\x08\x0d\x12\x1eStatFile failed with status 13")},
    {"an error without a body, all in one block",
     {.grpc_status = "2", .grpc_message = "no", .trailers_only = true},
     ENGINE("no"),
     STR("\x08\x02\x12\x02no")},
    {"a code that is no number",
     {.grpc_status = "two", .grpc_message = "no"},
     ENGINE("no"),
     STR("\x08\x02\x12\x02no")},
    {"a code that is below nought",
     {.grpc_status = "-1", .grpc_message = "no"},
     ENGINE("no"),
     STR("\x08\x02\x12\x02no")},
    {"text in percent signs",
     {.grpc_status = "2", .grpc_message = "caf%C3%a9%0A100%25 %zz %4 %"},
     ENGINE("café\n100% %zz %4 %"),
     STR("\x08\x02\x12\x13"
         "caf\xc3\xa9\n100% %zz %4 %")},
    {"text that is not UTF-8",
     {.grpc_status = "2", .grpc_message = "%ff"},
     ENGINE("?"),
     STR("\x08\x02\x12\x03\xef\xbf\xbd")},
    {"details without padding",
     {.grpc_status = "2",
      .grpc_message = "no",
      .details = {"CAISAm5vGgMKAXQ", 15}},
     ENGINE("no"),
     STR("\x08\x02\x12\x02no\x1a\x03\x0a\x01t")},
    {"details with padding",
     {.grpc_status = "2",
      .grpc_message = "no",
      .details = {"CAISAm5vGgMKAXQ=", 16}},
     ENGINE("no"),
     STR("\x08\x02\x12\x02no\x1a\x03\x0a\x01t")},
    {"two details joined by a comma",
     {.grpc_status = "2",
      .grpc_message = "no",
      .details = {"CAISAm5vGgMKAXQ,CAI", 19}},
     ENGINE("no"),
     STR("\x08\x02\x12\x02no\x1a\x03\x0a\x01t")},
    {"details that are not base64",
     {.grpc_status = "2", .grpc_message = "no", .details = {"CAI!", 4}},
     ENGINE("no"),
     STR("\x08\x02\x12\x02no")},
    {"details that are no status",
     {.grpc_status = "2", .grpc_message = "no", .details = {"/w", 2}},
     ENGINE("no"),
     STR("\x08\x02\x12\x02no")},
    {"details that say success",
     {.grpc_status = "7",
      .grpc_message = "no",
      .details = {"EgJubxoDCgF0", 12}},
     ENGINE("no"),
     STR("\x08\x07\x12\x02no\x1a\x03\x0a\x01t")},
    {"details that are not UTF-8",
     {.grpc_status = "7",
      .grpc_message = "no",
      .details = {"CAISAf8aAwoBdA", 14}},
     ENGINE("no"),
     STR("\x08\x07\x12\x03\xef\xbf\xbd\x1a\x03\x0a\x01t")},
    {"an answer of HTTP alone",
     {.http_status = "503", .grpc_status = ""},
     ENGINE("the engine answered StatFile with HTTP 503"),
     STR("\x08\x02\x12\x2athe engine answered StatFile with HTTP 503")},
    {"trailers without a status",
     {.message = {"\n\0", 2}, .grpc_status = ""},
     PROTOCOL("has no status"),
     {0}},
    {"no trailers",
     {.message = {"\n\0", 2}, .no_trailers = true},
     PROTOCOL("has no status"),
     {0}},
    {"success without a body",
     {.trailers_only = true},
     PROTOCOL("is cut short"),
     {0}},
    {"a prefix that is cut short",
     {.raw = {"\0\0\0", 3}},
     PROTOCOL("is cut short"),
     {0}},
    {"a message that is cut short",
     {.raw = {"\0\0\0\0\2\n", 6}},
     PROTOCOL("is cut short"),
     {0}},
    {"two messages",
     {.raw = {"\0\0\0\0\2\n\0\0\0\0\0\0", 12}},
     PROTOCOL("is more than one message"),
     {0}},
    {"a compressed message",
     {.raw = {"\1\0\0\0\2\n\0", 7}},
     PROTOCOL("is compressed"),
     {0}},
};

static void run(void **state, const struct end *e) {
  struct diags dg;
  diag_init(&dg, cm_ar(state));
  gw_expect_answer("StatFile", STR("\n\1r\22\1p"), &e->answer);
  struct gateway_call *c = gateway_call_stat_file(gw(), STR("r"), STR("p"));
  gw_run();
  assert_true(gateway_call_done(c));
  assert_int_equal(gateway_call_ok(c), e->want[0] == '\0');
  struct gateway_stat st;
  gateway_stat_file_result(c, cm_ar(state), &st, &dg);
  struct sbuf text;
  sbuf_init(&text, 1 << 20);
  diag_render(&text, &dg, false);
  struct str rendered = str_dup(cm_ar(state), sbuf_str(&text));
  sbuf_release(&text);
  assert_str(rendered, e->want);
  if (e->want[0])
    assert_true(str_eq(gw_status(&dg), e->status));
}

static void every_end_of_an_answer_is_understood(void **state) {
  for (size_t i = 0; i < ARRAY_LEN(ends); i++)
    for (int piece = 0; piece < 3; piece++) { // gw_run() has three ways
      print_message("  %s\n", ends[i].name);
      run(state, &ends[i]);
    }
}

// Not a trailer: the block does not end the stream.
static void respond_with_a_status_up_front(const struct h2_request *req,
                                           void *state) {
  (void)state;
  h2_answer(req, &(struct h2_answer){.http_status = "200",
                                     .message = STR("\n\0"),
                                     .early_status = "13"});
}

static void a_status_before_the_message_means_nothing(void **state) {
  gw_respond(respond_with_a_status_up_front);
  struct gateway_call *c = gateway_call_stat_file(gw(), STR("r"), STR("p"));
  gw_run();
  assert_true(gateway_call_result(c, cm_dg(state)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      gw_test(every_end_of_an_answer_is_understood),
      gw_test(a_status_before_the_message_means_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
