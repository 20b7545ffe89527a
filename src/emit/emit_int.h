/** emit_int: what the emitters of a plan share. */
#ifndef COGFE_EMIT_INT_H
#define COGFE_EMIT_INT_H

#include "cogfe/emit.h"

/** The image called NAME; a plan that names one nobody gave is a BUG. */
const struct emit_image *emit_find_image(const struct emit_input *in,
                                         struct str name);

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

/** The entries of the image's history that the target's own steps make. */
struct emit_history {
  VEC(struct imageconfig_history) list;
};

struct emit_history emit_history(const struct emit_input *in, struct arena *ar);

#endif
