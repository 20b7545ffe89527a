// The plan for programs: docs/plan-json.md says what each field is.
#include "cogfe/json.h"

#include "cli/cli_json.h"
#include "cli/cli_plan.h"

static void set_json(json_t *object, const char *key, json_t *value) {
  json_object_set_new(object, key, value);
}

// ---- what was resolved ------------------------------------------------------

static const char *index_kind_word(enum resolved_index_kind kind) {
  switch (kind) {
  case RESOLVED_INDEX_MAIN:
    return "index-url";
  case RESOLVED_FIND_LINKS:
    return "find-links";
  case RESOLVED_INDEX_EXTRA:
    return "extra-index-url";
  }
  BUG("index kind %d", (int)kind);
}

static json_t *indexes(const struct resolved *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->indexes.n; i++) {
    const struct resolved_index *index = &r->indexes.v[i];
    json_t *one = json_object();
    set_json(one, "kind", cli_json_cstr(index_kind_word(index->kind)));
    set_json(one, "url", base_json_text(index->url));
    set_json(one, "added", json_boolean(index->added));
    set_json(one, "place", cli_json_place(index->span));
    json_array_append_new(list, one);
  }
  return list;
}

static json_t *requirements(const struct resolved *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->lines.n; i++) {
    const struct resolved_line *line = &r->lines.v[i];
    json_t *one = json_object();
    set_json(one, "line", base_json_text(line->text));
    set_json(one, "rewritten", json_boolean(line->rewritten));
    set_json(one, "constraint", json_boolean(line->constraint));
    set_json(one, "place", cli_json_place(line->span));
    json_array_append_new(list, one);
  }
  return list;
}

static json_t *system_packages(const struct resolved *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->system_packages.n; i++) {
    json_t *one = json_object();
    set_json(one, "name", base_json_text(r->system_packages.v[i].text));
    set_json(one, "place", cli_json_place(r->system_packages.v[i].span));
    json_array_append_new(list, one);
  }
  return list;
}

/** What pip is given for the cog package; null without one. */
static json_t *sdk(const struct resolved_sdk *s) {
  switch (s->kind) {
  case RESOLVED_SDK_OFF:
    return json_null();
  case RESOLVED_SDK_INDEX:
    return base_json_text(s->requirement);
  case RESOLVED_SDK_WHEEL:
    return base_json_text(s->wheel);
  }
  BUG("SDK kind %d", (int)s->kind);
}

static json_t *resolved_json(const struct resolved *r) {
  json_t *o = json_object();
  set_json(o, "python", base_json_text(r->python));
  set_json(o, "gpu", json_boolean(r->gpu));
  set_json(o, "cuda", cli_json_given(r->cuda));
  set_json(o, "cudnn", cli_json_given(r->cudnn));
  set_json(o, "ubuntu", cli_json_given(r->ubuntu));
  set_json(o, "base_image", base_json_text(r->base_image));
  set_json(o, "build_image", cli_json_given(r->build_image));
  set_json(o, "deps_image", base_json_text(r->deps_image));
  set_json(o, "python_image", cli_json_given(r->python_image));
  set_json(o, "sdk", sdk(&r->sdk));
  set_json(o, "indexes", indexes(r));
  set_json(o, "requirements", requirements(r));
  set_json(o, "system_packages", system_packages(r));
  return o;
}

static json_t *decisions(const struct resolved *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->decisions.n; i++) {
    const struct resolved_decision *d = &r->decisions.v[i];
    json_t *one = json_object();
    set_json(one, "name", cli_json_cstr(d->name));
    set_json(one, "value", base_json_text(d->value));
    set_json(one, "cause", cli_json_given(d->cause));
    set_json(one, "reason", cli_json_given(d->reason));
    set_json(one, "place", cli_json_place(d->span));
    json_array_append_new(list, one);
  }
  return list;
}

static json_t *weights_json(const struct plan_weights *weights) {
  json_t *list = json_array();
  for (size_t i = 0; i < weights->n; i++) {
    const struct plan_weight *w = &weights->v[i];
    json_t *one = json_object();
    set_json(one, "path", base_json_text(w->path));
    set_json(one, "directory", json_boolean(w->dir));
    set_json(one, "files", json_integer((json_int_t)w->files));
    set_json(one, "bytes", json_integer((json_int_t)w->bytes));
    json_array_append_new(list, one);
  }
  return list;
}

const struct cli_size cli_sizes[CLI_N_SIZES] = {
#define SIZE(id, megabytes, what, choice) {megabytes, what, choice},
#include "cli/cli_sizes.def"
#undef SIZE
};

size_t cli_size_of(const struct resolved *r) {
  if (!r->build_image.len)
    return CLI_SIZE_DEVEL;
  return r->uv_python ? CLI_SIZE_NO_PYENV : CLI_SIZE_SMALL;
}

static json_t *sizes_json(const struct resolved *r) {
  json_t *list = json_array();
  for (size_t i = 0; r->gpu && !r->own_python && i < CLI_N_SIZES; i++) {
    json_t *one = json_object();
    set_json(one, "megabytes", json_integer(cli_sizes[i].megabytes));
    set_json(one, "what", cli_json_cstr(cli_sizes[i].what));
    set_json(one, "choice", cli_json_cstr(cli_sizes[i].choice));
    set_json(one, "chosen", json_boolean(i == cli_size_of(r)));
    json_array_append_new(list, one);
  }
  return list;
}

// ---- steps ------------------------------------------------------------------

static json_t *words_json(const char *const *v, size_t n) {
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(list, cli_json_cstr(v[i]));
  return list;
}

static json_t *texts_json(const struct str *v, size_t n) {
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(list, base_json_text(v[i]));
  return list;
}

static json_t *named(const char *key, json_t *value) {
  json_t *o = json_object();
  set_json(o, key, value);
  return o;
}

static json_t *ref(const struct plan_ref *r) {
  switch (r->source) {
  case PLAN_SOURCE_NONE:
    return json_null();
  case PLAN_SOURCE_STAGE:
    return named("stage", cli_json_cstr(r->stage->name));
  case PLAN_SOURCE_IMAGE:
    return named("image", base_json_text(r->image));
  case PLAN_SOURCE_CONTEXT:
    return named("source", cli_json_cstr("context"));
  case PLAN_SOURCE_CONFIG:
    return named("source", cli_json_cstr("config"));
  case PLAN_SOURCE_PYENV:
    return named("source", cli_json_cstr("pyenv"));
  }
  BUG("no such source");
}

static json_t *mount_json(const struct plan_mount *m) {
  static const char *const types[] = {
      [CONFIG_MOUNT_BIND] = "bind",   [CONFIG_MOUNT_CACHE] = "cache",
      [CONFIG_MOUNT_TMPFS] = "tmpfs", [CONFIG_MOUNT_SECRET] = "secret",
      [CONFIG_MOUNT_SSH] = "ssh",
  };
  json_t *o = json_object();
  set_json(o, "type", cli_json_cstr(types[m->type]));
  set_json(o, "target", cli_json_cstr(m->target));
  set_json(o, "id", cli_json_given(str_of(m->id)));
  set_json(o, "from", ref(&m->from));
  return o;
}

static json_t *mounts(const struct plan_run *run) {
  json_t *list = json_array();
  for (size_t i = 0; i < run->n_mounts; i++)
    json_array_append_new(list, mount_json(&run->mounts[i]));
  return list;
}

static json_t *layers(const struct plan_merge *merge) {
  json_t *list = json_array();
  for (size_t i = 0; i < merge->n; i++) {
    const struct plan_layer *layer = &merge->layers[i];
    json_t *one = json_object();
    set_json(one, "stage", cli_json_cstr(layer->upper->name));
    set_json(one, "without",
             cli_json_cstr(layer->lower ? layer->lower->name : NULL));
    json_array_append_new(list, one);
  }
  return list;
}

static void set_payload(json_t *o, const struct plan_step *step) {
  static const char *const how[] = {[PLAN_ENV_SET] = "set",
                                    [PLAN_ENV_PREPEND] = "prepend",
                                    [PLAN_ENV_APPEND] = "append"};
  switch (step->op) {
  case PLAN_RUN:
    set_json(o, "argv", words_json(step->u.run.argv, step->u.run.argc));
    set_json(o, "env", words_json(step->u.run.env, step->u.run.n_env));
    set_json(o, "mounts", mounts(&step->u.run));
    return;
  case PLAN_COPY:
    set_json(o, "from", ref(&step->u.copy.from));
    set_json(o, "path", base_json_text(step->u.copy.source));
    set_json(o, "dest", base_json_text(step->u.copy.dest));
    set_json(o, "exclude",
             texts_json(step->u.copy.exclude, step->u.copy.n_exclude));
    return;
  case PLAN_WRITE:
    set_json(o, "dest", base_json_text(step->u.write.path));
    set_json(o, "text", base_json_text(step->u.write.data));
    return;
  case PLAN_MERGE:
    set_json(o, "layers", layers(&step->u.merge));
    return;
  case PLAN_ENV:
    set_json(o, "name", base_json_text(step->u.env.name));
    set_json(o, "value", base_json_text(step->u.env.value));
    set_json(o, "how", cli_json_cstr(how[step->u.env.how]));
    return;
  }
}

static json_t *step_json(const struct plan_step *step) {
  static const char *const ops[] = {[PLAN_RUN] = "run",
                                    [PLAN_COPY] = "copy",
                                    [PLAN_WRITE] = "write",
                                    [PLAN_MERGE] = "merge",
                                    [PLAN_ENV] = "env"};
  json_t *o = json_object();
  set_json(o, "op", cli_json_cstr(ops[step->op]));
  set_json(o, "title", cli_json_cstr(step->title));
  set_json(o, "key", cli_json_cstr(step->key));
  set_json(o, "place", cli_json_place(step->span));
  set_payload(o, step);
  return o;
}

static json_t *healthcheck_json(const struct plan_healthcheck *h) {
  json_t *o = json_object();
  set_json(o, "argv", words_json(h->argv, h->argc));
  set_json(o, "interval", json_integer(h->interval));
  set_json(o, "timeout", json_integer(h->timeout));
  set_json(o, "start", json_integer(h->start));
  set_json(o, "retries", json_integer(h->retries));
  return o;
}

static json_t *runtime(const struct plan_runtime *r) {
  json_t *o = json_object(), *labels = json_object();
  for (size_t i = 0; i < r->n_labels; i++)
    set_json(labels, r->labels[i].key.p, base_json_text(r->labels[i].value));
  set_json(o, "workdir", cli_json_cstr(r->workdir));
  set_json(o, "entrypoint", words_json(r->entrypoint, r->n_entrypoint));
  set_json(o, "cmd", words_json(r->cmd, r->n_cmd));
  set_json(o, "expose", cli_json_cstr(r->expose));
  set_json(o, "user", cli_json_cstr(r->user));
  set_json(o, "healthcheck",
           r->healthcheck ? healthcheck_json(r->healthcheck) : json_null());
  set_json(o, "labels", labels);
  return o;
}

/** What the stage begins with; null for nothing. */
static json_t *from_json(const struct plan_stage *s) {
  if (s->parent)
    return named("stage", cli_json_cstr(s->parent->name));
  return s->image.len ? named("image", base_json_text(s->image)) : json_null();
}

static json_t *stage_json(const struct plan_stage *s) {
  json_t *o = json_object(), *steps = json_array();
  set_json(o, "name", cli_json_cstr(s->name));
  set_json(o, "help", cli_json_cstr(s->help));
  set_json(o, "from", from_json(s));
  for (size_t i = 0; i < s->steps.n; i++)
    json_array_append_new(steps, step_json(&s->steps.v[i]));
  set_json(o, "steps", steps);
  set_json(o, "runtime", s->runtime ? runtime(s->runtime) : json_null());
  return o;
}

void cli_plan_json(struct cli *c, const struct recipe *recipe,
                   struct sbuf *out) {
  json_t *o = json_object(), *stages = json_array();
  set_json(o, "config", cli_json_cstr(c->input.config.name));
  set_json(o, "platform",
           base_json_text(platform_id(c->ar, &c->input.recipe.platform)));
  set_json(o, "resolved", resolved_json(recipe->resolved));
  set_json(o, "decisions", decisions(recipe->resolved));
  set_json(o, "weights", weights_json(recipe->plan->weights));
  set_json(o, "sizes", sizes_json(recipe->resolved));
  for (size_t i = 0; i < recipe->plan->stages.n; i++)
    json_array_append_new(stages, stage_json(recipe->plan->stages.v[i]));
  set_json(o, "stages", stages);
  set_json(o, "target", cli_json_cstr(recipe->plan->model->name));
  cli_json_write(out, o);
}
