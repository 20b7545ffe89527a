#include "llb/llb_int.h"

struct llb_ref llb_merge(struct llb *l, const struct llb_ref *refs, size_t n,
                         const struct llb_meta *meta) {
  struct llb_inputs in = {0};
  for (size_t i = 0; i < n; i++)
    llb_input_new(l, &in, refs[i]);
  if (in.refs.n < 2)
    return in.refs.n ? in.refs.v[0] : LLB_SCRATCH;

  llb_begin(l, meta);
  Pb__MergeOp merge = PB__MERGE_OP__INIT;
  merge.n_inputs = in.refs.n;
  merge.inputs = arena_array(l->ar, Pb__EdgeInput *, in.refs.n);
  for (size_t i = 0; i < in.refs.n; i++) {
    merge.inputs[i] = llb_message(l->ar, &pb__edge_input__descriptor);
    merge.inputs[i]->input = (int64_t)i;
  }
  Pb__Op op = PB__OP__INIT;
  op.op_case = PB__OP__OP_MERGE;
  op.merge = &merge;
  return (struct llb_ref){llb_add(l, &op, &in, meta, NULL), 0};
}

struct llb_ref llb_diff(struct llb *l, struct llb_ref lower,
                        struct llb_ref upper, const struct llb_meta *meta) {
  if (llb_is_scratch(lower))
    return upper;
  llb_begin(l, meta);
  struct llb_inputs in = {0};
  Pb__EdgeInput from = PB__EDGE_INPUT__INIT, to = PB__EDGE_INPUT__INIT;
  from.input = llb_input_new(l, &in, lower);
  to.input = llb_input_new(l, &in, upper);
  Pb__DiffOp diff = PB__DIFF_OP__INIT;
  diff.lower = &from;
  diff.upper = &to;
  Pb__Op op = PB__OP__INIT;
  op.op_case = PB__OP__OP_DIFF;
  op.diff = &diff;
  return (struct llb_ref){llb_add(l, &op, &in, meta, NULL), 0};
}
