#define COGFE_BASE_PRIVATE
#include "cogfe/base.h"

// What PTR names while nothing is allocated; never written to.
static char empty[1];

void sbuf_init(struct sbuf *b, size_t max) {
  *b = (struct sbuf){.ptr = empty, .max = max};
}

void sbuf_release(struct sbuf *b) {
  if (b->cap)
    free(b->ptr);
  sbuf_init(b, b->max);
}

void sbuf_clear(struct sbuf *b) {
  b->len = 0;
  b->overflow = false;
  if (b->cap)
    b->ptr[0] = '\0';
}

static void reserve(struct sbuf *b, size_t len) {
  size_t need = b->len + len + 1; // bounded by max, so it cannot wrap
  if (need <= b->cap)
    return;
  size_t cap = b->cap ? b->cap : 64;
  while (cap < need)
    cap *= 2;
  char *p = realloc(b->cap ? b->ptr : NULL, cap);
  if (!p)
    base_out_of_memory();
  b->ptr = p;
  b->cap = cap;
}

void *sbuf_extend(struct sbuf *b, size_t len) {
  if (b->overflow || len > b->max - b->len || b->max > SIZE_MAX / 4) {
    b->overflow = true;
    return NULL;
  }
  reserve(b, len);
  char *p = b->ptr + b->len;
  b->len += len;
  b->ptr[b->len] = '\0';
  return p;
}

void sbuf_add(struct sbuf *b, const void *p, size_t len) {
  void *to = sbuf_extend(b, len);
  if (to && len)
    memcpy(to, p, len);
}

void sbuf_adds(struct sbuf *b, const char *s) {
  sbuf_add(b, s, strlen(s));
}

void sbuf_addstr(struct sbuf *b, struct str s) {
  sbuf_add(b, s.p, s.len);
}

void sbuf_addch(struct sbuf *b, char c) {
  sbuf_add(b, &c, 1);
}

void sbuf_vaddf(struct sbuf *b, const char *fmt, va_list ap) {
  va_list again;
  va_copy(again, ap);
  int len = vsnprintf(NULL, 0, fmt, again);
  va_end(again);
  if (len < 0)
    BUG("bad format \"%s\"", fmt);
  char *to = sbuf_extend(b, (size_t)len);
  if (to)
    vsnprintf(to, (size_t)len + 1, fmt, ap);
}

void sbuf_addf(struct sbuf *b, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  sbuf_vaddf(b, fmt, ap);
  va_end(ap);
}

void sbuf_drop(struct sbuf *b, size_t n) {
  if (n > b->len)
    BUG("dropping %zu of %zu bytes", n, b->len);
  if (n == 0)
    return;
  memmove(b->ptr, b->ptr + n, b->len - n + 1);
  b->len -= n;
}

void sbuf_truncate(struct sbuf *b, size_t len) {
  if (len > b->len)
    BUG("truncating %zu bytes to %zu", b->len, len);
  b->len = len;
  b->overflow = false;
  if (b->cap)
    b->ptr[len] = '\0';
}

struct str sbuf_str(const struct sbuf *b) {
  return (struct str){b->ptr, b->len};
}
