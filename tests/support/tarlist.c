#include "tarlist.h"

#include <archive.h>
#include <archive_entry.h>

static char letter(struct archive_entry *e) {
  if (archive_entry_hardlink(e))
    return 'h';
  switch (archive_entry_filetype(e)) {
  case AE_IFREG:
    return 'f';
  case AE_IFDIR:
    return 'd';
  case AE_IFLNK:
    return 'l';
  default:
    return 'o';
  }
}

static void add_attributes(struct sbuf *out, struct archive_entry *e) {
  const char *name;
  const void *value;
  size_t len;
  archive_entry_xattr_reset(e);
  while (archive_entry_xattr_next(e, &name, &value, &len) == ARCHIVE_OK)
    sbuf_addf(out, " %s=%.*s", name, (int)len, (const char *)value);
}

static void add_owner_and_time(struct sbuf *out, struct archive_entry *e) {
  if (archive_entry_uid(e) || archive_entry_gid(e))
    sbuf_addf(out, " %" PRId64 ":%" PRId64, (int64_t)archive_entry_uid(e),
              (int64_t)archive_entry_gid(e));
  if (archive_entry_mtime(e))
    sbuf_addf(out, " @%" PRId64, (int64_t)archive_entry_mtime(e));
  if (archive_entry_mtime_nsec(e))
    sbuf_addf(out, ".%09ld", archive_entry_mtime_nsec(e));
}

static void add_holes(struct sbuf *out, struct archive_entry *e) {
  la_int64_t off, len, written = 0;
  if (archive_entry_sparse_reset(e) == 0)
    return;
  while (archive_entry_sparse_next(e, &off, &len) == ARCHIVE_OK)
    written += len;
  sbuf_addf(out, " [%" PRId64 ", %" PRId64 "]", (int64_t)archive_entry_size(e),
            (int64_t)written);
}

static void add_body(struct sbuf *out, struct archive *a) {
  char text[64];
  const la_ssize_t n = archive_read_data(a, text, sizeof text);
  if (n > 0 && (size_t)n < sizeof text)
    sbuf_addf(out, " \"%.*s\"", (int)n, text);
}

static void add_entry(struct sbuf *out, struct archive *a,
                      struct archive_entry *e) {
  const char type = letter(e);
  sbuf_addf(out, "%c ", type);
  if (type != 'l' && type != 'h')
    sbuf_addf(out, "%o ", (unsigned)archive_entry_perm(e));
  sbuf_adds(out, archive_entry_pathname(e));
  if (type == 'h')
    sbuf_addf(out, " -> %s", archive_entry_hardlink(e));
  else if (type == 'l')
    sbuf_addf(out, " -> %s", archive_entry_symlink(e));
  add_owner_and_time(out, e);
  add_attributes(out, e);
  add_holes(out, e);
  if (type == 'f')
    add_body(out, a);
  sbuf_addch(out, '\n');
}

struct str tarlist(struct arena *ar, struct str tar) {
  struct archive *a = archive_read_new();
  struct archive_entry *e;
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1 << 20);
  archive_read_support_format_tar(a);
  int r = archive_read_open_memory(a, tar.p, tar.len);
  while (r == ARCHIVE_OK) {
    r = archive_read_next_header(a, &e);
    if (r == ARCHIVE_OK || r == ARCHIVE_WARN)
      add_entry(&out, a, e);
  }
  if (r != ARCHIVE_EOF)
    sbuf_addf(&out, "damaged: %s\n", archive_error_string(a));
  archive_read_free(a);
  return str_dup(ar, sbuf_str(&out));
}
