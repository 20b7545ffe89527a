/* The tables of the command line, and the words for shells. What commands print
 * is in testdata/cli. */
#include "scratch.h"

#include "cli/cli_int.h"
#include "cli_runner.h"

static bool overlap(const struct cli_flag *a, const struct cli_flag *b) {
  for (size_t i = 0; i <= CLI_N_COMMANDS; i++) {
    const struct cli_command *c = i < CLI_N_COMMANDS ? &cli_commands[i] : NULL;
    if (cli_has(c, a) && cli_has(c, b))
      return true;
  }
  return false;
}

static void a_command_has_each_flag_once(void **state) {
  (void)state;
  for (size_t i = 0; i < cli_n_flags; i++)
    for (size_t j = 0; j < i; j++) {
      const struct cli_flag *a = &cli_flags[i], *b = &cli_flags[j];
      const bool same = !strcmp(a->name, b->name) ||
                        (a->short_name && a->short_name == b->short_name);
      if (same && overlap(a, b))
        fail_msg("--%s and --%s", a->name, b->name);
    }
}

static void a_choice_has_its_default_among_its_words(void **state) {
  (void)state;
  for (size_t i = 0; i < cli_n_flags; i++) {
    const struct cli_flag *f = &cli_flags[i];
    if (f->kind == CLI_CHOICE && f->fallback &&
        !cli_is_word(f->value, str_of(f->fallback)))
      fail_msg("--%s: %s", f->name, f->fallback);
  }
}

static void every_command_and_flag_has_help(void **state) {
  for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
    const struct cli_command *c = &cli_commands[i];
    const char *words[] = {c->name, "--help", NULL};
    const struct cli_result r = cli_runner(cm_ar(state), words);
    assert_int_equal(r.status, CLI_DONE);
    for (size_t j = 0; j < cli_n_flags; j++) {
      const char *form = arena_printf(cm_ar(state), "--%s", cli_flags[j].name);
      if (cli_has(c, &cli_flags[j]) && !str_contains(r.out, form))
        fail_msg("%s %s", c->name, form);
    }
    struct str rest = r.out, line;
    while (str_next_line(&rest, &line))
      assert_in_range(utf8_width(line), 0, 79);
  }
}

/** Every byte that a word can hold, alone and between others. */
static void a_word_comes_back_out_of_a_shell(void **state) {
  struct sbuf script, want;
  sbuf_init(&script, 1 << 20);
  sbuf_init(&want, 1 << 20);
  sbuf_adds(&script, "printf '%s\\n'");
  for (int c = 1; c < 256; c++)
    for (int form = 0; form < 2; form++) {
      const char text[] = {'a', (char)c, '\'', (char)c};
      const struct str word =
          form ? (struct str){text, sizeof text} : (struct str){text + 1, 1};
      sbuf_addch(&script, ' ');
      cli_add_shell_word(&script, word);
      sbuf_addstr(&want, word);
      sbuf_addch(&want, '\n');
    }
  scratch_write(state, "script", sbuf_str(&script));
  scratch_write(state, "want", sbuf_str(&want));
  sbuf_release(&script);
  sbuf_release(&want);
  scratch_run(state, "LC_ALL=C sh script >got && cmp got want");
  scratch_run(state, "LC_ALL=C bash script >got && cmp got want");
}

static void an_error_of_writing_is_told(void **state) {
  (void)state;
  assert_false(cli_write(-1, STR("text")));
  assert_int_equal(errno, EBADF);
  assert_true(cli_write(-1, STR("")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(a_command_has_each_flag_once),
      cm_test(a_choice_has_its_default_among_its_words),
      cm_test(every_command_and_flag_has_help),
      scratch_test(a_word_comes_back_out_of_a_shell),
      cm_test(an_error_of_writing_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
