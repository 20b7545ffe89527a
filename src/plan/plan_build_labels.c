// What the image says of its model to whoever reads labels: Cog's own names.
// Source: replicate/cog v0.22.0 pkg/image/build.go, pkg/config/config.go (the
// names of the JSON's fields).
#include "plan_int.h"

/** JSON with the commas where they belong. */
struct json {
  struct sbuf *out;
  struct arena *ar;
  bool more; // something stands before in this map or list
};

static void json_next(struct json *j) {
  if (j->more)
    sbuf_addch(j->out, ',');
  j->more = true;
}

static void json_name(struct json *j, const char *key) {
  json_next(j);
  sbuf_add_json_string(j->out, str_of(key));
  sbuf_addch(j->out, ':');
}

static struct json open(struct json *j, char bracket) {
  sbuf_addch(j->out, bracket);
  return (struct json){.out = j->out, .ar = j->ar};
}

/** Text of the user's. Labels are read by more people than the files in the
 *  image are: what looks like a secret is masked. */
static void add_json_text(struct json *j, struct str text) {
  sbuf_add_json_string(j->out, diag_masked(j->ar, text));
}

static void add_json_pair(struct json *j, const char *key, struct str text) {
  if (!text.len)
    return;
  json_name(j, key);
  add_json_text(j, text);
}

static void add_json_list(struct json *j, const char *key,
                          const struct config_list *list) {
  if (list->n == 0)
    return;
  json_name(j, key);
  struct json items = open(j, '[');
  for (size_t i = 0; i < list->n; i++) {
    json_next(&items);
    add_json_text(&items, list->v[i].text);
  }
  sbuf_addch(j->out, ']');
}

static void add_json_commands(struct json *j, const char *key,
                              const struct config_runs *runs) {
  if (runs->n == 0)
    return;
  json_name(j, key);
  struct json items = open(j, '[');
  for (size_t i = 0; i < runs->n; i++) {
    json_next(&items);
    add_json_text(&items, runs->v[i].command.text);
  }
  sbuf_addch(j->out, ']');
}

static void add_build(struct json *j, const struct plan_input *in) {
  const struct config *c = in->config;
  const struct resolved *r = in->resolved;
  json_name(j, "build");
  struct json build = open(j, '{');
  json_name(&build, "gpu");
  sbuf_adds(j->out, r->gpu ? "true" : "false");
  add_json_pair(&build, "python_version", r->python);
  add_json_pair(&build, "cuda", r->cuda);
  add_json_pair(&build, "cudnn", r->cudnn);
  add_json_pair(&build, "sdk_version", r->sdk.version);
  add_json_pair(&build, "python_requirements", c->python_requirements.text);
  add_json_list(&build, "python_packages", &c->python_packages);
  add_json_list(&build, "system_packages", &c->system_packages);
  add_json_commands(&build, "pre_install", &c->pre_install);
  add_json_commands(&build, "run", &c->run);
  sbuf_addch(j->out, '}');
}

static void add_concurrency(struct json *j, const struct config *c) {
  if (!c->concurrency.set)
    return;
  json_name(j, "concurrency");
  sbuf_addf(j->out, "{\"max\":%d}", c->concurrency.value);
}

static void add_json_bool(struct json *j, const char *key, bool value) {
  json_name(j, key);
  sbuf_adds(j->out, value ? "true" : "false");
}

static void add_observability_label(struct json *j, const struct config *c) {
  const struct config_observability *o = &c->observability;
  const struct config_traces *t = &o->traces;
  if (!o->config.set && !t->enabled.set && !o->metrics.set)
    return;
  json_name(j, "observability");
  struct json all = open(j, '{');
  add_json_pair(&all, "config", o->config.text);
  if (t->enabled.set) {
    json_name(&all, "traces");
    struct json traces = open(j, '{');
    add_json_bool(&traces, "enabled", t->enabled.value);
    add_json_pair(&traces, "sampler", t->sampler.text);
    add_json_pair(&traces, "sampler_arg", t->sampler_arg.text);
    add_json_pair(&traces, "trace_header", t->header.text);
    add_json_pair(&traces, "trace_header_format", t->header_format.text);
    sbuf_addch(j->out, '}');
  }
  if (o->metrics.set) {
    json_name(&all, "metrics");
    struct json metrics = open(j, '{');
    add_json_bool(&metrics, "enabled", o->metrics.value);
    sbuf_addch(j->out, '}');
  }
  sbuf_addch(j->out, '}');
}

static void add_weight_source(struct json *j,
                              const struct config_weight_source *s) {
  struct json source = open(j, '{');
  add_json_pair(&source, "uri", s->uri.text);
  add_json_list(&source, "include", &s->include);
  add_json_list(&source, "exclude", &s->exclude);
  sbuf_addch(j->out, '}');
}

static void add_weight(struct json *j, const struct config_weight *w) {
  struct json weight = open(j, '{');
  add_json_pair(&weight, "name", w->name.text);
  add_json_pair(&weight, "target", w->target.text);
  if (w->n_sources) {
    json_name(&weight, "source");
    struct json list = open(j, '[');
    for (size_t i = 0; i < w->n_sources; i++) {
      json_next(&list);
      add_weight_source(&list, &w->sources[i]);
    }
    sbuf_addch(j->out, ']');
  }
  sbuf_addch(j->out, '}');
}

static void add_weights_label(struct json *j, const struct config *c) {
  if (c->weights.n == 0)
    return;
  json_name(j, "weights");
  struct json list = open(j, '[');
  for (size_t i = 0; i < c->weights.n; i++) {
    json_next(&list);
    add_weight(&list, &c->weights.v[i]);
  }
  sbuf_addch(j->out, ']');
}

/** cog.yaml with what was decided. The values of `environment` are in the
 *  image's own variables and nowhere else. */
static struct str completed_config(struct plan_builder *b) {
  const struct config *c = b->in->config;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SBUF_NO_MAX);
  struct json all = {.out = &text, .ar = b->ar};
  struct json top = open(&all, '{');
  add_build(&top, b->in);
  add_concurrency(&top, c);
  add_json_pair(&top, "image", c->image.text);
  add_json_pair(&top, "model", c->model.text);
  add_json_pair(&top, "predict", c->predictor.text);
  add_json_pair(&top, "train", c->train.text);
  add_observability_label(&top, c);
  add_weights_label(&top, c);
  sbuf_addch(&text, '}');
  return str_dup(b->ar, sbuf_str(&text));
}

/** Empty where there is none, or where it would be too long. */
static struct str schema_label(const struct plan_builder *b) {
  const struct plan_schema *s = b->in->schema;
  if (!s || s->json.len > PLAN_SCHEMA_LABEL_BYTES)
    return (struct str){0};
  cleanup_sbuf struct sbuf line;
  sbuf_init(&line, SBUF_NO_MAX);
  for (size_t i = 0; i < s->json.len; i++)
    if (s->json.p[i] != '\n') // JSON has none within its texts
      sbuf_addch(&line, s->json.p[i]);
  return str_dup(b->ar, sbuf_str(&line));
}

void plan_add_labels(struct plan_builder *b, struct plan_runtime *runtime) {
  const struct plan_label labels[] = {
      {STR("run.cog.config"), completed_config(b)},
      {STR("run.cog.has_init"), STR("true")},
      {STR(PLAN_SCHEMA_LABEL), schema_label(b)},
      // Absent where nobody knows it: a wheel of the context, or none at all.
      {STR("run.cog.version"), b->in->resolved->sdk.version},
  };
  struct plan_label *given =
      arena_array(b->ar, struct plan_label, ARRAY_LEN(labels));
  size_t n = 0;
  for (size_t i = 0; i < ARRAY_LEN(labels); i++)
    if (labels[i].value.len)
      given[n++] = labels[i];
  runtime->labels = given;
  runtime->n_labels = n;
}
