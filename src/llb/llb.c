#include "llb/llb_int.h"

struct llb *llb_new(struct arena *ar, const struct llb_opts *opts) {
  struct llb *l = arena_new(ar, struct llb);
  l->ar = l->message = ar;
  if (opts)
    l->opts = *opts;
  return l;
}

// ---- ops --------------------------------------------------------------------

struct llb_op *llb_op_of(const struct llb *l, struct llb_ref ref) {
  if (ref.op == 0 || ref.op > l->ops.n)
    BUG("reference to op %zu of %zu", ref.op, l->ops.n);
  return &l->ops.v[ref.op - 1];
}

size_t llb_largest_op(const struct llb *l) {
  size_t largest = 0;
  for (size_t i = 0; i < l->ops.n; i++)
    if (l->ops.v[i].bytes.len > largest)
      largest = l->ops.v[i].bytes.len;
  return largest;
}

size_t llb_total_bytes(const struct llb *l) {
  return l->bytes;
}

struct str llb_digest(const struct llb *l, struct llb_ref ref) {
  if (llb_is_scratch(ref))
    return (struct str){0};
  return str_of(llb_op_of(l, ref)->digest);
}

int64_t llb_input_new(struct llb *l, struct llb_inputs *in,
                      struct llb_ref ref) {
  if (llb_is_scratch(ref))
    return LLB_NONE;
  llb_op_of(l, ref); // must be there
  if (ref.output == LLB_NO_OUTPUT)
    BUG("the root of a command that keeps none is used");
  vec_push(l->ar, &in->refs, ref);
  return (int64_t)in->refs.n - 1;
}

int64_t llb_input(struct llb *l, struct llb_inputs *in, struct llb_ref ref) {
  for (size_t i = 0; i < in->refs.n; i++)
    if (in->refs.v[i].op == ref.op && in->refs.v[i].output == ref.output)
      return (int64_t)i;
  return llb_input_new(l, in, ref);
}

// FNV-1a: the text may come from a spliced definition and be anything.
static size_t bucket(const char *digest) {
  uint32_t hash = 2166136261;
  for (; *digest; digest++)
    hash = (hash ^ (unsigned char)*digest) * 16777619;
  return hash % LLB_BUCKETS;
}

size_t llb_find(const struct llb *l, const char *digest) {
  size_t op = l->by_digest[bucket(digest)];
  while (op && strcmp(l->ops.v[op - 1].digest, digest) != 0)
    op = l->ops.v[op - 1].next;
  return op;
}

size_t llb_add_bytes(struct llb *l, const struct llb_op *op) {
  size_t number = llb_find(l, op->digest);
  if (!number) {
    l->bytes += op->bytes.len + op->meta.len;
    size_t *first = &l->by_digest[bucket(op->digest)];
    vec_push(l->ar, &l->ops, *op);
    l->ops.v[l->ops.n - 1].next = *first;
    return *first = l->ops.n;
  }
  // A spliced op does not know where its outputs are mounted.
  if (!l->ops.v[number - 1].outputs.n)
    l->ops.v[number - 1].outputs = op->outputs;
  return number;
}

static void fill_inputs(struct llb *l, Pb__Op *op, struct llb_op *made,
                        const struct llb_inputs *in) {
  op->n_inputs = in->refs.n;
  op->inputs = arena_array(l->message, Pb__Input *, in->refs.n);
  for (size_t i = 0; i < in->refs.n; i++) {
    struct llb_ref ref = in->refs.v[i];
    op->inputs[i] = llb_message(l->message, &pb__input__descriptor);
    op->inputs[i]->digest = arena_strdup(l->message, llb_op_of(l, ref)->digest);
    op->inputs[i]->index = (int64_t)ref.output;
    vec_push(l->ar, &made->inputs, ref.op);
  }
}

// protobuf-c writes fields in ascending order. The other order is the same
// message cut in two, which readers put together again.
static struct str pack_op(struct llb *l, const Pb__Op *op) {
  if (!l->opts.oneof_last)
    return llb_pack(l->ar, &op->base);
  Pb__Op head = *op, tail = PB__OP__INIT;
  head.op_case = PB__OP__OP__NOT_SET;
  tail.op_case = op->op_case;
  tail.exec = op->exec; // any member: all of them are one pointer
  size_t head_len = pb__op__get_packed_size(&head);
  size_t len = head_len + pb__op__get_packed_size(&tail);
  uint8_t *p = arena_alloc(l->ar, len);
  pb__op__pack(&head, p);
  pb__op__pack(&tail, p + head_len);
  return (struct str){(const char *)p, len};
}

static Pb__LinuxResources *resources(struct llb *l,
                                     const struct llb_resources *r) {
  if (!r || !(r->memory || r->memory_swap || r->cpu_shares || r->cpu_period ||
              r->cpu_quota || r->cpuset_cpus.len || r->cpuset_mems.len))
    return NULL;
  Pb__LinuxResources *to =
      llb_message(l->message, &pb__linux_resources__descriptor);
  to->memory = r->memory;
  to->memory_swap = r->memory_swap;
  to->cpu_shares = (uint64_t)r->cpu_shares;
  to->cpu_period = (uint64_t)r->cpu_period;
  to->cpu_quota = r->cpu_quota;
  to->cpuset_cpus = llb_text(l, r->cpuset_cpus);
  to->cpuset_mems = llb_text(l, r->cpuset_mems);
  return to;
}

static struct str pack_meta(struct llb *l, const struct llb_meta *meta) {
  Pb__OpMetadata md = PB__OP_METADATA__INIT;
  Pb__ProgressGroup group = PB__PROGRESS_GROUP__INIT;
  if (!meta)
    return (struct str){0};
  VEC(struct llb_attr) description = {0};
  if (meta->name.len)
    vec_push(l->message, &description,
             (struct llb_attr){"llb.customname", meta->name});
  for (size_t i = 0; i < meta->n_description; i++)
    vec_push(l->message, &description, meta->description[i]);
  md.ignore_cache = meta->ignore_cache;
  md.n_description = description.n;
  md.description = llb_map(l, description.v, description.n);
  md.linux_resources = resources(l, meta->resources);
  if (meta->group.id.len) {
    group.id = llb_text(l, meta->group.id);
    group.name = llb_text(l, meta->group.name);
    group.weak = meta->group.weak;
    md.progress_group = &group;
  }
  return llb_pack(l->ar, &md.base);
}

size_t llb_add(struct llb *l, Pb__Op *op, const struct llb_inputs *in,
               const struct llb_meta *meta, const struct str_vec *outputs) {
  Pb__WorkerConstraints constraints = PB__WORKER_CONSTRAINTS__INIT;
  op->constraints = &constraints; // empty, but there: part of the digest
  struct llb_op made = {0};
  fill_inputs(l, op, &made, in);
  made.bytes = pack_op(l, op);
  made.digest = llb_sha256(l->ar, made.bytes);
  made.meta = pack_meta(l, meta);
  if (outputs)
    made.outputs = *outputs;
  for (size_t i = 0; meta && i < meta->n_spans; i++)
    if (meta->spans[i].src)
      vec_push(l->ar, &made.locations, llb_location(l, &meta->spans[i]));
  return llb_add_bytes(l, &made);
}
