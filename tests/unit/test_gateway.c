#include "gateway_test.h"

#include "cogfe/limits.h"

static struct gateway_call *stat_file(void) {
  return gateway_call_stat_file(gw(), STR("r"), STR("p"));
}

static void respond_well(const struct h2_request *req, void *state) {
  (void)state;
  h2_answer(req, &(struct h2_answer){.message = STR("\n\0")});
}

static void respond_never(const struct h2_request *req, void *state) {
  (void)req, (void)state;
}

/* ---- bytes out ----------------------------------------------------------- */

static void the_first_bytes_are_ready_at_once(void **state) {
  (void)state;
  static const char want[] =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      "\0\0\x0c\4\0\0\0\0\0" // SETTINGS
      "\0\2\0\0\0\0"         // ENABLE_PUSH 0
      "\0\4\1\0\0\0"         // INITIAL_WINDOW_SIZE 16 MiB
      "\0\0\4\x08\0\0\0\0\0" // WINDOW_UPDATE of the connection
      "\x03\xff\0\1";        // to 64 MiB from 65535
  struct str out = gateway_take(gw());
  assert_true(str_eq(out, (struct str){want, sizeof want - 1}));
}

static void bytes_come_again_until_they_are_written(void **state) {
  (void)state;
  struct str out = str_dup(cm_ar(state), gateway_take(gw()));
  assert_true(str_eq(gateway_take(gw()), out));
  gateway_wrote(gw(), 3);
  assert_true(str_eq(gateway_take(gw()), str_skip(out, 3)));
  gateway_wrote(gw(), out.len - 3);
  assert_int_equal(gateway_take(gw()).len, 0);
}

static void what_waits_to_be_written_is_bounded(void **state) {
  struct str def = {arena_alloc(cm_ar(state), 1000000), 1000000};
  // Windows that let more through than is taken at a time.
  nghttp2_session_set_local_window_size(h2_session(gw_server()),
                                        NGHTTP2_FLAG_NONE, 0, 8 << 20);
  gw_run();
  gw_respond(respond_well);
  struct gateway_call *calls[10];
  for (size_t i = 0; i < ARRAY_LEN(calls); i++)
    calls[i] =
        gateway_call_solve(gw(), &(struct gateway_solve){.definition = def});
  assert_in_range(gateway_take(gw()).len, 1, 80 * 1024);
  gw_run_in(H2_WHOLE);
  for (size_t i = 0; i < ARRAY_LEN(calls); i++)
    assert_true(gateway_call_ok(calls[i]));
}

static struct str headers_seen;

static void note_headers(const struct h2_request *req, void *state) {
  respond_well(req, state);
  headers_seen = req->headers;
}

static void requests_carry_the_headers_of_grpc(void **state) {
  (void)state;
  gw_respond(note_headers);
  stat_file();
  gw_run();
  assert_str(headers_seen,
             ":method: POST\n"
             ":scheme: http\n"
             ":path: /moby.buildkit.v1.frontend.LLBBridge/StatFile\n"
             ":authority: localhost\n"
             "content-type: application/grpc\n"
             "te: trailers\n"
             "user-agent: cog-frontend/" COGFE_VERSION "\n");
}

/* ---- the engine ends one call -------------------------------------------- */

static uint32_t reset_with;

static void respond_with_reset(const struct h2_request *req, void *state) {
  (void)state;
  h2_reset(req, reset_with);
}

static void a_reset_stream_is_unavailable(void **state) {
  gw_respond(respond_with_reset);
  reset_with = NGHTTP2_INTERNAL_ERROR;
  struct gateway_call *c = stat_file();
  gw_run();
  assert_false(gateway_call_result(c, cm_dg(state)));
  assert_str(
      gw_status(cm_dg(state)),
      "\x08\x0e\x12\x30StatFile ended without an answer: INTERNAL_ERROR");
  gw_respond(respond_well);
  c = stat_file();
  gw_run();
  assert_true(gateway_call_ok(c));
}

static void a_stream_closed_without_an_error_has_no_answer(void **state) {
  gw_respond(respond_with_reset);
  reset_with = NGHTTP2_NO_ERROR;
  struct gateway_call *c = stat_file();
  gw_run();
  assert_false(gateway_call_result(c, cm_dg(state)));
  assert_str(cm_rendered(state),
             "error: StatFile ended without an answer: NO_ERROR [engine]\n");
}

/* ---- the engine ends the connection -------------------------------------- */

static void go_away(uint32_t error, int32_t last_stream, const char *why) {
  nghttp2_submit_goaway(h2_session(gw_server()), NGHTTP2_FLAG_NONE, last_stream,
                        error, (const uint8_t *)why, strlen(why));
}

static struct h2_request parked;

static void park(const struct h2_request *req, void *state) {
  (void)state;
  if (!parked.server)
    parked = *req;
}

static void calls_begun_before_a_goaway_are_finished(void **state) {
  parked.server = NULL;
  gw_respond(park);
  struct gateway_call *first = stat_file();
  gw_run();
  struct gateway_call *second = stat_file();
  gw_run();
  go_away(NGHTTP2_NO_ERROR, 1, "");
  gw_run();
  struct gateway_call *third = stat_file();
  assert_false(gateway_call_done(first));
  assert_true(gateway_call_done(second));
  assert_true(gateway_call_done(third));
  h2_answer(&parked, &(struct h2_answer){.message = STR("\n\0")});
  gw_run();
  assert_true(gateway_call_ok(first));
  assert_false(gateway_call_result(second, cm_dg(state)));
  assert_false(gateway_call_result(third, cm_dg(state)));
  assert_str(cm_rendered(state),
             "error: StatFile ended without an answer: REFUSED_STREAM "
             "[engine]\n"
             "error: StatFile cannot be called: the engine is going away "
             "[engine]\n");
}

static void queued_calls_end_with_a_goaway(void **state) {
  (void)state;
  gw_respond(respond_never);
  struct gateway_call *calls[LIMIT_RPC_STREAMS + 50];
  for (size_t i = 0; i < ARRAY_LEN(calls); i++)
    calls[i] = stat_file();
  gw_run();
  go_away(NGHTTP2_NO_ERROR, 2 * LIMIT_RPC_STREAMS - 1, "");
  gw_run();
  for (size_t i = 0; i < ARRAY_LEN(calls); i++)
    assert_int_equal(gateway_call_done(calls[i]), i >= LIMIT_RPC_STREAMS);
}

static void a_request_that_meets_a_goaway_is_not_lost(void **state) {
  // Submitted, not yet written, when the engine says that it is too late.
  gw_run();
  gw_respond(respond_never);
  go_away(NGHTTP2_NO_ERROR, 0, "");
  struct gateway_call *c = stat_file();
  struct str in = h2_take(gw_server());
  assert_true(gateway_feed(gw(), in.p, in.len, cm_dg(state)));
  h2_wrote(gw_server(), in.len);
  gw_run();
  assert_true(gateway_call_done(c));
  assert_false(gateway_call_ok(c));
}

static void the_end_of_file_ends_every_call(void **state) {
  gw_respond(respond_never);
  struct gateway_call *open = stat_file();
  gw_run();
  struct gateway_call *unsent = stat_file();
  gateway_eof(gw());
  struct gateway_call *later = stat_file();
  assert_false(gateway_call_result(open, cm_dg(state)));
  assert_false(gateway_call_result(unsent, cm_dg(state)));
  assert_false(gateway_call_result(later, cm_dg(state)));
  assert_false(gateway_feed(gw(), "x", 1, cm_dg(state)));
  assert_int_equal(gateway_take(gw()).len, 0);
  gateway_wrote(gw(), 0);
  gateway_eof(gw());
  assert_int_equal(cm_dg(state)->errors, 4);
  assert_str(cm_rendered(state),
             "error: the engine closed the connection [engine-gone]\n");
}

static void a_call_freed_before_the_end_of_file_is_gone(void **state) {
  (void)state;
  gw_respond(respond_never);
  struct gateway_call *c = stat_file();
  gw_run();
  gateway_call_free(c);
  gateway_eof(gw());
}

/* ---- what cannot be read ------------------------------------------------- */

// A value that Huffman coding does not make shorter.
static struct str incompressible(struct arena *ar, size_t len) {
  char *p = arena_alloc(ar, len);
  memset(p, '\\', len);
  return (struct str){p, len};
}

static struct h2_answer with_details(void **state, size_t len) {
  return (struct h2_answer){.grpc_status = "2",
                            .grpc_message = "no",
                            .details = incompressible(cm_ar(state), len)};
}

static void fails_all(void **state, const char *want) {
  struct gateway_call *a = stat_file(), *b = stat_file();
  assert_false(h2_exchange(gw(), gw_server(), H2_WHOLE, cm_dg(state)));
  assert_true(gateway_call_done(a));
  assert_true(gateway_call_done(b));
  struct gateway_call *later = stat_file();
  assert_false(gateway_call_result(a, cm_dg(state)));
  assert_false(gateway_call_result(b, cm_dg(state)));
  assert_false(gateway_call_result(later, cm_dg(state)));
  assert_int_equal(cm_dg(state)->errors, 4);
  assert_str(cm_rendered(state), want);
}

static void a_header_that_hpack_refuses_fails_all_calls(void **state) {
  struct h2_answer answer = with_details(state, 70000);
  gw_expect_answer("StatFile", (struct str){0}, &answer);
  fails_all(state, "error: the connection to the engine broke: a header is "
                   "longer than 65536 bytes or damaged [protocol]\n");
}

static void a_header_that_hpack_refuses_after_a_goaway_does_too(void **state) {
  parked.server = NULL;
  gw_respond(park);
  struct gateway_call *a = stat_file(), *b = stat_file();
  gw_run();
  go_away(NGHTTP2_NO_ERROR, 3, "");
  gw_run();
  struct h2_answer answer = with_details(state, 70000);
  h2_answer(&parked, &answer);
  assert_false(h2_exchange(gw(), gw_server(), H2_WHOLE, cm_dg(state)));
  assert_true(gateway_call_done(a));
  assert_true(gateway_call_done(b));
}

static void a_header_just_below_is_read(void **state) {
  struct h2_answer answer = with_details(state, 65536);
  gw_expect_answer("StatFile", (struct str){0}, &answer);
  struct gateway_call *c = stat_file();
  gw_run_in(H2_WHOLE);
  assert_false(gateway_call_result(c, cm_dg(state)));
  assert_str(cm_rendered(state), "error: no [engine]\n");
}

static void too_many_continuations_fail_all_calls(void **state) {
  struct h2_answer answer = with_details(state, 60000);
  answer.copies = 3;
  gw_expect_answer("StatFile", (struct str){0}, &answer);
  fails_all(state,
            "error: the connection to the engine broke: Too many CONTINUATION "
            "frames following a HEADER frame [protocol]\n");
}

static void bytes_that_are_no_http2_fail_all_calls(void **state) {
  struct gateway_call *c = stat_file();
  static const char text[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
  assert_false(gateway_feed(gw(), text, sizeof text - 1, cm_dg(state)));
  assert_true(gateway_call_done(c));
  assert_int_equal(diag_first_error(cm_dg(state))->code, DIAG_PROTOCOL);
}

/* ---- the fault sweep ----------------------------------------------------- */

// One build in small: everything that has a getter, then Return.
static size_t run_cut(void **state, size_t n, bool *was_cut) {
  struct gateway *g = gateway_new();
  struct h2server *s = h2server_new(respond_well, NULL);
  struct diags dg;
  diag_init(&dg, cm_ar(state));
  struct gateway_image image = {.ref = STR("a")};
  struct gateway_result result = {.kind = GATEWAY_RESULT_REF};
  struct gateway_read_file read = {STR("r"), STR("p"), 0, 10};
  struct gateway_call *calls[] = {
      gateway_call_ping(g),
      gateway_call_inputs(g),
      gateway_call_solve(g, &(struct gateway_solve){0}),
      gateway_call_resolve_image(g, &image),
      gateway_call_read_file(g, &read),
      gateway_call_stat_file(g, STR("r"), STR("p")),
      gateway_call_read_dir(g, STR("r"), STR("p"), STR("")),
      gateway_call_return(g, &result),
  };
  *was_cut = h2_exchange_cut(g, s, n, &dg);
  size_t ok = 0;
  for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
    assert_true(gateway_call_done(calls[i]));
    size_t errors = dg.errors;
    bool good = gateway_call_result(calls[i], &dg);
    assert_int_equal(dg.errors - errors, !good);
    ok += good;
  }
  gateway_free(g);
  h2server_free(s);
  return ok;
}

static void an_end_at_any_byte_leaves_no_call_hanging(void **state) {
  size_t before = 0;
  bool was_cut = true;
  size_t n = 0;
  for (; was_cut; n++) {
    size_t ok = run_cut(state, n, &was_cut);
    assert_true(ok >= before);
    before = ok;
  }
  assert_int_equal(before, 8);
  assert_in_range(n, 300, 5000); // the loop did see the whole exchange
}

/** nghttp2 gives up on a peer that asks and never reads. */
static void a_flood_of_pings_fails_all_calls(void **state) {
  gw_run();
  struct gateway_call *c = stat_file();
  static const char ping[] = "\0\0\x08\x06\0\0\0\0\0"
                             "12345678";
  bool ok = true;
  for (int i = 0; ok && i < 20000; i++)
    ok = gateway_feed(gw(), ping, sizeof ping - 1, cm_dg(state));
  assert_false(ok);
  assert_true(gateway_call_unreadable(c));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      gw_test(the_first_bytes_are_ready_at_once),
      gw_test(bytes_come_again_until_they_are_written),
      gw_test(what_waits_to_be_written_is_bounded),
      gw_test(requests_carry_the_headers_of_grpc),
      gw_test(a_reset_stream_is_unavailable),
      gw_test(a_stream_closed_without_an_error_has_no_answer),
      gw_test(calls_begun_before_a_goaway_are_finished),
      gw_test(queued_calls_end_with_a_goaway),
      gw_test(a_request_that_meets_a_goaway_is_not_lost),
      gw_test(the_end_of_file_ends_every_call),
      gw_test(a_call_freed_before_the_end_of_file_is_gone),
      gw_test(a_header_that_hpack_refuses_fails_all_calls),
      gw_test(a_header_that_hpack_refuses_after_a_goaway_does_too),
      gw_test(a_header_just_below_is_read),
      gw_test(too_many_continuations_fail_all_calls),
      gw_test(bytes_that_are_no_http2_fail_all_calls),
      gw_test(an_end_at_any_byte_leaves_no_call_hanging),
      gw_test(a_flood_of_pings_fails_all_calls),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
