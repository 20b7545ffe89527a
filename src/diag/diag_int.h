#ifndef COGFE_DIAG_INT_H
#define COGFE_DIAG_INT_H

#include "cogfe/base.h"

/** Columns that a terminal gives to the character C: 0, 1 or 2. */
int diag_char_width(uint32_t c);

#endif
