#include "cogfe/base.h"

#include "context_int.h"

#include "cogfe/limits.h"

#include <archive.h>
#include <archive_entry.h>

// The first block behind a seek holds a header or two; read on from there,
// blocks double. So a tar of a few large files costs a few kB each, and one of
// many small files few round trips.
enum {
  BLOCK_MIN = 4 * 1024,
  BLOCK_MAX = 1024 * 1024,
};

// To the start of a page the system copies a file's bytes faster than behind
// it.
enum { BLOCK_ALIGN = 4 * 1024 };

// Shorter bodies than this are read rather than passed over: a round trip to
// an engine costs more than these bytes do; a call of the system, as much as a
// block.
enum { SEEK_MIN = 64 * 1024, SEEK_MIN_NEAR = BLOCK_MIN };

bool bytes_can_seek(const struct stream *s) {
  return s->reader->size != CONTEXT_SIZE_UNKNOWN;
}

// ---- bytes of the reader ----------------------------------------------------

// Appends at most LEN bytes to the block.
static bool read_more(struct stream *s, size_t len) {
  size_t before = s->block.len, got = 0;
  void *to = sbuf_extend(&s->block, len);
  if (!s->reader->read_at(s->reader->self, s->raw, to, len, &got, s->dg)) {
    s->failed = true;
    return false;
  }
  sbuf_truncate(&s->block, before + got);
  s->raw += got;
  s->ended = got == 0;
  return true;
}

// An empty block with room for LEN bytes.
static void empty_block(struct stream *s, size_t len) {
  sbuf_clear(&s->block);
  const uintptr_t p = (uintptr_t)sbuf_extend(&s->block, BLOCK_ALIGN + len);
  s->block_at = -p % BLOCK_ALIGN;
  sbuf_truncate(&s->block, s->block_at);
}

static size_t block_len(const struct stream *s) {
  return s->block.len - s->block_at;
}

static bool read_block(struct stream *s) {
  size_t len = s->want;
  s->want = len * 2 < BLOCK_MAX ? len * 2 : BLOCK_MAX;
  empty_block(s, len);
  return read_more(s, len);
}

static la_ssize_t give_block(struct stream *s, const void **out) {
  if (!s->block_is_new && !read_block(s))
    return ARCHIVE_FATAL;
  s->block_is_new = false;
  *out = s->block.ptr + s->block_at;
  return (la_ssize_t)block_len(s);
}

la_ssize_t bytes_raw(struct stream *s, const void **out) {
  return give_block(s, out);
}

static la_ssize_t raw_read(struct archive *a, void *self, const void **out) {
  (void)a;
  return give_block(self, out);
}

bool bytes_are_packed(const struct stream *s) {
  return s->inflate || s->gunzip;
}

// ---- bytes of the tar or zip ------------------------------------------------

static bool over_limit(struct stream *s, const char *what, uint64_t limit) {
  s->failed = true;
  return diag_fail(s->dg, DIAG_TOO_LARGE, SPAN_NONE,
                   "%s %s: the limit is %" PRIu64, s->reader->name, what,
                   limit);
}

bool bytes_inflated(struct stream *s, size_t len) {
  s->inflated += len;
  if (s->inflated > LIMIT_INFLATE_BYTES)
    return over_limit(s, "unpacks to too many bytes", LIMIT_INFLATE_BYTES);
  if (s->inflated > LIMIT_INFLATE_FREE_BYTES &&
      s->inflated / LIMIT_INFLATE_RATIO > s->raw)
    return over_limit(s, "unpacks to too many times its size",
                      LIMIT_INFLATE_RATIO);
  return true;
}

static bool budget_allows(struct stream *s, size_t len) {
  if (s->budget == UINT64_MAX)
    return true;
  if (len > s->budget)
    return over_limit(s, "has a header of too many bytes",
                      s->kind == CONTEXT_ZIP ? LIMIT_ZIP_DIRECTORY_BYTES
                                             : LIMIT_ARCHIVE_HEADER_BYTES);
  s->budget -= len;
  return true;
}

static la_ssize_t inflate_next(struct stream *s, const void **out) {
  size_t len = 0;
  la_int64_t off = 0;
  if (s->gunzip)
    return gunzip_read(s->gunzip, s, out);
  int r = archive_read_data_block(s->inflate, out, &len, &off);
  if (r == ARCHIVE_OK || r == ARCHIVE_EOF)
    return r == ARCHIVE_OK ? (la_ssize_t)len : 0;
  stream_damaged(s, s->inflate);
  return ARCHIVE_FATAL;
}

static bool packed_twice(struct stream *s) {
  s->failed = true;
  return diag_fail(s->dg, DIAG_BAD_ARCHIVE, SPAN_NONE,
                   "%s is compressed more than once", s->reader->name);
}

static la_ssize_t give_inflated(struct stream *s, const void **out) {
  for (;;) {
    la_ssize_t len = inflate_next(s, out);
    if (len <= 0)
      return len;
    if (s->inflated == 0 && context_sniff(*out, (size_t)len) == CONTEXT_GZIP &&
        !packed_twice(s))
      return ARCHIVE_FATAL;
    if (!bytes_inflated(s, (size_t)len))
      return ARCHIVE_FATAL;
    if ((uint64_t)len > s->drop) {
      *out = (const char *)*out + s->drop;
      len -= (la_ssize_t)s->drop;
      s->drop = 0;
      return len;
    }
    s->drop -= (uint64_t)len;
  }
}

la_ssize_t bytes_read(struct archive *a, void *self, const void **out) {
  (void)a;
  struct stream *s = self;
  la_ssize_t len =
      bytes_are_packed(s) ? give_inflated(s, out) : give_block(s, out);
  if (len > 0 && !budget_allows(s, (size_t)len))
    return ARCHIVE_FATAL;
  return len;
}

la_int64_t bytes_skip(struct archive *a, void *self, la_int64_t len) {
  (void)a;
  struct stream *s = self;
  uint64_t left = s->raw < s->reader->size ? s->reader->size - s->raw : 0;
  if (len < (s->reader->near ? SEEK_MIN_NEAR : SEEK_MIN))
    return 0;
  // Past the end libarchive itself finds that bytes are missing.
  uint64_t n = (uint64_t)len < left ? (uint64_t)len : left;
  s->raw += n;
  s->want = BLOCK_MIN;
  return (la_int64_t)n;
}

la_int64_t bytes_seek(struct archive *a, void *self, la_int64_t off,
                      int whence) {
  (void)a;
  struct stream *s = self;
  la_int64_t from = whence == SEEK_SET   ? 0
                    : whence == SEEK_CUR ? (la_int64_t)s->raw
                                         : (la_int64_t)s->reader->size;
  la_int64_t to;
  if (__builtin_add_overflow(from, off, &to) || to < 0 ||
      (uint64_t)to > s->reader->size)
    return ARCHIVE_FATAL;
  s->raw = (uint64_t)to;
  s->block_is_new = false;
  s->ended = false;
  s->want = BLOCK_MIN;
  return to;
}

// ---- opening ----------------------------------------------------------------

// What each kind of compression needs; the others have none. Only the one that
// the first bytes name is there for libarchive: nothing is compressed twice.
static int (*const filters[])(struct archive *) = {
    [CONTEXT_BZIP2] = archive_read_support_filter_bzip2,
    [CONTEXT_XZ] = archive_read_support_filter_xz,
    [CONTEXT_ZSTD] = archive_read_support_filter_zstd,
    [CONTEXT_ZIP] = NULL,
};

bool bytes_open(struct stream *s) {
  if (s->kind == CONTEXT_GZIP) {
    s->gunzip = gunzip_new();
    return true;
  }
  if (!filters[s->kind])
    return true;
  struct archive *a = s->inflate = archive_read_new();
  if (!a)
    base_out_of_memory();
  filters[s->kind](a);
  archive_read_support_format_raw(a);
  archive_read_set_read_callback(a, raw_read);
  archive_read_set_callback_data(a, s);
  struct archive_entry *entry;
  if (archive_read_open1(a) != ARCHIVE_OK ||
      archive_read_next_header(a, &entry) != ARCHIVE_OK)
    return stream_damaged(s, a);
  if (archive_filter_count(a) > 2) // itself and the reader
    return packed_twice(s);
  return true;
}

void bytes_init(struct stream *s, const struct context_reader *reader,
                struct diags *dg) {
  *s = (struct stream){.reader = reader, .dg = dg, .want = BLOCK_MIN};
  s->budget = UINT64_MAX;
  sbuf_init(&s->block, BLOCK_ALIGN + BLOCK_MAX);
}

// A pipe gives what it has; the first look wants CONTEXT_SNIFF_BYTES.
bool bytes_sniff(struct stream *s) {
  s->block_is_new = true;
  empty_block(s, BLOCK_MIN);
  while (block_len(s) < CONTEXT_SNIFF_BYTES && !s->ended)
    if (!read_more(s, BLOCK_MIN - block_len(s)))
      return false;
  s->kind = context_sniff(s->block.ptr + s->block_at, block_len(s));
  return true;
}

// ---- the end ----------------------------------------------------------------

bool bytes_drain(struct stream *s) {
  const void *p;
  la_ssize_t len = bytes_are_packed(s) ? give_inflated(s, &p) : 0;
  while (len > 0)
    len = give_inflated(s, &p);
  if (len < 0)
    return false;
  uint64_t padding_end = s->raw + BLOCK_MAX;
  while (!bytes_can_seek(s) && !s->ended && s->raw < padding_end)
    if (!read_block(s))
      return false;
  return true;
}

void bytes_close(struct stream *s) {
  archive_read_free(s->inflate);
  gunzip_free(s->gunzip);
  sbuf_release(&s->block);
}
