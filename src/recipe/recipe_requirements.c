// What pip is asked for: the items of python_packages or the requirements file,
// with all that they include, read out of the context.
#include "cogfe/recipe.h"

#include "cogfe/limits.h"

struct loader {
  struct arena *ar;
  struct diags *dg;
  struct context *files;
  struct requirements *out;
  struct str dir; // of the config, which no path leaves; empty: the context
  int depth;      // of -r inside -r
  size_t n_read;  // files
};

static bool load_file(struct loader *l, struct str path, struct span at,
                      bool constraint);

static bool keep_line(struct loader *l, const struct requirement *line) {
  if (l->out->n >= LIMIT_REQUIREMENTS)
    return diag_fail(l->dg, DIAG_TOO_LARGE, line->span,
                     "more than %d requirements in all files together",
                     LIMIT_REQUIREMENTS);
  vec_push(l->ar, l->out, *line);
  return true;
}

// pip fetches it by itself.
static bool is_remote(struct str path) {
  return str_starts(path, "https://") || str_starts(path, "http://");
}

/** The lines of an included file stand in the place of the line that names
 *  it. */
static bool take_line(struct loader *l, struct str from,
                      const struct requirement *line) {
  if (line->kind != REQUIREMENT_INCLUDE || is_remote(line->path))
    return keep_line(l, line);
  struct str path;
  if (!requirement_include_path(l->ar, from, line->path, &path) ||
      (l->dir.len && !path_is_below(path, l->dir))) {
    diag_fail(l->dg, DIAG_FILE_MISSING, line->span,
              "\"" STR_FMT "\" is not a file of the context",
              STR_ARG(line->path));
    diag_note(l->dg, SPAN_NONE,
              "included files are read from the build context");
    return false;
  }
  return load_file(l, path, line->span, line->constraint);
}

static bool read_requirements_text(struct loader *l, struct str path,
                                   struct span at, struct str *out) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_REQUIREMENTS_BYTES);
  if (!context_read(l->files, path, LIMIT_REQUIREMENTS_BYTES, at, &text, l->dg))
    return false;
  *out = str_dup(l->ar, sbuf_str(&text));
  return true;
}

/** The lines that were read from FROM, with their includes. */
static bool take_requirement_lines(struct loader *l, struct str from,
                                   const struct requirements *lines) {
  for (size_t i = 0; i < lines->n; i++)
    if (!take_line(l, from, &lines->v[i]))
      return false;
  return true;
}

static bool load_file(struct loader *l, struct str path, struct span at,
                      bool constraint) {
  if (l->depth == LIMIT_REQUIREMENTS_DEPTH)
    return diag_fail(l->dg, DIAG_TOO_LARGE, at,
                     "requirements files include each other more than %d deep",
                     LIMIT_REQUIREMENTS_DEPTH);
  if (l->n_read++ == LIMIT_REQUIREMENTS_FILES)
    return diag_fail(l->dg, DIAG_TOO_LARGE, at,
                     "more than %d requirements files are included",
                     LIMIT_REQUIREMENTS_FILES);
  struct source *src = arena_new(l->ar, struct source);
  src->name = str_cstr(l->ar, path);
  if (!read_requirements_text(l, path, at, &src->text))
    return false;
  struct requirements lines = {0};
  if (!requirements_parse(src, constraint, l->ar, &lines, l->dg))
    return false;
  l->depth++;
  const bool ok = take_requirement_lines(l, path, &lines);
  l->depth--;
  return ok;
}

static struct str config_directory(struct str path) {
  const ptrdiff_t slash = str_rfind(path, '/');
  return str_take(path, slash < 0 ? 0 : (size_t)slash);
}

static bool stands_in(struct loader *l, struct context *files, struct str path,
                      struct span at, bool *out) {
  struct context_stat st;
  if (!context_stat(files, path, at, &st, l->dg))
    return false;
  *out = st.kind != CONTEXT_MISSING;
  return true;
}

/** Relative to the context's top, which "/" begins with too (Cog joins the
 *  project's directory and the path), then to the config's own directory. Of a
 *  config outside of the context nothing but that directory can be had, so that
 *  no path may leave it. */
static bool find_file(struct loader *l, const struct recipe_input *in,
                      struct str name, struct span at, struct str *out,
                      bool *found) {
  struct str clean;
  while (str_starts(name, "/"))
    name = str_skip(name, 1);
  *out = name; // what is wrong with it is said when it is read
  *found = false;
  if (!requirement_include_path(l->ar, STR(""), name, &clean))
    return true;
  if (!stands_in(l, in->files, clean, at, found))
    return false;
  if (*found || !in->beside)
    return true;
  l->dir = config_directory(in->config_path);
  const struct str beside = path_join(l->ar, l->dir, clean);
  if (!stands_in(l, in->beside, beside, at, found))
    return false;
  if (*found)
    *out = beside;
  l->files = *found ? in->beside : in->files;
  return true;
}

static bool load_named_file(struct loader *l, const struct recipe_input *in,
                            const struct config_text *file) {
  struct str path;
  bool found;
  if (!find_file(l, in, file->text, file->span, &path, &found))
    return false;
  if (load_file(l, path, file->span, false))
    return true;
  if (!found)
    diag_note(l->dg, SPAN_NONE,
              "the path is relative to the context's top, or else to the "
              "directory of %s",
              in->config->name);
  return false;
}

bool recipe_load_requirements(const struct recipe_input *in,
                              const struct config *config, struct arena *ar,
                              struct requirements *out, struct diags *dg) {
  *out = (struct requirements){0};
  struct loader l = {.ar = ar, .dg = dg, .files = in->files, .out = out};
  const struct config_text *file = &config->python_requirements;
  if (file->set)
    return load_named_file(&l, in, file);
  struct requirements items = {0};
  return resolve_read_packages(config, ar, &items, dg) &&
         take_requirement_lines(&l, in->config_path, &items);
}
