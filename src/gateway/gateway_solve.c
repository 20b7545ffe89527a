#include "gateway/gateway_int.h"

// Inputs, Solve.

struct gateway_call *gateway_call_inputs(struct gateway *g) {
  Gateway__Empty m = GATEWAY__EMPTY__INIT;
  return call_start(call_new(g, RPC_INPUTS), &m.base);
}

bool gateway_inputs_result(const struct gateway_call *c, struct arena *ar,
                           struct gateway_map *out, struct diags *dg) {
  const Gateway__InputsResponse *m =
      call_answer(c, RPC_INPUTS, &gateway__inputs_response__descriptor, dg);
  if (!m)
    return false;
  *out = unpack_map(ar, m->definitions, m->n_definitions);
  return true;
}

static Gateway__CacheOptionsEntry **
pack_cache_imports(struct gateway_call *c,
                   const struct gateway_cache_import *imports, size_t n) {
  Gateway__CacheOptionsEntry **list =
      arena_array(c->ar, Gateway__CacheOptionsEntry *, n);
  for (size_t i = 0; i < n; i++) {
    Gateway__CacheOptionsEntry *e = list[i] =
        arena_new(c->ar, Gateway__CacheOptionsEntry);
    gateway__cache_options_entry__init(e);
    e->type = pack_text(c, imports[i].type);
    e->attrs = pack_text_map(c, &imports[i].attrs, &e->n_attrs);
  }
  return list;
}

struct gateway_call *gateway_call_solve(struct gateway *g,
                                        const struct gateway_solve *req) {
  if (req->definition.len && req->frontend.len)
    BUG("Solve with a definition and a frontend");
  struct gateway_call *c = call_new(g, RPC_SOLVE);
  Gateway__SolveRequest m = GATEWAY__SOLVE_REQUEST__INIT;
  m.definition = pack_bytes(req->definition);
  m.frontend = pack_text(c, req->frontend);
  m.frontend_opt = pack_text_map(c, &req->frontend_opt, &m.n_frontend_opt);
  m.frontend_inputs =
      pack_bytes_map(c, &req->frontend_inputs, &m.n_frontend_inputs);
  m.cache_imports =
      pack_cache_imports(c, req->cache_imports, req->n_cache_imports);
  m.n_cache_imports = req->n_cache_imports;
  m.allow_result_return = m.allow_result_array_ref = true;
  m.evaluate = req->evaluate;
  return call_start(c, &m.base);
}

static struct gateway_map unpack_refs(struct arena *ar,
                                      const Gateway__RefMap *m) {
  struct gateway_map map = {0};
  for (size_t i = 0; i < m->n_refs; i++) {
    const Gateway__RefEntry *e = m->refs[i];
    struct str id = e->value ? unpack_str(ar, e->value->id) : STR("");
    vec_push(ar, &map, (struct gateway_entry){unpack_str(ar, e->key), id});
  }
  gateway_map_sort(&map);
  return map;
}

bool gateway_solve_result(const struct gateway_call *c, struct arena *ar,
                          struct gateway_result *out, struct diags *dg) {
  const Gateway__SolveResponse *m =
      call_answer(c, RPC_SOLVE, &gateway__solve_response__descriptor, dg);
  if (!m)
    return false;
  *out = (struct gateway_result){0};
  const Gateway__Result *r = m->result;
  if (!r)
    return diag_fail(dg, DIAG_PROTOCOL, SPAN_NONE,
                     "the engine's answer to Solve has no result");
  out->metadata = unpack_map(ar, r->metadata, r->n_metadata);
  out->attestations = unpack_map(ar, r->attestations, r->n_attestations);
  if (r->result_case == GATEWAY__RESULT__RESULT_REF) {
    out->kind = GATEWAY_RESULT_REF;
    out->ref = unpack_str(ar, r->ref->id);
  } else if (r->result_case == GATEWAY__RESULT__RESULT_REFS) {
    out->kind = GATEWAY_RESULT_REFS;
    out->refs = unpack_refs(ar, r->refs);
  }
  return true;
}
