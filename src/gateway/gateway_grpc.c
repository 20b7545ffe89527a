#include "gateway/gateway_int.h"

// gRPC over HTTP/2: how a message is framed, and how an answer ends.
// Source: grpc doc/PROTOCOL-HTTP2.md.

void grpc_prefix(uint8_t to[GRPC_PREFIX], size_t len) {
  to[0] = 0; // not compressed
  for (int i = 0; i < 4; i++)
    to[1 + i] = (uint8_t)(len >> (24 - 8 * i));
}

size_t grpc_length(const char *prefix) {
  size_t len = 0;
  for (int i = 1; i < GRPC_PREFIX; i++)
    len = len << 8 | (unsigned char)prefix[i];
  return len;
}

/* ---- trailers ------------------------------------------------------------ */

// Up to three digits; anything else becomes BAD.
static int parse_code(struct str s, int bad) {
  uint64_t code;
  return s.len <= 3 && number_parse(s, 10, 999, &code) ? (int)code : bad;
}

// Several values are joined by commas; the first is the status.
static struct str decode_details(struct arena *ar, struct str value) {
  cleanup_sbuf struct sbuf b;
  sbuf_init(&b, value.len);
  str_cut(value, ',', &value);
  sbuf_add_base64_decoded(&b, value);
  return str_dup(ar, sbuf_str(&b));
}

void grpc_header(struct grpc_end *end, struct arena *ar, struct str name,
                 struct str value, bool last) {
  if (str_is(name, ":status"))
    end->http_status = parse_code(value, 0);
  if (!last)
    return;
  // The first of each counts: a header table can make thousands of a few bytes.
  if (str_is(name, "grpc-status") && end->status == GRPC_NONE)
    end->status = parse_code(value, GRPC_UNKNOWN);
  else if (str_is(name, "grpc-message") && !end->message.p)
    end->message = str_percent_decoded(ar, value);
  else if (str_is(name, "grpc-status-details-bin") && !end->details.p)
    end->details = decode_details(ar, value);
}

/* ---- google.rpc.Status --------------------------------------------------- */

struct str grpc_status_pack(struct arena *ar, int code, struct str message,
                            Gateway__Any **details, size_t n) {
  Gateway__Status m = GATEWAY__STATUS__INIT;
  m.code = code;
  m.message = pack_bytes(utf8_repaired(ar, message));
  m.details = details;
  m.n_details = n;
  size_t len = protobuf_c_message_get_packed_size(&m.base);
  char *to = arena_alloc(ar, len + 1);
  protobuf_c_message_pack(&m.base, (uint8_t *)to);
  return (struct str){to, len};
}

struct str grpc_status_fit(struct arena *ar, struct str status, int code,
                           struct str message) {
  const Gateway__Status *m =
      status.len ? unpack_message(ar, &gateway__status__descriptor, status)
                 : NULL;
  if (!m)
    return grpc_status_pack(ar, code, message, NULL, 0);
  struct str said = {(const char *)m->message.data, m->message.len};
  // The engine takes no error with code 0 or with text that is not UTF-8.
  if (m->code != GRPC_OK && utf8_is_valid(said))
    return status;
  return grpc_status_pack(ar, code, said.len ? said : message, m->details,
                          m->n_details);
}
