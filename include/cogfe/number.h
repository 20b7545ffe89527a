/** number: numbers and truth values as text has them, without signs, spaces or
 *  the locale of the C library. */
#ifndef COGFE_NUMBER_H
#define COGFE_NUMBER_H

#include "cogfe/str.h"

static inline bool number_is_digit(char c) {
  return c >= '0' && c <= '9';
}

/** Value of a hexadecimal digit in either case, -1 for any other byte. */
int number_hex_digit(char c);

/** Whether TEXT is one decimal digit or more, and nothing else. */
bool number_is_decimal(struct str text);

/** TEXT, digits of BASE (2 to 10) alone, as a number of at most MAX. False,
 *  with *VALUE as it was, for anything else. */
bool number_parse(struct str text, unsigned base, uint64_t max,
                  uint64_t *value);

/** Bytes: digits, and perhaps k, m, g or t (powers of 1024, in either case)
 *  with "b" or "ib" behind. At most INT64_MAX.
 *  Source: docker/go-units size.go RAMInBytes(), without its fractions. */
bool number_parse_size(struct str text, uint64_t *bytes);

/** Seconds: digits with s, m (minutes) or h behind, at most MAX. False, with
 *  *SECONDS as it was, for anything else. */
bool number_parse_seconds(struct str text, uint64_t max, uint64_t *seconds);

/** Go's words for true and false: 1, t, T, true, TRUE, True and 0, f, F, false,
 *  FALSE, False. False, with *VALUE as it was, for anything else.
 *  Source: Go's strconv.ParseBool(), which BuildKit reads options with. */
bool number_parse_go_bool(struct str text, bool *value);

#endif
