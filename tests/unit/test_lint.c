/* The rules as their examples show them: testdata/lint/SLUG/bad and good are
 * folders with a cog.yaml and what it needs. The pages in docs/rules are made
 * of them; UPDATE_GOLDEN=1 rewrites the pages. */
#include "cm.h"

#include "files.h"
#include "fixture.h"
#include "lint_page.h"

static const struct lint_rule *all(size_t *n) {
  return lint_rules(n);
}

static const char *example(void **state, const struct lint_rule *rule,
                           const char *which) {
  return arena_printf(cm_ar(state), LINT_EXAMPLES "/%s/%s",
                      diag_slug(rule->code), which);
}

static struct diags *check(void **state, const char *path) {
  struct diags *dg = arena_new(cm_ar(state), struct diags);
  diag_init(dg, cm_ar(state));
  fixture_check(cm_ar(state), path, dg);
  return dg;
}

static void every_page_has_a_rule(void **state) {
  (void)state;
  for (int i = 0; i < DIAG_N_CODES; i++) {
    const enum diag_code code = (enum diag_code)i;
    if (diag_has_page(code) != (lint_find_rule(code) != NULL))
      fail_msg("[%s]: src/lint/lint_rules.def has a row for each code with a "
               "page, and for nothing else",
               diag_slug(code));
  }
}

static void there_is_one_row_a_rule(void **state) {
  (void)state;
  size_t n;
  const struct lint_rule *rules = all(&n);
  assert_true(n >= 25);
  for (size_t i = 0; i < n; i++)
    assert_ptr_equal(lint_find_rule(rules[i].code)->help, rules[i].help);
}

/** And nothing else, so that a page shows what it is about. */
static void the_bad_example_triggers_its_rule(void **state) {
  size_t n;
  const struct lint_rule *rules = all(&n);
  for (size_t i = 0; i < n; i++) {
    const struct diags *dg = check(state, example(state, &rules[i], "bad"));
    bool only = dg->list.n > 0;
    for (size_t d = 0; d < dg->list.n; d++)
      only = only && dg->list.v[d].code == rules[i].code;
    if (only)
      continue;
    cleanup_sbuf struct sbuf text;
    sbuf_init(&text, 1 << 20);
    diag_render(&text, dg, false);
    fail_msg("the bad example of %s gives:\n%s", diag_slug(rules[i].code),
             text.ptr);
  }
}

static void the_good_example_is_clean(void **state) {
  size_t n;
  const struct lint_rule *rules = all(&n);
  for (size_t i = 0; i < n; i++) {
    const struct diags *dg = check(state, example(state, &rules[i], "good"));
    if (dg->list.n)
      fail_msg("the good example of %s gives: %s", diag_slug(rules[i].code),
               dg->list.v[0].msg);
  }
}

/** TEXT with the comment that turns SLUG off at the end of line LINE, or among
 *  what a comment there turns off already. */
static struct str with_comment(void **state, struct str text, int line,
                               const char *slug) {
  static const char ignore[] = "ignore=";
  struct str rest = text, one;
  for (int i = 0; i < line; i++)
    assert_true(str_next_line(&rest, &one));
  const char *at = memmem(one.p, one.len, ignore, strlen(ignore));
  const size_t end = at ? (size_t)(at - text.p) + strlen(ignore)
                        : (size_t)(one.p - text.p) + one.len;
  return str_printf(cm_ar(state), STR_FMT "%s%s%s" STR_FMT,
                    STR_ARG(str_take(text, end)),
                    at ? "" : "  # cog-frontend: ignore=", slug, at ? "," : "",
                    STR_ARG(str_skip(text, end)));
}

static void a_comment_turns_it_off(void **state) {
  size_t n, tried = 0;
  const struct lint_rule *rules = all(&n);
  for (size_t i = 0; i < n; i++) {
    const char *path = example(state, &rules[i], "bad");
    const struct diags *dg = check(state, path);
    const struct source *src = dg->list.v[0].span.src;
    if (!src || strcmp(src->name, "cog.yaml") != 0 || dg->errors)
      continue; // about an option of the build, or of predict.py
    struct str text = src->text;
    for (size_t d = 0; d < dg->list.n; d++)
      text = with_comment(state, text, dg->list.v[d].span.line,
                          diag_slug(rules[i].code));
    struct diags quiet;
    diag_init(&quiet, cm_ar(state));
    fixture_check_config(cm_ar(state), path, text, &quiet);
    if (quiet.list.n)
      fail_msg("still: %s", quiet.list.v[0].msg);
    tried++;
  }
  assert_int_equal(tried, n - 20);
}

// ---- pages ------------------------------------------------------------------

static void check_page(void **state, const char *name, struct str want) {
  const char *path = arena_printf(cm_ar(state), LINT_PAGES "/%s.md", name);
  if (getenv("UPDATE_GOLDEN"))
    files_write(path, want);
  else if (!str_eq(files_read(cm_ar(state), path), want))
    fail_msg("%s is not what the table and the examples make; "
             "UPDATE_GOLDEN=1 rewrites it",
             path);
}

static void the_pages_say_what_the_table_says(void **state) {
  size_t n;
  const struct lint_rule *rules = all(&n);
  cleanup_sbuf struct sbuf page;
  sbuf_init(&page, 1 << 20);
  for (size_t i = 0; i < n; i++) {
    sbuf_clear(&page);
    lint_page(&page, &rules[i], cm_ar(state));
    check_page(state, diag_slug(rules[i].code), sbuf_str(&page));
  }
  sbuf_clear(&page);
  lint_page_index(&page);
  check_page(state, "README", sbuf_str(&page));
}

static void there_is_no_page_too_many(void **state) {
  size_t n;
  all(&n);
  assert_int_equal(files_list(cm_ar(state), LINT_PAGES).n, n + 1);
  assert_int_equal(files_list(cm_ar(state), LINT_EXAMPLES).n, n);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(every_page_has_a_rule),
      cm_test(there_is_one_row_a_rule),
      cm_test(the_bad_example_triggers_its_rule),
      cm_test(the_good_example_is_clean),
      cm_test(a_comment_turns_it_off),
      cm_test(the_pages_say_what_the_table_says),
      cm_test(there_is_no_page_too_many),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
