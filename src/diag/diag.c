#include "cogfe/diag.h"

#include "cogfe/limits.h"

struct code_row {
  enum diag_severity severity;
  const char *slug;
  const char *help;
};

static const struct code_row codes[] = {
#define DIAG(code, severity, slug, help) {DIAG_##severity, slug, help},
#include "cogfe/diag_codes.def"
#undef DIAG
};

const char *diag_slug(enum diag_code code) {
  return codes[code].slug;
}

const char *diag_help(enum diag_code code) {
  return codes[code].help;
}

void diag_init(struct diags *dg, struct arena *ar) {
  *dg = (struct diags){.ar = ar};
}

// Text of a diagnostic reaches a terminal: control characters and bytes that
// are not UTF-8 come from input and become '?'. Line feeds stay, since engines
// send messages of several lines.
static char *clean(char *text) {
  for (char *p = text; *p;) {
    size_t n = str_utf8_len(str_of(p));
    unsigned char c = (unsigned char)*p;
    bool control = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F ||
                   (c == 0xC2 && (unsigned char)p[1] < 0xA0);
    if (n == 0 || control)
      memset(p, '?', n ? n : 1);
    p += n ? n : 1;
  }
  return text;
}

static struct diag *add(struct diags *dg, enum diag_code code,
                        enum diag_severity severity, struct span span,
                        char *msg) {
  if (severity == DIAG_ERROR)
    dg->errors++;
  if (dg->list.n >= LIMIT_DIAGNOSTICS) {
    dg->dropped++;
    return NULL;
  }
  vec_push(
      dg->ar, &dg->list,
      (struct diag){
          .code = code, .severity = severity, .span = span, .msg = clean(msg)});
  return &dg->list.v[dg->list.n - 1];
}

bool diag_fail(struct diags *dg, enum diag_code code, struct span span,
               const char *fmt, ...) {
  if (codes[code].severity != DIAG_ERROR)
    BUG("%s is not an error", codes[code].slug);
  va_list ap;
  va_start(ap, fmt);
  add(dg, code, DIAG_ERROR, span, arena_vprintf(dg->ar, fmt, ap));
  va_end(ap);
  return false;
}

void diag_warn(struct diags *dg, enum diag_code code, struct span span,
               const char *fmt, ...) {
  if (codes[code].severity != DIAG_WARNING)
    BUG("%s is not a warning", codes[code].slug);
  va_list ap;
  va_start(ap, fmt);
  add(dg, code, dg->strict ? DIAG_ERROR : DIAG_WARNING, span,
      arena_vprintf(dg->ar, fmt, ap));
  va_end(ap);
}

void diag_note(struct diags *dg, struct span span, const char *fmt, ...) {
  if (dg->dropped)
    return;
  if (dg->list.n == 0)
    BUG("a note without a diagnostic: %s", fmt);
  struct diag *d = &dg->list.v[dg->list.n - 1];
  va_list ap;
  va_start(ap, fmt);
  char *text = clean(arena_vprintf(dg->ar, fmt, ap));
  va_end(ap);
  vec_push(dg->ar, &d->notes, (struct diag_note){span, text});
}

bool diag_fail_engine(struct diags *dg, struct str msg, struct str status) {
  struct diag *d =
      add(dg, DIAG_ENGINE, DIAG_ERROR, (struct span){0}, str_cstr(dg->ar, msg));
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
