#include "plan_print.h"

static void print_quoted(struct sbuf *out, struct str s) {
  sbuf_addch(out, '"');
  for (size_t i = 0; i < s.len; i++) {
    if (s.p[i] == '\n')
      sbuf_adds(out, "\\n");
    else if (s.p[i] == '"' || s.p[i] == '\\')
      sbuf_addf(out, "\\%c", s.p[i]);
    else
      sbuf_addch(out, s.p[i]);
  }
  sbuf_addch(out, '"');
}

static void print_plan_ref(struct sbuf *out, const struct plan_ref *ref) {
  switch (ref->source) {
  case PLAN_SOURCE_NONE:
    sbuf_adds(out, "nothing");
    break;
  case PLAN_SOURCE_STAGE:
    sbuf_addf(out, "stage %s", ref->stage->name);
    break;
  case PLAN_SOURCE_IMAGE:
    sbuf_addf(out, "image " STR_FMT, STR_ARG(ref->image));
    break;
  case PLAN_SOURCE_CONTEXT:
    sbuf_adds(out, "context");
    break;
  case PLAN_SOURCE_CONFIG:
    sbuf_adds(out, "config");
    break;
  case PLAN_SOURCE_PYENV:
    sbuf_adds(out, "pyenv");
    break;
  }
}

static void print_plan_mount(struct sbuf *out, const struct plan_mount *m) {
  static const char *const types[] = {
      [CONFIG_MOUNT_BIND] = "bind",   [CONFIG_MOUNT_CACHE] = "cache",
      [CONFIG_MOUNT_TMPFS] = "tmpfs", [CONFIG_MOUNT_SECRET] = "secret",
      [CONFIG_MOUNT_SSH] = "ssh",
  };
  static const char *const sharings[] = {
      [CONFIG_SHARING_SHARED] = "shared",
      [CONFIG_SHARING_PRIVATE] = "private",
      [CONFIG_SHARING_LOCKED] = "locked",
  };
  sbuf_addf(out, "      mount %s", types[m->type]);
  if (m->target)
    sbuf_addf(out, " %s", m->target);
  if (m->id && m->id[0])
    sbuf_addf(out, " id=%s", m->id);
  if (m->from.source != PLAN_SOURCE_NONE) {
    sbuf_adds(out, " from=");
    print_plan_ref(out, &m->from);
    sbuf_addf(out, " %s", m->source);
  }
  if (m->type == CONFIG_MOUNT_CACHE)
    sbuf_addf(out, " %s", sharings[m->sharing]);
  if (m->env)
    sbuf_addf(out, " env=%s", m->env);
  if (m->readonly)
    sbuf_adds(out, " readonly");
  if (m->required)
    sbuf_adds(out, " required");
  if (m->implicit)
    sbuf_adds(out, " implicit");
  if (m->ca)
    sbuf_adds(out, " trusted");
  if (m->owned || m->type == CONFIG_MOUNT_SECRET || m->type == CONFIG_MOUNT_SSH)
    sbuf_addf(out, " mode=%04o uid=%u gid=%u", m->mode, m->uid, m->gid);
  if (m->size)
    sbuf_addf(out, " size=%" PRId64, m->size);
  sbuf_addch(out, '\n');
}

static void print_run(struct sbuf *out, const struct plan_run *run) {
  sbuf_adds(out, "      run");
  for (size_t i = 0; i < run->argc; i++) {
    sbuf_addch(out, ' ');
    print_quoted(out, str_of(run->argv[i]));
  }
  sbuf_addch(out, '\n');
  for (size_t i = 0; i < run->n_env; i++) {
    sbuf_adds(out, "      with ");
    print_quoted(out, str_of(run->env[i]));
    sbuf_addch(out, '\n');
  }
  for (size_t i = 0; i < run->n_mounts; i++)
    print_plan_mount(out, &run->mounts[i]);
}

static void print_plan_copy(struct sbuf *out, const struct plan_copy *copy) {
  sbuf_adds(out, "      from ");
  print_plan_ref(out, &copy->from);
  sbuf_addf(out, " " STR_FMT " to " STR_FMT "%s", STR_ARG(copy->source),
            STR_ARG(copy->dest), copy->fixed_time ? " with fixed times" : "");
  for (size_t i = 0; i < copy->n_exclude; i++)
    sbuf_addf(out, " without " STR_FMT, STR_ARG(copy->exclude[i]));
  sbuf_addch(out, '\n');
}

static void print_write(struct sbuf *out, const struct plan_write *write) {
  struct str rest = write->data, line;
  while (str_next_line(&rest, &line))
    sbuf_addf(out, "      | " STR_FMT "\n", STR_ARG(line));
}

static void print_plan_merge(struct sbuf *out, const struct plan_merge *merge) {
  for (size_t i = 0; i < merge->n; i++) {
    const struct plan_layer *l = &merge->layers[i];
    sbuf_addf(out, "      layer %s", l->upper->name);
    if (l->lower)
      sbuf_addf(out, " without %s", l->lower->name);
    sbuf_addch(out, '\n');
  }
}

static void print_env(struct sbuf *out, const struct plan_env *env) {
  static const char *const ops[] = {[PLAN_ENV_SET] = "=",
                                    [PLAN_ENV_PREPEND] = "=:",
                                    [PLAN_ENV_APPEND] = ":="};
  sbuf_addf(out, "  env " STR_FMT " %s ", STR_ARG(env->name), ops[env->how]);
  print_quoted(out, env->value);
  sbuf_addch(out, '\n');
}

static void print_head(struct sbuf *out, const struct plan_step *step) {
  sbuf_addf(out, "  - %s", step->title);
  if (step->key)
    sbuf_addf(out, " (%s", step->key);
  if (step->key && step->span.src)
    sbuf_addf(out, ", %s:%d", step->span.src->name, step->span.line);
  sbuf_adds(out, step->key ? ")\n" : "\n");
}

static void print_step(struct sbuf *out, const struct plan_step *step) {
  switch (step->op) {
  case PLAN_RUN:
    print_head(out, step);
    print_run(out, &step->u.run);
    break;
  case PLAN_COPY:
    print_head(out, step);
    print_plan_copy(out, &step->u.copy);
    break;
  case PLAN_WRITE:
    print_head(out, step);
    print_write(out, &step->u.write);
    break;
  case PLAN_MERGE:
    print_head(out, step);
    print_plan_merge(out, &step->u.merge);
    break;
  case PLAN_ENV:
    print_env(out, &step->u.env);
    break;
  }
}

static void print_words(struct sbuf *out, const char *name, const char **v,
                        size_t n) {
  sbuf_addf(out, "  %s", name);
  for (size_t i = 0; i < n; i++) {
    sbuf_addch(out, ' ');
    print_quoted(out, str_of(v[i]));
  }
  sbuf_addch(out, '\n');
}

static void print_healthcheck(struct sbuf *out,
                              const struct plan_healthcheck *h) {
  sbuf_addf(out, "  healthcheck every %us for %us, from %us on, %u times\n",
            h->interval, h->timeout, h->start, h->retries);
  print_words(out, "  asks", h->argv, h->argc);
}

static void print_runtime(struct sbuf *out, const struct plan_runtime *r) {
  sbuf_addf(out, "  workdir %s\n  expose %s\n", r->workdir, r->expose);
  print_words(out, "entrypoint", r->entrypoint, r->n_entrypoint);
  print_words(out, "cmd", r->cmd, r->n_cmd);
  if (r->user)
    sbuf_addf(out, "  user %s\n", r->user);
  if (r->healthcheck)
    print_healthcheck(out, r->healthcheck);
  for (size_t i = 0; i < r->n_labels; i++)
    sbuf_addf(out, "  label " STR_FMT " = " STR_FMT "\n",
              STR_ARG(r->labels[i].key), STR_ARG(r->labels[i].value));
}

static void print_start(struct sbuf *out, const struct plan_stage *s) {
  sbuf_addf(out, "%s: from ", s->name);
  if (s->parent)
    sbuf_addf(out, "stage %s\n", s->parent->name);
  else if (s->image.len)
    sbuf_addf(out, STR_FMT "\n", STR_ARG(s->image));
  else
    sbuf_adds(out, "nothing\n");
  if (s->run_in)
    sbuf_addf(out, "  run in stage %s with %s at %s\n", s->run_in->name, s->dir,
              s->at);
}

void plan_print(struct sbuf *out, const struct plan *p) {
  for (size_t i = 0; i < p->stages.n; i++) {
    const struct plan_stage *s = p->stages.v[i];
    print_start(out, s);
    for (size_t j = 0; j < s->steps.n; j++)
      print_step(out, &s->steps.v[j]);
    if (s->runtime)
      print_runtime(out, s->runtime);
  }
}
