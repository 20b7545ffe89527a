#include "gateway/gateway_int.h"

#include "cogfe/limits.h"

// The connection: one nghttp2 client session and its callbacks.

// Calls run side by side and the engine stops sending when a window is full:
// large ones, so that no answer within the limits ever waits for another.
enum {
  STREAM_WINDOW = 16 * 1024 * 1024,
  CONNECTION_WINDOW = 64 * 1024 * 1024,
};

// What one gateway_take() gathers, about a pipe's capacity; a frame that
// nghttp2 hands out has at most 16 KiB.
enum { OUT_BYTES = 48 * 1024, OUT_MAX = OUT_BYTES + 32 * 1024 };

// The call whose stream ID is, NULL when it has been closed.
static struct gateway_call *call_of(struct gateway *g, int32_t id) {
  struct gateway_call *c = id ? g->first : NULL;
  while (c && c->stream != id)
    c = c->next;
  return c;
}

/* ---- callbacks of nghttp2 ------------------------------------------------ */

static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
                     const uint8_t *name, size_t name_len, const uint8_t *value,
                     size_t value_len, uint8_t flags, void *user_data) {
  (void)session, (void)flags;
  struct gateway_call *c = call_of(user_data, frame->hd.stream_id);
  if (c && !c->done)
    grpc_header(&c->end, c->ar, (struct str){(const char *)name, name_len},
                (struct str){(const char *)value, value_len},
                frame->hd.flags & NGHTTP2_FLAG_END_STREAM);
  return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream,
                   const uint8_t *data, size_t len, void *user_data) {
  (void)session, (void)flags;
  struct gateway_call *c = call_of(user_data, stream);
  if (c && !c->done)
    call_add_answer(c, data, len);
  return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame,
                    void *user_data) {
  (void)session;
  struct gateway *g = user_data;
  if (frame->hd.type == NGHTTP2_GOAWAY)
    g->going_away = true;
  bool ends =
      (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
      frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
  struct gateway_call *c = ends ? call_of(g, frame->hd.stream_id) : NULL;
  if (c)
    call_answered(c);
  return 0;
}

// Comes for requests, too, that were never sent: cancelled before, or too late
// because of a GOAWAY.
static int on_stream_close(nghttp2_session *session, int32_t stream,
                           uint32_t error, void *user_data) {
  (void)session;
  struct gateway *g = user_data;
  struct gateway_call *c = call_of(g, stream);
  if (!c)
    return 0;
  c->stream = 0;
  g->open--;
  call_stream_closed(c, error);
  if (c->abandoned)
    call_destroy(c);
  return 0;
}

// nghttp2 answers what it cannot accept with a GOAWAY and goes quiet.
static int on_frame_sent(nghttp2_session *session, const nghttp2_frame *frame,
                         void *user_data) {
  (void)session;
  struct gateway *g = user_data;
  if (frame->hd.type != NGHTTP2_GOAWAY)
    return 0;
  uint32_t error = frame->goaway.error_code;
  g->reason = error == NGHTTP2_COMPRESSION_ERROR
                  ? "a header is longer than 65536 bytes or damaged"
                  : nghttp2_http2_strerror(error);
  return 0;
}

static nghttp2_session *session_new(struct gateway *g) {
  nghttp2_session_callbacks *cb;
  nghttp2_session *session;
  if (nghttp2_session_callbacks_new(&cb))
    base_out_of_memory();
  nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_stream_close);
  nghttp2_session_callbacks_set_on_frame_send_callback(cb, on_frame_sent);
  int failed = nghttp2_session_client_new(&session, cb, g);
  nghttp2_session_callbacks_del(cb);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW},
  };
  if (failed ||
      nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings,
                              ARRAY_LEN(settings)) ||
      nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0,
                                            CONNECTION_WINDOW))
    base_out_of_memory();
  return session;
}

/* ---- life ---------------------------------------------------------------- */

struct gateway *gateway_new(void) {
  struct arena ar;
  arena_init(&ar);
  struct gateway *g = arena_new(&ar, struct gateway);
  g->ar = arena_new(&ar, struct arena);
  *g->ar = ar;
  sbuf_init(&g->out, OUT_MAX);
  g->session = session_new(g);
  return g;
}

void gateway_free(struct gateway *g) {
  if (!g)
    return;
  nghttp2_session_del(g->session);
  while (g->first)
    call_destroy(g->first);
  sbuf_release(&g->out);
  struct arena ar = *g->ar;
  arena_release(&ar);
}

const struct gateway_caps *gateway_caps(const struct gateway *g) {
  return &g->caps;
}

// Nothing more goes in or out: every call ends now.
static void fail_all(struct gateway *g, enum diag_code code, const char *text) {
  g->failed = true;
  g->code = code;
  g->text = text;
  g->open = g->queued = 0;
  for (struct gateway_call *c = g->first, *next; c; c = next) {
    next = c->next;
    c->stream = 0;
    c->queued = false;
    call_fail(c, code, "%s", text);
    if (c->abandoned)
      call_destroy(c);
  }
}

static void fail_protocol(struct gateway *g, const char *reason) {
  fail_all(
      g, DIAG_PROTOCOL,
      arena_printf(g->ar, "the connection to the engine broke: %s", reason));
}

void gateway_eof(struct gateway *g) {
  if (!g->failed)
    fail_all(g, DIAG_ENGINE_GONE, "the engine closed the connection");
}

/* ---- streams ------------------------------------------------------------- */

static ssize_t read_request(nghttp2_session *session, int32_t stream,
                            uint8_t *to, size_t len, uint32_t *flags,
                            nghttp2_data_source *source, void *user_data) {
  (void)session, (void)stream, (void)user_data;
  struct gateway_call *c = source->ptr;
  struct str rest = str_skip(sbuf_str(&c->request), c->sent);
  if (len >= rest.len) {
    len = rest.len;
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  }
  memcpy(to, rest.p, len);
  c->sent += len;
  return (ssize_t)len;
}

static nghttp2_nv header(struct arena *ar, const char *name,
                         const char *value) {
  return (nghttp2_nv){(uint8_t *)arena_strdup(ar, name),
                      (uint8_t *)arena_strdup(ar, value), strlen(name),
                      strlen(value), NGHTTP2_NV_FLAG_NONE};
}

static void open_stream(struct gateway *g, struct gateway_call *c) {
  const char *path = arena_printf(
      c->ar, "/moby.buildkit.v1.frontend.LLBBridge/%s", call_method(c));
  const nghttp2_nv headers[] = {
      header(c->ar, ":method", "POST"),
      header(c->ar, ":scheme", "http"),
      header(c->ar, ":path", path),
      header(c->ar, ":authority", "localhost"),
      header(c->ar, "content-type", "application/grpc"),
      header(c->ar, "te", "trailers"),
      header(c->ar, "user-agent", "cog-frontend/" COGFE_VERSION),
  };
  const nghttp2_data_provider body = {{.ptr = c}, read_request};
  int32_t id = nghttp2_submit_request(g->session, NULL, headers,
                                      ARRAY_LEN(headers), &body, NULL);
  c->queued = false;
  c->tries++;
  g->queued--;
  if (id < 0) {
    call_fail_status(c, GRPC_UNAVAILABLE, "%s cannot be called: %s",
                     call_method(c), nghttp2_strerror(id));
    return;
  }
  c->stream = id;
  g->open++;
}

/** Gives streams to queued calls as far as the limit allows. */
static void start_queued(struct gateway *g) {
  struct gateway_call *c = g->first;
  while (g->queued && (g->open < LIMIT_RPC_STREAMS || g->going_away)) {
    while (!c->queued)
      c = c->next;
    if (g->going_away) {
      c->queued = false;
      g->queued--;
      call_fail_going_away(c);
    } else {
      open_stream(g, c);
    }
  }
}

/* ---- bytes --------------------------------------------------------------- */

static void fill(struct gateway *g) {
  while (!g->failed && g->out.len < OUT_BYTES) {
    start_queued(g);
    const uint8_t *p;
    ssize_t n = nghttp2_session_mem_send(g->session, &p);
    if (n < 0)
      fail_protocol(g, nghttp2_strerror((int)n));
    if (n <= 0)
      return;
    sbuf_add(&g->out, p, (size_t)n);
  }
}

struct str gateway_take(struct gateway *g) {
  fill(g);
  return g->failed ? (struct str){"", 0} : sbuf_str(&g->out);
}

void gateway_wrote(struct gateway *g, size_t n) {
  if (!g->failed)
    sbuf_drop(&g->out, n);
}

// Some errors (an HPACK one, above all: a header longer than 65536 bytes) end
// the session without a word to its caller and without closing the streams.
static void check_alive(struct gateway *g) {
  nghttp2_session *s = g->session;
  if (!g->going_away && nghttp2_session_check_request_allowed(s))
    return;
  const size_t len = g->out.len;
  fill(g); // our own GOAWAY, which says why, passes on_frame_sent()
  if (g->going_away && (nghttp2_session_want_read(s) || g->open == 0))
    return;
  if (g->failed)
    return;
  // It is not sent: an engine takes nothing more after it.
  sbuf_truncate(&g->out, len);
  fail_protocol(g, g->reason ? g->reason : "it cannot be read any further");
}

bool gateway_feed(struct gateway *g, const void *p, size_t len,
                  struct diags *dg) {
  if (g->deaf)
    return true;
  if (!g->failed) {
    ssize_t n = nghttp2_session_mem_recv(g->session, p, len);
    if (n < 0)
      fail_protocol(g, nghttp2_strerror((int)n));
    else
      check_alive(g);
  }
  if (g->failed)
    return diag_fail(dg, g->code, SPAN_NONE, "%s", g->text);
  start_queued(g);
  return true;
}

/* ---- last words ---------------------------------------------------------- */

// What has broken is how we read; the engine still reads us. A new session
// writes on where the old one stopped: streams have higher numbers, and its
// table of headers, which is empty, agrees with the engine's in all that it
// will add, since what is added last is counted first.
bool gateway_last_words(struct gateway *g, struct str status) {
  if (!g->failed || g->code != DIAG_PROTOCOL)
    return false;
  const uint32_t next = nghttp2_session_get_next_stream_id(g->session);
  nghttp2_session_del(g->session);
  g->session = session_new(g);
  const uint8_t *p;
  if (nghttp2_session_set_next_stream_id(g->session, (int32_t)next) ||
      nghttp2_session_mem_send(g->session, &p) != NGHTTP2_CLIENT_MAGIC_LEN)
    return false; // the greeting, which the engine had before
  g->failed = g->going_away = false;
  g->deaf = true;
  gateway_call_return_error(g, status);
  return true;
}
