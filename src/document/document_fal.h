/** document_fal: what the parts of an app for fal share. */
#ifndef COGFE_DOCUMENT_FAL_H
#define COGFE_DOCUMENT_FAL_H

#include "cogfe/config.h"
#include "cogfe/context.h"
#include "cogfe/pysig.h"

/** What an app is made of. */
struct fal_app {
  const struct config *config;
  struct str python;       // "3.11"
  const struct pysig *sig; // NULL: a stub
  struct str name;         // of the app; empty: the directory of cog.yaml says
  struct str config_path;  // in the context
  bool copies; // Dockerfile names files of the context, which must be found
  struct str_vec ignored; // gitignore patterns of what is not uploaded
};

/** Names that the file has to import. */
struct fal_names {
  bool any, list, literal, optional, field, file, fetch, secret;
};

// ---- document_fal_model.c
// ------------------------------------------------------

/** Whether every parameter of SIG can be a field of the input model; *WHY says
 *  what cannot, of the file. */
bool fal_can_name(const struct pysig *sig, const char **why, struct arena *ar);

/** The type that the field of P has: cog's `choices` are a Literal, and what is
 *  None without being given is optional. */
struct pysig_type fal_field_type(const struct pysig_param *p);

/** Append the classes Input and Output, and add to NAMES. */
void fal_add_input(struct sbuf *out, const struct fal_app *app,
                   struct fal_names *names, struct arena *ar);
void fal_add_output(struct sbuf *out, const struct fal_app *app,
                    struct fal_names *names);

/** NAME(ARGS), on one line when it fits behind what OUT's line has, else with
 *  an argument a line, INDENT being the column of the line. */
void fal_add_call(struct sbuf *out, const char *name,
                  const struct str_vec *args, int indent);

// ---- document_fal_image.c
// ------------------------------------------------------

/** Of the patterns of IGNORE (NULL: none), those that fal's client reads alike:
 *  it knows no "!", so none of what stands before the last one. */
struct str_vec fal_ignored(const struct context_ignore *ignore,
                           struct arena *ar);

/** Whether Dockerfile TEXT names files of the context. */
bool fal_copies(struct str text);

/** Append the constants above the classes, and the expression of the image. */
void fal_add_context(struct sbuf *out, const struct fal_app *app);
void fal_add_image(struct sbuf *out, const struct fal_app *app,
                   struct arena *ar);

/** Whether a run item wants a secret. */
bool fal_has_secrets(const struct config *c);

// ---- document_fal_app.c
// --------------------------------------------------------

/** Appends the Python file. */
void fal_add_app(struct sbuf *out, const struct fal_app *app, struct arena *ar);

#endif
