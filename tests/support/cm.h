/** cm: cmocka with the headers that it wants before it. Tests include this
 *  instead of cmocka.h. */
#ifndef COGFE_TESTS_CM_H
#define COGFE_TESTS_CM_H

#include "cogfe/base.h"

#include <setjmp.h>
#include <cmocka.h> // IWYU pragma: export

#include "cogfe/diag.h"

/** An arena and a list of diagnostics per test: cm_setup and cm_teardown as
 *  the fixture, cm_ar() and cm_dg() inside. (cmocka leaves a failed test by
 *  longjmp, so nothing of a test may live in its scope.) */
int cm_setup(void **state);
int cm_teardown(void **state);

struct arena *cm_ar(void **state);
struct diags *cm_dg(void **state);

#define cm_test(fn) cmocka_unit_test_setup_teardown(fn, cm_setup, cm_teardown)

/** Fails with both texts when they differ. */
#define assert_str(got, want) cm_assert_str((got), (want), __FILE__, __LINE__)

void cm_assert_str(struct str got, const char *want, const char *file,
                   int line);

/** All diagnostics as diag_render() writes them; lives in the test's arena. */
struct str cm_rendered(void **state);

#endif
