#include "cogfe/json.h"

#include "builder_from_cog.h"

#include "cogfe/limits.h"

// ---- our targets, as contexts of that name ----------------------------------

static void add_dockerfile_option(struct builder *b, struct gateway_map *map,
                                  struct str key, struct str value) {
  vec_push(b->ar, map, (struct gateway_entry){key, value});
}

/** {"containerimage.config": "base64"}, from which FROM takes what the image
 *  says of itself. */
static struct str input_metadata(struct builder *b, struct str config) {
  cleanup_sbuf struct sbuf base64;
  sbuf_init(&base64, 2 * LIMIT_IMAGE_CONFIG_BYTES);
  sbuf_add_base64(&base64, config.p, config.len);
  json_t *root = json_object();
  json_object_set_new(root, "containerimage.config",
                      json_stringn(base64.ptr, base64.len));
  const struct str text = str_json(b->ar, root, JSON_COMPACT);
  json_decref(root);
  return text;
}

/** Several platforms each have an input of their own. */
static bool add_input(struct builder *b, struct gateway_solve *req,
                      const char *name, const struct builder_target *t) {
  struct str key = str_of(name);
  if (b->opts.platforms.n > 1)
    key = str_printf(b->ar, "%s::" STR_FMT, name, STR_ARG(t->id));
  cleanup_sbuf struct sbuf definition;
  sbuf_init(&definition, LIMIT_RPC_REQUEST_BYTES_NEW);
  if (!llb_marshal(b->llb, t->tree, NULL, &definition, b->dg))
    return false;
  add_dockerfile_option(b, &req->frontend_inputs, key,
                        str_dup(b->ar, sbuf_str(&definition)));
  add_dockerfile_option(b, &req->frontend_opt,
                        str_printf(b->ar, "context:" STR_FMT, STR_ARG(key)),
                        str_printf(b->ar, "input:" STR_FMT, STR_ARG(key)));
  add_dockerfile_option(
      b, &req->frontend_opt,
      str_printf(b->ar, "input-metadata:" STR_FMT, STR_ARG(key)),
      input_metadata(b, t->config));
  return true;
}

/** The stages that the Dockerfile names, but for those that the build itself
 *  has a context for. */
struct wanted {
  VEC(const struct from_cog_name *) list;
};

static struct wanted find_wanted(struct builder *b,
                                 const struct builder_input *in,
                                 const struct platform *platform) {
  struct wanted w = {0};
  size_t n;
  const struct from_cog_name *names = from_cog_names(&n);
  for (size_t i = 0; i < n; i++)
    if (from_cog_wants_name(b, in->dockerfile.text, names[i].name) &&
        !builder_named_context(b, platform, str_of(names[i].name)).p)
      vec_push(b->ar, &w.list, &names[i]);
  return w;
}

static const struct plan_stage *stage_of(const struct builder_target *t,
                                         const struct from_cog_name *name) {
  const struct plan_stage *s =
      plan_find_stage(t->recipe.plan, str_of(name->stage));
  if (!s)
    BUG("the plan has no stage %s", name->stage);
  return s;
}

/** What is needed of outside for all wanted stages together, so that each image
 *  is asked for once. */
static bool prepare_from_cog(struct builder *b, const struct builder_input *in,
                             struct builder_target *targets, size_t n) {
  for (size_t i = 0; i < n; i++) {
    struct builder_target *t = &targets[i];
    t->platform = b->opts.platforms.v[i];
    if (!builder_start_target(b, in, t))
      return false;
    const struct wanted w = find_wanted(b, in, &t->platform);
    for (size_t j = 0; j < w.list.n; j++)
      if (!builder_need_stage(b, t, stage_of(t, w.list.v[j])))
        return false;
  }
  return b->dg->errors == 0; // warnings that COG_STRICT made errors
}

static bool add_inputs(struct builder *b, const struct builder_input *in,
                       const struct builder_target *all,
                       struct gateway_solve *req) {
  const struct wanted w = find_wanted(b, in, &all->platform);
  for (size_t i = 0; i < w.list.n; i++) {
    struct builder_target t = *all;
    t.graph.target = stage_of(all, w.list.v[i]);
    if (!builder_make_target(b, &t) ||
        !add_input(b, req, w.list.v[i]->name, &t))
      return false;
  }
  return true;
}

/** Images that nobody asked for: empty trees that say nothing of themselves. */
static bool stand_in(struct builder *b, const struct builder_input *in,
                     struct builder_target *targets, size_t n) {
  (void)in;
  for (size_t i = 0; i < n; i++) {
    const struct str_vec *wanted = &targets[i].needs.images;
    struct llb_plan_image *images =
        arena_array(b->ar, struct llb_plan_image, wanted->n);
    for (size_t j = 0; j < wanted->n; j++) {
      images[j] = (struct llb_plan_image){.name = wanted->v[j]};
      if (!imageconfig_parse(b->ar, images[j].json, &images[j].config, b->dg))
        return false;
    }
    targets[i].graph.images = images;
    targets[i].graph.n_images = wanted->n;
  }
  return true;
}

static bool knows_contexts(const struct builder *b) {
  // Named contexts came with the same release as Warn, 0.10.
  return b->opts.args.dockerfile_syntax.len ||
         gateway_has(gateway_caps(b->engine->g), GATEWAY_CAP_WARN);
}

static bool offer(struct builder *b, const struct builder_input *in,
                  bool look_up, struct gateway_solve *req) {
  if (!knows_contexts(b)) {
    diag_fail(b->dg, DIAG_UNSUPPORTED, SPAN_NONE,
              "this engine's own Dockerfile frontend cannot build FROM cog");
    diag_note(b->dg, SPAN_NONE,
              "it can since BuildKit 0.10 (Docker 23); before, name one that "
              "can: --build-arg COG_DOCKERFILE_SYNTAX=docker/dockerfile:1");
    return false;
  }
  const size_t n = b->opts.platforms.n;
  struct builder_target *targets = arena_array(b->ar, struct builder_target, n);
  if (!prepare_from_cog(b, in, targets, n) ||
      !(look_up ? builder_find_sources : stand_in)(b, in, targets, n))
    return false;
  if (b->dg->errors)
    return false;
  llb_set_source_info(b->llb, &in->config, STR("yaml"), (struct str){0});
  for (size_t i = 0; i < n; i++)
    if (!add_inputs(b, in, &targets[i], req))
      return false;
  return true;
}

// ---- the other frontend -----------------------------------------------------

/** What the build was told, so that the other frontend is told the same. */
static struct gateway_map forwarded(struct builder *b) {
  struct gateway_map map = {0};
  for (size_t i = 0; i < b->opts.all.n; i++) {
    const struct builder_pair *p = &b->opts.all.v[i];
    if (!str_is(p->name, "source") && !str_is(p->name, "cmdline"))
      add_dockerfile_option(b, &map, p->name, p->value);
  }
  // With this the other one does not look for `# syntax=`, and so does not hand
  // the build back to us (docs/dev/gateway.md, Choosing the frontend).
  add_dockerfile_option(b, &map, STR("cmdline"), STR("cog-frontend"));
  return map;
}

static bool solve(struct builder *b, const struct builder_input *in,
                  bool look_up, struct gateway_result *out) {
  const struct str image = b->opts.args.dockerfile_syntax;
  struct gateway_solve req = {
      .frontend = image.len ? STR("gateway.v0") : STR("dockerfile.v0"),
      .frontend_opt = forwarded(b),
      .cache_imports = b->opts.cache_imports.v,
      .n_cache_imports = b->opts.cache_imports.n,
  };
  if (image.len)
    add_dockerfile_option(b, &req.frontend_opt, STR("source"), image);
  for (size_t i = 0; i < b->inputs.n; i++)
    add_dockerfile_option(b, &req.frontend_inputs, b->inputs.v[i].key,
                          b->inputs.v[i].value);
  if (in->config.text.p && !offer(b, in, look_up, &req))
    return false;
  if (!from_cog_check(b, in, &req))
    return false;
  if (look_up)
    builder_send_warnings(b, llb_digest(b->llb, in->config_tree));
  cleanup_call struct gateway_call *call =
      gateway_call_solve(b->engine->g, &req);
  engine_wait(b->engine, call);
  if (!from_cog_could_read(b, in, call) ||
      !gateway_solve_result(call, b->ar, out, b->dg))
    return false;
  return out->kind != GATEWAY_RESULT_NONE || out->metadata.n ||
         diag_fail(b->dg, DIAG_PROTOCOL, SPAN_NONE,
                   "the Dockerfile frontend gave no result");
}

bool from_cog_build(struct builder *b, const struct builder_input *in) {
  struct gateway_result result;
  return solve(b, in, true, &result) && builder_return_result(b, &result);
}

bool from_cog_ask(struct builder *b, const struct builder_input *in,
                  struct gateway_result *out) {
  return solve(b, in, false, out);
}
