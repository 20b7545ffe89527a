// The patterns of COG_WEIGHTS.
#include "recipe_weights_int.h"

static size_t min(size_t a, size_t b) {
  return a < b ? a : b;
}

/** Edits that make TEXT match PATTERN, in which a "*" is any text. */
static size_t edits(struct str text, struct str pattern) {
  enum { LENGTH_MAX = 250 }; // a few microseconds
  size_t rows[2][LENGTH_MAX + 1] = {{0}};
  pattern = str_take(pattern, LENGTH_MAX);
  for (size_t j = 0; j < pattern.len; j++)
    rows[0][j + 1] = rows[0][j] + (pattern.p[j] != '*');
  for (size_t i = 0; i < text.len; i++) {
    const size_t *prev = rows[i % 2];
    size_t *cur = rows[(i + 1) % 2];
    cur[0] = i + 1;
    for (size_t j = 0; j < pattern.len; j++) {
      const bool any = pattern.p[j] == '*';
      const bool same = pattern.p[j] == text.p[i] || pattern.p[j] == '?';
      const size_t other = min(cur[j], prev[j + 1]) + !any;
      cur[j + 1] = any ? min(other, prev[j]) : min(other, prev[j] + !same);
    }
  }
  return rows[text.len % 2][pattern.len];
}

/** How far PATH is from what PATTERN asks for: as a whole, or only its name,
 *  in another directory. */
static size_t pattern_distance(struct str path, struct str pattern) {
  const struct str name = path_base(pattern);
  const size_t whole = edits(path, pattern);
  if (strspn(name.p, "*") >= name.len)
    return whole;
  return min(whole, edits(path_base(path), name) + 1);
}

static void note_nearest(struct weights_finder *f, struct str pattern,
                         struct diags *dg) {
  const struct context_file *nearest = NULL;
  size_t best = SIZE_MAX;
  if (f->compared == LIMIT_WEIGHTS_COMPARED)
    return;
  for (size_t i = 0; i < f->files.n && f->compared < LIMIT_WEIGHTS_COMPARED;
       i++, f->compared++) {
    const size_t d = pattern_distance(f->files.v[i].path, pattern);
    if (d < best) {
      best = d;
      nearest = &f->files.v[i];
    }
  }
  if (nearest)
    diag_note(dg, SPAN_NONE, "the nearest file is \"" STR_FMT "\"",
              STR_ARG(nearest->path));
  else
    diag_note(dg, SPAN_NONE, "the context holds no files");
}

static bool matches_any(const struct weights_finder *f,
                        const struct context_ignore *pattern) {
  for (size_t i = 0; i < f->files.n; i++)
    if (context_ignore_hides(pattern, f->files.v[i].path))
      return true;
  return false;
}

bool weights_check_patterns(struct weights_finder *f, struct diags *dg) {
  const struct str_vec *texts = &f->patterns->patterns;
  for (size_t i = 0; i < texts->n; i++) {
    struct context_ignore one;
    const struct source src = {"COG_WEIGHTS", texts->v[i]};
    if (str_starts(texts->v[i], "!"))
      continue;
    if (!context_ignore_parse(f->ar, &src, &one, dg))
      return false;
    one.steps = f->patterns->steps;
    if (matches_any(f, &one))
      continue;
    diag_warn(dg, DIAG_WEIGHTS_NONE, SPAN_NONE,
              "COG_WEIGHTS: no file of the context matches \"" STR_FMT "\"",
              STR_ARG(texts->v[i]));
    note_nearest(f, texts->v[i], dg);
  }
  return true;
}

bool weights_parse_patterns(struct arena *ar, struct str text,
                            struct context_ignore *out, struct diags *dg) {
  char *lines = str_cstr(ar, text);
  for (char *p = lines; *p; p++)
    if (*p == ' ')
      *p = '\n';
  struct source *src = arena_new(ar, struct source);
  *src = (struct source){"COG_WEIGHTS", {lines, text.len}};
  return context_ignore_parse(ar, src, out, dg);
}
