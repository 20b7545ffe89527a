#include "cogfe/base.h"

#include "context_copy_int.h"

#include <archive.h>
#include <archive_entry.h>

// What one write has, short of a tail at the end.
enum { TAR_BLOCK_BYTES = 64 * 1024, TAR_END_BYTES = 512 };

static const char zeros[TAR_BLOCK_BYTES];

/** The callback of libarchive. It always succeeds: a failure is kept in T, and
 *  what libarchive would write after it goes nowhere. */
static la_ssize_t give(struct archive *a, void *self, const void *p,
                       size_t len) {
  (void)a;
  struct tarout *t = self;
  if (t->failed)
    return (la_ssize_t)len;
  t->begun = true;
  t->failed = !t->to->write(t->to->self, p, len, t->dg);
  return (la_ssize_t)len;
}

/** Neither an entry nor memory can be wrong here. */
static bool check(struct tarout *t, bool ok) {
  if (ok || t->failed)
    return !t->failed;
  t->failed = true;
  const char *why = archive_error_string(t->a);
  return diag_fail(t->dg, DIAG_IO, (struct span){0},
                   "cannot write a tar of the context: %s",
                   why ? why : "libarchive does not say why");
}

void tarout_open(struct tarout *t, const struct context_sink *to,
                 struct diags *dg) {
  *t = (struct tarout){.to = to, .dg = dg};
  struct archive *a = t->a = archive_write_new();
  if (!a)
    base_out_of_memory();
  // The full format, since the restricted one drops fractions of a second.
  // Docker reads attributes of files from SCHILY's keys.
  archive_write_set_format_pax(a);
  archive_write_set_format_option(a, "pax", "xattrheader", "SCHILY");
  archive_write_set_bytes_per_block(a, TAR_BLOCK_BYTES);
  archive_write_set_bytes_in_last_block(a, TAR_END_BYTES);
  check(t, archive_write_open(a, t, NULL, give, NULL) == ARCHIVE_OK);
}

// A name that is not ASCII goes out as it is, in a header that says so, which
// is what the warning tells.
bool tarout_header(struct tarout *t, struct archive_entry *e) {
  const int r = archive_write_header(t->a, e);
  return check(t, r == ARCHIVE_OK || r == ARCHIVE_WARN);
}

bool tarout_data(struct tarout *t, const void *p, size_t len) {
  return check(t, archive_write_data(t->a, p, len) == (la_ssize_t)len);
}

bool tarout_zeros(struct tarout *t, uint64_t len) {
  while (len && !t->failed) {
    const size_t n = len < sizeof zeros ? (size_t)len : sizeof zeros;
    tarout_data(t, zeros, n);
    len -= n;
  }
  return !t->failed;
}

uint64_t tarout_place(struct tarout *t) {
  archive_write_finish_entry(t->a); // its padding
  return (uint64_t)archive_filter_bytes(t->a, 0);
}

/** Readers take the end of the bytes between two entries for the end of the
 *  archive; half a block is taken by none.
 *  Source: Go 1.22 archive/tar/reader.go readHeader(). */
static void spoil(struct tarout *t) {
  static const char text[] = "cog-frontend failed: this tar is not complete\n";
  if (t->begun && !t->failed)
    t->to->write(t->to->self, text, sizeof text - 1, t->dg);
  t->failed = true;
}

bool tarout_close(struct tarout *t, bool ok) {
  if (!ok)
    spoil(t);
  else
    check(t, archive_write_close(t->a) == ARCHIVE_OK);
  archive_write_free(t->a);
  return !t->failed;
}
