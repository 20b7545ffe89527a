// What a stage of the plan needs: stages and images.
#include "plan_int.h"

struct collector {
  struct arena *ar;
  struct plan_needs *needs;
};

static void need_image(struct collector *c, struct str name) {
  for (size_t i = 0; i < c->needs->images.n; i++)
    if (str_eq(c->needs->images.v[i], name))
      return;
  vec_push(c->ar, &c->needs->images, name);
}

static void need_stage(struct collector *c, const struct plan_stage *s);

static void need_ref(struct collector *c, const struct plan_ref *ref) {
  switch (ref->source) {
  case PLAN_SOURCE_NONE:
    break;
  case PLAN_SOURCE_STAGE:
    need_stage(c, ref->stage);
    break;
  case PLAN_SOURCE_IMAGE:
    need_image(c, ref->image);
    break;
  case PLAN_SOURCE_CONTEXT:
    c->needs->context = true;
    break;
  case PLAN_SOURCE_CONFIG:
    break; // the build has read it already
  case PLAN_SOURCE_PYENV:
    c->needs->pyenv = true;
    break;
  }
}

static void need_stage(struct collector *c, const struct plan_stage *s) {
  for (size_t i = 0; i < c->needs->stages.n; i++)
    if (c->needs->stages.v[i] == s)
      return;
  vec_push(c->ar, &c->needs->stages, s);
  if (s->parent)
    need_stage(c, s->parent);
  else if (s->image.len)
    need_image(c, s->image);
  if (s->run_in)
    need_stage(c, s->run_in);
  for (size_t i = 0; i < s->steps.n; i++) {
    const struct plan_step *step = &s->steps.v[i];
    if (step->op == PLAN_COPY)
      need_ref(c, &step->u.copy.from);
    for (size_t j = 0; step->op == PLAN_MERGE && j < step->u.merge.n; j++)
      need_stage(c, step->u.merge.layers[j].upper); // has the lower below it
    if (step->op == PLAN_RUN)
      for (size_t j = 0; j < step->u.run.n_mounts; j++)
        need_ref(c, &step->u.run.mounts[j].from);
  }
}

void plan_add_needs(struct plan_needs *needs, const struct plan_stage *s,
                    struct arena *ar) {
  struct collector c = {.ar = ar, .needs = needs};
  need_stage(&c, s);
}

struct plan_needs plan_stage_needs(const struct plan_stage *s,
                                   struct arena *ar) {
  struct plan_needs needs = {0};
  plan_add_needs(&needs, s, ar);
  return needs;
}
