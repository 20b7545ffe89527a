/** pyword: what a real Python makes of a text. One interpreter serves a whole
 *  test program. */
#ifndef COGFE_TESTS_PYWORD_H
#define COGFE_TESTS_PYWORD_H

#include "cogfe/base.h"

/** What is wrong with TEXT as a program, in AR; a NULL pointer when it
 *  compiles. */
struct str py_compile(struct arena *ar, struct str text);

/** The value of the string literal TEXT, in AR; a NULL pointer when it is
 *  none. */
struct str py_string(struct arena *ar, struct str text);

/** The parameters of NAME in the program TEXT, with a space behind each: of
 *  predict() or run() in a class without its self, or of a function. A NULL
 *  pointer when TEXT is no program, or its top has no such class or
 *  function. */
struct str py_parameters(struct arena *ar, struct str text, struct str name);

#endif
