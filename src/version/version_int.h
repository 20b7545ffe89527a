/** Reading text from the left, shared by the files of module version. Each
 *  function takes what it recognises off the front of *REST; when it does not
 *  recognise anything *REST stays as it is. */
#ifndef COGFE_VERSION_INT_H
#define COGFE_VERSION_INT_H

#include "cogfe/version.h"

static inline bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool is_alnum(char c) {
  return is_alpha(c) || number_is_digit(c);
}

static inline bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' ||
         c == '\v';
}

static inline char peek(struct str rest) {
  return rest.len ? rest.p[0] : '\0';
}

/** The longest prefix whose characters all satisfy IS; may be empty. */
struct str scan_while(struct str *rest, bool (*is)(char));

/** Drops blanks. */
void scan_blanks(struct str *rest);

/** The text WORD, its letters in any case. */
bool scan_word(struct str *rest, const char *word);

/** An operator of PEP 440 ("~=", "===", "<", …). */
bool scan_specifier_op(struct str *rest, enum specifier_op *out);

/** A name of PEP 508: letters, digits, "-_." inside. */
struct str scan_name(struct str *rest);

/** Holds V against one specifier. */
bool specifier_matches(const struct specifier *s, const struct version *v);

/** Fills in S, whose operator is known, from its operand. */
bool specifier_operand(struct specifier *s, struct str text);

/** Reads one logical line into *R, whose TEXT and LINE are set. Names live in
 *  AR. */
void requirement_read(struct arena *ar, struct requirement *r);

#endif
