// Rules about the files of the context. A file that cannot be looked at is not
// spoken of: the engine, or the build, says what is wrong with it.
#include "lint/lint_int.h"

/** The clean path of a pointer's file, or NULL when it has none. */
static const char *pointer_path(struct arena *ar,
                                const struct config_pointer *p) {
  struct diags mute;
  const char *clean;
  diag_init(&mute, ar);
  return p->set && context_path(ar, p->file, SPAN_NONE, &clean, &mute) ? clean
                                                                       : NULL;
}

static void expect(const struct config_pointer *p, struct context *files,
                   struct arena *ar) {
  const char *path = pointer_path(ar, p);
  if (path)
    context_expect(files, ar, str_of(path));
}

void lint_expect(const struct config *config, struct context *files,
                 struct arena *ar) {
  expect(&config->predictor, files, ar);
  expect(&config->train, files, ar);
}

static bool is_hidden_file(const struct lint *l, const char *path) {
  return l->in->ignore && context_ignore_hides(l->in->ignore, str_of(path));
}

// ---- pointers ---------------------------------------------------------------

/** CONTEXT_FILE also when it cannot be looked at. */
static enum context_kind kind_of_path(struct lint *l, const char *path) {
  struct diags mute;
  struct context_stat st;
  diag_init(&mute, l->ar);
  return context_stat(l->in->files, str_of(path), SPAN_NONE, &st, &mute)
             ? st.kind
             : CONTEXT_FILE;
}

static void check_pointer(struct lint *l, const struct config_pointer *p) {
  const char *path = pointer_path(l->ar, p);
  const enum context_kind kind =
      path && !is_hidden_file(l, path) ? kind_of_path(l, path) : CONTEXT_FILE;
  if (kind == CONTEXT_FILE)
    return;
  diag_warn(l->dg, DIAG_POINTER_MISSING, p->span,
            kind == CONTEXT_MISSING ? "there is no %s in the build context"
                                    : "%s is no file in the build context",
            path);
  diag_note(l->dg, SPAN_NONE,
            "the model's server imports " STR_FMT
            " from it; paths are relative to the context's top",
            STR_ARG(p->name));
}

void lint_pointer_missing(struct lint *l) {
  check_pointer(l, &l->config->predictor);
  check_pointer(l, &l->config->train);
}

// ---- .dockerignore ----------------------------------------------------------

static void check_hidden(struct lint *l, const char *path, struct span span,
                         const char *why) {
  if (!path || !is_hidden_file(l, path))
    return;
  diag_warn(l->dg, DIAG_HIDDEN_FILE, span,
            "the ignore file keeps %s out of the build context", path);
  diag_note(l->dg, SPAN_NONE,
            "%s; write \"!%s\" at the ignore file's "
            "end to have it",
            why, path);
}

/** Every file that lines were read from, under its path in the context. */
static void check_requirements(struct lint *l) {
  const struct requirements *all = l->requirements;
  const struct source *last = NULL;
  for (size_t i = 0; i < all->n; i++) {
    const struct source *src = all->v[i].span.src;
    if (src && src != last && src != l->config->src)
      check_hidden(l, src->name, l->config->python_requirements.span,
                   "its packages are installed, but Cog does not find it");
    last = src;
  }
}

void lint_hidden_file(struct lint *l) {
  const struct config *cfg = l->config;
  check_requirements(l);
  check_hidden(l, pointer_path(l->ar, &cfg->predictor), cfg->predictor.span,
               "the model cannot start without it");
  check_hidden(l, pointer_path(l->ar, &cfg->train), cfg->train.span,
               "training cannot start without it");
}
