#include "cogfe/base.h"

// Encodings that bytes take on their way into another format.

static void add_json_char(struct sbuf *b, struct str s) {
  unsigned char c = (unsigned char)s.p[0];
  if (c == '"' || c == '\\')
    sbuf_addch(b, '\\');
  if (c == '\n')
    sbuf_adds(b, "\\n");
  else if (c == '\t')
    sbuf_adds(b, "\\t");
  else if (c < 0x20 || c == 0x7F)
    sbuf_addf(b, "\\u%04x", (unsigned)c);
  else
    sbuf_addstr(b, s);
}

void sbuf_add_json_string(struct sbuf *b, struct str s) {
  sbuf_addch(b, '"');
  while (s.len) {
    size_t n = utf8_len(s);
    if (n)
      add_json_char(b, str_take(s, n));
    else
      sbuf_adds(b, "\\ufffd");
    s = str_skip(s, n ? n : 1);
  }
  sbuf_addch(b, '"');
}

struct str str_json_list(struct arena *ar, const struct str *v, size_t n) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, SBUF_NO_MAX);
  sbuf_addch(&out, '[');
  for (size_t i = 0; i < n; i++) {
    if (i)
      sbuf_addch(&out, ',');
    sbuf_add_json_string(&out, v[i]);
  }
  sbuf_addch(&out, ']');
  return str_dup(ar, sbuf_str(&out));
}

enum { BASE64_PAD = 64 }; // its place behind the 64 digits

static const char base64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

void sbuf_add_base64(struct sbuf *b, const void *p, size_t len) {
  const unsigned char *in = p;
  for (; len; in += 3) {
    size_t n = len < 3 ? len : 3;
    unsigned bits = (unsigned)in[0] << 16 | (n > 1 ? in[1] : 0U) << 8 |
                    (n > 2 ? in[2] : 0U);
    char four[4] = {base64[bits >> 18], base64[bits >> 12 & 63],
                    base64[n > 1 ? bits >> 6 & 63 : BASE64_PAD],
                    base64[n > 2 ? bits & 63 : BASE64_PAD]};
    sbuf_add(b, four, sizeof four);
    len -= n;
  }
}

bool sbuf_add_base64_decoded(struct sbuf *b, struct str text) {
  for (int i = 0; i < 2 && str_ends(text, "="); i++)
    text.len--;
  if (text.len % 4 == 1)
    return false;
  size_t start = b->len;
  unsigned bits = 0;
  for (size_t i = 0; i < text.len; i++) {
    const char *at = memchr(base64, text.p[i], BASE64_PAD);
    if (!at) {
      sbuf_truncate(b, start);
      return false;
    }
    bits = (bits << 6 | (unsigned)(at - base64)) & 0xFFFFFF;
    // The first of four characters completes no byte, the others one each.
    unsigned spare = 6 - 2 * (unsigned)(i % 4);
    if (i % 4)
      sbuf_addch(b, (char)(bits >> spare));
  }
  return true;
}

struct str str_percent_decoded(struct arena *ar, struct str s) {
  char *to = arena_alloc(ar, s.len + 1);
  size_t len = 0;
  for (size_t i = 0; i < s.len; i++) {
    const int high =
        s.p[i] == '%' && s.len - i > 2 ? number_hex_digit(s.p[i + 1]) : -1;
    const int low = high >= 0 ? number_hex_digit(s.p[i + 2]) : -1;
    to[len++] = s.p[i];
    if (low >= 0) {
      to[len - 1] = (char)(high << 4 | low);
      i += 2;
    }
  }
  to[len] = 0;
  return (struct str){to, len};
}
