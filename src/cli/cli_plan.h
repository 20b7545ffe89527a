/** cli_plan: the two forms of the plan. */
#ifndef COGFE_CLI_PLAN_H
#define COGFE_CLI_PLAN_H

#include "cli/cli_int.h"

/** Appends RECIPE as docs/plan-json.md describes it. */
void cli_plan_json(struct cli *c, const struct recipe *recipe,
                   struct sbuf *out);

#endif
