#include "gateway/gateway_int.h"

#include "cogfe/limits.h"

// ReadFile, StatFile, ReadDir.

struct gateway_call *
gateway_call_read_file(struct gateway *g, const struct gateway_read_file *req) {
  if (req->len > LIMIT_RPC_READ_BYTES || req->off > INT64_MAX)
    BUG("reading %" PRIu32 " bytes at %" PRIu64, req->len, req->off);
  struct gateway_call *c = call_new(g, RPC_READ_FILE);
  c->read_len = req->len;
  c->subject = str_dup(c->ar, req->path);
  Gateway__FileRange range = GATEWAY__FILE_RANGE__INIT;
  range.offset = (int64_t)req->off;
  range.length = req->len;
  Gateway__ReadFileRequest m = GATEWAY__READ_FILE_REQUEST__INIT;
  m.ref = pack_text(c, req->ref);
  m.path = pack_text(c, req->path);
  m.range = &range;
  return call_start(c, &m.base);
}

bool gateway_read_file_result(const struct gateway_call *c, struct sbuf *out,
                              struct diags *dg) {
  const Gateway__ReadFileResponse *m = call_answer(
      c, RPC_READ_FILE, &gateway__read_file_response__descriptor, dg);
  if (!m)
    return false;
  if (m->data.len > c->read_len)
    return diag_fail(dg, DIAG_PROTOCOL, SPAN_NONE,
                     "the engine sent %zu bytes of " STR_FMT " where %" PRIu32
                     " were asked for",
                     m->data.len, STR_ARG(c->subject), c->read_len);
  sbuf_add(out, m->data.data, m->data.len);
  if (out->overflow)
    return diag_fail(dg, DIAG_TOO_LARGE, SPAN_NONE,
                     STR_FMT " is larger than %zu bytes", STR_ARG(c->subject),
                     out->max);
  return true;
}

/* ---- Stat ---------------------------------------------------------------- */

// Bits of Go's FileMode above the nine of the permissions.
enum {
  GO_STICKY = 1 << 20,
  GO_CHAR_DEVICE = 1 << 21,
  GO_SETGID = 1 << 22,
  GO_SETUID = 1 << 23,
  GO_SOCKET = 1 << 24,
  GO_PIPE = 1 << 25,
  GO_DEVICE = 1 << 26,
  GO_SYMLINK = 1 << 27,
  GO_IRREGULAR = 1 << 19,
};
#define GO_DIR (1U << 31)

static enum gateway_file_type file_type(uint32_t mode) {
  if (mode & GO_DIR)
    return GATEWAY_FILE_DIR;
  if (mode & GO_SYMLINK)
    return GATEWAY_FILE_SYMLINK;
  uint32_t other =
      GO_PIPE | GO_SOCKET | GO_DEVICE | GO_CHAR_DEVICE | GO_IRREGULAR;
  return mode & other ? GATEWAY_FILE_OTHER : GATEWAY_FILE_REGULAR;
}

static uint32_t unix_mode(uint32_t mode) {
  return (mode & 0777) | (mode & GO_SETUID ? 04000U : 0) |
         (mode & GO_SETGID ? 02000U : 0) | (mode & GO_STICKY ? 01000U : 0);
}

static struct gateway_stat unpack_stat(struct arena *ar,
                                       const Gateway__Stat *m) {
  return (struct gateway_stat){
      .path = unpack_str(ar, m->path),
      .type = file_type(m->mode),
      .mode = unix_mode(m->mode),
      .uid = m->uid,
      .gid = m->gid,
      .size = m->size,
      .mtime_ns = m->mod_time,
      .linkname = unpack_str(ar, m->linkname),
  };
}

struct gateway_call *gateway_call_stat_file(struct gateway *g, struct str ref,
                                            struct str path) {
  struct gateway_call *c = call_new(g, RPC_STAT_FILE);
  c->subject = str_dup(c->ar, path);
  Gateway__StatFileRequest m = GATEWAY__STAT_FILE_REQUEST__INIT;
  m.ref = pack_text(c, ref);
  m.path = pack_text(c, path);
  return call_start(c, &m.base);
}

bool gateway_stat_file_result(const struct gateway_call *c, struct arena *ar,
                              struct gateway_stat *out, struct diags *dg) {
  const Gateway__StatFileResponse *m = call_answer(
      c, RPC_STAT_FILE, &gateway__stat_file_response__descriptor, dg);
  if (!m)
    return false;
  if (!m->stat || m->stat->size < 0)
    return diag_fail(dg, DIAG_PROTOCOL, SPAN_NONE,
                     "the engine does not say what " STR_FMT " is",
                     STR_ARG(c->subject));
  *out = unpack_stat(ar, m->stat);
  return true;
}

/* ---- ReadDir ------------------------------------------------------------- */

struct gateway_call *gateway_call_read_dir(struct gateway *g, struct str ref,
                                           struct str path,
                                           struct str pattern) {
  struct gateway_call *c = call_new(g, RPC_READ_DIR);
  Gateway__ReadDirRequest m = GATEWAY__READ_DIR_REQUEST__INIT;
  m.ref = pack_text(c, ref);
  m.path = pack_text(c, path);
  m.include_pattern = pack_text(c, pattern);
  return call_start(c, &m.base);
}

static int stat_by_path(const void *a, const void *b) {
  return str_cmp(((const struct gateway_stat *)a)->path,
                 ((const struct gateway_stat *)b)->path);
}

bool gateway_read_dir_result(const struct gateway_call *c, struct arena *ar,
                             struct gateway_stat_vec *out, struct diags *dg) {
  const Gateway__ReadDirResponse *m =
      call_answer(c, RPC_READ_DIR, &gateway__read_dir_response__descriptor, dg);
  if (!m)
    return false;
  *out = (struct gateway_stat_vec){0};
  for (size_t i = 0; i < m->n_entries; i++)
    vec_push(ar, out, unpack_stat(ar, m->entries[i]));
  if (out->n)
    qsort(out->v, out->n, sizeof *out->v, stat_by_path);
  return true;
}
