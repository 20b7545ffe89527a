// Runs a program with the same input and output, and writes what it used to
// standard error: the one that the arguments name, or, standing in front of a
// frontend in its image, that one; standard error is the engine's log then.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t) {
  return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  const double start = now();
  const pid_t pid = fork();
  if (pid == 0) {
    if (argc > 1)
      execvp(argv[1], argv + 1);
    else
      execv("/frontend", argv);
    _exit(127);
  }
  int status;
  struct rusage used;
  if (pid < 0 || wait4(pid, &status, 0, &used) < 0)
    return 1;
  fprintf(stderr, "measured: cpu_ms %.2f wall_ms %.2f peak_kb %ld\n",
          1e3 * (seconds(used.ru_utime) + seconds(used.ru_stime)),
          1e3 * (now() - start), used.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
