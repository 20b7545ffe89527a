// The files of a project, and what names lead to in them.
// Source: https://docs.python.org/3/reference/import.html; the server's working
// directory is the top of the project, which is the only place that absolute
// imports are looked up in.
#include "schema_int.h"

#include "cogfe/limits.h"

void schema_depart(struct schema_maker *m, enum schema_rule rule) {
  for (size_t i = 0; i < m->out->departures.n; i++) {
    const struct schema_departure *d = &m->out->departures.v[i];
    if (d->rule == rule && str_eq(d->where, m->where))
      return;
  }
  vec_push(m->ar, &m->out->departures,
           (struct schema_departure){rule, m->where});
}

struct str schema_text(struct schema_maker *m, const struct sbuf *out) {
  m->overflow = m->overflow || out->overflow;
  return str_dup(m->ar, sbuf_str(out));
}

bool schema_fail(struct schema_maker *m, const struct schema_file *file,
                 enum diag_code code, struct str text, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  const char *msg = arena_vprintf(m->ar, fmt, ap);
  va_end(ap);
  return diag_fail(m->dg, code, pysig_place(file->py->src, text), "%s", msg);
}

// ---- reading ----------------------------------------------------------------

static bool read_python(struct schema_maker *m, struct schema_file *f,
                        struct pysig_fault *fault) {
  struct context_stat st;
  if (!context_stat(m->in->files, f->path, SPAN_NONE, &st, m->dg))
    return false;
  if (st.kind != CONTEXT_FILE)
    return true;
  m->bytes += st.size;
  fault->why =
      st.size > LIMIT_PYTHON_BYTES ? "is larger than any source that is read"
      : m->bytes > LIMIT_SCHEMA_BYTES || m->files.n > LIMIT_SCHEMA_FILES
          ? "is one of more files than are read for a schema"
          : NULL;
  if (fault->why)
    return true;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_PYTHON_BYTES);
  if (!context_read(m->in->files, f->path, LIMIT_PYTHON_BYTES, SPAN_NONE, &text,
                    m->dg))
    return false;
  struct source *src = arena_new(m->ar, struct source);
  *src = (struct source){str_cstr(m->ar, f->path),
                         str_dup(m->ar, sbuf_str(&text))};
  f->py = pysig_parse(src, m->ar, fault);
  return true;
}

const struct schema_file *schema_file(struct schema_maker *m, struct str path,
                                      struct pysig_fault *fault) {
  struct pysig_fault unused = {0};
  for (size_t i = 0; i < m->files.n; i++)
    if (str_eq(m->files.v[i]->path, path))
      return m->files.v[i];
  struct schema_file *f = arena_new(m->ar, struct schema_file);
  f->path = str_dup(m->ar, path);
  vec_push(m->ar, &m->files, f);
  if (!m->failed && !read_python(m, f, fault ? fault : &unused))
    m->failed = true;
  return f;
}

// ---- modules ----------------------------------------------------------------

/** Modules of Python and of packages that no model's types come from: a project
 *  that has such a file would be asked for it with every import. */
static bool is_foreign(struct str module) {
  static const char *const names[] = {"abc",
                                      "accelerate",
                                      "aiohttp",
                                      "asyncio",
                                      "builtins",
                                      "cog",
                                      "collections",
                                      "concurrent",
                                      "contextlib",
                                      "cv2",
                                      "dataclasses",
                                      "diffusers",
                                      "enum",
                                      "fastapi",
                                      "flask",
                                      "functools",
                                      "httpx",
                                      "io",
                                      "itertools",
                                      "jax",
                                      "json",
                                      "logging",
                                      "math",
                                      "multiprocessing",
                                      "numpy",
                                      "os",
                                      "pathlib",
                                      "PIL",
                                      "pydantic",
                                      "pytest",
                                      "re",
                                      "requests",
                                      "safetensors",
                                      "scipy",
                                      "skimage",
                                      "sklearn",
                                      "sys",
                                      "tensorflow",
                                      "threading",
                                      "torch",
                                      "transformers",
                                      "typing",
                                      "typing_extensions",
                                      "unittest",
                                      "warnings"};
  struct str head;
  str_cut(module, '.', &head);
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_is(head, names[i]))
      return true;
  return false;
}

/** The directory that a relative import begins in; *OK is false above the
 *  top. */
static struct str import_base(const struct schema_file *file, int dots,
                              bool *ok) {
  struct str dir = file->path;
  *ok = true;
  for (int i = 0; i < dots; i++) {
    const ptrdiff_t slash = str_rfind(dir, '/');
    if (!dir.len)
      *ok = false;
    dir = str_take(dir, slash < 0 ? 0 : (size_t)slash);
  }
  return dir;
}

/** The file of MODULE, with MORE as one more part of its name if that is not
 *  empty; NULL when the project has none. */
static const struct schema_file *module_file(struct schema_maker *m,
                                             const struct schema_file *from,
                                             int dots, struct str module,
                                             struct str more) {
  bool ok = true;
  if (!dots && is_foreign(module))
    return NULL;
  const struct str dir = dots ? import_base(from, dots, &ok) : (struct str){0};
  struct str path = dir;
  for (struct str rest = module, part; ok && rest.len;) {
    rest = str_cut(rest, '.', &part);
    path = path_join(m->ar, path, str_trim(part));
  }
  if (more.len)
    path = path_join(m->ar, path, more);
  if (!ok || !path.len)
    return NULL;
  const struct schema_file *f =
      schema_file(m, str_printf(m->ar, STR_FMT ".py", STR_ARG(path)), NULL);
  if (f->py) {
    if (dots && is_foreign(module))
      schema_depart(m, SCHEMA_IMPORTS); // Cog never looks there
    return f;
  }
  f = schema_file(m, path_join(m->ar, path, STR("__init__.py")), NULL);
  if (f->py)
    schema_depart(m, SCHEMA_IMPORTS);
  return f->py ? f : NULL;
}

const struct pysig_import *schema_import(struct schema_maker *m,
                                         const struct schema_file *file,
                                         struct str name) {
  for (size_t i = file->py->body.imports.n; i-- > 0;)
    if (str_eq(file->py->body.imports.v[i].name, name)) {
      if (file->py->body.imports.v[i].unsure)
        schema_depart(m, SCHEMA_IMPORTS); // Cog sees the top of a file alone
      return &file->py->body.imports.v[i];
    }
  return NULL;
}

// ---- names ------------------------------------------------------------------

static struct schema_found find_name(struct schema_maker *m,
                                     const struct schema_file *file,
                                     struct str name, int depth);

/** What FILE itself defines; of each kind the last. */
static bool find_own(const struct schema_file *file, struct str name,
                     struct schema_found *out) {
  const struct pysig_body *b = &file->py->body;
  *out = (struct schema_found){.file = file};
  for (size_t i = b->classes.n; i-- > 0 && !out->class;)
    if (str_eq(b->classes.v[i]->name, name))
      out->class = b->classes.v[i];
  for (size_t i = b->functions.n; i-- > 0 && !out->function;)
    if (str_eq(b->functions.v[i]->name, name))
      out->function = b->functions.v[i];
  for (size_t i = b->assigns.n; i-- > 0 && !out->assign;)
    if (str_eq(b->assigns.v[i].name, name) &&
        (b->assigns.v[i].value || b->assigns.v[i].unknown))
      out->assign = &b->assigns.v[i];
  return out->class || out->function || out->assign;
}

static struct schema_found find_imported(struct schema_maker *m,
                                         const struct schema_file *file,
                                         const struct pysig_import *i,
                                         int depth) {
  const struct schema_file *f =
      module_file(m, file, i->dots, i->module, (struct str){0});
  if (f && depth)
    schema_depart(m, SCHEMA_IMPORTS); // a name of a name
  if (f && i->original.len)
    return find_name(m, f, i->original, depth + 1);
  return (struct schema_found){.unread = true};
}

/** What one of FILE's `from M import *` brings. */
static struct schema_found find_by_star(struct schema_maker *m,
                                        const struct schema_file *file,
                                        struct str name, int depth) {
  for (size_t i = file->py->body.imports.n; i-- > 0;) {
    const struct pysig_import *import = &file->py->body.imports.v[i];
    if (!str_is(import->name, "*"))
      continue;
    struct pysig_import one = *import;
    one.name = one.original = name;
    const struct schema_found found = find_imported(m, file, &one, depth);
    if (found.class || found.function || found.assign) {
      schema_depart(m, SCHEMA_IMPORTS);
      return found;
    }
  }
  return (struct schema_found){0};
}

static struct schema_found find_name(struct schema_maker *m,
                                     const struct schema_file *file,
                                     struct str name, int depth) {
  enum { DEPTH_MAX = 10 }; // of re-exports; a circle has no end
  struct schema_found found;
  if (depth > DEPTH_MAX)
    return (struct schema_found){0};
  if (find_own(file, name, &found))
    return found;
  const struct pysig_import *import = schema_import(m, file, name);
  return import ? find_imported(m, file, import, depth)
                : find_by_star(m, file, name, depth);
}

/** `a.b.c` as text, without blanks; empty for what is more. */
static struct str dotted_text(struct arena *ar, const struct pysig_expr *e) {
  if (e->kind == PYSIG_EXPR_NAME)
    return e->name;
  if (e->kind != PYSIG_EXPR_ATTRIBUTE)
    return (struct str){0};
  const struct str left = dotted_text(ar, e->left);
  return left.len ? str_printf(ar, STR_FMT "." STR_FMT, STR_ARG(left),
                               STR_ARG(e->name))
                  : left;
}

/** The module that EXPR names in FILE, or NULL. */
static const struct schema_file *find_module(struct schema_maker *m,
                                             const struct schema_file *file,
                                             const struct pysig_expr *expr) {
  const struct str name = dotted_text(m->ar, expr);
  const struct pysig_import *i = schema_import(m, file, name);
  if (!i)
    return NULL;
  return module_file(m, file, i->dots, i->module, i->original);
}

struct schema_found schema_find(struct schema_maker *m,
                                const struct schema_file *file,
                                const struct pysig_expr *expr) {
  if (expr->kind == PYSIG_EXPR_NAME)
    return find_name(m, file, expr->name, 0);
  if (expr->kind != PYSIG_EXPR_ATTRIBUTE)
    return (struct schema_found){0};
  const struct schema_file *module = find_module(m, file, expr->left);
  return module ? find_name(m, module, expr->name, 0)
                : (struct schema_found){.unread = true};
}

struct str schema_origin(struct schema_maker *m, const struct schema_file *file,
                         const struct pysig_expr *expr) {
  if (expr->kind == PYSIG_EXPR_ATTRIBUTE)
    return expr->name;
  if (expr->kind != PYSIG_EXPR_NAME)
    return (struct str){0};
  const struct pysig_import *i = schema_import(m, file, expr->name);
  return i && i->original.len ? i->original : expr->name;
}

bool schema_is_cogs(struct schema_maker *m, const struct schema_file *file,
                    const struct pysig_expr *expr, const char *name) {
  const bool dotted =
      expr->kind == PYSIG_EXPR_ATTRIBUTE && expr->left->kind == PYSIG_EXPR_NAME;
  if (!dotted && expr->kind != PYSIG_EXPR_NAME)
    return false;
  const struct pysig_import *i =
      schema_import(m, file, dotted ? expr->left->name : expr->name);
  return i && !i->dots && str_is(i->module, "cog") &&
         (dotted ? !i->original.len && str_is(expr->name, name)
                 : str_is(i->original, name));
}
