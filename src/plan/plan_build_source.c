// The user's files: last, so that an edit of predict.py touches one layer, and
// the large ones below that.
#include "plan_int.h"

// What Cog's own tool leaves in a project: nobody's image wants it.
#define COG_DIRECTORY ".cog"

#define TELEMETRY "/.cog/telemetry.py"

// ---- observability ----------------------------------------------------------

static void add_trace_env(struct plan_builder *b, struct plan_stage *s,
                          const char *name, const struct config_text *value,
                          const char *otherwise) {
  if (!value->set && !otherwise)
    return;
  plan_add_env(b, s, name, value->set ? value->text : str_of(otherwise),
               PLAN_ENV_SET)
      ->key = "observability.traces";
}

/** The server reads these and what OTEL_* says as it starts. Source: the cog
 *  0.23.1 package, _trace.py. */
static void add_traces(struct plan_builder *b, struct plan_stage *s) {
  static const struct config_text none;
  const struct config_traces *t = &b->in->config->observability.traces;
  add_trace_env(b, s, "COG_TRACE_CONFIGURED", &none, "true");
  add_trace_env(b, s, "COG_TRACE_ENABLED", &none, "true");
  add_trace_env(b, s, "COG_TRACE_SAMPLER", &t->sampler,
                "parentbased_always_off");
  add_trace_env(b, s, "COG_TRACE_SAMPLER_ARG", &t->sampler_arg, NULL);
  add_trace_env(b, s, "COG_TRACE_HEADER", &t->header, NULL);
  add_trace_env(b, s, "COG_TRACE_HEADER_FORMAT", &t->header_format,
                t->header.set ? "w3c" : NULL);
}

static void add_metrics(struct plan_builder *b, struct plan_stage *s) {
  static const char *const names[] = {"COG_METRICS_CONFIGURED",
                                      "COG_METRICS_ENABLED"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    plan_add_env(b, s, names[i], STR("true"), PLAN_ENV_SET)->key =
        "observability.metrics";
}

static void add_observability(struct plan_builder *b, struct plan_stage *s) {
  const struct config_observability *o = &b->in->config->observability;
  if (o->traces.enabled.value)
    add_traces(b, s);
  if (o->metrics.value)
    add_metrics(b, s);
  if (o->config.set)
    plan_add_env(b, s, "COG_OBSERVABILITY_CONFIG", STR(TELEMETRY), PLAN_ENV_SET)
        ->key = "observability.config";
}

/** What the server wants to know without reading cog.yaml. Behind the run
 * items, so that they do not run again when it changes. Source: replicate/cog
 * v0.22.0 pkg/dockerfile/standard_generator.go. */
void plan_add_server_env(struct plan_builder *b, struct plan_stage *model) {
  const struct config *c = b->in->config;
  if (c->predictor.set)
    plan_add_env(b, model, "COG_PREDICT_TYPE_STUB", c->predictor.text,
                 PLAN_ENV_SET)
        ->key = c->run_key.set ? "run" : "predict";
  if (c->train.set)
    plan_add_env(b, model, "COG_TRAIN_TYPE_STUB", c->train.text, PLAN_ENV_SET)
        ->key = "train";
  const int decorated = b->in->schema ? b->in->schema->concurrency : 0;
  if (c->concurrency.set || decorated)
    plan_add_env(
        b, model, "COG_MAX_CONCURRENCY",
        str_printf(b->ar, "%d",
                   c->concurrency.set ? c->concurrency.value : decorated),
        PLAN_ENV_SET)
        ->key = c->concurrency.set ? "concurrency.max" : NULL;
  add_observability(b, model);
}

/** The server reads it at this path and no other. */
static void copy_telemetry(struct plan_builder *b, struct plan_stage *s) {
  const struct config_text *path = &b->in->config->observability.config;
  if (!path->set)
    return;
  plan_add_copy(b, s, "copy telemetry.py", "observability.config",
                (struct plan_copy){.from = {.source = PLAN_SOURCE_CONTEXT},
                                   .source = str_printf(
                                       b->ar, "/" STR_FMT,
                                       STR_ARG(path_clean(b->ar, path->text))),
                                   .dest = STR(TELEMETRY)});
}

// ---- weights ----------------------------------------------------------------

void plan_add_weight(struct plan_builder *b, struct plan_stage *s, size_t i) {
  const struct plan_weight *w = &b->plan->weights->v[i];
  plan_add_copy(b, s,
                arena_printf(b->ar, "copy weights " STR_FMT " (" STR_FMT ")",
                             STR_ARG(w->path),
                             STR_ARG(str_size(b->ar, w->bytes))),
                NULL,
                (struct plan_copy){
                    .from = {.source = PLAN_SOURCE_CONTEXT},
                    .source = str_printf(b->ar, "/" STR_FMT, STR_ARG(w->path)),
                    .dest = str_printf(b->ar, PLAN_SOURCE_DIR "/" STR_FMT "%s",
                                       STR_ARG(w->path), w->dir ? "/" : ""),
                    .fixed_time = true});
}

void plan_add_named_weights(struct plan_builder *b, struct plan_stage *s) {
  const struct str dir = b->in->weights_dir;
  if (!dir.len)
    return;
  struct plan_copy copy = {.source = STR("/"), .fixed_time = true};
  copy.from.source = PLAN_SOURCE_IMAGE;
  copy.from.image = STR(PLAN_WEIGHTS);
  copy.dest = str_printf(b->ar, STR_FMT "/", STR_ARG(dir));
  plan_add_copy(b, s, "copy the named context " PLAN_WEIGHTS, NULL, copy);
}

void plan_add_weights(struct plan_builder *b, struct plan_stage *s) {
  plan_add_named_weights(b, s);
  for (size_t i = 0; i < b->plan->weights->n; i++)
    plan_add_weight(b, s, i);
}

// ---- the source -------------------------------------------------------------

/** What the copy of the source leaves out. */
static void set_exclude(struct plan_builder *b, struct plan_copy *copy) {
  const struct plan_weights *weights = b->plan->weights;
  copy->exclude = arena_array(b->ar, struct str, weights->n + 1);
  copy->exclude[copy->n_exclude++] = STR(COG_DIRECTORY);
  for (size_t i = 0; i < weights->n; i++)
    copy->exclude[copy->n_exclude++] = weights->v[i].path;
}

/** What the server checks inputs by. */
static void add_schema(struct plan_builder *b, struct plan_stage *model) {
  const struct config *c = b->in->config;
  if (!b->in->schema || !b->in->schema->json.len)
    return;
  const char *key = c->run_key.set     ? "run"
                    : c->predictor.set ? "predict"
                                       : "train";
  const struct str from = b->in->schema->from;
  const char *title =
      from.len ? arena_printf(b->ar,
                              "write " STR_FMT
                              ", which COG_OPENAPI_SCHEMA names, as the "
                              "schema of the inputs",
                              STR_ARG(from))
               : "write the schema of the inputs";
  plan_add_step(b, model, PLAN_WRITE, title, key,
                c->predictor.set ? c->predictor.span : c->train.span)
      ->u.write = (struct plan_write){STR(PLAN_SCHEMA_FILE),
                                      b->in->schema->json, .parents = true};
}

void plan_add_source(struct plan_builder *b, struct plan_stage *model) {
  struct plan_copy copy = {.from = {.source = PLAN_SOURCE_CONTEXT},
                           .source = STR("/"),
                           .dest = STR(PLAN_SOURCE_DIR "/")};
  set_exclude(b, &copy);
  plan_add_copy(b, model, "copy the source", NULL, copy);
  // The server reads /src/cog.yaml, whatever file the build named.
  if (b->in->config_path.len)
    plan_add_copy(
        b, model, "copy cog.yaml", NULL,
        (struct plan_copy){.from = {.source = PLAN_SOURCE_CONFIG},
                           .source = str_printf(b->ar, "/" STR_FMT,
                                                STR_ARG(b->in->config_path)),
                           .dest = STR(PLAN_SOURCE_DIR "/cog.yaml")});
  copy_telemetry(b, model);
  add_schema(b, model);
}
