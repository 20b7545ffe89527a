/** tarball: tar archives made by hand, the ones that no tar program makes
 *  included; and a reader of bytes in memory that counts, and fails when told
 *  to. */
#ifndef COGFE_TESTS_TARBALL_H
#define COGFE_TESTS_TARBALL_H

#include "cogfe/base.h"
#include "cogfe/context.h"

enum {
  TARBALL_FILE = '0',
  TARBALL_HARDLINK = '1',
  TARBALL_SYMLINK = '2',
  TARBALL_CHARDEV = '3',
  TARBALL_DIR = '5',
  TARBALL_FIFO = '6',
  TARBALL_PAX_GLOBAL = 'g',
  TARBALL_PAX = 'x',
  TARBALL_LONG_NAME = 'L',
};

/** Appends a ustar header: NAME (cut at 100 bytes), TYPE, SIZE of the body to
 *  come, and where a link leads. */
void tarball_header(struct sbuf *out, const char *name, int type, uint64_t size,
                    const char *link);

/** Appends a body with its padding. */
void tarball_body(struct sbuf *out, struct str body);

/** Appends header and body of a file / a link / something without a body. */
void tarball_file(struct sbuf *out, const char *name, const char *body);
void tarball_link(struct sbuf *out, const char *name, int type, const char *to);
void tarball_other(struct sbuf *out, const char *name, int type);

/** Appends the two blocks of zeros at the end. */
void tarball_end(struct sbuf *out);

/** Gives every ustar header in TAR its right sum: mutation breaks it, and
 * behind it all the rest lies. */
void tarball_mend(struct sbuf *tar);

/** Bytes in memory behind a context_reader. */
struct tarball_reader {
  struct str bytes;
  bool pipe;           // no size, ascending reads only
  size_t max_read;     // at most so many bytes at once; 0 is no limit
  size_t fail_at;      // the read (from 1) that fails; 0 is none
  size_t end_at;       // the read (from 1) that says "the end"; 0 is none
  size_t reads;        // so far
  uint64_t bytes_read; // so far
  uint64_t next;       // where the last read ended
};

/** A reader over R; R is borrowed. */
struct context_reader tarball_reader(struct tarball_reader *r);

#endif
