// gzip, by zlib: libarchive's own reader of it does not look at the checksum
// behind the bytes (as of 3.7).
#define ZLIB_CONST
#include <zlib.h> // before base.h, since it names a member "time"

#include "cogfe/base.h"

#include "context_int.h"

#include <archive.h>

enum { PIECE = 64 * 1024, WINDOW_OF_GZIP = 15 + 16 };

struct gunzip {
  struct arena ar; // which it lives in
  z_stream z;
  bool in_member; // of those in a row, which are one file
  bool ended;     // what follows is no member
  unsigned char piece[PIECE];
};

struct gunzip *gunzip_new(void) {
  struct arena ar;
  arena_init(&ar);
  struct gunzip *g = arena_new(&ar, struct gunzip);
  if (inflateInit2(&g->z, WINDOW_OF_GZIP) != Z_OK)
    base_out_of_memory();
  g->ar = ar;
  g->in_member = true;
  return g;
}

void gunzip_free(struct gunzip *g) {
  if (!g)
    return;
  struct arena ar = g->ar;
  inflateEnd(&g->z);
  arena_release(&ar);
}

/** Whether there are bytes to inflate; false at the end, and after failures. */
static bool has_input(struct gunzip *g, struct stream *s) {
  const void *p;
  if (g->z.avail_in)
    return true;
  const la_ssize_t len = bytes_raw(s, &p);
  if (len == 0 && g->in_member)
    stream_cut_short(s);
  if (len <= 0)
    return false;
  g->z.next_in = p;
  g->z.avail_in = (uInt)len;
  return true;
}

/** Starts the member that comes next; what does not begin as one is padding. */
static void start_member(struct gunzip *g) {
  g->in_member = g->z.next_in[0] == 0x1f;
  g->ended = !g->in_member;
  if (g->in_member)
    inflateReset(&g->z);
}

la_ssize_t gunzip_read(struct gunzip *g, struct stream *s, const void **out) {
  g->z.next_out = g->piece;
  g->z.avail_out = PIECE;
  while (g->z.avail_out == PIECE && !g->ended && has_input(g, s)) {
    if (!g->in_member)
      start_member(g);
    if (g->ended)
      break;
    const int r = inflate(&g->z, Z_NO_FLUSH);
    if (r == Z_STREAM_END)
      g->in_member = false;
    else if (r != Z_OK && r != Z_BUF_ERROR)
      stream_damaged_by(s, NULL, g->z.msg);
    if (s->failed)
      return ARCHIVE_FATAL;
  }
  *out = g->piece;
  return s->failed ? ARCHIVE_FATAL : (la_ssize_t)(PIECE - g->z.avail_out);
}
