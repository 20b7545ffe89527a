#include "document_int.h"

static const struct document_kind kinds[] = {
#define TEXTS(name, function, weights, help) {name, help, weights, function},
#include "document/document_kinds.def"
#undef TEXTS
};

const struct document_kind *document_kinds(size_t *n) {
  *n = ARRAY_LEN(kinds);
  return kinds;
}

const struct document_kind *document_find(struct str name) {
  for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
    if (str_is(name, kinds[i].name))
      return &kinds[i];
  return NULL;
}

struct str document_name(const struct config *c, struct arena *ar) {
  struct str rest = c->image.set ? c->image.text : c->model.text, part = {0};
  rest = str_cut(rest, '@', &part);
  for (rest = part; rest.len;)
    rest = str_cut(rest, '/', &part);
  str_cut(part, ':', &part);
  char *name = str_cstr(ar, part);
  size_t n = 0;
  for (const char *p = name; *p; p++) {
    const char c_low = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
    const bool kept =
        (c_low >= 'a' && c_low <= 'z') || strchr("0123456789", c_low);
    if (kept)
      name[n++] = c_low;
    else if (n && name[n - 1] != '-')
      name[n++] = '-';
  }
  while (n && name[n - 1] == '-')
    n--;
  return (struct str){name, n};
}

static void add_lines(const struct resolved *r, bool constraints,
                      const char *first, struct arena *ar,
                      struct documents *out) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SBUF_NO_MAX);
  sbuf_adds(&text, first);
  resolved_emit_requirements(&text, r, constraints);
  vec_push(ar, &out->files,
           (struct document_file){constraints ? "constraints.txt"
                                              : "requirements.txt",
                                  str_dup(ar, sbuf_str(&text))});
}

bool document_schema(const struct document_input *in, struct arena *ar,
                     struct documents *out, struct diags *dg) {
  struct schema schema;
  if (!in->recipe->config->predictor.set && !in->recipe->config->train.set)
    return diag_fail(dg, DIAG_SCHEMA_SOURCE, SPAN_NONE,
                     "cog.yaml names no model: write predict: "
                     "\"predict.py:Predictor\", say");
  if (!recipe_read_schema(in->in, in->recipe, ar, &schema, dg))
    return false;
  vec_push(ar, &out->files,
           (struct document_file){"openapi_schema.json", schema.json});
  return true;
}

bool document_requirements(const struct document_input *in, struct arena *ar,
                           struct documents *out, struct diags *dg) {
  (void)dg;
  const struct resolved *r = in->recipe->resolved;
  // What is a bound there must not become a wish to install.
  const bool bounds = resolved_has_constraints(r);
  add_lines(r, false, bounds ? "-c constraints.txt\n" : "", ar, out);
  if (bounds)
    add_lines(r, true, "", ar, out);
  return true;
}
