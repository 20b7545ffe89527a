/* The fault sweep: a whole build in which the n-th thing goes wrong, for every
 * n. Whatever it is, the frontend ends by itself; what does no harm changes
 * nothing, and after a loss there is no result. */
#include "fake_engine.h"
#include "tarball.h"

#include <poll.h>
#include <sys/types.h>

// ---- faults of the machine --------------------------------------------------

enum io_call { IO_READ, IO_WRITE, IO_POLL };

/** The N-th CALL of the frontend (each, when N is 0) fails with ERROR or, when
 *  that is 0, gives MAX bytes at most. */
static struct io_fault {
  enum io_call call;
  size_t n;
  int error;
  size_t max;
  bool lossy;
  const char *name;
} fault;

static size_t calls;                 // of that kind, so far
static bool faulty;                  // FAULT is to happen at all
static _Thread_local bool is_engine; // this thread is the test's own

static bool happens(enum io_call call) {
  if (is_engine || !faulty || call != fault.call)
    return false;
  return ++calls == fault.n || fault.n == 0;
}

static int fails(void) {
  errno = fault.error;
  return -1;
}

// The linker puts these in the place of libc's (tests/CMakeLists.txt).
ssize_t __real_read(int fd, void *buf, size_t len);
ssize_t __wrap_read(int fd, void *buf, size_t len);
ssize_t __real_write(int fd, const void *buf, size_t len);
ssize_t __wrap_write(int fd, const void *buf, size_t len);
int __real_poll(struct pollfd *fds, nfds_t n, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout);

ssize_t __wrap_read(int fd, void *buf, size_t len) {
  if (!happens(IO_READ))
    return __real_read(fd, buf, len);
  if (fault.error)
    return fails();
  return fault.max ? __real_read(fd, buf, fault.max) : 0;
}

ssize_t __wrap_write(int fd, const void *buf, size_t len) {
  if (!happens(IO_WRITE))
    return __real_write(fd, buf, len);
  return fault.error ? fails() : __real_write(fd, buf, fault.max);
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout) {
  return happens(IO_POLL) ? fails() : __real_poll(fds, n, timeout);
}

// ---- builds -----------------------------------------------------------------

#define CONFIG                                                                 \
  "build:\n"                                                                   \
  "  python_version: \"3.11\"\n"                                               \
  "  python_requirements: r.txt\n"                                             \
  "  gpus: true\n"                                                             \
  "predict: \"predict.py:Predictor\"\n"

static const char *const local_env[] = {
    "BUILDKIT_SESSION_ID=session", "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
    NULL};

static const char *const http_env[] = {
    "BUILDKIT_SESSION_ID=session", "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
    "BUILDKIT_FRONTEND_OPT_1=context=http://example.com/context.tar", NULL};

static const char *const lint_env[] = {
    "BUILDKIT_SESSION_ID=session", "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
    "BUILDKIT_FRONTEND_OPT_1=requestid=frontend.lint", NULL};

static const char *const several_env[] = {
    "BUILDKIT_SESSION_ID=session", "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml",
    "BUILDKIT_FRONTEND_OPT_1=platform=linux/amd64,linux/arm64", NULL};

static const struct fake_file files[] = {
    {"cog.yaml", CONFIG},
    {"r.txt", "-r more.txt\nsix\n"},
    {"more.txt", "idna==3.7\n"},
    {".dockerignore", "*.key\n"},
};

static struct str archive; // of those files

static void pack_archive(struct arena *ar) {
  cleanup_sbuf struct sbuf tar;
  sbuf_init(&tar, 1 << 20);
  for (size_t i = 0; i < ARRAY_LEN(files); i++)
    tarball_file(&tar, files[i].path, files[i].text);
  tarball_end(&tar);
  archive = str_dup(ar, sbuf_str(&tar));
}

static const struct way_in {
  const char *name;
  const char *const *env;
} ways_in[] = {
    {"local", local_env},
    {"http", http_env},
    {"lint", lint_env},
    {"several platforms", several_env},
};

static struct fake_engine engine_for(const struct way_in *way) {
  return (struct fake_engine){.kind = GW_NEW_ENGINE,
                              .files = files,
                              .n_files = ARRAY_LEN(files),
                              .archive = archive,
                              .env = way->env};
}

static struct fake_engine whole_build(const struct way_in *way,
                                      struct arena *ar) {
  struct fake_engine e = engine_for(way);
  faulty = false;
  fake_engine_run(&e, ar);
  assert_int_equal(e.exit_status, 0);
  assert_true(e.returned);
  assert_str(e.error, "");
  return e;
}

static int setup(void **state) {
  is_engine = true;
  const int status = cm_setup(state);
  pack_archive(cm_ar(state));
  return status;
}

// ---- the sweep over the machine ---------------------------------------------

static void check_io(const struct fake_engine *e,
                     const struct fake_engine *whole) {
  if (!fault.lossy) {
    assert_int_equal(e->exit_status, 0);
    assert_str(e->error, "");
    assert_true(str_eq(e->definition, whole->definition));
    assert_true(str_eq(e->metadata, whole->metadata));
  } else if (e->exit_status != 3) {
    // The engine had its result, and the frontend nothing left to do.
    assert_int_equal(e->exit_status, 0);
    assert_true(e->returned);
  }
}

/** One kind of fault at the first, second, … call, until there are no more. */
static void sweep_io(const struct way_in *way, const struct io_fault *row) {
  struct arena ar;
  arena_init(&ar);
  const struct fake_engine whole = whole_build(way, &ar);
  size_t n = 0;
  do {
    struct fake_engine e = engine_for(way);
    fault = *row;
    fault.n = ++n;
    calls = 0;
    faulty = true;
    fake_engine_run(&e, &ar);
    if (calls >= n)
      check_io(&e, &whole);
  } while (calls >= n);
  print_message("  %s, %s: %zu calls\n", way->name, row->name, n - 1);
  assert_in_range(n, 5, 2000);
  arena_release(&ar);
}

static void every_call_of_the_machine_may_fail(void **state) {
  (void)state;
  static const struct io_fault rows[] = {
      {IO_READ, .max = 1, .name = "a short read"},
      {IO_READ, .error = EINTR, .name = "an interrupted read"},
      {IO_READ, .error = EAGAIN, .name = "a read for nothing"},
      {IO_READ, .lossy = true, .name = "the end of the input"},
      {IO_READ, .error = ECONNRESET, .lossy = true, .name = "a failed read"},
      {IO_WRITE, .max = 1, .name = "a short write"},
      {IO_WRITE, .error = EINTR, .name = "an interrupted write"},
      {IO_WRITE, .error = EAGAIN, .name = "a full pipe"},
      {IO_WRITE, .error = EPIPE, .lossy = true, .name = "a closed pipe"},
      {IO_POLL, .error = EINTR, .name = "an interrupted wait"},
      {IO_POLL, .error = EINVAL, .lossy = true, .name = "a failed wait"},
  };
  for (size_t way = 0; way < ARRAY_LEN(ways_in); way++)
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
      sweep_io(&ways_in[way], &rows[i]);
}

static void bytes_may_come_and_go_one_by_one(void **state) {
  static const struct io_fault rows[] = {{IO_READ, .max = 1},
                                         {IO_WRITE, .max = 1}};
  for (size_t way = 0; way < ARRAY_LEN(ways_in); way++)
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
      const struct fake_engine whole = whole_build(&ways_in[way], cm_ar(state));
      struct fake_engine e = engine_for(&ways_in[way]);
      fault = rows[i];
      faulty = true;
      fake_engine_run(&e, cm_ar(state));
      check_io(&e, &whole);
    }
}

// ---- the sweep over the engine ----------------------------------------------

/** The rules of lint look at one file of the context, and are silent when they
 *  cannot: its tree and its stat, for each way of failing. What Cog's tool may
 *  have left is announced, and not asked for where there is no model. */
enum { SILENT_MAX = 4 };

static bool is_silent(const struct fake_engine *e) {
  return e->fault != FAKE_GOES_AWAY && e->returned && e->error.len == 0 &&
         (str_is(e->faulted, "StatFile") || str_is(e->faulted, "Solve"));
}

/** What a request that meets FAULT leads to. */
static void check_request(const struct fake_engine *e, bool is_question,
                          size_t *silent) {
  const bool lost = e->fault == FAKE_GOES_AWAY;
  assert_int_equal(e->exit_status, lost ? 3 : 0);
  // A message may say nothing, nobody misses a warning, and there is nothing
  // to read in the answer to Return.
  if (e->fault == FAKE_EMPTY || str_is(e->faulted, "Warn") ||
      (e->fault == FAKE_GARBAGE && str_is(e->faulted, "Return")))
    return;
  if (is_silent(e) && ++*silent <= SILENT_MAX)
    return;
  assert_int_equal(e->returned, !lost);
  // The answer to --call=check tells an error too.
  if (!is_question)
    assert_int_equal(e->error.len > 0, !lost);
}

static void every_request_may_fail(void **state) {
  (void)state;
  for (size_t way = 0; way < ARRAY_LEN(ways_in); way++) {
    struct arena ar;
    arena_init(&ar);
    const struct fake_engine whole = whole_build(&ways_in[way], &ar);
    assert_in_range(whole.requests, 5, 100);
    for (int kind = FAKE_GOES_AWAY; kind <= FAKE_CUT; kind++) {
      size_t silent = 0;
      for (size_t n = 1; n <= whole.requests; n++) {
        struct fake_engine e = engine_for(&ways_in[way]);
        e.fault = (enum fake_fault)kind;
        e.fault_at = n;
        print_message("  %s, fault %d of request %zu\n", ways_in[way].name,
                      kind, n);
        faulty = false;
        fake_engine_run(&e, &ar);
        check_request(&e, ways_in[way].env == lint_env, &silent);
      }
    }
    arena_release(&ar);
  }
}

#define sweep_test(fn) cmocka_unit_test_setup_teardown(fn, setup, cm_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      sweep_test(every_call_of_the_machine_may_fail),
      sweep_test(bytes_may_come_and_go_one_by_one),
      sweep_test(every_request_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
