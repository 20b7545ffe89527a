/** emit_int: what the emitters of a plan share. */
#ifndef COGFE_EMIT_INT_H
#define COGFE_EMIT_INT_H

#include "cogfe/emit.h"

/** The image called NAME; a plan that names one nobody gave is a BUG. */
const struct emit_image *emit_find_image(const struct emit_input *in,
                                         struct str name);

/** The image at the bottom of S; an empty one when S starts from nothing. */
const struct emit_image *emit_base_image(const struct emit_input *in,
                                         const struct plan_stage *s);

/** COPY, whose source is the tree FROM, onto BASE. */
struct llb_ref emit_copy(struct llb *l, const struct emit_input *in,
                         struct arena *ar, const struct plan_copy *copy,
                         struct llb_ref from, struct llb_ref base,
                         const struct llb_meta *meta);

/** The variables that the stages from the bottom up to S set. */
struct emit_env {
  VEC(struct imageconfig_env_change) changes;
};

struct emit_env emit_stage_env(struct arena *ar, const struct plan_stage *s);

struct imageconfig_env_change emit_env_change(const struct plan_env *env);

#endif
