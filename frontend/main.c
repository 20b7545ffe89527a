// Which of the two programs am I: started by BuildKit, the frontend; started
// by a person, the command line.
#include "cogfe/build.h"

#include <fcntl.h>

extern char **environ;

/** Standard output is the wire: it moves away, so that nothing that a library
 *  prints can get between two frames. */
static int take_wire(void) {
  const int wire = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (wire >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
    return wire;
  fputs("cog-frontend: standard output cannot be used\n", stderr);
  return -1;
}

int main(void) {
  if (!getenv("BUILDKIT_SESSION_ID")) {
    fputs("cog-frontend " COGFE_VERSION ": a BuildKit frontend for cog.yaml.\n"
          "It is started by BuildKit: put \"# syntax=IMAGE\" on the first line "
          "of cog.yaml,\nthen run: docker build -f cog.yaml .\n",
          stderr);
    return 2;
  }
  const int wire = take_wire();
  return wire < 0
             ? 3
             : build_frontend(STDIN_FILENO, wire, (const char *const *)environ);
}
