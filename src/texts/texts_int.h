/** texts_int: what the forms share. */
#ifndef COGFE_TEXTS_INT_H
#define COGFE_TEXTS_INT_H

#include "cogfe/dockerfile.h"
#include "cogfe/texts.h"

/** The options of the printer for all of the image. */
bool texts_dockerfile_opts(const struct texts_input *in,
                           struct dockerfile_opts *o, struct diags *dg);

/** Adds the file `Dockerfile` as O says. */
bool texts_add_dockerfile(const struct texts_input *in,
                          const struct dockerfile_opts *o, struct arena *ar,
                          struct texts *out, struct diags *dg);

#endif
