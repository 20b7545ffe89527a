// Annotations: the types that Cog knows, by their last name, so that
// `cog.Path`, `Path` and `typing.List` are read however they were imported.
// Source: https://github.com/replicate/cog docs/python.md (0.9 and 0.22), Input
// and output types.
#include "pysig_int.h"

#include "cogfe/limits.h"

/** What a name makes of the types in its brackets. */
enum shape {
  PLAIN,    // a type by itself; brackets say no more of it
  LIST,     // of the one in brackets
  OPTIONAL, // the one in brackets, or None
  UNION,    // one of those in brackets
  STREAM,   // of the one in brackets
  JOINED,   // the same, pieces of one text
  LITERAL,  // one of the values in brackets
  FIRST,    // the first in brackets
};

static const struct row {
  const char *name;
  enum shape shape;
  enum pysig_type_kind kind; // PLAIN
} rows[] = {
    {"None", PLAIN, PYSIG_NOTHING},
    {"Any", PLAIN, PYSIG_ANY},
    {"str", PLAIN, PYSIG_STR},
    {"int", PLAIN, PYSIG_INT},
    {"float", PLAIN, PYSIG_FLOAT},
    {"bool", PLAIN, PYSIG_BOOL},
    {"dict", PLAIN, PYSIG_DICT},
    {"Dict", PLAIN, PYSIG_DICT},
    {"Path", PLAIN, PYSIG_PATH},
    {"File", PLAIN, PYSIG_PATH},
    {"Secret", PLAIN, PYSIG_SECRET},
    {"list", LIST, PYSIG_ANY},
    {"List", LIST, PYSIG_ANY},
    {"Optional", OPTIONAL, PYSIG_ANY},
    {"Union", UNION, PYSIG_ANY},
    {"Iterator", STREAM, PYSIG_ANY},
    {"Iterable", STREAM, PYSIG_ANY},
    {"Generator", STREAM, PYSIG_ANY},
    {"AsyncIterator", STREAM, PYSIG_ANY},
    {"AsyncIterable", STREAM, PYSIG_ANY},
    {"AsyncGenerator", STREAM, PYSIG_ANY},
    {"ConcatenateIterator", JOINED, PYSIG_STR},
    {"AsyncConcatenateIterator", JOINED, PYSIG_STR},
    {"Literal", LITERAL, PYSIG_ANY},
    {"Annotated", FIRST, PYSIG_ANY},
};

static const struct row *find_type_row(struct str name) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (str_is(name, rows[i].name))
      return &rows[i];
  return NULL;
}

static struct pysig_type unread_type(void) {
  return (struct pysig_type){.unread = true};
}

/** A or B: one of them must be None. */
static struct pysig_type either(struct pysig_type a, struct pysig_type b) {
  const bool none = a.kind == PYSIG_NOTHING || b.kind == PYSIG_NOTHING;
  struct pysig_type type = a.kind == PYSIG_NOTHING ? b : a;
  if (!none) {
    type = unread_type();
    type.optional = a.optional || b.optional;
  }
  type.optional = type.optional || none;
  return type;
}

/** MANY (a list or a stream) of ONE, if that is nothing but a plain type. */
static struct pysig_type many(struct pysig_type one, bool list, bool joined) {
  if (one.optional || one.list || one.stream)
    return unread_type();
  one.list = list;
  one.stream = !list;
  one.joined = joined;
  return one;
}

static struct pysig_type one_of(struct py_reader *r, struct py_lexer *l,
                                int depth);

/** The types in brackets, of which the first two count; L is behind them. */
struct arguments {
  struct pysig_type types[2];
  size_t n;
};

static struct arguments arguments(struct py_reader *r, struct py_lexer *l,
                                  int depth) {
  struct arguments args = {0};
  const int around = py_depth(l);
  py_next(l);
  for (; !py_stops(l, around + 1, ""); args.n++) {
    if (args.n < ARRAY_LEN(args.types))
      args.types[args.n] = one_of(r, l, depth + 1);
    py_skip(l, around + 1, ",");
    py_take(l, ",");
  }
  py_next(l);
  return args;
}

static struct pysig_type literal(struct py_reader *r, struct py_lexer *l) {
  VEC(struct pysig_value) values = {0};
  const int around = py_depth(l);
  bool ok = true;
  py_next(l);
  while (!py_stops(l, around + 1, "")) {
    const struct pysig_value value = py_value(r, l);
    ok = ok && value.kind >= PYSIG_NONE && value.kind <= PYSIG_TEXT;
    vec_push(r->ar, &values, value);
    py_take(l, ",");
  }
  py_next(l);
  if (!ok || !values.n)
    return unread_type();
  return (struct pysig_type){
      .kind = PYSIG_LITERAL, .literals = values.v, .n_literals = values.n};
}

static struct pysig_type shaped(const struct row *row,
                                const struct arguments *args) {
  const struct pysig_type first =
      args->n ? args->types[0] : (struct pysig_type){.kind = row->kind};
  const struct pysig_type none = {.kind = PYSIG_NOTHING};
  switch (row->shape) {
  case PLAIN:
    return (struct pysig_type){.kind = row->kind};
  case LIST:
    return args->n > 1 ? unread_type() : many(first, true, false);
  case STREAM:
  case JOINED:
    return many(first, false, row->shape == JOINED);
  case OPTIONAL:
    return args->n > 1 ? unread_type() : either(first, none);
  case UNION:
    return args->n == 2 ? either(first, args->types[1]) : unread_type();
  case FIRST:
    return args->n ? first : unread_type();
  case LITERAL:
    break;
  }
  return unread_type();
}

/** A name, with dots and brackets. */
static struct pysig_type atom(struct py_reader *r, struct py_lexer *l,
                              int depth) {
  if (l->token.kind != PY_NAME || depth > LIMIT_PYTHON_DEPTH)
    return unread_type();
  struct str name = l->token.text;
  py_next(l);
  while (py_take(l, ".")) {
    name = l->token.text;
    if (l->token.kind != PY_NAME)
      return unread_type();
    py_next(l);
  }
  const struct row *row = find_type_row(name);
  const bool brackets = py_is(l, "[");
  if (!row || (row->shape == LITERAL && !brackets))
    return unread_type();
  if (row->shape == LITERAL)
    return literal(r, l);
  const struct arguments args =
      brackets ? arguments(r, l, depth) : (struct arguments){0};
  return shaped(row, &args);
}

static struct pysig_type one_of(struct py_reader *r, struct py_lexer *l,
                                int depth) {
  struct pysig_type type = atom(r, l, depth);
  while (py_take(l, "|"))
    type = either(type, atom(r, l, depth));
  return type;
}

struct pysig_type py_type(struct py_reader *r, struct py_lexer *l,
                          const char *stops) {
  const struct py_lexer from = *l;
  const int depth = py_depth(l);
  struct pysig_type type = one_of(r, l, 0);
  if (!py_stops(l, depth, stops)) {
    type = unread_type();
    *l = from;
    py_skip(l, depth, stops);
  }
  type.text = py_text(r->ar, &from, l);
  return type;
}
