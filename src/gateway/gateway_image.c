#include "gateway/gateway_int.h"

// An image's digest and config, by the newer or the older of two calls.

static const char image_scheme[] = "docker-image://";
static const char oci_scheme[] = "oci-layout://";

static Gateway__Platform *pack_platform(struct gateway_call *c,
                                        const struct platform *p) {
  if (p->arch.len == 0)
    return NULL;
  Gateway__Platform *m = arena_new(c->ar, Gateway__Platform);
  gateway__platform__init(m);
  m->architecture = pack_text(c, p->arch);
  m->os = pack_text(c, p->os);
  m->variant = pack_text(c, p->variant);
  m->os_version = pack_text(c, p->os_version);
  return m;
}

static struct gateway_call *call_source_meta(struct gateway *g,
                                             const struct gateway_image *req) {
  struct gateway_call *c = call_new(g, RPC_SOURCE_META);
  c->subject = str_dup(c->ar, req->ref);
  Gateway__SourceOp source = GATEWAY__SOURCE_OP__INIT;
  source.identifier =
      pack_text(c, str_printf(c->ar, "%s" STR_FMT,
                              req->oci_layout ? oci_scheme : image_scheme,
                              STR_ARG(req->ref)));
  struct gateway_map attrs = {0};
  if (req->oci_layout) {
    vec_push(c->ar, &attrs,
             (struct gateway_entry){STR("oci.session"), req->oci_session});
    vec_push(c->ar, &attrs,
             (struct gateway_entry){STR("oci.store"), req->oci_store});
  }
  source.attrs = pack_text_map(c, &attrs, &source.n_attrs);
  Gateway__ResolveSourceMetaRequest m =
      GATEWAY__RESOLVE_SOURCE_META_REQUEST__INIT;
  m.source = &source;
  m.platform = pack_platform(c, &req->platform);
  m.log_name = pack_text(c, req->log_name);
  m.resolve_mode = pack_text(c, req->resolve_mode);
  return call_start(c, &m.base);
}

static struct gateway_call *call_image_config(struct gateway *g,
                                              const struct gateway_image *req) {
  struct gateway_call *c = call_new(g, RPC_IMAGE_CONFIG);
  c->subject = str_dup(c->ar, req->ref);
  Gateway__ResolveImageConfigRequest m =
      GATEWAY__RESOLVE_IMAGE_CONFIG_REQUEST__INIT;
  m.ref = pack_text(c, req->ref);
  m.platform = pack_platform(c, &req->platform);
  m.log_name = pack_text(c, req->log_name);
  m.resolve_mode = pack_text(c, req->resolve_mode);
  if (req->oci_layout) {
    m.resolver_type = 1; // an OCI layout
    m.session_id = pack_text(c, req->oci_session);
    m.store_id = pack_text(c, req->oci_store);
  }
  return call_start(c, &m.base);
}

struct gateway_call *
gateway_call_resolve_image(struct gateway *g, const struct gateway_image *req) {
  return gateway_has(&g->caps, GATEWAY_CAP_SOURCE_META)
             ? call_source_meta(g, req)
             : call_image_config(g, req);
}

static struct str without_scheme(struct str id) {
  if (str_starts(id, image_scheme))
    return str_skip(id, strlen(image_scheme));
  if (str_starts(id, oci_scheme))
    return str_skip(id, strlen(oci_scheme));
  return id;
}

static bool source_meta_result(const struct gateway_call *c, struct arena *ar,
                               struct gateway_image_meta *out,
                               struct diags *dg) {
  const Gateway__ResolveSourceMetaResponse *m =
      call_answer(c, RPC_SOURCE_META,
                  &gateway__resolve_source_meta_response__descriptor, dg);
  if (!m)
    return false;
  struct str id = m->source ? unpack_str(ar, m->source->identifier) : STR("");
  if (!m->image)
    return diag_fail(dg, DIAG_UNSUPPORTED, SPAN_NONE,
                     "the engine's source policy replaced the image " STR_FMT
                     " by " STR_FMT ", which is no image",
                     STR_ARG(c->subject), STR_ARG(id));
  out->ref = without_scheme(id);
  out->digest = unpack_str(ar, m->image->digest);
  out->config = unpack_str(ar, m->image->config);
  return true;
}

static bool image_config_result(const struct gateway_call *c, struct arena *ar,
                                struct gateway_image_meta *out,
                                struct diags *dg) {
  const Gateway__ResolveImageConfigResponse *m =
      call_answer(c, RPC_IMAGE_CONFIG,
                  &gateway__resolve_image_config_response__descriptor, dg);
  if (!m)
    return false;
  out->ref = unpack_str(ar, m->ref);
  out->digest = unpack_str(ar, m->digest);
  out->config = unpack_str(ar, m->config);
  return true;
}

bool gateway_resolve_image_result(const struct gateway_call *c,
                                  struct arena *ar,
                                  struct gateway_image_meta *out,
                                  struct diags *dg) {
  *out = (struct gateway_image_meta){0};
  bool ok = c->rpc == RPC_SOURCE_META ? source_meta_result(c, ar, out, dg)
                                      : image_config_result(c, ar, out, dg);
  if (!ok)
    return false;
  if (out->ref.len == 0) // engines before 0.12 do not repeat it
    out->ref = str_dup(ar, c->subject);
  bool pin = out->digest.len && str_find(out->ref, '@') < 0;
  out->pinned = pin ? str_printf(ar, STR_FMT "@" STR_FMT, STR_ARG(out->ref),
                                 STR_ARG(out->digest))
                    : out->ref;
  return true;
}
