#include "fixture.h"

#include "cogfe/texts.h"
#include "files.h"

void fixture_read_args(struct arena *ar, const char *path,
                       struct fixture_args *out) {
  struct str args = files_read(ar, path), line, name;
  *out = (struct fixture_args){
      .platform = {.os = STR("linux"), .arch = STR("amd64")}};
  while (str_next_line(&args, &line)) {
    struct str value = str_cut(line, '=', &name);
    if (str_is(name, "platform"))
      out->platform.arch = str_skip(value, strlen("linux/"));
    else if (str_is(name, "target"))
      out->target = value;
    else if (str_is(name, "merge"))
      out->merge = recipe_truth(value);
    else if (str_is(name, "context"))
      vec_push(ar, &out->contexts, value);
    else if (str_is(name, "wheels"))
      out->wheels = recipe_truth(value);
    else if (str_is(name, "weights"))
      out->named_weights = recipe_truth(value);
    else if (!recipe_args_take(&out->recipe, ar, name, value))
      vec_push(ar, &out->unknown, name);
  }
}

bool fixture_find_weights(struct context *files,
                          const struct fixture_args *args,
                          const struct context_ignore *ignore, struct arena *ar,
                          struct recipe_input *in, struct diags *dg) {
  struct plan_weights *weights = arena_new(ar, struct plan_weights);
  if (args->named_weights &&
      !recipe_weights_dir(&args->recipe, ar, &in->weights_dir, dg))
    return false;
  const struct recipe_weights_input find = {.tree = files,
                                            .ignore = ignore,
                                            .args = &args->recipe,
                                            .dir = in->weights_dir};
  in->weights = weights;
  return recipe_find_weights(&find, ar, weights, dg);
}

void fixture_check_config(struct arena *ar, const char *path, struct str config,
                          struct diags *dg) {
  struct fixture_args args;
  struct context_ignore ignore;
  struct recipe recipe;
  struct source *src = arena_new(ar, struct source);
  *src = (struct source){"cog.yaml", config};
  fixture_read_args(ar, arena_printf(ar, "%s/args", path), &args);
  for (size_t i = 0; i < args.unknown.n; i++)
    recipe_args_warn_unknown(args.unknown.v[i], dg);
  struct context *files = context_open_dir(ar, path, dg);
  assert_non_null(files);
  struct recipe_input in = {.files = files,
                            .config = src,
                            .config_path = STR("cog.yaml"),
                            .config_in_context = true,
                            .platform = args.platform,
                            .args = &args.recipe};
  assert_true(
      context_ignore_load(files, files, in.config_path, ar, &ignore, dg));
  const bool made = recipe_make(&in, ar, &recipe, dg);
  const struct plan_needs needs =
      made ? plan_stage_needs(recipe.plan->model, ar) : (struct plan_needs){0};
  for (size_t i = 0; i < args.contexts.n; i++)
    recipe_warn_unused_context(args.contexts.v[i], &needs.images, dg);
  if (args.recipe.weights.len || args.named_weights)
    fixture_find_weights(files, &args, &ignore, ar, &in, dg);
  recipe_lint(&in, &recipe, files, &ignore, ar, dg);
  if (args.target.len) {
    const struct texts_input what = {.in = &in, .recipe = &recipe};
    struct texts texts = {0};
    assert_true(texts_find(args.target)->make(&what, ar, &texts, dg));
  }
  context_close(files);
  diag_sort(dg);
}

void fixture_check(struct arena *ar, const char *path, struct diags *dg) {
  const char *config = arena_printf(ar, "%s/cog.yaml", path);
  const struct str text = files_read(ar, config);
  if (!text.p)
    fail_msg("there is no %s", config);
  fixture_check_config(ar, path, text, dg);
}
