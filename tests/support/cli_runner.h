/** cli_runner: runs of the command line inside the test's process. */
#ifndef COGFE_TESTS_CLI_RUNNER_H
#define COGFE_TESTS_CLI_RUNNER_H

#include "cogfe/base.h"

struct cli_result {
  int status;
  struct str out, err; // all that was written, in the arena
};

/** Runs `cog-frontend ARGV…`; ARGV begins with the command and ends with NULL.
 *  Standard input is empty. */
struct cli_result cli_runner(struct arena *ar, const char *const *argv);

#endif
