#include "cogfe/base.h"

#include "context_int.h"

#include "cogfe/limits.h"

#include <archive.h>
#include <archive_entry.h>

bool stream_is_sequential(const struct stream *s) {
  return bytes_are_packed(s) || !bytes_can_seek(s);
}

// ---- opening ----------------------------------------------------------------

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
  if (!bytes_open(s))
    return false;
  struct archive *a = s->entries = archive_read_new();
  if (!a)
    base_out_of_memory();
  if (s->kind != CONTEXT_ZIP)
    archive_read_support_format_tar(a);
  else if (bytes_can_seek(s))
    archive_read_support_format_zip_seekable(a);
  else
    archive_read_support_format_zip_streamable(a);
  archive_read_set_read_callback(a, bytes_read);
  if (!stream_is_sequential(s)) {
    archive_read_set_skip_callback(a, bytes_skip);
    if (s->kind == CONTEXT_ZIP)
      archive_read_set_seek_callback(a, bytes_seek);
  }
  archive_read_set_callback_data(a, s);
  return archive_read_open1(a) == ARCHIVE_OK || stream_damaged(s, a);
}

bool stream_start(struct stream *s, const struct context_reader *reader,
                  struct diags *dg) {
  bytes_init(s, reader, dg);
  sbuf_init(&s->entry, LIMIT_PATH_BYTES);
  return bytes_sniff(s);
}

void stream_close(struct stream *s) {
  archive_read_free(s->entries);
  bytes_close(s);
  end_utf8(s);
  sbuf_release(&s->entry);
}

// ---- entries ----------------------------------------------------------------

uint64_t stream_place(const struct stream *s) {
  if (s->kind == CONTEXT_ZIP)
    return s->ordinal;
  return (uint64_t)archive_read_header_position(s->entries);
}

bool stream_resume(struct stream *s, const struct context_reader *reader,
                   enum context_archive kind, uint64_t place,
                   struct diags *dg) {
  bytes_init(s, reader, dg);
  sbuf_init(&s->entry, LIMIT_PATH_BYTES);
  s->kind = kind;
  if (kind == CONTEXT_TAR)
    s->raw = place;
  else if (kind != CONTEXT_ZIP)
    s->drop = place;
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
    if (!bytes_inflated(s, len))
      return false;
  }
  return (r == ARCHIVE_EOF && !s->failed) || stream_damaged(s, s->entries);
}

static bool skip_body(struct stream *s) {
  if (s->kind == CONTEXT_ZIP && stream_is_sequential(s))
    return unpack_and_drop(s);
  int r = archive_read_data_skip(s->entries);
  bool ok = (r == ARCHIVE_OK || r == ARCHIVE_EOF) && !s->failed;
  return ok || stream_damaged(s, s->entries);
}

// Behind the last entry. A tar ends in zeros, without which it may have been
// cut between two entries.
static bool finish_stream(struct stream *s) {
  la_int64_t end = archive_filter_bytes(s->entries, 0);
  if (s->kind != CONTEXT_ZIP && end <= archive_read_header_position(s->entries))
    return stream_cut_short(s);
  return bytes_drain(s);
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
    return finish_stream(s);
  }
  // A warning is about a name's character set, which stays as it is, or about
  // an extension that was left out.
  if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
    return stream_damaged(s, s->entries);
  s->ordinal++;
  const char *name = archive_entry_pathname(*entry);
  sbuf_clear(&s->entry);
  if (name)
    sbuf_adds(&s->entry, name);
  return true;
}

// Most bodies that are wanted fit in one.
enum { PIECE = 4096 };

bool stream_body(struct stream *s, size_t max, struct sbuf *out, bool *whole) {
  size_t before = out->len;
  *whole = false;
  for (;;) {
    size_t left = max + 1 - (out->len - before);
    size_t want = left < PIECE ? left : PIECE;
    if (want == 0)
      break;
    size_t len = out->len;
    void *to = sbuf_extend(out, want);
    if (!to)
      break;
    la_ssize_t got = archive_read_data(s->entries, to, want);
    sbuf_truncate(out, len + (got > 0 ? (size_t)got : 0));
    if (got < 0 || s->failed)
      return stream_damaged(s, s->entries);
    *whole = got == 0;
    if (*whole)
      return true;
  }
  sbuf_truncate(out, before);
  return true;
}
