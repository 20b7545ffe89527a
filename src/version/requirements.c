#include "cogfe/limits.h"
#include "cogfe/version.h"

#include "version/version_int.h"

/** Where the text of items comes from. */
struct reader {
  const struct source *src;  // a file: spans are counted along
  const struct span *places; // or of each line
  size_t n_places;
  bool constraint;
  struct arena *ar;
  struct diags *dg;
  struct requirements *out;
};

static size_t line_end_len(struct str text, size_t at) {
  if (at + 1 < text.len && text.p[at] == '\r' && text.p[at + 1] == '\n')
    return 2;
  return text.p[at] == '\n' ? 1 : 0;
}

// Takes one line and those that continue it: a backslash before the line end
// does so, except on a line that holds nothing but a comment.
static struct str next_logical_line(struct str *rest) {
  struct str all = *rest, line;
  size_t len = 0;
  while (str_next_line(rest, &line)) {
    len = (size_t)(line.p + line.len - all.p);
    if (!str_ends(line, "\\") || str_starts(str_trim(line), "#"))
      break;
  }
  return str_take(all, len);
}

static void blank_backslashes(char *p, size_t end) {
  while (end && p[end - 1] == '\\')
    p[--end] = ' ';
}

// LINE with spaces where pip sees none of it: the comment, which begins at the
// start of a line or behind a blank, and backslashes with their line ends.
static struct str blank_out(struct arena *ar, struct str line) {
  char *p = arena_strndup(ar, line.p, line.len);
  bool comment = false;
  for (size_t i = 0; i < line.len; i++) {
    size_t end = line_end_len(line, i);
    if (end) {
      memset(p + i, ' ', end);
      blank_backslashes(p, i);
      i += end - 1;
      continue;
    }
    if (p[i] == '#' && (i == 0 || is_blank(p[i - 1])))
      comment = true;
    if (comment)
      p[i] = ' ';
  }
  blank_backslashes(p, line.len); // nothing follows that one could continue
  return (struct str){p, line.len};
}

// TEXT begins in column 1 of line FIRST of SRC.
static struct span span_of_text(const struct source *src, int first,
                                struct str text) {
  struct span s = {src, first, 1, first, 1};
  struct str last = text, rest = text;
  while (str_find(rest, '\n') >= 0) {
    struct str ignored;
    last = rest = str_cut(rest, '\n', &ignored);
    s.end_line++;
  }
  s.end_col = (int)utf8_count(last) + 1;
  return s;
}

static void warn_unknown_line(struct reader *rd, const struct requirement *r) {
  diag_warn(rd->dg, DIAG_BAD_REQUIREMENT, r->span,
            "this line is not a requirement that pip understands");
  diag_note(rd->dg, SPAN_NONE,
            "write a name with versions, such as torch==2.1.0, one per line");
}

// "numpy - scipy": pip takes the dash for the beginning of options, and reads
// past words among them.
static const struct requirement_option *
ignored_word(const struct requirement *r) {
  for (size_t i = 0; i < r->options.n; i++) {
    struct str name = r->options.v[i].name;
    if (!str_starts(name, "-") || str_is(name, "-"))
      return &r->options.v[i];
  }
  return NULL;
}

static void warn_ignored(struct reader *rd, const struct requirement *r) {
  const struct requirement_option *o = ignored_word(r);
  if (!o || r->kind == REQUIREMENT_OPTION)
    return;
  diag_warn(rd->dg, DIAG_BAD_REQUIREMENT, r->span,
            "pip reads nothing of this line behind \"" STR_FMT "\"",
            STR_ARG(str_trim(str_take(r->line, o->off))));
  diag_note(rd->dg, SPAN_NONE, "write one requirement per line");
}

/** What to do instead of option NAME. */
static const char *instead_of_option(struct str name) {
  static const struct {
    const char *name, *instead;
  } rows[] = {
      {"--no-build-isolation",
       "a run item can say `pip install --no-build-isolation PACKAGE`"},
      {"--no-deps", "a run item can say `pip install --no-deps PACKAGE`"},
      {"--upgrade", "leave it out: nothing older is there"},
      {"-U", "leave it out: nothing older is there"},
      {"--no-cache-dir", "leave it out: pip's cache is not in the image"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (str_is(name, rows[i].name))
      return rows[i].instead;
  return "leave it out; options of `pip install` belong into a run item";
}

/** Such a line ends pip with "no such option". */
static bool warn_unknown_option(struct reader *rd,
                                const struct requirement *r) {
  for (size_t i = 0; i < r->options.n; i++) {
    const struct requirement_option *o = &r->options.v[i];
    if (o->kind != OPTION_UNKNOWN)
      continue;
    diag_warn(rd->dg, DIAG_BAD_REQUIREMENT, r->span,
              "pip takes no option \"" STR_FMT "\" among requirements",
              STR_ARG(o->name));
    diag_note(rd->dg, SPAN_NONE, "%s", instead_of_option(o->name));
    return true;
  }
  return false;
}

static void warn_no_marker(struct reader *rd, const struct requirement *r) {
  diag_warn(rd->dg, DIAG_BAD_REQUIREMENT, r->span,
            "nothing stands behind \";\"");
  diag_note(rd->dg, SPAN_NONE,
            "pip takes the line and uv does not; leave the \";\" out");
}

static bool add_requirement_line(struct reader *rd, struct str text,
                                 struct span span) {
  if (text.len > LIMIT_REQUIREMENT_LINE_BYTES)
    return diag_fail(rd->dg, DIAG_TOO_LARGE, span,
                     "a requirement of %zu bytes is longer than the limit of "
                     "%d",
                     text.len, LIMIT_REQUIREMENT_LINE_BYTES);
  struct str line = blank_out(rd->ar, text);
  if (str_trim(line).len == 0)
    return true;
  if (rd->out->n >= LIMIT_REQUIREMENTS)
    return diag_fail(rd->dg, DIAG_TOO_LARGE, span, "more than %d requirements",
                     LIMIT_REQUIREMENTS);
  struct requirement r = {
      .text = text, .line = line, .span = span, .constraint = rd->constraint};
  requirement_read(rd->ar, &r);
  if (r.kind == REQUIREMENT_UNKNOWN)
    warn_unknown_line(rd, &r);
  else if (r.no_marker)
    warn_no_marker(rd, &r);
  else if (!warn_unknown_option(rd, &r))
    warn_ignored(rd, &r);
  vec_push(rd->ar, rd->out, r);
  return true;
}

// The place of TEXT, which begins in line FIRST (from 1).
static struct span requirement_place(const struct reader *rd, int first,
                                     struct str text) {
  if (rd->src)
    return span_of_text(rd->src, first, text);
  if (rd->n_places == 0)
    return SPAN_NONE;
  size_t last = rd->n_places - 1, i = (size_t)first - 1;
  size_t end = i + str_count(text, '\n');
  struct span span = rd->places[i < last ? i : last];
  span.end_line = rd->places[end < last ? end : last].end_line;
  span.end_col = rd->places[end < last ? end : last].end_col;
  return span;
}

static bool read_lines(struct reader *rd, struct str text) {
  int line = 1;
  while (text.len) {
    struct str before = text, one = next_logical_line(&text);
    if (!add_requirement_line(rd, one, requirement_place(rd, line, one)))
      return false;
    line += (int)str_count(str_take(before, before.len - text.len), '\n');
  }
  return true;
}

static bool check_text(const struct source *src, struct diags *dg) {
  struct span first = {src, 1, 1, 1, 1};
  if (src->text.len > LIMIT_REQUIREMENTS_BYTES)
    return diag_fail(dg, DIAG_TOO_LARGE, first,
                     "%s has %zu bytes, more than the limit of %d", src->name,
                     src->text.len, LIMIT_REQUIREMENTS_BYTES);
  if (str_find(src->text, '\0') < 0)
    return true;
  diag_fail(dg, DIAG_NOT_TEXT, first, "%s is not UTF-8 text", src->name);
  if (str_starts(src->text, "\xff\xfe") || str_starts(src->text, "\xfe\xff"))
    diag_note(dg, SPAN_NONE,
              "it is UTF-16, as PowerShell's redirection writes; save it as "
              "UTF-8");
  return false;
}

bool requirements_parse(const struct source *src, bool constraint,
                        struct arena *ar, struct requirements *out,
                        struct diags *dg) {
  if (!check_text(src, dg))
    return false;
  struct reader rd = {
      .src = src, .constraint = constraint, .ar = ar, .dg = dg, .out = out};
  struct str text = src->text;
  if (str_starts(text, "\xef\xbb\xbf"))
    text = str_skip(text, 3);
  return read_lines(&rd, text);
}

bool requirements_parse_item(struct str text, const struct span *lines,
                             size_t n_lines, struct arena *ar,
                             struct requirements *out, struct diags *dg) {
  struct reader rd = {
      .places = lines, .n_places = n_lines, .ar = ar, .dg = dg, .out = out};
  return read_lines(&rd, text);
}

bool requirement_include_path(struct arena *ar, struct str from,
                              struct str path, struct str *out) {
  if (str_starts(path, "/") || str_contains(path, "://"))
    return false;
  VEC(struct str) parts = {0};
  struct str dir = str_take(from, (size_t)(str_rfind(from, '/') + 1));
  struct str rest =
      str_printf(ar, STR_FMT STR_FMT, STR_ARG(dir), STR_ARG(path));
  for (struct str part; rest.len;) {
    rest = str_cut(rest, '/', &part);
    if (part.len == 0 || str_is(part, "."))
      continue;
    if (!str_is(part, ".."))
      vec_push(ar, &parts, part);
    else if (parts.n)
      parts.n--;
    else
      return false;
  }
  cleanup_sbuf struct sbuf joined;
  sbuf_init(&joined, from.len + path.len + 1);
  for (size_t i = 0; i < parts.n; i++) {
    if (i)
      sbuf_addch(&joined, '/');
    sbuf_addstr(&joined, parts.v[i]);
  }
  *out = str_dup(ar, sbuf_str(&joined));
  return parts.n > 0;
}
