/** llb_print: a definition as text, for golden tests. */
#ifndef COGFE_TESTS_LLB_PRINT_H
#define COGFE_TESTS_LLB_PRINT_H

#include "cogfe/llb.h"

/** Writes DEFINITION as text, one op per paragraph, inputs by the number of
 *  their op instead of its digest: for people and for comparing. */
bool llb_print(struct sbuf *out, struct str definition, struct diags *dg);

#endif
