// The user's files: last, so that an edit of predict.py touches one layer.
#include "plan_int.h"

// What Cog's own tool leaves in a project: nobody's image wants it.
static const char *cog_directory[] = {".cog"};

/** What the server wants to know without reading cog.yaml. Behind the run
 * items, so that they do not run again when it changes. Source: replicate/cog
 * v0.22.0 pkg/dockerfile/standard_generator.go. */
void plan_add_server_env(struct plan_builder *b, struct plan_stage *model) {
  const struct config *c = b->in->config;
  if (c->predictor.set)
    plan_add_env(b, model, "COG_PREDICT_TYPE_STUB", c->predictor.text,
                 PLAN_ENV_SET);
  if (c->train.set)
    plan_add_env(b, model, "COG_TRAIN_TYPE_STUB", c->train.text, PLAN_ENV_SET);
  if (c->concurrency.set)
    plan_add_env(b, model, "COG_MAX_CONCURRENCY",
                 str_printf(b->ar, "%d", c->concurrency.value), PLAN_ENV_SET);
}

void plan_add_source(struct plan_builder *b, struct plan_stage *model) {
  plan_add_copy(b, model, "copy the source",
                (struct plan_copy){.from = {.source = PLAN_SOURCE_CONTEXT},
                                   .source = "/",
                                   .dest = PLAN_SOURCE_DIR "/",
                                   .exclude = cog_directory,
                                   .n_exclude = ARRAY_LEN(cog_directory)});
  // The server reads /src/cog.yaml, whatever file the build named.
  if (b->in->config_path.len)
    plan_add_copy(
        b, model, "copy cog.yaml",
        (struct plan_copy){.from = {.source = PLAN_SOURCE_CONFIG},
                           .source = arena_printf(b->ar, "/" STR_FMT,
                                                  STR_ARG(b->in->config_path)),
                           .dest = PLAN_SOURCE_DIR "/cog.yaml"});
}
