#include "cli/cli_int.h"

enum { HIDDEN, SHOWN };

const struct cli_command cli_commands[CLI_N_COMMANDS] = {
#define COMMAND(id, name, argument, shown, function, summary, detail)          \
  {CLI_##id, name, argument, shown, function, summary, detail},
#include "cli/cli_commands.def"
#undef COMMAND
};

#define ON(id) CLI_ON(CLI_##id)
#define TOP CLI_TOP
#define ANY CLI_ANY
#define READERS CLI_READERS

const struct cli_flag cli_flags[] = {
#define FLAG(commands, field, kind, name, short_name, value, fallback, help)   \
  {commands,   offsetof(struct cli_flags, field),                              \
   CLI_##kind, short_name,                                                     \
   name,       value,                                                          \
   fallback,   help},
#include "cli/cli_flags.def"
#undef FLAG
};

const size_t cli_n_flags = ARRAY_LEN(cli_flags);

bool cli_takes_context(const struct cli_command *command) {
  return command && !strcmp(command->argument, "[CONTEXT]");
}

bool cli_has(const struct cli_command *command, const struct cli_flag *flag) {
  if (!command)
    return flag->commands & CLI_TOP;
  return (flag->commands & (CLI_ON(command->id) | CLI_ANY)) ||
         ((flag->commands & CLI_READERS) && cli_takes_context(command));
}

bool cli_next_word(struct str *rest, struct str *word) {
  if (rest->len == 0)
    return false;
  *rest = str_cut(*rest, '|', word);
  return true;
}

bool cli_is_word(const char *words, struct str text) {
  struct str rest = str_of(words), word;
  while (cli_next_word(&rest, &word))
    if (str_eq(word, text))
      return true;
  return false;
}
