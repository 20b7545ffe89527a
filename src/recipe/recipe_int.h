/** recipe_int: what the parts of the recipe share. */
#ifndef COGFE_RECIPE_INT_H
#define COGFE_RECIPE_INT_H

#include "cogfe/recipe.h"

/** Reads what pip is asked for: the items of python_packages, or the file that
 *  python_requirements names; -r and -c lines are replaced by the files of the
 *  context that they name. */
bool recipe_load_requirements(const struct recipe_input *in,
                              const struct config *config, struct arena *ar,
                              struct requirements *out, struct diags *dg);

#endif
