// A walk over a context: the same over a directory and an archive of it, and a
// generated tree that is larger than the limits.
#include "scratch.h"

#include "cogfe/context.h"
#include "cogfe/limits.h"

#include <fcntl.h>

static bool not_git(void *self, struct str path) {
  (void)self;
  return !str_is(path, ".git");
}

static struct str printed(struct arena *ar, const struct context_files *files) {
  struct str out = {0};
  for (size_t i = 0; i < files->n; i++)
    out = str_printf(ar, STR_FMT STR_FMT " %" PRIu64 "\n", STR_ARG(out),
                     STR_ARG(files->v[i].path), files->v[i].size);
  return out;
}

static void walks(void **state, struct context *c, const char *want) {
  struct context_files files;
  assert_non_null(c);
  assert_true(
      context_walk(c, not_git, NULL, cm_ar(state), &files, cm_dg(state)));
  assert_str(printed(cm_ar(state), &files), want);
  assert_int_equal(files.unseen.n, 0);
}

static void sees_regular_files_and_follows_no_link(void **state) {
  static const char want[] = "cog.yaml 9\n"
                             "models/a/b/big 7\n"
                             "models/small 1\n";
  scratch_run(state, "mkdir -p c/models/a/b c/.git c/empty && cd c &&"
                     "printf 'build: {}' >cog.yaml && printf x >models/small &&"
                     "printf 1234567 >models/a/b/big && echo x >.git/config &&"
                     "ln -s models/small link && ln -s models around &&"
                     "mkfifo fifo && tar -cf ../c.tar .");
  struct context *dir =
      context_open_dir(cm_ar(state), scratch_path(state, "c"), cm_dg(state));
  walks(state, dir, want);
  context_close(dir);

  cleanup_fd int fd = open(scratch_path(state, "c.tar"), O_RDONLY);
  struct context_reader reader;
  assert_true(
      context_reader_fd(&reader, cm_ar(state), fd, "c.tar", cm_dg(state)));
  struct context *tar =
      context_open_archive(cm_ar(state), &reader, "cog.yaml", cm_dg(state));
  walks(state, tar, want);
  context_close(tar);
}

// ---- a tree that has no end -------------------------------------------------

struct endless {
  size_t files, dirs; // in every directory
  size_t asked;
};

static bool endless_list(void *self, const char *const *paths, size_t n,
                         struct arena *ar, struct context_entries *out,
                         struct diags *dg) {
  struct endless *e = self;
  (void)paths, (void)dg;
  e->asked += n;
  for (size_t i = 0; i < n; i++) {
    for (size_t f = 0; f < e->files; f++)
      vec_push(
          ar, &out[i],
          (struct context_entry){str_printf(ar, "f%zu", f), CONTEXT_FILE, 1});
    for (size_t d = 0; d < e->dirs; d++)
      vec_push(
          ar, &out[i],
          (struct context_entry){str_printf(ar, "d%zu", d), CONTEXT_DIR, 0});
  }
  return true;
}

static bool every(void *self, struct str path) {
  (void)self, (void)path;
  return true;
}

static void is_held_to_the_limits(void **state) {
  static const struct {
    const char *name;
    struct endless tree;
    size_t asked_max, files_max;
  } cases[] = {
      {"deep", {1, 1, 0}, LIMIT_WALK_DEPTH, LIMIT_WALK_DEPTH},
      {"wide", {1, 100, 0}, LIMIT_WALK_DIRS, LIMIT_WALK_DIRS},
      {"full", {LIMIT_WALK_FILES, 1, 0}, LIMIT_WALK_DIRS, LIMIT_WALK_FILES},
      {"fuller", {LIMIT_WALK_FILES + 1, 0, 0}, 1, 0},
  };
  static const struct context_ops ops = {.list = endless_list};
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    struct endless tree = cases[i].tree;
    struct context_files files;
    print_message("  %s\n", cases[i].name);
    assert_true(context_walk(context_open_ops(cm_ar(state), &ops, &tree), every,
                             NULL, cm_ar(state), &files, cm_dg(state)));
    assert_true(tree.asked <= cases[i].asked_max);
    assert_true(files.n <= cases[i].files_max);
    assert_true(files.unseen.n > 0);
  }
}

static void says_what_cannot_be_read(void **state) {
  scratch_run(state, "mkdir c");
  struct context *c =
      context_open_dir(cm_ar(state), scratch_path(state, "c"), cm_dg(state));
  scratch_run(state, "rmdir c");
  struct context_files files;
  assert_false(
      context_walk(c, every, NULL, cm_ar(state), &files, cm_dg(state)));
  assert_int_equal(diag_first_error(cm_dg(state))->code, DIAG_IO);
  context_close(c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      scratch_test(sees_regular_files_and_follows_no_link),
      scratch_test(is_held_to_the_limits),
      scratch_test(says_what_cannot_be_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
