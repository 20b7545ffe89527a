/** Shared inside module context: how a struct context is laid out, one pass
 *  over an archive (stream_), and what its entries unpack to (index_). */
#ifndef COGFE_CONTEXT_INT_H
#define COGFE_CONTEXT_INT_H

#include "cogfe/context.h"
#include "cogfe/limits.h"

#include <locale.h>

struct archive;
struct archive_entry;

struct context {
  const struct context_ops *ops;
  void *self;
  const char *root_prefix;
};

// ---- one pass over an archive -----------------------------------------------

/** Bytes come from the reader in blocks, through the decompressor if there is
 *  one (context_bytes.c), and are entries behind that (context_stream.c).
 *  Opened, walked and closed within one function: the reader and DG are
 *  borrowed. */
struct stream {
  const struct context_reader *reader;
  struct diags *dg;
  enum context_archive kind;
  bool ended;  // the reader has no more bytes
  bool failed; // and DG has the reason

  struct sbuf block;       // what was read last,
  size_t block_at;         // from here on
  bool block_is_new;       // not yet handed on
  size_t want;             // bytes to ask the reader for next
  uint64_t raw;            // where the reader is read next
  struct archive *inflate; // what is compressed otherwise than by gzip
  struct gunzip *gunzip;   // and by it; both are NULL for what is not
  uint64_t inflated;       // bytes that came out of it
  uint64_t drop;           // of those, how many still to be passed over
  uint64_t budget;         // bytes that may still be taken from here

  struct archive *entries;
  uint64_t ordinal;  // entries seen
  struct sbuf entry; // name of the newest, for messages
  locale_t utf8;     // for a zip, where the machine has it, else 0
  locale_t before;   // the thread's own
};

// ---- context_bytes.c: the bytes of a tar or zip -----------------------------

void bytes_init(struct stream *s, const struct context_reader *reader,
                struct diags *dg);

/** Reads the first block and sets S->kind by it. */
bool bytes_sniff(struct stream *s);

/** Makes the decompressor that S->kind wants. */
bool bytes_open(struct stream *s);

void bytes_close(struct stream *s);

bool bytes_can_seek(const struct stream *s);

/** The callbacks of libarchive, SELF being S: what a tar or zip is made of. */
ssize_t bytes_read(struct archive *a, void *self, const void **out);
int64_t bytes_skip(struct archive *a, void *self, int64_t len);
int64_t bytes_seek(struct archive *a, void *self, int64_t off, int whence);

/** The next bytes as the reader has them, in *OUT: their number, 0 at the end,
 *  ARCHIVE_FATAL when S failed. */
ssize_t bytes_raw(struct stream *s, const void **out);

/** Whether what the reader has is compressed as a whole. */
bool bytes_are_packed(const struct stream *s);

/** Counts LEN bytes that were inflated; fails past LIMIT_INFLATE_*. */
bool bytes_inflated(struct stream *s, size_t len);

/** Reads what follows the last entry: the checksum at the end of compressed
 *  bytes, and padding, since who writes it to a pipe should not find that
 *  closed. */
bool bytes_drain(struct stream *s);

// ---- context_gunzip.c -------------------------------------------------------

/** An inflater at the start of what bytes_raw() gives; never NULL. */
struct gunzip *gunzip_new(void);
void gunzip_free(struct gunzip *g);

/** The next bytes of the file that the members in a row are, in *OUT until the
 *  next call: their number, 0 at the end, ARCHIVE_FATAL when S failed, for a
 *  wrong checksum too. */
ssize_t gunzip_read(struct gunzip *g, struct stream *s, const void **out);

// ---- context_stream.c: the entries ------------------------------------------

/** Starts S at byte 0: reads the first block and finds out what it is (S->kind,
 *  CONTEXT_NO_ARCHIVE included). stream_close() in any case. */
bool stream_start(struct stream *s, const struct context_reader *reader,
                  struct diags *dg);

/** Starts S, of KIND, so that the first entry is the one that stream_place()
 *  told. */
bool stream_resume(struct stream *s, const struct context_reader *reader,
                   enum context_archive kind, uint64_t place, struct diags *dg);

/** Makes libarchive ready for stream_next(); after stream_start() only. */
bool stream_open(struct stream *s);

/** Whether a body costs a pass over everything before it. */
bool stream_is_sequential(const struct stream *s);

/** The next entry, or NULL in *ENTRY behind the last one. Fails for damage and
 *  for an archive that is cut short. */
bool stream_next(struct stream *s, struct archive_entry **entry);

/** Where the entry that stream_next() gave can be found again. */
uint64_t stream_place(const struct stream *s);

/** Appends the body of the entry to OUT. *WHOLE says whether it was done; a
 *  body of more than MAX bytes, or more than OUT takes, is left out. */
bool stream_body(struct stream *s, size_t max, struct sbuf *out, bool *whole);

void stream_close(struct stream *s);

/** The archive ends before it should: fails once, and says where. */
bool stream_cut_short(struct stream *s);

/** Reports what libarchive says of its archive A, unless the reason of the
 *  failure is known already. Returns false. */
bool stream_damaged(struct stream *s, struct archive *a);

/** The same, with the words of another library; may be NULL. */
bool stream_damaged_by(struct stream *s, struct archive *a, const char *words);

// ---- context_index.c: what the entries unpack to ----------------------------

enum node_kind {
  NODE_DIR,
  NODE_FILE,
  NODE_LINK,
  NODE_OTHER,
};

/** One file of the unpacked tree. */
struct node {
  struct node *up;     // the directory it is in; NULL for the top
  struct node *next;   // in order of making
  void *names;         // of search.h: what is in a NODE_DIR, by name
  struct node *recent; // what was looked up in it last, or NULL
  struct str name;
  struct str link; // target of a NODE_LINK
  uint64_t size;   // bytes of a NODE_FILE
  uint64_t place;  // of its body's entry, see stream_place()
  uint64_t kept;   // offset of its body in the kept bytes, or NODE_NOT_KEPT
  uint32_t id;     // changes when a directory is replaced: children know it
  uint32_t up_id;  // by this; those that differ are gone
  enum node_kind kind;
  bool alive; // set by copy_archive(): stands in the tree in the end,
  bool shown; // and has a place in the copy
};

#define NODE_NOT_KEPT UINT64_MAX
#define NODE_NO_PLACE UINT64_MAX // a directory that no entry has

struct index {
  struct arena *ar; // borrowed; nodes and names live in it
  struct node top;
  struct node *last;
  size_t n;
  size_t name_bytes;
  size_t steps; // directories passed, see LIMIT_ARCHIVE_STEPS
  uint32_t ids;
  // What is left of a path behind the newest link on it; two, since each is
  // made of the one before.
  char rest[2][LIMIT_PATH_BYTES];
};

enum index_answer {
  INDEX_FOUND,
  INDEX_MISSING,
  INDEX_NOT_DIR, // something on the way is no directory
  INDEX_OUTSIDE, // a link leads above the top, or from "/"
  INDEX_CIRCLE,  // LIMIT_LINKS links passed
  INDEX_LIMIT,   // LIMIT_ARCHIVE_STEPS or _NAME_BYTES or _ENTRIES is used up
};

void index_init(struct index *ix, struct arena *ar);
void index_release(struct index *ix);

/** Puts what WHAT says (kind, link, size, place, kept) at PATH, over what stood
 *  there, as unpacking the entry would: through links, with the directories on
 *  the way. *OUT is the node. PATH and the link are copied. */
enum index_answer index_put(struct index *ix, struct str path,
                            const struct node *what, struct node **out);

/** What stands at PATH below TOP, above which no link may lead. FOLLOW says
 *  whether a link at the very end is followed. */
enum index_answer index_find(struct index *ix, struct node *top,
                             struct str path, bool follow, struct node **out);

/** Gives FN what is in directory DIR, sorted by name. */
void index_each(const struct node *dir,
                void (*fn)(void *self, const struct node *node), void *self);

// ---- context_archive.c: a context that is an archive ------------------------

/** An index of it, and the bodies of the files that were met on the way and may
 *  be asked for. */
struct archive_context {
  struct arena ar;
  struct context_reader reader;
  enum context_archive kind;
  bool sequential;
  const char *config; // base name of the file that the build names
  struct index index;
  struct node *top; // the directory that is the context's top
  struct sbuf kept;
  struct sbuf body;           // of the file read last, when it was not kept
  const struct node *body_of; // NULL for none
};

// ---- context_pattern.c: one line of an ignore file --------------------------

struct pattern_token;

struct context_pattern {
  bool except; // began with '!'
  struct pattern_token *tokens;
  size_t n;
  struct str prefix; // what each path that it matches begins with
  struct str suffix; // and what such a path, or a directory above, ends in
  bool is_name;      // "**/NAME" and no more: SUFFIX is a whole name
};

/** Compiles TEXT (normalized, without '!') into *OUT, or says why it is not a
 *  pattern; NULL when all is well. The result lives in AR. */
const char *pattern_compile(struct arena *ar, struct str text,
                            struct context_pattern *out);

/** Adds the patterns of MORE behind those of TO. */
void context_ignore_append(struct arena *ar, struct context_ignore *to,
                           const struct context_ignore *more);

/** Whether PAT matches PATH or a directory above it. *STEPS grows by what that
 *  costs, at least 1. */
bool pattern_matches(const struct context_pattern *pat, struct str path,
                     uint64_t *steps);

#endif
