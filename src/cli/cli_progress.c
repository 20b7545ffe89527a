#include "cli/cli_int.h"

// What takes a second or less needs no progress; a line per so many bytes is
// some lines a second.
enum { MB = 1000 * 1000, PROGRESS_FROM = 100, PROGRESS_STEP = 10 };

void cli_progress_init(struct cli_progress *p, int fd, const char *what) {
  *p = (struct cli_progress){.fd = isatty(fd) ? fd : -1, .what = what};
}

static void show_progress(struct cli_progress *p) {
  char line[80];
  const int n =
      snprintf(line, sizeof line, "\r%s %" PRIu64 " MB", p->what, p->done / MB);
  cli_write(p->fd, (struct str){line, (size_t)n});
  p->shown = p->done;
}

void cli_progress_add(struct cli_progress *p, size_t len) {
  p->done += len;
  if (p->fd >= 0 && p->done > (uint64_t)PROGRESS_FROM * MB &&
      p->done - p->shown >= (uint64_t)PROGRESS_STEP * MB)
    show_progress(p);
}

void cli_progress_end(struct cli_progress *p) {
  if (p->shown)
    cli_write(p->fd, STR("\r                                        \r"));
  p->shown = 0;
}
