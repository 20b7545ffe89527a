/** cli_plan: the two forms of the plan. */
#ifndef COGFE_CLI_PLAN_H
#define COGFE_CLI_PLAN_H

#include "cli/cli_int.h"

/** One row of cli_sizes.def. */
struct cli_size {
  int megabytes;
  const char *what, *choice;
};

enum {
#define SIZE(id, megabytes, what, choice) CLI_SIZE_##id,
#include "cli/cli_sizes.def"
#undef SIZE
  CLI_N_SIZES,
};

extern const struct cli_size cli_sizes[CLI_N_SIZES];

/** The row of what R has chosen. */
size_t cli_size_of(const struct resolved *r);

/** Appends RECIPE as docs/plan-json.md describes it. */
void cli_plan_json(struct cli *c, const struct recipe *recipe,
                   struct sbuf *out);

#endif
