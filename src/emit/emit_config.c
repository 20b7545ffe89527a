// A stage's image config: what its base says, changed by the plan's steps.
#include "emit_int.h"

struct history {
  VEC(struct imageconfig_history) list;
};

static const char comment[] = "cog-frontend";

/** An entry for every layer of S that is not below LOWER, lowest first, saying
 *  which key made it. */
static void add_history(struct arena *ar, struct history *h,
                        const struct plan_stage *s,
                        const struct plan_stage *lower) {
  if (s == lower)
    return;
  if (s->parent)
    add_history(ar, h, s->parent, lower);
  for (size_t i = 0; i < s->steps.n; i++) {
    const struct plan_step *step = &s->steps.v[i];
    for (size_t j = 0; step->op == PLAN_MERGE && j < step->u.merge.n; j++)
      add_history(ar, h, step->u.merge.layers[j].upper,
                  step->u.merge.layers[j].lower);
    if (step->op == PLAN_ENV || step->op == PLAN_MERGE)
      continue;
    struct imageconfig_history entry = {
        .created_by = step->key
                          ? str_printf(ar, "%s (%s)", step->title, step->key)
                          : str_of(step->title),
        .comment = str_of(comment),
    };
    vec_push(ar, &h->list, entry);
  }
}

static struct str_vec words(struct arena *ar, const char **v, size_t n) {
  struct str_vec out = {0};
  for (size_t i = 0; i < n; i++)
    vec_push(ar, &out, str_of(v[i]));
  return out;
}

struct str emit_base_config(const struct emit_input *in) {
  return emit_base_image(in, in->target)->json;
}

bool emit_config(struct sbuf *out, const struct emit_input *in,
                 struct arena *ar, struct diags *dg) {
  const struct plan_stage *s = in->target;
  const struct emit_env env = emit_stage_env(ar, s);
  struct history history = {0};
  add_history(ar, &history, s, NULL);

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
    return imageconfig_emit(out, emit_base_image(in, s)->json, &changes, dg);

  const struct str_vec entrypoint =
      words(ar, run->entrypoint, run->n_entrypoint);
  const struct str_vec cmd = words(ar, run->cmd, run->n_cmd);
  const struct str port = str_of(run->expose);
  changes.workdir = str_of(run->workdir);
  changes.entrypoint = &entrypoint;
  changes.cmd = &cmd;
  changes.ports = &port;
  changes.n_ports = 1;
  return imageconfig_emit(out, emit_base_image(in, s)->json, &changes, dg);
}
