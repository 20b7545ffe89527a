// The graph for buildctl, or for people. What an engine would be asked for is
// not known here: images stay names, and their configs are empty.
#include "cli/cli_int.h"

#include "cogfe/limits.h"
#include "cogfe/llb.h"

static const struct plan_stage *find_target(struct cli *c,
                                            const struct plan *plan) {
  const struct str name = c->flags.target;
  const struct plan_stage *found =
      name.len ? plan_find_stage(plan, name) : plan->model;
  if (found)
    return found;
  diag_fail(c->dg, DIAG_USAGE, SPAN_NONE, "there is no target \"" STR_FMT "\"",
            STR_ARG(name));
  cleanup_sbuf struct sbuf names;
  sbuf_init(&names, 1000);
  for (size_t i = 0; i < plan->stages.n; i++)
    if (plan->stages.v[i]->help)
      sbuf_addf(&names, "%s%s", names.len ? ", " : "", plan->stages.v[i]->name);
  diag_note(c->dg, SPAN_NONE, "the targets are %s", names.ptr);
  return NULL;
}

// ---- sources ----------------------------------------------------------------

static struct llb_ref config_tree(struct cli *c, struct llb *l) {
  struct str_vec follow = {0};
  vec_push(c->ar, &follow, c->input.recipe.config_path);
  const struct llb_local local = {.name = STR("dockerfile"), .follow = &follow};
  const struct llb_meta meta = {
      .name = str_printf(c->ar, "[internal] load build definition from %s",
                         c->input.config.name)};
  return llb_local(l, &local, &meta);
}

/** The client's directory without what the ignore file names and what Cog's
 *  own tool leaves behind. */
static bool context_tree(struct cli *c, struct llb *l, struct llb_ref *out) {
  struct context_ignore ignore;
  if (!context_ignore_load_model(c->files, c->files,
                                 c->input.recipe.config_path, c->ar, &ignore,
                                 c->dg))
    return false;
  vec_push(c->ar, &ignore.patterns, STR(".cog"));
  const struct llb_local local = {.name = STR("context"),
                                  .exclude = &ignore.patterns,
                                  .shared_key_hint = STR("context")};
  *out = llb_local(
      l, &local,
      &(struct llb_meta){.name = STR("[internal] load build context")});
  return true;
}

static bool pyenv_tree(struct cli *c, struct llb *l, struct llb_ref *out) {
  const struct recipe_args *args = &c->input.args;
  const struct str url =
      args->pyenv.len ? args->pyenv : STR(PLAN_PYENV_URL "#" PLAN_PYENV_COMMIT);
  if (!llb_is_git(url))
    return diag_fail(c->dg, DIAG_BAD_OPTION, SPAN_NONE,
                     "COG_PYENV cannot be \"" STR_FMT
                     "\"; it is a git URL with #REF",
                     STR_ARG(url));
  struct llb_git git;
  if (!llb_git_parse(c->ar, url, &git, c->dg))
    return false;
  *out = llb_git(l, &git,
                 &(struct llb_meta){.name = STR("[internal] load pyenv")});
  return true;
}

/** Images by name. Their configs are not known: commands get a PATH, which
 *  engines do not add by themselves. */
static void image_trees(struct cli *c, struct llb *l,
                        const struct str_vec *names,
                        struct llb_plan_input *in) {
  struct llb_plan_image *images =
      arena_array(c->ar, struct llb_plan_image, names->n);
  for (size_t i = 0; i < names->n; i++) {
    const struct str ref = llb_image_reference(c->ar, names->v[i]);
    const struct llb_meta meta = {
        .name = str_printf(c->ar, "[internal] image " STR_FMT, STR_ARG(ref))};
    images[i].name = names->v[i];
    vec_push(c->ar, &images[i].config.env, STR("PATH=" IMAGECONFIG_PATH));
    images[i].tree = llb_image(l, ref, &in->platform, (struct str){0}, &meta);
  }
  in->images = images;
  in->n_images = names->n;
}

static bool find_sources(struct cli *c, struct llb *l,
                         struct llb_plan_input *in) {
  const struct plan_needs needs = plan_stage_needs(in->target, c->ar);
  image_trees(c, l, &needs.images, in);
  in->config_file = config_tree(c, l);
  return context_tree(c, l, &in->context) &&
         (!needs.pyenv || pyenv_tree(c, l, &in->pyenv));
}

// ---- the graph --------------------------------------------------------------

/** The definition of the target, in OUT. */
static bool make_definition(struct cli *c, struct sbuf *out) {
  struct recipe recipe;
  struct llb_opts opts = {.oneof_last = true};
  // For the engines of today: what old ones need is asked of them in a build.
  c->input.recipe.merge = true;
  if (!cli_make_plan(c, &recipe) ||
      !recipe_args_epoch(&c->input.args, &opts.has_epoch, &opts.epoch, c->dg))
    return false;
  struct llb_plan_input in = {
      .plan = recipe.plan,
      .target = find_target(c, recipe.plan),
      .platform = c->input.recipe.platform,
      .exec.hostname = c->input.args.hostname,
      .caps = {.copy_patterns = true, .secret_env = true},
      .cache_ns = c->input.args.cache_ns,
      .max_bytes = LIMIT_RPC_REQUEST_BYTES_NEW,
  };
  struct llb *l = llb_new(c->ar, &opts);
  struct llb_ref tree;
  if (!in.target || !find_sources(c, l, &in) ||
      !llb_add_plan(l, &in, c->ar, &tree, c->dg))
    return false;
  llb_set_source_info(l, &c->input.config, STR("yaml"), (struct str){0});
  return llb_marshal(l, tree, NULL, out, c->dg);
}

bool cli_llb(struct cli *c, struct sbuf *out) {
  if (!isatty(c->out))
    return make_definition(c, out);
  diag_fail(c->dg, DIAG_USAGE, SPAN_NONE,
            "a graph is binary, and standard output is a terminal");
  diag_note(c->dg, SPAN_NONE,
            "pipe it into buildctl build, or into buildctl debug dump-llb to "
            "look at it");
  return false;
}
