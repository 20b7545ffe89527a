/** builder: one build from start to finish, as BuildKit's frontend.
 *
 *  The only module that sees both the engine and the emitters: it reads the
 *  options that the engine gave, fetches cog.yaml out of the context, has the
 *  plan made, and returns the result or an error that tells the user what to
 *  do. Life of one build: builder_run() in src/builder/builder.c.
 */
#ifndef COGFE_BUILDER_H
#define COGFE_BUILDER_H

#include "cogfe/base.h"

/** Speaks to the engine on IN and OUT until the build has been returned. ENV is
 *  the process's environment, which holds the options. What goes wrong reaches
 *  the user through the engine; when even that fails, it is written to standard
 *  error, the engine's log.
 *  Returns the process's exit status: 0 when the engine has taken a result or
 *  an error, 3 when it went away. */
int builder_run(int in, int out, const char *const *env);

#endif
