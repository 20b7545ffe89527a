#include "cogfe/diag.h"

#include "cogfe/limits.h"

#include "diag/diag_int.h"

void diag_init(struct diags *dg, struct arena *ar) {
  *dg = (struct diags){.ar = ar};
}

// Text of a diagnostic reaches a terminal: control characters and bytes that
// are not UTF-8 come from input and become '?'. Line feeds stay, since engines
// send messages of several lines.
static const char *clean_message(struct arena *ar, char *text) {
  struct str rest = str_of(text);
  for (char *p = text; rest.len;) {
    const uint32_t c = utf8_next(&rest);
    const size_t n = (size_t)(rest.p - p);
    if (c == UTF8_BAD || (utf8_is_control(c) && c != '\n' && c != '\t'))
      memset(p, '?', n);
    p += n;
  }
  return diag_masked(ar, str_of(text)).p;
}

/** Whole characters of the first / last MAX bytes of TEXT. */
static struct str head_of(struct str text, size_t max) {
  while (max < text.len && max && !utf8_begins(text.p[max]))
    max--;
  return str_take(text, max);
}

static struct str tail_of(struct str text, size_t max) {
  text = str_skip(text, text.len > max ? text.len - max : 0);
  while (text.len && !utf8_begins(text.p[0]))
    text = str_skip(text, 1);
  return text;
}

/** The text that FMT makes. The middle of one that is longer than anybody reads
 *  is left out: what is wrong with a value stands behind it. */
PRINTF_LIKE(2, 0)
static const char *format(struct arena *ar, const char *fmt, va_list ap) {
  enum { TAIL = 512, HEAD = LIMIT_DIAGNOSTIC_BYTES - TAIL };
  char head[HEAD + DIAG_SECRET_BYTES], tail[DIAG_SECRET_BYTES + TAIL];
  struct arena_mark before = arena_mark(ar);
  char *all = arena_vprintf(ar, fmt, ap);
  size_t len = strlen(all);
  if (len <= sizeof(head) + sizeof(tail))
    return clean_message(ar, all);
  memcpy(head, all, sizeof(head));
  memcpy(tail, all + len - sizeof(tail), sizeof(tail));
  arena_rewind(ar, before);
  const char *first = clean_message(ar, arena_strndup(ar, head, sizeof(head)));
  const char *last = clean_message(ar, arena_strndup(ar, tail, sizeof(tail)));
  return arena_printf(ar, STR_FMT "…" STR_FMT,
                      STR_ARG(head_of(str_of(first), HEAD)),
                      STR_ARG(tail_of(str_of(last), TAIL)));
}

static bool same_span(struct span a, struct span b) {
  return a.src == b.src && a.line == b.line && a.col == b.col &&
         a.end_line == b.end_line && a.end_col == b.end_col;
}

/** What is found again, for another platform, is said once. */
static bool is_known_diag(const struct diags *dg, enum diag_code code,
                          struct span span, const char *msg) {
  for (size_t i = 0; i < dg->list.n; i++) {
    const struct diag *d = &dg->list.v[i];
    if (d->code == code && same_span(d->span, span) && !strcmp(d->msg, msg))
      return true;
  }
  return false;
}

static struct diag *add_diag(struct diags *dg, enum diag_code code,
                             enum diag_severity severity, struct span span,
                             const char *msg) {
  if (severity == DIAG_ERROR)
    dg->errors++;
  const bool full = dg->list.n >= LIMIT_DIAGNOSTICS;
  dg->mute = full || is_known_diag(dg, code, span, msg);
  if (dg->mute) {
    dg->dropped += full;
    return NULL;
  }
  vec_push(dg->ar, &dg->list,
           (struct diag){
               .code = code, .severity = severity, .span = span, .msg = msg});
  return &dg->list.v[dg->list.n - 1];
}

bool diag_fail(struct diags *dg, enum diag_code code, struct span span,
               const char *fmt, ...) {
  if (diag_severity_of(code) != DIAG_ERROR)
    BUG("%s is not an error", diag_slug(code));
  va_list ap;
  va_start(ap, fmt);
  add_diag(dg, code, DIAG_ERROR, span, format(dg->ar, fmt, ap));
  va_end(ap);
  return false;
}

void diag_warn(struct diags *dg, enum diag_code code, struct span span,
               const char *fmt, ...) {
  if (diag_severity_of(code) != DIAG_WARNING)
    BUG("%s is not a warning", diag_slug(code));
  dg->mute = dg->skip[code] || diag_is_ignored(dg, span, code);
  if (dg->mute)
    return;
  va_list ap;
  va_start(ap, fmt);
  add_diag(dg, code, dg->strict ? DIAG_ERROR : DIAG_WARNING, span,
           format(dg->ar, fmt, ap));
  va_end(ap);
}

void diag_note(struct diags *dg, struct span span, const char *fmt, ...) {
  if (dg->mute)
    return;
  if (dg->list.n == 0)
    BUG("a note without a diagnostic: %s", fmt);
  struct diag *d = &dg->list.v[dg->list.n - 1];
  va_list ap;
  va_start(ap, fmt);
  const char *text = format(dg->ar, fmt, ap);
  va_end(ap);
  vec_push(dg->ar, &d->notes, (struct diag_note){span, text});
}

bool diag_fail_engine(struct diags *dg, struct str msg, struct str status) {
  struct diag *d =
      add_diag(dg, DIAG_ENGINE, DIAG_ERROR, SPAN_NONE,
               clean_message(dg->ar, arena_strndup(dg->ar, msg.p, msg.len)));
  if (d)
    d->engine_status = str_dup(dg->ar, status);
  return false;
}

const struct diag *diag_first_error(const struct diags *dg) {
  for (size_t i = 0; i < dg->list.n; i++)
    if (dg->list.v[i].severity == DIAG_ERROR)
      return &dg->list.v[i];
  return NULL;
}

/** Sources count by the first diagnostic in them, no source as the first. */
static size_t source_rank(const struct diags *dg, const struct source *src) {
  size_t i = 0;
  while (src && i < dg->list.n && dg->list.v[i].span.src != src)
    i++;
  return src ? i + 1 : 0;
}

static bool is_before(size_t rank_a, const struct diag *a, size_t rank_b,
                      const struct diag *b) {
  if (rank_a != rank_b)
    return rank_a < rank_b;
  if (a->span.line != b->span.line)
    return a->span.line < b->span.line;
  return a->span.col < b->span.col;
}

void diag_sort(struct diags *dg) {
  const size_t n = dg->list.n;
  struct diag *sorted = arena_array(dg->ar, struct diag, n);
  size_t *ranks = arena_array(dg->ar, size_t, n);
  for (size_t i = 0; i < n; i++) {
    const struct diag *d = &dg->list.v[i];
    const size_t rank = source_rank(dg, d->span.src);
    size_t at = i;
    for (; at > 0 && is_before(rank, d, ranks[at - 1], &sorted[at - 1]); at--) {
      sorted[at] = sorted[at - 1];
      ranks[at] = ranks[at - 1];
    }
    sorted[at] = *d;
    ranks[at] = rank;
  }
  dg->list.v = sorted;
  dg->list.cap = n;
}
