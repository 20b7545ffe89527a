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

// Shorter bodies than this are read rather than passed over: a round trip to
// an engine costs more than these bytes do.
enum { SEEK_MIN = 64 * 1024 };

static bool can_seek(const struct stream *s) {
  return s->reader->size != CONTEXT_SIZE_UNKNOWN;
}

bool stream_is_sequential(const struct stream *s) {
  return s->inflate || !can_seek(s);
}

// ---- bytes of the reader ----------------------------------------------------

static bool read_block(struct stream *s) {
  s->block_len = 0;
  if (!s->reader->read_at(s->reader->self, s->raw, s->block, s->want,
                          &s->block_len, s->dg)) {
    s->failed = true;
    return false;
  }
  s->raw += s->block_len;
  s->ended = s->block_len == 0;
  s->want = s->want * 2 < BLOCK_MAX ? s->want * 2 : BLOCK_MAX;
  return true;
}

// A pipe gives what it has; the first look wants CONTEXT_SNIFF_BYTES.
static bool read_first_block(struct stream *s) {
  size_t len = 0;
  while (len < CONTEXT_SNIFF_BYTES && !s->ended) {
    size_t got = 0;
    if (!s->reader->read_at(s->reader->self, s->raw, s->block + len,
                            BLOCK_MIN - len, &got, s->dg)) {
      s->failed = true;
      return false;
    }
    s->raw += got;
    s->ended = got == 0;
    len += got;
  }
  s->block_len = len;
  s->block_is_new = true;
  return true;
}

static la_ssize_t give_block(struct stream *s, const void **out) {
  if (!s->block_is_new && !read_block(s))
    return ARCHIVE_FATAL;
  s->block_is_new = false;
  *out = s->block;
  return (la_ssize_t)s->block_len;
}

static la_ssize_t raw_read(struct archive *a, void *self, const void **out) {
  (void)a;
  return give_block(self, out);
}

// ---- bytes of the tar or zip ------------------------------------------------

static bool over_limit(struct stream *s, const char *what, uint64_t limit) {
  s->failed = true;
  return diag_fail(s->dg, DIAG_TOO_LARGE, (struct span){0},
                   "\"%s\" %s: the limit is %" PRIu64, s->reader->name, what,
                   limit);
}

static bool inflate_allowed(struct stream *s) {
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

static bool damaged(struct stream *s, struct archive *a);

static la_ssize_t give_inflated(struct stream *s, const void **out) {
  for (;;) {
    size_t len = 0;
    la_int64_t off = 0;
    int r = archive_read_data_block(s->inflate, out, &len, &off);
    if (r == ARCHIVE_EOF)
      return 0;
    if (r != ARCHIVE_OK) {
      damaged(s, s->inflate);
      return ARCHIVE_FATAL;
    }
    s->inflated += len;
    if (!inflate_allowed(s))
      return ARCHIVE_FATAL;
    if (len > s->drop) {
      *out = (const char *)*out + s->drop;
      len -= (size_t)s->drop;
      s->drop = 0;
      return (la_ssize_t)len;
    }
    s->drop -= len;
  }
}

static la_ssize_t entries_read(struct archive *a, void *self,
                               const void **out) {
  (void)a;
  struct stream *s = self;
  la_ssize_t len = s->inflate ? give_inflated(s, out) : give_block(s, out);
  if (len > 0 && !budget_allows(s, (size_t)len))
    return ARCHIVE_FATAL;
  return len;
}

static la_int64_t entries_skip(struct archive *a, void *self, la_int64_t len) {
  (void)a;
  struct stream *s = self;
  uint64_t left = s->raw < s->reader->size ? s->reader->size - s->raw : 0;
  if (len < SEEK_MIN || s->block_is_new)
    return 0;
  // Past the end libarchive itself finds that bytes are missing.
  uint64_t n = (uint64_t)len < left ? (uint64_t)len : left;
  s->raw += n;
  s->want = BLOCK_MIN;
  return (la_int64_t)n;
}

static la_int64_t entries_seek(struct archive *a, void *self, la_int64_t off,
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

static bool is_compressed(enum context_archive kind) {
  return kind == CONTEXT_GZIP || kind == CONTEXT_BZIP2 || kind == CONTEXT_XZ ||
         kind == CONTEXT_ZSTD;
}

static struct archive *new_archive(void) {
  struct archive *a = archive_read_new();
  if (!a)
    base_out_of_memory();
  return a;
}

// The bytes of the one file that is compressed, and only in the way that its
// first bytes say: no compression inside a compression.
static bool open_inflate(struct stream *s) {
  struct archive *a = s->inflate = new_archive();
  archive_read_support_format_raw(a);
  switch (s->kind) {
  case CONTEXT_GZIP:
    archive_read_support_filter_gzip(a);
    break;
  case CONTEXT_BZIP2:
    archive_read_support_filter_bzip2(a);
    break;
  case CONTEXT_XZ:
    archive_read_support_filter_xz(a);
    break;
  case CONTEXT_ZSTD:
    archive_read_support_filter_zstd(a);
    break;
  case CONTEXT_NO_ARCHIVE:
  case CONTEXT_TAR:
  case CONTEXT_ZIP:
    BUG("archive kind %d is not compressed", (int)s->kind);
  }
  archive_read_set_read_callback(a, raw_read);
  archive_read_set_callback_data(a, s);
  struct archive_entry *entry;
  if (archive_read_open1(a) != ARCHIVE_OK ||
      archive_read_next_header(a, &entry) != ARCHIVE_OK)
    return damaged(s, a);
  if (archive_filter_count(a) > 2)
    return diag_fail(s->dg, DIAG_BAD_ARCHIVE, (struct span){0},
                     "\"%s\" is compressed more than once", s->reader->name);
  return true;
}

// In the "C" locale libarchive gives the names of a tar as the bytes that they
// are, but drops those of a zip that are marked as UTF-8. A UTF-8 locale, which
// would make it change a tar's names (to NFC), is for a zip only.
static void use_utf8(struct stream *s) {
  s->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
  if (s->utf8)
    s->before = uselocale(s->utf8);
}

static void end_utf8(struct stream *s) {
  if (!s->utf8)
    return;
  uselocale(s->before);
  freelocale(s->utf8);
}

bool stream_open(struct stream *s) {
  if (s->kind == CONTEXT_ZIP)
    use_utf8(s);
  if (is_compressed(s->kind) && !open_inflate(s))
    return false;
  struct archive *a = s->entries = new_archive();
  if (s->kind != CONTEXT_ZIP)
    archive_read_support_format_tar(a);
  else if (can_seek(s))
    archive_read_support_format_zip_seekable(a);
  else
    archive_read_support_format_zip_streamable(a);
  archive_read_set_read_callback(a, entries_read);
  if (!stream_is_sequential(s)) {
    archive_read_set_skip_callback(a, entries_skip);
    if (s->kind == CONTEXT_ZIP)
      archive_read_set_seek_callback(a, entries_seek);
  }
  archive_read_set_callback_data(a, s);
  return archive_read_open1(a) == ARCHIVE_OK || damaged(s, a);
}

static void init(struct stream *s, struct arena *ar,
                 const struct context_reader *reader, struct diags *dg) {
  *s = (struct stream){.reader = reader, .dg = dg, .want = BLOCK_MIN};
  s->budget = UINT64_MAX;
  s->block = arena_alloc(ar, BLOCK_MAX);
  sbuf_init(&s->entry, LIMIT_PATH_BYTES);
}

bool stream_start(struct stream *s, struct arena *ar,
                  const struct context_reader *reader, struct diags *dg) {
  init(s, ar, reader, dg);
  if (!read_first_block(s))
    return false;
  s->kind = context_sniff(s->block, s->block_len);
  return true;
}

void stream_close(struct stream *s) {
  archive_read_free(s->entries);
  archive_read_free(s->inflate);
  end_utf8(s);
  sbuf_release(&s->entry);
}

// ---- what went wrong --------------------------------------------------------

static void note_entry(struct stream *s) {
  if (s->entry.len)
    diag_note(s->dg, (struct span){0}, "the last file seen in it is \"%s\"",
              s->entry.ptr);
}

static bool cut_short(struct stream *s) {
  s->failed = true;
  diag_fail(s->dg, DIAG_BAD_ARCHIVE, (struct span){0},
            "\"%s\" is cut short: it ends at byte %" PRIu64, s->reader->name,
            s->raw);
  note_entry(s);
  return false;
}

// What libarchive reports of archive A, unless the reason is known already.
static bool damaged(struct stream *s, struct archive *a) {
  if (s->failed)
    return false;
  s->failed = true;
  const char *text = archive_error_string(a);
  if (s->ended)
    diag_fail(s->dg, DIAG_BAD_ARCHIVE, (struct span){0},
              "\"%s\" is cut short or damaged: it ends at byte %" PRIu64,
              s->reader->name, s->raw);
  else
    diag_fail(s->dg, DIAG_BAD_ARCHIVE, (struct span){0},
              "\"%s\" is damaged somewhere before byte %" PRIu64,
              s->reader->name, s->raw);
  if (text)
    diag_note(s->dg, (struct span){0}, "%s", text);
  note_entry(s);
  return false;
}

// ---- entries ----------------------------------------------------------------

uint64_t stream_place(const struct stream *s) {
  if (s->kind == CONTEXT_ZIP)
    return s->ordinal;
  return (uint64_t)archive_read_header_position(s->entries);
}

bool stream_resume(struct stream *s, struct arena *ar,
                   const struct context_reader *reader,
                   enum context_archive kind, uint64_t place,
                   struct diags *dg) {
  init(s, ar, reader, dg);
  s->kind = kind;
  if (is_compressed(kind))
    s->drop = place;
  else if (kind == CONTEXT_TAR)
    s->raw = place;
  if (!stream_open(s))
    return false;
  struct archive_entry *passed;
  for (uint64_t i = 1; kind == CONTEXT_ZIP && i < place; i++)
    if (!stream_next(s, &passed))
      return false;
  return true;
}

// Bodies of a zip that comes from a pipe must be unpacked to find their ends.
static bool unpack_and_drop(struct stream *s) {
  const void *p;
  size_t len;
  la_int64_t off;
  int r;
  while ((r = archive_read_data_block(s->entries, &p, &len, &off)) ==
         ARCHIVE_OK) {
    s->inflated += len;
    if (!inflate_allowed(s))
      return false;
  }
  return (r == ARCHIVE_EOF && !s->failed) || damaged(s, s->entries);
}

static bool skip_body(struct stream *s) {
  if (s->kind == CONTEXT_ZIP && stream_is_sequential(s))
    return unpack_and_drop(s);
  int r = archive_read_data_skip(s->entries);
  bool ok = (r == ARCHIVE_OK || r == ARCHIVE_EOF) && !s->failed;
  return ok || damaged(s, s->entries);
}

// Behind the last entry: a tar ends in zeros, without which it may have been
// cut between two entries; compressed bytes have a checksum at their end; and
// who writes to a pipe should not find it closed while writing the padding.
static bool finish(struct stream *s) {
  la_int64_t end = archive_filter_bytes(s->entries, 0);
  if (s->kind != CONTEXT_ZIP && end <= archive_read_header_position(s->entries))
    return cut_short(s);
  const void *p;
  la_ssize_t len = s->inflate ? give_inflated(s, &p) : 0;
  while (len > 0)
    len = give_inflated(s, &p);
  if (len < 0)
    return false;
  uint64_t padding_end = s->raw + BLOCK_MAX;
  while (!can_seek(s) && !s->ended && s->raw < padding_end)
    if (!read_block(s))
      return false;
  return true;
}

bool stream_next(struct stream *s, struct archive_entry **entry) {
  *entry = NULL;
  if (s->ordinal > 0 && !skip_body(s))
    return false;
  s->budget = s->kind == CONTEXT_ZIP && s->ordinal == 0
                  ? LIMIT_ZIP_DIRECTORY_BYTES
                  : LIMIT_ARCHIVE_HEADER_BYTES;
  int r = archive_read_next_header(s->entries, entry);
  s->budget = UINT64_MAX;
  // Reading ahead may fail while libarchive has all that it needs for now.
  if (s->failed)
    return false;
  if (r == ARCHIVE_EOF) {
    *entry = NULL;
    return finish(s);
  }
  // A warning is about a name's character set, which stays as it is.
  if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
    return damaged(s, s->entries);
  s->ordinal++;
  const char *name = archive_entry_pathname(*entry);
  sbuf_clear(&s->entry);
  if (name)
    sbuf_adds(&s->entry, name);
  return true;
}

bool stream_body(struct stream *s, size_t max, struct sbuf *out, bool *whole) {
  size_t before = out->len;
  *whole = false;
  for (;;) {
    size_t left = max + 1 - (out->len - before);
    size_t want = left < BLOCK_MIN ? left : BLOCK_MIN;
    if (want == 0)
      break;
    size_t len = out->len;
    void *to = sbuf_extend(out, want);
    if (!to)
      break;
    la_ssize_t got = archive_read_data(s->entries, to, want);
    sbuf_truncate(out, len + (got > 0 ? (size_t)got : 0));
    if (got < 0 || s->failed)
      return damaged(s, s->entries);
    *whole = got == 0;
    if (*whole)
      return true;
  }
  sbuf_truncate(out, before);
  return true;
}
