#include "gateway/gateway_int.h"

// Warn and Return: what reaches the user.

/* ---- Warn ---------------------------------------------------------------- */

static Gateway__Position *pack_position(struct gateway_call *c, int line,
                                        int col) {
  Gateway__Position *m = arena_new(c->ar, Gateway__Position);
  gateway__position__init(m);
  m->line = line;
  m->character = col - 1;
  return m;
}

static Gateway__Range *pack_range(struct gateway_call *c, struct span s) {
  struct span span = gateway_span_lines(s);
  Gateway__Range *m = arena_new(c->ar, Gateway__Range);
  gateway__range__init(m);
  m->start = pack_position(c, span.line, span.col);
  m->end = pack_position(c, span.end_line, span.end_col);
  return m;
}

static Gateway__SourceInfo *pack_source(struct gateway_call *c,
                                        const struct source *src) {
  Gateway__SourceInfo *m = arena_new(c->ar, Gateway__SourceInfo);
  gateway__source_info__init(m);
  m->filename = pack_text(c, str_of(src->name));
  m->data = pack_bytes(diag_masked(c->ar, src->text));
  return m;
}

struct gateway_call *gateway_call_warn(struct gateway *g,
                                       const struct gateway_warning *w) {
  struct gateway_call *c = call_new(g, RPC_WARN);
  if (!gateway_has(&g->caps, GATEWAY_CAP_WARN))
    return call_skip(c);
  Gateway__WarnRequest m = GATEWAY__WARN_REQUEST__INIT;
  m.digest = pack_text(c, w->op_digest);
  m.level = 1;
  m.short_text = pack_text(c, w->text);
  m.n_detail = w->detail.n;
  m.detail = arena_array(c->ar, ProtobufCBinaryData, w->detail.n);
  for (size_t i = 0; i < w->detail.n; i++)
    m.detail[i] = pack_text(c, w->detail.v[i]);
  m.url = pack_text(c, w->url);
  Gateway__Range *range;
  if (gateway_span_shown(w->span)) {
    range = pack_range(c, w->span);
    m.info = pack_source(c, w->span.src);
    m.ranges = &range;
    m.n_ranges = 1;
  }
  return call_start(c, &m.base);
}

/* ---- Return -------------------------------------------------------------- */

static Gateway__Ref *pack_ref(struct gateway_call *c, struct str id) {
  Gateway__Ref *m = arena_new(c->ar, Gateway__Ref);
  gateway__ref__init(m);
  m->id = pack_text(c, id);
  return m;
}

static Gateway__RefMap *pack_refs(struct gateway_call *c,
                                  const struct gateway_map *refs) {
  Gateway__RefMap *m = arena_new(c->ar, Gateway__RefMap);
  gateway__ref_map__init(m);
  m->refs = arena_array(c->ar, Gateway__RefEntry *, refs->n);
  m->n_refs = refs->n;
  for (size_t i = 0; i < refs->n; i++) {
    Gateway__RefEntry *e = m->refs[i] = arena_new(c->ar, Gateway__RefEntry);
    gateway__ref_entry__init(e);
    e->key = pack_text(c, refs->v[i].key);
    e->value = pack_ref(c, refs->v[i].value);
  }
  return m;
}

static Gateway__Result *pack_result(struct gateway_call *c,
                                    const struct gateway_result *result) {
  Gateway__Result *m = arena_new(c->ar, Gateway__Result);
  gateway__result__init(m);
  m->metadata = pack_bytes_map(c, &result->metadata, &m->n_metadata);
  m->attestations =
      pack_bytes_map(c, &result->attestations, &m->n_attestations);
  switch (result->kind) {
  case GATEWAY_RESULT_NONE:
    break;
  case GATEWAY_RESULT_REF:
    m->result_case = GATEWAY__RESULT__RESULT_REF;
    m->ref = pack_ref(c, result->ref);
    break;
  case GATEWAY_RESULT_REFS:
    m->result_case = GATEWAY__RESULT__RESULT_REFS;
    m->refs = pack_refs(c, &result->refs);
    break;
  }
  return m;
}

struct gateway_call *gateway_call_return(struct gateway *g,
                                         const struct gateway_result *result) {
  if (result->kind == GATEWAY_RESULT_NONE && result->metadata.n == 0)
    BUG("Return without a result");
  struct gateway_call *c = call_new(g, RPC_RETURN);
  Gateway__ReturnRequest m = GATEWAY__RETURN_REQUEST__INIT;
  m.result = pack_result(c, result);
  return call_start(c, &m.base);
}

struct gateway_call *gateway_call_return_error(struct gateway *g,
                                               struct str status) {
  struct gateway_call *c = call_new(g, RPC_RETURN);
  const Gateway__Status *s =
      unpack_message(c->ar, &gateway__status__descriptor, status);
  if (!s || s->code == GRPC_OK)
    BUG("Return of an error that is none");
  Gateway__ReturnRequest m = GATEWAY__RETURN_REQUEST__INIT;
  m.error = pack_bytes(status);
  return call_start(c, &m.base);
}
