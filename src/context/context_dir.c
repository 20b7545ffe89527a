#include "cogfe/base.h"

#include "context_copy_int.h"

#include "cogfe/limits.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

/** A context that is a directory of this machine. Its paths are resolved by
 *  realpath(): what that gives must lie below ROOT. It is then opened name by
 *  name without following links, so that nothing that is put there meanwhile
 *  leads out of ROOT. */
struct dir_context {
  char root[PATH_MAX]; // resolved, without a slash at its end ("" for "/")
};

static bool io_error(const char *what, const char *path, struct diags *dg) {
  return diag_fail(dg, DIAG_IO, SPAN_NONE, "%s \"%s\": %s", what, path,
                   strerror(errno));
}

enum resolved {
  RESOLVED,
  RESOLVED_MISSING,
  RESOLVED_FAILED, // with a reason in DG
};

static bool is_below(const char *root, const char *path) {
  size_t len = strlen(root);
  return strncmp(path, root, len) == 0 &&
         (path[len] == '/' || path[len] == '\0');
}

static enum resolved resolve_links(const struct dir_context *d,
                                   const char *path, char out[PATH_MAX],
                                   struct diags *dg) {
  char *full = arena_printf(dg->ar, "%s/%s", d->root, path);
  if (!realpath(full, out)) {
    if (errno == ENOENT || errno == ENOTDIR)
      return RESOLVED_MISSING;
    if (errno == ELOOP)
      diag_fail(dg, DIAG_NOT_A_FILE, SPAN_NONE,
                "\"%s\" leads through a circle of links", path);
    else
      io_error("cannot look at", path, dg);
    return RESOLVED_FAILED;
  }
  if (is_below(d->root, out))
    return RESOLVED;
  diag_fail(dg, DIAG_OUTSIDE, SPAN_NONE,
            "\"%s\" leads out of the build context through a link", path);
  return RESOLVED_FAILED;
}

/** The directory above FULL, which resolve_links() gave; *NAME is FULL in it.
 *  -1 when something has changed since, with the reason in errno. */
static int open_parent(const struct dir_context *d, const char *full,
                       const char **name) {
  enum { HOW = O_PATH | O_DIRECTORY | O_CLOEXEC };
  cleanup_fd int fd = open(*d->root ? d->root : "/", HOW);
  struct str rest = str_of(full + strlen(d->root)), part;
  while (fd >= 0) {
    rest = str_skip(rest, str_starts(rest, "/"));
    *name = rest.len ? rest.p : ".";
    rest = str_cut(rest, '/', &part);
    if (!rest.len)
      return steal_fd(&fd);
    char step[NAME_MAX + 1];
    snprintf(step, sizeof step, STR_FMT, STR_ARG(part));
    const int next = openat(fd, step, HOW | O_NOFOLLOW);
    base_close_fd(&fd);
    fd = next;
  }
  return -1;
}

static void set_stat_kind(const struct stat *st, enum context_kind *kind,
                          uint64_t *size) {
  *kind = S_ISDIR(st->st_mode)   ? CONTEXT_DIR
          : S_ISREG(st->st_mode) ? CONTEXT_FILE
                                 : CONTEXT_OTHER;
  *size = *kind == CONTEXT_FILE ? (uint64_t)st->st_size : 0;
}

static bool dir_stat(void *self, const char *path, struct context_stat *out,
                     struct diags *dg) {
  char full[PATH_MAX];
  struct stat st;
  *out = (struct context_stat){0};
  enum resolved r = resolve_links(self, path, full, dg);
  if (r != RESOLVED)
    return r == RESOLVED_MISSING;
  const char *name;
  cleanup_fd int dir = open_parent(self, full, &name);
  if (dir < 0 || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT || io_error("cannot look at", path, dg);
  set_stat_kind(&st, &out->kind, &out->size);
  return true;
}

// What stood there at dir_stat() may have been replaced: a FIFO in its place
// must not stop us (O_NONBLOCK), nor a link lead elsewhere.
static int open_regular(const struct dir_context *d, const char *full) {
  const char *name;
  struct stat st;
  cleanup_fd int dir = open_parent(d, full, &name);
  if (dir < 0)
    return -1;
  cleanup_fd int fd = openat(
      dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 || fstat(fd, &st) != 0)
    return -1;
  if (S_ISREG(st.st_mode))
    return steal_fd(&fd);
  errno = EINVAL;
  return -1;
}

static bool dir_read(void *self, const char *path, uint64_t off, size_t len,
                     struct sbuf *out, struct diags *dg) {
  char full[PATH_MAX];
  errno = ENOENT;
  enum resolved r = resolve_links(self, path, full, dg);
  if (r == RESOLVED_FAILED)
    return false;
  cleanup_fd int fd = r == RESOLVED ? open_regular(self, full) : -1;
  if (fd < 0)
    return io_error("cannot open", path, dg);
  size_t done = 0;
  while (done < len) {
    char buf[16 * 1024];
    size_t want = len - done < sizeof buf ? len - done : sizeof buf;
    ssize_t got = pread(fd, buf, want, (off_t)(off + done));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return io_error("cannot read", path, dg);
    if (got == 0)
      break;
    sbuf_add(out, buf, (size_t)got);
    done += (size_t)got;
  }
  return true;
}

static DIR *open_directory(const struct dir_context *d, const char *full) {
  const char *name;
  cleanup_fd int above = open_parent(d, full, &name);
  if (above < 0)
    return NULL;
  cleanup_fd int fd =
      openat(above, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY);
  DIR *dir = fd < 0 ? NULL : fdopendir(fd);
  if (dir)
    (void)steal_fd(&fd);
  return dir;
}

/** NAME in DIR; one that has gone meanwhile is CONTEXT_MISSING. */
static struct context_entry look_at(DIR *dir, const char *name,
                                    struct arena *ar) {
  struct context_entry e = {.kind = CONTEXT_MISSING};
  struct stat st;
  if (fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return e;
  e.name = str_dup(ar, str_of(name));
  set_stat_kind(&st, &e.kind, &e.size);
  return e;
}

static bool list_directory(struct dir_context *self, const char *path,
                           struct arena *ar, struct context_entries *out,
                           struct diags *dg) {
  char full[PATH_MAX];
  errno = ENOENT;
  enum resolved r = resolve_links(self, path, full, dg);
  if (r == RESOLVED_FAILED)
    return false;
  DIR *dir = r == RESOLVED ? open_directory(self, full) : NULL;
  if (!dir)
    return io_error("cannot open", path, dg);
  const struct dirent *e;
  while (errno = 0, (e = readdir(dir))) {
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
      continue;
    const struct context_entry entry = look_at(dir, e->d_name, ar);
    if (entry.kind != CONTEXT_MISSING)
      vec_push(ar, out, entry);
  }
  bool ok = errno == 0 || io_error("cannot read", path, dg);
  closedir(dir);
  return ok;
}

static bool dir_list(void *self, const char *const *paths, size_t n,
                     struct arena *ar, struct context_entries *out,
                     struct diags *dg) {
  for (size_t i = 0; i < n; i++)
    if (!list_directory(self, paths[i], ar, &out[i], dg))
      return false;
  return true;
}

static bool dir_copy(void *self, struct copier *to) {
  const struct dir_context *d = self;
  cleanup_fd int fd =
      open(*d->root ? d->root : "/", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  return fd < 0 ? io_error("cannot open", ".", to->dg) : copy_directory(to, fd);
}

static const struct context_ops dir_ops = {
    .stat = dir_stat,
    .read = dir_read,
    .list = dir_list,
    .copy = dir_copy,
};

struct context *context_open_dir(struct arena *ar, const char *path,
                                 struct diags *dg) {
  struct dir_context *d = arena_new(ar, struct dir_context);
  struct stat st;
  if (!realpath(path, d->root) || stat(d->root, &st) != 0) {
    io_error("cannot open", path, dg);
    return NULL;
  }
  if (!S_ISDIR(st.st_mode)) {
    diag_fail(dg, DIAG_IO, SPAN_NONE, "\"%s\" is not a directory", path);
    return NULL;
  }
  if (strcmp(d->root, "/") == 0)
    d->root[0] = '\0';
  return context_open_ops(ar, &dir_ops, d);
}
