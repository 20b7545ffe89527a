// What an image says of its own making: an entry for every layer, lowest first,
// and entries without a layer for what else the build decided.
#include "imageconfig/imageconfig_int.h"

static const char comment[] = "cog-frontend";

struct collector {
  struct arena *ar;
  struct imageconfig_history_list *out;
};

/** KEY is the key of cog.yaml that asked for it, or NULL. */
static void add_entry(struct collector *c, struct str what, const char *key,
                      bool layer) {
  const struct imageconfig_history entry = {
      .created_by =
          key ? str_printf(c->ar, STR_FMT " (%s)", STR_ARG(what), key) : what,
      .comment = str_of(comment),
      .empty_layer = !layer,
  };
  vec_push(c->ar, &c->out->list, entry);
}

/** As a Dockerfile would say it. */
static struct str env_instruction(struct arena *ar,
                                  const struct plan_env *env) {
  switch (env->how) {
  case PLAN_ENV_SET:
    break;
  case PLAN_ENV_PREPEND:
    return str_printf(ar, "ENV " STR_FMT "=" STR_FMT ":$" STR_FMT,
                      STR_ARG(env->name), STR_ARG(env->value),
                      STR_ARG(env->name));
  case PLAN_ENV_APPEND:
    return str_printf(ar, "ENV " STR_FMT "=$" STR_FMT ":" STR_FMT,
                      STR_ARG(env->name), STR_ARG(env->name),
                      STR_ARG(env->value));
  }
  return str_printf(ar, "ENV " STR_FMT "=" STR_FMT, STR_ARG(env->name),
                    STR_ARG(env->value));
}

/** Of a stage that is merged in, only the layers are the image's. */
static void add_stage_history(struct collector *c, const struct plan_stage *s,
                              const struct plan_stage *lower, bool merged) {
  if (s == lower)
    return;
  if (s->parent)
    add_stage_history(c, s->parent, lower, merged);
  for (size_t i = 0; i < s->steps.n; i++) {
    const struct plan_step *step = &s->steps.v[i];
    for (size_t j = 0; step->op == PLAN_MERGE && j < step->u.merge.n; j++)
      add_stage_history(c, step->u.merge.layers[j].upper,
                        step->u.merge.layers[j].lower, true);
    if (step->op == PLAN_ENV && !merged)
      add_entry(c, env_instruction(c->ar, &step->u.env), step->key, false);
    else if (step->op != PLAN_ENV && step->op != PLAN_MERGE)
      add_entry(c, str_of(step->title), step->key, true);
  }
}

static struct str json(struct arena *ar, const char **v, size_t n) {
  struct str_vec list = {0};
  for (size_t i = 0; i < n; i++)
    vec_push(ar, &list, str_of(v[i]));
  return str_json_list(ar, list.v, list.n);
}

static void add_runtime_history(struct collector *c,
                                const struct plan_runtime *r) {
  struct arena *ar = c->ar;
  add_entry(c, str_printf(ar, "WORKDIR %s", r->workdir), NULL, false);
  if (r->user)
    add_entry(c, str_printf(ar, "USER %s", r->user), NULL, false);
  add_entry(c, str_printf(ar, "EXPOSE %s", r->expose), NULL, false);
  add_entry(c,
            str_printf(ar, "ENTRYPOINT " STR_FMT,
                       STR_ARG(json(ar, r->entrypoint, r->n_entrypoint))),
            NULL, false);
  add_entry(c,
            str_printf(ar, "CMD " STR_FMT, STR_ARG(json(ar, r->cmd, r->n_cmd))),
            NULL, false);
  const struct plan_healthcheck *h = r->healthcheck;
  if (h)
    add_entry(c,
              str_printf(ar, "HEALTHCHECK CMD " STR_FMT,
                         STR_ARG(json(ar, h->argv, h->argc))),
              NULL, false);
}

struct imageconfig_history_list
imageconfig_history_of(const struct imageconfig_plan *in, struct arena *ar) {
  struct imageconfig_history_list out = {0};
  struct collector c = {ar, &out};
  add_stage_history(&c, in->target, NULL, false);
  if (in->target->runtime)
    add_runtime_history(&c, in->target->runtime);
  for (size_t i = 0; i < in->n_labels; i++)
    add_entry(&c,
              str_printf(ar, "LABEL " STR_FMT "=" STR_FMT,
                         STR_ARG(in->labels[i].key),
                         STR_ARG(in->labels[i].value)),
              NULL, false);
  return out;
}
