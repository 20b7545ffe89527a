// What the user runs: pre_install, run and their environment.
#include "plan_int.h"

// A progress line has room for about this much of a command.
enum { TITLE_MAX_CHARS = 72 };

/** The first line of a command, shortened, as a title. */
static const char *run_title(struct plan_builder *b, struct str command) {
  struct str line;
  str_cut(str_trim(command), '\n', &line);
  const size_t len = line.len - utf8_skip(line, TITLE_MAX_CHARS).len;
  const bool whole = len >= str_trim(command).len;
  return arena_printf(b->ar, "run: " STR_FMT "%s", STR_ARG(str_take(line, len)),
                      whole ? "" : " …");
}

static struct plan_mount run_mount(struct plan_builder *b,
                                   const struct config_mount *m) {
  struct plan_mount out = {
      .type = m->type,
      .target = m->target.set ? str_cstr(b->ar, m->target.text) : NULL,
      .id = str_cstr(b->ar, m->id),
      .env = m->env.set ? str_cstr(b->ar, m->env.text) : NULL,
      .readonly = m->readonly,
      .required = m->required,
      .owned = m->has_mode || m->has_uid || m->has_gid,
      .mode = m->mode,
      .uid = m->uid,
      .gid = m->gid,
      .sharing = m->sharing,
      .size = (int64_t)m->size,
      .source = arena_printf(b->ar, "/" STR_FMT, STR_ARG(m->source)),
  };
  if (m->from.set)
    out.from =
        (struct plan_ref){.source = PLAN_SOURCE_IMAGE, .image = m->from.text};
  else if (m->type == CONFIG_MOUNT_BIND)
    out.from = (struct plan_ref){.source = PLAN_SOURCE_CONTEXT};
  return out;
}

static void add_run_mounts(struct plan_builder *b, struct plan_run *run,
                           const struct config_run *item) {
  for (size_t i = 0; i < item->n_mounts; i++) {
    const struct plan_mount mount = run_mount(b, &item->mounts[i]);
    plan_add_mounts(b, run, &mount, 1);
  }
  plan_add_ca(b, run);
}

static void add_items(struct plan_builder *b, struct plan_stage *s,
                      const struct config_runs *items, const char *key) {
  for (size_t i = 0; i < items->n; i++) {
    const struct config_run *item = &items->v[i];
    struct plan_argv argv = PLAN_ARGV(b, "/bin/sh");
    if (item->script)
      plan_arg(b, &argv, "-e");
    plan_arg(b, &argv, "-c");
    // A shell takes what begins so for more options of its own.
    if (str_starts(item->command.text, "-") ||
        str_starts(item->command.text, "+"))
      plan_arg(b, &argv, "--");
    plan_arg(b, &argv, str_cstr(b->ar, item->command.text));
    struct plan_run *run = plan_add_run(b, s, run_title(b, item->command.text),
                                        key, item->span, &argv);
    add_run_mounts(b, run, item);
    // Many of them call pip, which has to find the same indexes.
    const struct plan_options *o = b->in->options;
    plan_add_run_env(b, run, o->pip_env, o->n_pip_env);
  }
}

void plan_add_environment(struct plan_builder *b, struct plan_stage *model) {
  const struct config_envs *envs = &b->in->config->environment;
  for (size_t i = 0; i < envs->n; i++)
    plan_add_env(b, model, str_cstr(b->ar, envs->v[i].name), envs->v[i].value,
                 PLAN_ENV_SET)
        ->key = "environment";
}

void plan_add_pre_install(struct plan_builder *b, struct plan_stage *model) {
  add_items(b, model, &b->in->config->pre_install, "build.pre_install");
}

void plan_add_run_items(struct plan_builder *b, struct plan_stage *model) {
  add_items(b, model, &b->in->config->run, "build.run");
}
