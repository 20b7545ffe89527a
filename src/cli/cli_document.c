// Commands that write the files of module texts.
#include "cogfe/json.h"

#include "cli/cli_int.h"
#include "cli/cli_json.h"

/** What the build leaves out, and whether Cog's own tool was here. */
static bool look_around(struct cli *c, struct document_input *in) {
  struct context_ignore *ignore = &c->input.ignore;
  struct recipe_input *recipe = &c->input.recipe;
  struct context_stat st;
  if (!context_ignore_load_model(c->files, c->files, recipe->config_path, c->ar,
                                 ignore, c->dg) ||
      !document_place_config(recipe, ignore, c->dg) ||
      !context_stat(c->files, STR(".cog"), SPAN_NONE, &st, c->dg))
    return false;
  in->ignore = ignore;
  in->cog_directory = st.kind != CONTEXT_MISSING;
  return true;
}

bool cli_make_texts(struct cli *c, const char *name, struct documents *out) {
  if (c->flags.compat.p)
    vec_push(
        c->ar, &c->flags.build_args,
        str_printf(c->ar, "COG_COMPAT=" STR_FMT, STR_ARG(c->flags.compat)));
  struct recipe recipe;
  struct document_input in = {.in = &c->input.recipe, .recipe = &recipe};
  const struct document_kind *kind = document_find(str_of(name));
  *out = (struct documents){0};
  return cli_open(c) && look_around(c, &in) &&
         (!kind->weights || cli_find_weights(c)) &&
         cli_make_recipe(c, &recipe) &&
         (!kind->weights || cli_add_schema(c, &recipe)) &&
         kind->make(&in, c->ar, out, c->dg) && c->dg->errors == 0;
}

static const struct document_file *find_text(const struct documents *texts,
                                             const char *name) {
  for (size_t i = 0; i < texts->files.n; i++)
    if (str_is(str_of(name), texts->files.v[i].name))
      return &texts->files.v[i];
  return NULL;
}

/** The file NAME of what the command makes, nothing when it makes none. */
static bool write_named_text(struct cli *c, const char *name,
                             struct sbuf *out) {
  struct documents texts;
  if (!cli_make_texts(c, c->command->name, &texts))
    return false;
  const struct document_file *file = find_text(&texts, name);
  if (file)
    sbuf_addstr(out, file->text);
  return true;
}

bool cli_dockerfile(struct cli *c, struct sbuf *out) {
  return write_named_text(c, "Dockerfile", out);
}

bool cli_requirements(struct cli *c, struct sbuf *out) {
  return write_named_text(
      c, c->flags.constraints ? "constraints.txt" : "requirements.txt", out);
}

/** TEXT with a line for each key. */
static bool write_indented(struct cli *c, struct str text, struct sbuf *out) {
  json_error_t e;
  json_t *root = json_loadb(text.p, text.len, 0, &e);
  if (!root)
    return diag_fail(c->dg, DIAG_SCHEMA_SOURCE, SPAN_NONE,
                     "the schema is no JSON: %s", e.text);
  cli_json_write(out, root);
  return true;
}

bool cli_schema(struct cli *c, struct sbuf *out) {
  struct documents texts;
  if (!cli_make_texts(c, c->command->name, &texts))
    return false;
  if (str_is(c->flags.format, "indented"))
    return write_indented(c, texts.files.v[0].text, out);
  sbuf_addstr(out, texts.files.v[0].text);
  return true;
}

bool cli_fal(struct cli *c, struct sbuf *out) {
  (void)out;
  struct documents texts;
  if (!c->flags.output.p) {
    diag_fail(c->dg, DIAG_USAGE, SPAN_NONE, "fal wants -o DIR");
    diag_note(c->dg, SPAN_NONE,
              "it makes two files, Dockerfile and fal_app.py");
    return false;
  }
  return cli_make_texts(c, c->command->name, &texts) &&
         cli_write_files(c, str_cstr(c->ar, c->flags.output), texts.files.v,
                         texts.files.n, c->flags.force);
}
