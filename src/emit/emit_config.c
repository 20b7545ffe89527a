// A stage's image config: what its base says, changed by the plan's steps.
#include "emit_int.h"

static struct str_vec words(struct arena *ar, const char **v, size_t n) {
  struct str_vec out = {0};
  for (size_t i = 0; i < n; i++)
    vec_push(ar, &out, str_of(v[i]));
  return out;
}

/** The plan's, then the build's, of which the last counts. */
static void set_labels(struct imageconfig_changes *changes, struct arena *ar,
                       const struct plan_runtime *run,
                       const struct emit_input *in) {
  VEC(struct imageconfig_label) labels = {0};
  for (size_t i = 0; i < run->n_labels; i++)
    vec_push(ar, &labels,
             (struct imageconfig_label){str_of(run->labels[i].key),
                                        run->labels[i].value});
  for (size_t i = 0; i < in->n_labels; i++)
    vec_push(ar, &labels, in->labels[i]);
  changes->labels = labels.v;
  changes->n_labels = labels.n;
}

struct str emit_base_config(const struct emit_input *in) {
  return emit_base_image(in, in->target)->json;
}

bool emit_config(struct sbuf *out, const struct emit_input *in,
                 struct arena *ar, struct diags *dg) {
  const struct plan_stage *s = in->target;
  const struct emit_env env = emit_stage_env(ar, s);
  const struct emit_history history = emit_history(in, ar);

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
  set_labels(&changes, ar, run, in);
  changes.n_ports = 1;
  return imageconfig_emit(out, emit_base_image(in, s)->json, &changes, dg);
}
