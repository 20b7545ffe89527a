/** What the files of the gateway share: the connection (gateway.c), one call on
 *  it (gateway_call.c), gRPC's framing and trailers (gateway_grpc.c), and what
 *  the typed calls are written with (gateway_pack.c). */
#ifndef COGFE_GATEWAY_INT_H
#define COGFE_GATEWAY_INT_H

// Their headers name malloc and free, which base.h bans: so they come first.
#include <nghttp2/nghttp2.h>
#include <protobuf-c/protobuf-c.h>

#include "cogfe/gateway.h"

#include "gateway.pb-c.h"

/** One row of gateway_rpc.def each. */
enum rpc {
#define RPC(name, method, answer_max) RPC_##name,
#include "gateway/gateway_rpc.def"
#undef RPC
  RPC_N,
};

/** Codes of a gRPC status that we give ourselves. */
enum grpc_status {
  GRPC_NONE = -1, // not seen yet
  GRPC_OK = 0,
  GRPC_CANCELLED = 1,
  GRPC_UNKNOWN = 2,
  GRPC_UNAVAILABLE = 14,
};

/** Bytes before each message: a flag "compressed" and a length. */
enum { GRPC_PREFIX = 5 };

/** What the headers and trailers of an answer said. */
struct grpc_end {
  int http_status;
  int status;
  struct str message; // decoded
  struct str details; // decoded google.rpc.Status, empty when there is none
};

struct gateway_call {
  struct arena *ar; // the call itself and all it holds, but for the two sbufs
  struct gateway *g;
  struct gateway_call *prev, *next;
  enum rpc rpc;
  struct str subject; // what it is about, for messages of the getter
  uint32_t read_len;  // of ReadFile

  bool queued;    // waits for a stream
  bool again;     // is to be queued again when its stream is closed
  int tries;      // streams it had
  int32_t stream; // open in nghttp2; 0 is none
  bool abandoned; // freed by the caller, kept until its stream is closed
  bool done;
  bool ok;

  struct sbuf request; // prefix and message
  size_t sent;
  struct sbuf answer; // prefix and message
  struct grpc_end end;

  // When it is done and not ok.
  enum diag_code code;
  struct str text;
  struct str status; // of DIAG_ENGINE
};

struct gateway {
  struct arena *ar; // the gateway itself and the text of its failure
  nghttp2_session *session;
  struct sbuf out; // taken from nghttp2, not yet written
  struct gateway_call *first, *last;
  size_t open;   // streams
  size_t queued; // calls that wait for one
  struct gateway_caps caps;

  bool going_away;    // the engine sent GOAWAY: no new calls
  const char *reason; // of the GOAWAY that we sent
  bool failed;
  enum diag_code code;
  const char *text;
  bool deaf; // the last request is sent, and no answer is read
};

/* ---- gateway_call.c: one call -------------------------------------------- */

/** A call without a request yet, in G's list. */
struct gateway_call *call_new(struct gateway *g, enum rpc rpc);

/** Packs MSG and queues C for a stream; returns C. */
struct gateway_call *call_start(struct gateway_call *c,
                                const ProtobufCMessage *msg);

/** C is done with success although nothing was asked; returns C. */
struct gateway_call *call_skip(struct gateway_call *c);

/** Bytes of the answer came. */
void call_add_answer(struct gateway_call *c, const uint8_t *p, size_t len);

/** The engine ended its side of the stream; the trailers are in C->end. */
void call_answered(struct gateway_call *c);

/** The stream is closed, with this error code of HTTP/2. */
void call_stream_closed(struct gateway_call *c, uint32_t http2_error);

/** C is done and failed, if it was not done yet. For DIAG_ENGINE see
 *  call_fail_status(). */
void call_fail(struct gateway_call *c, enum diag_code code, const char *fmt,
               ...) PRINTF_LIKE(3, 4);

/** As call_fail(), as if the engine had ended the call with STATUS. */
void call_fail_status(struct gateway_call *c, enum grpc_status status,
                      const char *fmt, ...) PRINTF_LIKE(3, 4);

/** C has no stream and gets none. */
void call_fail_going_away(struct gateway_call *c);

/** The name of the call's method, "ReadFile". */
const char *call_method(const struct gateway_call *c);

/** The answer of C, which has to be a call of RPC and done; it lives as long as
 *  C. NULL when the call failed or the answer is no such message. */
void *call_answer(const struct gateway_call *c, enum rpc rpc,
                  const ProtobufCMessageDescriptor *type, struct diags *dg);

/** Takes C out of its gateway's list and frees it. */
void call_destroy(struct gateway_call *c);

/* ---- gateway_grpc.c: framing, trailers ----------------------------------- */

/** Writes the prefix of a message of LEN bytes. */
void grpc_prefix(uint8_t to[GRPC_PREFIX], size_t len);

/** The length in the prefix of an answer. */
size_t grpc_length(const char *prefix);

/** Takes one header or trailer into END; texts live in AR. LAST: the block ends
 *  the answer (only then it is a trailer). */
void grpc_header(struct grpc_end *end, struct arena *ar, struct str name,
                 struct str value, bool last);

/** A google.rpc.Status in AR: DETAILS may be NULL. */
struct str grpc_status_pack(struct arena *ar, int code, struct str message,
                            Gateway__Any **details, size_t n);

/** STATUS itself when it can be sent back to the engine, else one made in AR of
 *  CODE, MESSAGE and those details of STATUS that can be read. */
struct str grpc_status_fit(struct arena *ar, struct str status, int code,
                           struct str message);

/* ---- gateway_status.c: places in a file ---------------------------------- */

/** SPAN's source is there and small enough to be sent along. */
bool gateway_span_shown(struct span span);

/** SPAN without the line behind it, at whose start a block of text ends. */
struct span gateway_span_lines(struct span span);

/* ---- gateway_pack.c: for the typed calls --------------------------------- */

/** Bytes as they are / as text that is UTF-8, for a request of C. */
ProtobufCBinaryData pack_bytes(struct str s);
ProtobufCBinaryData pack_text(struct gateway_call *c, struct str s);

/** A map of text, or of bytes under keys that are text; N gets its size. */
Gateway__Entry **pack_text_map(struct gateway_call *c,
                               const struct gateway_map *map, size_t *n);
Gateway__Entry **pack_bytes_map(struct gateway_call *c,
                                const struct gateway_map *map, size_t *n);

/** Decodes LEN bytes into AR; NULL when they are no such message or would need
 *  more than LIMIT_RPC_DECODED_BYTES. */
void *unpack_message(struct arena *ar, const ProtobufCMessageDescriptor *type,
                     struct str bytes);

/** Copies in AR. Maps come out sorted by key. */
struct str unpack_str(struct arena *ar, ProtobufCBinaryData bytes);
struct gateway_map unpack_map(struct arena *ar, Gateway__Entry **entries,
                              size_t n);
void gateway_map_sort(struct gateway_map *map);

#endif
