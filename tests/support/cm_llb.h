/** cm_llb: LLB graphs as a test looks at them. */
#ifndef COGFE_TESTS_CM_LLB_H
#define COGFE_TESTS_CM_LLB_H

#include "cm.h"

#include "cogfe/llb.h"

/** The definition of RESULT; fails the test when there is none. Both live in
 *  the test's arena. */
struct str cm_llb_marshal(void **state, const struct llb *l,
                          struct llb_ref result);

/** DEFINITION as llb_print() writes it. */
struct str cm_llb_text(void **state, struct str definition);

/** Both in one. */
struct str cm_llb(void **state, const struct llb *l, struct llb_ref result);

#endif
