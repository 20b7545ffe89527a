/** document_int: what the forms share. */
#ifndef COGFE_DOCUMENT_INT_H
#define COGFE_DOCUMENT_INT_H

#include "cogfe/dockerfile.h"
#include "cogfe/document.h"

/** The options of the printer for all of the image. */
bool document_dockerfile_opts(const struct document_input *in,
                              struct dockerfile_opts *o, struct diags *dg);

/** Adds the file `Dockerfile` as O says. */
bool document_add_dockerfile(const struct document_input *in,
                             const struct dockerfile_opts *o, struct arena *ar,
                             struct documents *out, struct diags *dg);

/** What `image`, or else `model`, of cog.yaml calls the project: the last part
 *  of its path in lower case, with '-' for what is no letter or digit. Empty
 *  when neither says anything. In AR. */
struct str document_name(const struct config *c, struct arena *ar);

#endif
