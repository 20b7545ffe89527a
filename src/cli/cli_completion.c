// What shells offer at the tab key, made of the tables.
#include "cli/cli_int.h"

/** TEXT inside single quotes of a shell. */
static void add_shell_quoted(struct sbuf *out, struct str text) {
  for (size_t i = 0; i < text.len; i++)
    if (text.p[i] == '\'')
      sbuf_adds(out, "'\\''");
    else
      sbuf_addch(out, text.p[i]);
}

/** "a|b" as "a b". */
static void add_completion_words(struct sbuf *out, const char *words) {
  struct str rest = str_of(words), word;
  for (bool first = true; cli_next_word(&rest, &word); first = false)
    sbuf_addf(out, "%s" STR_FMT, first ? "" : " ", STR_ARG(word));
}

/** Whether the value is a file or a directory of this machine. */
static bool is_file(const struct cli_flag *flag) {
  return flag->value &&
         (!strcmp(flag->value, "FILE") || !strcmp(flag->value, "DIR"));
}

// ---- bash -------------------------------------------------------------------

/** The flags of COMMAND as words; a value follows as a word of its own, where
 *  it need not stand behind "=". */
static void bash_flags(struct sbuf *out, const struct cli_command *command) {
  for (size_t i = 0; i < cli_n_flags; i++) {
    const struct cli_flag *flag = &cli_flags[i];
    if (!cli_has(command, flag))
      continue;
    sbuf_addf(out, " --%s", flag->name);
  }
}

static void bash_values(struct sbuf *out, const struct cli_command *command,
                        const struct cli_flag *flag) {
  if (flag->kind == CLI_SWITCH)
    return;
  sbuf_addf(out, "  %s:--%s", command->name, flag->name);
  if (flag->short_name)
    sbuf_addf(out, " | %s:-%c", command->name, flag->short_name);
  sbuf_adds(out, ")\n    ");
  if (flag->kind == CLI_CHOICE) {
    sbuf_adds(out, "words='");
    add_completion_words(out, flag->value);
    sbuf_adds(out, "'");
  } else {
    sbuf_adds(out, is_file(flag) ? "files=1" : ":");
  }
  sbuf_adds(out, " ;;\n");
}

/** What may stand where no flag is begun. */
static void bash_argument(struct sbuf *out, const struct cli_command *command) {
  sbuf_addf(out, "  %s:*)\n    flags='", command->name);
  bash_flags(out, command);
  sbuf_adds(out, "'\n    ");
  if (cli_takes_context(command)) {
    sbuf_adds(out, "files=1");
  } else {
    sbuf_adds(out, "words='");
    add_completion_words(out, command->argument);
    sbuf_adds(out, "'");
  }
  sbuf_adds(out, " ;;\n");
}

static void bash_commands(struct sbuf *out, const char *between, bool hidden) {
  const char *before = "";
  for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
    if (!hidden && !cli_commands[i].shown)
      continue;
    sbuf_addf(out, "%s%s", before, cli_commands[i].name);
    before = between;
  }
}

static void write_bash(struct sbuf *out) {
  sbuf_adds(out, "# bash completion for cog-frontend\n"
                 "_cog_frontend() {\n"
                 "  local cur=$2 prev=$3 command= words= flags= files= i\n"
                 "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                 "    case ${COMP_WORDS[i]} in\n"
                 "    ");
  bash_commands(out, " | ", true);
  sbuf_adds(out, ") command=${COMP_WORDS[i]} && break ;;\n"
                 "    esac\n"
                 "  done\n"
                 "  # Bash takes \"--flag=value\" for three words.\n"
                 "  [[ $cur != = ]] || cur=\n"
                 "  [[ $prev != = ]] || prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
                 "  case $command:$prev in\n");
  for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
    for (size_t j = 0; j < cli_n_flags; j++)
      if (cli_has(&cli_commands[i], &cli_flags[j]))
        bash_values(out, &cli_commands[i], &cli_flags[j]);
    bash_argument(out, &cli_commands[i]);
  }
  sbuf_adds(out, "  *)\n    flags='");
  bash_flags(out, NULL);
  sbuf_adds(out, "'\n    words='");
  bash_commands(out, " ", false);
  sbuf_adds(out,
            "' ;;\n"
            "  esac\n"
            "  [[ $cur != -* ]] || words=$flags files=\n"
            "  if [[ $files ]]; then\n"
            "    compopt -o filenames\n"
            "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
            "  else\n"
            "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
            "  fi\n"
            "}\n"
            "complete -F _cog_frontend cog-frontend\n");
}

// ---- zsh --------------------------------------------------------------------

/** Behind a flag: "[help]:VALUE:what to offer". */
static void zsh_rest(struct sbuf *out, const struct cli_flag *flag) {
  sbuf_adds(out, "'[");
  add_shell_quoted(out, str_of(flag->help));
  sbuf_addch(out, ']');
  if (flag->kind != CLI_SWITCH)
    sbuf_addch(out, ':');
  if (flag->kind == CLI_CHOICE) {
    sbuf_addf(out, "%s:(", flag->name);
    add_completion_words(out, flag->value);
    sbuf_addch(out, ')');
  } else if (flag->kind != CLI_SWITCH) {
    sbuf_addf(out, "%s:%s", flag->value, is_file(flag) ? "_files" : "");
  }
  sbuf_addch(out, '\'');
}

static void zsh_flag(struct sbuf *out, const struct cli_flag *flag) {
  const bool value = flag->kind != CLI_SWITCH;
  // "=" takes the value behind it, and as the next word too.
  const char *end = value ? "=" : "";
  sbuf_adds(out, " \\\n      ");
  if (flag->short_name)
    sbuf_addf(out, "'(-%c --%s)'{-%c%s,--%s%s}", flag->short_name, flag->name,
              flag->short_name, value ? "+" : "", flag->name, end);
  else
    sbuf_addf(out, "%s--%s%s", flag->kind == CLI_LIST ? "'*'" : "", flag->name,
              end);
  zsh_rest(out, flag);
}

static void zsh_flags(struct sbuf *out, const struct cli_command *command) {
  for (size_t i = 0; i < cli_n_flags; i++)
    if (cli_has(command, &cli_flags[i]))
      zsh_flag(out, &cli_flags[i]);
}

static void zsh_command(struct sbuf *out, const struct cli_command *command) {
  sbuf_addf(out, "    %s)\n      _arguments", command->name);
  zsh_flags(out, command);
  if (cli_takes_context(command)) {
    sbuf_adds(out, " \\\n      '1:context:_files'");
  } else if (*command->argument) {
    sbuf_adds(out, " \\\n      '1:word:(");
    add_completion_words(out, command->argument);
    sbuf_adds(out, ")'");
  }
  sbuf_adds(out, " ;;\n");
}

static void write_zsh(struct sbuf *out) {
  sbuf_adds(out, "#compdef cog-frontend\n"
                 "_cog_frontend() {\n"
                 "  local curcontext=$curcontext state line\n"
                 "  typeset -A opt_args\n"
                 "  local -a commands=(\n");
  for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
    if (!cli_commands[i].shown)
      continue;
    sbuf_addf(out, "    '%s:", cli_commands[i].name);
    add_shell_quoted(out, str_of(cli_commands[i].summary));
    sbuf_adds(out, "'\n");
  }
  sbuf_adds(out, "  )\n"
                 "  _arguments -C");
  zsh_flags(out, NULL);
  sbuf_adds(out, " \\\n      '1:command:->command' '*::argument:->argument'\n"
                 "  case $state in\n"
                 "  command) _describe command commands ;;\n"
                 "  argument)\n"
                 "    case $line[1] in\n");
  for (size_t i = 0; i < CLI_N_COMMANDS; i++)
    zsh_command(out, &cli_commands[i]);
  sbuf_adds(out, "    esac ;;\n"
                 "  esac\n"
                 "}\n"
                 "if [[ $funcstack[1] = _cog_frontend ]]; then\n"
                 "  _cog_frontend \"$@\"\n"
                 "else\n"
                 "  compdef _cog_frontend cog-frontend\n"
                 "fi\n");
}

bool cli_completion(struct cli *c, struct sbuf *out) {
  if (str_is(c->argument, "bash"))
    write_bash(out);
  else
    write_zsh(out);
  return true;
}
