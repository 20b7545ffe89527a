// What the pure stages are given, and what they make of it.
#include "builder_int.h"

struct recipe_input builder_recipe_input(const struct builder *b,
                                         const struct builder_input *in,
                                         const struct platform *platform,
                                         bool merge) {
  return (struct recipe_input){
      .files = in->files,
      .beside = in->beside,
      .config = &in->config,
      .config_path = in->config_path,
      .config_in_context = in->config_in_context,
      .platform = *platform,
      .args = &b->opts.args,
      .merge = merge,
      .wheels = builder_named_context(b, platform, STR(PLAN_WHEELS)).p != NULL,
      .uv = builder_named_context(b, platform, STR(PLAN_UV)).p != NULL,
      .compat = b->compat,
  };
}

bool builder_make_recipe(struct builder *b, const struct builder_input *in,
                         const struct platform *platform,
                         struct recipe_input *input, struct recipe *out) {
  const struct gateway_caps *caps = gateway_caps(b->engine->g);
  const bool merge = gateway_has(caps, GATEWAY_CAP_MERGE) &&
                     gateway_has(caps, GATEWAY_CAP_DIFF);
  *input = builder_recipe_input(b, in, platform, merge);
  return builder_named_weights(b, platform, &input->weights_dir) &&
         recipe_make(input, b->ar, out, b->dg);
}

void builder_lint(struct builder *b, const struct builder_input *in,
                  const struct platform *platform, const struct recipe *recipe,
                  struct context *files) {
  const struct recipe_input input =
      builder_recipe_input(b, in, platform, false);
  if (files)
    recipe_lint_expect(recipe, files, b->ar);
  recipe_lint(&input, recipe, files, in->ignore, b->ar, b->dg);
}
