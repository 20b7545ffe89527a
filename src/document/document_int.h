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

#endif
