/** config_print: a config as text, for golden tests. */
#ifndef COGFE_TESTS_CONFIG_PRINT_H
#define COGFE_TESTS_CONFIG_PRINT_H

#include "cogfe/config.h"

/** Writes what was given, one line each, with the places: for golden tests and
 *  for a person. */
void config_print(struct sbuf *out, const struct config *cfg);

#endif
