// Targets whose result is files for a person: nothing is run, and no image is
// asked for.
#include "builder_int.h"

#include "cogfe/limits.h"

/** Whether Cog's own tool was in the context. Of a client's directory that one
 *  entry is asked for, without what is in it. */
static bool has_cog(struct builder *b, const struct builder_input *input,
                    bool *out) {
  struct context *files = input->files;
  if (input->ignore) {
    struct str_vec include = {0}, exclude = {0};
    vec_push(b->ar, &include, STR(".cog"));
    vec_push(b->ar, &exclude, STR(".cog/*"));
    struct llb_local local = builder_local_context(b);
    local.include = &include;
    local.exclude = &exclude;
    local.shared_key_hint = STR("context-.cog");
    const struct tree_env env = builder_tree_env(b);
    files = tree_context(
        &env,
        llb_local(b->llb, &local,
                  &(struct llb_meta){.name = STR("[internal] load .cog")}),
        (struct str){0});
  }
  struct context_stat st;
  if (!context_stat(files, STR(".cog"), SPAN_NONE, &st, b->dg))
    return false;
  *out = st.kind != CONTEXT_MISSING;
  return true;
}

/** A tree of nothing but FILES. */
static struct llb_ref file_tree(struct builder *b,
                                const struct document_kind *kind,
                                const struct documents *texts) {
  const size_t n = texts->files.n;
  struct llb_action *actions = arena_array(b->ar, struct llb_action, n);
  for (size_t i = 0; i < n; i++) {
    const struct document_file *file = &texts->files.v[i];
    actions[i].type = LLB_MKFILE;
    actions[i].mkfile.path = str_printf(b->ar, "/%s", file->name);
    actions[i].mkfile.data = file->text;
  }
  const struct llb_meta meta = {
      .name = str_printf(b->ar, "[%s] write the files", kind->name)};
  return llb_file(b->llb, LLB_SCRATCH, actions, n, &meta);
}

/** What an exporter that makes an image of the files says of it. */
static bool write_config(struct builder *b, struct builder_target *t) {
  const struct imageconfig_changes changes = {
      .platform = t->platform,
      .labels = b->opts.labels.v,
      .n_labels = b->opts.labels.n,
      .has_epoch = b->opts.has_epoch,
      .epoch = b->opts.epoch,
  };
  cleanup_sbuf struct sbuf config;
  sbuf_init(&config, LIMIT_RPC_REQUEST_BYTES);
  if (!imageconfig_emit(&config, (struct str){0}, &changes, b->dg))
    return false;
  t->config = str_dup(b->ar, sbuf_str(&config));
  return true;
}

static bool make_target(struct builder *b, const struct builder_input *input,
                        const struct document_kind *kind, bool cog_directory,
                        const struct plan_weights *weights,
                        struct builder_target *t) {
  struct recipe_input recipe =
      builder_recipe_input(b, input, &t->platform, false);
  recipe.weights = weights;
  const struct document_input in = {
      .in = &recipe,
      .recipe = &t->recipe,
      .ignore = input->ignore,
      .cog_directory = cog_directory,
      .labels = b->opts.labels.v,
      .n_labels = b->opts.labels.n,
  };
  struct documents texts = {0};
  if (!builder_named_weights(b, &t->platform, &recipe.weights_dir) ||
      !document_place_config(&recipe, input->ignore, b->dg) ||
      !recipe_make(&recipe, b->ar, &t->recipe, b->dg) || b->dg->errors ||
      (kind->weights &&
       !recipe_add_schema(&recipe, &t->recipe, b->ar, b->dg)) ||
      !kind->make(&in, b->ar, &texts, b->dg) || b->dg->errors)
    return false;
  t->id = platform_id(b->ar, &t->platform);
  t->tree = file_tree(b, kind, &texts);
  return write_config(b, t);
}

bool builder_document(struct builder *b, const struct builder_input *input,
                      const struct document_kind *kind) {
  const size_t n = b->opts.platforms.n;
  struct builder_target *targets = arena_array(b->ar, struct builder_target, n);
  bool cog_directory;
  const struct plan_weights *weights = NULL;
  if (!has_cog(b, input, &cog_directory) ||
      (kind->weights &&
       !builder_find_weights(b, input, (struct str){0}, &weights)))
    return false;
  for (size_t i = 0; i < n; i++) {
    targets[i].platform = b->opts.platforms.v[i];
    if (!make_target(b, input, kind, cog_directory, weights, &targets[i]))
      return false;
  }
  builder_send_warnings(b, llb_digest(b->llb, input->config_tree));
  return builder_return(b, targets, n);
}
