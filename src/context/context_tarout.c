#include "cogfe/base.h"

#include "context_copy_int.h"

#include <archive.h>
#include <archive_entry.h>

// Headers and small bodies are gathered; a piece of a large one goes out as it
// is, uncopied.
enum { GATHERED_MAX = 64 * 1024, LARGE = 16 * 1024 };

static const char zeros[64 * 1024];

static void give(struct tarout *t, struct str bytes) {
  if (t->failed || bytes.len == 0)
    return;
  t->begun = true;
  t->failed = !t->to->write(t->to->self, bytes.p, bytes.len, t->dg);
}

static void give_gathered(struct tarout *t) {
  give(t, sbuf_str(&t->gathered));
  sbuf_clear(&t->gathered);
}

/** The callback of libarchive. It always succeeds: a failure is kept in T, and
 *  what libarchive would write after it goes nowhere. */
static la_ssize_t take_tar_bytes(struct archive *a, void *self, const void *p,
                                 size_t len) {
  (void)a;
  struct tarout *t = self;
  if (len >= LARGE || t->gathered.len + len > GATHERED_MAX)
    give_gathered(t);
  if (len >= LARGE)
    give(t, (struct str){p, len});
  else
    sbuf_add(&t->gathered, p, len);
  return (la_ssize_t)len;
}

/** Neither an entry nor memory can be wrong here. */
static bool check_tarout(struct tarout *t, bool ok) {
  if (ok || t->failed)
    return !t->failed;
  t->failed = true;
  const char *why = archive_error_string(t->a);
  return diag_fail(t->dg, DIAG_IO, SPAN_NONE,
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
  archive_write_set_bytes_per_block(a, 0); // as it comes
  sbuf_init(&t->gathered, GATHERED_MAX);
  check_tarout(t, archive_write_open(a, t, NULL, take_tar_bytes, NULL) ==
                      ARCHIVE_OK);
}

// A name that is not ASCII goes out as it is, in a header that says so, which
// is what the warning tells.
/** How many bytes the body of E has, and whether it has holes besides. */
static void expect_body(struct tarout *t, struct archive_entry *e) {
  la_int64_t off, len;
  t->has_holes = archive_entry_sparse_reset(e) > 0;
  t->left = t->has_holes ? 0 : (uint64_t)archive_entry_size(e);
  // Without holes libarchive 3.6 has a list that it has let go of.
  while (t->has_holes && archive_entry_sparse_next(e, &off, &len) == ARCHIVE_OK)
    t->left += (uint64_t)len;
}

bool tarout_header(struct tarout *t, struct archive_entry *e) {
  const int r = archive_write_header(t->a, e);
  expect_body(t, e);
  return check_tarout(t, r == ARCHIVE_OK || r == ARCHIVE_WARN);
}

bool tarout_data(struct tarout *t, const void *p, size_t len) {
  t->left -= len;
  return check_tarout(t, archive_write_data(t->a, p, len) == (la_ssize_t)len);
}

bool tarout_zeros(struct tarout *t, uint64_t len) {
  t->left += t->has_holes ? len : 0; // they do not count
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

/** Some readers take the end of the bytes between two entries for the end of
 *  the archive, some half a block, some a block of nonsense. A body that is cut
 *  short is an error for all of them (Go's archive/tar, GNU tar, libarchive,
 *  Python's tarfile), so one is cut short here where none is. */
static void break_off(struct tarout *t) {
  if (t->left == 0) {
    struct archive_entry *e = archive_entry_new();
    if (!e)
      base_out_of_memory();
    archive_entry_copy_pathname(e, "cog-frontend failed: this is not complete");
    archive_entry_set_mode(e, AE_IFREG | 0600);
    archive_entry_set_size(e, 1024 * 1024);
    tarout_header(t, e);
    archive_entry_free(e);
  }
  if (t->begun)
    give_gathered(t);
  t->failed = true;
  archive_write_fail(t->a); // or closing it fills the body up
}

bool tarout_close(struct tarout *t, bool ok) {
  if (!ok)
    break_off(t);
  // In any case: to free it is not enough once it has failed for good.
  const int r = archive_write_close(t->a);
  check_tarout(t, r == ARCHIVE_OK);
  give_gathered(t);
  archive_write_free(t->a);
  sbuf_release(&t->gathered);
  return !t->failed;
}
