// The layers that weights become.
#include "recipe_weights_int.h"

// ---- directories ------------------------------------------------------------

static bool is_directory_seen(const struct weights_finder *f, struct str dir) {
  for (size_t i = 0; i < f->files.unseen.n; i++)
    if (str_eq(f->files.unseen.v[i], dir) ||
        path_is_below(f->files.unseen.v[i], dir))
      return false;
  return true;
}

/** Whether a file that was not chosen may be in a layer with those that were.
 */
static bool may_come_along(const struct weights_finder *f, struct str path) {
  return !f->patterns && !weights_is_source(path);
}

/** Takes DIR, which holds the file I, as a whole if it can be. Its files stand
 *  side by side, because all are sorted. */
static bool take_directory(struct weights_finder *f, struct str dir, size_t i,
                           size_t *end) {
  size_t first = i;
  while (first > 0 && path_is_below(f->files.v[first - 1].path, dir))
    first--;
  struct plan_weight w = {.path = dir, .dir = true};
  bool holds = f->patterns; // a file that was chosen, itself
  for (i = first; i < f->files.n && path_is_below(f->files.v[i].path, dir);
       i++) {
    const struct context_file *file = &f->files.v[i];
    if (!f->chosen[i] && !may_come_along(f, file->path))
      return false;
    const size_t slash = (size_t)str_rfind(file->path, '/');
    holds |= f->chosen[i] && slash == dir.len;
    w.files++;
    w.bytes += file->size;
  }
  if (!holds || !is_directory_seen(f, dir) || !weights_can_be_named(dir))
    return false;
  vec_push(f->ar, f->out, w);
  *end = i;
  return true;
}

/** Takes the file I, or the topmost directory above it that can be taken.
 *  Returns the first file behind what was taken. */
static size_t take_layer(struct weights_finder *f, size_t i) {
  const struct context_file *file = &f->files.v[i];
  size_t end, depth = 0;
  for (size_t slash = 0; slash < file->path.len; slash++) {
    const struct str dir = str_take(file->path, slash);
    if (file->path.p[slash] != '/' || str_eq(f->refused[depth++], dir))
      continue;
    if (take_directory(f, dir, i, &end))
      return end;
    f->refused[depth - 1] = dir;
  }
  const struct plan_weight one = {file->path, false, 1, file->size};
  vec_push(f->ar, f->out, one);
  return i + 1;
}

static void group(struct weights_finder *f) {
  for (size_t i = 0; i < f->files.n;)
    i = f->chosen[i] ? take_layer(f, i) : i + 1;
}

// ---- too many ---------------------------------------------------------------

static int by_size(const void *a, const void *b) {
  const struct plan_weight *x = a, *y = b;
  if (x->bytes != y->bytes)
    return x->bytes < y->bytes ? 1 : -1;
  return str_cmp(x->path, y->path);
}

static int file_by_path(const void *a, const void *b) {
  return str_cmp(((const struct plan_weight *)a)->path,
                 ((const struct plan_weight *)b)->path);
}

static void keep_largest(struct weights_finder *f, struct diags *dg) {
  struct plan_weights *w = f->out;
  if (w->n <= LIMIT_WEIGHTS_LAYERS)
    return;
  diag_warn(
      dg, DIAG_WEIGHTS_LIMIT, SPAN_NONE,
      "%zu weights are too many for a layer each; the largest %d have one",
      w->n, LIMIT_WEIGHTS_LAYERS);
  diag_note(dg, SPAN_NONE,
            "put them into a directory that holds no Python: it is one layer");
  qsort(w->v, w->n, sizeof *w->v, by_size);
  w->n = LIMIT_WEIGHTS_LAYERS;
  qsort(w->v, w->n, sizeof *w->v, file_by_path);
}

void weights_make_layers(struct weights_finder *f, struct diags *dg) {
  group(f);
  keep_largest(f, dg);
}
