// COG_HEALTHCHECK. Without it there is none, as in Cog's images: Swarm replaces
// a container that fails, and proxies send it nothing, also where somebody runs
// something else than the server in the image.
#include "plan_int.h"

static const char script[] =
#include "plan_health.py.inc"
    ;

// -I: not with modules of the model's that have the names of Python's own.
static const char *words[] = {"python", "-I", "-c", script, "silent"};

void plan_add_healthcheck(struct plan_builder *b,
                          struct plan_runtime *runtime) {
  const bool silent = b->in->resolved->sdk.silent_at_work;
  const unsigned start = b->in->options->health_start;
  if (!start)
    return;
  struct plan_healthcheck *check = arena_new(b->ar, struct plan_healthcheck);
  *check = (struct plan_healthcheck){
      .argv = words,
      .argc = ARRAY_LEN(words) - (silent ? 0 : 1),
      .interval = 30,
      .timeout = 5,
      .start = start,
      .retries = 3,
  };
  runtime->healthcheck = check;
}
