/** h2server: the engine's stand-in, an nghttp2 server session in the test's own
 *  process. A test says what it answers; bytes go over in pieces of any size.
 *
 *      struct h2server *s = h2server_new(respond, state);
 *      struct gateway_call *c = gateway_call_ping(g);
 *      h2_exchange(g, s, 1, dg);              // byte by byte, until it is
 * quiet
 *
 *  RESPOND is called once per request, when its end has come (or, after
 *  h2_respond_early(), its headers); it calls h2_answer() or h2_reset(), now or
 *  later.
 */
#ifndef COGFE_TESTS_H2SERVER_H
#define COGFE_TESTS_H2SERVER_H

#include <nghttp2/nghttp2.h> // before base.h, which bans malloc

#include "cm.h"

#include "cogfe/gateway.h"

struct h2server;

struct h2_request {
  struct h2server *server;
  int32_t stream;
  struct str method;  // the last part of :path
  struct str headers; // "name: value\n" each
  struct str body;    // prefix and message
};

typedef void (*h2_respond_fn)(const struct h2_request *req, void *state);

struct h2server *h2server_new(h2_respond_fn respond, void *state);
void h2server_free(struct h2server *s);

void h2_respond_early(struct h2server *s);

/** One answer; unset parts are those of a good one. */
struct h2_answer {
  struct str message;
  struct str raw;           // the body, instead of prefix and message
  const char *http_status;  // "200"
  const char *grpc_status;  // "0"; "" sends none
  const char *grpc_message; // not sent when NULL
  struct str details;       // value of grpc-status-details-bin; likewise
  const char *early_status; // a grpc-status in the first HEADERS
  size_t copies;            // of DETAILS, beyond the first
  bool trailers_only;       // all in the first HEADERS, no DATA
  bool no_trailers;         // the last DATA ends the stream
  size_t data_frame;        // bytes of each DATA frame; 0 is as they come
};

void h2_answer(const struct h2_request *req, const struct h2_answer *answer);
void h2_reset(const struct h2_request *req, uint32_t error);

/** What the server wants written, as gateway_take() and gateway_wrote(). */
struct str h2_take(struct h2server *s);
void h2_wrote(struct h2server *s, size_t n);

/** False when the client broke the protocol. */
bool h2_feed(struct h2server *s, const void *p, size_t len);

/** For GOAWAY and the like. */
nghttp2_session *h2_session(struct h2server *s);

/** How many requests came, were open at the same time, and were reset (with
 *  the last error code of those). */
struct h2_counts {
  size_t requests;
  size_t open, most_open;
  size_t resets;
  uint32_t reset_code;
};

struct h2_counts h2_counts(const struct h2server *s);

/** Carries bytes both ways until neither side has any, in pieces of at most
 *  PIECE bytes. False when the gateway failed. */
enum { H2_WHOLE = 0, H2_RANDOM = -1 };

bool h2_exchange(struct gateway *g, struct h2server *s, int piece,
                 struct diags *dg);

/** As h2_exchange(), but the gateway sees the end of file after N bytes of what
 *  the server sent. True when that point was reached. */
bool h2_exchange_cut(struct gateway *g, struct h2server *s, size_t n,
                     struct diags *dg);

#endif
