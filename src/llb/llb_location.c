#include "llb/llb_int.h"

static size_t info_index(struct llb *l, const struct source *src) {
  for (size_t i = 0; i < l->infos.n; i++)
    if (l->infos.v[i].src == src)
      return i;
  llb_text(l, str_of(src->name));
  vec_push(l->ar, &l->infos, (struct llb_info){.src = src});
  return l->infos.n - 1;
}

void llb_set_source_info(struct llb *l, const struct source *src,
                         struct str language, struct str definition) {
  const size_t i = info_index(l, src); // may move the list
  struct llb_info *info = &l->infos.v[i];
  info->language = str_of(llb_text(l, language));
  info->definition = str_dup(l->ar, definition);
}

// The first N characters of LINE.
static struct str first_chars(struct str line, int n) {
  const struct str rest = utf8_skip(line, n < 0 ? 0 : (size_t)n);
  return str_take(line, line.len - rest.len);
}

static int count_chars(struct str s) {
  int n = 0;
  for (; s.len; n++)
    utf8_next(&s); // a byte that is not UTF-8 counts as a character
  return n;
}

// YAML ends a block at the start of a line behind it; the engine would mark
// that line, and blank ones before it, as part of the step.
static void end_of(const struct span *s, int *line, int *col) {
  *line = s->end_line;
  *col = s->end_col;
  while (*line > s->line) {
    struct str before = first_chars(source_line(s->src, *line), *col - 1);
    if (str_trim(before).len)
      return;
    (*line)--;
    *col = count_chars(source_line(s->src, *line)) + 1;
  }
}

// The wire counts lines from 1 and characters from 0.
static Pb__Position *position_message(struct llb *l, int line, int col) {
  Pb__Position *pos = llb_message(l->ar, &pb__position__descriptor);
  pos->line = line;
  pos->character = col > 0 ? col - 1 : 0;
  return pos;
}

Pb__Location *llb_location(struct llb *l, const struct span *span) {
  int end_line, end_col;
  end_of(span, &end_line, &end_col);
  Pb__Range *range = llb_message(l->ar, &pb__range__descriptor);
  range->start = position_message(l, span->line, span->col);
  range->end = position_message(l, end_line, end_col);
  Pb__Location *location = llb_message(l->ar, &pb__location__descriptor);
  location->source_index = (int32_t)info_index(l, span->src);
  location->n_ranges = 1;
  location->ranges = arena_array(l->ar, Pb__Range *, 1);
  location->ranges[0] = range;
  return location;
}
