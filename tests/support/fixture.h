/** fixture: a folder with a cog.yaml, run through the pure stages as a build
 *  would, without an engine. */
#ifndef COGFE_TESTS_FIXTURE_H
#define COGFE_TESTS_FIXTURE_H

#include "cm.h"

#include "cogfe/recipe.h"

/** The file `args` of a fixture, one option a line:
 *
 *    target=fal          the files of that name are made too
 *    merge=1             the engine merges layers
 *    wheels=1            the build brings the context `wheels`
 *    context=NAME        the build brings a context of this name
 *    no-cache=NAME       the build wants the steps of this stage run again
 *    weights=1           the build brings the named context `weights`
 *    large=PATH          the file PATH has 20 MiB
 *    platform=linux/A    architecture A instead of amd64
 *    COG_STRICT=1        and any other build argument */
struct fixture_args {
  struct platform platform;
  bool merge, wheels, named_weights;
  struct str target, large;
  struct recipe_args recipe;
  struct str_vec contexts;
  struct str_vec no_cache;
  struct str_vec unknown; // names that are none of these
};

/** Reads the file PATH; there may be none. */
void fixture_read_args(struct arena *ar, const char *path,
                       struct fixture_args *out);

/** Finds the weights of FILES as a build does: IN gets them, and the place of
 *  the named context when ARGS has one. */
bool fixture_find_weights(struct context *files,
                          const struct fixture_args *args,
                          const struct context_ignore *ignore, struct arena *ar,
                          struct recipe_input *in, struct diags *dg);

/** Makes and lints the recipe of the folder PATH, as `check` does. What there
 *  is to say is in DG, in the order of the files. */
void fixture_check(struct arena *ar, const char *path, struct diags *dg);

/** The same with the text of cog.yaml replaced by CONFIG. */
void fixture_check_config(struct arena *ar, const char *path, struct str config,
                          struct diags *dg);

#endif
