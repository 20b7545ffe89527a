// Finds a definition: at the top of the file, or in a class there.
#include "pysig_int.h"

#include "cogfe/limits.h"

bool py_fail(struct py_reader *r, const struct py_lexer *l, const char *why) {
  *r->fault = (struct pysig_fault){why, py_span(l)};
  return false;
}

struct str py_text(struct arena *ar, const struct py_lexer *from,
                   const struct py_lexer *l) {
  enum { TEXT_MAX = 100 };
  struct str all = str_range(from->token.text.p, l->token.text.p);
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, TEXT_MAX + 16);
  for (all = str_trim(all); all.len;) {
    const size_t len = utf8_len(all);
    const bool plain = len > 1 || (all.p[0] > ' ' && all.p[0] != 0x7f);
    if (out.len >= TEXT_MAX) {
      sbuf_adds(&out, " ...");
      break;
    }
    if (plain && len)
      sbuf_addstr(&out, str_take(all, len));
    else if (out.len && out.ptr[out.len - 1] != ' ')
      sbuf_addch(&out, ' ');
    all = str_skip(all, len ? len : 1);
  }
  return str_dup(ar, sbuf_str(&out));
}

// Source: https://docs.python.org/3/reference/lexical_analysis.html#keywords
static const char *const keywords[] = {
    "False",  "None",   "True",    "and",      "as",       "assert", "async",
    "await",  "break",  "class",   "continue", "def",      "del",    "elif",
    "else",   "except", "finally", "for",      "from",     "global", "if",
    "import", "in",     "is",      "lambda",   "nonlocal", "not",    "or",
    "pass",   "raise",  "return",  "try",      "while",    "with",   "yield"};

bool py_is_keyword(struct str text) {
  for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
    if (str_is(text, keywords[i]))
      return true;
  return false;
}

bool pysig_is_name(struct str text) {
  for (size_t i = 0; i < text.len; i++) {
    const char c = text.p[i];
    const bool letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && !(i && c >= '0' && c <= '9'))
      return false;
  }
  return text.len > 0 && !py_is_keyword(text);
}

// ---- definitions ------------------------------------------------------------

/** A definition, and where its name stands. */
struct definition {
  bool found, async;
  struct py_lexer at;
};

/** Goes to the next logical line's first token. */
static void next_line(struct py_lexer *l) {
  while (l->token.kind != PY_END && l->token.kind != PY_BAD &&
         l->token.kind != PY_NEWLINE)
    py_next(l);
  if (l->token.kind == PY_NEWLINE)
    py_next(l);
}

/** Whether the line at L is `[async] def NAME`; fills in *OUT if so. */
static bool is_def(const struct py_lexer *l, const char *name,
                   struct definition *out) {
  struct py_lexer at = *l;
  const bool async = py_take(&at, "async");
  if (!py_take(&at, "def") || !py_is(&at, name))
    return false;
  *out = (struct definition){true, async, at};
  return true;
}

static bool at_file_end(const struct py_lexer *l) {
  return l->token.kind == PY_END || l->token.kind == PY_BAD;
}

// ---- the top of the file ----------------------------------------------------

struct file {
  const char *name; // what is looked for
  struct definition function;
  struct py_lexer class; // at its name
  bool has_class;
};

/** `NAME = …` or `NAME: TYPE = …`, for values that name it. */
static void add_constant(struct py_reader *r, const struct py_lexer *l) {
  struct py_lexer at = *l;
  if (at.token.kind != PY_NAME || r->constants.n == LIMIT_PYTHON_CONSTANTS)
    return;
  py_next(&at);
  if (py_take(&at, ":"))
    py_skip(&at, 0, "=");
  if (!py_take(&at, "="))
    return;
  vec_push(r->ar, &r->constants, (struct py_constant){l->token.text, at});
}

/** Of several definitions the last counts, as it does for Python. */
static void look_at_line(struct py_reader *r, struct file *f,
                         const struct py_lexer *l) {
  struct py_lexer at = *l;
  if (is_def(l, f->name, &f->function)) {
    f->has_class = false;
  } else if (py_take(&at, "class")) {
    if (!py_is(&at, f->name))
      return;
    f->class = at;
    f->has_class = true;
    f->function.found = false;
  } else {
    add_constant(r, l);
  }
}

// ---- the class --------------------------------------------------------------

struct class {
  struct definition predict, run, setup;
  bool has_bases;
};

static void read_body(struct py_lexer *l, struct class *c) {
  const int indent = l->token.indent;
  for (; !at_file_end(l) && l->token.indent > 0; next_line(l))
    if (l->token.indent == indent && !is_def(l, "predict", &c->predict) &&
        !is_def(l, "run", &c->run))
      is_def(l, "setup", &c->setup);
}

/** Reads the class whose name L stands at. */
static struct class read_class(struct py_lexer *l) {
  struct class c = {0};
  py_next(l);
  if (py_take(l, "(")) {
    c.has_bases = !py_is(l, ")");
    py_skip(l, l->depth, "");
    py_next(l);
  }
  py_skip(l, 0, ":");
  next_line(l);
  read_body(l, &c);
  return c;
}

// ---- the signature ----------------------------------------------------------

static bool read_method(struct py_reader *r, struct file *f, struct pysig *sig,
                        struct definition *out) {
  struct py_lexer l = f->class;
  const struct class c = read_class(&l);
  *out = c.predict.found ? c.predict : c.run;
  if (!out->found)
    return py_fail(
        r, &f->class,
        arena_printf(r->ar, "has no predict() in its class %s", f->name));
  sig->of_class = true;
  sig->has_setup = c.setup.found || c.has_bases;
  sig->async_setup = c.setup.async;
  return true;
}

static bool find_definition(struct py_reader *r, struct file *f,
                            struct pysig *sig, struct definition *out) {
  struct py_lexer l = py_begin(r->src);
  for (; !at_file_end(&l); next_line(&l))
    if (l.token.indent == 0)
      look_at_line(r, f, &l);
  if (l.token.kind == PY_BAD)
    return py_fail(r, &l, "holds something that is no Python");
  *out = f->function;
  if (f->has_class)
    return read_method(r, f, sig, out);
  return out->found ||
         py_fail(
             r, &l,
             arena_printf(r->ar, "has no class and no function %s", f->name));
}

static bool read_named_signature(struct py_reader *r, struct str name,
                                 struct pysig *sig) {
  struct file f = {.name = str_cstr(r->ar, name)};
  struct definition def;
  if (!find_definition(r, &f, sig, &def))
    return false;
  sig->method = def.at.token.text;
  sig->async = def.async;
  py_next(&def.at);
  return py_take(&def.at, "(")
             ? py_params(r, &def.at, sig)
             : py_fail(r, &def.at, "has a definition that is no Python");
}

const struct pysig *pysig_read(const struct source *src, struct str name,
                               struct arena *ar, struct pysig_fault *fault) {
  struct py_reader r = {.src = src,
                        .ar = ar,
                        .budget = LIMIT_PYTHON_VALUES_BYTES,
                        .fault = fault};
  struct pysig *sig = arena_new(ar, struct pysig);
  *fault = (struct pysig_fault){0};
  if (!utf8_is_valid(src->text))
    fault->why = "is not UTF-8 text";
  else if (src->text.len > LIMIT_PYTHON_BYTES)
    fault->why = "is larger than any source that is read";
  else if (!pysig_is_name(name))
    fault->why = arena_printf(ar, "cannot have what \"" STR_FMT "\" names",
                              STR_ARG(name));
  else if (read_named_signature(&r, name, sig))
    return sig;
  return NULL;
}
