#include "h2server.h"

struct stream {
  struct stream *next;
  struct h2_request req;
  struct sbuf headers, body;
  bool responded;
  // the answer
  struct str data;
  size_t off;
  size_t data_frame;
  nghttp2_nv trailers[8];
  size_t n_trailers;
  bool no_trailers;
};

struct h2server {
  struct arena *ar;
  nghttp2_session *session;
  h2_respond_fn respond;
  void *state;
  bool early;
  struct sbuf out;
  struct stream *streams;
  struct h2_counts counts;
  uint32_t dice;
};

enum { MAX_BYTES = 64 << 20 };

static struct stream *stream_of(struct h2server *s, int32_t id) {
  struct stream *st = s->streams;
  while (st && st->req.stream != id)
    st = st->next;
  return st;
}

/* ---- requests ------------------------------------------------------------ */

static int on_begin_headers(nghttp2_session *session,
                            const nghttp2_frame *frame, void *user_data) {
  (void)session;
  struct h2server *s = user_data;
  struct stream *st = arena_new(s->ar, struct stream);
  sbuf_init(&st->headers, MAX_BYTES);
  sbuf_init(&st->body, MAX_BYTES);
  st->req.server = s;
  st->req.stream = frame->hd.stream_id;
  st->next = s->streams;
  s->streams = st;
  s->counts.requests++;
  if (++s->counts.open > s->counts.most_open)
    s->counts.most_open = s->counts.open;
  return 0;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
                     const uint8_t *name, size_t name_len, const uint8_t *value,
                     size_t value_len, uint8_t flags, void *user_data) {
  (void)session, (void)flags;
  struct h2server *s = user_data;
  struct stream *st = stream_of(s, frame->hd.stream_id);
  struct str n = {(const char *)name, name_len};
  struct str v = {(const char *)value, value_len};
  sbuf_addf(&st->headers, STR_FMT ": " STR_FMT "\n", STR_ARG(n), STR_ARG(v));
  if (str_is(n, ":path"))
    st->req.method = str_dup(s->ar, str_skip(v, str_rfind(v, '/') + 1));
  return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id,
                   const uint8_t *data, size_t len, void *user_data) {
  (void)session, (void)flags;
  sbuf_add(&stream_of(user_data, id)->body, data, len);
  return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame,
                    void *user_data) {
  (void)session;
  struct h2server *s = user_data;
  if (frame->hd.type == NGHTTP2_RST_STREAM) {
    s->counts.resets++;
    s->counts.reset_code = frame->rst_stream.error_code;
  }
  bool ends = frame->hd.flags & NGHTTP2_FLAG_END_STREAM ||
              (s->early && frame->hd.type == NGHTTP2_HEADERS);
  struct stream *st = ends ? stream_of(s, frame->hd.stream_id) : NULL;
  if (!st || st->responded)
    return 0;
  st->responded = true;
  st->req.headers = sbuf_str(&st->headers);
  st->req.body = sbuf_str(&st->body);
  s->respond(&st->req, s->state);
  return 0;
}

static int on_stream_close(nghttp2_session *session, int32_t id, uint32_t error,
                           void *user_data) {
  (void)session, (void)id, (void)error;
  ((struct h2server *)user_data)->counts.open--;
  return 0;
}

/* ---- answers ------------------------------------------------------------- */

static nghttp2_nv header(struct arena *ar, const char *name, struct str value) {
  return (nghttp2_nv){(uint8_t *)arena_strdup(ar, name),
                      (uint8_t *)str_cstr(ar, value), strlen(name), value.len,
                      NGHTTP2_NV_FLAG_NO_INDEX};
}

static ssize_t read_answer(nghttp2_session *session, int32_t id, uint8_t *to,
                           size_t len, uint32_t *flags,
                           nghttp2_data_source *source, void *user_data) {
  (void)user_data;
  struct stream *st = source->ptr;
  struct str rest = str_skip(st->data, st->off);
  if (st->data_frame && len > st->data_frame)
    len = st->data_frame;
  if (len > rest.len)
    len = rest.len;
  if (len)
    memcpy(to, rest.p, len);
  st->off += len;
  if (len < rest.len)
    return (ssize_t)len;
  *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (!st->no_trailers) {
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    nghttp2_submit_trailer(session, id, st->trailers, st->n_trailers);
  }
  return (ssize_t)len;
}

static struct str framed(struct arena *ar, struct str message) {
  char *p = arena_alloc(ar, message.len + 5);
  for (int i = 0; i < 4; i++)
    p[1 + i] = (char)(message.len >> (24 - 8 * i));
  if (message.len)
    memcpy(p + 5, message.p, message.len);
  return (struct str){p, message.len + 5};
}

static void make_trailers(struct stream *st, struct arena *ar,
                          const struct h2_answer *a) {
  const char *status = a->grpc_status ? a->grpc_status : "0";
  if (a->grpc_message) // before the status, as the engine does
    st->trailers[st->n_trailers++] =
        header(ar, "grpc-message", str_of(a->grpc_message));
  if (*status)
    st->trailers[st->n_trailers++] = header(ar, "grpc-status", str_of(status));
  for (size_t i = 0; a->details.p && i <= a->copies; i++)
    st->trailers[st->n_trailers++] =
        header(ar, "grpc-status-details-bin", a->details);
  if (st->n_trailers == 0)
    st->trailers[st->n_trailers++] = header(ar, "x-nothing", STR("here"));
}

void h2_answer(const struct h2_request *req, const struct h2_answer *a) {
  struct h2server *s = req->server;
  struct stream *st = stream_of(s, req->stream);
  make_trailers(st, s->ar, a);
  st->data = a->raw.p ? a->raw : framed(s->ar, a->message);
  st->data_frame = a->data_frame;
  st->no_trailers = a->no_trailers;
  nghttp2_nv headers[3 + ARRAY_LEN(st->trailers)] = {
      header(s->ar, ":status", str_of(a->http_status ? a->http_status : "200")),
      header(s->ar, "content-type", STR("application/grpc")),
  };
  nghttp2_data_provider body = {{.ptr = st}, read_answer};
  size_t n = 2;
  if (a->early_status)
    headers[n++] = header(s->ar, "grpc-status", str_of(a->early_status));
  if (a->trailers_only)
    for (size_t i = 0; i < st->n_trailers; i++)
      headers[n++] = st->trailers[i];
  nghttp2_submit_response(s->session, req->stream, headers, n,
                          a->trailers_only ? NULL : &body);
}

void h2_reset(const struct h2_request *req, uint32_t error) {
  nghttp2_submit_rst_stream(req->server->session, NGHTTP2_FLAG_NONE,
                            req->stream, error);
}

/* ---- life ---------------------------------------------------------------- */

// Headers of any size go out, as from the engine; what happens then is the
// client's affair.
static nghttp2_session *session_new(struct h2server *s) {
  nghttp2_session_callbacks *cb;
  nghttp2_session *session;
  nghttp2_option *option;
  nghttp2_session_callbacks_new(&cb);
  nghttp2_session_callbacks_set_on_begin_headers_callback(cb, on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(cb, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_stream_close);
  nghttp2_option_new(&option);
  nghttp2_option_set_max_send_header_block_length(option, MAX_BYTES);
  nghttp2_session_server_new2(&session, cb, s, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(cb);
  nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 250},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20},
  };
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings,
                          ARRAY_LEN(settings));
  return session;
}

struct h2server *h2server_new(h2_respond_fn respond, void *state) {
  struct arena ar;
  arena_init(&ar);
  struct h2server *s = arena_new(&ar, struct h2server);
  s->ar = arena_new(&ar, struct arena);
  *s->ar = ar;
  s->respond = respond;
  s->state = state;
  s->dice = 1;
  sbuf_init(&s->out, MAX_BYTES);
  s->session = session_new(s);
  return s;
}

void h2server_free(struct h2server *s) {
  nghttp2_session_del(s->session);
  for (struct stream *st = s->streams; st; st = st->next) {
    sbuf_release(&st->headers);
    sbuf_release(&st->body);
  }
  sbuf_release(&s->out);
  struct arena ar = *s->ar;
  arena_release(&ar);
}

void h2_respond_early(struct h2server *s) {
  s->early = true;
}

nghttp2_session *h2_session(struct h2server *s) {
  return s->session;
}

struct h2_counts h2_counts(const struct h2server *s) {
  return s->counts;
}

/* ---- bytes --------------------------------------------------------------- */

struct str h2_take(struct h2server *s) {
  const uint8_t *p;
  ssize_t n;
  while (s->out.len < 64 * 1024 &&
         (n = nghttp2_session_mem_send(s->session, &p)) > 0)
    sbuf_add(&s->out, p, (size_t)n);
  return sbuf_str(&s->out);
}

void h2_wrote(struct h2server *s, size_t n) {
  sbuf_drop(&s->out, n);
}

bool h2_feed(struct h2server *s, const void *p, size_t len) {
  return nghttp2_session_mem_recv(s->session, p, len) == (ssize_t)len;
}

static size_t cut(struct h2server *s, size_t len, int piece) {
  size_t most = len;
  if (piece == H2_RANDOM) {
    s->dice = s->dice * 1664525 + 1013904223;
    most = 1 + (s->dice >> 16) % 300;
  } else if (piece != H2_WHOLE) {
    most = (size_t)piece;
  }
  return len < most ? len : most;
}

static size_t carry_out(struct gateway *g, struct h2server *s, int piece) {
  struct str out = gateway_take(g);
  size_t n = cut(s, out.len, piece);
  if (n && !h2_feed(s, out.p, n))
    fail_msg("the gateway sent what the server cannot read");
  gateway_wrote(g, n);
  return n;
}

bool h2_exchange(struct gateway *g, struct h2server *s, int piece,
                 struct diags *dg) {
  size_t out, in;
  do {
    out = carry_out(g, s, piece);
    in = cut(s, h2_take(s).len, piece);
    if (in && !gateway_feed(g, s->out.ptr, in, dg))
      return false;
    h2_wrote(s, in);
  } while (out || in);
  return true;
}

bool h2_exchange_cut(struct gateway *g, struct h2server *s, size_t n,
                     struct diags *dg) {
  size_t out, in;
  do {
    out = carry_out(g, s, H2_WHOLE);
    in = h2_take(s).len < n ? s->out.len : n;
    if (in && !gateway_feed(g, s->out.ptr, in, dg))
      return true;
    h2_wrote(s, in);
    n -= in;
    if (n == 0) {
      gateway_eof(g);
      return true;
    }
  } while (out || in);
  return false;
}
