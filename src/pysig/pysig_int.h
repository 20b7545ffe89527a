/** pysig_int: what the parts of the reader share. */
#ifndef COGFE_PYSIG_INT_H
#define COGFE_PYSIG_INT_H

#include "cogfe/pysig.h"

// ---- tokens (pysig_lex.c) ---------------------------------------------------

enum py_kind {
  PY_END,
  PY_NEWLINE, // of a logical line
  PY_NAME,
  PY_NUMBER,
  PY_STRING, // with its prefix and quotes
  PY_OP,     // one character, or one of "->" "..." "**" ":="
  PY_BAD,    // what no Python has, such as a string without an end
};

struct py_token {
  enum py_kind kind;
  struct str text;
  bool first; // of its logical line
  int indent; // FIRST: the column, tabs counted as Python does
};

/** Where reading is; a copy goes on from the same place by itself. */
struct py_lexer {
  const struct source *src;
  struct str rest;
  int depth; // of brackets, those of TOKEN done
  bool line_start;
  size_t comments; // passed so far
  const char *end; // of the token before TOKEN
  struct py_token token;
};

/** Begins before the first token of SRC, which is its lexer's `token`. */
struct py_lexer py_begin(const struct source *src);

/** Takes the next token. At the end, and past a PY_BAD, it stays there. */
void py_next(struct py_lexer *l);

bool py_is(const struct py_lexer *l, const char *op_or_name);

/** Takes the token when it is TEXT. */
bool py_take(struct py_lexer *l, const char *op_or_name);

/** Whether the token ends an expression at bracket depth DEPTH: one of the
 *  characters STOPS, a closing bracket of what is around, or the end of a
 *  logical line. */
bool py_stops(const struct py_lexer *l, int depth, const char *stops);

/** Goes to the next token that does. */
void py_skip(struct py_lexer *l, int depth, const char *stops);

/** The depth around L's token. */
int py_depth(const struct py_lexer *l);

struct span py_span(const struct py_lexer *l);

// ---- values (pysig_string.c, pysig_value.c) ---------------------------------

/** Appends what the string TOKEN means. False for bytes, f-strings and escapes
 *  that are not known. */
bool py_add_string(struct sbuf *out, struct str token);

/** A constant of the file: where its value begins. */
struct py_constant {
  struct str name;
  struct py_lexer at;
};

struct py_reader {
  const struct source *src;
  struct arena *ar;
  VEC(struct py_constant) constants;
  size_t budget; // bytes of tokens that values may still take
  struct pysig_fault *fault;
};

/** Reads the expression that begins at L's token and ends before a comma; it is
 *  PYSIG_UNREAD if it is more than a plain value. */
struct pysig_value py_value(struct py_reader *r, struct py_lexer *l);

/** Reads the annotation that begins at L's token and ends before one of
 *  STOPS. */
struct pysig_type py_type(struct py_reader *r, struct py_lexer *l,
                          const char *stops);

/** Reads parameters from behind "(" and the result's annotation into SIG. False
 *  with R's fault set. */
bool py_params(struct py_reader *r, struct py_lexer *l, struct pysig *sig);

// ---- expressions (pysig_expr.c) ---------------------------------------------

/** Reads the expression that begins at L's token and ends before one of STOPS
 *  or what closes the brackets around it. Never NULL. */
const struct pysig_expr *py_expr(struct arena *ar, struct py_lexer *l,
                                 const char *stops);

/** Reads items from behind the bracket that L stands at, and the bracket that
 *  closes it. EXPR gets them. */
void py_items(struct arena *ar, struct py_lexer *l, struct pysig_expr *expr);

/** Whether Python keeps TEXT for itself. */
bool py_is_keyword(struct str text);

/** Sets R's fault at L's token and returns false. */
bool py_fail(struct py_reader *r, const struct py_lexer *l, const char *why);

/** What stands between FROM and L, on one line and not too long. */
struct str py_text(struct arena *ar, const struct py_lexer *from,
                   const struct py_lexer *l);

#endif
