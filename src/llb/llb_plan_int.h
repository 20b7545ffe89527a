/** llb_plan_int: what the parts of llb_add_plan() share. */
#ifndef COGFE_LLB_PLAN_INT_H
#define COGFE_LLB_PLAN_INT_H

#include "cogfe/llb.h"

/** COPY, whose source is the tree FROM, onto BASE. */
struct llb_ref llb_plan_copy(struct llb *l, const struct llb_plan_input *in,
                             struct arena *ar, const struct plan_copy *copy,
                             struct llb_ref from, struct llb_ref base,
                             const struct llb_meta *meta);

#endif
