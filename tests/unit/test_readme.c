// README's tables say what the program's tables say.
#include "cm.h"

#include "build/build_options.h"
#include "cli/cli_int.h"
#include "cogfe/config.h"
#include "cogfe/recipe.h"

static char readme[256 * 1024], usage[64 * 1024];

static int read_text(const char *path, char *text, size_t size) {
  FILE *f = fopen(path, "r");
  if (!f)
    return -1;
  size_t n = fread(text, 1, size - 1, f);
  text[n] = '\0';
  return fclose(f);
}

static int read_readme(void **state) {
  (void)state;
  return read_text("README.md", readme, sizeof readme) ||
         read_text("docs/usage.md", usage, sizeof usage);
}

static void expect_row(struct str row) {
  if (!str_contains(str_of(readme), row.p))
    fail_msg("README.md lacks this row:\n%s", row.p);
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
  const struct build_option_row *rows = build_option_rows(&n);
  assert_true(n > 20);
  for (size_t i = 0; i < n; i++) {
    const char *quote = rows[i].typed[0] == '-' ? "`" : "";
    expect_row(str_printf(cm_ar(state), "\n| `%s` | %s%s%s | %s | %s |\n",
                          rows[i].key, quote, rows[i].typed, quote,
                          rows[i].since, rows[i].help));
  }
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
      cm_test(lists_every_key),
      cm_test(lists_every_command),
  };
  return cmocka_run_group_tests(tests, read_readme, NULL);
}
