// Which files of the context are layers of their own, below the source.
//
// A file is one when it has 10 MiB or more and its name does not say that it is
// source, media or a log. The topmost directories that hold such files become
// one layer each, with all that is in them; one with Python in it does not,
// because an edit would push all of it again: there, and at the top, the files
// are layers one by one.
// Source: replicate/cog v0.9.20 pkg/weights/weights.go, which leaves
// directories with Python in them alone altogether.
#include "recipe_weights_int.h"

// Nobody's model reads its weights from these.
static const char *const other_directories[] = {".cog", ".git", ".venv", "venv",
                                                "__pycache__"};

// ---- all files --------------------------------------------------------------

static bool has_exceptions(const struct context_ignore *ignore) {
  for (size_t i = 0; i < ignore->patterns.n; i++)
    if (str_starts(ignore->patterns.v[i], "!"))
      return true;
  return false;
}

static bool enter_directory(void *self, struct str path) {
  const struct weights_finder *f = self;
  const struct str name = str_skip(path, (size_t)(str_rfind(path, '/') + 1));
  for (size_t i = 0; i < ARRAY_LEN(other_directories); i++)
    if (str_is(name, other_directories[i]))
      return false;
  return !f->ignore || has_exceptions(f->ignore) ||
         !context_ignore_hides(f->ignore, path);
}

static void drop_hidden(struct weights_finder *f) {
  size_t n = 0;
  for (size_t i = 0; f->ignore && i < f->files.n; i++)
    if (!context_ignore_hides(f->ignore, f->files.v[i].path))
      f->files.v[n++] = f->files.v[i];
  if (f->ignore)
    f->files.n = n;
}

static bool is_chosen(const struct weights_finder *f,
                      const struct context_file *file) {
  if (f->patterns)
    return weights_can_be_named(file->path) &&
           context_ignore_hides(f->patterns, file->path);
  return weights_is_large(file);
}

static void choose_weights(struct weights_finder *f) {
  f->chosen = arena_array(f->ar, bool, f->files.n);
  for (size_t i = 0; i < f->files.n; i++)
    f->chosen[i] = is_chosen(f, &f->files.v[i]);
}

// ---- warnings ---------------------------------------------------------------

static bool is_in_layer(const struct weights_finder *f, struct str path) {
  for (size_t i = 0; i < f->out->n; i++)
    if (str_eq(path, f->out->v[i].path) ||
        path_is_below(path, f->out->v[i].path))
      return true;
  return false;
}

static void warn_unseen(const struct weights_finder *f, struct diags *dg) {
  if (!f->files.unseen.n)
    return;
  diag_warn(dg, DIAG_WEIGHTS_LIMIT, SPAN_NONE,
            "the context has more directories than are searched for weights; "
            "\"" STR_FMT "\" was left out",
            STR_ARG(f->files.unseen.v[0]));
  diag_note(dg, SPAN_NONE,
            "keep what the image does not need away with .dockerignore");
}

/** Files that are weights by the rule, and no layer because COG_WEIGHTS says
 *  something else. */
static void warn_in_source(const struct weights_finder *f, bool off,
                           struct diags *dg) {
  const struct context_file *largest = NULL;
  size_t n = 0;
  for (size_t i = 0; i < f->files.n; i++) {
    const struct context_file *file = &f->files.v[i];
    if (!weights_is_large(file) || is_in_layer(f, file->path))
      continue;
    n++;
    if (!largest || file->size > largest->size)
      largest = file;
  }
  if (!largest)
    return;
  diag_warn(dg, DIAG_WEIGHTS_IN_SOURCE, SPAN_NONE,
            "\"" STR_FMT "\" (" STR_FMT ") %s part of the source's layer",
            STR_ARG(largest->path), STR_ARG(str_size(f->ar, largest->size)),
            n > 1 ? arena_printf(f->ar, "and %zu more are", n - 1) : "is");
  diag_note(
      dg, SPAN_NONE, "every edit of the source pushes it again; %s",
      off ? "without COG_WEIGHTS=off it is a layer of its own"
          : "a pattern of COG_WEIGHTS that matches it makes it a layer of "
            "its own");
}

// ---- all of it --------------------------------------------------------------

/** What is made of the paths of all files lives in ALL. */
static bool find_weights(const struct recipe_weights_input *in,
                         struct arena *ar, struct arena *all,
                         struct plan_weights *out, struct diags *dg) {
  const bool off = str_is(in->args->weights, "off");
  if (off && !in->even_when_off)
    return true;
  struct weights_finder f = {.ar = all, .ignore = in->ignore, .out = out};
  struct context_ignore patterns;
  if (in->args->weights.len && !off) {
    if (!weights_parse_patterns(ar, in->args->weights, &patterns, dg))
      return false;
    f.patterns = &patterns;
  }
  if (!context_walk(in->tree, enter_directory, &f, all, &f.files, dg))
    return false;
  drop_hidden(&f);
  if (!context_ignore_check(f.ignore, dg))
    return false;
  weights_warn_files(&f, in->tree, dg);
  if (f.patterns && !weights_check_patterns(&f, dg))
    return false;
  if (!off) {
    choose_weights(&f);
    if (!context_ignore_check(f.patterns, dg))
      return false;
    weights_make_layers(&f, dg);
  }
  if (in->args->weights.len)
    warn_in_source(&f, off, dg);
  warn_unseen(&f, dg);
  if (in->dir.len)
    weights_warn_covered(&f, in->dir, dg);
  return true;
}

bool recipe_find_weights(const struct recipe_weights_input *in,
                         struct arena *ar, struct plan_weights *out,
                         struct diags *dg) {
  struct arena all; // a context has many files and few weights
  struct plan_weights found = {0};
  *out = (struct plan_weights){0};
  arena_init(&all);
  const bool ok = find_weights(in, ar, &all, &found, dg);
  for (size_t i = 0; ok && i < found.n; i++) {
    found.v[i].path = str_dup(ar, found.v[i].path);
    vec_push(ar, out, found.v[i]);
  }
  arena_release(&all);
  return ok;
}
