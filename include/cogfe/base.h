/** base: the one prelude of every file — memory, text and bytes.
 *
 *  Includes the C library headers that the project uses everywhere, the types
 *  of this module, and at the very end the list of banned functions. It knows
 *  nothing of builds, files of a context or engines.
 *
 *      struct arena ar;
 *      arena_init(&ar);
 *      const char *s = arena_printf(&ar, "%s:%d", name, line);
 *      arena_release(&ar);
 */
#ifndef COGFE_BASE_H
#define COGFE_BASE_H

// IWYU pragma: begin_exports
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "cogfe/arena.h"
#include "cogfe/number.h"
#include "cogfe/path.h"
#include "cogfe/str.h"
#include "cogfe/sbuf.h"
#include "cogfe/utf8.h"
#include "cogfe/vec.h"
// IWYU pragma: end_exports

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/** A fault of our own: prints where and what to standard error and aborts, in
 *  release builds too. Never for anything that input can cause. */
#define BUG(...) base_bug(__FILE__, __LINE__, __VA_ARGS__)

_Noreturn void base_bug(const char *file, int line, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/** Memory is used up: one line to standard error, then abort. Input cannot get
 *  us here, because everything read from it has a limit (limits.h). */
_Noreturn void base_out_of_memory(void);

/** A file descriptor that is closed when its scope ends; -1 is none. */
#define cleanup_fd __attribute__((cleanup(base_close_fd)))

void base_close_fd(int *fd);

/** Hand the descriptor over: returns it and leaves -1 behind. */
static inline int steal_fd(int *fd) {
  int taken = *fd;
  *fd = -1;
  return taken;
}

#include "cogfe/banned.h"

#endif
