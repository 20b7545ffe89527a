// A stage's image config: what its base says, changed by the plan's steps.
#include "imageconfig/imageconfig_int.h"

struct imageconfig_env_change
imageconfig_env_change_of(const struct plan_env *env) {
  static const enum imageconfig_env_op ops[] = {
      [PLAN_ENV_SET] = IMAGECONFIG_ENV_SET,
      [PLAN_ENV_PREPEND] = IMAGECONFIG_ENV_PREPEND,
      [PLAN_ENV_APPEND] = IMAGECONFIG_ENV_APPEND,
  };
  return (struct imageconfig_env_change){ops[env->how], env->name, env->value};
}

static void add_stage_env(struct arena *ar, struct imageconfig_env *out,
                          const struct plan_stage *s) {
  if (s->parent)
    add_stage_env(ar, out, s->parent);
  for (size_t i = 0; i < s->steps.n; i++)
    if (s->steps.v[i].op == PLAN_ENV)
      vec_push(ar, &out->changes,
               imageconfig_env_change_of(&s->steps.v[i].u.env));
}

struct imageconfig_env imageconfig_stage_env(struct arena *ar,
                                             const struct plan_stage *s) {
  struct imageconfig_env env = {0};
  add_stage_env(ar, &env, s);
  return env;
}

static struct str_vec words_list(struct arena *ar, const char **v, size_t n) {
  struct str_vec out = {0};
  for (size_t i = 0; i < n; i++)
    vec_push(ar, &out, str_of(v[i]));
  return out;
}

/** The plan's, then the build's, of which the last counts. */
static void set_plan_labels(struct imageconfig_changes *changes,
                            struct arena *ar, const struct plan_runtime *run,
                            const struct imageconfig_plan *in) {
  VEC(struct imageconfig_label) labels = {0};
  for (size_t i = 0; i < run->n_labels; i++)
    vec_push(
        ar, &labels,
        (struct imageconfig_label){run->labels[i].key, run->labels[i].value});
  for (size_t i = 0; i < in->n_labels; i++)
    vec_push(ar, &labels, in->labels[i]);
  changes->labels = labels.v;
  changes->n_labels = labels.n;
}

bool imageconfig_emit_plan(struct sbuf *out, const struct imageconfig_plan *in,
                           struct arena *ar, struct diags *dg) {
  const struct plan_stage *s = in->target;
  const struct imageconfig_env env = imageconfig_stage_env(ar, s);
  const struct imageconfig_history_list history =
      imageconfig_history_of(in, ar);

  struct imageconfig_changes changes = {
      .platform = in->platform,
      .env = env.changes.v,
      .n_env = env.changes.n,
      .labels = in->labels,
      .n_labels = in->n_labels,
      .history = history.list.v,
      .n_history = history.list.n,
      .has_epoch = in->has_epoch,
      .epoch = in->epoch,
  };
  const struct plan_runtime *run = s->runtime;
  if (!run)
    return imageconfig_emit(out, in->base, &changes, dg);

  const struct str_vec entrypoint =
      words_list(ar, run->entrypoint, run->n_entrypoint);
  const struct str_vec cmd = words_list(ar, run->cmd, run->n_cmd);
  const struct str port = str_of(run->expose);
  changes.workdir = str_of(run->workdir);
  changes.entrypoint = &entrypoint;
  changes.cmd = &cmd;
  changes.user = str_of(run->user ? run->user : "");
  changes.healthcheck = run->healthcheck;
  changes.ports = &port;
  set_plan_labels(&changes, ar, run, in);
  changes.n_ports = 1;
  return imageconfig_emit(out, in->base, &changes, dg);
}
