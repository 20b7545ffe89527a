/* Places inside a scalar.
 *
 * What libyaml changes between source and value is white space (indentation,
 * folding, line ends), quotes and escapes. So the k-th character of the value
 * that is no white space is the k-th such character of the source, when quotes
 * are left out and an escape counts as the one character that it stands for. */
#include "cogfe/yamldoc.h"

/** A character: its length in bytes and whether it is white space. */
struct unit {
  size_t len;
  bool white;
};

/** White space as YAML 1.1 has it: line ends are also NEL, LS and PS. */
static bool is_white_character(uint32_t c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0x85 ||
         c == 0x2028 || c == 0x2029;
}

static struct unit plain_unit(struct str s) {
  static const char *const white[] = {
      " ", "\t", "\r", "\n", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
  size_t n = utf8_len(s);
  for (size_t i = 0; i < ARRAY_LEN(white); i++)
    if (str_starts(s, white[i]))
      return (struct unit){n, true};
  return (struct unit){n ? n : 1, false};
}

/** An escape of a double-quoted scalar; S begins with the backslash. */
static struct unit escape_unit(struct str s) {
  if (s.len < 2)
    return (struct unit){1, false};
  char c = s.p[1];
  size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  uint32_t value = 0;
  for (size_t i = 0; i < digits && 2 + i < s.len; i++)
    value = value << 4 | (uint32_t)number_hex_digit(s.p[2 + i]);
  if (digits)
    return (struct unit){2 + digits, is_white_character(value)};
  // Before a line end the backslash only joins the lines.
  if (c == '\r' || c == '\n')
    return (struct unit){1, true};
  return (struct unit){2, strchr("tnrNLP \t", c) != NULL};
}

static struct unit source_unit(struct str s, enum yamldoc_style style) {
  if (style == YAMLDOC_DOUBLE_QUOTED && s.p[0] == '\\')
    return escape_unit(s);
  if (style == YAMLDOC_SINGLE_QUOTED && str_starts(s, "''"))
    return (struct unit){2, false};
  return plain_unit(s);
}

/** Number of characters that are no white space. */
static size_t count_visible(struct str text) {
  size_t n = 0;
  while (text.len) {
    struct unit u = plain_unit(text);
    n += !u.white;
    text = str_skip(text, u.len);
  }
  return n;
}

/** A place that moves over the source. */
struct cursor {
  struct str rest;
  int line, col;
};

static void advance_cursor(struct cursor *c, size_t len) {
  for (size_t i = 0; i < len; i++) {
    char byte = c->rest.p[i];
    if (byte == '\n') {
      c->line++;
      c->col = 1;
    } else if (utf8_begins(byte)) {
      c->col++;
    }
  }
  c->rest = str_skip(c->rest, len);
}

/** The source between the quotes, or below the line of the `|` or `>`. */
static struct cursor content(const struct yamldoc_node *n) {
  struct str all = str_take(str_skip(n->span.src->text, n->off), n->len);
  struct cursor c = {all, n->span.line, n->span.col};
  if (n->style == YAMLDOC_SINGLE_QUOTED || n->style == YAMLDOC_DOUBLE_QUOTED) {
    c.rest.len--;
    advance_cursor(&c, 1);
  } else if (n->style == YAMLDOC_LITERAL || n->style == YAMLDOC_FOLDED) {
    struct str header;
    str_cut(all, '\n', &header);
    advance_cursor(&c, header.len);
  }
  return c;
}

/** Moves C behind the next COUNT visible characters; their place, or that of
 *  the whole scalar when COUNT is 0. */
static struct span take_visible(struct cursor *c, const struct yamldoc_node *n,
                                size_t count) {
  struct span span = n->span;
  for (size_t seen = 0; c->rest.len && seen < count;) {
    struct unit u = source_unit(c->rest, n->style);
    if (!u.white && seen++ == 0) {
      span.line = c->line;
      span.col = c->col;
    }
    advance_cursor(c, u.len < c->rest.len ? u.len : c->rest.len);
  }
  if (count) {
    span.end_line = c->line;
    span.end_col = c->col;
  }
  return span;
}

struct span yamldoc_text_span(const struct yamldoc_node *n, size_t off,
                              size_t len) {
  if (n->target)
    n = n->target;
  size_t before = count_visible(str_take(n->text, off));
  size_t inside = count_visible(str_take(str_skip(n->text, off), len));
  struct cursor c = content(n);
  take_visible(&c, n, before);
  return take_visible(&c, n, inside);
}

const struct span *yamldoc_line_spans(const struct yamldoc_node *n,
                                      struct arena *ar, size_t *n_lines) {
  if (n->target)
    n = n->target;
  struct cursor c = content(n);
  struct str rest = n->text, line;
  VEC(struct span) spans = {0};
  while (str_next_line(&rest, &line))
    vec_push(ar, &spans, take_visible(&c, n, count_visible(line)));
  *n_lines = spans.n;
  return spans.v;
}
