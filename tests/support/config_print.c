#include "config_print.h"

static const char *const mount_types[] = {
    [CONFIG_MOUNT_BIND] = "bind",   [CONFIG_MOUNT_CACHE] = "cache",
    [CONFIG_MOUNT_TMPFS] = "tmpfs", [CONFIG_MOUNT_SECRET] = "secret",
    [CONFIG_MOUNT_SSH] = "ssh",
};

static const char *const sharing_words[] = {
    [CONFIG_SHARING_SHARED] = "shared",
    [CONFIG_SHARING_PRIVATE] = "private",
    [CONFIG_SHARING_LOCKED] = "locked",
};

/** Text in quotes, so that white space and line feeds are seen. */
static void print_config_text(struct sbuf *out, struct str text) {
  sbuf_addch(out, '"');
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.p[i];
    if (c == '\n')
      sbuf_adds(out, "\\n");
    else if (c == '"' || c == '\\')
      sbuf_addf(out, "\\%c", c);
    else if (c < 0x20 || c == 0x7F)
      sbuf_addf(out, "\\x%02x", c);
    else
      sbuf_addch(out, (char)c);
  }
  sbuf_addch(out, '"');
}

static void end_line(struct sbuf *out, struct span s) {
  sbuf_addf(out, "  @%d:%d-", s.line, s.col);
  if (s.end_line != s.line)
    sbuf_addf(out, "%d:", s.end_line);
  sbuf_addf(out, "%d\n", s.end_col);
}

static void print_text(struct sbuf *out, const char *name,
                       const struct config_text *t) {
  if (!t->set)
    return;
  sbuf_addf(out, "%s: ", name);
  print_config_text(out, t->text);
  end_line(out, t->span);
}

static void print_pointer(struct sbuf *out, const char *name,
                          const struct config_pointer *p) {
  if (!p->set)
    return;
  sbuf_addf(out, "%s: ", name);
  print_config_text(out, p->file);
  sbuf_addch(out, ' ');
  print_config_text(out, p->name);
  end_line(out, p->span);
}

static void print_list(struct sbuf *out, const char *name,
                       const struct config_list *list) {
  for (size_t i = 0; i < list->n; i++)
    print_text(out, name, &list->v[i]);
}

static void print_field(struct sbuf *out, const char *name, struct str value) {
  if (value.len == 0)
    return;
  sbuf_addf(out, " %s=", name);
  print_config_text(out, value);
}

static void print_config_mount(struct sbuf *out, const struct config_mount *m) {
  sbuf_addf(out, "  mount %s", mount_types[m->type]);
  print_field(out, "target", m->target.text);
  print_field(out, "id", m->id);
  print_field(out, "from", m->from.text);
  print_field(out, "source", m->source);
  print_field(out, "env", m->env.text);
  if (m->readonly)
    sbuf_adds(out, " readonly");
  if (m->required)
    sbuf_adds(out, " required");
  if (m->type == CONFIG_MOUNT_CACHE)
    sbuf_addf(out, " sharing=%s", sharing_words[m->sharing]);
  if (m->has_mode)
    sbuf_addf(out, " mode=%04o", m->mode);
  if (m->has_uid)
    sbuf_addf(out, " uid=%u", m->uid);
  if (m->has_gid)
    sbuf_addf(out, " gid=%u", m->gid);
  if (m->size)
    sbuf_addf(out, " size=%" PRIu64, m->size);
  end_line(out, m->span);
}

static void print_runs(struct sbuf *out, const char *name,
                       const struct config_runs *runs) {
  for (size_t i = 0; i < runs->n; i++) {
    const struct config_run *run = &runs->v[i];
    sbuf_addf(out, "%s: %s", name, run->script ? "script " : "");
    print_config_text(out, run->command.text);
    end_line(out, run->span);
    for (size_t k = 0; k < run->n_mounts; k++)
      print_config_mount(out, &run->mounts[k]);
  }
}

static void print_envs(struct sbuf *out, const struct config_envs *envs) {
  for (size_t i = 0; i < envs->n; i++) {
    const struct config_env *env = &envs->v[i];
    sbuf_addf(out, "environment: " STR_FMT " = ", STR_ARG(env->name));
    print_config_text(out, env->value);
    end_line(out, env->span);
  }
}

static void print_bool(struct sbuf *out, const char *name,
                       const struct config_bool *b) {
  if (!b->set)
    return;
  sbuf_addf(out, "%s: %s", name, b->value ? "true" : "false");
  end_line(out, b->span);
}

static void print_observability(struct sbuf *out,
                                const struct config_observability *o) {
  print_text(out, "observability.config", &o->config);
  print_bool(out, "observability.traces", &o->traces.enabled);
  print_text(out, "  sampler", &o->traces.sampler);
  print_text(out, "  sampler_arg", &o->traces.sampler_arg);
  print_text(out, "  trace_header", &o->traces.header);
  print_text(out, "  trace_header_format", &o->traces.header_format);
  print_bool(out, "observability.metrics", &o->metrics);
}

static void print_weights(struct sbuf *out, const struct config_weights *list) {
  for (size_t i = 0; i < list->n; i++) {
    const struct config_weight *w = &list->v[i];
    sbuf_adds(out, "weights:");
    end_line(out, w->span);
    print_text(out, "  name", &w->name);
    print_text(out, "  target", &w->target);
    for (size_t k = 0; k < w->n_sources; k++) {
      print_text(out, "  source", &w->sources[k].uri);
      print_list(out, "    include", &w->sources[k].include);
      print_list(out, "    exclude", &w->sources[k].exclude);
    }
  }
}

void config_print(struct sbuf *out, const struct config *cfg) {
  print_bool(out, "gpu", &cfg->gpu);
  print_text(out, "python_version", &cfg->python_version);
  print_text(out, "cuda", &cfg->cuda);
  print_text(out, "cudnn", &cfg->cudnn);
  print_text(out, "sdk_version", &cfg->sdk_version);
  print_list(out, "python_packages", &cfg->python_packages);
  print_text(out, "python_requirements", &cfg->python_requirements);
  print_list(out, "system_packages", &cfg->system_packages);
  print_runs(out, "pre_install", &cfg->pre_install);
  print_runs(out, "run", &cfg->run);
  print_text(out, "image", &cfg->image);
  print_text(out, "model", &cfg->model);
  print_pointer(out, "predictor", &cfg->predictor);
  print_pointer(out, "train", &cfg->train);
  if (cfg->concurrency.set) {
    sbuf_addf(out, "concurrency: %d", cfg->concurrency.value);
    end_line(out, cfg->concurrency.span);
  }
  print_envs(out, &cfg->environment);
  print_observability(out, &cfg->observability);
  print_weights(out, &cfg->weights);
}
