/* Input made to cost much: refused or read in little time and memory. */
#include "cm.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include "cogfe/config.h"
#include "cogfe/limits.h"

// What is refused unread must cost as good as nothing; the rest is as much as a
// file under all limits may take, unoptimized. Sanitizers multiply both.
#ifdef ARENA_EACH
enum { REFUSED_MS = 1000, READ_MS = 10000, MAX_KB = 500 * 1024 };
#else
enum { REFUSED_MS = 50, READ_MS = 500, MAX_KB = 20 * 1024 };
#endif

static long cpu_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static long peak_kb(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return use.ru_maxrss;
}

static long baseline_kb;

/** Reads the text; the first error's slug, or "" when there is none. */
static const char *read_text(struct str text, long *ms) {
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  struct source src = {"f", text};
  long start = cpu_ms();
  config_parse(&src, &ar, &dg);
  *ms = cpu_ms() - start;
  const struct diag *first = diag_first_error(&dg);
  const char *slug = first ? diag_slug(first->code) : "";
  arena_release(&ar);
  return slug;
}

static size_t check(const char *name, struct str text, const char *want,
                    long max_ms) {
  long ms;
  const char *slug = read_text(text, &ms);
  long kb = peak_kb() - baseline_kb;
  print_message("%-28s %4ld ms, peak %6ld kB  [%s]\n", name, ms, kb, slug);
  return strcmp(slug, want) != 0 || ms > max_ms || kb > MAX_KB;
}

/** The first is one of those refused at once. HEAD, then UNIT as often as fits
 * the limit of a file or N times, then TAIL. A `#` in UNIT becomes the number
 * of its turn. */
static const struct {
  const char *name, *head, *unit;
  int n; // 0: up to LIMIT_CONFIG_BYTES
  const char *tail, *want;
} cases[] = {
    {"brackets", "a: ", "[", 100000, "", "yaml-limit"},
    {"braces", "a: ", "{a: ", 100000, "", "yaml-limit"},
    {"dashes", "", "- ", 100000, "", "yaml-limit"},
    {"question marks", "", "? ", 100000, "", "yaml-limit"},
    {"items", "a:\n", "- b\n", 0, "", "yaml-limit"},
    {"commas", "a: [", "b,", 0, "]", "yaml-limit"},
    {"keys", "", "k#:\n", 0, "", "yaml-limit"},
    {"one key again and again", "", "k:\n", 9000, "", "duplicate-key"},
    {"unknown keys", "", "k#:\n", 9000, "", ""},
    {"anchors", "a:\n", "- &a# b\n", 0, "", "yaml-limit"},
    {"aliases", "a: &a b\nc:\n", "- *a\n", 0, "", "yaml-limit"},
    {"one long word", "a: ", "b", 0, "", ""},
    {"one long text", "a: ", "b ", 0, "", ""},
    {"one long key", "", "b", 0, ": c", "yaml-syntax"},
    {"escapes", "a: \"", "\\u0041", 0, "\"", ""},
    {"a quote that never ends", "a: '", "b\n\n", 0, "", "yaml-syntax"},
    {"lines of a block", "a: |\n", " b\n", 0, "", ""},
    {"comments", "a: 1\n", "#\n", 0, "", ""},
    {"blank lines", "a: 1\n", "\n", 0, "b: 1\n", ""},
    {"documents", "a: 1\n", "---\n", 0, "", "yaml-documents"},
    {"directives", "", "%A\n", 0, "", "yaml-syntax"},
    {"colons", "", "a: ", 0, "", "yaml-syntax"},
    {"mounts", "build: {run: [\"", "--mount=type=ssh ", 0, "\"]}", //
     "bad-mount"},
    {"fields of a mount", "build: {run: [\"--mount=", "id=a,", 0, " b\"]}",
     "bad-mount"},
    {"words of packages", "build: {system_packages: [\"", "ab ", 0, "\"]}",
     "bad-value"},
    {"packages", "build:\n system_packages:\n", " - ab ab ab\n", 9000, "", ""},
    {"a list as text", "build:\n run: |\n", "  a\n", 0, "", "wrong-type"},
    {"a version", "build: {python_version: \"", "3", 0, "\"}", "bad-value"},
    {"variables", "environment:\n", "- A#=b\n", 18000, "", ""},
    {"one variable", "environment:\n", "- A=b\n", 18000, "", //
     "bad-environment"},
    {"a long path", "build: {run: [\"--mount=type=bind,target=/", "../a/", 0,
     " b\"]}", ""},
};

static void add_unit(struct sbuf *out, const char *unit, size_t turn) {
  const char *mark = strchr(unit, '#');
  if (!mark || mark == unit) {
    sbuf_adds(out, unit);
    return;
  }
  sbuf_add(out, unit, (size_t)(mark - unit));
  sbuf_addf(out, "%zu%s", turn, mark + 1);
}

/** Each alias stands for all of it, and is copied by whoever keeps it. */
static void aliases_of_a_long_text_are_refused(void **state) {
  (void)state;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_CONFIG_BYTES);
  sbuf_adds(&text, "build:\n run:\n  - &a \"");
  while (text.len < LIMIT_CONFIG_BYTES / 2)
    sbuf_adds(&text, "a;");
  sbuf_adds(&text, "\"\n");
  for (int i = 0; i < 19000; i++)
    sbuf_adds(&text, "  - *a\n");
  assert_int_equal(
      check("aliases of a long text", sbuf_str(&text), "yaml-limit", READ_MS),
      0);
}

static void long_and_repeated_input_costs_little(void **state) {
  (void)state;
  size_t bad = 0;
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    cleanup_sbuf struct sbuf text;
    sbuf_init(&text, LIMIT_CONFIG_BYTES);
    size_t room = LIMIT_CONFIG_BYTES - strlen(cases[i].tail) - 40;
    sbuf_adds(&text, cases[i].head);
    for (size_t k = 0; cases[i].n ? k < (size_t)cases[i].n : text.len < room;
         k++)
      add_unit(&text, cases[i].unit, k);
    sbuf_adds(&text, cases[i].tail);
    assert_false(text.overflow);
    bad += check(cases[i].name, sbuf_str(&text), cases[i].want,
                 i == 0 ? REFUSED_MS : READ_MS);
  }
  assert_int_equal(bad, 0);
}

static void a_billion_laughs_cost_little(void **state) {
  (void)state;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_CONFIG_BYTES);
  sbuf_adds(&text, "a0: &a0 lol\n");
  for (int i = 1; i <= 9; i++) {
    sbuf_addf(&text, "a%d: &a%d [", i, i);
    for (int k = 0; k < 10; k++)
      sbuf_addf(&text, "*a%d%s", i - 1, k < 9 ? "," : "]\n");
  }
  assert_int_equal(check("laughs", sbuf_str(&text), "yaml-limit", REFUSED_MS),
                   0);
}

static void mistakes_in_a_long_text_cost_little(void **state) {
  (void)state;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_CONFIG_BYTES);
  sbuf_adds(&text, "environment:\n - &a ");
  for (int i = 0; i < 12 * 1000; i++)
    sbuf_addch(&text, 'b');
  for (int i = 0; i < 150; i++)
    sbuf_adds(&text, "\n - *a");
  assert_int_equal(
      check("mistakes", sbuf_str(&text), "bad-environment", READ_MS), 0);
}

static void merges_of_merges_cost_little(void **state) {
  (void)state;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_CONFIG_BYTES);
  sbuf_adds(&text, "a: &a {");
  for (int i = 0; i < 1000; i++)
    sbuf_addf(&text, "k%d: 1,", i);
  sbuf_adds(&text, "}\nb:\n");
  for (int i = 0; i < 1000; i++)
    sbuf_adds(&text, " - {<<: [*a, *a, *a], x: 1}\n");
  assert_int_equal(check("merges", sbuf_str(&text), "yaml-limit", READ_MS), 0);
}

static void deep_indentation_costs_little(void **state) {
  (void)state;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_CONFIG_BYTES);
  for (int i = 0; i < 1000; i++)
    sbuf_addf(&text, "%*sa:\n", i, "");
  assert_int_equal(check("indentation", sbuf_str(&text), "yaml-limit", READ_MS),
                   0);
}

static void a_large_file_is_refused_by_its_size(void **state) {
  (void)state;
  const size_t size = 100 * 1000 * 1000;
  void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_ptr_not_equal(p, MAP_FAILED);
  size_t bad = check("100 MB", (struct str){p, size}, "too-large", REFUSED_MS);
  munmap(p, size);
  assert_int_equal(bad, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(long_and_repeated_input_costs_little),
      cm_test(aliases_of_a_long_text_are_refused),
      cm_test(a_billion_laughs_cost_little),
      cm_test(mistakes_in_a_long_text_cost_little),
      cm_test(merges_of_merges_cost_little),
      cm_test(deep_indentation_costs_little),
      cm_test(a_large_file_is_refused_by_its_size),
  };
  baseline_kb = peak_kb();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
