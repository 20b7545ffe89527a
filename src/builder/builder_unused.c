// Names in options that have no effect.
#include "builder_int.h"

/** The context's name without the platform that it is for. */
static struct str name_of(const struct builder_pair *context) {
  const char *platform = memmem(context->name.p, context->name.len, "::", 2);
  if (!platform)
    return context->name;
  return str_take(context->name, (size_t)(platform - context->name.p));
}

void builder_check_contexts(struct builder *b,
                            const struct builder_target *targets, size_t n) {
  struct str_vec images = {0};
  for (size_t i = 0; i < n; i++) {
    // Of the whole model: a target of it may well need less.
    const struct plan_needs needs =
        plan_stage_needs(targets[i].recipe.plan->model, b->ar);
    for (size_t j = 0; j < needs.images.n; j++)
      vec_push(b->ar, &images, builder_familiar_name(b->ar, needs.images.v[j]));
  }
  for (size_t i = 0; i < b->opts.contexts.n; i++)
    recipe_warn_unused_context(
        builder_familiar_name(b->ar, name_of(&b->opts.contexts.v[i])), &images,
        b->dg);
}

void builder_check_stages(struct builder *b,
                          const struct builder_target *targets, size_t n) {
  const struct plan **plans = arena_array(b->ar, const struct plan *, n);
  for (size_t i = 0; i < n; i++)
    plans[i] = targets[i].recipe.plan;
  for (size_t i = 0; i < b->opts.no_cache_stages.n; i++)
    recipe_warn_unknown_stage(b->opts.no_cache_stages.v[i], plans, n, b->dg);
}
