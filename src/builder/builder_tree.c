#include "builder_tree.h"

/** What is known of one path of a tree. */
struct seen {
  struct str path;
  struct gateway_call *call; // asks for ST, until that is known
  struct context_stat st;
};

struct tree {
  struct tree_env env;
  struct llb_ref tree;
  struct str subdir;
  struct gateway_call *solve; // asks for REF, until that is known
  bool has_ref;
  struct str ref; // the engine's name of TREE
  VEC(struct seen *) seen;
};

/** Asks for T's name, if nobody has yet. */
static bool start_ref(struct tree *t, struct diags *dg) {
  if (!t->has_ref && !t->solve)
    t->solve = engine_start_ref(t->env.engine, t->env.llb, t->tree, dg);
  return t->has_ref || t->solve;
}

static bool know_ref(struct tree *t, struct diags *dg) {
  if (t->has_ref || !start_ref(t, dg))
    return t->has_ref;
  t->has_ref =
      engine_finish_ref(t->env.engine, t->solve, t->env.ar, &t->ref, dg);
  if (t->has_ref)
    engine_free_call(&t->solve);
  return t->has_ref;
}

static struct str path_in_tree(const struct tree *t, const char *path) {
  if (t->subdir.len == 0)
    return str_of(path);
  return str_printf(t->env.ar, STR_FMT "/%s", STR_ARG(t->subdir), path);
}

static enum context_kind kind_of_type(enum gateway_file_type type) {
  switch (type) {
  case GATEWAY_FILE_REGULAR:
    return CONTEXT_FILE;
  case GATEWAY_FILE_DIR:
    return CONTEXT_DIR;
  case GATEWAY_FILE_SYMLINK:
  case GATEWAY_FILE_OTHER:
    return CONTEXT_OTHER;
  }
  BUG("no such file type");
}

static bool take_stat(const struct tree *t, struct seen *f, struct diags *dg) {
  engine_wait(t->env.engine, f->call);
  f->st = (struct context_stat){.kind = CONTEXT_MISSING};
  if (gateway_call_missing(f->call))
    return true;
  struct gateway_stat st;
  if (!gateway_stat_file_result(f->call, t->env.ar, &st, dg))
    return false;
  f->st.kind = kind_of_type(st.type);
  if (f->st.kind == CONTEXT_FILE && st.size > 0)
    f->st.size = (uint64_t)st.size;
  return true;
}

/** Asks what stands at PATH of T, whose name is known, if nobody has yet: a
 *  tree never changes. */
static struct seen *start_stat(struct tree *t, struct str path) {
  for (size_t i = 0; i < t->seen.n; i++)
    if (str_eq(t->seen.v[i]->path, path))
      return t->seen.v[i];
  struct seen *f = arena_new(t->env.ar, struct seen);
  f->path = str_dup(t->env.ar, path);
  f->call = gateway_call_stat_file(t->env.engine->g, t->ref, f->path);
  vec_push(t->env.ar, &t->seen, f);
  return f;
}

static bool stat_ref(struct tree *t, struct str path, struct context_stat *out,
                     struct diags *dg) {
  struct seen *f = start_stat(t, path);
  if (f->call && !take_stat(t, f, dg))
    return false;
  engine_free_call(&f->call);
  *out = f->st;
  return true;
}

// ---- what will be asked for -------------------------------------------------

static void tree_expect(void *self, const char *path) {
  struct tree *t = self;
  vec_push(t->env.ar, t->env.expected,
           (struct tree_expected){t, path_in_tree(t, path)});
}

/** Asks for all that is expected in two round trips, of which the second is
 *  that of whoever asks first. What fails does so when it is asked for. */
static void ask_for_expected(struct tree_expectations *all) {
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  for (size_t i = 0; i < all->n; i++)
    start_ref(all->v[i].tree, &dg);
  for (size_t i = 0; i < all->n; i++)
    if (know_ref(all->v[i].tree, &dg))
      start_stat(all->v[i].tree, all->v[i].path);
  all->n = 0;
  arena_release(&ar);
}

static bool tree_stat(void *self, const char *path, struct context_stat *out,
                      struct diags *dg) {
  struct tree *t = self;
  ask_for_expected(t->env.expected);
  return know_ref(t, dg) && stat_ref(t, path_in_tree(t, path), out, dg);
}

static bool read_ref(const struct tree *t, struct str path, uint64_t off,
                     size_t len, struct sbuf *out, struct diags *dg) {
  struct engine *e = t->env.engine;
  const struct gateway_read_file req = {
      .ref = t->ref, .path = path, .off = off, .len = (uint32_t)len};
  cleanup_call struct gateway_call *call = gateway_call_read_file(e->g, &req);
  engine_wait(e, call);
  return gateway_read_file_result(call, out, dg);
}

static bool tree_read(void *self, const char *path, uint64_t off, size_t len,
                      struct sbuf *out, struct diags *dg) {
  struct tree *t = self;
  return know_ref(t, dg) &&
         read_ref(t, path_in_tree(t, path), off, len, out, dg);
}

static bool take_entries(const struct gateway_call *call, struct arena *ar,
                         struct context_entries *out, struct diags *dg) {
  struct gateway_stat_vec entries;
  if (!gateway_read_dir_result(call, ar, &entries, dg))
    return false;
  for (size_t i = 0; i < entries.n; i++) {
    const struct gateway_stat *st = &entries.v[i];
    const enum context_kind kind = kind_of_type(st->type);
    const bool sized = kind == CONTEXT_FILE && st->size > 0;
    vec_push(
        ar, out,
        (struct context_entry){st->path, kind, sized ? (uint64_t)st->size : 0});
  }
  return true;
}

/** All questions are asked before the first answer is waited for. */
static bool tree_list(void *self, const char *const *paths, size_t n,
                      struct arena *ar, struct context_entries *out,
                      struct diags *dg) {
  struct tree *t = self;
  ask_for_expected(t->env.expected);
  if (!know_ref(t, dg))
    return false;
  struct engine *e = t->env.engine;
  struct gateway_call **calls = arena_array(ar, struct gateway_call *, n);
  for (size_t i = 0; i < n; i++)
    calls[i] = gateway_call_read_dir(e->g, t->ref, path_in_tree(t, paths[i]),
                                     (struct str){0});
  bool ok = true;
  for (size_t i = 0; i < n; i++) {
    engine_wait(e, calls[i]);
    ok = ok && take_entries(calls[i], ar, &out[i], dg);
    gateway_call_free(calls[i]);
  }
  return ok;
}

static const struct context_ops tree_ops = {.stat = tree_stat,
                                            .read = tree_read,
                                            .list = tree_list,
                                            .expect = tree_expect};

struct context *tree_context(const struct tree_env *env, struct llb_ref tree,
                             struct str subdir) {
  struct tree *t = arena_new(env->ar, struct tree);
  *t = (struct tree){.env = *env, .tree = tree, .subdir = subdir};
  return context_open_ops(env->ar, &tree_ops, t);
}

// ---- a directory of the client, file by file --------------------------------

struct local {
  struct tree_env env;
  struct llb_local op;
  VEC(struct local_file {
    const char *path;
    struct tree *tree;
  })
  files;
};

/** The tree that holds PATH and nothing else (but what its links point to). */
static struct tree *tree_of_local(struct local *l, const char *path) {
  for (size_t i = 0; i < l->files.n; i++)
    if (strcmp(l->files.v[i].path, path) == 0)
      return l->files.v[i].tree;

  struct arena *ar = l->env.ar;
  struct str_vec follow = {0};
  vec_push(ar, &follow, str_of(path));
  struct llb_local op = l->op;
  op.follow = &follow;
  op.shared_key_hint = str_printf(ar, STR_FMT "-%s", STR_ARG(l->op.name), path);
  const struct llb_meta meta = {.name =
                                    str_printf(ar, "[internal] load %s", path)};
  struct tree *t = arena_new(ar, struct tree);
  *t = (struct tree){.env = l->env, .tree = llb_local(l->env.llb, &op, &meta)};
  vec_push(ar, &l->files, (struct local_file){arena_strdup(ar, path), t});
  return t;
}

static bool local_stat(void *self, const char *path, struct context_stat *out,
                       struct diags *dg) {
  return tree_stat(tree_of_local(self, path), path, out, dg);
}

static bool local_read(void *self, const char *path, uint64_t off, size_t len,
                       struct sbuf *out, struct diags *dg) {
  return tree_read(tree_of_local(self, path), path, off, len, out, dg);
}

static bool local_list(void *self, const char *const *paths, size_t n,
                       struct arena *ar, struct context_entries *out,
                       struct diags *dg) {
  for (size_t i = 0; i < n; i++)
    if (!tree_list(tree_of_local(self, paths[i]), &paths[i], 1, ar, &out[i],
                   dg))
      return false;
  return true;
}

static void local_expect(void *self, const char *path) {
  tree_expect(tree_of_local(self, path), path);
}

static const struct context_ops local_ops = {.stat = local_stat,
                                             .read = local_read,
                                             .list = local_list,
                                             .expect = local_expect};

struct context *tree_local_context(const struct tree_env *env,
                                   const struct llb_local *local) {
  struct local *l = arena_new(env->ar, struct local);
  *l = (struct local){.env = *env, .op = *local};
  return context_open_ops(env->ar, &local_ops, l);
}

// ---- one file as an archive

struct reader {
  struct tree tree;
  struct str path;
};

static bool reader_read(void *self, uint64_t off, void *buf, size_t len,
                        size_t *got, struct diags *dg) {
  const struct reader *r = self;
  if (len > CONTEXT_PIECE)
    len = CONTEXT_PIECE;
  cleanup_sbuf struct sbuf bytes;
  sbuf_init(&bytes, len); // more than was asked for is an error
  if (!read_ref(&r->tree, r->path, off, len, &bytes, dg))
    return false;
  memcpy(buf, bytes.ptr, bytes.len);
  *got = bytes.len;
  return true;
}

bool tree_reader(const struct tree_env *env, struct llb_ref tree,
                 const char *path, struct context_reader *out,
                 struct diags *dg) {
  struct reader *r = arena_new(env->ar, struct reader);
  *r = (struct reader){.tree = {.env = *env, .tree = tree},
                       .path = str_of(path)};
  struct context_stat st;
  if (!know_ref(&r->tree, dg) || !stat_ref(&r->tree, r->path, &st, dg))
    return false;
  if (st.kind != CONTEXT_FILE)
    return diag_fail(dg, DIAG_BAD_CONTEXT, SPAN_NONE,
                     "the engine did not deliver the context as a file");
  *out = (struct context_reader){.name = "the context",
                                 .size = st.size,
                                 .read_at = reader_read,
                                 .self = r};
  return true;
}
