// Runs PROGRAM ARG… DIR for every DIR that standard input names, one a line,
// and writes what each run took: wall and own time in ms, peak memory in KiB.
// Linked statically, so that what the child is before it becomes PROGRAM is
// smaller than anything that is measured.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e3 * (double)t.tv_sec + (double)t.tv_nsec / 1e6;
}

static double ms(struct timeval t) {
  return 1e3 * (double)t.tv_sec + (double)t.tv_usec / 1e3;
}

static void run(char **argv) {
  const double start = now();
  const pid_t pid = vfork();
  if (pid == 0) {
    execv(argv[0], argv);
    _exit(127);
  }
  int status;
  struct rusage used;
  if (pid < 0 || wait4(pid, &status, 0, &used) < 0 || !WIFEXITED(status) ||
      WEXITSTATUS(status) > 1) {
    fprintf(stderr, "%s: cannot run, or crashed\n", argv[0]);
    exit(1);
  }
  dprintf(3, "%.3f %.3f %ld\n", now() - start,
          ms(used.ru_utime) + ms(used.ru_stime), used.ru_maxrss);
}

int main(int argc, char **argv) {
  char line[4096];
  char *args[16] = {NULL};
  if (argc < 2 || argc > 14)
    return 2;
  // The figures keep what standard output was; the program's own goes nowhere.
  dup2(1, 3);
  dup2(open("/dev/null", O_WRONLY), 1);
  memcpy(args, argv + 1, (size_t)(argc - 1) * sizeof(*args));
  while (fgets(line, sizeof(line), stdin)) {
    line[strcspn(line, "\n")] = '\0';
    args[argc - 1] = line;
    run(args);
  }
  return 0;
}
