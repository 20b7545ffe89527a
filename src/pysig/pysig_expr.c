// Expressions as trees: as much of the grammar as annotations, defaults and
// arguments use. What is more is one PYSIG_EXPR_OTHER, which ends where Python
// ends it.
// Source: https://docs.python.org/3/reference/expressions.html (3.12).
#include "pysig_int.h"

#include "cogfe/limits.h"

typedef struct pysig_expr expr;

static expr *parse_expr(struct arena *ar, struct py_lexer *l, const char *stops,
                        int nesting);

static expr *new_expr(struct arena *ar, enum pysig_expr_kind kind) {
  expr *e = arena_new(ar, expr);
  e->kind = kind;
  return e;
}

// ---- texts ------------------------------------------------------------------

/** Whether TOKEN's text between the quotes is what it means. */
static bool is_plain_token(struct str token) {
  const bool raw = token.p[0] == 'r';
  if (raw)
    token = str_skip(token, 1);
  if (token.p[0] != '"' && token.p[0] != '\'')
    return false;
  return str_find(token, '\r') < 0 && (raw || str_find(token, '\\') < 0);
}

static expr *parse_strings(struct arena *ar, struct py_lexer *l) {
  expr *e = new_expr(ar, PYSIG_EXPR_STRING);
  cleanup_sbuf struct sbuf meaning;
  sbuf_init(&meaning, LIMIT_PYTHON_BYTES);
  e->plain = is_plain_token(l->token.text);
  for (bool first = true; l->token.kind == PY_STRING; first = false) {
    e->plain = e->plain && first;
    if (!py_add_string(&meaning, l->token.text))
      e->kind = PYSIG_EXPR_OTHER;
    py_next(l);
  }
  e->name = str_dup(ar, sbuf_str(&meaning));
  return e;
}

// ---- items ------------------------------------------------------------------

/** `*`, `**` or `NAME=` in front of an item. */
static struct str take_item_name(struct py_lexer *l) {
  const struct str text = l->token.text;
  struct py_lexer after = *l;
  if (py_take(l, "*") || py_take(l, "**"))
    return text;
  if (l->token.kind != PY_NAME)
    return (struct str){0};
  py_next(&after);
  if (!py_take(&after, "="))
    return (struct str){0};
  *l = after;
  return text;
}

static void push_item(struct arena *ar, expr *e, struct str name,
                      const expr *value) {
  vec_push(ar, &e->items, (struct pysig_item){name, value});
}

/** A key and its value, or an element of a set. */
static void parse_pair(struct arena *ar, struct py_lexer *l, expr *e,
                       int nesting) {
  const struct str name = take_item_name(l);
  const expr *key = parse_expr(ar, l, ",:", nesting);
  if (str_is(name, "**"))
    key = new_expr(ar, PYSIG_EXPR_OTHER);
  push_item(ar, e, name, key);
  if (py_take(l, ":")) {
    e->kind = PYSIG_EXPR_DICT;
    push_item(ar, e, name, parse_expr(ar, l, ",", nesting));
  } else if (str_is(name, "**")) {
    push_item(ar, e, name, key);
  }
}

/** From the opening bracket at L to behind the one that closes it. */
static void parse_items(struct arena *ar, struct py_lexer *l, expr *e,
                        int nesting) {
  const bool pairs = py_is(l, "{");
  const int inside = l->depth;
  const size_t comments = l->comments;
  py_next(l);
  while (!py_stops(l, inside, "")) {
    if (pairs) {
      parse_pair(ar, l, e, nesting);
    } else {
      const struct str name = take_item_name(l);
      push_item(ar, e, name, parse_expr(ar, l, ",", nesting));
    }
    e->trailing = py_is(l, ",");
    if (!py_take(l, ",") && !py_stops(l, inside, "")) {
      py_skip(l, inside, ""); // a comprehension
      e->kind = PYSIG_EXPR_OTHER;
    }
  }
  e->comment = l->comments > comments;
  if (l->token.kind == PY_OP)
    py_next(l);
}

void py_items(struct arena *ar, struct py_lexer *l, struct pysig_expr *e) {
  parse_items(ar, l, e, 0);
}

// ---- atoms ------------------------------------------------------------------

static expr *parse_brackets(struct arena *ar, struct py_lexer *l, int nesting) {
  const char open = l->token.text.p[0];
  expr *e = new_expr(ar, open == '['   ? PYSIG_EXPR_LIST
                         : open == '(' ? PYSIG_EXPR_TUPLE
                                       : PYSIG_EXPR_SET);
  parse_items(ar, l, e, nesting);
  if (open == '{' && !e->items.n)
    e->kind = PYSIG_EXPR_DICT;
  if (e->kind == PYSIG_EXPR_DICT && e->items.n % 2)
    e->kind = PYSIG_EXPR_OTHER;
  if (e->kind != PYSIG_EXPR_TUPLE || e->items.n != 1 || e->trailing ||
      e->items.v[0].name.len)
    return e;
  expr *inner = arena_memdup(ar, e->items.v[0].value, sizeof *inner);
  inner->grouped = true;
  inner->comment = inner->comment || e->comment;
  return inner;
}

static bool is_prefix_word(struct str word) {
  static const char *const words[] = {"lambda", "not", "await", "yield", "if"};
  for (size_t i = 0; i < ARRAY_LEN(words); i++)
    if (str_is(word, words[i]))
      return true;
  return false;
}

static expr *parse_atom(struct arena *ar, struct py_lexer *l, int nesting) {
  const struct py_token token = l->token;
  if (nesting > LIMIT_PYTHON_DEPTH)
    return new_expr(ar, PYSIG_EXPR_OTHER);
  if (token.kind == PY_STRING)
    return parse_strings(ar, l);
  if (token.kind == PY_OP && strchr("([{", token.text.p[0]))
    return parse_brackets(ar, l, nesting + 1);
  expr *e = new_expr(ar, PYSIG_EXPR_OTHER);
  e->name = token.text;
  if (token.kind == PY_NUMBER)
    e->kind = PYSIG_EXPR_NUMBER;
  else if (py_is(l, "..."))
    e->kind = PYSIG_EXPR_ELLIPSIS;
  else if (token.kind == PY_NAME && !is_prefix_word(token.text))
    e->kind = PYSIG_EXPR_NAME;
  else
    return e; // the token stays: whoever asked skips it
  py_next(l);
  return e;
}

/** What is read so far as the left part of another expression. */
static expr *on_top_of(struct arena *ar, enum pysig_expr_kind kind, expr *left,
                       const char *from, const struct py_lexer *l) {
  left->text = str_range(from, l->end);
  expr *e = new_expr(ar, kind);
  e->left = left;
  return e;
}

static expr *parse_trailers(struct arena *ar, struct py_lexer *l, int nesting) {
  const char *from = l->token.text.p;
  expr *e = parse_atom(ar, l, nesting);
  while (e->kind != PYSIG_EXPR_OTHER && l->token.kind == PY_OP) {
    if (py_is(l, "(") || py_is(l, "[")) {
      const bool call = py_is(l, "(");
      e = on_top_of(ar, call ? PYSIG_EXPR_CALL : PYSIG_EXPR_SUBSCRIPT, e, from,
                    l);
      parse_items(ar, l, e, nesting + 1);
    } else if (py_is(l, ".")) {
      e = on_top_of(ar, PYSIG_EXPR_ATTRIBUTE, e, from, l);
      py_next(l);
      e->name = l->token.text;
      if (l->token.kind != PY_NAME)
        e->kind = PYSIG_EXPR_OTHER;
      else
        py_next(l);
    } else {
      break;
    }
  }
  e->text = str_range(from, l->end > from ? l->end : from);
  return e;
}

// ---- operators --------------------------------------------------------------

/** How tightly the operator at L binds its sides; 0 when it is none. */
static int binding(const struct py_lexer *l) {
  static const struct {
    const char *op;
    int level;
  } ops[] = {{"|", 1}, {"+", 2}, {"-", 2},  {"*", 3},
             {"/", 3}, {"%", 3}, {"//", 3}, {"**", 5}};
  for (size_t i = 0; i < ARRAY_LEN(ops); i++)
    if (l->token.kind == PY_OP && str_is(l->token.text, ops[i].op))
      return ops[i].level;
  return 0;
}

static expr *parse_operand(struct arena *ar, struct py_lexer *l, int level,
                           int nesting);

static expr *parse_signed(struct arena *ar, struct py_lexer *l, int nesting) {
  if (!py_is(l, "-") && !py_is(l, "+"))
    return parse_trailers(ar, l, nesting);
  const char *from = l->token.text.p;
  expr *e = new_expr(ar, PYSIG_EXPR_SIGN);
  e->name = l->token.text;
  py_next(l);
  if (nesting > LIMIT_PYTHON_DEPTH)
    e->kind = PYSIG_EXPR_OTHER;
  else
    push_item(ar, e, (struct str){0}, parse_operand(ar, l, 4, nesting + 1));
  e->text = str_range(from, l->end);
  return e;
}

/** An operand with all operators of LEVEL or above behind it. */
static expr *parse_operand(struct arena *ar, struct py_lexer *l, int level,
                           int nesting) {
  const char *from = l->token.text.p;
  expr *e = parse_signed(ar, l, nesting);
  for (int at; (at = binding(l)) >= level && at;) {
    if (e->kind == PYSIG_EXPR_OTHER || nesting > LIMIT_PYTHON_DEPTH)
      break;
    expr *whole = on_top_of(ar, PYSIG_EXPR_BINARY, e, from, l);
    whole->name = l->token.text;
    py_next(l);
    // "**" binds its right side first.
    push_item(ar, whole, (struct str){0},
              parse_operand(ar, l, at == 5 ? 4 : at + 1, nesting + 1));
    e = whole;
    e->text = str_range(from, l->end);
  }
  return e;
}

static expr *parse_expr(struct arena *ar, struct py_lexer *l, const char *stops,
                        int nesting) {
  const struct py_lexer from = *l;
  const int depth = py_depth(l);
  expr *e = parse_operand(ar, l, 1, nesting);
  const bool comprehension = py_is(l, "for") || py_is(l, "async");
  if (!py_stops(l, depth, stops) && comprehension && l->depth == depth) {
    e = new_expr(ar, PYSIG_EXPR_OTHER); // ends where its brackets do
  } else if (!py_stops(l, depth, stops)) {
    e = new_expr(ar, PYSIG_EXPR_OTHER);
    *l = from;
    py_skip(l, depth, stops);
  }
  const char *begin = from.token.text.p;
  e->text = str_range(begin, l->end > begin ? l->end : begin);
  return e;
}

const struct pysig_expr *py_expr(struct arena *ar, struct py_lexer *l,
                                 const char *stops) {
  return parse_expr(ar, l, stops, 0);
}

const struct pysig_expr *pysig_parse_expr(struct str text, struct arena *ar) {
  const struct source src = {"", text};
  struct py_lexer l = py_begin(&src);
  l.depth = 1; // as if in brackets: lines do not end
  expr *e = parse_expr(ar, &l, "", 0);
  if (l.rest.len)
    e->kind = PYSIG_EXPR_OTHER;
  return e;
}

bool pysig_is(const struct pysig_expr *e, const char *name) {
  return e && e->kind == PYSIG_EXPR_NAME && str_is(e->name, name);
}

struct span pysig_place(const struct source *src, struct str text) {
  const uintptr_t from = (uintptr_t)src->text.p, at = (uintptr_t)text.p;
  if (at < from || at > from + src->text.len)
    return source_span(src, 0, source_line(src, 1).len);
  struct str line = text;
  str_next_line(&text, &line);
  return source_span(src, at - from, line.len ? line.len : 1);
}
