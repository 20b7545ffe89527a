// The cog package, with the server.
#include "plan_int.h"

// Where a wheel of the context is seen while it is installed.
#define WHEELS "/tmp/cog-wheel"

/** The wheel under its own name, which pip reads the version from. */
static const char *wheel_mount(struct plan_builder *b, struct str wheel,
                               struct plan_mount *mount) {
  const ptrdiff_t slash = str_rfind(wheel, '/');
  const char *target = arena_printf(
      b->ar, WHEELS "/" STR_FMT, STR_ARG(str_skip(wheel, (size_t)(slash + 1))));
  *mount = (struct plan_mount){
      .type = CONFIG_MOUNT_BIND,
      .target = target,
      .from = {.source = PLAN_SOURCE_CONTEXT},
      .source = arena_printf(b->ar, "/" STR_FMT, STR_ARG(wheel)),
      .readonly = true,
      .leaves = WHEELS,
  };
  return target;
}

void plan_add_sdk(struct plan_builder *b, struct plan_stage *model) {
  const struct resolved_sdk *sdk = &b->in->resolved->sdk;
  if (sdk->kind == RESOLVED_SDK_OFF)
    return;
  const bool wheel = sdk->kind == RESOLVED_SDK_WHEEL;
  struct plan_mount mount;
  const char *what = wheel ? wheel_mount(b, sdk->wheel, &mount)
                           : str_cstr(b->ar, sdk->requirement);
  struct plan_argv argv = {0};
  plan_start_install(b, &argv);
  plan_arg(b, &argv, what);
  struct plan_run *run =
      plan_add_run(b, model,
                   arena_printf(b->ar, "%s " STR_FMT, plan_installer(b),
                                STR_ARG(wheel ? sdk->wheel : sdk->requirement)),
                   "build.sdk_version", b->in->config->sdk_version.span, &argv);
  plan_finish_install(b, run, false);
  if (wheel)
    plan_add_mounts(b, run, &mount, 1);
  plan_add_bytecode(b, model, NULL, "build.sdk_version");
}
