/** files: fixtures of a test, read whole. */
#ifndef COGFE_TESTS_FILES_H
#define COGFE_TESTS_FILES_H

#include "cogfe/base.h"

/** The file's bytes, with a NUL behind them, in AR; a NULL pointer when there
 *  is no such file. */
struct str files_read(struct arena *ar, const char *path);

/** Writes the file, or fails the test. */
void files_write(const char *path, struct str text);

/** The names in the folder, sorted, without those that begin with a dot; none
 *  when there is no such folder. */
struct str_vec files_list(struct arena *ar, const char *path);

#endif
