// Why the steps on an image of the user's own failed, when the image is the
// reason. Looked for when it has happened: the image is with the engine then,
// and a build that ends well waits for nothing.
#include "builder_int.h"

bool builder_has_own_images(const struct builder *b) {
  const struct recipe_args *args = &b->opts.args;
  return b->opts.contexts.n || args->base_image.len || args->deps_image.len;
}

/** What the steps of the plan need an image to have. */
static const struct {
  const char *path;
  const char *lacks; // behind "the image … "
  const char *note;
} needs[] = {
    {"bin/sh", "has no shell (/bin/sh), and the step is run by one",
     "an image that a model stands on has to be one of Debian or Ubuntu"},
    {"usr/bin/apt-get", "has no apt-get, by which tini and packages come",
     "it has to be one of Debian or Ubuntu"},
};

/** Whether TREE, which is the engine's, is known not to have PATH. */
static bool lacks(struct builder *b, struct llb_ref tree, const char *path) {
  struct diags quiet;
  struct context_stat st;
  const struct tree_env env = builder_tree_env(b);
  diag_init(&quiet, b->ar);
  return context_stat(tree_context(&env, tree, (struct str){0}), str_of(path),
                      SPAN_NONE, &st, &quiet) &&
         st.kind == CONTEXT_MISSING;
}

static bool is_apt(const struct plan_step *step) {
  return step->op == PLAN_RUN && str_starts(str_of(step->title), "apt-get ");
}

static const struct plan_step *first_run(const struct plan_stage *s) {
  for (size_t i = 0; i < s->steps.n; i++)
    if (s->steps.v[i].op == PLAN_RUN)
      return &s->steps.v[i];
  return NULL;
}

static bool explain_stage(struct builder *b, const struct builder_target *t,
                          const struct plan_stage *s) {
  const struct plan_step *step = first_run(s);
  const struct llb_plan_image *image =
      llb_plan_base_image(&t->graph, s->run_in ? s->run_in : s);
  for (size_t i = 0; step && i < ARRAY_LEN(needs); i++) {
    if (i && !is_apt(step))
      continue; // only the first is of every step
    if (!lacks(b, image->tree, needs[i].path))
      continue;
    diag_fail(b->dg, DIAG_BAD_IMAGE, step->span, "the image \"" STR_FMT "\" %s",
              STR_ARG(image->name), needs[i].lacks);
    diag_note(b->dg, SPAN_NONE, "%s", needs[i].note);
    return true;
  }
  return false;
}

static bool is_among(const struct plan_needs *needed,
                     const struct plan_stage *s) {
  for (size_t i = 0; i < needed->stages.n; i++)
    if (needed->stages.v[i] == s)
      return true;
  return false;
}

bool builder_explain(struct builder *b, const struct builder_target *t) {
  const struct plan *p = t->graph.plan; // in which the ones below come first
  const struct plan_needs needed = plan_stage_needs(t->graph.target, b->ar);
  for (size_t i = 0; i < p->stages.n; i++)
    if (is_among(&needed, p->stages.v[i]) &&
        explain_stage(b, t, p->stages.v[i]))
      return true;
  return false;
}
