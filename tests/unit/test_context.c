#include "cm.h"

#include "cogfe/context.h"
#include "cogfe/limits.h"

/** A context of one file, "f", that answers as it is told. */
struct fake {
  struct context_stat stat;
  struct str body;
  bool stat_fails, read_fails;
  bool closed;
  uint64_t next; // where reading goes on
  size_t largest;
};

static bool fake_stat(void *self, const char *path, struct context_stat *out,
                      struct diags *dg) {
  struct fake *f = self;
  if (f->stat_fails)
    return diag_fail(dg, DIAG_IO, SPAN_NONE, "the line is dead");
  *out = strcmp(path, "f") == 0 ? f->stat : (struct context_stat){0};
  return true;
}

static bool fake_read(void *self, const char *path, uint64_t off, size_t len,
                      struct sbuf *out, struct diags *dg) {
  struct fake *f = self;
  assert_string_equal(path, "f");
  assert_int_equal(off, f->next);
  if (f->read_fails && off > 0)
    return diag_fail(dg, DIAG_IO, SPAN_NONE, "the line is dead");
  struct str part = str_take(str_skip(f->body, off), len);
  sbuf_addstr(out, part);
  f->next += part.len;
  f->largest = len > f->largest ? len : f->largest;
  return true;
}

static bool fake_list(void *self, const char *const *paths, size_t n,
                      struct arena *ar, struct context_entries *out,
                      struct diags *dg) {
  (void)self, (void)paths, (void)dg;
  assert_int_equal(n, 1);
  vec_push(ar, out, (struct context_entry){STR("b"), CONTEXT_FILE, 1});
  vec_push(ar, out, (struct context_entry){STR("a"), CONTEXT_DIR, 0});
  vec_push(ar, out, (struct context_entry){STR("B"), CONTEXT_OTHER, 0});
  return true;
}

static void fake_close(void *self) {
  ((struct fake *)self)->closed = true;
}

static const struct context_ops fake_ops = {.stat = fake_stat,
                                            .read = fake_read,
                                            .list = fake_list,
                                            .close = fake_close};

static struct fake fake;
static struct sbuf out;

static int setup(void **state) {
  cm_setup(state);
  sbuf_init(&out, 8 << 20);
  size_t len = 3 * CONTEXT_PIECE;
  fake = (struct fake){.stat = {CONTEXT_FILE, len}};
  fake.body =
      (struct str){memset(arena_alloc(cm_ar(state), len), 'x', len), len};
  return 0;
}

static int teardown(void **state) {
  sbuf_release(&out);
  return cm_teardown(state);
}

#define fake_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static bool reads(void **state, size_t max, struct span at) {
  struct context *c = context_open_ops(cm_ar(state), &fake_ops, &fake);
  bool ok = context_read(c, STR("./x/../f"), max, at, &out, cm_dg(state));
  assert_int_equal(cm_dg(state)->errors, ok ? 0 : 1);
  context_close(c);
  assert_true(fake.closed);
  return ok;
}

static void reads_a_file_in_pieces(void **state) {
  sbuf_adds(&out, "before");
  assert_true(reads(state, fake.body.len, SPAN_NONE));
  assert_int_equal(out.len, 6 + fake.body.len);
  assert_true(fake.largest <= CONTEXT_PIECE);
}

static void a_file_that_grew_is_held_to_the_limit(void **state) {
  fake.stat.size = 5;
  assert_false(reads(state, fake.body.len - 1, SPAN_NONE));
  assert_int_equal(diag_first_error(cm_dg(state))->code, DIAG_TOO_LARGE);
  assert_int_equal(out.len, 0);
}

static void a_buffer_that_is_full_is_a_limit_too(void **state) {
  sbuf_release(&out);
  sbuf_init(&out, 1000);
  sbuf_adds(&out, "before");
  assert_false(reads(state, fake.body.len, SPAN_NONE));
  assert_int_equal(diag_first_error(cm_dg(state))->code, DIAG_TOO_LARGE);
  assert_str(sbuf_str(&out), "before");
  assert_false(out.overflow);
}

static void a_read_that_fails_leaves_nothing(void **state) {
  fake.read_fails = true;
  assert_false(reads(state, fake.body.len, SPAN_NONE));
  assert_int_equal(out.len, 0);
}

static void errors_show_who_asked(void **state) {
  struct source src = {"cog.yaml", STR("r: f\n")};
  struct span at = {&src, 1, 4, 1, 5};
  fake.stat.kind = CONTEXT_OTHER;
  assert_false(reads(state, 10, at));
  fake.stat_fails = true;
  cm_dg(state)->errors = 0;
  assert_false(reads(state, 10, at));
  assert_str(cm_rendered(state),
             "cog.yaml:1:4: error: \"f\" is a FIFO, socket or device, a "
             "regular file is wanted [not-a-file]\n"
             "    1 | r: f\n"
             "      |    ^\n"
             "error: the line is dead [io]\n"
             "  cog.yaml:1:4: note: it is asked for here\n"
             "    1 | r: f\n"
             "      |    ^\n");
}

static void makes_paths_clean(void **state) {
  static const struct {
    const char *path;
    const char *want; // NULL: leads out
  } rows[] = {
      {"", "."},
      {".", "."},
      {"./", "."},
      {"a", "a"},
      {"./a//b/./c/", "a/b/c"},
      {"a/..", "."},
      {"a/../b", "b"},
      {"a/b/../../c", "c"},
      {"...", "..."},
      {"..", NULL},
      {"a/../..", NULL},
      {"../a", NULL},
      {"/", NULL},
      {"/a", NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const char *got = NULL;
    print_message("  %s\n", rows[i].path);
    assert_int_equal(context_path(cm_ar(state), str_of(rows[i].path), SPAN_NONE,
                                  &got, cm_dg(state)),
                     rows[i].want != NULL);
    if (rows[i].want)
      assert_string_equal(got, rows[i].want);
  }
}

static void paths_have_limits(void **state) {
  char name[LIMIT_PATH_BYTES];
  const char *got;
  memset(name, 'n', sizeof name);
  assert_true(context_path(cm_ar(state), (struct str){name, sizeof name - 1},
                           SPAN_NONE, &got, cm_dg(state)));
  assert_false(context_path(cm_ar(state), (struct str){name, sizeof name},
                            SPAN_NONE, &got, cm_dg(state)));
  assert_false(context_path(cm_ar(state), (struct str){"a\0b", 3}, SPAN_NONE,
                            &got, cm_dg(state)));
  assert_int_equal(cm_dg(state)->list.v[0].code, DIAG_TOO_LARGE);
  assert_int_equal(cm_dg(state)->list.v[1].code, DIAG_OUTSIDE);
}

static void lists_are_sorted(void **state) {
  struct context *c = context_open_ops(cm_ar(state), &fake_ops, &fake);
  struct str_vec names;
  fake.stat.kind = CONTEXT_DIR;
  assert_true(
      context_list(c, STR("f"), SPAN_NONE, cm_ar(state), &names, cm_dg(state)));
  assert_int_equal(names.n, 3);
  assert_str(names.v[0], "B");
  assert_str(names.v[1], "a/");
  assert_str(names.v[2], "b");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      fake_test(reads_a_file_in_pieces),
      fake_test(a_file_that_grew_is_held_to_the_limit),
      fake_test(a_buffer_that_is_full_is_a_limit_too),
      fake_test(a_read_that_fails_leaves_nothing),
      fake_test(errors_show_who_asked),
      fake_test(makes_paths_clean),
      fake_test(paths_have_limits),
      fake_test(lists_are_sorted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
