// The rows of diag_codes.def.
#include "cogfe/diag.h"

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

enum diag_severity diag_severity_of(enum diag_code code) {
  return codes[code].severity;
}

bool diag_has_page(enum diag_code code) {
  return codes[code].severity == DIAG_WARNING ||
         (code >= DIAG_SCHEMA_SOURCE && code <= DIAG_SCHEMA_DECORATOR);
}

const char *diag_url(struct arena *ar, enum diag_code code) {
  if (!diag_has_page(code))
    return NULL;
  return arena_printf(ar, DIAG_RULES_URL "%s.md", codes[code].slug);
}
