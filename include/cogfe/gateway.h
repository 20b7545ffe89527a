/** gateway: the typed client of the engine's LLBBridge service, which is gRPC
 *  over HTTP/2.
 *
 *  It takes and gives bytes and touches no file descriptor: what it wants
 *  written is taken with gateway_take(), what the engine sent is given to
 *  gateway_feed(), and a call is done some time after that. Any number of
 *  calls may be under way; more than LIMIT_RPC_STREAMS wait inside for their
 *  turn, and one that an old engine failed for being busy is made again. It
 *  does not know LLB: definitions are bytes to it.
 *
 *      struct gateway *g = gateway_new();
 *      struct gateway_call *c = gateway_call_read_file(g, &request);
 *      while (!gateway_call_done(c)) {
 *        struct str out = gateway_take(g);       // write n of it to fd 1,
 *        gateway_wrote(g, n);
 *        if (!gateway_feed(g, buf, len, dg))     // len bytes came from fd 0
 *          break;
 *      }
 *      bool ok = gateway_read_file_result(c, &text, dg);
 *      gateway_call_free(c);
 *
 *  A call never blocks and starting one never fails: what is wrong with it,
 *  down to a connection that broke long ago, is what its getter reports. A
 *  getter may be called once the call is done (before that is a BUG), and only
 *  the one that belongs to the call. An error that the engine reported becomes
 *  diag_fail_engine() with the engine's google.rpc.Status, byte for byte.
 *
 *  Text in requests that is not UTF-8 is sent with U+FFFD in place of each bad
 *  byte, since newer engines refuse a whole message for one such byte.
 *
 *  Source: buildkit v0.32.2 frontend/gateway/pb/gateway.proto and caps.go.
 */
#ifndef COGFE_GATEWAY_H
#define COGFE_GATEWAY_H

#include "cogfe/base.h"
#include "cogfe/diag.h"
#include "cogfe/platform.h"

struct gateway;
struct gateway_call;

/* ---- the connection ------------------------------------------------------ */

/** A connection whose first bytes (preface, settings) are ready to be taken:
 *  the engine waits 10 s for them. The caller frees it. */
struct gateway *gateway_new(void);

/** Frees G and every call of it. NULL is allowed. */
void gateway_free(struct gateway *g);

/** What is to be written to the engine next: a view of at most some 64 KiB,
 *  valid until the next function called on G or a call of it; empty when there
 *  is nothing to write now. The same bytes come again until gateway_wrote()
 *  says that they are gone. */
struct str gateway_take(struct gateway *g);

/** The first N bytes of what gateway_take() gave last have been written. */
void gateway_wrote(struct gateway *g, size_t n);

/** Takes LEN bytes that the engine sent, cut anywhere. Fails when they break
 *  the protocol or a limit of the connection; every call under way has failed
 *  then, and so will every call started later. */
bool gateway_feed(struct gateway *g, const void *p, size_t len,
                  struct diags *dg);

/** After gateway_feed() failed, as it does where an engine's error is longer
 *  than a header can be: gives gateway_take() a Return of STATUS, which is
 *  shorter than 60,000 bytes. What comes from now on is not read. False when
 *  the engine is gone, or is told already. */
bool gateway_last_words(struct gateway *g, struct str status);

/** The engine closed the connection (end of file, or reading or writing
 *  failed): every call that is not done fails with DIAG_ENGINE_GONE. */
void gateway_eof(struct gateway *g);

/* ---- any call ------------------------------------------------------------ */

bool gateway_call_done(const struct gateway_call *c);

/** Done, and the engine answered with success (its getter may still find the
 *  answer not to make sense). */
bool gateway_call_ok(const struct gateway_call *c);

/** Done, and failed because the file or directory asked for does not exist: the
 *  only kind of failure that callers may want to go on from. (The engine has no
 *  code for it; the text of the error tells.) */
bool gateway_call_missing(const struct gateway_call *c);

/** Whether C failed because what the engine sent cannot be read. */
bool gateway_call_unreadable(const struct gateway_call *c);

/** Gives up a call: the engine stops working on it, the connection stays
 *  usable. The call is done at once, as failed. A call that is done stays as
 *  it is. */
void gateway_call_cancel(struct gateway_call *c);

/** Frees C, after cancelling it when it is not done. NULL is allowed. */
void gateway_call_free(struct gateway_call *c);

/** The result of a call that answers nothing: Evaluate, Warn, Return. */
bool gateway_call_result(const struct gateway_call *c, struct diags *dg);

/* ---- what engines can do ------------------------------------------------- */

/** One row of gateway_caps.def each. */
enum gateway_cap {
#define CAP(name, api, id, need, since) GATEWAY_CAP_##name,
#include "cogfe/gateway_caps.def"
#undef CAP
  GATEWAY_N_CAPS,
};

/** Read-only data; copied freely. */
struct gateway_caps {
  bool has[GATEWAY_N_CAPS];
};

static inline bool gateway_has(const struct gateway_caps *caps,
                               enum gateway_cap cap) {
  return caps->has[cap];
}

/** The engine's own name of CAP, such as "mergeop". */
const char *gateway_cap_id(enum gateway_cap cap);

/** The release of BuildKit that brought CAP, such as "0.10". */
const char *gateway_cap_since(enum gateway_cap cap);

/** Ping: asks for the capabilities. Comes before any other call, which look at
 *  what it brought (until then G has none). */
struct gateway_call *gateway_call_ping(struct gateway *g);

/** Puts the capabilities into the gateway. Fails, too, when the engine lacks
 *  one without which nothing can be built; the error names it. */
bool gateway_ping_result(struct gateway_call *c, struct diags *dg);

/** Bytes of the largest request that the engine takes, as far as Ping has told.
 */
size_t gateway_request_max(const struct gateway *g);

/** What the last gateway_ping_result() found; lives as long as G. */
const struct gateway_caps *gateway_caps(const struct gateway *g);

/* ---- values in requests and results -------------------------------------- */

/** Requests are read when the call is started and need not live longer. A map
 *  in a request may have any order; maps of results are sorted by key. */
struct gateway_entry {
  struct str key;
  struct str value;
};

struct gateway_map {
  struct gateway_entry *v;
  size_t n;
  size_t cap;
};

/** The value of KEY, or NULL. */
const struct str *gateway_map_get(const struct gateway_map *map,
                                  const char *key);

enum gateway_result_kind {
  GATEWAY_RESULT_NONE, // metadata alone
  GATEWAY_RESULT_REF,  // one tree
  GATEWAY_RESULT_REFS, // a tree for each platform
};

/** What a build gave. A ref is the engine's name of a tree that it has made or
 *  can make; the empty one is an empty tree. */
struct gateway_result {
  enum gateway_result_kind kind;
  struct str ref;              // of GATEWAY_RESULT_REF
  struct gateway_map refs;     // of GATEWAY_RESULT_REFS: platform ID to ref
  struct gateway_map metadata; // such as "containerimage.config"; values bytes
  /** What another frontend attests: platform ID to a serialized
   *  Attestations, which goes back to the engine as it came. */
  struct gateway_map attestations;
};

/** A directory of in-toto statements, the tree REF, as the value of
 *  gateway_result.attestations: what the scanner of an SBOM wrote. Serialized,
 *  in AR.
 *  Source: buildkit v0.13.2 frontend/attestations/sbom/sbom.go. */
struct str gateway_sbom(struct arena *ar, struct str ref);

/* ---- Inputs -------------------------------------------------------------- */

/** The definitions that came with the request. */
struct gateway_call *gateway_call_inputs(struct gateway *g);

/** Name to serialized pb.Definition, in AR. */
bool gateway_inputs_result(const struct gateway_call *c, struct arena *ar,
                           struct gateway_map *out, struct diags *dg);

/* ---- Solve --------------------------------------------------------------- */

struct gateway_cache_import {
  struct str type; // "registry", "local", …
  struct gateway_map attrs;
};

/** A definition, or another frontend by name (never both: a BUG). */
struct gateway_solve {
  struct str definition; // serialized pb.Definition; empty is an empty tree
  struct str frontend;   // such as "dockerfile.v0"
  struct gateway_map frontend_opt;
  struct gateway_map frontend_inputs; // name to serialized pb.Definition
  const struct gateway_cache_import *cache_imports;
  size_t n_cache_imports;
  bool evaluate; // build it now; else only what reads the ref does
};

struct gateway_call *gateway_call_solve(struct gateway *g,
                                        const struct gateway_solve *req);

/** The result in AR. */
bool gateway_solve_result(const struct gateway_call *c, struct arena *ar,
                          struct gateway_result *out, struct diags *dg);

/* ---- files of a ref ------------------------------------------------------ */

/** Paths are relative to the ref's root; links are followed inside it. */
struct gateway_read_file {
  struct str ref;
  struct str path;
  uint64_t off;
  uint32_t len; // at most LIMIT_RPC_READ_BYTES (more is a BUG)
};

/** Reads a range of a file. Whoever made the tree decides what the file is, and
 *  for a FIFO the engine never answers: ask gateway_call_stat_file() first. */
struct gateway_call *
gateway_call_read_file(struct gateway *g, const struct gateway_read_file *req);

/** Appends the bytes to OUT, fewer than asked for at the end of the file.
 *  Fails, too, when they pass OUT's maximum. */
bool gateway_read_file_result(const struct gateway_call *c, struct sbuf *out,
                              struct diags *dg);

enum gateway_file_type {
  GATEWAY_FILE_REGULAR,
  GATEWAY_FILE_DIR,
  GATEWAY_FILE_SYMLINK,
  GATEWAY_FILE_OTHER, // FIFO, socket, device
};

struct gateway_stat {
  struct str path; // the last component
  enum gateway_file_type type;
  uint32_t mode; // permissions with set-id and sticky bits, as in stat(2)
  uint32_t uid, gid;
  int64_t size;     // bytes
  int64_t mtime_ns; // since 1970
  struct str linkname;
};

/** Links are followed, so the type is never GATEWAY_FILE_SYMLINK. */
struct gateway_call *gateway_call_stat_file(struct gateway *g, struct str ref,
                                            struct str path);

bool gateway_stat_file_result(const struct gateway_call *c, struct arena *ar,
                              struct gateway_stat *out, struct diags *dg);

struct gateway_stat_vec {
  struct gateway_stat *v;
  size_t n;
  size_t cap;
};

/** One level; links are not followed. PATTERN is a glob on the name, empty for
 *  all. */
struct gateway_call *gateway_call_read_dir(struct gateway *g, struct str ref,
                                           struct str path, struct str pattern);

/** Sorted by name, in AR. */
bool gateway_read_dir_result(const struct gateway_call *c, struct arena *ar,
                             struct gateway_stat_vec *out, struct diags *dg);

/* ---- images -------------------------------------------------------------- */

/** A git repository or a URL, as a definition would have it. */
struct gateway_source {
  struct str identifier;
  struct gateway_map attrs;
  struct str log_name; // its progress line
};

/** Asks when SOURCE was made: the commit, or what the server says of the file.
 *  Engines without ResolveSourceMeta are not asked. */
struct gateway_call *gateway_call_source_time(struct gateway *g,
                                              const struct gateway_source *s);

/** *KNOWN: whether the engine says it (of git since BuildKit 0.26, of URLs
 * since 0.28); then *SECONDS since 1970, up to the year 2262. Fails when the
 * engine cannot reach the source. */
bool gateway_source_time_result(const struct gateway_call *c, bool *known,
                                int64_t *seconds, struct diags *dg);

/** An image to be looked up. */
struct gateway_image {
  struct str ref; // fully qualified: docker.io/library/alpine:latest
  struct platform platform;
  struct str resolve_mode; // "default", "pull" or "local"; empty is default
  struct str log_name;     // its progress line
  bool oci_layout;         // REF is in the client's OCI layout OCI_STORE
  struct str oci_session;
  struct str oci_store;
};

struct gateway_image_meta {
  struct str ref;    // as asked, or what the engine's policy made of it
  struct str digest; // empty when the engine does not know (docker's own store)
  struct str config; // image config, JSON
  struct str pinned; // REF with @DIGEST, or just REF when there is no digest
};

/** Asks for digest and config by ResolveSourceMeta, on engines without it by
 *  ResolveImageConfig. Each call is a line in the user's progress. */
struct gateway_call *
gateway_call_resolve_image(struct gateway *g, const struct gateway_image *req);

bool gateway_resolve_image_result(const struct gateway_call *c,
                                  struct arena *ar,
                                  struct gateway_image_meta *out,
                                  struct diags *dg);

/* ---- Warn ---------------------------------------------------------------- */

struct gateway_warning {
  struct str op_digest; // the step that it is shown under: "sha256:…"
  struct str text;      // one line
  struct str_vec detail;
  struct str url;
  struct span span; // none, or one of gateway_status()
};

/** Shows a warning in the user's progress. On engines that cannot, the call is
 *  done at once, with success. Result: gateway_call_result(). */
struct gateway_call *gateway_call_warn(struct gateway *g,
                                       const struct gateway_warning *warning);

/* ---- Return -------------------------------------------------------------- */

/** Ends the build with a result. One without ref or metadata is a BUG: such a
 *  request would crash the engine. Result: gateway_call_result(); wait for it
 *  before exiting. */
struct gateway_call *gateway_call_return(struct gateway *g,
                                         const struct gateway_result *result);

/** Ends the build with an error: a serialized google.rpc.Status, from
 *  `diag.engine_status` or gateway_status(). One whose code is 0 is a BUG. */
struct gateway_call *gateway_call_return_error(struct gateway *g,
                                               struct str status);

/** Makes a google.rpc.Status in AR of an error of ours: MSG, up to
 *  LIMIT_STATUS_TEXT_BYTES of it, is all that the user reads on old engines;
 *  newer ones show the lines of each span, too. Spans without a source, and of
 *  sources above LIMIT_STATUS_SOURCE_BYTES, are left out.
 *  Source: buildkit v0.32.2 util/grpcerrors/grpcerrors.go, solver/errdefs. */
struct str gateway_status(struct arena *ar, struct str msg,
                          const struct span *spans, size_t n);

#endif
