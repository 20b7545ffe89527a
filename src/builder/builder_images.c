// What stands behind the images of a plan: named contexts, else registries.
#include "builder_int.h"

/** One image while it is looked up. */
struct builder_lookup {
  const struct platform *platform;
  struct str name;           // as the plan has it
  struct str reference;      // for the registry
  struct gateway_call *call; // NULL: there is no config to ask for
  struct str store;          // of an OCI layout, else empty
  struct llb_ref tree;       // when CALL is NULL
  struct str json;           // likewise; empty when there is no config
};

static struct gateway_call *ask_config(struct builder *b,
                                       const struct builder_lookup *l,
                                       const char *prefix) {
  const struct gateway_image req = {
      .ref = l->reference,
      .platform = *l->platform,
      .resolve_mode = b->opts.resolve_mode,
      .oci_layout = l->store.len > 0,
      .oci_session = b->opts.session,
      .oci_store = l->store,
      .log_name = str_printf(b->ar, "[%s] load metadata for " STR_FMT, prefix,
                             STR_ARG(l->reference)),
  };
  return gateway_call_resolve_image(b->engine->g, &req);
}

/** Starts looking an image up in a registry, under the name that a named
 *  context may have given it. */
static void start_image(struct builder *b, struct builder_lookup *l,
                        struct str reference, const char *prefix) {
  l->reference = llb_image_reference(b->ar, reference);
  l->call = ask_config(b, l, prefix);
}

/** `STORE[:TAG]@sha256:…`: an image in the client's OCI layout STORE. */
static bool start_layout(struct builder *b, struct builder_lookup *l,
                         struct str value, const char *prefix) {
  if (!gateway_has(gateway_caps(b->engine->g), GATEWAY_CAP_OCI_LAYOUT))
    return diag_fail(b->dg, DIAG_UNSUPPORTED, SPAN_NONE,
                     "this engine does not read OCI layouts, as the context "
                     "\"" STR_FMT "\" is one (BuildKit 0.11 and later do)",
                     STR_ARG(l->name));
  const ptrdiff_t at = str_rfind(value, '@');
  if (at < 0) {
    diag_fail(b->dg, DIAG_BAD_CONTEXT, SPAN_NONE,
              "the context \"" STR_FMT "\" needs a digest", STR_ARG(l->name));
    diag_note(b->dg, SPAN_NONE,
              "write it as oci-layout://DIRECTORY@sha256:…, or with a tag");
    return false;
  }
  str_cut(str_take(value, (size_t)at), ':', &l->store);
  l->reference = str_printf(b->ar, "docker.io/library/" STR_FMT STR_FMT,
                            STR_ARG(builder_store_name(b->ar, l->name)),
                            STR_ARG(str_skip(value, (size_t)at)));
  l->call = ask_config(b, l, prefix);
  return true;
}

static bool start_named(struct builder *b, struct builder_lookup *l,
                        struct str value) {
  static const char image[] = "docker-image://", layout[] = "oci-layout://";
  const char *prefix =
      arena_printf(b->ar, "context " STR_FMT, STR_ARG(l->name));
  if (str_starts(value, layout))
    return start_layout(b, l, str_skip(value, strlen(layout)), prefix);
  if (!str_starts(value, image))
    return builder_named_tree(b, l->name, value, &l->tree) &&
           builder_input_config(b, value, &l->json);
  const struct str reference = str_skip(value, strlen(image));
  if (str_is(reference, "scratch"))
    return true; // an empty tree without a config
  start_image(b, l, reference, prefix);
  return true;
}

static bool start(struct builder *b, struct builder_lookup *l) {
  const struct str named = builder_named_context(b, l->platform, l->name);
  if (named.p)
    return start_named(b, l, named);
  start_image(b, l, l->name, "internal");
  return true;
}

static struct llb_ref image_source(struct builder *b,
                                   const struct builder_lookup *l,
                                   struct str pinned) {
  const struct llb_meta meta = {.name = str_printf(b->ar,
                                                   "[internal] image " STR_FMT,
                                                   STR_ARG(l->reference))};
  if (l->store.len == 0)
    return llb_image(b->llb, pinned, l->platform, b->opts.resolve_mode, &meta);
  const struct llb_attr attrs[] = {{"oci.session", b->opts.session},
                                   {"oci.store", l->store}};
  const struct llb_source src = {
      .identifier = str_printf(b->ar, "oci-layout://" STR_FMT, STR_ARG(pinned)),
      .attrs = attrs,
      .n_attrs = ARRAY_LEN(attrs),
      .platform = l->platform,
  };
  return llb_source(b->llb, &src, &meta);
}

static bool finish_lookup(struct builder *b, const struct builder_lookup *l,
                          struct llb_plan_image *out) {
  *out = (struct llb_plan_image){
      .name = l->name, .tree = l->tree, .json = l->json};
  if (l->call) {
    engine_wait(b->engine, l->call);
    struct gateway_image_meta meta;
    if (!gateway_resolve_image_result(l->call, b->ar, &meta, b->dg))
      return false;
    out->tree = image_source(b, l, meta.pinned);
    out->json = meta.config;
  }
  return imageconfig_parse(b->ar, out->json, &out->config, b->dg);
}

bool builder_named_source(struct builder *b, const struct platform *platform,
                          struct str name, struct str value,
                          struct llb_ref *out) {
  struct builder_lookup l = {.platform = platform, .name = name};
  struct llb_plan_image image = {0};
  const bool ok = start_named(b, &l, value) && finish_lookup(b, &l, &image);
  gateway_call_free(l.call);
  *out = image.tree;
  return ok;
}

bool builder_start_images(struct builder *b, struct builder_target *t) {
  const struct str_vec *names = &t->needs.images;
  bool ok = true;
  t->lookups = arena_array(b->ar, struct builder_lookup, names->n);
  for (size_t i = 0; i < names->n; i++) {
    t->lookups[i] =
        (struct builder_lookup){.platform = &t->platform, .name = names->v[i]};
    ok &= start(b, &t->lookups[i]);
  }
  return ok;
}

bool builder_finish_images(struct builder *b, struct builder_target *t,
                           bool ok) {
  const size_t n = t->needs.images.n;
  struct llb_plan_image *images = arena_array(b->ar, struct llb_plan_image, n);
  for (size_t i = 0; t->lookups && i < n; i++) {
    ok = ok && finish_lookup(b, &t->lookups[i], &images[i]);
    gateway_call_free(t->lookups[i].call);
  }
  t->lookups = NULL;
  t->graph.images = images;
  t->graph.n_images = n;
  return ok;
}
