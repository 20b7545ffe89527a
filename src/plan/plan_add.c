#include "plan_int.h"

struct plan_stage *plan_add_stage(struct plan_builder *b, const char *name,
                                  const char *help, struct str image,
                                  const struct plan_stage *parent) {
  struct plan_stage *s = arena_new(b->ar, struct plan_stage);
  *s = (struct plan_stage){
      .name = name, .help = help, .image = image, .parent = parent};
  vec_push(b->ar, &b->plan->stages, s);
  return s;
}

struct plan_stage *plan_add_part(struct plan_builder *b, const char *name,
                                 const struct plan_stage *parent) {
  struct plan_stage *s = plan_add_stage(b, name, NULL, (struct str){0}, parent);
  s->part_of = "model";
  return s;
}

struct plan_step *plan_add_step(struct plan_builder *b, struct plan_stage *s,
                                enum plan_op op, const char *title,
                                const char *key, struct span span) {
  vec_push(
      b->ar, &s->steps,
      (struct plan_step){.op = op, .title = title, .key = key, .span = span});
  return &s->steps.v[s->steps.n - 1];
}

void plan_arg(struct plan_builder *b, struct plan_argv *argv,
              const char *word) {
  vec_push(b->ar, &argv->words, word);
}

struct plan_argv plan_argv_of(struct plan_builder *b,
                              const char *const *words) {
  struct plan_argv argv = {0};
  for (; *words; words++)
    plan_arg(b, &argv, *words);
  return argv;
}

struct plan_run *plan_add_run(struct plan_builder *b, struct plan_stage *s,
                              const char *title, const char *key,
                              struct span span, const struct plan_argv *argv) {
  struct plan_step *step = plan_add_step(b, s, PLAN_RUN, title, key, span);
  step->u.run.argv = argv->words.v;
  step->u.run.argc = argv->words.n;
  return &step->u.run;
}

static bool sets_again(const char *pair, const char *const *pairs, size_t n) {
  const size_t name = strcspn(pair, "=") + 1;
  for (size_t i = 0; i < n; i++)
    if (strncmp(pair, pairs[i], name) == 0)
      return true;
  return false;
}

void plan_add_run_env(struct plan_builder *b, struct plan_run *run,
                      const char *const *pairs, size_t n) {
  const char **env = arena_array(b->ar, const char *, run->n_env + n);
  size_t len = 0;
  for (size_t i = 0; i < run->n_env; i++)
    if (!sets_again(run->env[i], pairs, n))
      env[len++] = run->env[i];
  for (size_t i = 0; i < n; i++)
    env[len++] = pairs[i];
  run->env = env;
  run->n_env = len;
}

struct plan_step *plan_add_env(struct plan_builder *b, struct plan_stage *s,
                               const char *name, struct str value,
                               enum plan_env_how how) {
  struct plan_step *step = plan_add_step(b, s, PLAN_ENV, name, NULL, SPAN_NONE);
  step->u.env = (struct plan_env){str_of(name), value, how};
  return step;
}

void plan_add_copy(struct plan_builder *b, struct plan_stage *s,
                   const char *title, const char *key, struct plan_copy copy) {
  plan_add_step(b, s, PLAN_COPY, title, key, SPAN_NONE)->u.copy = copy;
}

struct plan_mount plan_cache_mount(const char *id, const char *target,
                                   enum config_sharing sharing,
                                   const char *leaves) {
  return (struct plan_mount){.type = CONFIG_MOUNT_CACHE,
                             .id = id,
                             .target = target,
                             .sharing = sharing,
                             .leftover = leaves};
}

static bool has_secret(const struct plan_mount *mounts, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (mounts[i].type == CONFIG_MOUNT_SECRET)
      return true;
  return false;
}

void plan_add_mounts(struct plan_builder *b, struct plan_run *run,
                     const struct plan_mount *mounts, size_t n) {
  const char *hash = b->in->options->secrets_hash;
  if (hash && !has_secret(run->mounts, run->n_mounts) &&
      has_secret(mounts, n)) {
    const char *pair = arena_printf(b->ar, "COG_SECRETS_HASH=%s", hash);
    plan_add_run_env(b, run, &pair, 1);
  }
  struct plan_mount *all =
      arena_array(b->ar, struct plan_mount, run->n_mounts + n);
  for (size_t i = 0; i < run->n_mounts; i++)
    all[i] = run->mounts[i];
  for (size_t i = 0; i < n; i++)
    all[run->n_mounts + i] = mounts[i];
  run->mounts = all;
  run->n_mounts += n;
}

const char *plan_count(struct plan_builder *b, size_t n, const char *one,
                       const char *many) {
  return arena_printf(b->ar, "%zu %s", n, n == 1 ? one : many);
}

size_t plan_stage_work(const struct plan_stage *s) {
  size_t n = 0;
  for (size_t i = 0; i < s->steps.n; i++)
    n += s->steps.v[i].op != PLAN_ENV;
  return n;
}
