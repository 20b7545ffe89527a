#include "gateway/gateway_int.h"

#include "gateway_test.h"

#include "cogfe/limits.h"

static struct gateway_call *stat_file(const char *path) {
  return gateway_call_stat_file(gw(), STR("r"), str_of(path));
}

static void respond_well(const struct h2_request *req, void *state) {
  (void)state;
  h2_answer(req, &(struct h2_answer){.message = STR("\n\0")});
}

static void respond_never(const struct h2_request *req, void *state) {
  (void)req, (void)state;
}

/* ---- many calls ---------------------------------------------------------- */

static void three_hundred_calls_wait_for_their_turn(void **state) {
  struct gateway_call *calls[300];
  gw_respond(respond_well);
  for (size_t i = 0; i < ARRAY_LEN(calls); i++)
    calls[i] = stat_file("p");
  gw_run();
  for (size_t i = 0; i < ARRAY_LEN(calls); i++)
    assert_true(gateway_call_result(calls[i], cm_dg(state)));
  struct h2_counts counts = h2_counts(gw_server());
  assert_int_equal(counts.requests, 300);
  assert_in_range(counts.most_open, 2, LIMIT_RPC_STREAMS);
}

static void no_more_than_the_limit_is_open_at_once(void **state) {
  (void)state;
  gw_respond(respond_never);
  for (size_t i = 0; i < LIMIT_RPC_STREAMS + 1; i++)
    stat_file("p");
  gw_run();
  assert_int_equal(h2_counts(gw_server()).open, LIMIT_RPC_STREAMS);
}

static void calls_start_in_order(void **state) {
  (void)state;
  struct gateway_call *last = NULL;
  for (int i = 0; i < 250; i++) {
    char path[] = {(char)('A' + i / 26), (char)('a' + i % 26), '\0'};
    gw_expect("StatFile", str_printf(cm_ar(state), "\x0a\x01r\x12\x02%s", path),
              STR(""));
    last = stat_file(path);
  }
  gw_run();
  assert_true(gateway_call_done(last));
}

/* ---- again --------------------------------------------------------------- */

static const struct h2_answer busy = {
    .grpc_status = "2",
    .grpc_message = "x: flightcontrol: exceeded retry timeout"};

static void a_call_that_a_busy_engine_failed_is_made_again(void **state) {
  struct str request = STR("\x0a\x01r\x12\x01p");
  gw_expect_answer("StatFile", request, &busy);
  gw_expect_answer("StatFile", request, &busy);
  gw_expect("StatFile", request, STR("\n\0"));
  struct gateway_call *c = stat_file("p");
  gw_run();
  struct gateway_stat st;
  assert_true(gateway_stat_file_result(c, cm_ar(state), &st, cm_dg(state)));
}

static void an_engine_that_stays_busy_is_believed(void **state) {
  for (int i = 0; i < LIMIT_RPC_TRIES; i++)
    gw_expect_answer("StatFile", (struct str){0}, &busy);
  struct gateway_call *c = stat_file("p");
  gw_run();
  assert_false(gateway_call_result(c, cm_dg(state)));
  assert_str(cm_rendered(state),
             "error: x: flightcontrol: exceeded retry timeout [engine]\n");
}

static void respond_busy(const struct h2_request *req, void *state) {
  (void)state;
  h2_answer(req, &busy);
}

static void a_call_can_be_given_up_between_two_tries(void **state) {
  gw_respond(respond_busy);
  for (size_t n = 0; n < 1000; n++) {
    struct gateway_call *c = stat_file("p");
    assert_true(gw_run_bytes(n));
    gateway_call_free(c);
    gw_run();
  }
  assert_int_equal(h2_counts(gw_server()).open, 0);
  assert_int_equal(cm_dg(state)->errors, 0);
}

/* ---- giving up ----------------------------------------------------------- */

static void a_cancelled_call_is_reset_and_the_others_go_on(void **state) {
  gw_respond(respond_never);
  struct gateway_call *given_up = stat_file("fifo");
  gw_run();
  assert_false(gateway_call_done(given_up));
  gateway_call_cancel(given_up);
  assert_true(gateway_call_done(given_up));
  gw_respond(respond_well);
  struct gateway_call *other = stat_file("p");
  gw_run();
  struct h2_counts counts = h2_counts(gw_server());
  assert_int_equal(counts.resets, 1);
  assert_int_equal(counts.reset_code, NGHTTP2_CANCEL);
  assert_true(gateway_call_result(other, cm_dg(state)));
  assert_false(gateway_call_missing(given_up));
  assert_false(gateway_call_result(given_up, cm_dg(state)));
  assert_str(gw_status(cm_dg(state)), "\x08\x01\x12\x16StatFile was cancelled");
}

static void a_call_that_is_done_stays_as_it_is(void **state) {
  gw_respond(respond_well);
  struct gateway_call *c = stat_file("p");
  gw_run();
  gateway_call_cancel(c);
  assert_true(gateway_call_result(c, cm_dg(state)));
  gw_run();
  assert_int_equal(h2_counts(gw_server()).resets, 0);
}

static void a_call_cancelled_before_it_was_sent_is_not_sent(void **state) {
  (void)state;
  gw_respond(respond_well);
  for (size_t i = 0; i < LIMIT_RPC_STREAMS; i++)
    stat_file("p");
  struct gateway_call *queued = stat_file("q");
  struct gateway_call *after = stat_file("p");
  gateway_call_cancel(queued);
  gw_run();
  assert_true(gateway_call_ok(after));
  assert_int_equal(h2_counts(gw_server()).requests, LIMIT_RPC_STREAMS + 1);
}

static void a_call_cancelled_at_once_costs_nothing(void **state) {
  (void)state;
  gw_respond(respond_well);
  for (int i = 0; i < 1000; i++) // many times the limit on streams
    gateway_call_free(stat_file("p"));
  struct gateway_call *c = stat_file("p");
  gw_run();
  assert_true(gateway_call_ok(c));
}

static void a_call_can_be_freed_at_any_time(void **state) {
  (void)state;
  gw_respond(respond_well);
  for (size_t n = 0; n < 400; n++) { // after n bytes each way
    struct gateway_call *c = stat_file("p");
    assert_true(gw_run_bytes(n));
    gateway_call_free(c);
    gw_run();
  }
  assert_int_equal(h2_counts(gw_server()).open, 0);
  assert_null(gw()->first);
}

static void freeing_nothing_is_fine(void **state) {
  (void)state;
  gateway_call_free(NULL);
  gateway_free(NULL);
}

/* ---- sizes --------------------------------------------------------------- */

static struct gateway_call *solve_bytes(void **state, size_t len) {
  struct str def = {arena_alloc(cm_ar(state), len), len};
  return gateway_call_solve(gw(), &(struct gateway_solve){.definition = def});
}

static void respond_to_the_headers(const struct h2_request *req, void *state) {
  (void)state;
  h2_answer(req,
            &(struct h2_answer){.grpc_status = "8",
                                .grpc_message = "grpc: received message larger "
                                                "than max (9 vs. 4)"});
}

static void an_answer_may_end_before_its_request(void **state) {
  h2_respond_early(gw_server());
  gw_respond(respond_to_the_headers);
  struct gateway_call *c = solve_bytes(state, 4 * 1024 * 1024 - 100);
  gw_run_in(H2_WHOLE);
  struct gateway_result r;
  assert_false(gateway_solve_result(c, cm_ar(state), &r, cm_dg(state)));
  assert_str(cm_rendered(state), "error: grpc: received message larger than "
                                 "max (9 vs. 4) [engine]\n");
  assert_int_equal(h2_counts(gw_server()).resets, 1);
  assert_int_equal(h2_counts(gw_server()).open, 0);
}

static void even_a_good_answer_ends_its_request(void **state) {
  h2_respond_early(gw_server());
  gw_respond(respond_well);
  struct gateway_call *c = solve_bytes(state, 4 * 1024 * 1024 - 100);
  gw_run_in(H2_WHOLE);
  assert_true(gateway_call_ok(c));
  assert_int_equal(h2_counts(gw_server()).resets, 1);
  assert_int_equal(h2_counts(gw_server()).open, 0);
}

static void a_large_request_arrives_whole(void **state) {
  char *def = arena_alloc(cm_ar(state), 3000000);
  for (size_t i = 0; i < 3000000; i++)
    def[i] = (char)(i % 251);
  struct str request = {def, 3000000};
  struct str want = str_printf(cm_ar(state), "%0*d", 3000000 + 9, 0);
  char *w = arena_memdup(cm_ar(state), want.p, want.len);
  memcpy(w, "\x0a\xc0\x8d\xb7\x01", 5);
  memcpy(w + 5, def, 3000000);
  memcpy(w + 5 + 3000000, "\x28\x01\x30\x01", 4);
  gw_expect("Solve", (struct str){w, want.len}, STR("\x1a\x00"));
  struct gateway_call *c =
      gateway_call_solve(gw(), &(struct gateway_solve){.definition = request});
  gw_run_in(H2_WHOLE);
  assert_true(gateway_call_result(c, cm_dg(state)));
}

static void a_request_that_no_old_engine_takes_is_not_sent(void **state) {
  gw_ping(GW_OLD_ENGINE);
  struct gateway_call *c = solve_bytes(state, LIMIT_RPC_REQUEST_BYTES);
  assert_true(gateway_call_done(c));
  assert_false(gateway_call_result(c, cm_dg(state)));
  assert_str(cm_rendered(state),
             "error: the request for Solve has 4194313 bytes, the engine takes "
             "4194304 [too-large]\n");
  gw_ping(GW_NEW_ENGINE);
  c = solve_bytes(state, LIMIT_RPC_REQUEST_BYTES);
  assert_false(gateway_call_done(c));
}

static void respond_with_megabytes(const struct h2_request *req, void *state) {
  (void)state;
  static char body[5 + LIMIT_RPC_SMALL_ANSWER_BYTES + 1];
  memcpy(body, "\0\0\x10\0\1", 5); // a byte more than the limit
  h2_answer(req, &(struct h2_answer){.raw = {body, sizeof body}});
}

static void an_answer_past_its_limit_is_not_waited_for(void **state) {
  gw_respond(respond_with_megabytes);
  struct gateway_call *c = stat_file("p");
  gw_run_in(H2_WHOLE);
  assert_false(gateway_call_result(c, cm_dg(state)));
  assert_str(cm_rendered(state), "error: the engine's answer to StatFile is "
                                 "larger than 1048576 bytes [too-large]\n");
  assert_int_equal(h2_counts(gw_server()).resets, 1);
}

static void respond_without_end(const struct h2_request *req, void *state) {
  (void)state;
  // The prefix promises 1 byte; 2 MiB follow.
  static char body[2 * LIMIT_RPC_SMALL_ANSWER_BYTES] = {0, 0, 0, 0, 1};
  h2_answer(req, &(struct h2_answer){.raw = {body, sizeof body}});
}

static void an_answer_past_its_own_length_is_not_gathered(void **state) {
  gw_respond(respond_without_end);
  struct gateway_call *c = stat_file("p");
  gw_run_in(H2_WHOLE);
  assert_false(gateway_call_result(c, cm_dg(state)));
  assert_int_equal(h2_counts(gw_server()).resets, 1);
}

// A million empty entries would take more than 100 MB decoded.
static void a_message_that_swells_is_refused(void **state) {
  size_t n = 2 * 1024 * 1024;
  char *message = arena_alloc(cm_ar(state), n);
  for (size_t i = 0; i < n; i += 2)
    message[i] = 0x0A;
  gw_expect("ReadDir", (struct str){0}, (struct str){message, n});
  struct gateway_call *c =
      gateway_call_read_dir(gw(), STR("r"), STR("/"), STR(""));
  gw_run_in(H2_WHOLE);
  struct gateway_stat_vec list;
  assert_false(gateway_read_dir_result(c, cm_ar(state), &list, cm_dg(state)));
  assert_str(cm_rendered(state), "error: the engine's answer to ReadDir could "
                                 "not be decoded [protocol]\n");
}

static void many_large_answers_fit_beside_each_other(void **state) {
  struct gateway_call *calls[8];
  size_t len = 12 * 1024 * 1024;
  char *message = arena_alloc(cm_ar(state), len); // Inputs: unknown field 2
  memcpy(message, "\x12\xfb\xff\xff\x05", 5);
  for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
    gw_expect("Inputs", STR(""), (struct str){message, len});
    calls[i] = gateway_call_inputs(gw());
  }
  gw_run_in(H2_WHOLE);
  struct gateway_map map;
  for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
    assert_true(
        gateway_inputs_result(calls[i], cm_ar(state), &map, cm_dg(state)));
    gateway_call_free(calls[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      gw_test(three_hundred_calls_wait_for_their_turn),
      gw_test(no_more_than_the_limit_is_open_at_once),
      gw_test(calls_start_in_order),
      gw_test(a_call_that_a_busy_engine_failed_is_made_again),
      gw_test(an_engine_that_stays_busy_is_believed),
      gw_test(a_call_can_be_given_up_between_two_tries),
      gw_test(a_cancelled_call_is_reset_and_the_others_go_on),
      gw_test(a_call_that_is_done_stays_as_it_is),
      gw_test(a_call_cancelled_before_it_was_sent_is_not_sent),
      gw_test(a_call_cancelled_at_once_costs_nothing),
      gw_test(a_call_can_be_freed_at_any_time),
      gw_test(freeing_nothing_is_fine),
      gw_test(an_answer_may_end_before_its_request),
      gw_test(even_a_good_answer_ends_its_request),
      gw_test(a_large_request_arrives_whole),
      gw_test(a_request_that_no_old_engine_takes_is_not_sent),
      gw_test(an_answer_past_its_limit_is_not_waited_for),
      gw_test(an_answer_past_its_own_length_is_not_gathered),
      gw_test(a_message_that_swells_is_refused),
      gw_test(many_large_answers_fit_beside_each_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
