/** shword: what a real /bin/sh makes of a word. One shell serves a whole test
 *  program, so that a fuzz target can ask it thousands of times. */
#ifndef COGFE_TESTS_SHWORD_H
#define COGFE_TESTS_SHWORD_H

#include "cogfe/base.h"

/** The value of the word TEXT of a shell line, in AR; a NULL pointer when it is
 *  not exactly one word, or when the shell does not answer in some seconds: an
 *  open quote makes it wait for more. */
struct str sh_word(struct arena *ar, struct str text);

#endif
