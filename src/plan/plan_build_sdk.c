// A wheel of the context, which holds the cog package.
#include "plan_int.h"

// Where it is seen while it is installed.
#define WHEELS "/tmp/cog-wheel"

const char *plan_sdk_wheel(struct plan_builder *b) {
  // Under its own name, which pip reads the version from.
  return arena_printf(b->ar, WHEELS "/" STR_FMT,
                      STR_ARG(path_base(b->in->resolved->sdk.wheel)));
}

void plan_mount_sdk_wheel(struct plan_builder *b, struct plan_run *run) {
  const struct plan_mount mount = {
      .type = CONFIG_MOUNT_BIND,
      .target = plan_sdk_wheel(b),
      .from = {.source = PLAN_SOURCE_CONTEXT},
      .source =
          arena_printf(b->ar, "/" STR_FMT, STR_ARG(b->in->resolved->sdk.wheel)),
      .readonly = true,
      .leftover = WHEELS,
  };
  plan_add_mounts(b, run, &mount, 1);
}
