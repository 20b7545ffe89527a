/** plan_print: a plan as text, for golden tests. */
#ifndef COGFE_TESTS_PLAN_PRINT_H
#define COGFE_TESTS_PLAN_PRINT_H

#include "cogfe/plan.h"

/** Writes the plan as stable text, one line or block per step. */
void plan_print(struct sbuf *out, const struct plan *p);

#endif
