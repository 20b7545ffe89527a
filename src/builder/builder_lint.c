// The answer to `--call=check`: every warning at its place, and the error that
// a build would end with.
#include "builder_subrequest.h"

#include "cogfe/limits.h"

/** The files that diagnostics point into, each once. */
struct files {
  VEC(const struct source *) list;
};

static size_t file_index(struct arena *ar, struct files *files,
                         const struct source *src) {
  for (size_t i = 0; i < files->list.n; i++)
    if (files->list.v[i] == src)
      return i;
  vec_push(ar, &files->list, src);
  return files->list.n - 1;
}

static json_t *place_json(struct arena *ar, struct files *files,
                          struct span span) {
  json_t *location = answer_location(span);
  if (!location) { // a warning always has one; -1 is no file
    location = json_object();
    json_object_set_new(location, "sourceIndex", json_integer(-1));
    return location;
  }
  json_object_set_new(
      location, "sourceIndex",
      json_integer((json_int_t)file_index(ar, files, span.src)));
  return location;
}

/** The message with its notes. */
static struct str detail(struct arena *ar, const struct diag *d) {
  struct str text = str_of(d->msg);
  for (size_t i = 0; i < d->notes.n; i++)
    text = str_printf(ar, STR_FMT "%s%s", STR_ARG(text), i ? "; " : ": ",
                      d->notes.v[i].text);
  return text;
}

static json_t *warning(struct arena *ar, struct files *files,
                       const struct diag *d) {
  json_t *w = json_object();
  answer_set(w, "ruleName", str_of(diag_slug(d->code)));
  answer_set(w, "description", str_of(diag_help(d->code)));
  answer_set(w, "url", str_of(diag_url(ar, d->code)));
  answer_set(w, "detail", detail(ar, d));
  json_object_set_new(w, "location", place_json(ar, files, d->span));
  return w;
}

static struct str language(const struct source *src) {
  const struct str name = str_of(src->name);
  return str_ends(name, ".txt")  ? STR("text")
         : str_ends(name, ".py") ? STR("python")
                                 : STR("yaml");
}

static json_t *file_sources(struct arena *ar, const struct files *files) {
  json_t *sources = json_array();
  for (size_t i = 0; i < files->list.n; i++) {
    const struct source *src = files->list.v[i];
    json_t *s = json_object();
    answer_set(s, "filename", str_of(src->name));
    answer_set(s, "language", language(src));
    json_object_set_new(s, "data", answer_base64(diag_masked(ar, src->text)));
    json_array_append_new(sources, s);
  }
  return sources;
}

/** A warning, also where the build is told to take it for an error. */
static bool is_warning(const struct diag *d) {
  return diag_severity_of(d->code) == DIAG_WARNING;
}

/** The first error that is no warning; else, where warnings are errors, the
 *  first one of those. */
static const struct diag *find_error(const struct diags *dg) {
  for (size_t i = 0; i < dg->list.n; i++)
    if (!is_warning(&dg->list.v[i]))
      return &dg->list.v[i];
  return diag_first_error(dg);
}

/** What a build would end with. Clients have room for one place, so that the
 *  errors behind it follow as text. */
static struct str error_text(struct arena *ar, const struct diags *dg,
                             const struct diag *first) {
  if (is_warning(first))
    return str_printf(ar, "warnings are errors in this build: %s", first->msg);
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_ERROR_TEXT_BYTES);
  sbuf_addstr(&text, detail(ar, first));
  sbuf_addch(&text, '\n');
  for (size_t i = 0; i < dg->list.n; i++)
    if (&dg->list.v[i] != first && !is_warning(&dg->list.v[i]))
      diag_render_short(&text, &dg->list.v[i]);
  return str_dup(ar, str_trim(sbuf_str(&text)));
}

static void set_build_error(const struct question *q, struct answer *a,
                            struct files *files) {
  const struct diag *first = find_error(q->b->dg);
  if (!first)
    return;
  json_t *error = json_object();
  answer_set(error, "message", error_text(q->b->ar, q->b->dg, first));
  json_object_set_new(error, "location",
                      place_json(q->b->ar, files, first->span));
  json_object_set_new(a->json, "buildError", error);
}

bool answer_lint(const struct question *q, struct answer *a) {
  struct diags *dg = q->b->dg;
  struct files files = {0};
  json_t *warnings = json_array();
  diag_sort(dg);
  for (size_t i = 0; i < dg->list.n; i++)
    if (is_warning(&dg->list.v[i]))
      json_array_append_new(warnings,
                            warning(q->b->ar, &files, &dg->list.v[i]));
  a->json = json_object();
  json_object_set_new(a->json, "warnings", warnings);
  set_build_error(q, a, &files);
  json_object_set_new(a->json, "sources", file_sources(q->b->ar, &files));
  a->status = dg->list.n ? "1" : "0";
  diag_render(&a->text, dg, false);
  return true;
}
