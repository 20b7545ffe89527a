#include "plan_int.h"

static const char *entrypoint[] = {"/sbin/tini", "--"};
static const char *server[] = {"python", "-m", "cog.server.http"};
static const struct plan_runtime runtime = {
    .workdir = PLAN_SOURCE_DIR,
    .entrypoint = entrypoint,
    .n_entrypoint = ARRAY_LEN(entrypoint),
    .cmd = server,
    .n_cmd = ARRAY_LEN(server),
    .expose = "5000/tcp",
};

static const char *model_prefix(struct plan_builder *b) {
  const struct resolved *r = b->in->resolved;
  if (!r->pyenv)
    return "/usr/local"; // where the python images have theirs
  return arena_printf(b->ar, PLAN_PYENV_ROOT "/versions/" STR_FMT,
                      STR_ARG(r->python));
}

static void add_model(struct plan_builder *b, const struct plan_stage *base,
                      const struct plan_stage *deps,
                      const struct plan_stage *python) {
  struct plan_stage *model = plan_add_stage(
      b, "model", "the model with its server", (struct str){0}, base);
  if (python)
    plan_add_interpreter(b, model, python);

  // Commands see `environment`; a change of it leaves everything before the
  // first command alone.
  const bool early = b->in->config->pre_install.n > 0;
  if (early) {
    plan_add_environment(b, model);
    plan_add_pre_install(b, model);
  }
  plan_add_packages(b, model, deps);
  plan_add_sdk(b, model);
  if (!early)
    plan_add_environment(b, model);
  plan_add_run_items(b, model);
  plan_add_source(b, model);
  model->runtime = &runtime;
  b->plan->model = model;
}

const struct plan *plan_build(const struct plan_input *input,
                              struct arena *ar) {
  struct plan_builder b = {
      .in = input, .ar = ar, .plan = arena_new(ar, struct plan)};
  const struct resolved *r = input->resolved;
  b.plan->prefix = model_prefix(&b);

  struct plan_stage *deps =
      plan_add_stage(&b, "deps", "the Python packages, under " PLAN_DEPS_PREFIX,
                     r->deps_image, NULL);
  plan_add_deps(&b, deps);

  struct plan_stage *python = NULL;
  if (r->pyenv) {
    python = plan_add_stage(&b, "python", "the interpreter, built by pyenv",
                            r->python_image, NULL);
    plan_add_pyenv(&b, python);
  }

  struct plan_stage *base =
      plan_add_stage(&b, "base", "the base image with its system packages",
                     r->base_image, NULL);
  plan_add_base(&b, base);
  add_model(&b, base, deps, python);
  return b.plan;
}

const struct plan_stage *plan_find_stage(const struct plan *p,
                                         struct str name) {
  for (size_t i = 0; i < p->stages.n; i++)
    if (str_is_nocase(name, p->stages.v[i]->name))
      return p->stages.v[i];
  return NULL;
}

size_t plan_stage_work(const struct plan_stage *s) {
  size_t n = 0;
  for (size_t i = 0; i < s->steps.n; i++)
    n += s->steps.v[i].op != PLAN_ENV;
  return n;
}
