#include "cogfe/base.h"

#include "yamldoc/yamldoc_int.h"

enum { STEP = 64 };

void yamldoc_places_init(struct yamldoc_places *p, const struct source *src,
                         struct arena *ar) {
  size_t bom = str_starts(src->text, "\xEF\xBB\xBF") ? 3 : 0;
  struct str body = str_skip(src->text, bom);
  size_t n_lines = 1, n_chars = 0;
  for (size_t i = 0; i < body.len; i++) {
    n_lines += body.p[i] == '\n';
    n_chars += utf8_begins(body.p[i]);
  }
  *p = (struct yamldoc_places){
      .src = src,
      .body = body,
      .bom = bom,
      .lines = arena_array(ar, size_t, n_lines),
      .n_lines = n_lines,
      .offs = arena_array(ar, size_t, n_chars / STEP + 1),
      .n_chars = n_chars,
  };
  size_t line = 0, index = 0;
  for (size_t i = 0; i < body.len; i++) {
    if (!utf8_begins(body.p[i]))
      continue;
    if (index % STEP == 0)
      p->offs[index / STEP] = i;
    index++;
    if (body.p[i] == '\n')
      p->lines[++line] = index;
  }
}

// libyaml's marks can lie one behind the end of the text.
static size_t clamp(const struct yamldoc_places *p, size_t index) {
  return index < p->n_chars ? index : p->n_chars;
}

size_t yamldoc_place_off(const struct yamldoc_places *p, size_t index) {
  if (index >= p->n_chars)
    return p->bom + p->body.len;
  size_t off = p->offs[index / STEP];
  for (size_t left = index % STEP; left; left--)
    do
      off++;
    while (!utf8_begins(p->body.p[off]));
  return p->bom + off;
}

/** The last line that begins at INDEX or before it, from 0. */
static size_t line_of(const struct yamldoc_places *p, size_t index) {
  size_t low = 0, high = p->n_lines;
  while (high - low > 1) {
    size_t mid = low + (high - low) / 2;
    if (p->lines[mid] <= index)
      low = mid;
    else
      high = mid;
  }
  return low;
}

struct span yamldoc_place_span(const struct yamldoc_places *p, size_t from,
                               size_t to) {
  from = clamp(p, from);
  to = clamp(p, to);
  size_t line = line_of(p, from), end = line_of(p, to);
  return (struct span){
      .src = p->src,
      .line = (int)line + 1,
      .col = (int)(from - p->lines[line]) + 1,
      .end_line = (int)end + 1,
      .end_col = (int)(to - p->lines[end]) + 1,
  };
}
