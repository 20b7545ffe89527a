/** recipe_weights_int: what the parts of the search for weights share. */
#ifndef COGFE_RECIPE_WEIGHTS_INT_H
#define COGFE_RECIPE_WEIGHTS_INT_H

#include "cogfe/limits.h"
#include "cogfe/recipe.h"

struct weights_finder {
  struct arena *ar;
  const struct context_ignore *ignore;   // of the build; NULL: none
  const struct context_ignore *patterns; // NULL: by the rule
  struct context_files files;
  bool *chosen;    // of FILES, in their order
  size_t compared; // of LIMIT_WEIGHTS_COMPARED
  /** By depth, the newest directory that is no layer: none is looked through
   *  twice. */
  struct str refused[LIMIT_WALK_DEPTH + 1];
  struct plan_weights *out;
};

// ---- recipe_weights_rule.c: one path ----------------------------------------

bool weights_is_source(struct str path);

/** Names that a pattern, or a line of a Dockerfile, cannot hold stay with the
 *  source. */
bool weights_can_be_named(struct str path);

/** The rule, for a file. */
bool weights_is_large(const struct context_file *file);

// ---- recipe_weights_layers.c ------------------------------------------------

/** Gives F->out a layer for each file that is chosen, or for the topmost
 *  directory above it that can be one; the largest when there are too many. */
void weights_make_layers(struct weights_finder *f, struct diags *dg);

// ---- recipe_weights_patterns.c: COG_WEIGHTS ---------------------------------

/** The patterns of TEXT, which spaces part. */
bool weights_parse_patterns(struct arena *ar, struct str text,
                            struct context_ignore *out, struct diags *dg);

/** Warns of each pattern that, by itself, matches nothing. */
bool weights_check_patterns(struct weights_finder *f, struct diags *dg);

// ---- recipe_weights_dir.c: the named context --------------------------------

/** Warns of files of the context where the named one is laid, at DIR. */
void weights_warn_covered(const struct weights_finder *f, struct str dir,
                          struct diags *dg);

// ---- recipe_files.c ---------------------------------------------------------

/** Warns of files of TREE, in which F->files are, that an image should not
 *  have as they are. */
void weights_warn_files(struct weights_finder *f, struct context *tree,
                        struct diags *dg);

#endif
