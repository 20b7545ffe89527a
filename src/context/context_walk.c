// A walk over all files of a context, level by level.
#include "cogfe/base.h"

#include "context_int.h"

#include "cogfe/limits.h"

// How many directories are asked for at a time: more than an engine answers at
// once, and little memory.
enum { BATCH = 64 };

struct walk {
  struct context *c;
  bool (*enter)(void *self, struct str path);
  void *self;
  struct arena *ar;
  struct context_files *out;
  size_t n_dirs;
};

/** The directories of one level, by their paths; the top's is ".". */
struct level {
  VEC(const char *) dirs;
};

static struct str path_in_walk(struct walk *w, const char *dir,
                               struct str name) {
  if (strcmp(dir, ".") == 0)
    return str_dup(w->ar, name);
  const size_t len = strlen(dir);
  char *path = arena_alloc(w->ar, len + 1 + name.len + 1);
  memcpy(path, dir, len);
  path[len] = '/';
  memcpy(path + len + 1, name.p, name.len);
  return (struct str){path, len + 1 + name.len};
}

static void add_dir(struct walk *w, struct str path, int depth,
                    struct level *next) {
  if (!w->enter(w->self, path))
    return;
  if (depth < LIMIT_WALK_DEPTH && w->n_dirs < LIMIT_WALK_DIRS) {
    w->n_dirs++;
    vec_push(w->ar, &next->dirs, str_cstr(w->ar, path));
  } else {
    vec_push(w->ar, &w->out->unseen, path);
  }
}

/** Takes what stands in DIR. One that is too large is as good as not seen. */
static void add_entries(struct walk *w, const char *dir,
                        const struct context_entries *entries, int depth,
                        struct level *next) {
  if (entries->n > LIMIT_WALK_FILES - w->out->n) {
    vec_push(w->ar, &w->out->unseen, str_of(dir));
    return;
  }
  for (size_t i = 0; i < entries->n; i++) {
    const struct context_entry *e = &entries->v[i];
    const struct str path = path_in_walk(w, dir, e->name);
    if (e->kind == CONTEXT_FILE)
      vec_push(w->ar, w->out, (struct context_file){path, e->size});
    else if (e->kind == CONTEXT_DIR)
      add_dir(w, path, depth, next);
  }
}

static int walked_by_name(const void *a, const void *b) {
  return str_cmp(((const struct context_entry *)a)->name,
                 ((const struct context_entry *)b)->name);
}

static bool add_lists(struct walk *w, const char *const *dirs, size_t n,
                      int depth, struct level *next, struct arena *names,
                      struct diags *dg) {
  struct context_entries lists[BATCH] = {{0}};
  if (!w->c->ops->list(w->c->self, dirs, n, names, lists, dg))
    return false;
  for (size_t i = 0; i < n; i++) {
    // Which directories are left out past a limit does not depend on how the
    // context orders its names.
    if (lists[i].n)
      qsort(lists[i].v, lists[i].n, sizeof *lists[i].v, walked_by_name);
    add_entries(w, dirs[i], &lists[i], depth, next);
  }
  return true;
}

static bool walk_batch(struct walk *w, const char *const *dirs, size_t n,
                       int depth, struct level *next, struct diags *dg) {
  struct arena names; // only the paths made of them stay
  arena_init(&names);
  const bool ok = add_lists(w, dirs, n, depth, next, &names, dg);
  arena_release(&names);
  return ok;
}

static int walked_by_path(const void *a, const void *b) {
  return str_cmp(((const struct context_file *)a)->path,
                 ((const struct context_file *)b)->path);
}

bool context_walk(struct context *c, bool (*enter)(void *self, struct str path),
                  void *self, struct arena *ar, struct context_files *out,
                  struct diags *dg) {
  *out = (struct context_files){0};
  struct walk w = {c, enter, self, ar, out, 1};
  struct level level = {0};
  vec_push(ar, &level.dirs, ".");
  for (int depth = 1; level.dirs.n; depth++) {
    struct level next = {0};
    for (size_t i = 0; i < level.dirs.n; i += BATCH) {
      const size_t left = level.dirs.n - i;
      if (!walk_batch(&w, level.dirs.v + i, left < BATCH ? left : BATCH, depth,
                      &next, dg))
        return false;
    }
    level = next;
  }
  if (out->n)
    qsort(out->v, out->n, sizeof *out->v, walked_by_path);
  return true;
}
