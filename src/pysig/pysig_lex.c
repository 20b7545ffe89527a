// Tokens of Python: as many as finding a definition and its parts needs.
// Source: https://docs.python.org/3/reference/lexical_analysis.html (3.12).
#include "pysig_int.h"

static bool is_identifier_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         number_is_digit(c) || c == '_' || (unsigned char)c >= 0x80;
}

static char at(struct str s, size_t i) {
  return i < s.len ? s.p[i] : '\0';
}

static void advance_lexer(struct py_lexer *l, size_t n) {
  l->rest = str_skip(l->rest, n);
}

static bool is_newline(char c) {
  return c == '\n' || c == '\r';
}

static void skip_newline(struct py_lexer *l) {
  advance_lexer(l, at(l->rest, 0) == '\r' && at(l->rest, 1) == '\n' ? 2 : 1);
}

static void skip_comment(struct py_lexer *l) {
  size_t n = 0;
  l->comments++;
  while (n < l->rest.len && !is_newline(l->rest.p[n]))
    n++;
  advance_lexer(l, n);
}

/** The column after the blanks in front; tabs go to the next multiple of 8, and
 *  a form feed begins anew. */
static int skip_indent(struct py_lexer *l) {
  int column = 0;
  for (; l->rest.len; advance_lexer(l, 1)) {
    const char c = l->rest.p[0];
    if (c == ' ')
      column++;
    else if (c == '\t')
      column = column / 8 * 8 + 8;
    else if (c == '\f')
      column = 0;
    else
      break;
  }
  return column;
}

/** Blanks, and lines that go on behind a backslash. */
static void skip_line_blanks(struct py_lexer *l) {
  for (;;) {
    const char c = at(l->rest, 0);
    if (l->rest.len && (c == ' ' || c == '\t' || c == '\f'))
      advance_lexer(l, 1);
    else if (c == '\\' && is_newline(at(l->rest, 1)))
      advance_lexer(l,
                    at(l->rest, 1) == '\r' && at(l->rest, 2) == '\n' ? 3 : 2);
    else
      return;
  }
}

/** To the first token of a logical line: lines without one are nothing. */
static int skip_empty_lines(struct py_lexer *l) {
  for (;;) {
    const int indent = skip_indent(l);
    if (at(l->rest, 0) == '#')
      skip_comment(l);
    if (!l->rest.len || !is_newline(l->rest.p[0]))
      return indent;
    skip_newline(l);
  }
}

/** To the next token within a logical line. Within brackets lines do not
 *  end. */
static void skip_inside(struct py_lexer *l) {
  for (;;) {
    skip_line_blanks(l);
    if (at(l->rest, 0) == '#')
      skip_comment(l);
    if (!l->depth || !l->rest.len || !is_newline(l->rest.p[0]))
      return;
    skip_newline(l);
  }
}

// ---- tokens -----------------------------------------------------------------

static size_t identifier_len(struct str s) {
  size_t n = 0;
  while (n < s.len && is_identifier_byte(s.p[n]))
    n++;
  return n;
}

/** Digits, with what a number may have between them. */
static size_t number_len(struct str s) {
  size_t n = 0;
  while (n < s.len && (is_identifier_byte(s.p[n]) || s.p[n] == '.' ||
                       ((s.p[n] == '+' || s.p[n] == '-') &&
                        (s.p[n - 1] == 'e' || s.p[n - 1] == 'E') &&
                        at(s, 1) != 'x' && at(s, 1) != 'X')))
    n++;
  return n;
}

/** Length of a string's prefix when S begins with a string, else -1. */
static ptrdiff_t prefix_len(struct str s) {
  size_t n = 0;
  while (n < 2 && at(s, n) && strchr("rRbBuUfFtT", at(s, n)))
    n++;
  return at(s, n) == '"' || at(s, n) == '\'' ? (ptrdiff_t)n : -1;
}

/** Length of the string at the start of S, 0 when it has no end. */
static size_t string_len(struct str s, size_t prefix) {
  const char quote = s.p[prefix];
  const bool triple = at(s, prefix + 1) == quote && at(s, prefix + 2) == quote;
  size_t n = prefix + (triple ? 3 : 1);
  for (; n < s.len; n++) {
    if (s.p[n] == '\\')
      n += at(s, n + 1) == '\r' && at(s, n + 2) == '\n' ? 2 : 1;
    else if (!triple && is_newline(s.p[n]))
      return 0;
    else if (s.p[n] == quote && !triple)
      return n + 1;
    else if (s.p[n] == quote && at(s, n + 1) == quote && at(s, n + 2) == quote)
      return n + 3;
  }
  return 0;
}

static bool is_one_of_chars(char c, const char *chars) {
  return c && strchr(chars, c);
}

/** Of those with three characters only "..." is one token here. */
static size_t op_len(struct str s) {
  const char a = at(s, 0), b = at(s, 1);
  if (a == '.' && b == '.' && at(s, 2) == '.')
    return 3;
  const bool two = (b == '=' && is_one_of_chars(a, ":=!<>+-*/|&")) ||
                   (a == b && is_one_of_chars(a, "*/<>")) ||
                   (a == '-' && b == '>');
  return two ? 2 : 1;
}

static enum py_kind measure(struct str s, size_t *len) {
  const ptrdiff_t prefix = prefix_len(s);
  if (prefix >= 0) {
    *len = string_len(s, (size_t)prefix);
    return *len ? PY_STRING : PY_BAD;
  }
  const char c = s.p[0];
  if (number_is_digit(c) || (c == '.' && number_is_digit(at(s, 1)))) {
    *len = number_len(s);
    return PY_NUMBER;
  }
  if (is_identifier_byte(c)) {
    *len = identifier_len(s);
    return PY_NAME;
  }
  *len = op_len(s);
  return strchr("()[]{},:.;@=<>+-*/%&|^~!", c) && c ? PY_OP : PY_BAD;
}

static void count_brackets(struct py_lexer *l) {
  if (l->token.kind != PY_OP)
    return;
  if (strchr("([{", l->token.text.p[0]))
    l->depth++;
  else if (strchr(")]}", l->token.text.p[0]))
    l->depth--;
  if (l->depth < 0)
    l->token.kind = PY_BAD;
}

static void take_token(struct py_lexer *l) {
  size_t len = 0;
  l->token.kind = measure(l->rest, &len);
  l->token.text = str_take(l->rest, len);
  advance_lexer(l, len);
  count_brackets(l);
}

static void end(struct py_lexer *l) {
  l->token.kind = l->depth ? PY_BAD : PY_END;
  l->token.text = str_take(l->rest, 0);
}

void py_next(struct py_lexer *l) {
  if (l->token.kind == PY_BAD)
    return;
  l->end = l->token.text.p + l->token.text.len;
  l->token = (struct py_token){.first = l->line_start};
  if (l->line_start)
    l->token.indent = skip_empty_lines(l);
  else
    skip_inside(l);
  l->line_start = false;
  if (!l->rest.len) {
    end(l);
  } else if (is_newline(l->rest.p[0])) {
    l->token.kind = PY_NEWLINE;
    l->token.text = str_take(l->rest, 1);
    skip_newline(l);
    l->line_start = true;
  } else {
    take_token(l);
  }
}

struct py_lexer py_begin(const struct source *src) {
  struct py_lexer l = {.src = src, .rest = src->text, .line_start = true};
  if (str_starts(l.rest, "\xEF\xBB\xBF"))
    advance_lexer(&l, 3);
  l.token = (struct py_token){.kind = PY_NEWLINE, .text = str_take(l.rest, 0)};
  py_next(&l);
  return l;
}

// ---- at the token -----------------------------------------------------------

bool py_is(const struct py_lexer *l, const char *text) {
  return (l->token.kind == PY_OP || l->token.kind == PY_NAME) &&
         str_is(l->token.text, text);
}

bool py_take(struct py_lexer *l, const char *text) {
  if (!py_is(l, text))
    return false;
  py_next(l);
  return true;
}

bool py_stops(const struct py_lexer *l, int depth, const char *stops) {
  if (l->token.kind != PY_OP)
    return l->token.kind == PY_END || l->token.kind == PY_BAD ||
           l->token.kind == PY_NEWLINE;
  if (strchr(")]}", l->token.text.p[0]))
    return l->depth < depth;
  return l->depth == depth && l->token.text.len == 1 &&
         strchr(stops, l->token.text.p[0]);
}

void py_skip(struct py_lexer *l, int depth, const char *stops) {
  while (!py_stops(l, depth, stops)) {
    const bool lambda = l->depth == depth && py_is(l, "lambda");
    py_next(l);
    if (lambda) { // its parameters have commas of their own
      py_skip(l, depth, ":");
      py_take(l, ":");
    }
  }
}

int py_depth(const struct py_lexer *l) {
  const bool opens =
      l->token.kind == PY_OP && strchr("([{", l->token.text.p[0]);
  return l->depth - opens;
}

struct span py_span(const struct py_lexer *l) {
  struct span span = {l->src, 1, 1, 1, 1};
  const char *from = l->token.text.p;
  for (const char *p = l->src->text.p; p < from; p++) {
    span.col += utf8_begins(*p);
    if (*p == '\n') {
      span.line++;
      span.col = 1;
    }
  }
  span.end_line = span.line;
  span.end_col = span.col + (int)l->token.text.len;
  if (l->token.kind == PY_NEWLINE || l->token.kind == PY_STRING)
    span.end_col = span.col + 1;
  return span;
}
