// The schema of the model's inputs, read where the context is.
#include "builder_int.h"

/** The plan again, with what T's input has now. */
void builder_plan_again(struct builder *b, struct builder_target *t) {
  recipe_plan(&t->input, b->ar, &t->recipe);
  t->graph.plan = t->recipe.plan;
  if (t->graph.target)
    t->graph.target =
        plan_find_stage(t->recipe.plan, str_of(t->graph.target->name));
}

bool builder_add_schema(struct builder *b, struct context *sources,
                        struct builder_target *targets, size_t n) {
  const struct plan_schema *schema = NULL; // the same for every platform
  for (size_t i = 0; i < n; i++) {
    struct builder_target *t = &targets[i];
    if (!t->needs.context)
      continue;
    t->input.sources = sources;
    if (!schema && !recipe_add_schema(&t->input, &t->recipe, b->ar, b->dg))
      return false;
    schema = t->input.schema = schema ? schema : t->input.schema;
    if (schema->json.len)
      builder_plan_again(b, t);
  }
  return true;
}
