// A file as data: imports, assignments, functions and classes, at its top and
// in its classes.
// Source: https://docs.python.org/3/reference/grammar.html (3.12).
#include "pysig_int.h"

#include "cogfe/limits.h"

struct file_reader {
  struct arena *ar;
  struct py_lexer l;
  struct pysig_fault *fault;
};

static bool file_ends(const struct file_reader *r) {
  return r->l.token.kind == PY_END || r->l.token.kind == PY_BAD;
}

static bool file_fail(struct file_reader *r, const char *why) {
  if (!r->fault->why)
    *r->fault = (struct pysig_fault){why, py_span(&r->l)};
  return false;
}

/** To the first token of the next logical line. */
static void leave_line(struct file_reader *r) {
  while (!file_ends(r) && r->l.token.kind != PY_NEWLINE)
    py_next(&r->l);
  if (r->l.token.kind == PY_NEWLINE)
    py_next(&r->l);
}

/** Past all lines that are further right than INDENT. */
static void leave_block(struct file_reader *r, int indent) {
  while (!file_ends(r) && r->l.token.indent > indent)
    leave_line(r);
}

// ---- imports ----------------------------------------------------------------

/** `a.b.c`, as a view of the source; empty when there is no name. */
static struct str dotted_name(struct file_reader *r) {
  const char *from = r->l.token.text.p;
  if (r->l.token.kind != PY_NAME)
    return (struct str){0};
  do
    py_next(&r->l);
  while (py_take(&r->l, ".") && r->l.token.kind == PY_NAME);
  return str_range(from, r->l.end);
}

static struct str local_name(struct file_reader *r, struct str name) {
  if (!py_take(&r->l, "as"))
    return name;
  name = r->l.token.text;
  py_next(&r->l);
  return name;
}

static void read_import(struct file_reader *r, struct pysig_body *body,
                        bool unsure) {
  do {
    struct pysig_import import = {.module = dotted_name(r), .unsure = unsure};
    if (!import.module.len)
      return;
    import.name = local_name(r, import.module);
    vec_push(r->ar, &body->imports, import);
  } while (py_take(&r->l, ","));
}

static void read_from_import(struct file_reader *r, struct pysig_body *body,
                             bool unsure) {
  struct pysig_import import = {.unsure = unsure};
  for (;; py_next(&r->l)) {
    if (py_is(&r->l, "..."))
      import.dots += 3;
    else if (py_is(&r->l, "."))
      import.dots++;
    else
      break;
  }
  if (!py_is(&r->l, "import"))
    import.module = dotted_name(r);
  if (!py_take(&r->l, "import"))
    return;
  py_take(&r->l, "(");
  do {
    const bool star = py_is(&r->l, "*");
    if (!star && r->l.token.kind != PY_NAME)
      return;
    import.original = r->l.token.text;
    py_next(&r->l);
    import.name = local_name(r, import.original);
    vec_push(r->ar, &body->imports, import);
  } while (py_take(&r->l, ","));
}

// ---- assignments ------------------------------------------------------------

static void push_assign(struct file_reader *r, struct pysig_body *body,
                        struct pysig_assign assign) {
  if (body->assigns.n < LIMIT_PYTHON_CONSTANTS)
    vec_push(r->ar, &body->assigns, assign);
}

/** `A, B = …`: what each name gets is known when as many values stand there. */
static void push_targets(struct file_reader *r, struct pysig_body *body,
                         const struct pysig_expr *target,
                         const struct pysig_expr *value) {
  const bool listed =
      target->kind == PYSIG_EXPR_TUPLE || target->kind == PYSIG_EXPR_LIST;
  const bool spread =
      value && value->items.n == target->items.n &&
      (value->kind == PYSIG_EXPR_TUPLE || value->kind == PYSIG_EXPR_LIST);
  if (target->kind == PYSIG_EXPR_NAME)
    push_assign(r, body,
                (struct pysig_assign){
                    .name = target->name, .value = value, .unknown = !value});
  for (size_t i = 0; listed && i < target->items.n; i++)
    if (target->items.v[i].value->kind == PYSIG_EXPR_NAME)
      push_assign(r, body,
                  (struct pysig_assign){
                      .name = target->items.v[i].value->name,
                      .value = spread ? value->items.v[i].value : NULL,
                      .unknown = !spread});
}

/** An expression, or several with commas between them, which are a tuple. */
static const struct pysig_expr *read_expr_list(struct file_reader *r,
                                               const char *stops) {
  const char *with_comma = arena_printf(r->ar, ",%s", stops);
  const struct pysig_expr *first = py_expr(r->ar, &r->l, with_comma);
  if (!py_is(&r->l, ","))
    return first;
  struct pysig_expr *tuple = arena_new(r->ar, struct pysig_expr);
  tuple->kind = PYSIG_EXPR_TUPLE;
  tuple->grouped = true; // to who reads values, it is no literal of its own
  vec_push(r->ar, &tuple->items, (struct pysig_item){.value = first});
  while (py_take(&r->l, ",") && !py_stops(&r->l, 0, stops))
    vec_push(r->ar, &tuple->items,
             (struct pysig_item){.value = py_expr(r->ar, &r->l, with_comma)});
  tuple->text = str_range(first->text.p, r->l.end);
  return tuple;
}

/** Whether L stands at `+=` or another of its kind. */
static bool at_changing_op(const struct py_lexer *l) {
  static const char *const others[] = {"==", "<=", ">=", "!=", ":=", "="};
  struct py_lexer at = *l;
  for (size_t i = 0; i < ARRAY_LEN(others); i++)
    if (py_is(l, others[i]))
      return false;
  if (l->token.kind != PY_OP || str_ends(l->token.text, "="))
    return l->token.kind == PY_OP;
  if (!strchr("*/%^@<>", l->token.text.p[0]))
    return false;
  py_next(&at); // "//=" and its like are two tokens
  return py_is(&at, "=") && at.token.text.p == at.end;
}

/** `NAME: TYPE [= VALUE]`, or targets and their value. */
static void read_assignment(struct file_reader *r, struct pysig_body *body,
                            bool unknown) {
  if (r->l.token.kind != PY_NAME && !py_is(&r->l, "(") && !py_is(&r->l, "["))
    return;
  struct py_lexer after = r->l;
  py_next(&after);
  if (r->l.token.kind == PY_NAME && at_changing_op(&after)) {
    push_assign(
        r, body,
        (struct pysig_assign){.name = r->l.token.text, .unknown = true});
    return;
  }
  const struct pysig_expr *target = read_expr_list(r, ";=:");
  if (target->kind == PYSIG_EXPR_NAME && py_is_keyword(target->name))
    return; // `else:`
  if (py_take(&r->l, ":")) {
    struct pysig_assign assign = {.name = target->name, .unknown = unknown};
    assign.type = py_expr(r->ar, &r->l, ";=");
    if (py_take(&r->l, "="))
      assign.value = read_expr_list(r, ";");
    if (target->kind == PYSIG_EXPR_NAME)
      push_assign(r, body, assign);
    return;
  }
  VEC(const struct pysig_expr *) targets = {0};
  while (py_take(&r->l, "=")) {
    vec_push(r->ar, &targets, target);
    target = read_expr_list(r, ";=");
  }
  for (size_t i = 0; i < targets.n; i++)
    push_targets(r, body, targets.v[i], unknown ? NULL : target);
}

// ---- simple statements ------------------------------------------------------

/** `type NAME = TYPE`. */
static bool read_type_alias(struct file_reader *r, struct pysig_body *body) {
  struct py_lexer at = r->l;
  if (!py_take(&at, "type") || at.token.kind != PY_NAME)
    return false;
  const struct str name = at.token.text;
  py_next(&at);
  if (!py_take(&at, "="))
    return false;
  r->l = at;
  push_assign(
      r, body,
      (struct pysig_assign){.name = name, .value = py_expr(r->ar, &r->l, ";")});
  return true;
}

/** The statements of a line, up to its end. UNKNOWN: whether they run is not.
 */
static void read_simple_line(struct file_reader *r, struct pysig_body *body,
                             bool unknown) {
  do {
    if (py_take(&r->l, "import"))
      read_import(r, body, unknown);
    else if (py_take(&r->l, "from"))
      read_from_import(r, body, unknown);
    else if (unknown || !read_type_alias(r, body))
      read_assignment(r, body, unknown);
    py_skip(&r->l, 0, ";");
  } while (py_take(&r->l, ";"));
  leave_line(r);
}

// ---- functions --------------------------------------------------------------

typedef VEC(const struct pysig_expr *) decorators;

static bool read_parameter(struct file_reader *r, struct pysig_function *f) {
  struct pysig_parameter p = {0};
  if (py_take(&r->l, "/"))
    return true;
  p.stars = py_is(&r->l, "**") ? 2 : py_is(&r->l, "*") ? 1 : 0;
  if (p.stars)
    py_next(&r->l);
  if (p.stars == 1 && (py_is(&r->l, ",") || py_is(&r->l, ")")))
    return true;
  if (r->l.token.kind != PY_NAME)
    return file_fail(r, "has a list of parameters that is no Python");
  p.name = r->l.token.text;
  py_next(&r->l);
  if (py_take(&r->l, ":"))
    p.type = py_expr(r->ar, &r->l, ",=");
  if (py_take(&r->l, "="))
    p.value = py_expr(r->ar, &r->l, ",");
  if (f->params.n == LIMIT_PYTHON_PARAMETERS)
    return file_fail(r, arena_printf(r->ar, "has more than %d parameters",
                                     LIMIT_PYTHON_PARAMETERS));
  vec_push(r->ar, &f->params, p);
  return true;
}

static bool read_parameters(struct file_reader *r, struct pysig_function *f) {
  const int inside = r->l.depth;
  if (!py_take(&r->l, "("))
    return file_fail(r, "has a definition that is no Python");
  while (!py_stops(&r->l, inside, "")) {
    if (!read_parameter(r, f))
      return false;
    if (!py_take(&r->l, ",") && !py_stops(&r->l, inside, ""))
      return file_fail(r, "has a list of parameters that is no Python");
  }
  if (!py_take(&r->l, ")"))
    return file_fail(r, "has a definition that is no Python");
  return true;
}

/** The body of a function is only looked at for its first `return`. */
static void read_function_body(struct file_reader *r, int indent,
                               struct pysig_function *f) {
  const bool same_line = r->l.token.kind != PY_NEWLINE;
  if (same_line && py_take(&r->l, "return"))
    f->yields = py_expr(r->ar, &r->l, ";");
  leave_line(r);
  const int body = r->l.token.indent;
  while (!same_line && !file_ends(r) && r->l.token.indent > indent) {
    if (r->l.token.indent == body && !f->yields && py_take(&r->l, "return"))
      f->yields = py_expr(r->ar, &r->l, ";");
    leave_line(r);
  }
}

/** `[T]` behind a name. */
static void leave_type_parameters(struct file_reader *r) {
  if (!py_is(&r->l, "["))
    return;
  const int inside = r->l.depth;
  py_next(&r->l);
  py_skip(&r->l, inside, "");
  py_next(&r->l);
}

static bool read_function(struct file_reader *r, int indent,
                          struct pysig_body *body, const decorators *d) {
  struct pysig_function *f = arena_new(r->ar, struct pysig_function);
  f->async = py_take(&r->l, "async");
  py_next(&r->l); // def
  f->name = r->l.token.text;
  for (size_t i = 0; i < d->n; i++)
    vec_push(r->ar, &f->decorators, d->v[i]);
  if (r->l.token.kind != PY_NAME)
    return file_fail(r, "has a definition that is no Python");
  py_next(&r->l);
  leave_type_parameters(r);
  if (!read_parameters(r, f))
    return false;
  if (py_take(&r->l, "->"))
    f->result = py_expr(r->ar, &r->l, ":");
  if (!py_take(&r->l, ":"))
    return file_fail(r, "has a definition that is no Python");
  vec_push(r->ar, &body->functions, f);
  read_function_body(r, indent, f);
  return true;
}

// ---- classes ----------------------------------------------------------------

static bool read_statements(struct file_reader *r, int indent, int nesting,
                            struct pysig_body *body);

static bool read_class_definition(struct file_reader *r, int indent,
                                  int nesting, struct pysig_body *body) {
  struct pysig_class *c = arena_new(r->ar, struct pysig_class);
  struct pysig_expr bases = {0};
  py_next(&r->l); // class
  c->name = r->l.token.text;
  if (r->l.token.kind != PY_NAME)
    return file_fail(r, "has a definition that is no Python");
  py_next(&r->l);
  leave_type_parameters(r);
  if (py_is(&r->l, "("))
    py_items(r->ar, &r->l, &bases);
  for (size_t i = 0; i < bases.items.n; i++)
    vec_push(r->ar, &c->bases, bases.items.v[i]);
  if (!py_take(&r->l, ":"))
    return file_fail(r, "has a definition that is no Python");
  vec_push(r->ar, &body->classes, c);
  if (r->l.token.kind != PY_NEWLINE) {
    read_simple_line(r, &c->body, false);
    return true;
  }
  leave_line(r);
  if (r->l.token.indent > indent && nesting < LIMIT_PYTHON_DEPTH)
    return read_statements(r, r->l.token.indent, nesting + 1, &c->body);
  leave_block(r, indent);
  return true;
}

// ---- blocks -----------------------------------------------------------------

static bool at_function(const struct file_reader *r) {
  struct py_lexer at = r->l;
  py_take(&at, "async");
  return py_is(&at, "def");
}

/** A line further right than the block: below an `if` and its like. What is
 *  defined there may not be. */
static void read_deeper_line(struct file_reader *r, struct pysig_body *body) {
  const int indent = r->l.token.indent;
  const bool definition = at_function(r) || py_is(&r->l, "class");
  if (!definition) {
    read_simple_line(r, body, true);
    return;
  }
  leave_line(r);
  leave_block(r, indent);
}

/** A statement at the block's own place. *D are the decorators before it. */
static bool read_statement(struct file_reader *r, int indent, int nesting,
                           struct pysig_body *body, decorators *d) {
  bool ok = true;
  if (py_take(&r->l, "@")) {
    vec_push(r->ar, d, py_expr(r->ar, &r->l, ""));
    leave_line(r);
    return true;
  }
  if (at_function(r))
    ok = read_function(r, indent, body, d);
  else if (py_is(&r->l, "class"))
    ok = read_class_definition(r, indent, nesting, body);
  else
    read_simple_line(r, body, false);
  *d = (decorators){0};
  return ok;
}

static bool read_statements(struct file_reader *r, int indent, int nesting,
                            struct pysig_body *body) {
  decorators d = {0};
  while (!file_ends(r) && r->l.token.indent >= indent) {
    if (r->l.token.indent > indent)
      read_deeper_line(r, body);
    else if (!read_statement(r, indent, nesting, body, &d))
      return false;
  }
  return true;
}

const struct pysig_file *pysig_parse(const struct source *src, struct arena *ar,
                                     struct pysig_fault *fault) {
  struct pysig_file *file = arena_new(ar, struct pysig_file);
  struct file_reader r = {.ar = ar, .fault = fault};
  *fault = (struct pysig_fault){0};
  file->src = src;
  if (!utf8_is_valid(src->text)) {
    fault->why = "is not UTF-8 text";
    return NULL;
  }
  if (src->text.len > LIMIT_PYTHON_BYTES) {
    fault->why = "is larger than any source that is read";
    return NULL;
  }
  r.l = py_begin(src);
  if (!read_statements(&r, 0, 0, &file->body))
    return NULL;
  if (r.l.token.kind == PY_BAD) {
    file_fail(&r, "holds something that is no Python");
    return NULL;
  }
  return file;
}
