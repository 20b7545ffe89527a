/** str: a view of text that somebody else owns.
 *
 *  Not NUL-terminated unless its origin says so. Text made of an arena is:
 *  str_dup() and str_printf() keep a NUL after the last byte.
 */
#ifndef COGFE_STR_H
#define COGFE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

struct str {
  const char *p;
  size_t len;
};

/** Arguments for a "%.*s" of printf. */
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).len, (s).p

/** A view of a string literal. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})

static inline struct str str_of(const char *s) {
  return (struct str){s, s ? strlen(s) : 0};
}

static inline struct str str_range(const char *from, const char *to) {
  return (struct str){from, (size_t)(to - from)};
}

bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *b);

/** ASCII letters count as equal whatever their case. */
bool str_is_nocase(struct str a, const char *b);

/** As strcmp: below, equal to or above 0, by bytes. */
int str_cmp(struct str a, struct str b);

bool str_starts(struct str s, const char *prefix);
bool str_ends(struct str s, const char *suffix);
bool str_contains(struct str s, const char *part);

/** Index of the first / last C in S, or -1. */
ptrdiff_t str_find(struct str s, char c);
ptrdiff_t str_rfind(struct str s, char c);

/** How often C occurs in S. */
size_t str_count(struct str s, char c);

/** S without its first N bytes / only its first N bytes (N is clamped). */
struct str str_skip(struct str s, size_t n);
struct str str_take(struct str s, size_t n);

/** Without spaces, tabs, CR and LF at both ends. */
struct str str_trim(struct str s);

/** Cuts S at the first SEP: *HEAD is what stands before, the result what
 *  stands behind. Without SEP all of S is the head and the rest is empty. */
struct str str_cut(struct str s, char sep, struct str *head);

/** Takes the next line of *REST without its LF or CRLF; false at the end. */
bool str_next_line(struct str *rest, struct str *line);

/** Copies that end in a NUL; they live in AR. */
struct str str_dup(struct arena *ar, struct str s);
char *str_cstr(struct arena *ar, struct str s);
struct str str_printf(struct arena *ar, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/** A number of bytes as people read it, with two or three digits: `812 MB`. */
struct str str_size(struct arena *ar, uint64_t bytes);

/** A and B as one, whatever bytes they hold ("%.*s" ends at a NUL). */
struct str str_concat(struct arena *ar, struct str a, struct str b);

/** S with a byte for each %XX; what only looks like one stays. In AR. */
struct str str_percent_decoded(struct arena *ar, struct str s);

/** Number of edits (insert, delete, replace, swap of neighbours) between A and
 *  B; MAX + 1 when there are more than MAX. For "did you mean". */
size_t str_distance(struct str a, struct str b, size_t max);

/** The word that TEXT was probably meant to be: BEST, of those considered so
 *  far, or NULL. One slip is allowed in a short text, two in a long one; of
 *  words equally near the first one counts. Begin with `{.text = …}`. */
struct str_guess {
  struct str text;
  const char *best;
  size_t edits;
};

void str_guess_consider(struct str_guess *g, const char *word);

#endif
