#include "cogfe/base.h"

#include "context_copy_int.h"

#include "cogfe/limits.h"

#include <fcntl.h>

static bool cannot_keep(const char *dir, struct diags *dg) {
  diag_fail(dg, DIAG_IO, SPAN_NONE,
            "cannot keep a temporary file in \"%s\": %s", dir, strerror(errno));
  diag_note(dg, SPAN_NONE, "TMPDIR names another directory");
  return false;
}

bool keep_open(struct keep *k, const char *dir, struct diags *dg) {
  char *path = arena_printf(dg->ar, "%s/cog-frontend-XXXXXX", dir);
  *k = (struct keep){.fd = mkostemp(path, O_CLOEXEC), .dir = dir};
  if (k->fd < 0)
    return cannot_keep(dir, dg);
  unlink(path);
  return true;
}

bool keep_write(void *self, const void *p, size_t len, struct diags *dg) {
  const struct keep *k = self;
  struct str rest = {p, len};
  while (rest.len) {
    const ssize_t n = write(k->fd, rest.p, rest.len);
    if (n >= 0)
      rest = str_skip(rest, (size_t)n);
    else if (errno != EINTR)
      return cannot_keep(k->dir, dg);
  }
  return true;
}

enum { PIECE = 64 * 1024 };

static bool keep_all(struct keep *k, const struct context_reader *from,
                     struct diags *dg) {
  char buf[PIECE];
  size_t got;
  for (uint64_t off = 0;; off += got) {
    if (off > LIMIT_INFLATE_BYTES)
      return diag_fail(dg, DIAG_TOO_LARGE, SPAN_NONE,
                       "%s has too many bytes: the limit is %llu", from->name,
                       LIMIT_INFLATE_BYTES);
    if (!from->read_at(from->self, off, buf, sizeof buf, &got, dg))
      return false;
    if (got == 0)
      return true;
    if (!keep_write(k, buf, got, dg))
      return false;
  }
}

bool context_reader_keep(struct context_reader *reader, struct arena *ar,
                         const char *dir, int *fd, struct diags *dg) {
  struct keep k;
  const char *name = reader->name;
  if (!keep_open(&k, dir, dg))
    return false;
  *fd = k.fd;
  return keep_all(&k, reader, dg) &&
         context_reader_fd(reader, ar, k.fd, name, dg);
}
