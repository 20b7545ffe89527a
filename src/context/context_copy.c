#include "cogfe/base.h"

#include "context_copy_int.h"

#include <archive.h>
#include <archive_entry.h>

// ---- names ------------------------------------------------------------------

static bool is_ignored_path(const struct copier *c, struct str path) {
  for (size_t i = 0; i < c->how->n_left_out; i++)
    if (str_is(path, c->how->left_out[i]))
      return true;
  return false;
}

static bool is_added(const struct copier *c, struct str path) {
  for (size_t i = 0; i < c->how->n_added; i++)
    if (str_is(path, c->how->added[i].name))
      return true;
  return false;
}

bool copier_hides(const struct copier *c, struct str path) {
  if ((c->how->ignore && context_ignore_hides(c->how->ignore, path)) ||
      is_ignored_path(c, path))
    return true;
  for (size_t i = 0; i < c->how->n_renamed; i++)
    if (str_is(path, c->how->renamed[i].from))
      return false;
  return is_added(c, path);
}

bool copier_has_exceptions(const struct copier *c) {
  const struct context_ignore *ig = c->how->ignore;
  for (size_t i = 0; ig && i < ig->patterns.n; i++)
    if (str_starts(ig->patterns.v[i], "!"))
      return true;
  return false;
}

const char *copier_name(const struct copier *c, const char *path) {
  for (size_t i = 0; i < c->how->n_renamed; i++)
    if (str_is(str_of(path), c->how->renamed[i].from))
      return c->how->renamed[i].to;
  return path;
}

// ---- entries ----------------------------------------------------------------

struct xattr {
  struct str name, value;
};

static int copied_by_name(const void *a, const void *b) {
  return str_cmp(((const struct xattr *)a)->name,
                 ((const struct xattr *)b)->name);
}

/** File systems list attributes in any order. */
static void sort_xattrs(struct archive_entry *e) {
  struct arena ar;
  const char *name;
  const void *value;
  size_t len;
  VEC(struct xattr) list = {0};
  arena_init(&ar);
  archive_entry_xattr_reset(e);
  while (archive_entry_xattr_next(e, &name, &value, &len) == ARCHIVE_OK) {
    const struct xattr x = {str_dup(&ar, str_of(name)),
                            {arena_memdup(&ar, value, len), len}};
    vec_push(&ar, &list, x);
  }
  archive_entry_xattr_clear(e);
  qsort(list.v, list.n, sizeof *list.v, copied_by_name);
  // Each is put before those that are there, and the last is written first.
  for (size_t i = 0; i < list.n; i++)
    archive_entry_xattr_add_entry(e, list.v[i].name.p, list.v[i].value.p,
                                  list.v[i].value.len);
  arena_release(&ar);
}

static void make_reproducible(struct archive_entry *e, int64_t epoch) {
  archive_entry_set_uid(e, 0);
  archive_entry_set_gid(e, 0);
  archive_entry_set_uname(e, NULL);
  archive_entry_set_gname(e, NULL);
  archive_entry_set_mtime(e, epoch, 0);
  archive_entry_sparse_clear(e);
  if (archive_entry_xattr_count(e) > 1)
    sort_xattrs(e);
}

/** What no file system has is none: readers differ in what they make of a time
 *  34,000 years from now, and no tar can hold an owner of 64 bits. */
static void mend(struct archive_entry *e) {
  const int64_t max = INT64_C(1) << 40;
  const int64_t t = archive_entry_mtime(e);
  const int64_t uid = archive_entry_uid(e), gid = archive_entry_gid(e);
  if (t < -max || t > max)
    archive_entry_set_mtime(e, 0, 0);
  if (uid < 0 || uid > UINT32_MAX)
    archive_entry_set_uid(e, 0);
  if (gid < 0 || gid > UINT32_MAX)
    archive_entry_set_gid(e, 0);
}

bool copier_begin(struct copier *c, struct archive_entry *e) {
  archive_entry_unset_atime(e);
  archive_entry_unset_ctime(e);
  archive_entry_unset_birthtime(e);
  archive_entry_set_fflags(e, 0, 0);
  archive_entry_copy_mac_metadata(e, NULL, 0);
  mend(e);
  if (c->how->reproducible)
    make_reproducible(e, c->how->epoch);
  return tarout_header(&c->tar, e);
}

bool copier_changed(struct copier *c, const char *path) {
  return diag_fail(c->dg, DIAG_IO, SPAN_NONE,
                   "\"%s\" changed while it was read", path);
}

// ---- the copy ---------------------------------------------------------------

/** A time that every reader of tars takes without a pax header. */
static int64_t plain_time(int64_t t) {
  return t < 0 ? 0 : t < INT32_MAX ? t : INT32_MAX - 1;
}

static bool add_file(struct copier *c, const struct context_added *file) {
  struct archive_entry *e = archive_entry_new();
  if (!e)
    base_out_of_memory();
  archive_entry_set_pathname(e, file->name);
  archive_entry_set_filetype(e, AE_IFREG);
  archive_entry_set_perm(e, 0644);
  archive_entry_set_size(e, (la_int64_t)file->text.len);
  archive_entry_set_mtime(e, plain_time(c->how->epoch), 0);
  const bool ok = tarout_header(&c->tar, e) &&
                  tarout_data(&c->tar, file->text.p, file->text.len);
  archive_entry_free(e);
  return ok;
}

static bool add_files(struct copier *c) {
  for (size_t i = 0; i < c->how->n_added; i++)
    if (!add_file(c, &c->how->added[i]))
      return false;
  return true;
}

bool context_copy(struct context *c, const struct context_copy *how,
                  const struct context_sink *to, struct diags *dg) {
  struct copier copier = {.how = how, .dg = dg};
  if (!c->ops->copy)
    BUG("a context that cannot be copied");
  tarout_open(&copier.tar, to, dg);
  // First: `docker build -` takes for a tar what begins with a whole plain
  // header, and a pax header with its body is longer than what it looks at.
  // Source: moby v26.1 builder/remotecontext/detect.go; docker/cli v26.1
  // cli/command/image/build/context.go DetectArchiveReader().
  const bool ok = add_files(&copier) && c->ops->copy(c->self, &copier);
  return tarout_close(&copier.tar, ok);
}
