#include "gateway/gateway_int.h"

#include "cogfe/limits.h"

// An error of ours as a google.rpc.Status. BuildKit's details are JSON inside
// an Any; the excerpt that the client shows is made from `errdefs.Source`.

static const char source_type[] =
    "github.com/moby/buildkit/errdefs.Source+json";

// Base64 adds a third, names and ranges are small.
enum { DETAIL_MAX = 2 * LIMIT_STATUS_SOURCE_BYTES };

bool gateway_span_shown(struct span s) {
  return s.src && s.src->text.len <= LIMIT_STATUS_SOURCE_BYTES;
}

struct span gateway_span_lines(struct span s) {
  if (s.end_line > s.line && s.end_col <= 1)
    s.end_line--;
  return s;
}

static void add_range(struct sbuf *b, struct span span) {
  struct span s = gateway_span_lines(span);
  sbuf_addf(b,
            "{\"start\":{\"line\":%d,\"character\":%d},"
            "\"end\":{\"line\":%d,\"character\":%d}}",
            s.line, s.col - 1, s.end_line, s.end_col - 1);
}

static void add_status_source(struct sbuf *b, struct arena *ar,
                              const struct source *src,
                              const struct span *spans, size_t n) {
  const struct str shown = diag_masked(ar, src->text);
  sbuf_adds(b, "{\"info\":{\"filename\":");
  sbuf_add_json_string(b, str_of(src->name));
  sbuf_adds(b, ",\"data\":\"");
  sbuf_add_base64(b, shown.p, shown.len);
  sbuf_adds(b, "\"},\"ranges\":[");
  const char *comma = "";
  for (size_t i = 0; i < n; i++) {
    if (spans[i].src != src)
      continue;
    sbuf_adds(b, comma);
    add_range(b, spans[i]);
    comma = ",";
  }
  sbuf_adds(b, "]}");
}

static Gateway__Any *source_detail(struct arena *ar, const struct source *src,
                                   const struct span *spans, size_t n) {
  cleanup_sbuf struct sbuf b;
  sbuf_init(&b, DETAIL_MAX);
  add_status_source(&b, ar, src, spans, n);
  if (b.overflow)
    return NULL;
  Gateway__Any *m = arena_new(ar, Gateway__Any);
  gateway__any__init(m);
  m->type_url = pack_bytes(str_of(source_type));
  m->value = pack_bytes(str_dup(ar, sbuf_str(&b)));
  return m;
}

static bool seen_before(const struct span *spans, size_t i) {
  for (size_t j = 0; j < i; j++)
    if (spans[j].src == spans[i].src)
      return true;
  return false;
}

// Between two characters.
static struct str cut_text(struct str s) {
  if (s.len <= LIMIT_STATUS_TEXT_BYTES)
    return s;
  size_t n = LIMIT_STATUS_TEXT_BYTES;
  while (n && !utf8_begins(s.p[n]))
    n--;
  return str_take(s, n);
}

struct str gateway_status(struct arena *ar, struct str msg,
                          const struct span *spans, size_t n) {
  VEC(Gateway__Any *) details = {0};
  for (size_t i = 0; i < n; i++) {
    if (!gateway_span_shown(spans[i]) || seen_before(spans, i))
      continue;
    Gateway__Any *detail = source_detail(ar, spans[i].src, spans, n);
    if (detail)
      vec_push(ar, &details, detail);
  }
  return grpc_status_pack(ar, GRPC_UNKNOWN, cut_text(msg), details.v,
                          details.n);
}
