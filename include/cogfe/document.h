/** document: what a recipe says as files that a person takes away: a
 * Dockerfile, requirements.txt, an app for another platform.
 *
 *  A command that writes them and a target of a build give the same bytes,
 *  because both are made here. Reads the context where a text depends on what
 *  is in it; writes nothing and talks to no engine.
 *
 *      const struct document_kind *kind = document_find(STR("dockerfile"));
 *      struct document_input in = {.in = &input, .recipe = &recipe};
 *      struct documents files = {0};
 *      if (!kind->make(&in, ar, &files, dg))
 *        return false;
 *
 *  The recipe is one without merged layers (recipe_input.merge).
 */
#ifndef COGFE_DOCUMENT_H
#define COGFE_DOCUMENT_H

#include "cogfe/imageconfig.h"
#include "cogfe/recipe.h"

struct document_file {
  const char *name;
  struct str text;
};

/** Files of one directory, their names all different. */
struct documents {
  VEC(struct document_file) files;
};

struct document_input {
  const struct recipe_input *in;
  const struct recipe *recipe;
  const struct context_ignore *ignore; // of the build; NULL: nothing is ignored
  bool cog_directory;                  // the context has a .cog, ignored or not
  const struct imageconfig_label *labels; // as dockerfile_opts has them
  size_t n_labels;
};

/** Says in IN whether the context has the config as cog.yaml, by looking: for
 *  the recipe of a document_input. IGNORE as there. */
bool document_place_config(struct recipe_input *in,
                           const struct context_ignore *ignore,
                           struct diags *dg);

/** One row of document_kinds.def. */
struct document_kind {
  const char *name; // of the target
  const char *help; // one line
  bool weights;     // the recipe's plan has to have the weights of the context
  bool (*make)(const struct document_input *in, struct arena *ar,
               struct documents *out, struct diags *dg);
};

/** The rows in the order of the table; *N is their number. */
const struct document_kind *document_kinds(size_t *n);

/** The kind called NAME, or NULL. */
const struct document_kind *document_find(struct str name);

// ---- what the rows make -----------------------------------------------------
// Each appends its files to OUT; their texts live in AR. Fails, with errors in
// DG, for what the form cannot hold.

/** `Dockerfile`: all of the image, built by anyone. */
bool document_dockerfile(const struct document_input *in, struct arena *ar,
                         struct documents *out, struct diags *dg);

/** `requirements.txt`, and `constraints.txt` when there are bounds. */
bool document_requirements(const struct document_input *in, struct arena *ar,
                           struct documents *out, struct diags *dg);

/** `openapi_schema.json`, whatever the SDK reads. */
bool document_schema(const struct document_input *in, struct arena *ar,
                     struct documents *out, struct diags *dg);

/** `Dockerfile` of what cog.yaml installs, without source and server, and
 *  `fal_app.py`, whose endpoint has the inputs of the model's predict(); where
 *  those cannot be read it is a stub, with a warning. */
bool document_fal(const struct document_input *in, struct arena *ar,
                  struct documents *out, struct diags *dg);

#endif
