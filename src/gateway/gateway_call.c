#include "gateway/gateway_int.h"

#include "cogfe/limits.h"

// One call from its request to its end.

static const struct {
  const char *method;
  size_t answer_max;
} rpcs[] = {
#define RPC(name, method, answer_max) {method, answer_max},
#include "gateway/gateway_rpc.def"
#undef RPC
};

const char *call_method(const struct gateway_call *c) {
  return rpcs[c->rpc].method;
}

/* ---- life ---------------------------------------------------------------- */

struct gateway_call *call_new(struct gateway *g, enum rpc rpc) {
  struct arena ar;
  arena_init(&ar);
  struct gateway_call *c = arena_new(&ar, struct gateway_call);
  c->ar = arena_new(&ar, struct arena);
  *c->ar = ar;
  c->g = g;
  c->rpc = rpc;
  c->end.status = GRPC_NONE;
  sbuf_init(&c->request, GRPC_PREFIX + LIMIT_RPC_REQUEST_BYTES_NEW);
  sbuf_init(&c->answer, GRPC_PREFIX + rpcs[rpc].answer_max);
  c->prev = g->last;
  *(g->last ? &g->last->next : &g->first) = c;
  g->last = c;
  return c;
}

void call_destroy(struct gateway_call *c) {
  struct gateway *g = c->g;
  *(c->prev ? &c->prev->next : &g->first) = c->next;
  *(c->next ? &c->next->prev : &g->last) = c->prev;
  sbuf_release(&c->request);
  sbuf_release(&c->answer);
  struct arena ar = *c->ar;
  arena_release(&ar);
}

static void queue(struct gateway_call *c) {
  c->queued = true;
  c->g->queued++;
}

size_t gateway_request_max(const struct gateway *g) {
  // A capability of BuildKit 0.14, the release that raised its limit.
  return gateway_has(&g->caps, GATEWAY_CAP_COPY_REPLACE)
             ? LIMIT_RPC_REQUEST_BYTES_NEW
             : LIMIT_RPC_REQUEST_BYTES;
}

struct gateway_call *call_start(struct gateway_call *c,
                                const ProtobufCMessage *msg) {
  struct gateway *g = c->g;
  size_t len = protobuf_c_message_get_packed_size(msg);
  const size_t max = gateway_request_max(g);
  if (g->failed) {
    call_fail(c, g->code, "%s", g->text);
    return c;
  }
  if (len > max) {
    call_fail(c, DIAG_TOO_LARGE,
              "the request for %s has %zu bytes, the engine takes %zu",
              call_method(c), len, max);
    return c;
  }
  uint8_t *to = sbuf_extend(&c->request, GRPC_PREFIX + len);
  grpc_prefix(to, len);
  protobuf_c_message_pack(msg, to + GRPC_PREFIX);
  if (g->going_away)
    call_fail_going_away(c);
  else
    queue(c); // the connection gives it a stream before it sends anything
  return c;
}

static void finish_call(struct gateway_call *c, bool ok) {
  c->done = true;
  c->ok = ok;
  sbuf_release(&c->request);
  if (!ok)
    sbuf_release(&c->answer);
  if (c->queued) {
    c->queued = false;
    c->g->queued--;
  }
}

struct gateway_call *call_skip(struct gateway_call *c) {
  finish_call(c, true);
  return c;
}

/* ---- failure ------------------------------------------------------------- */

/** Tells the engine to drop C's stream, if it has one. */
static void reset_stream(struct gateway_call *c) {
  if (c->stream)
    nghttp2_submit_rst_stream(c->g->session, NGHTTP2_FLAG_NONE, c->stream,
                              NGHTTP2_CANCEL);
}

void call_fail(struct gateway_call *c, enum diag_code code, const char *fmt,
               ...) {
  if (c->done)
    return;
  va_list ap;
  va_start(ap, fmt);
  c->text = str_of(arena_vprintf(c->ar, fmt, ap));
  va_end(ap);
  c->code = code;
  reset_stream(c);
  finish_call(c, false);
}

void call_fail_status(struct gateway_call *c, enum grpc_status status,
                      const char *fmt, ...) {
  if (c->done)
    return;
  va_list ap;
  va_start(ap, fmt);
  const char *text = arena_vprintf(c->ar, fmt, ap);
  va_end(ap);
  c->status = grpc_status_pack(c->ar, status, str_of(text), NULL, 0);
  call_fail(c, DIAG_ENGINE, "%s", text);
}

void call_fail_going_away(struct gateway_call *c) {
  call_fail_status(c, GRPC_UNAVAILABLE,
                   "%s cannot be called: the engine is going away",
                   call_method(c));
}

// The engine said no.
static void fail_with_trailers(struct gateway_call *c) {
  const struct grpc_end *end = &c->end;
  struct str text = end->message;
  if (text.len == 0)
    text = str_printf(c->ar, "%s failed with status %d", call_method(c),
                      end->status);
  c->status = grpc_status_fit(c->ar, end->details, end->status, text);
  call_fail(c, DIAG_ENGINE, STR_FMT, STR_ARG(text));
}

/* ---- the answer ---------------------------------------------------------- */

void call_add_answer(struct gateway_call *c, const uint8_t *p, size_t len) {
  sbuf_add(&c->answer, p, len);
  if (c->answer.overflow)
    call_fail(c, DIAG_TOO_LARGE,
              "the engine's answer to %s is larger than %zu bytes",
              call_method(c), rpcs[c->rpc].answer_max);
}

// Success: exactly one message, as it is.
static void check_answer(struct gateway_call *c) {
  const struct sbuf *a = &c->answer;
  size_t want = a->len < GRPC_PREFIX ? 0 : grpc_length(a->ptr);
  if (a->len < GRPC_PREFIX || a->len - GRPC_PREFIX < want)
    call_fail(c, DIAG_PROTOCOL, "the engine's answer to %s is cut short",
              call_method(c));
  else if (a->len - GRPC_PREFIX > want)
    call_fail(c, DIAG_PROTOCOL,
              "the engine's answer to %s is more than one message",
              call_method(c));
  else if (a->ptr[0] != 0)
    call_fail(c, DIAG_PROTOCOL, "the engine's answer to %s is compressed",
              call_method(c));
  else
    finish_call(c, true);
}

// BuildKit 0.8 gives up waiting for itself when many calls need the same tree.
// Nothing was done then, and nothing is wrong with the call. Source:
// moby/buildkit#990.
static bool worth_another_try(const struct gateway_call *c) {
  return c->end.status > GRPC_OK && c->tries < LIMIT_RPC_TRIES &&
         str_contains(c->end.message, "flightcontrol: exceeded retry timeout");
}

static void queue_again(struct gateway_call *c) {
  c->again = false;
  c->sent = 0;
  c->end = (struct grpc_end){.status = GRPC_NONE};
  sbuf_clear(&c->answer);
  queue(c);
}

void call_answered(struct gateway_call *c) {
  if (c->done)
    return;
  const struct grpc_end *end = &c->end;
  // It may end the answer while the request is still being sent, above all
  // when it refuses its size.
  if (c->sent < c->request.len)
    reset_stream(c);
  if (worth_another_try(c))
    c->again = true;
  else if (end->status > GRPC_OK)
    fail_with_trailers(c);
  else if (end->http_status != 200)
    call_fail_status(c, GRPC_UNKNOWN, "the engine answered %s with HTTP %d",
                     call_method(c), end->http_status);
  else if (end->status == GRPC_NONE)
    call_fail(c, DIAG_PROTOCOL, "the engine's answer to %s has no status",
              call_method(c));
  else
    check_answer(c);
}

void call_stream_closed(struct gateway_call *c, uint32_t http2_error) {
  if (c->again && !c->done)
    queue_again(c);
  else if (!c->done)
    call_fail_status(c, GRPC_UNAVAILABLE, "%s ended without an answer: %s",
                     call_method(c), nghttp2_http2_strerror(http2_error));
}

/* ---- what callers see ---------------------------------------------------- */

bool gateway_call_done(const struct gateway_call *c) {
  return c->done;
}

bool gateway_call_ok(const struct gateway_call *c) {
  return c->done && c->ok;
}

bool gateway_call_missing(const struct gateway_call *c) {
  // The same words may come from a build step that reading the file set off;
  // those carry the step.
  return c->done && !c->ok && c->code == DIAG_ENGINE &&
         str_ends(c->text, ": no such file or directory") &&
         !str_contains(c->status, "errdefs.Vertex");
}

bool gateway_call_unreadable(const struct gateway_call *c) {
  return c->done && !c->ok && c->code == DIAG_PROTOCOL;
}

void gateway_call_cancel(struct gateway_call *c) {
  call_fail_status(c, GRPC_CANCELLED, "%s was cancelled", call_method(c));
}

void gateway_call_free(struct gateway_call *c) {
  if (!c)
    return;
  gateway_call_cancel(c);
  if (c->stream)
    c->abandoned = true;
  else
    call_destroy(c);
}

bool gateway_call_result(const struct gateway_call *c, struct diags *dg) {
  if (!c->done)
    BUG("the result of %s before it is done", call_method(c));
  if (c->ok)
    return true;
  if (c->code == DIAG_ENGINE)
    return diag_fail_engine(dg, c->text, c->status);
  return diag_fail(dg, c->code, SPAN_NONE, STR_FMT, STR_ARG(c->text));
}

void *call_answer(const struct gateway_call *c, enum rpc rpc,
                  const ProtobufCMessageDescriptor *type, struct diags *dg) {
  if (c->rpc != rpc)
    BUG("the result of another call is in %s", call_method(c));
  if (!gateway_call_result(c, dg))
    return NULL;
  void *m =
      unpack_message(c->ar, type, str_skip(sbuf_str(&c->answer), GRPC_PREFIX));
  if (!m)
    diag_fail(dg, DIAG_PROTOCOL, SPAN_NONE,
              "the engine's answer to %s could not be decoded", call_method(c));
  return m;
}
