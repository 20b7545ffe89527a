#include "cogfe/diag.h"

// A byte order mark at the start is no character of the first line: editors
// do not show it, and libyaml does not count it.
static size_t bom_len(const struct source *src) {
  return str_starts(src->text, "\xEF\xBB\xBF") ? 3 : 0;
}

struct str source_line(const struct source *src, int line) {
  struct str rest = str_skip(src->text, bom_len(src)), text;
  for (int i = 1; str_next_line(&rest, &text); i++)
    if (i == line)
      return text;
  return (struct str){"", 0};
}

struct position {
  int line, col;
};

// A byte that does not start a character of UTF-8 counts with the one before.
static struct position advance_position(struct position at, struct str text) {
  for (size_t i = 0; i < text.len; i++) {
    if (text.p[i] == '\n')
      at = (struct position){at.line + 1, 1};
    else if (utf8_begins(text.p[i]))
      at.col++;
  }
  return at;
}

struct span source_span(const struct source *src, size_t off, size_t len) {
  size_t bom = bom_len(src);
  struct str before = str_skip(str_take(src->text, off), bom);
  struct position from = advance_position((struct position){1, 1}, before);
  struct position to =
      advance_position(from, str_take(str_skip(src->text, off), len));
  return (struct span){src, from.line, from.col, to.line, to.col};
}
