// Names of stages and images, and COPY.
#include "dockerfile_int.h"

/** Characters of image references; nothing else may get into a line. */
static bool is_image_name(struct str name) {
  static const char more[] = "._/:@-";
  for (size_t i = 0; i < name.len; i++) {
    const char c = name.p[i];
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
        !(c >= '0' && c <= '9') && !(c && strchr(more, c)))
      return false;
  }
  return name.len && name.p[0] != '-';
}

/** Whether FROM and --from= would take NAME for a stage, or for its number. */
static bool is_shadowed(const struct dockerfile *d, struct str name) {
  static const char *const others[] = {
      "scratch", DOCKERFILE_PYENV, DOCKERFILE_PYENV_FETCH, DOCKERFILE_SOURCE};
  for (size_t i = 0; i < ARRAY_LEN(others); i++)
    if (str_is_nocase(name, others[i]))
      return true;
  for (size_t i = 0; i < d->plan->stages.n; i++)
    if (str_is_nocase(name, d->plan->stages.v[i]->name))
      return true;
  return strspn(str_cstr(d->ar, name), "0123456789") == name.len;
}

bool dockerfile_image(struct dockerfile *d, struct str name, struct span span,
                      struct str *out) {
  if (!is_image_name(name))
    return diag_fail(d->dg, DIAG_BAD_TEXT, span,
                     "\"" STR_FMT "\" is not the name of an image",
                     STR_ARG(name));
  *out = is_shadowed(d, name)
             ? str_printf(d->ar, STR_FMT ":latest", STR_ARG(name))
             : name;
  return true;
}

bool dockerfile_from(struct dockerfile *d, const struct plan_ref *ref,
                     struct span span, struct str *out) {
  switch (ref->source) {
  case PLAN_SOURCE_STAGE:
    *out = str_of(ref->stage->name);
    return true;
  case PLAN_SOURCE_IMAGE:
    return dockerfile_image(d, ref->image, span, out);
  case PLAN_SOURCE_PYENV:
    *out = STR(DOCKERFILE_PYENV);
    return true;
  case PLAN_SOURCE_NONE:
  case PLAN_SOURCE_CONTEXT:
  case PLAN_SOURCE_CONFIG:
    break;
  }
  BUG("a source without a name");
}

static bool has_space(const struct sbuf *word) {
  return word->len != strcspn(word->ptr, " \t\v\f\r");
}

/** Two words, in the JSON form where white space would part them. */
static void add_paths(struct sbuf *out, const struct sbuf *source,
                      const struct sbuf *dest) {
  if (has_space(source) || has_space(dest))
    dockerfile_quote_json(out, (const char *[]){source->ptr, dest->ptr}, 2);
  else
    sbuf_addf(out, "%s %s", source->ptr, dest->ptr);
}

/** Whether fal's client, which takes "--name" anywhere for a flag and a word
 *  for what shlex makes of it, would look for another file than TEXT. */
static bool fal_misreads(struct str text) {
  for (size_t i = 0; i < text.len; i++)
    if (str_starts(str_skip(text, i), "--") || strchr(" \t\v\f\r", text.p[i]))
      return true;
  return false;
}

/** Whether TEXT stands for itself where variables and quotes are read. */
static bool is_plain_path(struct str text) {
  for (size_t i = 0; i < text.len; i++)
    if (strchr("'\"$\\*?[", text.p[i]))
      return false;
  return true;
}

/** A JSON string in which no two dashes meet. */
static void add_dashed_string(struct sbuf *out, struct str text) {
  cleanup_sbuf struct sbuf json;
  sbuf_init(&json, SBUF_NO_MAX);
  sbuf_add_json_string(&json, text);
  for (size_t i = 0; i < json.len; i++)
    if (i && json.ptr[i] == '-' && json.ptr[i - 1] == '-')
      sbuf_adds(out, "\\u002d");
    else
      sbuf_addch(out, json.ptr[i]);
}

/** SOURCE and DEST as fal's client and every builder read them; false when
 *  they are written as for anyone else. Source: fal 1.83.0 fal/container.py
 *  DockerfileParser. */
static bool add_fal_paths(struct sbuf *out, struct str source,
                          struct str dest) {
  if ((!fal_misreads(source) && !fal_misreads(dest)) ||
      !is_plain_path(source) || !is_plain_path(dest))
    return false;
  sbuf_addch(out, '[');
  add_dashed_string(out, source);
  sbuf_adds(out, ", ");
  add_dashed_string(out, dest);
  sbuf_adds(out, "]\n");
  return true;
}

bool dockerfile_copy(struct dockerfile *d, const struct plan_ref *from,
                     struct str source, struct str dest, struct span span) {
  if (str_find(source, '\\') >= 0 || str_find(source, '\n') >= 0 ||
      str_find(dest, '\n') >= 0)
    return diag_fail(d->dg, DIAG_BAD_TEXT, span,
                     "the path \"" STR_FMT "\" cannot stand in a Dockerfile",
                     STR_ARG(source));
  sbuf_adds(d->out, "COPY ");
  if (from->source == PLAN_SOURCE_CONTEXT) {
    source = source.len > 1 ? str_skip(source, 1) : STR(".");
    if (source.p[0] == '-') // not a flag
      source = str_printf(d->ar, "./" STR_FMT, STR_ARG(source));
    if (d->opts->other_platform && add_fal_paths(d->out, source, dest))
      return true;
  } else {
    struct str name;
    if (!dockerfile_from(d, from, span, &name))
      return false;
    sbuf_addf(d->out, "--from=" STR_FMT " ", STR_ARG(name));
  }
  cleanup_sbuf struct sbuf source_word, dest_word;
  sbuf_init(&source_word, SBUF_NO_MAX);
  sbuf_init(&dest_word, SBUF_NO_MAX);
  dockerfile_quote_path(&source_word, source);
  dockerfile_quote_word(&dest_word, dest);
  add_paths(d->out, &source_word, &dest_word);
  sbuf_addch(d->out, '\n');
  return true;
}
