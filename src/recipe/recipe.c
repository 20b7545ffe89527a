#include "cogfe/recipe.h"

#include "cogfe/lint.h"

static bool args_have_no_index(const struct recipe_args *args) {
  for (size_t i = 0; i < args->pip_env.n; i++)
    if (str_starts(str_of(args->pip_env.v[i]), "PIP_NO_INDEX="))
      return true;
  return false;
}

static struct resolve_options resolve_options(const struct recipe_args *args) {
  return (struct resolve_options){
      .base_image = args->base_image,
      .deps_image = args->deps_image,
      .cuda_flavor = args->cuda_flavor,
      .python = args->python,
      .sdk = args->sdk,
      .sdk_version = args->sdk_version,
      .sdk_wheel = args->sdk_wheel,
      .no_index = args_have_no_index(args),
  };
}

static const struct plan_options *plan_options(const struct recipe_input *in,
                                               struct arena *ar) {
  const struct recipe_args *args = in->args;
  const struct str ca = args->ca_secret, hash = args->secrets_hash;
  struct plan_options *o = arena_new(ar, struct plan_options);
  *o = (struct plan_options){
      .pip_env = args->pip_env.v,
      .n_pip_env = args->pip_env.n,
      .pyenv_env = args->pyenv_env.v,
      .n_pyenv_env = args->pyenv_env.n,
      .uv_env = args->uv_env.v,
      .n_uv_env = args->uv_env.n,
      .uv = str_is(args->installer, "uv"),
      .uv_image = in->uv ? STR(PLAN_UV) : args->uv,
      .user = args->user.len ? str_cstr(ar, args->user) : NULL,
      .no_recommends =
          args->apt_recommends.len && !recipe_truth(args->apt_recommends),
      .strip = recipe_truth(args->strip),
      .precompile = recipe_truth(args->precompile),
      .ca_secret = ca.len ? str_cstr(ar, ca) : NULL,
      .secrets_hash = hash.len ? str_cstr(ar, hash) : NULL,
  };
  struct diags checked; // by recipe_make()
  diag_init(&checked, ar);
  recipe_args_healthcheck(args, &o->health_start, &checked);
  return o;
}

void recipe_plan(const struct recipe_input *in, struct arena *ar,
                 struct recipe *recipe) {
  struct plan_input *steps = arena_new(ar, struct plan_input);
  *steps = (struct plan_input){
      .config = recipe->config,
      .resolved = recipe->resolved,
      .architecture = in->platform.arch,
      .config_path = in->config_in_context ? (struct str){0} : in->config_path,
      .merge = in->merge,
      .wheels = in->wheels,
      .weights = in->weights,
      .weights_dir = in->weights_dir,
      .schema = in->schema,
      .options = plan_options(in, ar),
  };
  recipe->plan = plan_build(steps, ar);
}

bool recipe_make(const struct recipe_input *in, struct arena *ar,
                 struct recipe *out, struct diags *dg) {
  const size_t errors = dg->errors;
  *out = (struct recipe){0};
  out->config = config_parse_some(in->config, ar, dg);
  if (!out->config)
    return false;
  const bool go_on = dg->errors == errors || config_has_versions(dg);
  recipe_check_args(in, ar, dg);

  struct requirements *lines = arena_new(ar, struct requirements);
  if (!recipe_load_requirements(in, out->config, ar, lines, dg))
    return false;
  out->requirements = lines;

  struct resolve_input *what = arena_new(ar, struct resolve_input);
  *what = (struct resolve_input){
      .config = out->config,
      .requirements = lines,
      .architecture = in->platform.arch,
      .options = resolve_options(in->args),
      .compat = in->compat,
  };
  if (go_on)
    out->resolved = resolve(what, ar, dg);
  if (dg->errors > errors)
    return false;

  recipe_plan(in, ar, out);
  return true;
}

void recipe_lint_expect(const struct recipe *recipe, struct context *files,
                        struct arena *ar) {
  if (recipe->config)
    lint_expect(recipe->config, files, ar);
}

/** Whether pip finds packages in other places than cog.yaml says. */
static bool has_indexes(const struct recipe_input *in) {
  static const char *const names[] = {
      "PIP_INDEX_URL=", "PIP_EXTRA_INDEX_URL=", "PIP_FIND_LINKS="};
  for (size_t i = 0; i < in->args->pip_env.n; i++)
    for (size_t j = 0; j < ARRAY_LEN(names); j++)
      if (str_starts(str_of(in->args->pip_env.v[i]), names[j]))
        return true;
  return in->wheels;
}

void recipe_lint(const struct recipe_input *in, const struct recipe *recipe,
                 struct context *files, const struct context_ignore *ignore,
                 struct arena *ar, struct diags *dg) {
  const struct lint_input what = {
      .config = recipe->config,
      .requirements = recipe->requirements,
      .resolved = recipe->resolved,
      .architecture = in->platform.arch,
      .compat = in->compat,
      .more_indexes = has_indexes(in),
      .files = files,
      .ignore = ignore,
  };
  if (recipe->config)
    lint_run(&what, ar, dg);
}
