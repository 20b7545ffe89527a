#include "scratch.h"

#include <fcntl.h>
#include <sys/stat.h>

static char dir[64];

int scratch_setup(void **state) {
  snprintf(dir, sizeof dir, "/tmp/cogfe-test-XXXXXX");
  return mkdtemp(dir) ? cm_setup(state) : -1;
}

int scratch_teardown(void **state) {
  scratch_run(state, "chmod -R u+rwx . && rm -rf '%s'", dir);
  return cm_teardown(state);
}

const char *scratch_path(void **state, const char *name) {
  return arena_printf(cm_ar(state), "%s/%s", dir, name);
}

void scratch_run(void **state, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  char *command = arena_vprintf(cm_ar(state), fmt, ap);
  va_end(ap);
  int rc =
      system(arena_printf(cm_ar(state), "set -e; cd '%s'; %s", dir, command));
  if (rc != 0)
    fail_msg("status %d of: %s", rc, command);
}

void scratch_needs(void **state, const char *name) {
  if (system(arena_printf(cm_ar(state), "command -v %s >/dev/null 2>&1",
                          name)) == 0)
    return;
  print_message("skipped: there is no %s on this machine\n", name);
  skip();
}

void scratch_write(void **state, const char *name, struct str text) {
  FILE *f = fopen(scratch_path(state, name), "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(text.p, 1, text.len, f), text.len);
  assert_int_equal(fclose(f), 0);
}

struct str scratch_read(void **state, const char *name) {
  FILE *f = fopen(scratch_path(state, name), "rb");
  struct stat st;
  assert_non_null(f);
  assert_int_equal(fstat(fileno(f), &st), 0);
  char *p = arena_alloc(cm_ar(state), (size_t)st.st_size + 1);
  assert_int_equal(fread(p, 1, (size_t)st.st_size, f), st.st_size);
  fclose(f);
  return (struct str){p, (size_t)st.st_size};
}
