#define COGFE_BASE_PRIVATE
#include "cogfe/base.h"

#include <stdalign.h>

struct arena_block {
  struct arena_block *prev;
  size_t used;
  size_t size;
  alignas(max_align_t) char data[];
};

#ifdef ARENA_EACH
enum { BLOCK_SIZE = 0 };

// Not rounded: the sanitizer sees the last byte.
static size_t aligned_size(size_t size) {
  return size;
}
#else
enum { BLOCK_SIZE = 16 * 1024 };

static size_t aligned_size(size_t size) {
  const size_t a = alignof(max_align_t);
  return (size + a - 1) / a * a;
}
#endif

static struct arena_block *block_new(struct arena_block *prev, size_t size) {
  if (size > SIZE_MAX - sizeof(struct arena_block))
    base_out_of_memory();
  struct arena_block *b = malloc(sizeof(struct arena_block) + size);
  if (!b)
    base_out_of_memory();
  b->prev = prev;
  b->used = 0;
  b->size = size;
  return b;
}

void arena_init(struct arena *ar) {
  ar->last = NULL;
}

void arena_release(struct arena *ar) {
  arena_rewind(ar, (struct arena_mark){NULL, 0});
}

static void *take_block(struct arena_block *b, size_t size) {
  void *p = b->data + b->used;
  b->used += size;
  return memset(p, 0, size);
}

void *arena_alloc(struct arena *ar, size_t size) {
  if (size > SIZE_MAX / 2)
    base_out_of_memory();
  size_t need = aligned_size(size);
  struct arena_block *b = ar->last;
  if (!b || BLOCK_SIZE == 0 || b->size - b->used < need)
    b = ar->last = block_new(b, need > BLOCK_SIZE ? need : BLOCK_SIZE);
  return take_block(b, need);
}

void *arena_calloc(struct arena *ar, size_t n, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(n, size, &bytes))
    base_out_of_memory();
  return arena_alloc(ar, bytes);
}

void *arena_memdup(struct arena *ar, const void *p, size_t len) {
  void *copy = arena_alloc(ar, len);
  if (len)
    memcpy(copy, p, len);
  return copy;
}

char *arena_strndup(struct arena *ar, const char *s, size_t len) {
  char *copy = arena_alloc(ar, len + 1);
  if (len)
    memcpy(copy, s, len);
  return copy;
}

char *arena_strdup(struct arena *ar, const char *s) {
  return arena_strndup(ar, s, strlen(s));
}

char *arena_vprintf(struct arena *ar, const char *fmt, va_list ap) {
  va_list again;
  va_copy(again, ap);
  int len = vsnprintf(NULL, 0, fmt, again);
  va_end(again);
  if (len < 0)
    BUG("bad format \"%s\"", fmt);
  char *s = arena_alloc(ar, (size_t)len + 1);
  vsnprintf(s, (size_t)len + 1, fmt, ap);
  return s;
}

char *arena_printf(struct arena *ar, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  char *s = arena_vprintf(ar, fmt, ap);
  va_end(ap);
  return s;
}

struct arena_mark arena_mark(const struct arena *ar) {
  return (struct arena_mark){ar->last, ar->last ? ar->last->used : 0};
}

void arena_rewind(struct arena *ar, struct arena_mark mark) {
  while (ar->last != mark.last) {
    struct arena_block *b = ar->last;
    ar->last = b->prev;
    free(b);
  }
  if (ar->last)
    ar->last->used = mark.used;
}
