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
