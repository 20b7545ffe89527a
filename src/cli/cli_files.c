// Files that a command leaves in a directory: written beside their places under
// names of their own, and moved there when all are whole.
#include "cli/cli_int.h"

#include <fcntl.h>
#include <sys/stat.h>

struct output {
  struct cli *c;
  const char *dir;
  int fd; // of DIR
  const struct document_file *files;
  size_t n;
  bool force;
};

static bool fail(const struct output *o, const char *what, const char *name) {
  return diag_fail(o->c->dg, DIAG_IO, SPAN_NONE, "cannot %s %s/%s: %s", what,
                   o->dir, name, strerror(errno));
}

static const char *beside(const struct output *o, size_t i) {
  return arena_printf(o->c->ar, ".%s.%ld", o->files[i].name, (long)getpid());
}

static bool is_there(struct output *o, const char *name) {
  struct stat st;
  if (fstatat(o->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return false;
  diag_fail(o->c->dg, DIAG_USAGE, SPAN_NONE, "%s/%s is there already", o->dir,
            name);
  diag_note(o->c->dg, SPAN_NONE, "--force overwrites it");
  return true;
}

static bool write_file(struct output *o, size_t i) {
  const char *name = beside(o, i);
  cleanup_fd int fd =
      openat(o->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0)
    return fail(o, "make", o->files[i].name);
  return cli_write(fd, o->files[i].text) || fail(o, "write", o->files[i].name);
}

/** Without --force the name must still be free: another program may have come
 *  first. File systems without such a move get a plain one. */
static bool move(struct output *o, size_t i) {
  const char *from = beside(o, i), *to = o->files[i].name;
  if (!o->force && renameat2(o->fd, from, o->fd, to, RENAME_NOREPLACE) == 0)
    return true;
  if ((o->force || errno == EINVAL || errno == ENOSYS) &&
      renameat(o->fd, from, o->fd, to) == 0)
    return true;
  return fail(o, "write", to);
}

static bool write_files(struct output *o) {
  bool there = false;
  for (size_t i = 0; !o->force && i < o->n; i++)
    there = is_there(o, o->files[i].name) || there;
  if (there)
    return false;
  for (size_t i = 0; i < o->n; i++)
    if (!write_file(o, i))
      return false;
  for (size_t i = 0; i < o->n; i++)
    if (!move(o, i))
      return false;
  return true;
}

bool cli_write_files(struct cli *c, const char *dir,
                     const struct document_file *files, size_t n, bool force) {
  const bool made = mkdir(dir, 0777) == 0;
  const int not_made = made || errno == EEXIST ? 0 : errno;
  cleanup_fd int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return diag_fail(c->dg, DIAG_IO, SPAN_NONE, "cannot %s \"%s\": %s",
                     not_made ? "make" : "write to", dir,
                     strerror(not_made ? not_made : errno));
  struct output o = {c, dir, fd, files, n, force};
  if (write_files(&o))
    return true;
  for (size_t i = 0; i < n; i++)
    unlinkat(fd, beside(&o, i), 0);
  if (made)
    rmdir(dir);
  return false;
}
