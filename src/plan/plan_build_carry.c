// With a flavour of CUDA that has no compiler, the user's commands run on the
// devel image, and what they made is carried over to the model's base: each
// file that they added, changed or removed. The databases that both images
// have, of packages and of libraries, are brought up to date instead.
#include "plan_int.h"

#define MOUNTS "/run/cog"
#define BEFORE MOUNTS "/before"
#define AFTER MOUNTS "/after"

// A file is the same when its kind, owner, size and time are: nothing is read.
// What the package manager installed is in its database as one paragraph each;
// packages that it did not have to install there because devel has them are
// asked of apt at the end.
static const char carry_script[] =
#include "plan_carry.py.inc"
    ;

bool plan_carries(const struct plan_builder *b) {
  const struct config *c = b->in->config;
  return b->in->resolved->build_image.len && c->run.n + c->pre_install.n > 0;
}

static struct plan_mount tree(const struct plan_stage *s, const char *target) {
  return (struct plan_mount){
      .type = CONFIG_MOUNT_BIND,
      .target = target,
      .from = {.source = PLAN_SOURCE_STAGE, .stage = s},
      .source = "/",
      .readonly = true,
      .leftover = MOUNTS,
  };
}

void plan_add_carry(struct plan_builder *b, struct plan_stage *s,
                    const struct plan_carry *carry) {
  struct plan_argv argv =
      PLAN_ARGV(b, "python", "-c", carry_script, BEFORE, AFTER);
  const struct config *c = b->in->config;
  const bool run = c->run.n > 0;
  struct plan_run *step =
      plan_add_run(b, s, "take over what the commands made",
                   run ? "build.run" : "build.pre_install",
                   run ? c->run.v[0].span : c->pre_install.v[0].span, &argv);
  const struct plan_mount mounts[] = {tree(carry->before, BEFORE),
                                      tree(carry->after, AFTER)};
  plan_add_mounts(b, step, mounts, ARRAY_LEN(mounts));
  plan_add_apt_caches(b, s, step);
  plan_add_ca(b, step);
}
