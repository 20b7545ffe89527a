/** context_copy: a build context as a tar with files added to it, for builders
 *  that take a context on standard input and know no frontends.
 *
 *      struct context_copy how = {.ignore = &ignore, .added = &dockerfile,
 *                                 .n_added = 1};
 *      struct context_sink to = {.write = write_to_fd, .self = &fd};
 *      if (!context_copy(files, &how, &to, dg))
 *        return false;
 *
 *  The tar is the tree that the context unpacks to, each of its files once:
 * what an archive replaces later is not in it, an archive's one top directory
 * is gone (context_root_prefix()), and so is everything that the ignore file
 *  hides. Builders do not agree on that file: docker applies it to a directory
 *  and not to a tar, buildah to both; here it is applied for all of them, and
 *  applying it once more changes nothing.
 *  Source: moby v20.10 builder/remotecontext/detect.go; buildkit v0.32.2
 *  frontend/dockerui/config.go MainContext(); buildah v1.28 add.go.
 *
 *  Entries keep mode, owner, time (to the nanosecond), links, devices, extended
 *  attributes, holes, and names of any bytes and length; what they do not fit
 *  in a ustar header for goes to a pax header. Those of a directory come sorted
 *  by name, those of an archive in its order, the added ones first. Of the
 * bytes no more than some blocks are in memory at any time; of an archive the
 * index is (some 130 bytes and the name, for each entry).
 */
#ifndef COGFE_CONTEXT_COPY_H
#define COGFE_CONTEXT_COPY_H

#include "cogfe/context.h"

/** Where bytes go, from front to back. */
struct context_sink {
  /** Takes all LEN bytes at P, or fails with the reason in DG. */
  bool (*write)(void *self, const void *p, size_t len, struct diags *dg);
  void *self;
};

/** A file that the copy has besides the context's, or in the place of its own:
 *  NAME at the top, mode 0644, of root. */
struct context_added {
  const char *name;
  struct str text;
};

/** The file FROM at the top of the context is TO in the copy. */
struct context_renamed {
  const char *from, *to;
};

/** A file of this machine, as stat() names it. */
struct context_file_id {
  uint64_t dev, ino;
};

struct context_copy {
  const struct context_ignore *ignore; // what is left out; NULL: nothing
  const struct context_renamed *renamed;
  size_t n_renamed;
  const char *const *left_out; // files at the top
  size_t n_left_out;
  const struct context_added *added;
  size_t n_added;
  /** Time of what is added, in seconds since 1970; 1970 or 2038 where a plain
   *  header, which the first entry has, cannot say it. */
  int64_t epoch;

  /** Files that are left out of a directory: what the copy is written to. */
  const struct context_file_id *not_these;
  size_t n_not_these;

  /** The same tree gives the same bytes, be it a directory or an archive of it:
   *  entries are sorted, of root and of the time EPOCH, directories that an
   *  archive only implies have an entry, and holes are filled. */
  bool reproducible;
  /** Directory for a temporary file. It is needed to sort the entries of what
   *  is compressed, which is unpacked to it. */
  const char *tmp;
};

/** Writes the copy of C to TO, with the end of the archive if and only if it
 *  succeeds: after a failure what was written is nothing, or ends within a
 *  body, which no reader of tars takes. Fails with DIAG_IO for what cannot be
 *  read or changed while it was read, with DIAG_BAD_ARCHIVE for damage, past
 *  LIMIT_INFLATE_*, and when TO does. C must be a directory, or an archive that
 *  can be read twice (see context_reader_keep()). */
bool context_copy(struct context *c, const struct context_copy *how,
                  const struct context_sink *to, struct diags *dg);

/** Makes READER, which is read from front to back only, one that can be read
 *  twice: takes all its bytes to a file without a name in directory DIR, open
 * as *FD (the caller's to close, -1 before). Lives in AR; fails with DIAG_IO.
 */
bool context_reader_keep(struct context_reader *reader, struct arena *ar,
                         const char *dir, int *fd, struct diags *dg);

#endif
