// What rules ask about a command of a run item.
#include "lint/lint_int.h"

#include "cogfe/yamldoc.h"

struct str lint_program(const struct lint_command *c) {
  if (c->program == c->words.n)
    return STR("");
  const struct str path = c->words.v[c->program].text;
  return str_skip(path, (size_t)(str_rfind(path, '/') + 1));
}

/** The first word from I on that is no option. */
static size_t skip_options(const struct lint_command *c, size_t i) {
  while (i < c->words.n && str_starts(c->words.v[i].text, "-"))
    i++;
  return i < c->words.n ? i : c->words.n;
}

size_t lint_verb(const struct lint_command *c) {
  return skip_options(c, c->program + 1);
}

static bool word_is(const struct lint_command *c, size_t i, const char *text) {
  return i < c->words.n && str_is(c->words.v[i].text, text);
}

bool lint_has_verb(const struct lint_command *c, const char *verb) {
  return word_is(c, lint_verb(c), verb);
}

bool lint_is_apt(const struct lint_command *c, const char *verb) {
  const struct str program = lint_program(c);
  return (str_is(program, "apt-get") || str_is(program, "apt")) &&
         lint_has_verb(c, verb);
}

/** "pip", "pip3", "pip3.11" for NAME "pip". */
static bool is_versioned(struct str program, const char *name) {
  if (!str_starts(program, name))
    return false;
  struct str version = str_skip(program, strlen(name));
  while (version.len && strchr("0123456789.", version.p[0]))
    version = str_skip(version, 1);
  return version.len == 0;
}

size_t lint_pip_install(const struct lint_command *c) {
  const struct str program = lint_program(c);
  size_t pip = c->program;
  if (str_is(program, "uv") && word_is(c, pip + 1, "pip"))
    pip += 1;
  else if (is_versioned(program, "python") && word_is(c, pip + 1, "-m") &&
           word_is(c, pip + 2, "pip"))
    pip += 2;
  else if (!is_versioned(program, "pip"))
    return 0;
  const size_t verb = skip_options(c, pip + 1);
  return word_is(c, verb, "install") ? verb + 1 : 0;
}

struct span lint_word_span(const struct lint_command *c,
                           const struct lint_word *word) {
  // The command is what is left of its scalar without the flags before it and
  // the blanks around it.
  const struct config_text *command = &c->run->command;
  const struct str whole = str_trim(command->node->text);
  const size_t lead =
      (size_t)(whole.p - command->node->text.p) + whole.len - command->text.len;
  return yamldoc_text_span(command->node, lead + word->off, word->len);
}
