#include "cogfe/base.h"

#include "cogfe/utf8.h"

size_t utf8_len(struct str s) {
  if (s.len == 0)
    return 0;
  const unsigned char *p = (const unsigned char *)s.p;
  unsigned char c = p[0];
  size_t n = c < 0x80   ? 1
             : c < 0xC2 ? 0
             : c < 0xE0 ? 2
             : c < 0xF0 ? 3
             : c < 0xF5 ? 4
                        : 0;
  if (n == 0 || n > s.len)
    return 0;
  for (size_t i = 1; i < n; i++)
    if ((p[i] & 0xC0) != 0x80)
      return 0;
  // Overlong forms, surrogates and values past U+10FFFF.
  if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F) ||
      (c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F))
    return 0;
  return n;
}

uint32_t utf8_next(struct str *rest) {
  const unsigned char *p = (const unsigned char *)rest->p;
  const size_t n = utf8_len(*rest);
  *rest = str_skip(*rest, n ? n : 1);
  if (n < 2)
    return n ? p[0] : UTF8_BAD;
  uint32_t c = p[0] & (0x7Fu >> n);
  for (size_t i = 1; i < n; i++)
    c = c << 6 | (p[i] & 0x3Fu);
  return c;
}

struct str utf8_skip(struct str s, size_t n) {
  while (n-- > 0 && s.len)
    utf8_next(&s);
  return s;
}

bool utf8_is_valid(struct str s) {
  while (s.len) {
    const size_t n = utf8_len(s);
    if (n == 0)
      return false;
    s = str_skip(s, n);
  }
  return true;
}

struct str utf8_repaired(struct arena *ar, struct str s) {
  if (utf8_is_valid(s))
    return s;
  char *to = arena_alloc(ar, s.len * 3 + 1); // U+FFFD has three bytes
  size_t len = 0;
  while (s.len) {
    const size_t n = utf8_len(s);
    memcpy(to + len, n ? s.p : "\xEF\xBF\xBD", n ? n : 3);
    len += n ? n : 3;
    s = str_skip(s, n ? n : 1);
  }
  return (struct str){to, len};
}

size_t utf8_count(struct str s) {
  size_t n = 0;
  for (size_t i = 0; i < s.len; i++)
    n += utf8_begins(s.p[i]);
  return n;
}

size_t utf8_width(struct str s) {
  size_t columns = 0;
  while (s.len)
    columns += (size_t)utf8_char_width(utf8_next(&s));
  return columns;
}

void sbuf_add_utf8(struct sbuf *b, uint32_t c) {
  // How many bytes follow the first, and what marks the first.
  const int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  static const unsigned char marks[] = {0, 0xC0, 0xE0, 0xF0};
  sbuf_addch(b, (char)(marks[more] | c >> 6 * more));
  for (int i = more - 1; i >= 0; i--)
    sbuf_addch(b, (char)(0x80 | (c >> 6 * i & 0x3F)));
}
