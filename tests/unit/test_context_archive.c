#include "cm.h"
#include "tarball.h"

#include "cogfe/context.h"
#include "cogfe/limits.h"

/** A tarball under construction and the context made of it. */
struct fixture {
  void *cm;
  struct sbuf tar;
  struct tarball_reader reader;
  struct context *context;
  struct sbuf text;
};

static struct fixture fixture;

static int setup(void **state) {
  cm_setup(state);
  fixture = (struct fixture){0};
  sbuf_init(&fixture.tar, 64 << 20);
  sbuf_init(&fixture.text, 64 << 20);
  return 0;
}

static int teardown(void **state) {
  context_close(fixture.context);
  sbuf_release(&fixture.tar);
  sbuf_release(&fixture.text);
  return cm_teardown(state);
}

#define tar_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static bool open_config(void **state, const char *config) {
  fixture.reader.bytes = sbuf_str(&fixture.tar);
  struct context_reader r = tarball_reader(&fixture.reader);
  context_close(fixture.context);
  fixture.context =
      context_open_archive(cm_ar(state), &r, config, cm_dg(state));
  assert_int_equal(cm_dg(state)->errors, fixture.context ? 0 : 1);
  return fixture.context;
}

static void opens(void **state) {
  if (!open_config(state, "cog.yaml"))
    fail_msg("%s", cm_rendered(state).p);
}

static void holds(void **state, const char *path, const char *want) {
  sbuf_clear(&fixture.text);
  if (!context_read(fixture.context, str_of(path), LIMIT_CONFIG_BYTES,
                    SPAN_NONE, &fixture.text, cm_dg(state)))
    fail_msg("%s: %s", path, cm_rendered(state).p);
  assert_str(sbuf_str(&fixture.text), want);
}

static enum context_kind kind_of(void **state, const char *path) {
  struct context_stat st;
  if (!context_stat(fixture.context, str_of(path), SPAN_NONE, &st,
                    cm_dg(state)))
    fail_msg("%s: %s", path, cm_rendered(state).p);
  return st.kind;
}

static void refuses(void **state, const char *part) {
  assert_false(open_config(state, "cog.yaml"));
  if (!str_contains(cm_rendered(state), part))
    fail_msg("%s\nis not in:\n%s", part, cm_rendered(state).p);
}

static void cannot_read(void **state, const char *path, enum diag_code code) {
  struct diags *dg = cm_dg(state);
  sbuf_clear(&fixture.text);
  sbuf_adds(&fixture.text, "before");
  assert_false(context_read(fixture.context, str_of(path), LIMIT_CONFIG_BYTES,
                            SPAN_NONE, &fixture.text, dg));
  assert_int_equal(dg->list.v[dg->list.n - 1].code, code);
  assert_str(sbuf_str(&fixture.text), "before");
}

// ---- what is in it ----------------------------------------------------------

static void reads_files_of_a_tar(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_other(t, "./", TARBALL_DIR);
  tarball_file(t, "./cog.yaml", "build: {}\n");
  tarball_file(t, "sub//dir/./x.py", "pass\n");
  tarball_end(t);
  opens(state);
  holds(state, "cog.yaml", "build: {}\n");
  holds(state, "sub/dir/x.py", "pass\n");
  holds(state, "./sub/../sub//dir/x.py", "pass\n");
  assert_int_equal(kind_of(state, "sub"), CONTEXT_DIR);
  assert_int_equal(kind_of(state, "."), CONTEXT_DIR);
  assert_int_equal(kind_of(state, "cog.yaml/x"), CONTEXT_MISSING);
  assert_int_equal(kind_of(state, "nothing"), CONTEXT_MISSING);
  cannot_read(state, "nothing", DIAG_FILE_MISSING);
  cannot_read(state, "sub", DIAG_NOT_A_FILE);
  cannot_read(state, "../cog.yaml", DIAG_OUTSIDE);
  cannot_read(state, "/cog.yaml", DIAG_OUTSIDE);
}

static void the_last_entry_of_a_name_wins(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_file(t, "cog.yaml", "first");
  tarball_file(t, "a", "file");
  tarball_file(t, "./cog.yaml", "second");
  tarball_end(t);
  opens(state);
  holds(state, "cog.yaml", "second");
}

static void a_file_over_a_directory_takes_what_was_in_it(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_file(t, "cog.yaml", "");
  tarball_file(t, "a/b", "old");
  tarball_file(t, "a", "file");
  tarball_other(t, "a/", TARBALL_DIR);
  tarball_file(t, "a/c", "new");
  tarball_end(t);
  opens(state);
  assert_int_equal(kind_of(state, "a"), CONTEXT_DIR);
  assert_int_equal(kind_of(state, "a/b"), CONTEXT_MISSING);
  holds(state, "a/c", "new");
}

static void a_directory_again_keeps_what_is_in_it(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_file(t, "a/b", "kept");
  tarball_other(t, "a", TARBALL_DIR);
  tarball_file(t, "cog.yaml", "");
  tarball_end(t);
  opens(state);
  holds(state, "a/b", "kept");
}

static void lists_a_directory(void **state) {
  struct str_vec names;
  struct sbuf *t = &fixture.tar;
  tarball_file(t, "z", "");
  tarball_file(t, "cog.yaml", "");
  tarball_file(t, "d/e/f", "");
  tarball_file(t, "d/a", "");
  tarball_end(t);
  opens(state);
  assert_true(context_list(fixture.context, STR("."), SPAN_NONE, cm_ar(state),
                           &names, cm_dg(state)));
  assert_int_equal(names.n, 3);
  assert_str(names.v[0], "cog.yaml");
  assert_str(names.v[1], "d/");
  assert_str(names.v[2], "z");
  assert_true(context_list(fixture.context, STR("d"), SPAN_NONE, cm_ar(state),
                           &names, cm_dg(state)));
  assert_int_equal(names.n, 2);
  assert_str(names.v[0], "a");
  assert_str(names.v[1], "e/");
}

// ---- links ------------------------------------------------------------------

static void follows_links_inside(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_file(t, "conf/prod/real.yaml", "real");
  tarball_link(t, "cog.yaml", TARBALL_SYMLINK, "conf/link.yaml");
  tarball_link(t, "conf/link.yaml", TARBALL_SYMLINK, "../conf/./now/real.yaml");
  tarball_link(t, "conf/now", TARBALL_SYMLINK, "prod/");
  tarball_link(t, "hard.yaml", TARBALL_HARDLINK, "./conf/prod/real.yaml");
  tarball_file(t, "conf/prod/real.yaml", "later");
  tarball_end(t);
  opens(state);
  holds(state, "cog.yaml", "later");
  holds(state, "conf/now/real.yaml", "later");
  holds(state, "hard.yaml", "real");
  assert_int_equal(kind_of(state, "conf/now"), CONTEXT_DIR);
}

static void entries_below_a_link_stand_where_it_leads(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_other(t, "real", TARBALL_DIR);
  tarball_link(t, "link", TARBALL_SYMLINK, "real");
  tarball_file(t, "link/x", "through");
  tarball_file(t, "cog.yaml", "");
  tarball_end(t);
  opens(state);
  holds(state, "real/x", "through");
}

static void links_out_of_the_context_are_refused_when_asked_for(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_file(t, "cog.yaml", "ok");
  tarball_link(t, "a", TARBALL_SYMLINK, "/etc/passwd");
  tarball_link(t, "b", TARBALL_SYMLINK, "../b");
  tarball_link(t, "d/c", TARBALL_SYMLINK, "../../c");
  tarball_link(t, "dangling", TARBALL_SYMLINK, "nowhere");
  tarball_end(t);
  opens(state);
  holds(state, "cog.yaml", "ok");
  cannot_read(state, "a", DIAG_OUTSIDE);
  cannot_read(state, "b", DIAG_OUTSIDE);
  cannot_read(state, "d/c", DIAG_OUTSIDE);
  cannot_read(state, "dangling", DIAG_FILE_MISSING);
}

static void circles_of_links_end(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_link(t, "cog.yaml", TARBALL_SYMLINK, "b");
  tarball_link(t, "b", TARBALL_SYMLINK, "cog.yaml");
  tarball_link(t, "deep", TARBALL_SYMLINK, "deep/deep/deep");
  tarball_end(t);
  opens(state);
  cannot_read(state, "cog.yaml", DIAG_NOT_A_FILE);
  cannot_read(state, "deep", DIAG_NOT_A_FILE);
}

// ---- what is no file --------------------------------------------------------

static void what_is_no_regular_file_is_never_read(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_other(t, "cog.yaml", TARBALL_FIFO);
  tarball_other(t, "dev", TARBALL_CHARDEV);
  tarball_other(t, "dir/", TARBALL_DIR);
  tarball_link(t, "to-fifo", TARBALL_SYMLINK, "cog.yaml");
  tarball_end(t);
  opens(state);
  cannot_read(state, "cog.yaml", DIAG_NOT_A_FILE);
  cannot_read(state, "dev", DIAG_NOT_A_FILE);
  cannot_read(state, "dir", DIAG_NOT_A_FILE);
  cannot_read(state, "to-fifo", DIAG_NOT_A_FILE);
}

static void a_file_over_the_limit_is_refused(void **state) {
  struct sbuf *t = &fixture.tar;
  char *big = arena_alloc(cm_ar(state), LIMIT_CONFIG_BYTES + 2);
  memset(big, 'x', LIMIT_CONFIG_BYTES);
  tarball_file(t, "cog.yaml", big);
  big[LIMIT_CONFIG_BYTES] = 'x';
  tarball_file(t, "over.yaml", big);
  tarball_end(t);
  opens(state);
  assert_true(context_read(fixture.context, STR("cog.yaml"), LIMIT_CONFIG_BYTES,
                           SPAN_NONE, &fixture.text, cm_dg(state)));
  assert_int_equal(fixture.text.len, LIMIT_CONFIG_BYTES);
  cannot_read(state, "over.yaml", DIAG_TOO_LARGE);
}

// ---- names ------------------------------------------------------------------

static void names_that_lead_out_are_refused(void **state) {
  static const struct {
    const char *name;
    const char *want;
  } rows[] = {
      {"/etc/passwd", "has an absolute name"},
      {"../cog.yaml", "has \"..\" in its name"},
      {"a/../../b", "has \"..\" in its name"},
      {"a/..", "has \"..\" in its name"},
      {"", "has no name"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    print_message("  %s\n", rows[i].name);
    sbuf_clear(&fixture.tar);
    tarball_file(&fixture.tar, "cog.yaml", "x");
    tarball_file(&fixture.tar, rows[i].name, "x");
    tarball_end(&fixture.tar);
    refuses(state, rows[i].want);
    cm_dg(state)->errors = 0;
  }
}

static void hard_links_lead_to_what_comes_before(void **state) {
  static const struct {
    const char *to;
    const char *want;
  } rows[] = {
      {"/etc/passwd", "absolute"},
      {"../x", "\"..\""},
      {"later", "no file that comes before"},
      {"dir", "no file that comes before"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    print_message("  %s\n", rows[i].to);
    sbuf_clear(&fixture.tar);
    tarball_other(&fixture.tar, "dir", TARBALL_DIR);
    tarball_link(&fixture.tar, "cog.yaml", TARBALL_HARDLINK, rows[i].to);
    tarball_file(&fixture.tar, "later", "x");
    tarball_end(&fixture.tar);
    refuses(state, rows[i].want);
    cm_dg(state)->errors = 0;
  }
}

static void entries_do_not_pass_through_links_out(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_link(t, "a", TARBALL_SYMLINK, "/etc");
  tarball_file(t, "a/passwd", "x");
  tarball_end(t);
  refuses(state, "leads out of the archive through a link");
}

static void entries_do_not_stand_below_files(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_file(t, "a", "x");
  tarball_file(t, "a/b/c", "x");
  tarball_end(t);
  refuses(state, "stands below what is not a directory");
}

static void pax_names_keep_their_bytes(void **state) {
  struct sbuf *t = &fixture.tar;
  static const char record[] = "21 path=caf\xc3\xa9/\xe6\x9d\xb1.py\n";
  tarball_file(t, "cog.yaml", "");
  tarball_header(t, "PaxHeader", TARBALL_PAX, strlen(record), "");
  tarball_body(t, str_of(record));
  tarball_file(t, "short", "utf-8");
  static const char other[] = "17 path=e\xcc\x81.yaml\n"; // not composed
  tarball_header(t, "PaxHeader", TARBALL_PAX, strlen(other), "");
  tarball_body(t, str_of(other));
  tarball_file(t, "short", "e and accent");
  tarball_file(t, "raw-\xff\xe9", "latin");
  tarball_end(t);
  opens(state);
  holds(state, "caf\xc3\xa9/\xe6\x9d\xb1.py", "utf-8");
  holds(state, "e\xcc\x81.yaml", "e and accent");
  holds(state, "raw-\xff\xe9", "latin");
}

static void names_may_be_as_long_as_a_path(void **state) {
  struct sbuf *t = &fixture.tar;
  for (int over = 0; over < 2; over++) {
    sbuf_clear(t);
    char name[LIMIT_PATH_BYTES + 1];
    memset(name, 'n', sizeof name);
    for (size_t i = 9; i < sizeof name; i += 10)
      name[i] = '/';
    name[LIMIT_PATH_BYTES - 1 + over] = '\0';
    name[LIMIT_PATH_BYTES - 2 + over] = 'n';
    tarball_file(t, "cog.yaml", "");
    tarball_header(t, "././@LongLink", TARBALL_LONG_NAME, strlen(name) + 1, "");
    tarball_body(t, (struct str){name, strlen(name) + 1});
    tarball_file(t, "cut", "long");
    tarball_end(t);
    if (over) {
      refuses(state, "longer than any path");
    } else {
      opens(state);
      holds(state, name, "long");
    }
  }
}

// ---- the top ----------------------------------------------------------------

static void one_directory_at_the_top_is_the_top(void **state) {
  struct sbuf *t = &fixture.tar;
  static const char comment[] =
      "52 comment=0123456789012345678901234567890123456789\n";
  tarball_header(t, "pax_global_header", TARBALL_PAX_GLOBAL, strlen(comment),
                 "");
  tarball_body(t, str_of(comment));
  tarball_other(t, "repo-abc/", TARBALL_DIR);
  tarball_file(t, "repo-abc/cog.yaml", "inner");
  tarball_link(t, "repo-abc/up", TARBALL_SYMLINK, "../repo-abc/cog.yaml");
  tarball_end(t);
  opens(state);
  assert_string_equal(context_root_prefix(fixture.context), "repo-abc");
  holds(state, "cog.yaml", "inner");
  assert_int_equal(kind_of(state, "repo-abc"), CONTEXT_MISSING);
  cannot_read(state, "up", DIAG_OUTSIDE);
  cannot_read(state, "none", DIAG_FILE_MISSING);
  assert_true(str_contains(cm_rendered(state), "\"repo-abc\""));
}

static void the_config_decides_where_the_top_is(void **state) {
  struct sbuf *t = &fixture.tar;
  tarball_file(t, "repo/cog.yaml", "x");
  tarball_file(t, "repo/other.txt", "x");
  tarball_end(t);
  assert_true(open_config(state, "repo/cog.yaml"));
  assert_string_equal(context_root_prefix(fixture.context), "repo");
  holds(state, "cog.yaml", "x");
  assert_true(open_config(state, "repository/cog.yaml"));
  assert_string_equal(context_root_prefix(fixture.context), "repo");
  assert_true(open_config(state, "other.txt"));
  assert_string_equal(context_root_prefix(fixture.context), "repo");

  sbuf_clear(t);
  tarball_file(t, "repo/cog.yaml", "x");
  tarball_file(t, "README", "x");
  tarball_end(t);
  opens(state);
  assert_string_equal(context_root_prefix(fixture.context), "");

  sbuf_clear(t);
  tarball_file(t, "alone.txt", "x");
  tarball_end(t);
  opens(state);
  assert_string_equal(context_root_prefix(fixture.context), "");
}

// ---- pipes ------------------------------------------------------------------

static void a_pipe_gives_what_was_kept(void **state) {
  struct sbuf *t = &fixture.tar;
  fixture.reader.pipe = true;
  fixture.reader.max_read = 100;
  tarball_file(t, "repo/my-config", "config");
  tarball_file(t, "repo/requirements.txt", "torch");
  tarball_file(t, "repo/predict.py", "import torch");
  tarball_file(t, "repo/models/predict.py", "import cog");
  tarball_link(t, "repo/hard.txt", TARBALL_HARDLINK, "repo/requirements.txt");
  tarball_end(t);
  assert_true(open_config(state, "my-config"));
  holds(state, "my-config", "config");
  holds(state, "requirements.txt", "torch");
  holds(state, "hard.txt", "torch");
  holds(state, "predict.py", "import torch");
  cannot_read(state, "models/predict.py", DIAG_IO);
  assert_int_equal(fixture.reader.bytes_read, t->len);
}

static void data_leaves_room_for_requirements(void **state) {
  struct sbuf *t = &fixture.tar;
  char *data = arena_alloc(cm_ar(state), 100001);
  memset(data, 'd', 100000);
  fixture.reader.pipe = true;
  for (int i = 0; i < 20; i++)
    tarball_file(t, arena_printf(cm_ar(state), "data/%d.txt", i), data);
  tarball_file(t, "requirements-gpu.txt", "torch");
  tarball_file(t, "cog.yaml", "build: {}");
  tarball_end(t);
  opens(state);
  holds(state, "requirements-gpu.txt", "torch");
  holds(state, "cog.yaml", "build: {}");
  holds(state, "data/1.txt", data);
  cannot_read(state, "data/2.txt", DIAG_IO);
}

// ---- damage -----------------------------------------------------------------

static void a_tar_cut_at_any_block_is_an_error(void **state) {
  struct sbuf *t = &fixture.tar;
  static const char record[] = "17 path=long.py\n\0";
  tarball_file(t, "cog.yaml", "build: {}\n");
  tarball_header(t, "PaxHeader", TARBALL_PAX, 16, "");
  tarball_body(t, (struct str){record, 16});
  tarball_file(t, "x", "y");
  size_t big = 200 * 1024;
  char *bytes = arena_alloc(cm_ar(state), big + 1);
  memset(bytes, 'w', big);
  tarball_file(t, "weights", bytes);
  size_t whole = t->len;
  tarball_end(t);
  for (size_t len = 0; len <= whole; len += 256) {
    t->len = len;
    assert_false(open_config(state, "cog.yaml"));
    cm_dg(state)->errors = 0;
    const struct diag *d = &cm_dg(state)->list.v[cm_dg(state)->list.n - 1];
    assert_int_equal(d->code, DIAG_BAD_ARCHIVE);
    if (len >= 512 &&
        !strstr(d->msg, arena_printf(cm_ar(state), "ends at byte %zu", len)))
      fail_msg("%zu: %s", len, d->msg);
    cm_dg(state)->list.n = 0;
  }
  t->len = whole + 512;
  opens(state);
}

static void every_failing_read_is_an_error(void **state) {
  struct sbuf *t = &fixture.tar;
  char *bytes = arena_alloc(cm_ar(state), 300 * 1024);
  memset(bytes, 'w', 300 * 1024 - 1);
  tarball_file(t, "a", bytes);
  tarball_file(t, "cog.yaml", "text");
  tarball_file(t, "b", bytes);
  tarball_end(t);
  struct diags *dg = cm_dg(state);
  for (int mode = 0; mode < 4; mode++) {
    bool done = false;
    for (size_t n = 1; !done; n++) {
      assert_true(n < 10000);
      fixture.reader = (struct tarball_reader){.max_read = mode % 2 ? 1000 : 0,
                                               .pipe = mode == 3};
      *(mode / 2 ? &fixture.reader.end_at : &fixture.reader.fail_at) = n;
      fixture.reader.bytes = sbuf_str(t);
      struct context_reader r = tarball_reader(&fixture.reader);
      struct context *c =
          context_open_archive(cm_ar(state), &r, "cog.yaml", dg);
      sbuf_clear(&fixture.text);
      done = c && context_read(c, STR("cog.yaml"), 100, SPAN_NONE,
                               &fixture.text, dg);
      context_close(c);
      assert_int_equal(dg->errors, done ? 0 : 1);
      dg->errors = dg->list.n = 0;
      if (done && fixture.reader.reads < n)
        assert_str(sbuf_str(&fixture.text), "text");
      done = done && fixture.reader.reads < n;
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      tar_test(reads_files_of_a_tar),
      tar_test(the_last_entry_of_a_name_wins),
      tar_test(a_file_over_a_directory_takes_what_was_in_it),
      tar_test(a_directory_again_keeps_what_is_in_it),
      tar_test(lists_a_directory),
      tar_test(follows_links_inside),
      tar_test(entries_below_a_link_stand_where_it_leads),
      tar_test(links_out_of_the_context_are_refused_when_asked_for),
      tar_test(circles_of_links_end),
      tar_test(what_is_no_regular_file_is_never_read),
      tar_test(a_file_over_the_limit_is_refused),
      tar_test(names_that_lead_out_are_refused),
      tar_test(hard_links_lead_to_what_comes_before),
      tar_test(entries_do_not_pass_through_links_out),
      tar_test(entries_do_not_stand_below_files),
      tar_test(pax_names_keep_their_bytes),
      tar_test(names_may_be_as_long_as_a_path),
      tar_test(one_directory_at_the_top_is_the_top),
      tar_test(the_config_decides_where_the_top_is),
      tar_test(a_pipe_gives_what_was_kept),
      tar_test(data_leaves_room_for_requirements),
      tar_test(a_tar_cut_at_any_block_is_an_error),
      tar_test(every_failing_read_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
