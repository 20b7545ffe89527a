#include "scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "cogfe/context.h"
#include "cogfe/limits.h"

static struct context *context;
static struct sbuf text;

static int setup(void **state) {
  if (scratch_setup(state) != 0)
    return -1;
  sbuf_init(&text, 1 << 20);
  scratch_run(state, "mkdir -p c/sub c/.hidden out && cd c && echo 'build: {}' "
                     ">cog.yaml && echo x >../out/x && mkfifo fifo && "
                     "ln -s cog.yaml link && ln -s ../cog.yaml sub/up && "
                     "ln -s ../out/x out && ln -s /etc/passwd passwd && "
                     "ln -s circle circle && ln -s nowhere dangling && "
                     "ln -s ../../c/sub around && ln -s fifo to-fifo");
  context =
      context_open_dir(cm_ar(state), scratch_path(state, "c"), cm_dg(state));
  return context ? 0 : -1;
}

static int teardown(void **state) {
  context_close(context);
  sbuf_release(&text);
  return scratch_teardown(state);
}

#define dir_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static void cannot_read(void **state, const char *path, enum diag_code code) {
  struct diags *dg = cm_dg(state);
  print_message("  %s\n", path);
  assert_false(context_read(context, str_of(path), 100, SPAN_NONE, &text, dg));
  assert_int_equal(dg->list.v[dg->list.n - 1].code, code);
  assert_int_equal(text.len, 0);
}

static void reads_files_and_links_inside(void **state) {
  static const char *const names[] = {"cog.yaml", "link", "sub/up",
                                      "./sub//../link"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    sbuf_clear(&text);
    assert_true(context_read(context, str_of(names[i]), 100, SPAN_NONE, &text,
                             cm_dg(state)));
    assert_str(sbuf_str(&text), "build: {}\n");
  }
}

static void opens_nothing_else(void **state) {
  cannot_read(state, "fifo", DIAG_NOT_A_FILE);
  cannot_read(state, "to-fifo", DIAG_NOT_A_FILE);
  cannot_read(state, "sub", DIAG_NOT_A_FILE);
  cannot_read(state, ".", DIAG_NOT_A_FILE);
  cannot_read(state, "circle", DIAG_NOT_A_FILE);
  cannot_read(state, "out", DIAG_OUTSIDE);
  cannot_read(state, "passwd", DIAG_OUTSIDE);
  cannot_read(state, "../out/x", DIAG_OUTSIDE);
  cannot_read(state, "/etc/passwd", DIAG_OUTSIDE);
  cannot_read(state, "dangling", DIAG_FILE_MISSING);
  cannot_read(state, "cog.yaml/x", DIAG_FILE_MISSING);
  cannot_read(state, "none", DIAG_FILE_MISSING);
}

static void stops_at_the_limit(void **state) {
  assert_false(context_read(context, STR("cog.yaml"), 9, SPAN_NONE, &text,
                            cm_dg(state)));
  assert_str(cm_rendered(state), "error: \"cog.yaml\" has 10 bytes, the limit "
                                 "is 9 [too-large]\n");
  assert_true(context_read(context, STR("cog.yaml"), 10, SPAN_NONE, &text,
                           cm_dg(state)));
}

static void reads_what_has_no_size(void **state) {
  struct context *proc =
      context_open_dir(cm_ar(state), "/proc/self", cm_dg(state));
  assert_true(
      context_read(proc, STR("status"), 65536, SPAN_NONE, &text, cm_dg(state)));
  assert_true(text.len > 100);
  sbuf_clear(&text);
  assert_false(
      context_read(proc, STR("status"), 99, SPAN_NONE, &text, cm_dg(state)));
  assert_int_equal(text.len, 0);
  context_close(proc);
}

static void lists_names_in_order(void **state) {
  struct str_vec names;
  assert_true(context_list(context, STR("."), SPAN_NONE, cm_ar(state), &names,
                           cm_dg(state)));
  assert_int_equal(names.n, 11);
  assert_str(names.v[0], ".hidden/");
  assert_str(names.v[1], "around");
  assert_str(names.v[9], "sub/");
  assert_false(context_list(context, STR("cog.yaml"), SPAN_NONE, cm_ar(state),
                            &names, cm_dg(state)));
  assert_false(context_list(context, STR("none"), SPAN_NONE, cm_ar(state),
                            &names, cm_dg(state)));
  assert_int_equal(cm_dg(state)->errors, 2);
}

static void the_top_must_be_a_directory(void **state) {
  assert_null(context_open_dir(cm_ar(state), scratch_path(state, "none"),
                               cm_dg(state)));
  assert_null(context_open_dir(cm_ar(state), scratch_path(state, "c/cog.yaml"),
                               cm_dg(state)));
  assert_null(context_open_dir(cm_ar(state), scratch_path(state, "c/fifo"),
                               cm_dg(state)));
  assert_int_equal(cm_dg(state)->errors, 3);
}

/** Puts a link that leads outside in the place of a directory, and the
 * directory back, until it is killed. */
static pid_t start_swapping(void **state) {
  const char *dir = scratch_path(state, "c/swap");
  const char *out = scratch_path(state, "c/swap.link");
  const pid_t pid = fork();
  while (pid == 0)
    if (renameat2(AT_FDCWD, dir, AT_FDCWD, out, RENAME_EXCHANGE) != 0)
      _exit(1);
  return pid;
}

static void a_tree_that_changes_leads_nowhere_else(void **state) {
  enum { READS = 3000 };
  struct diags dg;
  struct arena ar;
  size_t inside = 0, outside = 0;
  scratch_run(state, "mkdir swap-out c/swap && echo in >c/swap/f && "
                     "echo out >swap-out/f && ln -s ../swap-out c/swap.link");
  const pid_t pid = start_swapping(state);
  assert_true(pid > 0);
  for (size_t i = 0; i < READS; i++) {
    arena_init(&ar);
    diag_init(&dg, &ar);
    sbuf_clear(&text);
    if (context_read(context, STR("swap/f"), 100, SPAN_NONE, &text, &dg))
      inside += str_is(sbuf_str(&text), "in\n");
    outside += str_is(sbuf_str(&text), "out\n");
    arena_release(&ar);
  }
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  assert_int_equal(outside, 0);
  assert_in_range(inside, 1, READS);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      dir_test(reads_files_and_links_inside),
      dir_test(opens_nothing_else),
      dir_test(stops_at_the_limit),
      dir_test(reads_what_has_no_size),
      dir_test(lists_names_in_order),
      dir_test(the_top_must_be_a_directory),
      dir_test(a_tree_that_changes_leads_nowhere_else),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
