// What pip is asked for: the items of python_packages or the requirements file,
// with all that they include, read out of the context.
#include "cogfe/recipe.h"

#include "cogfe/limits.h"

struct loader {
  struct arena *ar;
  struct diags *dg;
  struct context *files;
  struct requirements *out;
  int depth;     // of -r inside -r
  size_t n_read; // files
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
  if (!requirement_include_path(l->ar, from, line->path, &path)) {
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
  if (!requirements_parse(src, constraint, l->ar, l->dg, &lines))
    return false;
  l->depth++;
  const bool ok = take_requirement_lines(l, path, &lines);
  l->depth--;
  return ok;
}

/** Relative to cog.yaml, then to the context's top, which "/" begins with too:
 *  Cog 0.9 joins the project's directory and the path. */
static bool find_file(struct loader *l, const struct recipe_input *in,
                      struct str name, struct span at, struct str *out) {
  struct context_stat st;
  struct str inside = name, beside;
  while (str_starts(inside, "/"))
    inside = str_skip(inside, 1);
  *out = name; // what is wrong with it is said when it is read
  if (requirement_include_path(l->ar, in->config_path, inside, &beside)) {
    if (!context_stat(l->files, beside, at, &st, l->dg))
      return false;
    if (st.kind != CONTEXT_MISSING)
      *out = beside;
  }
  return true;
}

bool recipe_load_requirements(const struct recipe_input *in,
                              const struct config *config, struct arena *ar,
                              struct requirements *out, struct diags *dg) {
  *out = (struct requirements){0};
  struct loader l = {.ar = ar, .dg = dg, .files = in->files, .out = out};
  const struct config_text *file = &config->python_requirements;
  struct str path;
  if (file->set)
    return find_file(&l, in, file->text, file->span, &path) &&
           load_file(&l, path, file->span, false);
  struct requirements items = {0};
  return resolve_read_packages(config, ar, dg, &items) &&
         take_requirement_lines(&l, in->config_path, &items);
}
