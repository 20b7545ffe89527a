// The Python packages as they are written, for scripts that did this with yq.
#include "cogfe/json.h"

#include "cli/cli_int.h"
#include "cli/cli_json.h"

#include "cogfe/yamldoc.h"

/** The items of the list, byte for byte: what counts as one is what yq's
 *  `select(. != null and . != "")` lets through. */
static void take_items(struct cli *c, const struct yamldoc *doc,
                       struct str_vec *out) {
  const struct yamldoc_node *list =
      yamldoc_get(yamldoc_get(doc->root, "build"), "python_packages");
  for (size_t i = 0; list && i < list->n_items; i++) {
    const struct yamldoc_node *item = list->items[i];
    if (!yamldoc_is_null(item) && item->text.len)
      vec_push(c->ar, out, item->text);
  }
}

/** The lines of the requirements file that pip would see, without comments. */
static bool take_config_lines(struct cli *c, const struct config *config,
                              struct str_vec *out) {
  struct requirements lines;
  if (!recipe_load_requirements(&c->input.recipe, config, c->ar, &lines, c->dg))
    return false;
  for (size_t i = 0; i < lines.n; i++)
    if (!lines.v[i].constraint)
      vec_push(c->ar, out, str_trim(lines.v[i].line));
  return true;
}

static bool load_packages(struct cli *c, struct str_vec *out) {
  if (!cli_open(c))
    return false;
  const struct yamldoc *doc = yamldoc_parse(&c->input.config, c->ar, c->dg);
  const struct config *config =
      doc ? config_from_yaml(doc, c->ar, c->dg) : NULL;
  if (!config)
    return false;
  if (config->python_requirements.set)
    return take_config_lines(c, config, out);
  take_items(c, doc, out);
  return true;
}

static void write_shell(struct sbuf *out, const struct str_vec *packages) {
  for (size_t i = 0; i < packages->n; i++) {
    sbuf_adds(out, i ? " " : "");
    cli_add_shell_word(out, packages->v[i]);
  }
  sbuf_addch(out, '\n');
}

static void write_packages_json(struct sbuf *out,
                                const struct str_vec *packages) {
  json_t *list = json_array();
  for (size_t i = 0; i < packages->n; i++)
    json_array_append_new(list, base_json_text(packages->v[i]));
  cli_json_write(out, list);
}

bool cli_packages(struct cli *c, struct sbuf *out) {
  struct str_vec packages = {0};
  if (!load_packages(c, &packages))
    return false;
  if (str_is(c->flags.format, "shell"))
    write_shell(out, &packages);
  else if (str_is(c->flags.format, "json"))
    write_packages_json(out, &packages);
  else
    for (size_t i = 0; i < packages.n; i++)
      sbuf_addf(out, STR_FMT "\n", STR_ARG(packages.v[i]));
  return c->dg->errors == 0;
}
