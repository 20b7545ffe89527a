#include "fixture.h"

#include "cogfe/document.h"
#include "context/context_int.h"
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
    else if (str_is(name, "large"))
      out->large = value;
    else if (str_is(name, "merge"))
      out->merge = recipe_truth(value);
    else if (str_is(name, "context"))
      vec_push(ar, &out->contexts, value);
    else if (str_is(name, "no-cache"))
      vec_push(ar, &out->no_cache, value);
    else if (str_is(name, "wheels"))
      out->wheels = recipe_truth(value);
    else if (str_is(name, "weights"))
      out->named_weights = recipe_truth(value);
    else if (!recipe_args_take(&out->recipe, ar, name, value))
      vec_push(ar, &out->unknown, name);
  }
}

// ---- a context with a file that no repository should hold -------------------

struct large {
  struct context *inner;
  struct str path;
};

enum { LARGE_BYTES = 20 * 1024 * 1024 };

static bool large_stat(void *self, const char *path, struct context_stat *out,
                       struct diags *dg) {
  const struct large *l = self;
  if (!l->inner->ops->stat(l->inner->self, path, out, dg))
    return false;
  if (str_is(l->path, path))
    out->size = LARGE_BYTES;
  return true;
}

static bool large_read(void *self, const char *path, uint64_t off, size_t len,
                       struct sbuf *out, struct diags *dg) {
  const struct large *l = self;
  return l->inner->ops->read(l->inner->self, path, off, len, out, dg);
}

static bool large_list(void *self, const char *const *paths, size_t n,
                       struct arena *ar, struct context_entries *out,
                       struct diags *dg) {
  const struct large *l = self;
  if (!l->inner->ops->list(l->inner->self, paths, n, ar, out, dg))
    return false;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < out[i].n; j++) {
      struct context_entry *e = &out[i].v[j];
      if (str_is(l->path,
                 arena_printf(ar, "%s/" STR_FMT, paths[i], STR_ARG(e->name))))
        e->size = LARGE_BYTES;
    }
  return true;
}

static void large_close(void *self) {
  const struct large *l = self;
  context_close(l->inner);
}

static const struct context_ops large_ops = {.stat = large_stat,
                                             .read = large_read,
                                             .list = large_list,
                                             .close = large_close};

static struct context *open_files(struct arena *ar, const char *path,
                                  struct str large, struct diags *dg) {
  struct context *files = context_open_dir(ar, path, dg);
  assert_non_null(files);
  if (!large.len)
    return files;
  struct large *l = arena_new(ar, struct large);
  *l = (struct large){files, large};
  return context_open_ops(ar, &large_ops, l);
}

// ---- the stages -------------------------------------------------------------

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
                                            .dir = in->weights_dir,
                                            .even_when_off = true};
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
  struct context *files = open_files(ar, path, args.large, dg);
  struct recipe_input in = {.files = files,
                            .config = src,
                            .config_path = STR("cog.yaml"),
                            .config_in_context = true,
                            .platform = args.platform,
                            .args = &args.recipe};
  assert_true(
      context_ignore_load_model(files, files, in.config_path, ar, &ignore, dg));
  const bool made = recipe_make(&in, ar, &recipe, dg);
  const struct plan_needs needs =
      made ? plan_stage_needs(recipe.plan->model, ar) : (struct plan_needs){0};
  for (size_t i = 0; i < args.contexts.n; i++)
    recipe_warn_unused_context(args.contexts.v[i], &needs.images, dg);
  for (size_t i = 0; made && i < args.no_cache.n; i++)
    recipe_warn_unknown_stage(args.no_cache.v[i], &recipe.plan, 1, dg);
  if (made)
    fixture_find_weights(files, &args, &ignore, ar, &in, dg);
  if (made)
    recipe_add_schema(&in, &recipe, ar, dg);
  recipe_lint(&in, &recipe, files, &ignore, ar, dg);
  if (args.target.len) {
    const struct document_input what = {.in = &in, .recipe = &recipe};
    struct documents texts = {0};
    assert_true(document_find(args.target)->make(&what, ar, &texts, dg));
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
