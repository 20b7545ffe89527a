/** lint: what of a cog.yaml builds and is still likely to be a mistake.
 *
 *  A rule is a row of src/lint/lint_rules.def and one function that looks at
 *  the values of the other stages and warns; it decides nothing and changes
 *  nothing. Rules that another module notices on its way (an unknown key, a
 *  CUDA that torch has no build for) have a row too, without function, so that
 *  the table holds every warning with its help.
 *
 *      const struct lint_input in = {.config = config, …};
 *      lint_run(&in, ar, dg);
 *
 *  To add a rule: a row in diag_codes.def and one in lint_rules.def, the
 *  function, and the examples testdata/lint/SLUG/bad and good.
 */
#ifndef COGFE_LINT_H
#define COGFE_LINT_H

#include "cogfe/config.h"
#include "cogfe/context.h"
#include "cogfe/resolve.h"

struct lint_input {
  const struct config *config;
  const struct requirements *requirements;
  const struct resolved *resolved; // NULL: it could not be resolved
  struct str architecture;         // as in resolve_input
  const struct compat *compat;     // NULL: the program's own
  bool more_indexes; // the build brings indexes beside those of the lines
  /** The files of the build, and what keeps some of them out of the image;
   *  either may be NULL, then nothing is said about files. */
  struct context *files;
  const struct context_ignore *ignore;
};

/** Runs every rule for which INPUT has what it looks at. Fails never: a file
 *  that cannot be looked at is not spoken of. */
void lint_run(const struct lint_input *input, struct arena *ar,
              struct diags *dg);

/** Announces the files that lint_run() will ask FILES for. */
void lint_expect(const struct config *config, struct context *files,
                 struct arena *ar);

/** One row of the table. */
struct lint_rule {
  enum diag_code code;
  const char *help; // some sentences: why, and what to do instead
};

/** The row of CODE; NULL for what is no warning. */
const struct lint_rule *lint_find_rule(enum diag_code code);

/** The rows in the order of the table; *N is their number. */
const struct lint_rule *lint_rules(size_t *n);

#endif
