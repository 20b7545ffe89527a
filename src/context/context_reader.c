#include "cogfe/base.h"

#include "cogfe/context.h"

#include <sys/stat.h>

struct fd_reader {
  int fd; // borrowed
  const char *name;
  bool seeks;
};

// A file answers at once: larger pieces cost memory and save little.
enum { PIECE_MAX = 256 * 1024 };

static bool fd_read_at(void *self, uint64_t off, void *buf, size_t len,
                       size_t *got, struct diags *dg) {
  const struct fd_reader *r = self;
  ssize_t n;
  if (len > PIECE_MAX)
    len = PIECE_MAX;
  do
    n = r->seeks ? pread(r->fd, buf, len, (off_t)off) : read(r->fd, buf, len);
  while (n < 0 && errno == EINTR);
  *got = n < 0 ? 0 : (size_t)n;
  return n >= 0 || diag_fail(dg, DIAG_IO, SPAN_NONE, "cannot read %s: %s",
                             r->name, strerror(errno));
}

bool context_reader_fd(struct context_reader *out, struct arena *ar, int fd,
                       const char *name, struct diags *dg) {
  struct stat st;
  if (fstat(fd, &st) != 0)
    return diag_fail(dg, DIAG_IO, SPAN_NONE, "cannot read %s: %s", name,
                     strerror(errno));
  struct fd_reader *r = arena_new(ar, struct fd_reader);
  r->fd = fd;
  r->name = arena_strdup(ar, name);
  r->seeks = S_ISREG(st.st_mode);
  *out = (struct context_reader){.name = r->name,
                                 .size = r->seeks ? (uint64_t)st.st_size
                                                  : CONTEXT_SIZE_UNKNOWN,
                                 .read_at = fd_read_at,
                                 .near = true,
                                 .self = r};
  return true;
}

// ---- sniffing ---------------------------------------------------------------

static const struct {
  struct str magic;
  enum context_archive kind;
} magics[] = {
    {{"BZh", 3}, CONTEXT_BZIP2},
    {{"\x1f\x8b\x08", 3}, CONTEXT_GZIP},
    {{"\xfd"
      "7zXZ\0",
      6},
     CONTEXT_XZ},
    {{"\x28\xb5\x2f\xfd", 4}, CONTEXT_ZSTD},
    {{"PK\3\4", 4}, CONTEXT_ZIP},
    {{"PK\5\6", 4}, CONTEXT_ZIP},
};

enum {
  TAR_BLOCK = 512,
  TAR_SUM = 148, // where the header's checksum stands,
  TAR_SUM_LEN = 8,
};

// The sum in octal digits, with spaces before and spaces or NULs behind.
static bool tar_sum(const unsigned char *p, unsigned long *out) {
  size_t i = 0;
  *out = 0;
  while (i < TAR_SUM_LEN && p[i] == ' ')
    i++;
  size_t digits = i;
  for (; i < TAR_SUM_LEN && p[i] >= '0' && p[i] <= '7'; i++)
    *out = *out * 8 + (unsigned long)(p[i] - '0');
  return i > digits;
}

// The sum of all bytes of the header, its own taken as spaces; some old
// programs summed signed bytes.
static bool is_tar_header(const unsigned char *p) {
  unsigned long want;
  long plain = 0, with_sign = 0;
  if (!tar_sum(p + TAR_SUM, &want))
    return false;
  for (size_t i = 0; i < TAR_BLOCK; i++) {
    bool own = i >= TAR_SUM && i < TAR_SUM + TAR_SUM_LEN;
    plain += own ? ' ' : p[i];
    with_sign += own ? ' ' : (signed char)p[i];
  }
  return (unsigned long)plain == want || with_sign == (long)want;
}

enum context_archive context_sniff(const void *bytes, size_t len) {
  struct str head = {bytes, len};
  // A tar begins with a name, which may be any magic.
  if (len >= TAR_BLOCK && is_tar_header(bytes))
    return CONTEXT_TAR;
  for (size_t i = 0; i < ARRAY_LEN(magics); i++)
    if (str_eq(str_take(head, magics[i].magic.len), magics[i].magic))
      return magics[i].kind;
  return CONTEXT_NO_ARCHIVE;
}
