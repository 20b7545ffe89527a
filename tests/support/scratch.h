/** scratch: a directory of its own for a test, and shell commands in it. */
#ifndef COGFE_TESTS_SCRATCH_H
#define COGFE_TESTS_SCRATCH_H

#include "cm.h"

/** As cm_setup() and cm_teardown(), with an empty directory that is removed at
 *  the end, failed test or not. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

#define scratch_test(fn)                                                       \
  cmocka_unit_test_setup_teardown(fn, scratch_setup, scratch_teardown)

/** The directory's path, or of NAME in it; lives in the test's arena. */
const char *scratch_path(void **state, const char *name);

/** Runs a shell command in the directory; the test fails when it does. */
void scratch_run(void **state, const char *fmt, ...) PRINTF_LIKE(2, 3);

/** Skips the test, with a line that says so, when program NAME is missing. */
void scratch_needs(void **state, const char *name);

/** Makes file NAME of the bytes TEXT. */
void scratch_write(void **state, const char *name, struct str text);

/** All bytes of file NAME; live in the test's arena. */
struct str scratch_read(void **state, const char *name);

#endif
