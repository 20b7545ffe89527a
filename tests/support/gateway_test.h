/** gateway_test: a gateway and its stand-in engine per test, and exchanges that
 *  are written down as bytes: what a call has to send, and what comes back.
 *
 *      gw_ping(GW_NEW_ENGINE);
 *      gw_expect("StatFile", STR("\n\3ref\22\1."), STR("\n\0"));
 *      struct gateway_call *c = gateway_call_stat_file(gw(), …);
 *      gw_run();            // fails unless exactly that was sent
 */
#ifndef COGFE_TESTS_GATEWAY_TEST_H
#define COGFE_TESTS_GATEWAY_TEST_H

#include "h2server.h"

/** As cm_setup() and cm_teardown(), with a gateway and a server. */
int gw_setup(void **state);
int gw_teardown(void **state);

#define gw_test(fn) cmocka_unit_test_setup_teardown(fn, gw_setup, gw_teardown)

struct gateway *gw(void);
struct h2server *gw_server(void);

enum gw_engine {
  GW_OLD_ENGINE, // only what is needed
  GW_NEW_ENGINE, // every capability of the table
};

/** A PongResponse of such an engine, in AR. */
struct str gw_pong(struct arena *ar, enum gw_engine engine);

/** Pings, so that the gateway has the capabilities of ENGINE. */
void gw_ping(enum gw_engine engine);

/** The next request is to be METHOD with this message (any, when its P is
 *  NULL), and gets this answer. */
void gw_expect(const char *method, struct str request, struct str answer);
void gw_expect_answer(const char *method, struct str request,
                      const struct h2_answer *answer);

/** Requests go to FN, instead of being compared. */
void gw_respond(h2_respond_fn fn);

/** Carries all bytes, one by one, in random pieces and whole in turn; fails
 *  when the connection did or the requests were not those expected. */
void gw_run(void);

/** The same in pieces of one kind (see h2_exchange()). */
void gw_run_in(int piece);

/** Carries N bytes each way, or as many as there are. */
bool gw_run_bytes(size_t n);

/** The status that DG's only error would send back. */
struct str gw_status(const struct diags *dg);

#endif
