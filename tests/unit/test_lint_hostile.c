/* Files under all limits in which a rule has as much to look at as can be: each
 * takes little time, also where a comment keeps every warning back. */
#include "cm.h"

#include "cogfe/limits.h"
#include "cogfe/lint.h"

#ifdef ARENA_EACH
enum { MAX_MS = 20000 }; // sanitizers
#else
enum { MAX_MS = 1000 };
#endif

/** HEAD, and behind it UNIT as often as there is room; a `#` in UNIT becomes
 *  the number of its turn, up to SAME, over and over. */
static const struct {
  const char *name, *head, *unit, *tail;
  size_t max, same;
} cases[] = {
    {"sudo", "build:\n  run:\n    - \"", "sudo a;",
     "\"  # cog-frontend: ignore=sudo-in-run\n", LIMIT_CONFIG_BYTES, 1},
    {"apt", "build:\n  run:\n", "    - apt-get install a\n", "", 400000, 1},
    {"apt in one item", "build:\n  run:\n    - \"", "apt install a;", "\"\n",
     LIMIT_CONFIG_BYTES, 1},
    {"items of one command", "build:\n  run:\n", "    - cd a\n", "", 190000, 1},
    {"pip", "build:\n  run:\n    - \"pip install ", "p#==2 ", "\"\n",
     LIMIT_CONFIG_BYTES, 9},
    {"secrets", "build:\n  run:\n    - \"", "curl ://a:b@c TOKEN=abcdef ",
     "\"\n", LIMIT_CONFIG_BYTES, 1},
    {"variables", "environment:\n", "  - A#_TOKEN=abcdefgh\n", "", 400000,
     LIMIT_CONFIG_BYTES},
    {"comments", "build:  # cog-frontend: ignore=", "aa,", "\n",
     LIMIT_CONFIG_BYTES, 1},
    {"system packages", "build:\n  system_packages:\n", "    - p#\n", "",
     200000, 5000},
    {"quotes", "build:\n  run:\n    - |\n      ", "\"'$(", "\n",
     LIMIT_CONFIG_BYTES, 1},
    {"here documents", "build:\n  run:\n    - |\n", "      a <<E#\n", "\n",
     LIMIT_CONFIG_BYTES, LIMIT_CONFIG_BYTES},
};

static void add_unit(struct sbuf *out, const char *unit, size_t turn) {
  for (; *unit; unit++)
    if (*unit == '#')
      sbuf_addf(out, "%zu", turn);
    else
      sbuf_addch(out, *unit);
}

/** As many lines as there may be, of half as many packages. */
static void read_lines(struct arena *ar, struct requirements *out,
                       struct diags *dg) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_REQUIREMENTS_BYTES);
  for (size_t i = 0; i < LIMIT_REQUIREMENTS; i++)
    sbuf_addf(&text, "p%zu==1\n", i % (LIMIT_REQUIREMENTS / 2));
  struct source *src = arena_new(ar, struct source);
  *src = (struct source){"r.txt", str_dup(ar, sbuf_str(&text))};
  assert_true(requirements_parse(src, false, ar, out, dg));
}

static long cpu_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static long lint_ms(struct str text) {
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  struct requirements lines = {0};
  const struct source src = {"cog.yaml", text};
  const struct config *config = config_parse(&src, &ar, &dg);
  if (!config)
    fail_msg("%s", dg.list.v[0].msg);
  read_lines(&ar, &lines, &dg);
  const struct lint_input in = {
      .config = config, .requirements = &lines, .architecture = STR("amd64")};
  const long start = cpu_ms();
  lint_run(&in, &ar, &dg);
  const long ms = cpu_ms() - start;
  arena_release(&ar);
  return ms;
}

static void much_to_look_at_costs_little(void **state) {
  (void)state;
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    cleanup_sbuf struct sbuf text;
    sbuf_init(&text, LIMIT_CONFIG_BYTES);
    sbuf_adds(&text, cases[i].head);
    const size_t room = cases[i].max - strlen(cases[i].tail) - 100;
    for (size_t k = 0; text.len < room; k++)
      add_unit(&text, cases[i].unit, k % cases[i].same);
    sbuf_adds(&text, cases[i].tail);
    assert_false(text.overflow);
    const long ms = lint_ms(sbuf_str(&text));
    print_message("%-24s %4ld ms\n", cases[i].name, ms);
    assert_true(ms < MAX_MS);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(much_to_look_at_costs_little),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
