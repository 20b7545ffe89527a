// The user's files: last, so that an edit of predict.py touches one layer.
#include "plan_int.h"

// What Cog's own tool leaves in a project: nobody's image wants it.
static const char *cog_directory[] = {".cog"};

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
