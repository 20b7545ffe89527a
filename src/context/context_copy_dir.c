// A directory for a copy: every entry below it, sorted by name, each opened in
// the directory that is open already, so that no link is followed.
#include "cogfe/base.h"

#include "context_copy_int.h"

#include "cogfe/limits.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { PIECE = 64 * 1024 };

struct walk {
  struct copier *copier;
  struct archive *disk; // reads attributes and holes
  struct archive_entry_linkresolver *links;
  bool exceptions; // see copier_has_exceptions()
  char path[LIMIT_PATH_BYTES];
  size_t len; // of the path
  char piece[PIECE];
};

/** A directory on the way. */
struct level {
  struct level *up; // NULL for the top
  int fd;
  size_t len; // of its path
  struct stat st;
  bool written; // as an entry; the top has none
};

static bool copy_io_error(struct walk *w, const char *what) {
  return diag_fail(w->copier->dg, DIAG_IO, SPAN_NONE, "%s \"%s\": %s", what,
                   w->len ? w->path : ".", strerror(errno));
}

// ---- entries ----------------------------------------------------------------

/** An entry for the file at the path, with what ST and FD say of it; FD is -1
 *  for what is not opened. NULL, with the reason, when that fails. */
static struct archive_entry *make_entry(struct walk *w, int fd,
                                        const struct stat *st) {
  struct archive_entry *e = archive_entry_new();
  if (!e)
    base_out_of_memory();
  archive_entry_copy_pathname(e, copier_name(w->copier, w->path));
  if (fd < 0) {
    archive_entry_copy_stat(e, st);
    return e;
  }
  // To ask for holes costs a call or two: only where there are some.
  const bool holes = S_ISREG(st->st_mode) && st->st_blocks < st->st_size / 512;
  archive_read_disk_set_behavior(
      w->disk, ARCHIVE_READDISK_NO_ACL | ARCHIVE_READDISK_NO_FFLAGS |
                   (holes ? 0 : ARCHIVE_READDISK_NO_SPARSE));
  if (archive_read_disk_entry_from_file(w->disk, e, fd, st) >= ARCHIVE_WARN)
    return e;
  errno = archive_errno(w->disk);
  copy_io_error(w, "cannot look at");
  archive_entry_free(e);
  return NULL;
}

/** The directories above, those that are hidden themselves. */
static bool write_level(struct walk *w, struct level *dir) {
  if (dir->written)
    return true;
  dir->written = true;
  if (!write_level(w, dir->up))
    return false;
  const char cut = w->path[dir->len];
  w->path[dir->len] = '\0';
  struct archive_entry *e = make_entry(w, dir->fd, &dir->st);
  w->path[dir->len] = cut;
  const bool ok = e && copier_begin(w->copier, e);
  archive_entry_free(e);
  return ok;
}

/** LEN bytes from OFF. */
static bool write_bytes(struct walk *w, int fd, int64_t off, int64_t len) {
  while (len > 0) {
    const size_t want = len < PIECE ? (size_t)len : PIECE;
    const ssize_t got = pread(fd, w->piece, want, off);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return copy_io_error(w, "cannot read");
    if (got == 0)
      return copier_changed(w->copier, w->path);
    if (!tarout_data(&w->copier->tar, w->piece, (size_t)got))
      return false;
    off += got;
    len -= got;
  }
  return true;
}

static bool write_body(struct walk *w, int fd, struct archive_entry *e) {
  const int64_t size = archive_entry_size(e);
  int64_t done = 0, off, len;
  if (archive_entry_sparse_reset(e) == 0)
    return write_bytes(w, fd, 0, size);
  while (archive_entry_sparse_next(e, &off, &len) == ARCHIVE_OK) {
    if (!tarout_zeros(&w->copier->tar, (uint64_t)(off - done)) ||
        !write_bytes(w, fd, off, len))
      return false;
    done = off + len;
  }
  return tarout_zeros(&w->copier->tar, (uint64_t)(size - done));
}

/** E (taken) and its body, or what it is a hard link to. */
static bool write_entry(struct walk *w, struct level *dir, int fd,
                        struct archive_entry *e) {
  struct archive_entry *later = NULL; // of formats that want bodies last
  if (!e || !write_level(w, dir)) {
    archive_entry_free(e);
    return false;
  }
  archive_entry_linkify(w->links, &e, &later);
  bool ok = copier_begin(w->copier, e);
  if (ok && archive_entry_filetype(e) == AE_IFREG && !archive_entry_hardlink(e))
    ok = write_body(w, fd, e);
  archive_entry_free(e);
  return ok;
}

// ---- one name ---------------------------------------------------------------

static bool copy_file(struct walk *w, struct level *dir, const char *name) {
  cleanup_fd int fd = openat(
      dir->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  struct stat st;
  if (fd < 0 || fstat(fd, &st) != 0)
    return copy_io_error(w, "cannot open");
  if (!S_ISREG(st.st_mode))
    return copier_changed(w->copier, w->path);
  return write_entry(w, dir, fd, make_entry(w, fd, &st));
}

static bool copy_link(struct walk *w, struct level *dir, const char *name,
                      const struct stat *st) {
  char to[LIMIT_PATH_BYTES];
  const ssize_t len = readlinkat(dir->fd, name, to, sizeof to);
  if (len < 0)
    return copy_io_error(w, "cannot read the link");
  if ((size_t)len == sizeof to)
    return copier_changed(w->copier, w->path);
  to[len] = '\0';
  struct archive_entry *e = make_entry(w, -1, st);
  archive_entry_copy_symlink(e, to);
  return write_entry(w, dir, -1, e);
}

static bool copy_level(struct walk *w, struct level *dir);

static bool copy_dir(struct walk *w, struct level *up, const char *name,
                     bool hidden) {
  if (hidden && !w->exceptions)
    return true;
  cleanup_fd int fd =
      openat(up->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY);
  struct level dir = {.up = up, .fd = fd, .len = w->len};
  if (fd < 0 || fstat(fd, &dir.st) != 0)
    return copy_io_error(w, "cannot open");
  return (hidden || write_level(w, &dir)) && copy_level(w, &dir);
}

/** The copy itself may stand in what it is a copy of. */
static bool is_own_output(const struct walk *w, const struct stat *st) {
  const struct context_copy *how = w->copier->how;
  for (size_t i = 0; i < how->n_not_these; i++)
    if (how->not_these[i].dev == st->st_dev &&
        how->not_these[i].ino == st->st_ino)
      return true;
  return false;
}

static bool copy_what_is_there(struct walk *w, struct level *dir,
                               const char *name) {
  struct stat st;
  const bool hidden = copier_hides(w->copier, (struct str){w->path, w->len});
  if (!context_ignore_check(w->copier->how->ignore, w->copier->dg))
    return false;
  if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return copy_io_error(w, "cannot look at");
  if (S_ISDIR(st.st_mode))
    return copy_dir(w, dir, name, hidden);
  // No tar has sockets.
  if (hidden || S_ISSOCK(st.st_mode) || is_own_output(w, &st))
    return true;
  if (S_ISREG(st.st_mode))
    return copy_file(w, dir, name);
  if (S_ISLNK(st.st_mode))
    return copy_link(w, dir, name, &st);
  return write_entry(w, dir, -1, make_entry(w, -1, &st));
}

static bool copy_name(struct walk *w, struct level *dir, const char *name) {
  const size_t before = w->len;
  const int n = snprintf(w->path + before, sizeof w->path - before, "%s%s",
                         before ? "/" : "", name);
  bool ok = false;
  w->len = before + (size_t)n;
  if (w->len < sizeof w->path)
    ok = copy_what_is_there(w, dir, name);
  else
    diag_fail(w->copier->dg, DIAG_TOO_LARGE, SPAN_NONE,
              "a path below \"%s\" is longer than the limit of %d", w->path,
              LIMIT_PATH_BYTES - 1);
  w->len = before;
  w->path[before] = '\0';
  return ok;
}

// ---- one directory ----------------------------------------------------------

static int by_bytes(const void *a, const void *b) {
  return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/** The names in the directory, sorted; they live in AR. */
static bool list_names(struct walk *w, int fd, struct arena *ar,
                       struct str_vec *names) {
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  DIR *dir = copy < 0 ? NULL : fdopendir(copy);
  if (!dir) {
    copy_io_error(w, "cannot read");
    if (copy >= 0)
      close(copy);
    return false;
  }
  const struct dirent *e;
  while (errno = 0, (e = readdir(dir)))
    if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
      vec_push(ar, names, str_dup(ar, str_of(e->d_name)));
  const bool ok = errno == 0 || copy_io_error(w, "cannot read");
  closedir(dir);
  if (names->n)
    qsort(names->v, names->n, sizeof *names->v, by_bytes);
  return ok;
}

static bool copy_level(struct walk *w, struct level *dir) {
  struct arena ar;
  struct str_vec names = {0};
  arena_init(&ar);
  bool ok = list_names(w, dir->fd, &ar, &names);
  for (size_t i = 0; ok && i < names.n; i++)
    ok = copy_name(w, dir, names.v[i].p);
  arena_release(&ar);
  return ok;
}

bool copy_directory(struct copier *c, int top) {
  struct arena ar;
  arena_init(&ar);
  struct walk *w = arena_new(&ar, struct walk);
  struct level dir = {.fd = top, .written = true};
  w->copier = c;
  w->exceptions = copier_has_exceptions(c);
  w->disk = archive_read_disk_new();
  w->links = archive_entry_linkresolver_new();
  if (!w->disk || !w->links)
    base_out_of_memory();
  archive_entry_linkresolver_set_strategy(w->links, ARCHIVE_FORMAT_TAR);
  const bool ok = copy_level(w, &dir);
  archive_entry_linkresolver_free(w->links);
  archive_read_free(w->disk);
  arena_release(&ar);
  return ok;
}
