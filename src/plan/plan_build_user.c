// COG_USER: the image runs as somebody else than root.
#include "plan_int.h"

static const char script[] =
#include "plan_user.py.inc"
    ;

const char *plan_pyenv_root(const struct plan_builder *b) {
  return b->in->options->user ? "/opt/pyenv" : "/root/.pyenv";
}

void plan_add_user(struct plan_builder *b, struct plan_stage *model) {
  const char *user = b->in->options->user;
  if (!user)
    return;
  struct plan_argv argv =
      PLAN_ARGV(b, "python", "-c", script, user, PLAN_SOURCE_DIR);
  plan_add_run(b, model, arena_printf(b->ar, "let %s run the model", user),
               NULL, SPAN_NONE, &argv);
}
