/** arena: memory that dies together.
 *
 *  Everything that describes one build lives in its arena; nothing in it is
 *  freed by itself. Allocation never returns NULL (base_out_of_memory). Bodies
 *  of files and messages do not belong here, they stream through an sbuf.
 *
 *  Built with ARENA_EACH every object is a malloc of its own, so that the
 *  address sanitizer sees each one's bounds.
 */
#ifndef COGFE_ARENA_H
#define COGFE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
  struct arena_block *last;
};

/** A place in an arena; everything made after it can be dropped at once. */
struct arena_mark {
  struct arena_block *last;
  size_t used;
};

void arena_init(struct arena *ar);

/** Frees every object of AR; AR can be used again. */
void arena_release(struct arena *ar);

/** SIZE zeroed bytes, aligned for any type, until AR is released. */
void *arena_alloc(struct arena *ar, size_t size);

/** N zeroed items of SIZE bytes; aborts when the product overflows. */
void *arena_calloc(struct arena *ar, size_t n, size_t size);

#define arena_new(ar, type) ((type *)arena_alloc((ar), sizeof(type)))
#define arena_array(ar, type, n) ((type *)arena_calloc((ar), (n), sizeof(type)))

/** Copies of text and bytes; the text ones end in a NUL. */
char *arena_strdup(struct arena *ar, const char *s);
char *arena_strndup(struct arena *ar, const char *s, size_t len);
void *arena_memdup(struct arena *ar, const void *p, size_t len);

char *arena_printf(struct arena *ar, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *ar, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

struct arena_mark arena_mark(const struct arena *ar);

/** Frees every object made since MARK was taken. */
void arena_rewind(struct arena *ar, struct arena_mark mark);

#endif
