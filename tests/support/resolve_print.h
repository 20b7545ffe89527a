/** resolve_print: what was resolved as text, for golden tests. */
#ifndef COGFE_TESTS_RESOLVE_PRINT_H
#define COGFE_TESTS_RESOLVE_PRINT_H

#include "cogfe/resolve.h"

/** Writes R as stable text, one fact a line. */
void resolve_print(struct sbuf *out, const struct resolved *r);

#endif
