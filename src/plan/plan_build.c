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
  return arena_printf(b->ar, "%s/versions/" STR_FMT, plan_pyenv_root(b),
                      STR_ARG(r->python));
}

static void add_installed(struct plan_builder *b, struct plan_stage *s,
                          const struct plan_parts *parts) {
  plan_add_packages(b, s, parts->deps);
  plan_add_rehash(b, s);
}

/** What is in S before the first of the user's commands. They see
 *  `environment`; a change of it leaves everything before the first command
 *  alone. */
static void add_before_commands(struct plan_builder *b, struct plan_stage *s,
                                const struct plan_parts *parts) {
  if (parts->python)
    plan_add_interpreter(b, s, parts->python);
  if (!plan_starts_early(b)) {
    add_installed(b, s, parts);
  }
  plan_add_environment(b, s);
}

static void add_commands(struct plan_builder *b, struct plan_stage *s,
                         const struct plan_parts *parts) {
  if (plan_starts_early(b)) {
    plan_add_pre_install(b, s);
    add_installed(b, s, parts);
  }
  plan_add_run_items(b, s);
}

struct plan_stage *plan_add_model(struct plan_builder *b,
                                  const struct plan_parts *parts) {
  struct plan_carry carry = {0};
  if (plan_carries(b)) {
    struct plan_stage *before = plan_add_part(b, "build", parts->devel);
    add_before_commands(b, before, parts);
    struct plan_stage *after = plan_add_part(b, "commands", before);
    add_commands(b, after, parts);
    carry = (struct plan_carry){before, after};
  }
  struct plan_stage *model =
      plan_add_stage(b, "model", PLAN_MODEL_HELP, (struct str){0}, parts->base);
  add_before_commands(b, model, parts);
  if (carry.after)
    plan_add_carry(b, model, &carry);
  else
    add_commands(b, model, parts);
  plan_add_server_env(b, model);
  plan_add_weights(b, model);
  plan_add_source(b, model);
  plan_add_user(b, model);
  return model;
}

/** The stage `deps`; where packages are made in place no other stage needs it,
 *  and it installs them once more for who asks for it. */
static void add_deps(struct plan_builder *b, struct plan_parts *parts) {
  static const char help[] = "the Python packages, under " PLAN_DEPS_PREFIX;
  const struct str image = b->in->resolved->deps_image;
  struct plan_stage *below = NULL;
  if (plan_in_place(b)) {
    below = plan_add_stage(b, "pip", NULL, image, NULL);
    below->part_of = "deps";
  }
  struct plan_stage *deps =
      plan_add_stage(b, "deps", help, below ? (struct str){0} : image, below);
  plan_add_requirements(b, below ? below : deps);
  plan_add_install(b, deps, NULL);
  parts->pip = below;
  parts->deps = deps;
}

static struct plan_parts add_parts(struct plan_builder *b) {
  const struct resolved *r = b->in->resolved;
  struct plan_parts parts = {0};
  add_deps(b, &parts);

  if (r->pyenv || r->uv_python) {
    struct plan_stage *toolchain =
        plan_add_stage(b, "toolchain", NULL, r->python_image, NULL);
    struct plan_stage *python =
        plan_add_stage(b, "python", NULL, (struct str){0}, toolchain);
    if (r->pyenv) {
      plan_add_toolchain(b, toolchain);
      plan_add_pyenv(b, python);
    } else {
      plan_add_uv_python(b, python);
    }
    parts.toolchain = toolchain;
    parts.python = python;
  }

  struct plan_stage *base =
      plan_add_stage(b, "base", "the base image with its system packages",
                     r->base_image, NULL);
  plan_add_base(b, base, !r->build_image.len);
  parts.base = base;
  if (plan_carries(b)) {
    struct plan_stage *devel =
        plan_add_stage(b, "devel", NULL, r->build_image, NULL);
    plan_add_base(b, devel, true);
    parts.devel = devel;
  }
  return parts;
}

const struct plan *plan_build(const struct plan_input *input,
                              struct arena *ar) {
  struct plan_builder b = {
      .in = input, .ar = ar, .plan = arena_new(ar, struct plan)};
  static const struct plan_weights no_weights;
  b.plan->prefix = model_prefix(&b);
  b.plan->weights = input->weights ? input->weights : &no_weights;
  plan_add_uv(&b);
  const struct plan_parts parts = add_parts(&b);
  struct plan_stage *model = plan_merges(&b) ? plan_add_merged_model(&b, &parts)
                                             : plan_add_model(&b, &parts);
  struct plan_runtime *own = arena_new(ar, struct plan_runtime);
  *own = runtime;
  own->user = input->options->user;
  plan_add_labels(&b, own);
  plan_add_healthcheck(&b, own);
  model->runtime = own;
  b.plan->model = model;
  return b.plan;
}

const struct plan_stage *plan_find_stage(const struct plan *p,
                                         struct str name) {
  for (size_t i = 0; i < p->stages.n; i++)
    if (p->stages.v[i]->help && str_is_nocase(name, p->stages.v[i]->name))
      return p->stages.v[i];
  return NULL;
}
