// The weights of the context, and of the named context that has some.
#include "builder_int.h"

bool builder_named_weights(struct builder *b, const struct platform *platform,
                           struct str *dir) {
  *dir = (struct str){0};
  return !builder_named_context(b, platform, STR(PLAN_WEIGHTS)).p ||
         recipe_weights_dir(&b->opts.args, b->ar, dir, b->dg);
}

/** What the copy of the source reads where the engine has no patterns for it:
 *  the client's directory again, without the weights. (.cog is in neither.) */
static void set_weights_source(struct builder *b,
                               const struct builder_input *in,
                               const struct plan_weights *weights,
                               struct builder_target *t) {
  if (t->graph.caps.copy_patterns || !in->ignore)
    return;
  t->graph.has_source = true;
  t->graph.source = in->context;
  if (!weights->n)
    return;
  struct str_vec patterns = {0};
  for (size_t i = 0; i < in->ignore->patterns.n; i++)
    vec_push(b->ar, &patterns, in->ignore->patterns.v[i]);
  for (size_t i = 0; i < weights->n; i++)
    vec_push(b->ar, &patterns, path_pattern(b->ar, weights->v[i].path));
  t->graph.source = builder_local_tree(b, patterns, "without-weights");
}

bool builder_find_weights(struct builder *b, const struct builder_input *in,
                          struct str dir, const struct plan_weights **out) {
  struct plan_weights *weights = arena_new(b->ar, struct plan_weights);
  const struct recipe_weights_input input = {
      .tree = in->tree, .args = &b->opts.args, .dir = dir};
  *out = weights;
  return recipe_find_weights(&input, b->ar, weights, b->dg);
}

bool builder_add_weights(struct builder *b, const struct builder_input *in,
                         struct builder_target *targets, size_t n) {
  bool context = false;
  for (size_t i = 0; i < n; i++)
    context |= targets[i].needs.context;
  const struct plan_weights *weights;
  if (!context)
    return true;
  if (!builder_find_weights(b, in, targets[0].input.weights_dir, &weights))
    return false;
  for (size_t i = 0; i < n; i++) {
    if (weights->n) {
      targets[i].input.weights = weights;
      builder_plan_again(b, &targets[i]);
    }
    set_weights_source(b, in, weights, &targets[i]);
  }
  return true;
}
