#include "cli_runner.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "cli/cli_int.h"
#include "cm.h"

static struct str read_all(struct arena *ar, int fd) {
  struct stat st;
  assert_int_equal(fstat(fd, &st), 0);
  const size_t size = (size_t)st.st_size;
  char *text = arena_alloc(ar, size + 1);
  assert_int_equal(pread(fd, text, size, 0), size);
  return (struct str){text, size};
}

struct cli_result cli_runner(struct arena *ar, const char *const *argv) {
  size_t n = 0;
  while (argv[n])
    n++;
  char **words = arena_array(ar, char *, n + 2);
  words[0] = arena_strdup(ar, "cog-frontend");
  for (size_t i = 0; i < n; i++)
    words[i + 1] = arena_strdup(ar, argv[i]);

  cleanup_fd int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  cleanup_fd int out = memfd_create("out", MFD_CLOEXEC);
  cleanup_fd int err = memfd_create("err", MFD_CLOEXEC);
  struct cli_result r = {.status =
                             (int)cli_run(in, out, err, (int)n + 1, words)};
  r.out = read_all(ar, out);
  r.err = read_all(ar, err);
  return r;
}
