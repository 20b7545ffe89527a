#include "llb/llb_int.h"

#include "cogfe/limits.h"

/** A foreign definition while it is taken over. What is read of it lives in an
 *  arena of its own, what stays is copied into the graph. */
struct splice {
  struct llb *l;
  struct arena ar;
  Pb__Definition *def;
  size_t first_info; // where its files begin among the graph's
  struct diags *dg;
};

static bool bad(struct splice *s, const char *what) {
  return diag_fail(s->dg, DIAG_PROTOCOL, SPAN_NONE,
                   "a definition from the engine cannot be used: %s", what);
}

static int entry_by_key(const void *a, const void *b) {
  const Pb__MessageEntry *const *x = a, *const *y = b;
  return strcmp((*x)->key ? (*x)->key : "", (*y)->key ? (*y)->key : "");
}

// The value of KEY among entries that are sorted.
static struct str find_sorted(Pb__MessageEntry *const *v, size_t n,
                              const char *key) {
  Pb__MessageEntry wanted = {.key = (char *)(uintptr_t)key}, *w = &wanted;
  Pb__MessageEntry *const *found =
      n ? bsearch(&w, v, n, sizeof *v, entry_by_key) : NULL;
  return found ? llb_bytes((*found)->value) : (struct str){0};
}

// ---- source positions -------------------------------------------------------

static void take_infos(struct splice *s) {
  s->first_info = s->l->infos.n;
  for (size_t i = 0; s->def->source && i < s->def->source->n_infos; i++) {
    struct str raw = str_dup(s->l->ar, llb_bytes(s->def->source->infos[i]));
    vec_push(s->l->ar, &s->l->infos, (struct llb_info){.raw = raw});
  }
}

// A location that makes no sense is dropped: nothing but a message needs it.
static void take_locations(struct splice *s, struct llb_op *op) {
  const Pb__Source *source = s->def->source;
  if (!source)
    return;
  struct str bytes =
      find_sorted(source->locations, source->n_locations, op->digest);
  Pb__Locations *list = llb_unpack(s->l->ar, &pb__locations__descriptor, bytes);
  for (size_t i = 0; list && i < list->n_locations; i++) {
    Pb__Location *location = list->locations[i];
    if (location->source_index < 0 ||
        (size_t)location->source_index >= source->n_infos)
      continue;
    location->source_index += (int32_t)s->first_info;
    vec_push(s->l->ar, &op->locations, location);
  }
}

// ---- ops --------------------------------------------------------------------

static bool take_op(struct splice *s, struct str bytes) {
  struct llb_op op = {0};
  const Pb__Op *read = llb_unpack(&s->ar, &pb__op__descriptor, bytes);
  if (!read)
    return bad(s, "an op is not a pb.Op");
  for (size_t i = 0; i < read->n_inputs; i++) {
    size_t number = llb_find(s->l, read->inputs[i]->digest);
    if (!number)
      return bad(s, "an op stands before one that it needs");
    vec_push(s->l->ar, &op.inputs, number);
  }
  op.bytes = str_dup(s->l->ar, bytes);
  op.digest = llb_sha256(s->l->ar, bytes);
  struct str meta =
      find_sorted(s->def->metadata, s->def->n_metadata, op.digest);
  op.meta = str_dup(s->l->ar, meta);
  take_locations(s, &op);
  llb_add_bytes(s->l, &op);
  return true;
}

static bool take_result(struct splice *s, struct str bytes,
                        struct llb_ref *out) {
  const Pb__Op *final = llb_unpack(&s->ar, &pb__op__descriptor, bytes);
  if (!final || final->n_inputs != 1 || final->op_case != PB__OP__OP__NOT_SET ||
      final->inputs[0]->index < 0)
    return bad(s, "its last op does not name a result");
  out->op = llb_find(s->l, final->inputs[0]->digest);
  out->output = (size_t) final->inputs[0]->index;
  return out->op || bad(s, "its result is not one of its ops");
}

static void sort_entries(Pb__MessageEntry **v, size_t n) {
  if (n)
    qsort(v, n, sizeof *v, entry_by_key);
}

static bool take_definition(struct splice *s, struct str definition,
                            struct llb_ref *out) {
  s->def = llb_unpack(&s->ar, &pb__definition__descriptor, definition);
  if (!s->def)
    return bad(s, "it is not a pb.Definition");
  if (s->def->n_def > LIMIT_LLB_OPS)
    return diag_fail(s->dg, DIAG_TOO_LARGE, SPAN_NONE,
                     "a definition has %zu ops; the limit is %d", s->def->n_def,
                     LIMIT_LLB_OPS);
  if (!s->def->n_def)
    return true;
  sort_entries(s->def->metadata, s->def->n_metadata);
  if (s->def->source)
    sort_entries(s->def->source->locations, s->def->source->n_locations);
  take_infos(s);
  for (size_t i = 0; i + 1 < s->def->n_def; i++)
    if (!take_op(s, llb_bytes(s->def->def[i])))
      return false;
  return take_result(s, llb_bytes(s->def->def[s->def->n_def - 1]), out);
}

bool llb_splice(struct llb *l, struct str definition, struct llb_ref *out,
                struct diags *dg) {
  struct splice s = {.l = l, .dg = dg};
  arena_init(&s.ar);
  *out = LLB_SCRATCH;
  bool ok = take_definition(&s, definition, out);
  arena_release(&s.ar);
  return ok;
}
