/** builder_tree: contexts whose files lie with the engine, behind the
 * operations of module context. */
#ifndef COGFE_BUILDER_TREE_H
#define COGFE_BUILDER_TREE_H

#include "builder_engine.h"

#include "cogfe/context.h"

struct tree;

/** Files that context_expect() announced and nobody has asked for yet. */
struct tree_expectations {
  struct tree_expected {
    struct tree *tree;
    struct str path;
  } * v;
  size_t n;
  size_t cap;
};

/** What the functions here need to know of a build. */
struct tree_env {
  struct engine *engine;
  struct llb *llb;
  struct arena *ar;
  struct tree_expectations *expected; // of all its trees
};

/** The tree of TREE, below its directory SUBDIR ("" is the top). Everything
 *  lives in ENV's arena. Cannot fail: what is wrong shows when it is read. */
struct context *tree_context(const struct tree_env *env, struct llb_ref tree,
                             struct str subdir);

/** A directory of the client, of which each file is fetched by itself when it
 *  is asked for, so that reading one does not transfer the others. LOCAL says
 *  which; its list of paths and its hint are filled in. */
struct context *tree_local_context(const struct tree_env *env,
                                   const struct llb_local *local);

/** The file PATH of TREE as an archive's reader; its size is asked for now. */
bool tree_reader(const struct tree_env *env, struct llb_ref tree,
                 const char *path, struct context_reader *out,
                 struct diags *dg);

#endif
