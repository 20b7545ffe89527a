// What the engine gets at the end: a result, or errors that say what to do.
#include <jansson.h> // before banned.h, which poisons a word that it uses

#include "build_int.h"

#include "cogfe/limits.h"

static struct str platforms_json(struct build *b) {
  const struct platform *p = &b->opts.platform;
  json_t *platform = json_object();
  json_object_set_new(platform, "architecture",
                      json_stringn(p->arch.p, p->arch.len));
  json_object_set_new(platform, "os", json_stringn(p->os.p, p->os.len));
  if (p->variant.len)
    json_object_set_new(platform, "variant",
                        json_stringn(p->variant.p, p->variant.len));
  const struct str id = build_platform_id(b->ar, p);
  json_t *root = json_pack("{s:[{s:s%,s:o}]}", "Platforms", "ID", id.p, id.len,
                           "Platform", platform);
  const size_t size = json_dumpb(root, NULL, 0, JSON_COMPACT);
  char *text = arena_alloc(b->ar, size + 1);
  json_dumpb(root, text, size, JSON_COMPACT);
  json_decref(root);
  return (struct str){text, size};
}

static bool solve(struct build *b, struct llb_ref tree, struct str *ref) {
  cleanup_sbuf struct sbuf definition;
  sbuf_init(&definition, LIMIT_RPC_REQUEST_BYTES);
  if (!llb_marshal(b->llb, tree, NULL, &definition, b->dg))
    return false;
  const struct gateway_solve req = {
      .definition = sbuf_str(&definition),
      .cache_imports = b->opts.cache_imports.v,
      .n_cache_imports = b->opts.cache_imports.n,
  };
  cleanup_call struct gateway_call *call =
      gateway_call_solve(b->engine->g, &req);
  engine_wait(b->engine, call);
  struct gateway_result result;
  if (!gateway_solve_result(call, b->ar, &result, b->dg))
    return false;
  *ref = result.ref;
  return true;
}

static void add_metadata(struct build *b, struct gateway_map *map,
                         const char *key, struct str value) {
  vec_push(b->ar, map, (struct gateway_entry){str_of(key), value});
}

bool build_return(struct build *b, struct llb_ref tree, struct str config) {
  struct gateway_result result = {.kind = GATEWAY_RESULT_REF};
  if (!solve(b, tree, &result.ref))
    return false;
  add_metadata(b, &result.metadata, "containerimage.config", config);
  add_metadata(b, &result.metadata, "refs.platforms", platforms_json(b));
  if (b->opts.args.epoch.len)
    add_metadata(b, &result.metadata, "source.date.epoch", b->opts.args.epoch);
  cleanup_call struct gateway_call *call =
      gateway_call_return(b->engine->g, &result);
  engine_wait(b->engine, call);
  return gateway_call_result(call, b->dg);
}

/** The engine's own error goes back as it came, with all its details. */
static struct str error_status(struct build *b) {
  diag_sort(b->dg);
  const struct diag *first = diag_first_error(b->dg);
  if (first->engine_status.len)
    return first->engine_status;

  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_ERROR_TEXT_BYTES);
  VEC(struct span) spans = {0};
  for (size_t i = 0; i < b->dg->list.n; i++) {
    const struct diag *d = &b->dg->list.v[i];
    if (d->severity != DIAG_ERROR)
      continue;
    diag_render_short(&text, d);
    vec_push(b->ar, &spans, d->span);
  }
  if (b->dg->dropped)
    sbuf_addf(&text, "and %zu more\n", b->dg->dropped);
  return gateway_status(b->ar, str_trim(sbuf_str(&text)), spans.v, spans.n);
}

void build_return_errors(struct build *b) {
  cleanup_call struct gateway_call *call =
      gateway_call_return_error(b->engine->g, error_status(b));
  engine_wait(b->engine, call);
}

void build_send_warnings(struct build *b, struct str op_digest) {
  VEC(struct gateway_call *) calls = {0};
  for (size_t i = 0; i < b->dg->list.n; i++) {
    const struct diag *d = &b->dg->list.v[i];
    if (d->severity != DIAG_WARNING)
      continue;
    struct gateway_warning w = {
        .op_digest = op_digest, .text = str_of(d->msg), .span = d->span};
    for (size_t j = 0; j < d->notes.n; j++)
      vec_push(b->ar, &w.detail, str_of(d->notes.v[j].text));
    vec_push(b->ar, &calls, gateway_call_warn(b->engine->g, &w));
  }
  engine_wait_all(b->engine, calls.v, calls.n);
  for (size_t i = 0; i < calls.n; i++)
    gateway_call_free(calls.v[i]);
}
