// What stands behind the images of a plan: named contexts, else registries.
#include "build_int.h"

/** One image while it is looked up. */
struct lookup {
  struct str name;           // as the plan has it
  struct str reference;      // for the registry
  struct gateway_call *call; // NULL: there is no config to ask for
  struct llb_ref tree;       // when CALL is NULL
};

struct str build_named_context(const struct build *b, struct str name) {
  const struct build_pairs *all = &b->opts.contexts;
  const struct str key = build_familiar_name(b->ar, name);
  const struct str id = build_platform_id(b->ar, &b->opts.platform);
  const struct str with_platform =
      str_printf(b->ar, STR_FMT "::" STR_FMT, STR_ARG(key), STR_ARG(id));
  const struct str found = build_pairs_get(all, with_platform);
  return found.p ? found : build_pairs_get(all, key);
}

static struct gateway_call *ask(struct build *b, struct str reference,
                                struct str log_name) {
  const struct gateway_image req = {
      .ref = reference,
      .platform = b->opts.platform,
      .resolve_mode = b->opts.resolve_mode,
      .log_name = log_name,
  };
  return gateway_call_resolve_image(b->engine->g, &req);
}

/** Starts looking NAME up in a registry, under the name that a named context
 *  may have given it. */
static void start_image(struct build *b, struct lookup *l, struct str reference,
                        const char *prefix) {
  l->reference = build_image_reference(b->ar, reference);
  l->call = ask(b, l->reference,
                str_printf(b->ar, "[%s] load metadata for " STR_FMT, prefix,
                           STR_ARG(l->reference)));
}

static bool start_named(struct build *b, struct lookup *l, struct str value) {
  static const char docker_image[] = "docker-image://";
  const char *prefix =
      arena_printf(b->ar, "context " STR_FMT, STR_ARG(l->name));
  if (str_starts(value, docker_image)) {
    start_image(b, l, str_skip(value, strlen(docker_image)), prefix);
    return true;
  }
  return build_named_tree(b, l->name, value, &l->tree);
}

static bool start(struct build *b, struct lookup *l) {
  const struct str named = build_named_context(b, l->name);
  if (named.p)
    return start_named(b, l, named);
  start_image(b, l, l->name, "internal");
  return true;
}

static bool finish(struct build *b, const struct lookup *l,
                   struct emit_image *out) {
  *out = (struct emit_image){.name = l->name, .tree = l->tree};
  if (!l->call)
    return imageconfig_parse(b->ar, out->json, &out->config, b->dg);
  engine_wait(b->engine, l->call);
  struct gateway_image_meta meta;
  if (!gateway_resolve_image_result(l->call, b->ar, &meta, b->dg))
    return false;
  const struct llb_meta op = {.name =
                                  str_printf(b->ar, "[internal] image " STR_FMT,
                                             STR_ARG(l->reference))};
  out->tree = llb_image(b->llb, meta.pinned, &b->opts.platform,
                        b->opts.resolve_mode, &op);
  out->json = meta.config;
  return imageconfig_parse(b->ar, out->json, &out->config, b->dg);
}

bool build_find_images(struct build *b, const struct str_vec *names,
                       struct emit_image **out) {
  struct lookup *lookups = arena_array(b->ar, struct lookup, names->n);
  *out = arena_array(b->ar, struct emit_image, names->n);
  bool ok = true;
  for (size_t i = 0; i < names->n; i++) {
    lookups[i].name = names->v[i];
    ok &= start(b, &lookups[i]);
  }
  for (size_t i = 0; i < names->n; i++) {
    ok = ok && finish(b, &lookups[i], &(*out)[i]);
    gateway_call_free(lookups[i].call);
  }
  return ok;
}
