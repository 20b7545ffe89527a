/** pysig: what a Python file says of the function that a pointer names.
 *
 *  Reads as much Python as `def predict(self, x: str = Input(...)) -> Path`
 *  wants, in the class or at the top of the file: names, annotations, and
 *  defaults and options that are plain values, also by way of a constant of the
 *  file. Runs nothing, imports nothing, and follows no file to another one.
 *  What it does not understand it says, and hands over as it stands.
 *
 *      struct pysig_fault fault;
 *      const struct pysig *sig =
 *          pysig_read(&src, STR("Predictor"), ar, &fault);
 *
 *  Values that are given as Python text are made anew of what was read, so that
 *  they mean the same wherever they are put.
 */
#ifndef COGFE_PYSIG_H
#define COGFE_PYSIG_H

#include "cogfe/diag.h"

// ---- values -----------------------------------------------------------------

enum pysig_value_kind {
  PYSIG_NO_VALUE, // nothing is written
  PYSIG_UNREAD,   // an expression that is no plain value: TEXT as it stands
  PYSIG_REQUIRED, // "..."
  PYSIG_NONE,
  PYSIG_BOOLEAN,
  PYSIG_NUMBER,
  PYSIG_TEXT,
  PYSIG_ITEMS, // a list or tuple
  PYSIG_PAIRS, // a dict
};

struct pysig_value {
  enum pysig_value_kind kind;
  struct str text;                 // Python
  const struct pysig_value *items; // PYSIG_ITEMS
  size_t n_items;
};

// ---- annotations ------------------------------------------------------------

enum pysig_type_kind {
  PYSIG_ANY,     // Any, nothing, or what is not known
  PYSIG_NOTHING, // None
  PYSIG_STR,
  PYSIG_INT,
  PYSIG_FLOAT,
  PYSIG_BOOL,
  PYSIG_DICT,
  PYSIG_PATH,   // a file: cog's Path and File
  PYSIG_SECRET, // cog's
  PYSIG_LITERAL,
};

struct pysig_type {
  enum pysig_type_kind kind;
  bool optional;                      // or None
  bool list;                          // of KIND
  bool stream;                        // KIND after KIND, by yield
  bool joined;                        // STREAM: pieces of one text
  bool unread;                        // TEXT says more than this
  struct str text;                    // as it stands; empty when nothing does
  const struct pysig_value *literals; // PYSIG_LITERAL
  size_t n_literals;
};

// ---- the signature ----------------------------------------------------------

/** A keyword argument of cog's Input() other than those of pysig_param. */
struct pysig_option {
  struct str name; // "ge"
  struct pysig_value value;
};

struct pysig_param {
  struct str name; // an ASCII identifier
  struct pysig_type type;
  struct pysig_value value; // its default; PYSIG_NO_VALUE: it must be given
  struct pysig_value choices;
  VEC(struct pysig_option) options; // in order
};

struct pysig {
  bool of_class;     // METHOD of a class, else the function itself
  struct str method; // "predict" or "run", or the function's name
  bool async;
  bool has_setup; // the class has, or may inherit, setup()
  bool async_setup;
  VEC(struct pysig_param) params; // without self
  struct pysig_type result;
};

/** Why a signature could not be read: "has no class or function Predictor",
 *  said of the file. */
struct pysig_fault {
  const char *why;
  struct span span;
};

/** The signature of what SRC (borrowed) calls NAME. Lives in AR. NULL when it
 *  cannot be read; then *FAULT says why. */
const struct pysig *pysig_read(const struct source *src, struct str name,
                               struct arena *ar, struct pysig_fault *fault);

// ---- a file as data ---------------------------------------------------------
// What stands at the top of a file and in its classes, as it is written: names
// are looked up by whoever asks. All texts are views of the source.

enum pysig_expr_kind {
  PYSIG_EXPR_OTHER, // more than the kinds below can say: only TEXT counts
  PYSIG_EXPR_NAME,  // also None, True and False
  PYSIG_EXPR_NUMBER,
  PYSIG_EXPR_STRING,    // NAME is what it means
  PYSIG_EXPR_ELLIPSIS,  // "..."
  PYSIG_EXPR_ATTRIBUTE, // LEFT . NAME
  PYSIG_EXPR_SUBSCRIPT, // LEFT [ITEMS]
  PYSIG_EXPR_CALL,      // LEFT (ITEMS)
  PYSIG_EXPR_LIST,      // and the next two: ITEMS
  PYSIG_EXPR_TUPLE,
  PYSIG_EXPR_SET,
  PYSIG_EXPR_DICT,   // ITEMS: a key, its value, and so on
  PYSIG_EXPR_BINARY, // LEFT NAME ITEMS[0], as in `a + b`
  PYSIG_EXPR_SIGN,   // NAME ITEMS[0], as in `-1`
};

struct pysig_expr;

/** One of several: an argument, or an element. */
struct pysig_item {
  struct str name; // of a keyword argument; "*" or "**"; else empty
  const struct pysig_expr *value;
};

struct pysig_expr {
  enum pysig_expr_kind kind;
  struct str text;
  struct str name;
  const struct pysig_expr *left;
  VEC(struct pysig_item) items;
  bool grouped;  // stands in parentheses
  bool comment;  // a comment stands between its brackets
  bool trailing; // a comma stands behind its last item
  bool plain;    // a string of one piece, whose quotes hold what it means
};

/** `NAME: TYPE = VALUE`; TYPE and VALUE may be NULL. */
struct pysig_assign {
  struct str name;
  const struct pysig_expr *type, *value;
  bool unknown; // assigned below an `if`, changed by `+=`, and the like
};

/** `import MODULE as NAME`, or `from MODULE import ORIGINAL as NAME`. */
struct pysig_import {
  struct str name; // "*": all of MODULE
  struct str module;
  struct str original; // empty: NAME is the module
  int dots;            // in front of MODULE
  bool unsure;         // stands below an `if` or a `try`
};

struct pysig_parameter {
  struct str name; // with no star
  int stars;
  const struct pysig_expr *type, *value; // NULL: none is written
};

struct pysig_function {
  struct str name;
  bool async;
  VEC(const struct pysig_expr *) decorators;
  VEC(struct pysig_parameter) params;
  const struct pysig_expr *result; // its annotation, or NULL
  const struct pysig_expr *yields; // of the first `return` of its body, or NULL
};

struct pysig_class;

/** What a file or a class holds, each list in its order. */
struct pysig_body {
  VEC(struct pysig_assign) assigns;
  VEC(struct pysig_import) imports;
  VEC(const struct pysig_function *) functions;
  VEC(const struct pysig_class *) classes;
};

struct pysig_class {
  struct str name;
  VEC(struct pysig_item) bases; // with keywords
  struct pysig_body body;
};

struct pysig_file {
  const struct source *src;
  struct pysig_body body;
};

/** Reads all of SRC (borrowed). Lives in AR. NULL when it is no Python or past
 *  a limit; then *FAULT says why. */
const struct pysig_file *pysig_parse(const struct source *src, struct arena *ar,
                                     struct pysig_fault *fault);

/** Reads TEXT, valid UTF-8, as one expression: what a quoted annotation says.
 *  Lives in AR and borrows TEXT. Never NULL. */
const struct pysig_expr *pysig_parse_expr(struct str text, struct arena *ar);

/** Where TEXT, a view of SRC, stands. All of the first line for what is no such
 *  view. */
struct span pysig_place(const struct source *src, struct str text);

/** Whether EXPR is the name NAME. */
bool pysig_is(const struct pysig_expr *expr, const char *name);

/** Whether TEXT is a name that Python lets a person choose: an ASCII
 *  identifier, no keyword. */
bool pysig_is_name(struct str text);

/** Appends TEXT (UTF-8) as a string of Python, on one line. */
void pysig_quote(struct sbuf *out, struct str text);

#endif
