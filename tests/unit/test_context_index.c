#include "cm.h"

#include "context/context_int.h"

static struct index ix;

static int setup(void **state) {
  cm_setup(state);
  index_init(&ix, cm_ar(state));
  return 0;
}

static int teardown(void **state) {
  index_release(&ix);
  return cm_teardown(state);
}

#define index_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static enum index_answer put(const char *path, enum node_kind kind,
                             const char *link) {
  struct node what = {.kind = kind, .link = str_of(link)};
  struct node *node;
  return index_put(&ix, str_of(path), &what, &node);
}

static enum index_answer find(const char *path, struct node **out) {
  *out = NULL;
  return index_find(&ix, &ix.top, str_of(path), true, out);
}

static void makes_the_directories_on_the_way(void **state) {
  struct node *n;
  (void)state;
  assert_int_equal(put("a/b/c", NODE_FILE, ""), INDEX_FOUND);
  assert_int_equal(find("a/b", &n), INDEX_FOUND);
  assert_int_equal(n->kind, NODE_DIR);
  assert_int_equal(find("a/b/c", &n), INDEX_FOUND);
  assert_int_equal(find("a/c", &n), INDEX_MISSING);
  assert_int_equal(find("a/b/c/d", &n), INDEX_NOT_DIR);
  assert_int_equal(put("a/b/c/d", NODE_FILE, ""), INDEX_NOT_DIR);
  assert_int_equal(ix.n, 3);
}

static void links_lead_anywhere_below_the_top(void **state) {
  static const struct {
    const char *to;
    enum index_answer want;
  } rows[] = {
      {"f", INDEX_FOUND},
      {"./d//..///f", INDEX_FOUND},
      {"d/../d/./e/../../f", INDEX_FOUND},
      {"d", INDEX_FOUND},
      {"", INDEX_FOUND}, // the directory itself
      {"none", INDEX_MISSING},
      {"f/..", INDEX_NOT_DIR},
      {"..", INDEX_OUTSIDE},
      {"d/../..", INDEX_OUTSIDE},
      {"/f", INDEX_OUTSIDE},
      {"l", INDEX_CIRCLE},
      {"d/back", INDEX_CIRCLE},
  };
  (void)state;
  put("f", NODE_FILE, "");
  put("d/e", NODE_DIR, "");
  put("d/back", NODE_LINK, "../l");
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct node *n;
    print_message("  %s\n", rows[i].to);
    put("l", NODE_LINK, rows[i].to);
    assert_int_equal(find("l", &n), rows[i].want);
  }
}

static void a_link_without_a_target_is_its_directory(void **state) {
  struct node what = {.kind = NODE_LINK}, *n;
  (void)state;
  put("d/f", NODE_FILE, "");
  assert_int_equal(index_put(&ix, STR("d/l"), &what, &n), INDEX_FOUND);
  assert_int_equal(find("d/l/f", &n), INDEX_FOUND);
}

static void links_are_held_below_any_top(void **state) {
  struct node *sub, *n;
  (void)state;
  put("f", NODE_FILE, "");
  put("sub/up", NODE_LINK, "../f");
  put("sub/in", NODE_LINK, "x/../f");
  put("sub/x/up", NODE_LINK, "../f");
  put("sub/f", NODE_FILE, "");
  assert_int_equal(find("sub", &sub), INDEX_FOUND);
  assert_int_equal(index_find(&ix, sub, STR("up"), true, &n), INDEX_OUTSIDE);
  assert_int_equal(index_find(&ix, sub, STR("in"), true, &n), INDEX_FOUND);
  assert_int_equal(index_find(&ix, sub, STR("x/up"), true, &n), INDEX_FOUND);
  assert_ptr_equal(n->up, sub);
}

static void forty_links_are_followed(void **state) {
  struct node *n;
  put("0", NODE_FILE, "");
  for (int i = 1; i <= LIMIT_LINKS + 1; i++)
    put(arena_printf(cm_ar(state), "%d", i), NODE_LINK,
        arena_printf(cm_ar(state), "%d", i - 1));
  assert_int_equal(find("40", &n), INDEX_FOUND);
  assert_int_equal(find("41", &n), INDEX_CIRCLE);
}

static void a_path_made_too_long_by_links_ends(void **state) {
  struct node *n;
  char *to = arena_alloc(cm_ar(state), LIMIT_PATH_BYTES);
  memset(to, '/', LIMIT_PATH_BYTES - 2);
  memcpy(to, "a", 1);
  put("a", NODE_DIR, "");
  put("l", NODE_LINK, to);
  assert_int_equal(find("l", &n), INDEX_FOUND);
  assert_int_equal(find("l/xyz", &n), INDEX_CIRCLE);
}

static void everything_is_counted(void **state) {
  struct node *n;
  char *name = arena_alloc(cm_ar(state), 101);
  memset(name, 'n', 100);
  ix.name_bytes = LIMIT_ARCHIVE_NAME_BYTES - 100;
  assert_int_equal(put(name, NODE_FILE, ""), INDEX_FOUND);
  assert_int_equal(put("l", NODE_FILE, ""), INDEX_LIMIT);
  ix.name_bytes = LIMIT_ARCHIVE_NAME_BYTES - 50;
  assert_int_equal(put("l", NODE_LINK, name), INDEX_LIMIT);
  ix.name_bytes = 0;
  ix.n = LIMIT_ARCHIVE_ENTRIES - 1;
  assert_int_equal(put("a", NODE_FILE, ""), INDEX_FOUND);
  assert_int_equal(put("b", NODE_FILE, ""), INDEX_LIMIT);
  assert_int_equal(put("b/c", NODE_FILE, ""), INDEX_LIMIT);
  assert_int_equal(put("a", NODE_DIR, ""), INDEX_FOUND);
  ix.steps = LIMIT_ARCHIVE_STEPS - 1;
  assert_int_equal(find("a", &n), INDEX_FOUND);
  assert_int_equal(find("a", &n), INDEX_LIMIT);
}

static void add_name(void *self, const struct node *node) {
  sbuf_addf(self, STR_FMT " ", STR_ARG(node->name));
}

#define assert_in(dir, want)                                                   \
  do {                                                                         \
    struct sbuf got;                                                           \
    sbuf_init(&got, 1000);                                                     \
    index_each(dir, add_name, &got);                                           \
    assert_string_equal(got.ptr, want);                                        \
    sbuf_release(&got);                                                        \
  } while (0)

static void what_is_replaced_is_gone(void **state) {
  struct node *n, *d;
  (void)state;
  put("d/a", NODE_FILE, "");
  put("d", NODE_LINK, "e");
  put("d/b", NODE_FILE, "");
  assert_int_equal(find("e/b", &n), INDEX_FOUND);
  assert_int_equal(find("d/a", &n), INDEX_MISSING);
  put("d", NODE_DIR, "");
  assert_int_equal(find("d/a", &n), INDEX_MISSING);
  put("d/c", NODE_FILE, "");
  assert_int_equal(find("d", &d), INDEX_FOUND);
  assert_in(d, "c ");
}

static void a_directory_is_listed_by_name(void **state) {
  static const char *const paths[] = {"d/b", "d/a/z", "c", "d/c", "d/a", "e/a"};
  struct node *d;
  (void)state;
  for (size_t i = 0; i < ARRAY_LEN(paths); i++)
    put(paths[i], NODE_FILE, "");
  assert_int_equal(find("d", &d), INDEX_FOUND);
  assert_in(d, "a b c ");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      index_test(makes_the_directories_on_the_way),
      index_test(links_lead_anywhere_below_the_top),
      index_test(a_link_without_a_target_is_its_directory),
      index_test(links_are_held_below_any_top),
      index_test(forty_links_are_followed),
      index_test(a_path_made_too_long_by_links_ends),
      index_test(everything_is_counted),
      index_test(what_is_replaced_is_gone),
      index_test(a_directory_is_listed_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
