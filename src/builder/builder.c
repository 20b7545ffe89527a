// The life of one build.
#include "builder_from_cog.h"

#include "cogfe/builder.h"
#include "cogfe/limits.h"

/** Asks what the engine can do, which decides how the graph is written, and
 *  what came with the request. */
static bool meet_engine(struct builder *b) {
  struct engine *e = b->engine;
  cleanup_call struct gateway_call *ping = gateway_call_ping(e->g);
  cleanup_call struct gateway_call *inputs = gateway_call_inputs(e->g);
  engine_wait(e, ping);
  engine_wait(e, inputs);
  if (!gateway_ping_result(ping, b->dg) ||
      !gateway_inputs_result(inputs, b->ar, &b->inputs, b->dg))
    return false;
  if (!b->opts.requestid.len && !builder_find_epoch(b))
    return false; // a question is answered without it
  const struct llb_opts opts = {
      .oneof_last =
          gateway_has(gateway_caps(e->g), GATEWAY_CAP_VALID_EXIT_CODES),
      .has_epoch = b->opts.has_epoch,
      .epoch = b->opts.epoch};
  b->llb = llb_new(b->ar, &opts);
  e->cache_imports = b->opts.cache_imports.v;
  e->n_cache_imports = b->opts.cache_imports.n;
  return true;
}

static bool prepare_target(struct builder *b, const struct builder_input *input,
                           struct builder_target *t) {
  if (!builder_start_target(b, input, t))
    return false;
  t->graph.target = builder_find_target(b, t->recipe.plan);
  return t->graph.target && builder_need_stage(b, t, t->graph.target);
}

static bool run_build(struct builder *b) {
  if (!meet_engine(b))
    return false;
  if (b->opts.requestid.len)
    return builder_answer(b);
  struct builder_input *input = arena_new(b->ar, struct builder_input);
  if (!builder_find_input(b, input) || !builder_load_tables(b))
    return false;
  if (from_cog_is(input))
    return from_cog_build(b, input);
  if (!builder_check_epoch(b))
    return false;
  const struct document_kind *files = document_find(b->opts.target);
  if (files)
    return builder_document(b, input, files);

  const size_t n = b->opts.platforms.n;
  struct builder_target *targets = arena_array(b->ar, struct builder_target, n);
  for (size_t i = 0; i < n; i++) {
    targets[i].platform = b->opts.platforms.v[i];
    if (!prepare_target(b, input, &targets[i]))
      return false;
  }
  builder_check_contexts(b, targets, n);
  builder_check_stages(b, targets, n);
  if (b->dg->errors)
    return false; // warnings that COG_STRICT made errors
  if (!builder_find_sources(b, input, targets, n))
    return false;
  if (b->dg->errors)
    return false;
  for (size_t i = 0; i < n; i++)
    if (!builder_make_target(b, &targets[i]))
      return false;
  if (!builder_scan(b, input, targets, n))
    return false;

  llb_set_source_info(b->llb, &input->config, STR("yaml"), (struct str){0});
  builder_send_warnings(b, llb_digest(b->llb, input->config_tree));
  return builder_return(b, targets, n);
}

/** What could not be told through the engine goes to its log. */
static void log_errors(const struct diags *dg) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_ERROR_TEXT_BYTES);
  diag_render(&text, dg, false);
  fputs(text.ptr, stderr);
}

int builder_run(int in, int out, const char *const *env) {
  struct arena ar;
  struct diags dg;
  struct engine engine;
  arena_init(&ar);
  diag_init(&dg, &ar);
  engine_open(&engine, in, out);
  struct tree_expectations expected = {0};
  struct builder b = {
      .ar = &ar, .dg = &dg, .engine = &engine, .expected = &expected};
  if (!builder_options_load(env, &ar, &b.opts, &dg) || !run_build(&b))
    builder_return_errors(&b);
  const bool gone = engine.gone && !b.errors_returned;
  if (gone)
    log_errors(&dg);
  context_close(b.archive);
  engine_close(&engine);
  arena_release(&ar);
  return gone ? 3 : 0;
}
