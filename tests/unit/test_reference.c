// The tables of docs/reference.md say what the program's tables say, and each
// option has a row that says where it was run.
#include "cm.h"

#include <glob.h>

#include "builder/builder_options.h"
#include "cli/cli_int.h"
#include "cogfe/config.h"
#include "cogfe/recipe.h"

static char reference[256 * 1024], usage[64 * 1024];
static char conformance[128 * 1024], cases[1024 * 1024];

static int read_text(const char *path, char *text, size_t size) {
  FILE *f = fopen(path, "r");
  if (!f)
    return -1;
  size_t n = fread(text, 1, size - 1, f);
  text[n] = '\0';
  return fclose(f);
}

/** All files of tests/engine with cases, one behind the other. */
static int read_cases(void) {
  glob_t found;
  size_t have = 0;
  int failed = glob("tests/engine/test_*.sh", 0, NULL, &found);
  for (size_t i = 0; !failed && i < found.gl_pathc; i++) {
    failed = read_text(found.gl_pathv[i], cases + have, sizeof cases - have);
    have += strlen(cases + have);
  }
  globfree(&found);
  return failed;
}

static int read_pages(void **state) {
  (void)state;
  return read_text("docs/reference.md", reference, sizeof reference) ||
         read_text("docs/usage.md", usage, sizeof usage) ||
         read_text("tests/engine/README.md", conformance, sizeof conformance) ||
         read_cases();
}

static void expect_row(struct str row) {
  if (!str_contains(str_of(reference), row.p))
    fail_msg("docs/reference.md lacks this row:\n%s", row.p);
}

static void lists_every_build_argument(void **state) {
  size_t n;
  const struct recipe_arg_row *rows = recipe_arg_rows(&n);
  assert_true(n > 10);
  for (size_t i = 0; i < n; i++)
    expect_row(str_printf(cm_ar(state), "\n| `%s` | %s | %s |\n", rows[i].name,
                          rows[i].fallback, rows[i].help));
}

static void recipes_name_arguments_that_there_are(void **state) {
  size_t n;
  const struct recipe_arg_row *rows = recipe_arg_rows(&n);
  for (const char *p = usage; (p = strstr(p, "COG_")); p++) {
    const char *word = arena_printf(
        cm_ar(state), "%.*s", (int)strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), p);
    bool known = false;
    for (size_t i = 0; i < n; i++)
      known |= !strcmp(word, rows[i].name);
    if (!known)
      fail_msg("docs/usage.md names %s, which is no argument", word);
  }
}

static void lists_every_option(void **state) {
  size_t n;
  const struct builder_option_row *rows = builder_option_rows(&n);
  assert_true(n > 20);
  for (size_t i = 0; i < n; i++) {
    const char *quote = rows[i].typed[0] == '-' ? "`" : "";
    expect_row(str_printf(cm_ar(state), "\n| `%s` | %s%s%s | %s | %s |\n",
                          rows[i].key, quote, rows[i].typed, quote,
                          rows[i].since, rows[i].help));
  }
}

// ---- tests/engine/README.md

enum { ENGINES = 4 };

static void expect_conformance(void **state, const char *option) {
  if (!strstr(conformance, arena_printf(cm_ar(state), "\n| `%s` | ", option)))
    fail_msg("tests/engine/README.md has no row for `%s`: what was seen of it "
             "on each engine",
             option);
}

static void every_option_was_run_or_says_why_not(void **state) {
  size_t n;
  const struct builder_option_row *options = builder_option_rows(&n);
  for (size_t i = 0; i < n; i++)
    expect_conformance(state, options[i].key);
  const struct recipe_arg_row *args = recipe_arg_rows(&n);
  for (size_t i = 0; i < n; i++)
    expect_conformance(state, args[i].name);
}

static bool is_file(void **state, const char *dir, struct str name,
                    const char *rest) {
  FILE *f = fopen(
      arena_printf(cm_ar(state), "%s/" STR_FMT "%s", dir, STR_ARG(name), rest),
      "r");
  return f && fclose(f) == 0;
}

/** NAME, which may end in "…": a case of tests/engine, a unit test or a golden
 *  case. */
static bool is_test(void **state, struct str name) {
  if (str_ends(name, "…"))
    name = str_take(name, name.len - strlen("…"));
  return strstr(cases,
                arena_printf(cm_ar(state), "it \"" STR_FMT, STR_ARG(name))) ||
         is_file(state, "tests/unit", name, ".c") ||
         is_file(state, "testdata/cases", name, "/cog.yaml");
}

static void check_tests(void **state, struct str cell) {
  struct str text, name;
  while (cell.len) {
    cell = str_cut(cell, '`', &text);
    cell = str_cut(cell, '`', &name);
    if (name.len && !is_test(state, name))
      fail_msg(
          "tests/engine/README.md names a test that there is not: " STR_FMT,
          STR_ARG(name));
  }
}

static void check_result(struct str row, struct str cell) {
  static const char *const words[] = {"pass", "degraded: ", "not offered",
                                      "not sent", "not run: "};
  for (size_t i = 0; i < ARRAY_LEN(words); i++)
    if (str_starts(cell, words[i]))
      return;
  fail_msg("\"" STR_FMT "\" is no result, in " STR_FMT, STR_ARG(cell),
           STR_ARG(row));
}

/** | what | tests | one cell for each engine |, below a line of dashes. */
static void rows_name_tests_and_results(void **state) {
  struct str rest = str_of(conformance), line, cell, cells;
  size_t n = 0;
  bool table = false;
  while (str_next_line(&rest, &line)) {
    if (!table || !str_starts(line, "| ")) {
      table = str_starts(line, "|---|---|---|---|---|---|");
      continue;
    }
    cells = str_cut(str_skip(line, 2), '|', &cell);
    cells = str_cut(cells, '|', &cell);
    check_tests(state, cell);
    for (int i = 0; i < ENGINES; i++) {
      cells = str_cut(cells, '|', &cell);
      check_result(line, str_trim(cell));
    }
    n++;
  }
  assert_true(n > 80);
}

static void lists_every_key(void **state) {
  size_t n;
  const struct config_key *keys = config_keys(&n);
  assert_true(n > 10);
  for (size_t i = 0; i < n; i++)
    expect_row(str_printf(cm_ar(state), "\n| `%s` | %s | %s | %s |\n",
                          keys[i].path, keys[i].type, keys[i].since,
                          keys[i].help));
}

static void lists_every_command(void **state) {
  for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
    const struct cli_command *c = &cli_commands[i];
    if (c->shown)
      expect_row(str_printf(cm_ar(state), "\n| `%s %s` | %s |\n", c->name,
                            c->argument, c->summary));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(lists_every_build_argument),
      cm_test(recipes_name_arguments_that_there_are),
      cm_test(lists_every_option),
      cm_test(every_option_was_run_or_says_why_not),
      cm_test(rows_name_tests_and_results),
      cm_test(lists_every_key),
      cm_test(lists_every_command),
  };
  return cmocka_run_group_tests(tests, read_pages, NULL);
}
