// What pip is asked for: the items of python_packages or the requirements file,
// with all that they include, read out of the context.
#include "build_int.h"

#include "cogfe/limits.h"

struct loader {
  struct build *b;
  struct context *files;
  struct requirements *out;
  int depth; // of -r inside -r
};

static bool load_file(struct loader *l, struct str path, struct span at,
                      bool constraint);

/** The lines of an included file stand in the place of the line that names
 *  it. */
static bool take_line(struct loader *l, struct str from,
                      const struct requirement *line) {
  if (line->kind != REQUIREMENT_INCLUDE) {
    vec_push(l->b->ar, l->out, *line);
    return true;
  }
  struct str path;
  if (!requirement_include_path(l->b->ar, from, line->path, &path)) {
    diag_fail(l->b->dg, DIAG_FILE_MISSING, line->span,
              "\"" STR_FMT "\" is not a file of the context",
              STR_ARG(line->path));
    diag_note(l->b->dg, (struct span){0},
              "included files are read from the build context");
    return false;
  }
  return load_file(l, path, line->span, line->constraint);
}

static bool read_text(struct loader *l, struct str path, struct span at,
                      struct str *out) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_REQUIREMENTS_BYTES);
  if (!context_read(l->files, path, LIMIT_REQUIREMENTS_BYTES, at, &text,
                    l->b->dg))
    return false;
  *out = str_dup(l->b->ar, sbuf_str(&text));
  return true;
}

/** The lines that were read from FROM, with their includes. */
static bool take_lines(struct loader *l, struct str from,
                       const struct requirements *lines) {
  for (size_t i = 0; i < lines->n; i++)
    if (!take_line(l, from, &lines->v[i]))
      return false;
  return true;
}

static bool load_file(struct loader *l, struct str path, struct span at,
                      bool constraint) {
  if (l->depth == LIMIT_REQUIREMENTS_DEPTH)
    return diag_fail(l->b->dg, DIAG_TOO_LARGE, at,
                     "requirements files include each other more than %d deep",
                     LIMIT_REQUIREMENTS_DEPTH);
  struct source *src = arena_new(l->b->ar, struct source);
  src->name = str_cstr(l->b->ar, path);
  if (!read_text(l, path, at, &src->text))
    return false;
  struct requirements lines = {0};
  if (!requirements_parse(src, constraint, l->b->ar, l->b->dg, &lines))
    return false;
  l->depth++;
  const bool ok = take_lines(l, path, &lines);
  l->depth--;
  return ok;
}

/** Relative to cog.yaml, then to the context's top. */
static bool find_file(struct loader *l, const struct build_input *in,
                      struct str name, struct span at, struct str *out) {
  struct context_stat st;
  struct str beside;
  if (requirement_include_path(l->b->ar, in->config_path, name, &beside)) {
    if (!context_stat(l->files, beside, at, &st, l->b->dg))
      return false;
    *out = beside;
    if (st.kind != CONTEXT_MISSING)
      return true;
  }
  *out = name; // what is wrong with it is said when it is read
  return true;
}

bool build_load_requirements(struct build *b, const struct build_input *in,
                             const struct config *config,
                             struct requirements *out) {
  *out = (struct requirements){0};
  struct loader l = {.b = b, .files = in->files, .out = out};
  const struct config_text *file = &config->python_requirements;
  struct str path;
  if (file->set)
    return find_file(&l, in, file->text, file->span, &path) &&
           load_file(&l, path, file->span, false);
  struct requirements items = {0};
  return resolve_read_packages(config, b->ar, b->dg, &items) &&
         take_lines(&l, in->config_path, &items);
}
