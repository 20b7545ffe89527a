// Which of the two programs am I: started by BuildKit, the frontend; started
// by a person, the command line.
#include "cogfe/builder.h"
#include "cogfe/cli.h"

#include <fcntl.h>

/** Standard output is the wire: it moves away, so that nothing that a library
 *  prints can get between two frames. */
static int take_wire(void) {
  const int wire = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (wire >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
    return wire;
  fputs("cog-frontend: standard output cannot be used\n", stderr);
  return -1;
}

int main(int argc, char **argv) {
  if (!getenv("BUILDKIT_SESSION_ID"))
    return cli_main(argc, argv);
  const int wire = take_wire();
  return wire < 0
             ? 3
             : builder_run(STDIN_FILENO, wire, (const char *const *)environ);
}
