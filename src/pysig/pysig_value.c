// Plain values: numbers, texts, True, False, None, lists and dicts of them, and
// constants of the file that are such.
#include "pysig_int.h"

#include "cogfe/limits.h"

static struct pysig_value unread_value(void) {
  return (struct pysig_value){.kind = PYSIG_UNREAD};
}

/** L's token counts against what values may take in all: constants that name
 *  constants could else ask for any number. */
static bool spend(struct py_reader *r, const struct py_lexer *l) {
  const size_t cost = l->token.text.len + 1;
  if (r->budget < cost)
    return false;
  r->budget -= cost;
  return true;
}

// ---- numbers ----------------------------------------------------------------

static size_t digits(struct str s, const char *allowed) {
  size_t n = 0;
  while (n < s.len && s.p[n] && strchr(allowed, s.p[n]))
    n++;
  return n;
}

/** Digits with single underscores between them. */
static bool is_run(struct str s, const char *allowed) {
  bool after_digit = false;
  for (size_t i = 0; i < s.len; i++) {
    const bool digit = s.p[i] && strchr(allowed, s.p[i]);
    if (!digit && (s.p[i] != '_' || !after_digit))
      return false;
    after_digit = digit;
  }
  return after_digit;
}

static bool is_whole(struct str s) {
  static const char decimal[] = "0123456789";
  if (s.len > 2 && s.p[0] == '0' && strchr("xX", s.p[1]))
    return is_run(str_skip(s, 2), "0123456789abcdefABCDEF");
  if (s.len > 2 && s.p[0] == '0' && strchr("oO", s.p[1]))
    return is_run(str_skip(s, 2), "01234567");
  if (s.len > 2 && s.p[0] == '0' && strchr("bB", s.p[1]))
    return is_run(str_skip(s, 2), "01");
  return is_run(s, decimal) && (s.p[0] != '0' || digits(s, "0_") == s.len);
}

static bool is_float(struct str s) {
  static const char decimal[] = "0123456789";
  struct str exponent = {0}, fraction = {0}, whole = s;
  for (size_t i = 0; i < s.len && !exponent.p; i++)
    if (s.p[i] == 'e' || s.p[i] == 'E') {
      exponent = str_skip(s, i + 1);
      whole = str_take(s, i);
    }
  const bool point = str_find(whole, '.') >= 0;
  fraction = str_cut(whole, '.', &whole);
  if (exponent.len && strchr("+-", exponent.p[0]))
    exponent = str_skip(exponent, 1);
  return (point || exponent.p) && (whole.len || fraction.len) &&
         (!whole.len || is_run(whole, decimal)) &&
         (!fraction.len || is_run(fraction, decimal)) &&
         (!exponent.p || is_run(exponent, decimal));
}

static struct pysig_value read_number(struct py_reader *r, struct py_lexer *l) {
  // Python itself refuses whole numbers of more than 4300 digits.
  enum { DIGITS_MAX = 300 };
  const char *sign = py_take(l, "-") ? "-" : "";
  if (!*sign)
    py_take(l, "+");
  const struct str text = l->token.text;
  if (l->token.kind != PY_NUMBER || text.len > DIGITS_MAX ||
      (!is_whole(text) && !is_float(text)))
    return unread_value();
  py_next(l);
  return (struct pysig_value){
      .kind = PYSIG_NUMBER,
      .text = str_printf(r->ar, "%s" STR_FMT, sign, STR_ARG(text))};
}

// ---- texts ------------------------------------------------------------------

/** Strings that stand behind each other, or with a plus between them, are
 *  one. */
static struct pysig_value read_string(struct py_reader *r, struct py_lexer *l) {
  cleanup_sbuf struct sbuf meaning, quoted;
  sbuf_init(&meaning, LIMIT_PYTHON_BYTES);
  sbuf_init(&quoted, 10 * LIMIT_PYTHON_BYTES);
  while (l->token.kind == PY_STRING) {
    if (!spend(r, l) || !py_add_string(&meaning, l->token.text))
      return unread_value();
    py_next(l);
    struct py_lexer next = *l;
    if (py_take(&next, "+") && next.token.kind == PY_STRING)
      *l = next;
  }
  pysig_quote(&quoted, sbuf_str(&meaning));
  return (struct pysig_value){.kind = PYSIG_TEXT,
                              .text = str_dup(r->ar, sbuf_str(&quoted))};
}

// ---- lists and dicts --------------------------------------------------------

static struct pysig_value plain(struct py_reader *r, struct py_lexer *l,
                                int depth);

struct items {
  VEC(struct pysig_value) list;
};

/** What stands in brackets, up to the one that closes them. PAIRS: each item is
 *  KEY: VALUE. *COMMA tells whether there was one. */
static bool read_elements(struct py_reader *r, struct py_lexer *l, int depth,
                          bool pairs, struct items *out, bool *comma) {
  const int around = py_depth(l);
  py_next(l);
  while (l->token.kind != PY_OP || l->depth != around) {
    vec_push(r->ar, &out->list, plain(r, l, depth + 1));
    if (out->list.v[out->list.n - 1].kind == PYSIG_UNREAD)
      return false;
    if (pairs && out->list.n % 2 == 1) {
      if (!py_take(l, ":"))
        return false;
      continue;
    }
    *comma = py_is(l, ",");
    if (!py_take(l, ",") && l->depth != around)
      return false;
  }
  py_next(l);
  return !pairs || out->list.n % 2 == 0;
}

static struct pysig_value brackets(struct py_reader *r, struct py_lexer *l,
                                   int depth) {
  const char open = l->token.text.p[0];
  struct items items = {0};
  bool comma = false;
  if (!read_elements(r, l, depth, open == '{', &items, &comma))
    return unread_value();
  if (open == '(' && items.list.n == 1 && !comma)
    return items.list.v[0]; // only grouped
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SBUF_NO_MAX);
  sbuf_addch(&text, open == '{' ? '{' : '[');
  for (size_t i = 0; i < items.list.n; i++) {
    const bool value = open == '{' && i % 2 == 1;
    sbuf_adds(&text, i == 0 ? "" : value ? ": " : ", ");
    sbuf_addstr(&text, items.list.v[i].text);
  }
  sbuf_addch(&text, open == '{' ? '}' : ']');
  return (struct pysig_value){.kind = open == '{' ? PYSIG_PAIRS : PYSIG_ITEMS,
                              .text = str_dup(r->ar, sbuf_str(&text)),
                              .items = items.list.v,
                              .n_items = items.list.n};
}

// ---- names ------------------------------------------------------------------

/** What `[N]` behind a list takes out of it. */
static struct pysig_value subscript(struct py_lexer *l,
                                    struct pysig_value list) {
  size_t at = 0;
  py_next(l);
  const struct str number = l->token.text;
  if (l->token.kind != PY_NUMBER || number.len > 4 ||
      digits(number, "0123456789") != number.len)
    return unread_value();
  for (size_t i = 0; i < number.len; i++)
    at = at * 10 + (size_t)(number.p[i] - '0');
  py_next(l);
  if (!py_take(l, "]") || list.kind != PYSIG_ITEMS || at >= list.n_items)
    return unread_value();
  return list.items[at];
}

static struct pysig_value constant(struct py_reader *r,
                                   const struct py_constant *c, int depth) {
  struct py_lexer at = c->at;
  const struct pysig_value value = plain(r, &at, depth + 1);
  return py_stops(&at, 0, ";") ? value : unread_value();
}

static struct pysig_value read_name(struct py_reader *r, struct py_lexer *l,
                                    int depth) {
  static const struct {
    const char *name;
    enum pysig_value_kind kind;
  } known[] = {
      {"None", PYSIG_NONE}, {"True", PYSIG_BOOLEAN}, {"False", PYSIG_BOOLEAN}};
  const struct str word = l->token.text;
  py_next(l);
  for (size_t i = 0; i < ARRAY_LEN(known); i++)
    if (str_is(word, known[i].name))
      return (struct pysig_value){.kind = known[i].kind, .text = word};
  for (size_t i = r->constants.n; i-- > 0;) {
    if (!str_eq(word, r->constants.v[i].name))
      continue;
    struct pysig_value value = constant(r, &r->constants.v[i], depth);
    while (value.kind != PYSIG_UNREAD && py_is(l, "["))
      value = subscript(l, value);
    return value;
  }
  return unread_value();
}

// ---- any --------------------------------------------------------------------

/** A plain value at L's token, which it takes whole or in part. */
static struct pysig_value plain(struct py_reader *r, struct py_lexer *l,
                                int depth) {
  if (depth > LIMIT_PYTHON_DEPTH || !spend(r, l))
    return unread_value();
  switch (l->token.kind) {
  case PY_STRING:
    return read_string(r, l);
  case PY_NUMBER:
    return read_number(r, l);
  case PY_NAME:
    return read_name(r, l, depth);
  case PY_OP:
    if (py_take(l, "..."))
      return (struct pysig_value){.kind = PYSIG_REQUIRED, .text = STR("...")};
    if (strchr("([{", l->token.text.p[0]))
      return brackets(r, l, depth);
    return read_number(r, l);
  case PY_END:
  case PY_NEWLINE:
  case PY_BAD:
    break;
  }
  return unread_value();
}

struct pysig_value py_value(struct py_reader *r, struct py_lexer *l) {
  const struct py_lexer from = *l;
  const int depth = py_depth(l);
  struct pysig_value value = plain(r, l, 0);
  if (value.kind != PYSIG_UNREAD && py_stops(l, depth, ","))
    return value;
  *l = from;
  py_skip(l, depth, ",");
  value = unread_value();
  value.text = py_text(r->ar, &from, l);
  return value;
}
