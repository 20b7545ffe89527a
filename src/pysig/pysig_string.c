// What strings of Python mean, and the way back.
#include "pysig_int.h"

// ---- reading ----------------------------------------------------------------

static int digit_of(char c, int base) {
  const int value = number_hex_digit(c);
  return value < base ? value : -1;
}

/** MIN to MAX digits off the front of *REST as a character. */
static bool add_code(struct sbuf *out, struct str *rest, int base, size_t min,
                     size_t max) {
  uint32_t rune = 0;
  size_t n = 0;
  for (; n < max && n < rest->len && digit_of(rest->p[n], base) >= 0; n++)
    rune = rune * (uint32_t)base + (uint32_t)digit_of(rest->p[n], base);
  // Half of a pair is text to Python and none to anyone else.
  if (n < min || rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000))
    return false;
  *rest = str_skip(*rest, n);
  sbuf_add_utf8(out, rune);
  return true;
}

/** The escape whose letters *REST begins with. */
static bool add_escape(struct sbuf *out, struct str *rest) {
  static const char letters[] = "\\'\"abfnrtv",
                    meanings[] = "\\'\"\a\b\f\n\r\t\v";
  const char c = rest->p[0];
  const char *letter = c ? strchr(letters, c) : NULL;
  if (digit_of(c, 8) >= 0)
    return add_code(out, rest, 8, 1, 3);
  *rest = str_skip(*rest, 1);
  switch (c) {
  case 'x':
    return add_code(out, rest, 16, 2, 2);
  case 'u':
    return add_code(out, rest, 16, 4, 4);
  case 'U':
    return add_code(out, rest, 16, 8, 8);
  case 'N':
    return false;
  case '\r':
    if (rest->len && rest->p[0] == '\n')
      *rest = str_skip(*rest, 1);
    return true;
  case '\n':
    return true;
  default:
    if (!letter)
      sbuf_addch(out, '\\');
    sbuf_addch(out, letter ? meanings[letter - letters] : c);
    return true;
  }
}

/** Every line end within a string is a line feed. */
static void add_char(struct sbuf *out, struct str *rest) {
  char c = rest->p[0];
  *rest = str_skip(*rest, 1);
  if (c == '\r') {
    c = '\n';
    if (rest->len && rest->p[0] == '\n')
      *rest = str_skip(*rest, 1);
  }
  sbuf_addch(out, c);
}

bool py_add_string(struct sbuf *out, struct str token) {
  bool raw = false;
  for (; token.p[0] != '"' && token.p[0] != '\''; token = str_skip(token, 1)) {
    if (strchr("bBfFtT", token.p[0]))
      return false;
    raw = raw || token.p[0] == 'r' || token.p[0] == 'R';
  }
  const char quote = token.p[0];
  const bool triple =
      token.len >= 6 && token.p[1] == quote && token.p[2] == quote;
  const size_t n = triple ? 3 : 1;
  token = str_take(str_skip(token, n), token.len - 2 * n);
  while (token.len) {
    if (raw || token.p[0] != '\\') {
      add_char(out, &token);
      continue;
    }
    token = str_skip(token, 1);
    if (!token.len || !add_escape(out, &token))
      return false;
  }
  return true;
}

// ---- writing ----------------------------------------------------------------

/** Characters that end a line for some program, or turn the text around. */
static bool is_hidden_character(uint32_t c) {
  return c == 0x85 || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static void add_ascii(struct sbuf *out, char c) {
  if (c == '"' || c == '\\')
    sbuf_addf(out, "\\%c", c);
  else if (c == '\n')
    sbuf_adds(out, "\\n");
  else if (c == '\t')
    sbuf_adds(out, "\\t");
  else if (c < ' ' || c == 0x7f)
    sbuf_addf(out, "\\x%02x", (unsigned)c);
  else
    sbuf_addch(out, c);
}

void pysig_quote(struct sbuf *out, struct str text) {
  sbuf_addch(out, '"');
  while (text.len) {
    const char *from = text.p;
    const uint32_t c = utf8_next(&text);
    if (c == UTF8_BAD)
      sbuf_adds(out, "\\ufffd");
    else if (c < 0x80)
      add_ascii(out, (char)c);
    else if (is_hidden_character(c))
      sbuf_addf(out, "\\u%04x", c);
    else
      sbuf_addstr(out, str_range(from, text.p));
  }
  sbuf_addch(out, '"');
}
