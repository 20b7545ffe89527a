/** schema_int: what the parts of the generator share. */
#ifndef COGFE_SCHEMA_INT_H
#define COGFE_SCHEMA_INT_H

#include "cogfe/pysig.h"
#include "cogfe/schema.h"

// ---- files (schema_files.c) -------------------------------------------------

struct schema_file {
  struct str path;             // in the context, clean
  const struct pysig_file *py; // NULL: missing or not read
};

/** A model that is being written out, and the one that it is in. */
struct schema_model_at {
  const struct pysig_class *class;
  const struct schema_model_at *around;
  int depth;
};

struct schema_inputs;

/** One run. */
struct schema_maker {
  const struct schema_input *in;
  struct arena *ar;
  struct diags *dg;
  struct schema *out;
  VEC(const struct schema_file *) files;
  const struct schema_file *main; // that has the definition
  size_t bytes;                   // read so far
  size_t budget;                  // steps that values may still take
  struct str where;               // the parameter at work, see schema_departure
  const struct schema_model_at *models;
  const struct schema_inputs *predict; // when it is training's turn
  bool overflow;                       // a text is not whole, see schema_text()
  bool failed; // looking for a file failed, which DG tells
};

void schema_depart(struct schema_maker *m, enum schema_rule rule);

/** What OUT holds, in the arena; M remembers when that was not all. */
struct str schema_text(struct schema_maker *m, const struct sbuf *out);

/** Adds an error at TEXT, a view of FILE's source, and returns false. */
bool schema_fail(struct schema_maker *m, const struct schema_file *file,
                 enum diag_code code, struct str text, const char *fmt, ...)
    PRINTF_LIKE(5, 6);

/** The file PATH, read once. Never NULL; its PY is. *FAULT says why, when a
 *  file is there. FAULT may be NULL. */
const struct schema_file *schema_file(struct schema_maker *m, struct str path,
                                      struct pysig_fault *fault);

/** What a name leads to: one of the pointers, or nothing. */
struct schema_found {
  const struct schema_file *file;
  const struct pysig_class *class;
  const struct pysig_function *function;
  const struct pysig_assign *assign;
  bool unread; // a name of a file that is not among the project's
};

/** What EXPR, a name or a name with dots in FILE, leads to. */
struct schema_found schema_find(struct schema_maker *m,
                                const struct schema_file *file,
                                const struct pysig_expr *expr);

/** The last import of FILE that gives it NAME, or NULL. */
const struct pysig_import *schema_import(struct schema_maker *m,
                                         const struct schema_file *file,
                                         struct str name);

/** What a name or a name with dots is called where it comes from: "Path" for
 *  P after `from cog import Path as P`, and for cog.Path. Empty for others. */
struct str schema_origin(struct schema_maker *m, const struct schema_file *file,
                         const struct pysig_expr *expr);

/** Whether EXPR is NAME of the module cog. */
bool schema_is_cogs(struct schema_maker *m, const struct schema_file *file,
                    const struct pysig_expr *expr, const char *name);

// ---- values (schema_value.c) ------------------------------------------------

enum schema_value_kind {
  SCHEMA_UNKNOWN, // Python alone knows
  SCHEMA_NONE,
  SCHEMA_BOOL,
  SCHEMA_INT,
  SCHEMA_REAL,
  SCHEMA_TEXT,
  SCHEMA_LIST,
  SCHEMA_PAIRS, // keys and values in turn
};

struct schema_value {
  enum schema_value_kind kind;
  bool on;
  int64_t whole;
  double real; // of SCHEMA_INT, too
  struct str text;
  VEC(struct schema_value) items;
};

/** Where an expression stands. */
struct schema_scope {
  const struct schema_file *file;
  const struct pysig_class *class; // whose body it is in, or NULL
  // The call that gives the parameters of a shared input their values.
  const struct pysig_function *function;
  const struct pysig_expr *call;
  const struct schema_scope *caller;
};

struct schema_value schema_eval(struct schema_maker *m,
                                const struct schema_scope *scope,
                                const struct pysig_expr *expr);

/** Whether all of V is known. */
bool schema_is_known(const struct schema_value *v);
bool schema_same(const struct schema_value *a, const struct schema_value *b);

/** What `choices=EXPR` lists; SCHEMA_UNKNOWN when it is no list. */
struct schema_value schema_eval_choices(struct schema_maker *m,
                                        const struct schema_scope *scope,
                                        const struct pysig_expr *expr);

/** Whether EXPR is a literal by itself: no names, no parentheses. */
bool schema_is_literal(const struct pysig_expr *expr);

void schema_add_value(struct sbuf *out, const struct schema_value *v);
void schema_add_number(struct sbuf *out, double real);

// ---- types (schema_type.c, schema_model.c) ----------------------------------

enum schema_kind {
  SCHEMA_T_UNREAD,  // no type at all: WHY
  SCHEMA_T_UNKNOWN, // WHY
  SCHEMA_T_NONE,
  SCHEMA_T_STR,
  SCHEMA_T_INT,
  SCHEMA_T_FLOAT,
  SCHEMA_T_BOOL,
  SCHEMA_T_FILE,
  SCHEMA_T_SECRET,
  SCHEMA_T_OBJECT,   // of anything, or of ITEM's
  SCHEMA_T_LIST,     // of ITEM
  SCHEMA_T_ITERATOR, // of ITEM
  SCHEMA_T_JOINED,   // an iterator of pieces of one text
  SCHEMA_T_UNION,    // of MEMBERS
  SCHEMA_T_LITERAL,  // one of VALUES
  SCHEMA_T_MODEL,    // CLASS of FILE
};

struct schema_type {
  enum schema_kind kind;
  bool nullable;
  bool opaque; // the content is nobody's business
  bool enumeration;
  const char *why;
  const struct schema_type *item;
  VEC(const struct schema_type *) members;
  struct schema_value values;
  const struct schema_file *file;
  const struct pysig_class *class;
  bool of_class; // a plain class of the project, for messages
};

/** Reads an annotation. OUTPUT: classes of the project come before the names
 *  that Cog knows, and what is in a dict matters. */
const struct schema_type *schema_type(struct schema_maker *m,
                                      const struct schema_scope *scope,
                                      const struct pysig_expr *expr,
                                      bool output);

/** Whether CLASS of FILE describes an object: a model or a TypedDict. */
bool schema_is_model(struct schema_maker *m, const struct schema_file *file,
                     const struct pysig_class *class, bool *typed_dict);

/** Appends the type of an output without its braces. *WHY says what cannot be
 *  one; then false. */
bool schema_add_output(struct schema_maker *m, struct sbuf *out,
                       const struct schema_type *t, const char **why);

/** Appends `"properties":…` of a model. */
bool schema_add_model(struct schema_maker *m, struct sbuf *out,
                      const struct schema_type *t, const char **why);

/** Appends the title of NAME as a JSON text. */
void schema_add_title(struct schema_maker *m, struct sbuf *out,
                      struct str name);

// ---- patterns (schema_pattern.c) --------------------------------------------

enum schema_match {
  SCHEMA_MATCH_NO,
  SCHEMA_MATCH_YES,
  SCHEMA_MATCH_UNKNOWN, // more than is understood here
};

/** Why the server's engine refuses PATTERN, or NULL when it takes it. */
const char *schema_pattern_fault(struct str pattern);

/** Whether PATTERN, which the engine takes, is found in TEXT. */
enum schema_match schema_pattern_find(struct str pattern, struct str text);

// ---- inputs (schema_input.c) ------------------------------------------------

/** The function that is looked at. */
struct schema_target {
  struct schema_scope scope;
  const struct pysig_function *function;
  bool method; // its first parameter is self
  bool train;
};

struct schema_input_prop {
  struct str name;
  struct str property;  // JSON
  struct str component; // the enumeration, or empty
  struct str component_name;
  bool required;
};

struct schema_inputs {
  VEC(struct schema_input_prop) props;
};

bool schema_read_inputs(struct schema_maker *m, const struct schema_target *t,
                        struct schema_inputs *out);

// ---- the document (schema_document.c) ---------------------------------------

struct schema_part {
  bool set;
  struct schema_inputs inputs;
  struct str output; // JSON
  bool streaming;
};

struct str schema_document(struct schema_maker *m,
                           const struct schema_part *predict,
                           const struct schema_part *train);

#endif
