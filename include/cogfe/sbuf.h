/** sbuf: bytes that grow, up to a maximum given at the start.
 *
 *  PTR is never NULL and always ends in a NUL behind LEN bytes. Past the
 *  maximum the buffer stays as it is and remembers OVERFLOW, which is checked
 *  once at the end, so that emitters read like their output. A PTR taken out
 *  is valid until the next append.
 */
#ifndef COGFE_SBUF_H
#define COGFE_SBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cogfe/str.h"

struct sbuf {
  char *ptr;
  size_t len;
  size_t cap; // bytes allocated, 0 while PTR is the shared empty string
  size_t max;
  bool overflow;
};

/** The maximum of text whose parts have limits of their own. */
#define SBUF_NO_MAX (SIZE_MAX / 8)

void sbuf_init(struct sbuf *b, size_t max);
void sbuf_release(struct sbuf *b);

/** Empty again, memory kept, OVERFLOW forgotten. */
void sbuf_clear(struct sbuf *b);

void sbuf_add(struct sbuf *b, const void *p, size_t len);
void sbuf_adds(struct sbuf *b, const char *s);
void sbuf_addstr(struct sbuf *b, struct str s);
void sbuf_addch(struct sbuf *b, char c);
void sbuf_addf(struct sbuf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void sbuf_vaddf(struct sbuf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/** S as a JSON string with its quotes; a byte that is not UTF-8 becomes
 *  U+FFFD. */
void sbuf_add_json_string(struct sbuf *b, struct str s);

/** N texts as a compact JSON list. Lives in AR. */
struct str str_json_list(struct arena *ar, const struct str *v, size_t n);

/** The LEN bytes at P in base64 (RFC 4648, standard alphabet, padded). */
void sbuf_add_base64(struct sbuf *b, const void *p, size_t len);

/** The bytes that TEXT encodes in base64, padded or not. False when it is not
 *  base64; B is as before then. */
bool sbuf_add_base64_decoded(struct sbuf *b, struct str text);

/** LEN bytes at the end to be written by the caller, or NULL past the
 *  maximum. */
void *sbuf_extend(struct sbuf *b, size_t len);

/** Forgets the first N bytes. */
void sbuf_drop(struct sbuf *b, size_t n);

/** Only the first LEN bytes are left, OVERFLOW is forgotten: undoes what was
 *  appended since the buffer had LEN. */
void sbuf_truncate(struct sbuf *b, size_t len);

struct str sbuf_str(const struct sbuf *b);

#define cleanup_sbuf __attribute__((cleanup(sbuf_release)))

#endif
