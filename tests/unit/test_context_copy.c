/* Copies of archives: what is in them, under which names, and in which order.
 */
#include "cm.h"
#include "tarball.h"
#include "tarlist.h"

#include "cogfe/context.h"
#include "cogfe/limits.h"

/** A tarball under construction, and the copy of it. */
struct fixture {
  struct sbuf tar, copy;
  struct tarball_reader reader;
  struct context *context;
  struct context_copy how;
  size_t room; // bytes that the sink takes
};

static struct fixture f;

static int setup(void **state) {
  cm_setup(state);
  f = (struct fixture){.room = SIZE_MAX, .how.tmp = "/tmp"};
  sbuf_init(&f.tar, 64 << 20);
  sbuf_init(&f.copy, 64 << 20);
  return 0;
}

static int teardown(void **state) {
  context_close(f.context);
  sbuf_release(&f.tar);
  sbuf_release(&f.copy);
  return cm_teardown(state);
}

#define copy_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static bool take(void *self, const void *p, size_t len, struct diags *dg) {
  (void)self;
  if (f.copy.len + len > f.room)
    return diag_fail(dg, DIAG_IO, SPAN_NONE, "no room");
  sbuf_add(&f.copy, p, len);
  return true;
}

static bool copies(void **state) {
  const struct context_sink to = {.write = take};
  f.reader.bytes = sbuf_str(&f.tar);
  struct context_reader r = tarball_reader(&f.reader);
  context_close(f.context);
  f.context = context_open_archive(cm_ar(state), &r, "cog.yaml", cm_dg(state));
  if (!f.context)
    fail_msg("%s", cm_rendered(state).p);
  sbuf_clear(&f.copy);
  const bool ok = context_copy(f.context, &f.how, &to, cm_dg(state));
  assert_int_equal(ok, cm_dg(state)->errors == 0);
  return ok;
}

/** The copy has these entries, see tarlist(). */
static void gives(void **state, const char *want) {
  if (!copies(state))
    fail_msg("%s", cm_rendered(state).p);
  assert_str(tarlist(cm_ar(state), sbuf_str(&f.copy)), want);
}

static void ignores(void **state, const char *text) {
  static struct source src = {.name = ".dockerignore"};
  struct context_ignore *ig = arena_new(cm_ar(state), struct context_ignore);
  src.text = str_of(text);
  assert_true(context_ignore_parse(cm_ar(state), &src, ig, cm_dg(state)));
  f.how.ignore = ig;
}

// ---- what is in it ----------------------------------------------------------

static void each_file_is_there_once(void **state) {
  tarball_other(&f.tar, "./", TARBALL_DIR);
  tarball_file(&f.tar, "./cog.yaml", "old");
  tarball_other(&f.tar, "./d/", TARBALL_DIR);
  tarball_file(&f.tar, "./d/x", "x");
  tarball_file(&f.tar, "./cog.yaml", "new");
  tarball_link(&f.tar, "./s", TARBALL_SYMLINK, "/outside");
  tarball_other(&f.tar, "./fifo", TARBALL_FIFO);
  tarball_end(&f.tar);
  gives(state, "d 644 d/\nf 644 d/x \"x\"\nf 644 cog.yaml \"new\"\n"
               "l s -> /outside\no 644 fifo\n");
}

static void what_is_added_comes_first(void **state) {
  const struct context_added added[] = {{"Dockerfile", STR("FROM x\n")},
                                        {"b", STR("added")}};
  f.how.added = added;
  f.how.n_added = ARRAY_LEN(added);
  f.how.epoch = 1700000000;
  tarball_file(&f.tar, "a", "a");
  tarball_file(&f.tar, "b", "b");
  tarball_end(&f.tar);
  gives(state, "f 644 Dockerfile @1700000000 \"FROM x\n\"\n"
               "f 644 b @1700000000 \"added\"\nf 644 a \"a\"\n");
}

/** Docker's client looks at 1,024 bytes. */
static void the_first_entry_has_a_plain_header(void **state) {
  static const int64_t times[] = {0, -5, 1700000000, INT64_C(9000000000)};
  const struct context_added added = {"Dockerfile", STR("FROM x\n")};
  f.how.added = &added;
  f.how.n_added = 1;
  f.how.reproducible = true;
  tarball_file(&f.tar, "a", "a");
  tarball_end(&f.tar);
  for (size_t i = 0; i < ARRAY_LEN(times); i++) {
    f.how.epoch = times[i];
    sbuf_clear(&f.copy);
    assert_true(copies(state));
    assert_string_equal(f.copy.ptr, "Dockerfile");
    assert_int_equal(f.copy.ptr[156], '0'); // the kind of the entry: a file
    assert_memory_equal(f.copy.ptr + 257, "ustar", 6);
    assert_memory_equal(f.copy.ptr + 512, "FROM x\n", 8);
  }
}

static void a_file_can_be_renamed(void **state) {
  const struct context_renamed renamed[] = {{"Dockerfile", "theirs"}};
  const struct context_added added[] = {{"Dockerfile", STR("ours")}};
  f.how.renamed = renamed;
  f.how.n_renamed = 1;
  f.how.added = added;
  f.how.n_added = 1;
  tarball_file(&f.tar, "Dockerfile", "own");
  tarball_link(&f.tar, "link", TARBALL_HARDLINK, "Dockerfile");
  tarball_file(&f.tar, "d/Dockerfile", "other");
  tarball_end(&f.tar);
  gives(state, "f 644 Dockerfile \"ours\"\nf 644 theirs \"own\"\n"
               "h link -> theirs\nf 644 d/Dockerfile \"other\"\n");
}

static void the_one_top_directory_is_gone(void **state) {
  tarball_other(&f.tar, "repo-1/", TARBALL_DIR);
  tarball_file(&f.tar, "repo-1/cog.yaml", "c");
  tarball_file(&f.tar, "repo-1/a/b", "b");
  tarball_link(&f.tar, "repo-1/h", TARBALL_HARDLINK, "repo-1/a/b");
  tarball_link(&f.tar, "repo-1/s", TARBALL_SYMLINK, "a/b");
  tarball_end(&f.tar);
  gives(state, "f 644 cog.yaml \"c\"\nf 644 a/b \"b\"\nh h -> a/b\n"
               "l s -> a/b\n");
}

static void what_stood_in_a_directory_goes_with_it(void **state) {
  tarball_file(&f.tar, "d/e/x", "x");
  tarball_file(&f.tar, "d", "file");
  tarball_file(&f.tar, "cog.yaml", "c");
  tarball_end(&f.tar);
  gives(state, "f 644 d \"file\"\nf 644 cog.yaml \"c\"\n");
}

/** Names lead through links, as unpacking would follow them. */
static void a_file_is_where_its_links_lead(void **state) {
  tarball_other(&f.tar, "real/", TARBALL_DIR);
  tarball_link(&f.tar, "way", TARBALL_SYMLINK, "real");
  tarball_file(&f.tar, "way/x", "x");
  tarball_end(&f.tar);
  gives(state, "d 644 real/\nl way -> real\nf 644 real/x \"x\"\n");
}

static void names_are_bytes(void **state) {
  tarball_file(&f.tar, "two\nlines", "1");
  tarball_file(&f.tar, "caf\xc3\xa9", "2");
  tarball_file(&f.tar, "bad\xff", "3");
  tarball_link(&f.tar, "l", TARBALL_SYMLINK, "\xff");
  tarball_end(&f.tar);
  gives(state, "f 644 two\nlines \"1\"\nf 644 caf\xc3\xa9 \"2\"\n"
               "f 644 bad\xff \"3\"\nl l -> \xff\n");
}

// ---- the ignore file --------------------------------------------------------

static void what_is_ignored_is_not_there(void **state) {
  ignores(state, "*.key\nd\n!d/keep\n");
  tarball_file(&f.tar, "a.key", "secret");
  tarball_other(&f.tar, "d/", TARBALL_DIR);
  tarball_file(&f.tar, "d/drop", "drop");
  tarball_file(&f.tar, "d/keep", "keep");
  tarball_other(&f.tar, "e/", TARBALL_DIR);
  tarball_file(&f.tar, "e/b.key", "not at the top");
  tarball_end(&f.tar);
  gives(state, "d 644 d/\nf 644 d/keep \"keep\"\nd 644 e/\n"
               "f 644 e/b.key \"not at the top\"\n");
}

static void a_link_to_what_is_ignored_has_its_body(void **state) {
  ignores(state, "a\n");
  tarball_file(&f.tar, "a", "body");
  tarball_link(&f.tar, "c", TARBALL_HARDLINK, "a");
  tarball_link(&f.tar, "b", TARBALL_HARDLINK, "c");
  tarball_end(&f.tar);
  gives(state, "f 644 b \"body\"\nh c -> b\n");
}

static void a_link_is_to_what_stood_there_then(void **state) {
  tarball_file(&f.tar, "a", "old");
  tarball_link(&f.tar, "b", TARBALL_HARDLINK, "a");
  tarball_file(&f.tar, "a", "new");
  tarball_end(&f.tar);
  gives(state, "f 644 b \"old\"\nf 644 a \"new\"\n");
}

// ---- reproducible -----------------------------------------------------------

static void the_same_tree_gives_the_same_bytes(void **state) {
  f.how.reproducible = true;
  f.how.epoch = 5;
  tarball_other(&f.tar, "a/", TARBALL_DIR);
  tarball_file(&f.tar, "b", "b");
  tarball_file(&f.tar, "a-", "minus");
  tarball_file(&f.tar, "a/x", "x");
  tarball_link(&f.tar, "A", TARBALL_HARDLINK, "b");
  tarball_end(&f.tar);
  gives(state, "f 644 A @5 \"b\"\nd 644 a/ @5\nf 644 a/x @5 \"x\"\n"
               "f 644 a- @5 \"minus\"\nh b -> A @5\n");
  const struct str first = str_dup(cm_ar(state), sbuf_str(&f.copy));

  sbuf_clear(&f.tar);
  tarball_file(&f.tar, "top/a/x", "old");
  tarball_file(&f.tar, "top/A", "b");
  tarball_other(&f.tar, "top/a/", TARBALL_DIR);
  tarball_link(&f.tar, "top/b", TARBALL_HARDLINK, "top/A");
  tarball_file(&f.tar, "top/a/x", "x");
  tarball_file(&f.tar, "top/a-", "minus");
  tarball_end(&f.tar);
  assert_true(copies(state));
  assert_true(str_eq(first, sbuf_str(&f.copy)));
}

static void a_directory_without_entry_gets_one(void **state) {
  f.how.reproducible = true;
  tarball_file(&f.tar, "a/b/c", "c");
  tarball_file(&f.tar, "d", "d");
  tarball_end(&f.tar);
  gives(state, "d 755 a/\nd 755 a/b/\nf 644 a/b/c \"c\"\nf 644 d \"d\"\n");
}

// ---- trouble ----------------------------------------------------------------

static void nothing_ends_well_without_room(void **state) {
  static char big[300 * 1024];
  memset(big, 'x', sizeof big - 1);
  tarball_file(&f.tar, "big", big);
  tarball_end(&f.tar);
  for (f.room = 0; f.room < 350 * 1024; f.room += 50 * 1024) {
    diag_init(cm_dg(state), cm_ar(state));
    assert_false(copies(state));
    assert_int_equal(cm_dg(state)->list.v[0].code, DIAG_IO);
    assert_int_equal(cm_dg(state)->list.n, 1);
  }
}

/** A hole of an exabyte, which a copy without holes begins to fill. */
static void what_is_broken_off_is_not_filled_up(void **state) {
  const char *records = "39 GNU.sparse.size=1152921504606846976\n"
                        "22 GNU.sparse.map=0,1\n";
  tarball_header(&f.tar, "pax", TARBALL_PAX, strlen(records), "");
  tarball_body(&f.tar, str_of(records));
  tarball_file(&f.tar, "big", "x");
  tarball_end(&f.tar);
  f.how.reproducible = true;
  f.room = 1024 * 1024;
  assert_false(copies(state));
  assert_in_range(f.copy.len, f.room / 2, f.room);
}

/** Each read of the second pass fails in its turn. */
static void what_is_broken_off_is_no_tar(void **state) {
  static char body[200 * 1024];
  memset(body, 'x', sizeof body - 1);
  tarball_file(&f.tar, "a", body);
  tarball_file(&f.tar, "b", body);
  tarball_end(&f.tar);
  assert_true(copies(state));
  const size_t all = f.reader.reads;
  for (size_t n = all / 2 + 1; n <= all; n++) {
    f.reader = (struct tarball_reader){.fail_at = n};
    diag_init(cm_dg(state), cm_ar(state));
    assert_false(copies(state));
    const struct str list = tarlist(cm_ar(state), sbuf_str(&f.copy));
    if (f.copy.len && !str_contains(list, "damaged: "))
      fail_msg("read %zu: %s", n, list.p);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      copy_test(each_file_is_there_once),
      copy_test(what_is_added_comes_first),
      copy_test(the_first_entry_has_a_plain_header),
      copy_test(a_file_can_be_renamed),
      copy_test(the_one_top_directory_is_gone),
      copy_test(what_stood_in_a_directory_goes_with_it),
      copy_test(a_file_is_where_its_links_lead),
      copy_test(names_are_bytes),
      copy_test(what_is_ignored_is_not_there),
      copy_test(a_link_to_what_is_ignored_has_its_body),
      copy_test(a_link_is_to_what_stood_there_then),
      copy_test(the_same_tree_gives_the_same_bytes),
      copy_test(a_directory_without_entry_gets_one),
      copy_test(nothing_ends_well_without_room),
      copy_test(what_is_broken_off_is_not_filled_up),
      copy_test(what_is_broken_off_is_no_tar),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
