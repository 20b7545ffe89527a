// One platform of a build: from the recipe to a tree and its image config.
#include "builder_int.h"

#include "cogfe/limits.h"

static void add_target_name(struct sbuf *names, struct str_guess *meant,
                            const char *name) {
  str_guess_consider(meant, name);
  sbuf_addf(names, "%s%s", names->len ? ", " : "", name);
}

const struct plan_stage *builder_find_target(struct builder *b,
                                             const struct plan *plan) {
  const struct str name = b->opts.target;
  if (name.len == 0)
    return plan->model;
  const struct plan_stage *found = plan_find_stage(plan, name);
  if (found)
    return found;
  diag_fail(b->dg, DIAG_BAD_OPTION, SPAN_NONE,
            "there is no target \"" STR_FMT "\"", STR_ARG(name));
  struct str_guess meant = {.text = name};
  cleanup_sbuf struct sbuf names;
  sbuf_init(&names, LIMIT_ERROR_TEXT_BYTES);
  for (size_t i = 0; i < plan->stages.n; i++)
    if (plan->stages.v[i]->help)
      add_target_name(&names, &meant, plan->stages.v[i]->name);
  size_t n;
  const struct document_kind *kinds = document_kinds(&n);
  for (size_t i = 0; i < n; i++)
    add_target_name(&names, &meant, kinds[i].name);
  if (meant.best)
    diag_note(b->dg, SPAN_NONE, "did you mean \"%s\"?", meant.best);
  diag_note(b->dg, SPAN_NONE, "the targets are %s", names.ptr);
  return NULL;
}

static void set_graph_options(struct builder *b,
                              const struct builder_input *input,
                              struct builder_target *t) {
  const struct gateway_caps *caps = gateway_caps(b->engine->g);
  const struct builder_options *o = &b->opts;
  struct llb_plan_input *in = &t->graph;
  in->plan = t->recipe.plan;
  in->platform = t->platform;
  if (b->opts.multi_platform)
    in->step_prefix = str_printf(b->ar, STR_FMT " ", STR_ARG(t->id));
  in->context = input->context;
  in->config_file = input->config_tree;
  in->exec = (struct llb_plan_exec){
      .network = o->network,
      .hosts = o->hosts.v,
      .n_hosts = o->hosts.n,
      .proxy = &o->proxy,
      .hostname = o->hostname,
  };
  // An engine that does not know these limits runs the steps without them.
  if (gateway_has(caps, GATEWAY_CAP_CGROUP_PARENT))
    in->exec.cgroup_parent = o->cgroup_parent;
  if (gateway_has(caps, GATEWAY_CAP_TMPFS_SIZE))
    in->exec.shm_size = o->shm_size;
  if (gateway_has(caps, GATEWAY_CAP_LINUX_RESOURCES))
    in->exec.resources = &o->resources;
  if (gateway_has(caps, GATEWAY_CAP_ULIMIT)) {
    in->exec.ulimits = o->ulimits.v;
    in->exec.n_ulimits = o->ulimits.n;
  }
  in->caps = (struct llb_plan_caps){
      .copy_patterns = gateway_has(caps, GATEWAY_CAP_COPY_PATTERNS),
      .secret_env = gateway_has(caps, GATEWAY_CAP_SECRET_ENV),
      // Engines without Warn are those whose own client (docker 20.10) prints
      // the text of an error and nothing else.
      .no_excerpts = !gateway_has(caps, GATEWAY_CAP_WARN),
  };
  in->cache_ns = o->args.cache_ns;
  in->max_bytes = gateway_request_max(b->engine->g);
  in->no_cache = o->no_cache;
  in->no_cache_stages = &o->no_cache_stages;
}

bool builder_start_target(struct builder *b, const struct builder_input *input,
                          struct builder_target *t) {
  t->id = platform_id(b->ar, &t->platform);
  if (!builder_make_recipe(b, input, &t->platform, &t->input, &t->recipe))
    return false;
  set_graph_options(b, input, t);
  return true;
}

bool builder_need_stage(struct builder *b, struct builder_target *t,
                        const struct plan_stage *stage) {
  const bool had_pyenv = t->needs.pyenv;
  plan_add_needs(&t->needs, stage, b->ar);
  return had_pyenv || !t->needs.pyenv ||
         builder_find_pyenv(b, &t->platform, &t->graph.pyenv);
}

/** The files that the rules of lint may look at: those that are searched for
 *  weights anyway, or single ones; NULL when no target takes the context. */
static struct context *lint_files(const struct builder *b,
                                  const struct builder_input *input,
                                  const struct builder_target *targets,
                                  size_t n) {
  for (size_t i = 0; i < n; i++)
    if (targets[i].needs.context)
      return str_is(b->opts.args.weights, "off") ? input->files : input->tree;
  return NULL;
}

/** Files are the same for every platform. */
static void lint_targets(struct builder *b, const struct builder_input *input,
                         const struct builder_target *targets, size_t n,
                         struct context *files) {
  for (size_t i = 0; i < n; i++)
    builder_lint(b, input, &targets[i].platform, &targets[i].recipe,
                 i == 0 ? files : NULL);
}

bool builder_find_sources(struct builder *b, const struct builder_input *input,
                          struct builder_target *targets, size_t n) {
  struct context *files = lint_files(b, input, targets, n);
  bool ok = true;
  for (size_t i = 0; i < n; i++)
    ok &= builder_start_images(b, &targets[i]);
  if (ok && files)
    recipe_lint_expect(&targets[0].recipe, files, b->ar);
  ok = ok && builder_add_schema(b, files, targets, n);
  ok = ok && builder_add_weights(b, input, targets, n);
  if (ok)
    lint_targets(b, input, targets, n, files);
  for (size_t i = 0; i < n; i++)
    ok = builder_finish_images(b, &targets[i], ok);
  return ok;
}

bool builder_make_target(struct builder *b, struct builder_target *t) {
  cleanup_sbuf struct sbuf config;
  sbuf_init(&config, LIMIT_RPC_REQUEST_BYTES);
  const struct imageconfig_plan image = {
      .target = t->graph.target,
      .platform = t->platform,
      .base = llb_plan_base_image(&t->graph, t->graph.target)->json,
      .labels = b->opts.labels.v,
      .n_labels = b->opts.labels.n,
      .has_epoch = b->opts.has_epoch,
      .epoch = b->opts.epoch,
  };
  if (!llb_add_plan(b->llb, &t->graph, b->ar, &t->tree, b->dg) ||
      !imageconfig_emit_plan(&config, &image, b->ar, b->dg))
    return false;
  t->config = str_dup(b->ar, sbuf_str(&config));
  return true;
}
