#include "cogfe/base.h"

_Noreturn void base_bug(const char *file, int line, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  fprintf(stderr, "cog-frontend: BUG at %s:%d: ", file, line);
  vfprintf(stderr, fmt, ap);
  fputc('\n', stderr);
  va_end(ap);
  abort();
}

_Noreturn void base_out_of_memory(void) {
  static const char msg[] = "cog-frontend: out of memory\n";
  ssize_t ignored = write(STDERR_FILENO, msg, sizeof msg - 1);
  (void)ignored;
  abort();
}

void base_close_fd(int *fd) {
  if (*fd < 0)
    return;
  int saved = errno;
  close(*fd);
  errno = saved;
  *fd = -1;
}
