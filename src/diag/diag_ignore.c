// How warnings are turned off: by name for a whole build, or with the comment
// `# cog-frontend: ignore=SLUG[,SLUG]` for the line that it stands on.
#include "cogfe/diag.h"

void diag_skip(struct diags *dg, struct str slug) {
  const bool all = str_is_nocase(slug, "all");
  for (size_t i = 0; i < DIAG_N_CODES; i++)
    if (all || str_is_nocase(slug, diag_slug((enum diag_code)i)))
      dg->skip[i] = true;
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

static struct str skip_blanks(struct str s) {
  while (s.len && is_blank(s.p[0]))
    s = str_skip(s, 1);
  return s;
}

/** What stands behind WORD at the start of S; false when S begins otherwise. */
static bool take_word(struct str *s, const char *word) {
  struct str rest = skip_blanks(*s);
  if (!str_starts(rest, word))
    return false;
  *s = str_skip(rest, strlen(word));
  return true;
}

struct str diag_ignore_list(struct str line) {
  for (size_t i = 0; i < line.len; i++) {
    // A comment begins the line or stands behind a blank.
    if (line.p[i] != '#' || (i && !is_blank(line.p[i - 1])))
      continue;
    struct str rest = str_skip(line, i + 1);
    if (take_word(&rest, "cog-frontend:") && take_word(&rest, "ignore="))
      return rest;
  }
  return (struct str){NULL, 0};
}

bool diag_ignore_next(struct str *rest, struct str *name) {
  struct str s = skip_blanks(*rest);
  size_t n = 0;
  while (n < s.len && !is_blank(s.p[n]) && s.p[n] != ',')
    n++;
  *name = str_take(s, n);
  s = str_skip(s, n);
  // Behind the last name anything may follow: the reason, say.
  const bool more = take_word(&s, ",");
  *rest = more ? s : str_take(s, 0);
  return n > 0;
}

static bool lists(struct str line, const char *slug) {
  struct str rest = diag_ignore_list(line), name;
  while (rest.len && diag_ignore_next(&rest, &name))
    if (str_is(name, slug))
      return true;
  return false;
}

/** SPAN's source from SPAN's first line on. */
static struct str from_line(struct diags *dg, struct span span) {
  struct diag_place *at = &dg->place;
  if (at->src != span.src || at->line > span.line)
    *at = (struct diag_place){.src = span.src, .line = 1};
  struct str all = span.src->text, rest = str_skip(all, at->off), line;
  while (at->line < span.line && str_next_line(&rest, &line))
    at->line++;
  at->off = all.len - rest.len;
  return rest;
}

bool diag_is_ignored(struct diags *dg, struct span span, enum diag_code code) {
  if (!span.src || diag_severity_of(code) != DIAG_WARNING)
    return false;
  struct str rest = from_line(dg, span), line;
  for (int i = span.line; i <= span.end_line && str_next_line(&rest, &line);
       i++)
    if (lists(line, diag_slug(code)))
      return true;
  return false;
}
