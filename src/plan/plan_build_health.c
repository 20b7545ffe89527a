// COG_HEALTHCHECK. Without it there is none, as in Cog's images: Swarm replaces
// a container that fails, and proxies send it nothing, also where somebody runs
// something else than the server in the image.
#include "plan_int.h"

// The status code is 200 in every state; a model that is at work is BUSY. Not
// by urllib, which would ask the container's proxy, and isolated (-I) from
// modules of the model's that have the names of Python's own. Source: cog
// 0.9.20, 0.16.12 and 0.23.1, GET /health-check.
static const char script[] =
    "import http.client, json, os, sys; "
    "c = http.client.HTTPConnection('127.0.0.1', "
    "int(os.environ.get('PORT', '5000')), timeout=4); "
    "c.request('GET', '/health-check'); "
    "sys.exit(json.load(c.getresponse()).get('status') not in "
    "('READY', 'BUSY'))";

static const char *words[] = {"python", "-I", "-c", script};

void plan_add_healthcheck(struct plan_builder *b,
                          struct plan_runtime *runtime) {
  const unsigned start = b->in->options->health_start;
  if (!start)
    return;
  struct plan_healthcheck *check = arena_new(b->ar, struct plan_healthcheck);
  *check = (struct plan_healthcheck){
      .argv = words,
      .argc = ARRAY_LEN(words),
      .interval = 30,
      .timeout = 5,
      .start = start,
      .retries = 3,
  };
  runtime->healthcheck = check;
}
