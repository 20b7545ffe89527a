#include "cogfe/context.h"

#include "context_int.h"
#include "cogfe/limits.h"

struct context *context_open_ops(struct arena *ar,
                                 const struct context_ops *ops, void *self) {
  struct context *c = arena_new(ar, struct context);
  *c = (struct context){.ops = ops, .self = self, .root_prefix = ""};
  return c;
}

void context_close(struct context *c) {
  if (c && c->ops->close)
    c->ops->close(c->self);
}

const char *context_root_prefix(const struct context *c) {
  return c->root_prefix;
}

bool context_path(struct arena *ar, struct str path, struct span at,
                  const char **out, struct diags *dg) {
  if (path.len >= LIMIT_PATH_BYTES)
    return diag_fail(dg, DIAG_TOO_LARGE, at,
                     "a path of %zu bytes is longer than the limit of %d",
                     path.len, LIMIT_PATH_BYTES - 1);
  if (str_find(path, '\0') >= 0)
    return diag_fail(dg, DIAG_OUTSIDE, at,
                     "\"" STR_FMT "\" is not a path: it holds a NUL byte",
                     STR_ARG(path));
  const struct str clean = path_clean(ar, path);
  if (path_leads_out(clean)) {
    diag_fail(dg, DIAG_OUTSIDE, at,
              "\"" STR_FMT "\" leads out of the build context", STR_ARG(path));
    diag_note(dg, SPAN_NONE, "use a path relative to the top of the context");
    return false;
  }
  *out = clean.p;
  return true;
}

void context_expect(struct context *c, struct arena *ar, struct str path) {
  struct diags none;
  const char *name;
  diag_init(&none, ar);
  if (c->ops->expect && context_path(ar, path, SPAN_NONE, &name, &none))
    c->ops->expect(c->self, name);
}

// OPS know nothing of the place that asks; it is added to what they say.
static bool failed_at(struct span at, struct diags *dg) {
  if (at.src)
    diag_note(dg, at, "it is asked for here");
  return false;
}

bool context_stat(struct context *c, struct str path, struct span at,
                  struct context_stat *out, struct diags *dg) {
  const char *name;
  *out = (struct context_stat){0};
  if (!context_path(dg->ar, path, at, &name, dg))
    return false;
  return c->ops->stat(c->self, name, out, dg) || failed_at(at, dg);
}

static void note_root(const struct context *c, struct diags *dg) {
  if (*c->root_prefix)
    diag_note(dg, SPAN_NONE,
              "the top of the context is directory \"%s\" of the archive",
              c->root_prefix);
}

static bool missing(const struct context *c, const char *name, struct span at,
                    struct diags *dg) {
  diag_fail(dg, DIAG_FILE_MISSING, at, "\"%s\" is not in the build context",
            name);
  note_root(c, dg);
  return false;
}

static bool too_large(const char *name, uint64_t size, size_t max,
                      struct span at, struct diags *dg) {
  return diag_fail(dg, DIAG_TOO_LARGE, at,
                   "\"%s\" has %" PRIu64 " bytes, the limit is %zu", name, size,
                   max);
}

// A file may grow between the look at its size and the reading of it, and some
// engines' files have no true size: what counts is what is read.
static bool read_pieces(struct context *c, const char *name, size_t max,
                        struct span at, struct sbuf *out, struct diags *dg) {
  size_t done = 0;
  for (;;) {
    size_t left = max + 1 - done;
    size_t want = left < CONTEXT_PIECE ? left : CONTEXT_PIECE;
    size_t before = out->len;
    if (!c->ops->read(c->self, name, done, want, out, dg))
      return failed_at(at, dg);
    if (out->overflow)
      return too_large(name, done + want, max, at, dg);
    done += out->len - before;
    if (done > max)
      return too_large(name, done, max, at, dg);
    if (out->len - before < want)
      return true;
  }
}

bool context_read(struct context *c, struct str path, size_t max,
                  struct span at, struct sbuf *out, struct diags *dg) {
  const char *name;
  struct context_stat st = {0};
  if (!context_path(dg->ar, path, at, &name, dg))
    return false;
  if (!c->ops->stat(c->self, name, &st, dg))
    return failed_at(at, dg);
  switch (st.kind) {
  case CONTEXT_MISSING:
    return missing(c, name, at, dg);
  case CONTEXT_DIR:
    return diag_fail(dg, DIAG_NOT_A_FILE, at,
                     "\"%s\" is a directory, a file is wanted", name);
  case CONTEXT_OTHER:
    return diag_fail(dg, DIAG_NOT_A_FILE, at,
                     "\"%s\" is a FIFO, socket or device, a regular file is "
                     "wanted",
                     name);
  case CONTEXT_FILE:
    break;
  }
  if (st.size > max)
    return too_large(name, st.size, max, at, dg);
  size_t before = out->len;
  if (read_pieces(c, name, max, at, out, dg))
    return true;
  sbuf_truncate(out, before);
  return false;
}

static int entry_by_name(const void *a, const void *b) {
  return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

bool context_list(struct context *c, struct str path, struct span at,
                  struct arena *ar, struct str_vec *names, struct diags *dg) {
  const char *name;
  struct context_stat st = {0};
  struct context_entries entries = {0};
  *names = (struct str_vec){0};
  if (!context_path(dg->ar, path, at, &name, dg))
    return false;
  if (!c->ops->stat(c->self, name, &st, dg))
    return failed_at(at, dg);
  if (st.kind == CONTEXT_MISSING)
    return missing(c, name, at, dg);
  if (st.kind != CONTEXT_DIR)
    return diag_fail(dg, DIAG_NOT_A_FILE, at, "\"%s\" is not a directory",
                     name);
  if (!c->ops->list(c->self, &name, 1, ar, &entries, dg))
    return failed_at(at, dg);
  for (size_t i = 0; i < entries.n; i++)
    vec_push(ar, names,
             str_printf(ar, STR_FMT "%s", STR_ARG(entries.v[i].name),
                        entries.v[i].kind == CONTEXT_DIR ? "/" : ""));
  if (names->n)
    qsort(names->v, names->n, sizeof *names->v, entry_by_name);
  return true;
}
