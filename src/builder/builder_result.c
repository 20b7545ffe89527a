// What the engine gets at the end: a result, or errors that say what to do.
#include "cogfe/json.h"

#include "builder_int.h"

#include "cogfe/limits.h"

static json_t *json_text(struct str s) {
  return json_stringn(s.p, s.len);
}

static json_t *platform_json(const struct builder_target *t) {
  const struct platform *p = &t->platform;
  json_t *platform = json_object();
  json_object_set_new(platform, "architecture", json_text(p->arch));
  json_object_set_new(platform, "os", json_text(p->os));
  if (p->variant.len)
    json_object_set_new(platform, "variant", json_text(p->variant));
  json_t *entry = json_object();
  json_object_set_new(entry, "ID", json_text(t->id));
  json_object_set_new(entry, "Platform", platform);
  return entry;
}

/** Which ref is for which platform; engines want it also for one. */
static struct str platforms_json(struct builder *b,
                                 const struct builder_target *targets,
                                 size_t n) {
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(list, platform_json(&targets[i]));
  json_t *root = json_object();
  json_object_set_new(root, "Platforms", list);
  const struct str text = str_json(b->ar, root, JSON_COMPACT);
  json_decref(root);
  return text;
}

/** Whether an error of the engine's can be read that comes as the answer to a
 *  call: all of it is in one header. It holds the config and the step that
 *  failed in base64 twice over (JSON in a message in a header), and the step's
 *  words in the text besides. */
static bool error_fits(const struct builder *b,
                       const struct builder_target *t) {
  const size_t config = t->input.config ? t->input.config->text.len : 0;
  return 2 * config + 4 * llb_largest_op(b->llb) < LIMIT_RPC_HEADER_BYTES;
}

static struct gateway_call *start_solve(struct builder *b,
                                        const struct builder_target *t) {
  cleanup_sbuf struct sbuf definition;
  sbuf_init(&definition, gateway_request_max(b->engine->g));
  if (!llb_marshal(b->llb, t->tree, NULL, &definition, b->dg))
    return NULL;
  const struct gateway_solve req = {
      .definition = sbuf_str(&definition),
      .cache_imports = b->engine->cache_imports,
      .n_cache_imports = b->engine->n_cache_imports,
      // What goes wrong on an image that is known needs no explanation: the
      // engine builds after Return, and shows its own error. So it does where
      // we could not read it.
      .evaluate =
          t->graph.target && builder_has_own_images(b) && error_fits(b, t),
  };
  return gateway_call_solve(b->engine->g, &req);
}

static bool finish_solve(struct builder *b, const struct builder_target *t,
                         struct gateway_call *call, struct str *ref) {
  struct gateway_result result;
  engine_wait(b->engine, call);
  const bool explained = !gateway_call_ok(call) && builder_has_own_images(b) &&
                         t->graph.target && builder_explain(b, t);
  const bool ok =
      !explained && gateway_solve_result(call, b->ar, &result, b->dg);
  gateway_call_free(call);
  if (ok)
    *ref = result.ref;
  return ok;
}

/** The engine's names of all trees, registered at once. */
static bool solve_all(struct builder *b, const struct builder_target *targets,
                      size_t n, struct str *refs) {
  struct gateway_call **calls = arena_array(b->ar, struct gateway_call *, n);
  bool ok = true;
  for (size_t i = 0; i < n; i++)
    ok &= (calls[i] = start_solve(b, &targets[i])) != NULL;
  for (size_t i = 0; i < n; i++)
    if (calls[i])
      ok &= finish_solve(b, &targets[i], calls[i], &refs[i]);
  return ok;
}

static void add_metadata(struct builder *b, struct gateway_map *map,
                         const char *key, struct str value) {
  vec_push(b->ar, map, (struct gateway_entry){str_of(key), value});
}

/** The key of a platform's own metadata. */
static const char *key_of(struct builder *b, const char *key,
                          const struct builder_target *t) {
  if (!b->opts.multi_platform)
    return key;
  return arena_printf(b->ar, "%s/" STR_FMT, key, STR_ARG(t->id));
}

/** Nothing is shown of what comes after Return. */
static void finish_warnings(struct builder *b) {
  engine_wait_all(b->engine, b->warnings.v, b->warnings.n);
  for (size_t i = 0; i < b->warnings.n; i++)
    gateway_call_free(b->warnings.v[i]);
  b->warnings.n = 0;
}

bool builder_return_result(struct builder *b,
                           const struct gateway_result *result) {
  finish_warnings(b);
  cleanup_call struct gateway_call *call =
      gateway_call_return(b->engine->g, result);
  engine_wait(b->engine, call);
  return gateway_call_result(call, b->dg);
}

/** What the scanners found, if any were run. */
static bool attest(struct builder *b, const struct builder_target *targets,
                   size_t n, struct gateway_map *out) {
  for (size_t i = 0; i < n; i++) {
    const struct builder_target *t = &targets[i];
    struct str ref;
    if (llb_is_scratch(t->sbom))
      continue;
    cleanup_call struct gateway_call *call =
        engine_start_ref(b->engine, b->llb, t->sbom, b->dg);
    if (!call || !engine_finish_ref(b->engine, call, b->ar, &ref, b->dg))
      return false;
    vec_push(b->ar, out,
             (struct gateway_entry){t->id, gateway_sbom(b->ar, ref)});
  }
  return true;
}

bool builder_return(struct builder *b, const struct builder_target *targets,
                    size_t n) {
  struct str *refs = arena_array(b->ar, struct str, n);
  if (!solve_all(b, targets, n, refs))
    return false;

  struct gateway_result result = {.kind = GATEWAY_RESULT_REF, .ref = refs[0]};
  if (b->opts.multi_platform)
    result.kind = GATEWAY_RESULT_REFS;
  for (size_t i = 0; i < n; i++) {
    const struct builder_target *t = &targets[i];
    vec_push(b->ar, &result.refs, (struct gateway_entry){t->id, refs[i]});
    add_metadata(b, &result.metadata, key_of(b, "containerimage.config", t),
                 t->config);
    const struct str base =
        t->graph.target ? llb_plan_base_image(&t->graph, t->graph.target)->json
                        : (struct str){0};
    if (base.len)
      add_metadata(b, &result.metadata,
                   key_of(b, "containerimage.base.config", t), base);
    if (b->opts.has_epoch)
      add_metadata(b, &result.metadata, key_of(b, "source.date.epoch", t),
                   str_printf(b->ar, "%" PRId64, b->opts.epoch));
  }
  add_metadata(b, &result.metadata, "refs.platforms",
               platforms_json(b, targets, n));
  return attest(b, targets, n, &result.attestations) &&
         builder_return_result(b, &result);
}

/** Every error of ours, with the lines that they are about when SHOWN. */
static struct str own_status(struct builder *b, bool shown) {

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
  return gateway_status(b->ar, str_trim(sbuf_str(&text)), spans.v,
                        shown ? spans.n : 0);
}

/** The engine's own error goes back as it came, with all its details. */
static struct str error_status(struct builder *b) {
  diag_sort(b->dg);
  const struct diag *first = diag_first_error(b->dg);
  return first->engine_status.len ? first->engine_status : own_status(b, true);
}

void builder_return_errors(struct builder *b) {
  if (b->engine->gone) {
    b->errors_returned = engine_last_words(b->engine, own_status(b, false));
    return;
  }
  finish_warnings(b);
  cleanup_call struct gateway_call *call =
      gateway_call_return_error(b->engine->g, error_status(b));
  engine_wait(b->engine, call);
}

/** One line with the name to turn it off by. The place is also text, because
 *  most clients show no more than this. */
static struct str warning_line(struct builder *b, const struct diag *d) {
  const char *place = "";
  if (d->span.src)
    place = arena_printf(b->ar, " (%s:%d)", d->span.src->name, d->span.line);
  return str_printf(b->ar, "%s: %s%s", diag_slug(d->code), d->msg, place);
}

void builder_send_warnings(struct builder *b, struct str op_digest) {
  diag_sort(b->dg);
  for (size_t i = 0; i < b->dg->list.n; i++) {
    const struct diag *d = &b->dg->list.v[i];
    if (d->severity != DIAG_WARNING)
      continue;
    struct gateway_warning w = {.op_digest = op_digest,
                                .text = warning_line(b, d),
                                .url = str_of(diag_url(b->ar, d->code)),
                                .span = d->span};
    for (size_t j = 0; j < d->notes.n; j++)
      vec_push(b->ar, &w.detail, str_of(d->notes.v[j].text));
    vec_push(b->ar, &b->warnings, gateway_call_warn(b->engine->g, &w));
  }
}
