#include "cogfe/diag.h"

#include "diag/diag_int.h"

struct style {
  const char *error, *warning, *place, *caret, *off;
};

static const struct style plain = {"", "", "", "", ""};
static const struct style coloured = {"\033[1;31m", "\033[1;33m", "\033[1m",
                                      "\033[32m", "\033[0m"};

static void add_place(struct sbuf *out, struct span span) {
  sbuf_addf(out, "%s:%d:%d: ", span.src->name, span.line, span.col);
}

static void add_diag_head(struct sbuf *out, const struct diag *d,
                          const struct style *st) {
  bool error = d->severity == DIAG_ERROR;
  sbuf_adds(out, st->place);
  if (d->span.src)
    add_place(out, d->span);
  sbuf_addf(out, "%s%s%s:%s %s", st->off, error ? st->error : st->warning,
            error ? "error" : "warning", st->off, d->msg);
  sbuf_addf(out, " [%s]\n", diag_slug(d->code));
}

/** Writes the line as a terminal can show it and, into MARKS, one character per
 *  column: spaces up to FROM, carets up to TO (1-based character columns). */
static void add_source_line(struct sbuf *out, struct sbuf *marks,
                            struct str line, int from, int to) {
  int col = 1;
  while (line.len) {
    const char *from_byte = line.p;
    const uint32_t c = utf8_next(&line);
    const bool control = c == UTF8_BAD || utf8_is_control(c);
    if (c == '\t')
      sbuf_addch(out, ' ');
    else if (control)
      sbuf_addch(out, '?');
    else
      sbuf_addstr(out, str_range(from_byte, line.p));
    const int width = control ? 1 : utf8_char_width(c);
    for (int i = 0; i < width; i++)
      sbuf_addch(marks, col >= from && col < to ? '^' : ' ');
    col++;
  }
  for (; col < to; col++)
    sbuf_addch(marks, col >= from ? '^' : ' ');
}

// A line may be a megabyte long; an excerpt is for a terminal.
enum { EXCERPT_MAX_BYTES = 400 };

static void add_excerpt(struct sbuf *out, struct span span,
                        const struct style *st) {
  cleanup_sbuf struct sbuf shown;
  sbuf_init(&shown, EXCERPT_MAX_BYTES + DIAG_SECRET_BYTES);
  diag_add_masked(&shown, str_take(source_line(span.src, span.line),
                                   EXCERPT_MAX_BYTES + DIAG_SECRET_BYTES));
  const struct str line = str_take(sbuf_str(&shown), EXCERPT_MAX_BYTES);
  const int past = 1 + (int)utf8_count(line); // behind the last character
  if (span.col > past)
    return;
  // A span that ends on a later line (a block scalar) is marked to the end of
  // its first; one without length, or at the line's end, as one character.
  int to = span.end_line == span.line ? span.end_col : past;
  if (to > past)
    to = past;
  if (to <= span.col)
    to = span.col + 1;

  cleanup_sbuf struct sbuf marks;
  sbuf_init(&marks, 4 * EXCERPT_MAX_BYTES);
  sbuf_addf(out, "%5d | ", span.line);
  add_source_line(out, &marks, line, span.col, to);
  struct str caret = sbuf_str(&marks);
  while (str_ends(caret, " "))
    caret.len--;
  sbuf_addf(out, "\n      | %s" STR_FMT "%s\n", st->caret, STR_ARG(caret),
            st->off);
}

static void add_notes(struct sbuf *out, const struct diag *d,
                      const struct style *st, bool excerpts) {
  for (size_t i = 0; i < d->notes.n; i++) {
    const struct diag_note *n = &d->notes.v[i];
    sbuf_adds(out, "  ");
    if (n->span.src)
      add_place(out, n->span);
    sbuf_addf(out, "note: %s\n", n->text);
    if (excerpts && n->span.src)
      add_excerpt(out, n->span, st);
  }
}

void diag_render_one(struct sbuf *out, const struct diag *d, bool colour) {
  const struct style *st = colour ? &coloured : &plain;
  add_diag_head(out, d, st);
  if (d->span.src)
    add_excerpt(out, d->span, st);
  add_notes(out, d, st, true);
}

void diag_render(struct sbuf *out, const struct diags *dg, bool colour) {
  for (size_t i = 0; i < dg->list.n; i++)
    diag_render_one(out, &dg->list.v[i], colour);
  if (dg->dropped)
    sbuf_addf(out, "and %zu more\n", dg->dropped);
}

void diag_render_short(struct sbuf *out, const struct diag *d) {
  if (d->span.src)
    add_place(out, d->span);
  sbuf_addf(out, "%s\n", d->msg);
  add_notes(out, d, &plain, false);
}
