/** Shared by the parts of the copy: the tar that is written (tarout_), what
 *  becomes of each entry (copier_), and the walks over a directory and over an
 *  archive that bring the entries. */
#ifndef COGFE_CONTEXT_COPY_INT_H
#define COGFE_CONTEXT_COPY_INT_H

#include "cogfe/context.h"

#include "context_int.h"

// ---- context_tarout.c: the tar ----------------------------------------------

/** A tar on its way to a sink. Names go out as the bytes that they are. */
struct tarout {
  struct archive *a;
  const struct context_sink *to;
  struct diags *dg;
  struct sbuf gathered; // what goes out next
  bool begun;           // the sink has got bytes
  uint64_t left;        // bytes of the newest body still to come
  bool has_holes;       // which come besides
  bool failed;          // nothing is written any more, and DG has the reason
};

void tarout_open(struct tarout *t, const struct context_sink *to,
                 struct diags *dg);

/** Begins entry E, which has a name and a size. */
bool tarout_header(struct tarout *t, struct archive_entry *e);

/** Bytes of its body, of which there are as many as its size says. Those in
 *  holes are given too, as zeros, and not written. */
bool tarout_data(struct tarout *t, const void *p, size_t len);
bool tarout_zeros(struct tarout *t, uint64_t len);

/** Where the next entry begins. */
uint64_t tarout_place(struct tarout *t);

/** Ends the archive when OK, else breaks it off so that no reader takes it.
 *  Releases T in any case; false unless all of it is written. */
bool tarout_close(struct tarout *t, bool ok);

// ---- context_copy.c: what becomes of an entry -------------------------------

struct copier {
  const struct context_copy *how;
  struct tarout tar;
  struct diags *dg;
};

/** Whether PATH, which is clean, has no place in the copy. */
bool copier_hides(const struct copier *c, struct str path);

/** Whether something below a directory that is hidden may not be. */
bool copier_has_exceptions(const struct copier *c);

/** PATH's name in the copy: itself, or what it is renamed to. */
const char *copier_name(const struct copier *c, const char *path);

/** Leaves in E what the copy keeps, and begins the entry. */
bool copier_begin(struct copier *c, struct archive_entry *e);

/** PATH could not be read as it was when the copy began. */
bool copier_changed(struct copier *c, const char *path);

// ---- the walks --------------------------------------------------------------

/** Every entry of the directory that is open as TOP. */
bool copy_directory(struct copier *c, int top);

/** Every entry of the archive. */
bool copy_archive(struct copier *c, struct archive_context *from);

// ---- context_keep.c: temporary files ----------------------------------------

/** A file that has no name. */
struct keep {
  int fd;
  const char *dir; // borrowed
};

/** An empty one in directory DIR; K->fd is the caller's to close. */
bool keep_open(struct keep *k, const char *dir, struct diags *dg);

/** The write of a context_sink: appends to the keep that SELF is. */
bool keep_write(void *self, const void *p, size_t len, struct diags *dg);

#endif
