// The life of one build.
#include "build_int.h"

#include "cogfe/build.h"
#include "cogfe/limits.h"

/** Asks what the engine can do, which decides how the graph is written, and
 *  what came with the request. */
static bool meet_engine(struct build *b) {
  struct engine *e = b->engine;
  cleanup_call struct gateway_call *ping = gateway_call_ping(e->g);
  cleanup_call struct gateway_call *inputs = gateway_call_inputs(e->g);
  engine_wait(e, ping);
  engine_wait(e, inputs);
  if (!gateway_ping_result(ping, b->dg) ||
      !gateway_inputs_result(inputs, b->ar, &b->inputs, b->dg))
    return false;
  const struct llb_opts opts = {
      .oneof_last =
          gateway_has(gateway_caps(e->g), GATEWAY_CAP_VALID_EXIT_CODES)};
  b->llb = llb_new(b->ar, &opts);
  return true;
}

static const struct plan *make_plan(struct build *b,
                                    const struct build_input *in) {
  const struct recipe_input input = {
      .files = in->files,
      .config = &in->config,
      .config_path = in->config_path,
      .config_in_context = in->config_in_context,
      .platform = b->opts.platform,
      .args = &b->opts.args,
  };
  struct recipe recipe;
  return recipe_make(&input, b->ar, &recipe, b->dg) ? recipe.plan : NULL;
}

/** The stage that the user asked for; `model` when nothing was said. */
static const struct plan_stage *find_target(struct build *b,
                                            const struct plan *plan) {
  const struct str name = b->opts.target;
  if (name.len == 0)
    return plan->model;
  const struct plan_stage *found = plan_find_stage(plan, name);
  if (found)
    return found;
  diag_fail(b->dg, DIAG_BAD_OPTION, (struct span){0},
            "there is no target \"" STR_FMT "\"", STR_ARG(name));
  cleanup_sbuf struct sbuf names;
  sbuf_init(&names, LIMIT_ERROR_TEXT_BYTES);
  for (size_t i = 0; i < plan->stages.n; i++)
    sbuf_addf(&names, "%s%s", i ? ", " : "", plan->stages.v[i]->name);
  diag_note(b->dg, (struct span){0}, "the targets are %s", names.ptr);
  return NULL;
}

static void set_emit_options(struct build *b, struct emit_input *in) {
  const struct gateway_caps *caps = gateway_caps(b->engine->g);
  const struct build_options *o = &b->opts;
  in->platform = o->platform;
  in->exec = (struct emit_exec){
      .network = o->network,
      .hosts = o->hosts.v,
      .n_hosts = o->hosts.n,
      .proxy = &o->proxy,
      .hostname = o->hostname,
  };
  in->caps = (struct emit_caps){
      .copy_patterns = gateway_has(caps, GATEWAY_CAP_COPY_PATTERNS),
      .secret_env = gateway_has(caps, GATEWAY_CAP_SECRET_ENV),
      // Engines without Warn are those whose own client (docker 20.10) prints
      // the text of an error and nothing else.
      .no_excerpts = !gateway_has(caps, GATEWAY_CAP_WARN),
  };
  in->cache_ns = o->args.cache_ns;
  in->no_cache = o->no_cache;
  in->labels = o->labels.v;
  in->n_labels = o->labels.n;
}

/** Gives every name of the plan what stands behind it. */
static bool find_sources(struct build *b, const struct build_input *input,
                         struct emit_input *in) {
  const struct plan_needs needs = plan_stage_needs(in->target, b->ar);
  struct emit_image *images;
  if (!build_find_images(b, &needs.images, &images))
    return false;
  in->images = images;
  in->n_images = needs.images.n;
  in->context = input->context;
  in->config_file = input->config_tree;
  return !needs.pyenv || build_find_pyenv(b, &in->pyenv);
}

static bool run(struct build *b) {
  struct build_input *input = arena_new(b->ar, struct build_input);
  if (!meet_engine(b) || !build_find_input(b, input))
    return false;
  const struct plan *plan = make_plan(b, input);
  if (!plan)
    return false;

  struct emit_input in = {.plan = plan, .target = find_target(b, plan)};
  if (!in.target)
    return false;
  set_emit_options(b, &in);
  struct llb_ref tree;
  cleanup_sbuf struct sbuf image_config;
  sbuf_init(&image_config, LIMIT_RPC_REQUEST_BYTES);
  if (!find_sources(b, input, &in) ||
      !emit_llb(b->llb, &in, b->ar, &tree, b->dg) ||
      !emit_config(&image_config, &in, b->ar, b->dg))
    return false;
  if (b->dg->errors)
    return false; // warnings that COG_STRICT made errors
  llb_set_source_info(b->llb, &input->config, STR("yaml"), (struct str){0});
  build_send_warnings(b, llb_digest(b->llb, input->config_tree));
  return build_return(b, tree, sbuf_str(&image_config));
}

/** What could not be told through the engine goes to its log. */
static void log_errors(const struct diags *dg) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_ERROR_TEXT_BYTES);
  diag_render(&text, dg, false);
  fputs(text.ptr, stderr);
}

int build_frontend(int in, int out, const char *const *env) {
  struct arena ar;
  struct diags dg;
  struct engine engine;
  arena_init(&ar);
  diag_init(&dg, &ar);
  engine_open(&engine, in, out);
  struct build b = {.ar = &ar, .dg = &dg, .engine = &engine};
  if (!build_options_load(env, &ar, &b.opts, &dg) || !run(&b))
    build_return_errors(&b);
  const bool gone = engine.gone;
  if (gone)
    log_errors(&dg);
  engine_close(&engine);
  arena_release(&ar);
  return gone ? 3 : 0;
}
