// Parameters: `self, x: str = Input(description="…", default="y"), *, n=1`.
#include "pysig_int.h"

#include "cogfe/limits.h"

static bool fail_name(struct py_reader *r, const struct py_lexer *l,
                      struct str name) {
  return py_fail(r, l,
                 arena_printf(r->ar,
                              "has a parameter \"" STR_FMT
                              "\", which is no plain name",
                              STR_ARG(name)));
}

// ---- Input(…) ---------------------------------------------------------------

/** Whether L stands at cog's Input( or cog.Input(; goes to the bracket if
 *  so. */
static bool take_input(struct py_lexer *l) {
  struct py_lexer at = *l;
  if (py_take(&at, "cog") && !py_take(&at, "."))
    return false;
  if (!py_take(&at, "Input") || !py_is(&at, "("))
    return false;
  *l = at;
  return true;
}

/** An option that is given twice, which is no Python, is there once. */
static void add_option(struct py_reader *r, struct pysig_param *p,
                       struct pysig_option option) {
  for (size_t i = 0; i < p->options.n; i++)
    if (str_eq(p->options.v[i].name, option.name)) {
      p->options.v[i] = option;
      return;
    }
  vec_push(r->ar, &p->options, option);
}

/** An argument of Input: NAME=VALUE, or the default by itself. */
static void read_argument_into(struct py_reader *r, struct py_lexer *l,
                               struct pysig_param *p) {
  struct py_lexer after = *l;
  struct str name = STR("default");
  if (l->token.kind == PY_NAME) {
    py_next(&after);
    if (py_is(&after, "=")) {
      name = l->token.text;
      *l = after;
      py_next(l);
    }
  }
  const struct pysig_value value = py_value(r, l);
  if (str_is(name, "default"))
    p->value = value;
  else if (str_is(name, "choices"))
    p->choices = value;
  else
    add_option(r, p, (struct pysig_option){name, value});
}

static void read_input(struct py_reader *r, struct py_lexer *l,
                       struct pysig_param *p) {
  const int inside = l->depth;
  py_next(l);
  while (!py_stops(l, inside, "")) {
    read_argument_into(r, l, p);
    if (!py_take(l, ","))
      break;
  }
  py_skip(l, inside, "");
  if (l->token.kind == PY_OP)
    py_next(l);
}

/** What stands behind "=". */
static void read_default(struct py_reader *r, struct py_lexer *l,
                         struct pysig_param *p) {
  const struct py_lexer from = *l;
  const int depth = py_depth(l);
  if (take_input(l)) {
    read_input(r, l, p);
    if (py_stops(l, depth, ","))
      return;
    p->choices = (struct pysig_value){0};
    p->options.n = 0;
    *l = from;
  }
  p->value = py_value(r, l);
}

// ---- one parameter ----------------------------------------------------------

static bool read_param(struct py_reader *r, struct py_lexer *l,
                       struct pysig *sig) {
  struct pysig_param p = {.name = l->token.text};
  if (l->token.kind != PY_NAME || !pysig_is_name(p.name))
    return fail_name(r, l, p.name);
  if (sig->params.n == LIMIT_PYTHON_PARAMETERS)
    return py_fail(r, l,
                   arena_printf(r->ar, "has more than %d parameters",
                                LIMIT_PYTHON_PARAMETERS));
  for (size_t i = 0; i < sig->params.n; i++)
    if (str_eq(p.name, sig->params.v[i].name))
      return py_fail(r, l, "has two parameters of one name");
  py_next(l);
  if (py_take(l, ":"))
    p.type = py_type(r, l, ",=");
  if (py_take(l, "="))
    read_default(r, l, &p);
  if (p.value.kind == PYSIG_REQUIRED)
    p.value = (struct pysig_value){0};
  vec_push(r->ar, &sig->params, p);
  return true;
}

/** `*`, `*args` and `**kwargs`: nothing that a call has to give. */
static bool skip_stars(struct py_lexer *l, int depth) {
  if (!py_is(l, "*") && !py_is(l, "**"))
    return false;
  py_skip(l, depth, ",");
  return true;
}

static bool read_each(struct py_reader *r, struct py_lexer *l,
                      struct pysig *sig) {
  const int depth = 1; // of a definition at the top or in a class
  bool first = sig->of_class;
  while (!py_stops(l, depth, "")) {
    if (first)
      py_skip(l, depth, ","); // self
    else if (py_is(l, "/"))
      return py_fail(r, l, "has parameters that are given by place alone");
    else if (!skip_stars(l, depth) && !read_param(r, l, sig))
      return false;
    first = false;
    if (!py_take(l, ","))
      break;
  }
  return !first || py_fail(r, l, "is a method without self");
}

bool py_params(struct py_reader *r, struct py_lexer *l, struct pysig *sig) {
  if (!read_each(r, l, sig))
    return false;
  if (!py_take(l, ")"))
    return py_fail(r, l, "has a list of parameters that is no Python");
  if (py_take(l, "->"))
    sig->result = py_type(r, l, ":");
  return py_is(l, ":") || py_fail(r, l, "has a definition that is no Python");
}
