/** pysig: what a Python file says of the function that a pointer names.
 *
 *  Reads as much Python as `def predict(self, x: str = Input(...)) -> Path`
 *  wants, in the class or at the top of the file: names, annotations, and
 *  defaults and options that are plain values, also by way of a constant of the
 *  file. Runs nothing, imports nothing, and follows no file to another one.
 *  What it does not understand it says, and hands over as it stands.
 *
 *      struct pysig_fault fault;
 *      const struct pysig *sig = pysig_read(&src, STR("Predictor"), ar,
 * &fault);
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

/** Whether TEXT is a name that Python lets a person choose: an ASCII
 *  identifier, no keyword. */
bool pysig_is_name(struct str text);

/** Appends TEXT (UTF-8) as a string of Python, on one line. */
void pysig_quote(struct sbuf *out, struct str text);

#endif
