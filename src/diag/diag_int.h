#ifndef COGFE_DIAG_INT_H
#define COGFE_DIAG_INT_H

#include "cogfe/base.h"

/** Text is cut this many bytes behind what is shown of it, then masked, then
 *  cut: a secret has to be so long to be known for one. */
enum { DIAG_SECRET_BYTES = 100 };

#endif
