/** document_fal: what the parts of an app for fal share. */
#ifndef COGFE_DOCUMENT_FAL_H
#define COGFE_DOCUMENT_FAL_H

#include "cogfe/config.h"
#include "cogfe/pysig.h"

/** What an app is made of. */
struct fal_app {
  const struct config *config;
  struct str python;       // "3.11"
  const struct pysig *sig; // NULL: a stub
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

// ---- document_fal_app.c
// --------------------------------------------------------

/** Appends the Python file. */
void fal_add_app(struct sbuf *out, const struct fal_app *app, struct arena *ar);

#endif
