#include "llb/llb_int.h"

// Producers stand before consumers already, so one pass from the end finds
// everything that RESULT needs.
static bool *needed_ops(const struct llb *l, struct arena *ar,
                        struct llb_ref result) {
  bool *needed = arena_array(ar, bool, l->ops.n);
  needed[result.op - 1] = true;
  for (size_t i = l->ops.n; i-- > 0;)
    for (size_t k = 0; needed[i] && k < l->ops.v[i].inputs.n; k++)
      needed[l->ops.v[i].inputs.v[k] - 1] = true;
  return needed;
}

static struct str final_op(struct arena *ar, const struct llb *l,
                           struct llb_ref result) {
  Pb__Input input = PB__INPUT__INIT, *inputs[] = {&input};
  input.digest = arena_strdup(ar, llb_op_of(l, result)->digest);
  input.index = (int64_t)result.output;
  Pb__Op op = PB__OP__INIT;
  op.n_inputs = 1;
  op.inputs = inputs;
  return llb_pack(ar, &op.base);
}

static ProtobufCBinaryData binary(struct str s) {
  return (ProtobufCBinaryData){s.len, (uint8_t *)(uintptr_t)s.p};
}

static Pb__MessageEntry *entry(struct arena *ar, const char *key,
                               struct str value) {
  Pb__MessageEntry *e = llb_message(ar, &pb__message_entry__descriptor);
  e->key = arena_strdup(ar, key);
  e->has_value = true;
  e->value = binary(value);
  return e;
}

static int meta_by_key(const void *a, const void *b) {
  const Pb__MessageEntry *const *x = a, *const *y = b;
  return strcmp((*x)->key, (*y)->key);
}

// ---- source positions -------------------------------------------------------

static struct str pack_info(struct arena *ar, const struct llb_info *info) {
  if (!info->src)
    return info->raw;
  Pb__SourceInfo to = PB__SOURCE_INFO__INIT;
  to.filename = arena_strdup(ar, info->src->name);
  to.data = binary(diag_masked(ar, info->src->text));
  to.definition = binary(info->definition);
  to.language = str_cstr(ar, info->language);
  return llb_pack(ar, &to.base);
}

struct places {
  struct arena *ar;
  const struct llb *l;
  Pb__Source *to;
  int32_t *index; // of each info of the graph in TO, -1: not there (yet)
};

static int32_t place_info(struct places *p, int32_t info) {
  if (p->index[info] < 0) {
    p->index[info] = (int32_t)p->to->n_infos;
    p->to->infos[p->to->n_infos++] =
        binary(pack_info(p->ar, &p->l->infos.v[info]));
  }
  return p->index[info];
}

static void place_op(struct places *p, const struct llb_op *op) {
  if (!op->locations.n)
    return;
  Pb__Locations list = PB__LOCATIONS__INIT;
  list.n_locations = op->locations.n;
  list.locations = arena_array(p->ar, Pb__Location *, op->locations.n);
  for (size_t i = 0; i < op->locations.n; i++) {
    Pb__Location *to = llb_message(p->ar, &pb__location__descriptor);
    *to = *op->locations.v[i];
    to->source_index = place_info(p, to->source_index);
    list.locations[i] = to;
  }
  p->to->locations[p->to->n_locations++] =
      entry(p->ar, op->digest, llb_pack(p->ar, &list.base));
}

// Files that no written op points at are left out.
static Pb__Source *positions(struct arena *ar, const struct llb *l,
                             const bool *needed) {
  struct places p = {ar, l, llb_message(ar, &pb__source__descriptor),
                     arena_array(ar, int32_t, l->infos.n)};
  p.to->infos = arena_array(ar, ProtobufCBinaryData, l->infos.n);
  p.to->locations = arena_array(ar, Pb__MessageEntry *, l->ops.n);
  for (size_t i = 0; i < l->infos.n; i++)
    p.index[i] = -1;
  for (size_t i = 0; i < l->ops.n; i++)
    if (needed[i])
      place_op(&p, &l->ops.v[i]);
  if (!p.to->n_locations)
    return NULL;
  qsort(p.to->locations, p.to->n_locations, sizeof *p.to->locations,
        meta_by_key);
  return p.to;
}

// ---- the definition ---------------------------------------------------------

static void add_op(struct arena *ar, Pb__Definition *def, struct str bytes,
                   const char *digest, struct str meta) {
  def->def[def->n_def++] = binary(bytes);
  def->metadata[def->n_metadata++] = entry(ar, digest, meta);
}

static Pb__Definition *definition(struct arena *ar, const struct llb *l,
                                  struct llb_ref result, bool no_source) {
  Pb__Definition *def = llb_message(ar, &pb__definition__descriptor);
  const bool *needed = needed_ops(l, ar, result);
  def->def = arena_array(ar, ProtobufCBinaryData, l->ops.n + 1);
  def->metadata = arena_array(ar, Pb__MessageEntry *, l->ops.n + 1);
  for (size_t i = 0; i < l->ops.n; i++) {
    const struct llb_op *op = &l->ops.v[i];
    if (needed[i])
      add_op(ar, def, op->bytes, op->digest, op->meta);
  }
  struct str final = final_op(ar, l, result);
  add_op(ar, def, final, llb_sha256(ar, final), (struct str){0});
  qsort(def->metadata, def->n_metadata, sizeof *def->metadata, meta_by_key);
  if (!no_source)
    def->source = positions(ar, l, needed);
  return def;
}

bool llb_marshal(const struct llb *l, struct llb_ref result,
                 const struct llb_marshal_opts *opts, struct sbuf *out,
                 struct diags *dg) {
  if (l->fault)
    return diag_fail(dg, DIAG_BAD_TEXT, l->fault_span, "%s", l->fault);
  if (llb_is_scratch(result))
    return true;
  if (result.output == LLB_NO_OUTPUT)
    BUG("the root of a command that keeps none is the result");
  struct arena_mark mark = arena_mark(l->ar);
  Pb__Definition *def = definition(l->ar, l, result, opts && opts->no_source);
  uint8_t *to = sbuf_extend(out, pb__definition__get_packed_size(def));
  if (to)
    pb__definition__pack(def, to);
  arena_rewind(l->ar, mark);
  if (!to)
    return diag_fail(dg, DIAG_TOO_LARGE, SPAN_NONE,
                     "the build's definition has more than %zu bytes",
                     out->max);
  return true;
}
