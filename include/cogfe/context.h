/** context: the files that a build was given, wherever they are.
 *
 *  A build context is a directory, an archive that is read by pieces, or
 *  anything else that answers `struct context_ops`; behind `struct context` all
 *  of them look alike. Paths are relative to the context's top, links lead
 *  only inside of it, nothing is ever extracted to disk, and no read goes past
 *  the limit that its caller names. This module does not know of engines, of
 *  cog.yaml or of the command line.
 *
 *      struct context *c = context_open_dir(ar, ".", dg);
 *      if (!c || !context_read(c, STR("cog.yaml"), LIMIT_CONFIG_BYTES,
 *                              SPAN_NONE, &text, dg))
 *        return false;
 *      context_close(c);
 */
#ifndef COGFE_CONTEXT_H
#define COGFE_CONTEXT_H

#include "cogfe/base.h"
#include "cogfe/diag.h"

// ---- what a context can answer ----------------------------------------------

enum context_kind {
  CONTEXT_MISSING,
  CONTEXT_FILE, // a regular file
  CONTEXT_DIR,
  CONTEXT_OTHER, // FIFO, device, socket: never opened
};

struct context_stat {
  enum context_kind kind;
  uint64_t size; // bytes of a CONTEXT_FILE, else 0
};

/** One name in a directory. */
struct context_entry {
  struct str name;
  enum context_kind kind; // of links CONTEXT_OTHER: they are not followed
  uint64_t size;          // bytes of a CONTEXT_FILE, else 0
};

struct context_entries {
  struct context_entry *v;
  size_t n;
  size_t cap;
};

struct copier;

/** How one kind of context answers. PATH is always clean: relative, without
 *  `.`, `..`, empty parts and trailing slash; the top itself is ".". Links are
 *  followed, inside the context only. All obey the contract of diag.h. */
struct context_ops {
  /** What stands at PATH. That nothing does is an answer, not a failure. */
  bool (*stat)(void *self, const char *path, struct context_stat *out,
               struct diags *dg);

  /** Appends to OUT at most LEN bytes of the regular file PATH from byte OFF;
   *  fewer mean that the file ends there. Called only for what `stat` says is
   *  a file, in ascending pieces of at most CONTEXT_PIECE bytes. */
  bool (*read)(void *self, const char *path, uint64_t off, size_t len,
               struct sbuf *out, struct diags *dg);

  /** Pushes what stands in the N directories PATHS, in any order, to the list
   *  of each in OUT; the names live in AR. Several at a time, because an engine
   *  answers many questions as fast as one. */
  bool (*list)(void *self, const char *const *paths, size_t n, struct arena *ar,
               struct context_entries *out, struct diags *dg);

  /** Hands every file to TO, see context_copy(); NULL where nobody asks for
   *  it. */
  bool (*copy)(void *self, struct copier *to);

  /** PATH will be asked for soon. May be NULL. */
  void (*expect)(void *self, const char *path);

  /** Lets go of what SELF holds outside of arenas; may be NULL. */
  void (*close)(void *self);
};

/** The largest piece that one `read` is asked for. */
#define CONTEXT_PIECE (1024 * 1024)

struct context;

/** A context whose answers OPS gives; both are borrowed and must outlive it.
 *  Lives in AR. Cannot fail. */
struct context *context_open_ops(struct arena *ar,
                                 const struct context_ops *ops, void *self);

/** The local directory PATH. Lives in AR; fails when it is not a directory
 *  that can be read. */
struct context *context_open_dir(struct arena *ar, const char *path,
                                 struct diags *dg);

/** Closes what C holds open; C itself dies with its arena. NULL is fine. */
void context_close(struct context *c);

// ---- archives ---------------------------------------------------------------

/** Bytes at any place: a file, or a file on the other side of a connection. */
struct context_reader {
  /** As the user knows it, the subject of messages: `model.tar.gz`, `standard
   *  input`. */
  const char *name;
  /** Bytes in all, or CONTEXT_SIZE_UNKNOWN: then the places asked for only
   *  ascend without gaps and nothing can be read twice (a pipe). */
  uint64_t size;
  /** Reads at most LEN bytes at byte OFF to BUF and says in *GOT how many;
   *  fewer than LEN are fine, 0 means the end. */
  bool (*read_at)(void *self, uint64_t off, void *buf, size_t len, size_t *got,
                  struct diags *dg);
  void *self;
  /** Whether a read costs little besides its bytes, as of a file on this
   *  machine: then bytes that are not wanted are better not read. */
  bool near;
};

#define CONTEXT_SIZE_UNKNOWN UINT64_MAX

/** A reader of the open file FD (borrowed): a regular file, or anything that
 *  is read from front to back. *OUT lives as long as it is used. */
bool context_reader_fd(struct context_reader *out, struct arena *ar, int fd,
                       const char *name, struct diags *dg);

/** What the first bytes of a file say that it is. */
enum context_archive {
  CONTEXT_NO_ARCHIVE,
  CONTEXT_TAR,
  CONTEXT_GZIP,
  CONTEXT_BZIP2,
  CONTEXT_XZ,
  CONTEXT_ZSTD,
  CONTEXT_ZIP,
};

/** How many first bytes context_sniff() wants; fewer only if there are no
 *  more. */
#define CONTEXT_SNIFF_BYTES 512

/** Engines themselves unpack CONTEXT_TAR, _GZIP, _BZIP2 and _XZ (newer ones
 *  _ZSTD), and take everything else for the config file itself.
 *  Source: buildkit v0.32.2 frontend/dockerui/context.go isArchive. */
enum context_archive context_sniff(const void *bytes, size_t len);

/** The archive that READER (copied; its SELF borrowed) gives: a tar, plain or
 *  in gzip, bzip2, xz or zstd, or a zip.
 *
 *  It is gone through once, here: of a plain tar or a zip only the headers are
 *  read, whatever is compressed is read to its end. The last entry of a name
 *  wins; entries are laid over each other as unpacking would, links included.
 *  Small files that look like configuration are kept on the way, so that
 *  reading one of them costs nothing; another file costs a seek in a plain tar
 *  or a zip and a second pass over a compressed one. From a pipe only the
 *  kept ones can be had.
 *
 *  CONFIG is the path of the file that the build names: it is kept too, and it
 *  decides where the top is. When everything stands in one directory, as in the
 *  tarballs that code hosts make, then that directory is the top of the
 *  context, unless CONFIG is a file outside of it. CONFIG may begin with the
 *  directory, since an engine looks for it in the archive as it stands; here it
 *  has to be asked for without it. See context_root_prefix().
 *
 *  Lives in AR. Fails for damage, for an archive that is cut short, for entry
 *  names that are absolute or hold "..", and past LIMIT_ARCHIVE_* and
 *  LIMIT_INFLATE_*. */
struct context *context_open_archive(struct arena *ar,
                                     const struct context_reader *reader,
                                     const char *config, struct diags *dg);

/** The directory of the archive that is C's top ("repo-1a2b3c"), or "" when
 *  that is the archive's own. */
const char *context_root_prefix(const struct context *c);

// ---- using a context --------------------------------------------------------

/** Makes PATH, as a person wrote it, a clean one (see context_ops) in AR. Fails
 *  with DIAG_OUTSIDE at AT for what is absolute or leads above the top. */
bool context_path(struct arena *ar, struct str path, struct span at,
                  const char **clean, struct diags *dg);

/** What stands at PATH (as a person wrote it). AT is the place that asks, for
 *  errors; `{0}` is none. Nothing there is CONTEXT_MISSING, not a failure;
 *  a link that leads out of the context or in a circle is a failure. */
bool context_stat(struct context *c, struct str path, struct span at,
                  struct context_stat *out, struct diags *dg);

/** Says that context_stat() or context_read() of PATH will follow, so that a
 *  context far away looks at all that is expected together. What is wrong with
 *  PATH is said by those. */
void context_expect(struct context *c, struct arena *ar, struct str path);

/** Appends the whole regular file PATH to OUT, whose own maximum must allow
 *  MAX bytes more. Fails with DIAG_FILE_MISSING, with DIAG_NOT_A_FILE for
 *  directories, FIFOs and devices, with DIAG_TOO_LARGE past MAX bytes; OUT is
 *  then as it was. */
bool context_read(struct context *c, struct str path, size_t max,
                  struct span at, struct sbuf *out, struct diags *dg);

/** The base names in directory PATH, sorted by bytes, those of directories
 *  with a '/' at the end. They live in AR. */
bool context_list(struct context *c, struct str path, struct span at,
                  struct arena *ar, struct str_vec *names, struct diags *dg);

/** A regular file of a context. */
struct context_file {
  struct str path; // relative to the top, clean
  uint64_t size;
};

struct context_files {
  struct context_file *v;
  size_t n;
  size_t cap;
  /** Directories that were not looked into, because a limit was reached. */
  struct str_vec unseen;
};

/** All regular files below the top of C, sorted by path; links are not
 *  followed. ENTER says which directories are looked into, SELF is its own.
 *  Those near the top come first, so that past LIMIT_WALK_* the deepest are
 *  missing. Everything lives in AR. */
bool context_walk(struct context *c, bool (*enter)(void *self, struct str path),
                  void *self, struct arena *ar, struct context_files *out,
                  struct diags *dg);

// ---- .dockerignore ----------------------------------------------------------

struct context_pattern;

/** A parsed ignore file. */
struct context_ignore {
  const char *name; // of the file in its context; NULL when there is none
  /** Its patterns, normalized, in their order: what engines want in
   *  `local.excludepatterns`. */
  struct str_vec patterns;
  struct context_pattern *compiled; // PATTERNS.n of them
  uint64_t *steps;                  // what matching has cost so far
};

/** Parses the text of an ignore file. The result lives in AR; SRC is borrowed
 *  for the diagnostics. Fails with DIAG_BAD_IGNORE for what Docker refuses as
 *  a pattern, one error each.
 *  Source: https://docs.docker.com/build/concepts/context/#dockerignore-files
 *  (2025-06), moby/patternmatcher v0.6.0 ignorefile/ignorefile.go and
 *  patternmatcher.go. */
bool context_ignore_parse(struct arena *ar, const struct source *src,
                          struct context_ignore *out, struct diags *dg);

/** Reads the ignore file of a build that names the file NAME in BESIDE:
 *  NAME.dockerignore there, else .dockerignore of C; without either nothing is
 *  ignored. *OUT lives in AR. */
bool context_ignore_load(struct context *c, struct context *beside,
                         struct str name, struct arena *ar,
                         struct context_ignore *out, struct diags *dg);

/** The same for the files of a model: first of all, what nobody wants in an
 *  image is ignored (CONTEXT_IGNORED). A "!" in the ignore file takes it back.
 */
bool context_ignore_load_model(struct context *c, struct context *beside,
                               struct str name, struct arena *ar,
                               struct context_ignore *out, struct diags *dg);

/** A repository's own files, and virtual environments under their usual
 *  names. */
#define CONTEXT_IGNORED ".git", ".venv", "venv"

/** context_expect() of the files that context_ignore_load() looks for. */
void context_ignore_expect(struct context *c, struct context *beside,
                           struct str name, struct arena *ar);

/** Whether a file at PATH is kept from the build: the last pattern that matches
 *  it or a directory above it decides. PATH is clean (context_path()). */
bool context_ignore_hides(const struct context_ignore *ig, struct str path);

/** Fails when matching took more than LIMIT_IGNORE_STEPS, after which nothing
 *  is hidden any more; whoever asks for many files checks it in the end. IG may
 *  be NULL. */
bool context_ignore_check(const struct context_ignore *ig, struct diags *dg);

// ---- the copy ---------------------------------------------------------------
//
// A build context as a tar with files added to it, for builders that take a
// context on standard input and know no frontends.
//
//     struct context_copy how = {.ignore = &ignore, .added = &dockerfile,
//                                .n_added = 1};
//     struct context_sink to = {.write = write_to_fd, .self = &fd};
//     if (!context_copy(files, &how, &to, dg))
//       return false;
//
// The tar is the tree that the context unpacks to, each of its files once:
// what an archive replaces later is not in it, an archive's one top directory
// is gone (context_root_prefix()), and so is everything that the ignore file
// hides. Builders do not agree on that file: docker applies it to a directory
// and not to a tar, buildah to both; here it is applied for all of them, and
// applying it once more changes nothing.
// Source: moby v20.10 builder/remotecontext/detect.go; buildkit v0.32.2
// frontend/dockerui/config.go MainContext(); buildah v1.28 add.go.
//
// Entries keep mode, owner, time (to the nanosecond), links, devices, extended
// attributes, holes, and names of any bytes and length; what they do not fit
// in a ustar header for goes to a pax header. Those of a directory come sorted
// by name, those of an archive in its order, the added ones first. Of the bytes
// no more than some blocks are in memory at any time; of an archive the index
// is (some 130 bytes and the name, for each entry).

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
