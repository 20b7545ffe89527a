/** utf8: the characters of text: reading, counting, writing and measuring.
 *
 *  Input may hold any bytes. A byte that begins no valid sequence counts as
 *  one character, UTF8_BAD, so that every loop comes to an end:
 *
 *      while (text.len)
 *        columns += utf8_char_width(utf8_next(&text));
 */
#ifndef COGFE_UTF8_H
#define COGFE_UTF8_H

#include "cogfe/str.h"

struct sbuf;

/** What stands for a byte that is not UTF-8; above every code point. */
#define UTF8_BAD UINT32_MAX

/** Length in bytes of the sequence at the start of S; 0 when it is not one:
 *  overlong forms, surrogates and values past U+10FFFF are none. */
size_t utf8_len(struct str s);

/** The code point at the start of *REST, which is not empty, or UTF8_BAD.
 *  *REST moves behind it. */
uint32_t utf8_next(struct str *rest);

/** S without its first characters, at most N of them. */
struct str utf8_skip(struct str s, size_t n);

bool utf8_is_valid(struct str s);

/** S itself when it is valid, else a copy in AR with U+FFFD in place of each
 *  bad byte. */
struct str utf8_repaired(struct arena *ar, struct str s);

/** Whether the byte C begins a character, if it stands in valid text. */
static inline bool utf8_begins(char c) {
  return ((unsigned char)c & 0xC0) != 0x80;
}

/** Number of characters, if S is valid: of bytes that begin one. */
size_t utf8_count(struct str s);

/** Columns that a terminal gives to S, as utf8_char_width() has them. */
size_t utf8_width(struct str s);

/** Columns that a terminal gives to the code point C: 0 for what combines with
 *  the character before it, 2 for wide ones, 1 for all others. */
int utf8_char_width(uint32_t c);

/** Control characters, which a terminal acts on: C0, DEL and C1. */
static inline bool utf8_is_control(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/** Appends C, which is at most 0x10FFFF. */
void sbuf_add_utf8(struct sbuf *b, uint32_t c);

#endif
