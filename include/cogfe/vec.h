/** vec: a list in an arena that grows while it is made and is only read after.
 *
 *      VEC(struct str) lines = {0};
 *      vec_push(ar, &lines, line);
 *      for (size_t i = 0; i < lines.n; i++) use(lines.v[i]);
 */
#ifndef COGFE_VEC_H
#define COGFE_VEC_H

#include <stddef.h>

struct arena;

#define VEC(type)                                                              \
  struct {                                                                     \
    type *v;                                                                   \
    size_t n;                                                                  \
    size_t cap;                                                                \
  }

/** Lists of text are passed between modules under this name. */
struct str_vec {
  struct str *v;
  size_t n;
  size_t cap;
};

/** Appends ITEM; the old array stays valid but is no longer the list's. */
#define vec_push(ar, vec, ...)                                                 \
  (vec_grow((ar), (void **)&(vec)->v, (vec)->n, &(vec)->cap,                   \
            sizeof(*(vec)->v)),                                                \
   (void)((vec)->v[(vec)->n++] = (__VA_ARGS__)))

/** Makes room for one more item of SIZE bytes. */
void vec_grow(struct arena *ar, void **v, size_t n, size_t *cap, size_t size);

#endif
