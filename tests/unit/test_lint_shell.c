// What a run item is taken apart into.
#include "cm.h"

#include "cogfe/config.h"
#include "lint/lint_int.h"

/** The commands of TEXT, one a line, words in brackets. */
static struct str commands(void **state, const char *text) {
  const struct config_run run = {.command.text = str_of(text)};
  struct lint_commands list = {0};
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1 << 16);
  lint_read_commands(cm_ar(state), &run, &list);
  for (size_t i = 0; i < list.n; i++) {
    const struct lint_command *c = &list.v[i];
    sbuf_addf(&out, "%s%s%s", i ? "\n" : "", c->piped ? "|" : "",
              c->sudo ? "sudo " : "");
    for (size_t w = 0; w < c->words.n; w++)
      sbuf_addf(&out, "%s[" STR_FMT "]", w == c->program ? "*" : "",
                STR_ARG(c->words.v[w].text));
  }
  return str_dup(cm_ar(state), sbuf_str(&out));
}

static void takes_a_command_apart(void **state) {
  static const char *const rows[][2] = {
      {"a b  c", "*[a][b][c]"},
      {"a && b || c ; d & e", "*[a]\n*[b]\n*[c]\n*[d]\n*[e]"},
      {"a | b |c", "*[a]\n|*[b]\n|*[c]"},
      {"(a; b)", "*[a]\n*[b]"},
      {"a \\\n  b\nc", "*[a][b]\n*[c]"},
      {"a 'x y' \"z \\\" $v\" p\\ q", "*[a][x y][z \" $v][p q]"},
      {"a$(b c; d) e", "*[a$(b c; d)][e]"},
      {"a \"$(b)\" $((1 + 2))", "*[a][$(b)][$((1 + 2))]"},
      {"a # b\n# c\nd", "*[a]\n*[d]"},
      {"a#b", "*[a#b]"},
      {"a >f 2>&1 <g b &>h", "*[a][b]"},
      {"a <<E b\nc\nE\nd", "*[a][b]\n*[d]"},
      {"a <<-'E'\n\tc\n\tE\nd", "*[a]\n*[d]"},
      {"a <<E", "*[a]"},
      {"cat <<<word b", "*[cat][b]"},
      {"X=1 Y= a b", "[X=1][Y=]*[a][b]"},
      {"X=1", "[X=1]"},
      {"if a; then b; fi", "[if]*[a]\n[then]*[b]\n[fi]"},
      {"sudo -E -u me a", "sudo [sudo][-E][-u][me]*[a]"},
      {"sudo", "sudo [sudo]"},
      {"env X=1 a", "[env][X=1]*[a]"},
      {"", ""},
      {" \n;", ""},
      {"a 'b", "*[a][b]"},
      {"a \"b\\", "*[a][b]"},
      {"a $(b", "*[a][$(b]"},
      {"a \\", "*[a][]"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    assert_str(commands(state, rows[i][0]), rows[i][1]);
}

static void finds_what_pip_installs(void **state) {
  static const struct {
    const char *text;
    size_t at; // of the first word behind `install`
  } rows[] = {
      {"pip install x", 2},
      {"pip3.11 --no-input install -q x", 3},
      {"python -m pip install x", 4},
      {"/usr/bin/python3 -m pip install x", 4},
      {"uv pip install x", 3},
      {"X=1 sudo pip install", 4},
      {"pip list", 0},
      {"pipenv install x", 0},
      {"python -m venv pip install", 0},
      {"echo pip install", 0},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const struct config_run run = {.command.text = str_of(rows[i].text)};
    struct lint_commands list = {0};
    lint_read_commands(cm_ar(state), &run, &list);
    if (lint_pip_install(&list.v[0]) != rows[i].at)
      fail_msg("%s", rows[i].text);
  }
}

/** Also behind mounts, and in a block. */
static void knows_the_place_of_a_word(void **state) {
  const struct source src = {"f",
                             STR("build:\n  run:\n"
                                 "    - --mount=type=cache,target=/c  a bc\n"
                                 "    - |\n"
                                 "      set -e\n"
                                 "      d ef\n"
                                 "    - \"g \\\"h\\\" ij\"\n")};
  const struct config *cfg = config_parse(&src, cm_ar(state), cm_dg(state));
  assert_non_null(cfg);
  static const struct {
    size_t run, command;
    int line, col, end_col;
  } want[] = {{0, 0, 3, 39, 41}, {1, 1, 6, 9, 11}, {2, 0, 7, 16, 18}};
  for (size_t i = 0; i < ARRAY_LEN(want); i++) {
    struct lint_commands list = {0};
    lint_read_commands(cm_ar(state), &cfg->run.v[want[i].run], &list);
    const struct lint_command *c = &list.v[want[i].command];
    const struct span s = lint_word_span(c, &c->words.v[c->words.n - 1]);
    assert_int_equal(s.line, want[i].line);
    assert_int_equal(s.col, want[i].col);
    assert_int_equal(s.end_col, want[i].end_col);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(takes_a_command_apart),
      cm_test(finds_what_pip_installs),
      cm_test(knows_the_place_of_a_word),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
