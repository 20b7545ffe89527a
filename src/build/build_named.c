// Named contexts that are trees without an image config; those that stand for
// pyenv and for the compatibility tables.
#include "build_int.h"

#include "cogfe/limits.h"

/** The directory DIR of the client, without what its own ignore file names. */
static bool local_tree(struct build *b, struct str name, struct str dir,
                       struct llb_ref *out) {
  struct llb_local local = build_local(b, dir);
  local.differ_none = false;
  local.shared_key_hint = str_printf(b->ar, "context:" STR_FMT, STR_ARG(name));
  const struct llb_meta meta = {
      .name = str_printf(b->ar, "[context " STR_FMT "] load from client",
                         STR_ARG(name))};
  *out = llb_local(b->llb, &local, &meta);
  return true;
}

static bool input_tree(struct build *b, struct str name, struct str key,
                       struct llb_ref *out) {
  const struct str *definition =
      gateway_map_get(&b->inputs, str_cstr(b->ar, key));
  if (definition)
    return llb_splice(b->llb, *definition, out, b->dg);
  return diag_fail(b->dg, DIAG_BAD_CONTEXT, (struct span){0},
                   "the context \"" STR_FMT "\" names the input \"" STR_FMT
                   "\", which the build did not bring",
                   STR_ARG(name), STR_ARG(key));
}

bool build_named_tree(struct build *b, struct str name, struct str value,
                      struct llb_ref *out) {
  if (str_starts(value, "local:"))
    return local_tree(b, name, str_skip(value, strlen("local:")), out);
  if (str_starts(value, "input:"))
    return input_tree(b, name, str_skip(value, strlen("input:")), out);
  if (llb_is_git(value)) {
    *out = build_git(b, value,
                     str_printf(b->ar, "[context " STR_FMT "] load from git",
                                STR_ARG(name)));
    return true;
  }
  diag_fail(b->dg, DIAG_BAD_CONTEXT, (struct span){0},
            "the context \"" STR_FMT "\" cannot be \"" STR_FMT "\"",
            STR_ARG(name), STR_ARG(value));
  diag_note(b->dg, (struct span){0},
            "it is an image (docker-image://…), a directory, or a git URL");
  return false;
}

bool build_load_tables(struct build *b) {
  const struct str name = STR("compat");
  const struct str named =
      build_named_context(b, &b->opts.platforms.v[0], name);
  if (!named.p)
    return true;
  struct llb_ref tree;
  if (!build_named_tree(b, name, named, &tree))
    return false;
  const struct tree_env env = build_tree_env(b);
  return recipe_load_tables(tree_context(&env, tree, (struct str){0}), b->ar,
                            &b->compat, b->dg);
}

bool build_find_pyenv(struct build *b, const struct platform *platform,
                      struct llb_ref *out) {
  const struct str named = build_named_context(b, platform, STR("pyenv"));
  if (named.p)
    return build_named_tree(b, STR("pyenv"), named, out);
  const struct str given = b->opts.args.pyenv;
  const struct str url =
      given.len ? given : STR(PLAN_PYENV_URL "#" PLAN_PYENV_COMMIT);
  if (!llb_is_git(url)) {
    diag_fail(b->dg, DIAG_BAD_OPTION, (struct span){0},
              "COG_PYENV cannot be \"" STR_FMT "\"", STR_ARG(url));
    diag_note(b->dg, (struct span){0},
              "it is a git URL with #REF, such as " PLAN_PYENV_URL
              "#" PLAN_PYENV_COMMIT);
    return false;
  }
  *out = build_git(b, url, STR("[internal] load pyenv"));
  return true;
}
