// Named contexts that stand for pyenv and for the compatibility tables.
#include "builder_int.h"

bool builder_load_tables(struct builder *b) {
  const struct str name = STR("compat");
  const struct str named =
      builder_named_context(b, &b->opts.platforms.v[0], name);
  if (!named.p)
    return true;
  struct llb_ref tree;
  if (!builder_named_source(b, &b->opts.platforms.v[0], name, named, &tree))
    return false;
  const struct tree_env env = builder_tree_env(b);
  return recipe_load_tables(tree_context(&env, tree, (struct str){0}), b->ar,
                            &b->compat, b->dg);
}

bool builder_find_pyenv(struct builder *b, const struct platform *platform,
                        struct llb_ref *out) {
  const struct str named = builder_named_context(b, platform, STR("pyenv"));
  if (named.p)
    return builder_named_source(b, platform, STR("pyenv"), named, out);
  const struct str given = b->opts.args.pyenv;
  const struct str url =
      given.len ? given : STR(PLAN_PYENV_URL "#" PLAN_PYENV_COMMIT);
  if (!llb_is_git(url)) {
    diag_fail(b->dg, DIAG_BAD_OPTION, SPAN_NONE,
              "COG_PYENV cannot be \"" STR_FMT "\"", STR_ARG(url));
    diag_note(b->dg, SPAN_NONE,
              "it is a git URL with #REF, such as " PLAN_PYENV_URL
              "#" PLAN_PYENV_COMMIT);
    return false;
  }
  return builder_git(b, url, false, STR("[internal] load pyenv"), out);
}
