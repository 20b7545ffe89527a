// The plan for programs: docs/plan-json.md says what each field is.
#include "cogfe/json.h"

#include "cli/cli_json.h"
#include "cli/cli_plan.h"

static void set(json_t *object, const char *key, json_t *value) {
  json_object_set_new(object, key, value);
}

// ---- what was resolved ------------------------------------------------------

static const char *index_kind(enum resolved_index_kind kind) {
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
    set(one, "kind", cli_json_cstr(index_kind(index->kind)));
    set(one, "url", base_json_text(index->url));
    set(one, "added", json_boolean(index->added));
    set(one, "place", cli_json_place(index->span));
    json_array_append_new(list, one);
  }
  return list;
}

static json_t *requirements(const struct resolved *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->lines.n; i++) {
    const struct resolved_line *line = &r->lines.v[i];
    json_t *one = json_object();
    set(one, "line", base_json_text(line->text));
    set(one, "rewritten", json_boolean(line->rewritten));
    set(one, "constraint", json_boolean(line->constraint));
    set(one, "place", cli_json_place(line->span));
    json_array_append_new(list, one);
  }
  return list;
}

static json_t *system_packages(const struct resolved *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->system_packages.n; i++) {
    json_t *one = json_object();
    set(one, "name", base_json_text(r->system_packages.v[i].text));
    set(one, "place", cli_json_place(r->system_packages.v[i].span));
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
  set(o, "python", base_json_text(r->python));
  set(o, "gpu", json_boolean(r->gpu));
  set(o, "cuda", cli_json_given(r->cuda));
  set(o, "cudnn", cli_json_given(r->cudnn));
  set(o, "ubuntu", cli_json_given(r->ubuntu));
  set(o, "base_image", base_json_text(r->base_image));
  set(o, "build_image", cli_json_given(r->build_image));
  set(o, "deps_image", base_json_text(r->deps_image));
  set(o, "python_image", cli_json_given(r->python_image));
  set(o, "sdk", sdk(&r->sdk));
  set(o, "indexes", indexes(r));
  set(o, "requirements", requirements(r));
  set(o, "system_packages", system_packages(r));
  return o;
}

static json_t *decisions(const struct resolved *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->decisions.n; i++) {
    const struct resolved_decision *d = &r->decisions.v[i];
    json_t *one = json_object();
    set(one, "name", cli_json_cstr(d->name));
    set(one, "value", base_json_text(d->value));
    set(one, "cause", cli_json_given(d->cause));
    set(one, "reason", cli_json_given(d->reason));
    set(one, "place", cli_json_place(d->span));
    json_array_append_new(list, one);
  }
  return list;
}

static json_t *weights_json(const struct plan_weights *weights) {
  json_t *list = json_array();
  for (size_t i = 0; i < weights->n; i++) {
    const struct plan_weight *w = &weights->v[i];
    json_t *one = json_object();
    set(one, "path", base_json_text(w->path));
    set(one, "directory", json_boolean(w->dir));
    set(one, "files", json_integer((json_int_t)w->files));
    set(one, "bytes", json_integer((json_int_t)w->bytes));
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
    set(one, "megabytes", json_integer(cli_sizes[i].megabytes));
    set(one, "what", cli_json_cstr(cli_sizes[i].what));
    set(one, "choice", cli_json_cstr(cli_sizes[i].choice));
    set(one, "chosen", json_boolean(i == cli_size_of(r)));
    json_array_append_new(list, one);
  }
  return list;
}

// ---- steps ------------------------------------------------------------------

static json_t *words(const char *const *v, size_t n) {
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(list, cli_json_cstr(v[i]));
  return list;
}

static json_t *named(const char *key, json_t *value) {
  json_t *o = json_object();
  set(o, key, value);
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

static json_t *mount(const struct plan_mount *m) {
  static const char *const types[] = {
      [CONFIG_MOUNT_BIND] = "bind",   [CONFIG_MOUNT_CACHE] = "cache",
      [CONFIG_MOUNT_TMPFS] = "tmpfs", [CONFIG_MOUNT_SECRET] = "secret",
      [CONFIG_MOUNT_SSH] = "ssh",
  };
  json_t *o = json_object();
  set(o, "type", cli_json_cstr(types[m->type]));
  set(o, "target", cli_json_cstr(m->target));
  set(o, "id", cli_json_given(str_of(m->id)));
  set(o, "from", ref(&m->from));
  return o;
}

static json_t *mounts(const struct plan_run *run) {
  json_t *list = json_array();
  for (size_t i = 0; i < run->n_mounts; i++)
    json_array_append_new(list, mount(&run->mounts[i]));
  return list;
}

static json_t *layers(const struct plan_merge *merge) {
  json_t *list = json_array();
  for (size_t i = 0; i < merge->n; i++) {
    const struct plan_layer *layer = &merge->layers[i];
    json_t *one = json_object();
    set(one, "stage", cli_json_cstr(layer->upper->name));
    set(one, "without",
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
    set(o, "argv", words(step->u.run.argv, step->u.run.argc));
    set(o, "env", words(step->u.run.env, step->u.run.n_env));
    set(o, "mounts", mounts(&step->u.run));
    return;
  case PLAN_COPY:
    set(o, "from", ref(&step->u.copy.from));
    set(o, "path", cli_json_cstr(step->u.copy.source));
    set(o, "dest", cli_json_cstr(step->u.copy.dest));
    set(o, "exclude", words(step->u.copy.exclude, step->u.copy.n_exclude));
    return;
  case PLAN_WRITE:
    set(o, "dest", cli_json_cstr(step->u.write.path));
    set(o, "text", base_json_text(step->u.write.data));
    return;
  case PLAN_MERGE:
    set(o, "layers", layers(&step->u.merge));
    return;
  case PLAN_ENV:
    set(o, "name", cli_json_cstr(step->u.env.name));
    set(o, "value", base_json_text(step->u.env.value));
    set(o, "how", cli_json_cstr(how[step->u.env.how]));
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
  set(o, "op", cli_json_cstr(ops[step->op]));
  set(o, "title", cli_json_cstr(step->title));
  set(o, "key", cli_json_cstr(step->key));
  set(o, "place", cli_json_place(step->span));
  set_payload(o, step);
  return o;
}

static json_t *runtime(const struct plan_runtime *r) {
  json_t *o = json_object(), *labels = json_object();
  for (size_t i = 0; i < r->n_labels; i++)
    set(labels, r->labels[i].key, base_json_text(r->labels[i].value));
  set(o, "workdir", cli_json_cstr(r->workdir));
  set(o, "entrypoint", words(r->entrypoint, r->n_entrypoint));
  set(o, "cmd", words(r->cmd, r->n_cmd));
  set(o, "expose", cli_json_cstr(r->expose));
  set(o, "labels", labels);
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
  set(o, "name", cli_json_cstr(s->name));
  set(o, "help", cli_json_cstr(s->help));
  set(o, "from", from_json(s));
  for (size_t i = 0; i < s->steps.n; i++)
    json_array_append_new(steps, step_json(&s->steps.v[i]));
  set(o, "steps", steps);
  set(o, "runtime", s->runtime ? runtime(s->runtime) : json_null());
  return o;
}

void cli_plan_json(struct cli *c, const struct recipe *recipe,
                   struct sbuf *out) {
  json_t *o = json_object(), *stages = json_array();
  set(o, "config", cli_json_cstr(c->input.config.name));
  set(o, "platform",
      base_json_text(platform_id(c->ar, &c->input.recipe.platform)));
  set(o, "resolved", resolved_json(recipe->resolved));
  set(o, "decisions", decisions(recipe->resolved));
  set(o, "weights", weights_json(recipe->plan->weights));
  set(o, "sizes", sizes_json(recipe->resolved));
  for (size_t i = 0; i < recipe->plan->stages.n; i++)
    json_array_append_new(stages, stage_json(recipe->plan->stages.v[i]));
  set(o, "stages", stages);
  set(o, "target", cli_json_cstr(recipe->plan->model->name));
  cli_json_write(out, o);
}
