#include "cogfe/base.h"

void vec_grow(struct arena *ar, void **v, size_t n, size_t *cap, size_t size) {
  if (n < *cap)
    return;
  size_t grown = *cap ? *cap * 2 : 8;
  void *to = arena_calloc(ar, grown, size);
  if (n)
    memcpy(to, *v, n * size);
  *v = to;
  *cap = grown;
}
