#include "cli/cli_int.h"

enum { HELP_WIDTH = 79 };

/** Ends the line that COLUMN characters stand on with the words of TEXT;
 * further lines begin at COLUMN too. */
static void add_wrapped(struct sbuf *out, struct str text, size_t column) {
  size_t used = column;
  while (text.len) {
    struct str word;
    text = str_cut(text, ' ', &word);
    if (used > column && used + 1 + utf8_width(word) > HELP_WIDTH) {
      sbuf_addch(out, '\n');
      cli_add_padded(out, STR(""), column);
      used = column;
    }
    if (used > column)
      sbuf_addch(out, ' ');
    sbuf_addstr(out, word);
    used += (used > column) + utf8_width(word);
  }
  sbuf_addch(out, '\n');
}

void cli_synopsis(struct sbuf *out, const struct cli_command *command) {
  sbuf_adds(out, command->name);
  if (*command->argument)
    sbuf_addf(out, " %s", command->argument);
  sbuf_adds(out, " [FLAG]...");
}

void cli_flag_form(struct sbuf *out, const struct cli_flag *flag) {
  if (flag->short_name)
    sbuf_addf(out, "-%c, ", flag->short_name);
  sbuf_addf(out, "--%s", flag->name);
  if (flag->kind != CLI_SWITCH)
    sbuf_addf(out, "=%s", flag->value);
}

static void add_form(struct sbuf *out, const struct cli_flag *flag) {
  sbuf_adds(out, flag->short_name ? "  " : "      ");
  cli_flag_form(out, flag);
  sbuf_adds(out, "  ");
}

/** Where the text behind the widest flag begins. */
static size_t flags_column(const struct cli_command *command) {
  size_t column = 0;
  cleanup_sbuf struct sbuf form;
  sbuf_init(&form, 1000);
  for (size_t i = 0; i < cli_n_flags; i++) {
    sbuf_clear(&form);
    add_form(&form, &cli_flags[i]);
    if (cli_has(command, &cli_flags[i]) && form.len > column)
      column = form.len;
  }
  return column;
}

static void add_flag(struct sbuf *out, const struct cli_flag *flag,
                     size_t column) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, 1000);
  add_form(&text, flag);
  cli_add_padded(out, sbuf_str(&text), column);
  sbuf_clear(&text);
  sbuf_adds(&text, flag->help);
  if (flag->fallback)
    sbuf_addf(&text, " Default: %s.", flag->fallback);
  add_wrapped(out, sbuf_str(&text), column);
}

static void add_flags(struct sbuf *out, const struct cli_command *command) {
  const size_t column = flags_column(command);
  sbuf_adds(out, "\nFlags:\n");
  for (size_t i = 0; i < cli_n_flags; i++)
    if (cli_has(command, &cli_flags[i]))
      add_flag(out, &cli_flags[i], column);
}

static const char context_help[] =
    "\nCONTEXT is a directory, a tar (plain, or with gzip, bzip2, xz or zstd), "
    "a zip,\nor - for a tar on standard input. Default: the current "
    "directory.\n";

static const char status_help[] =
    "\nExit status: 0 done, 1 the input has errors, 2 wrong use, 3 something "
    "could\nnot be read or written.\n";

static void program_help(struct sbuf *out) {
  sbuf_adds(
      out, "usage: cog-frontend COMMAND [CONTEXT] [FLAG]...\n"
           "\n"
           "Says what a cog.yaml means, without an engine. To build the model, "
           "put\n\"# syntax=IMAGE\" on its first line and run: docker build -f "
           "cog.yaml .\n"
           "\nCommands:\n");
  for (size_t i = 0; i < CLI_N_COMMANDS; i++) {
    if (!cli_commands[i].shown)
      continue;
    sbuf_adds(out, "  ");
    cli_add_padded(out, str_of(cli_commands[i].name), 14);
    sbuf_addf(out, "%s\n", cli_commands[i].summary);
  }
  add_flags(out, NULL);
  sbuf_adds(out, context_help);
  sbuf_adds(out, "\ncog-frontend COMMAND --help says more about a command.\n");
  sbuf_adds(out, status_help);
}

void cli_help(struct sbuf *out, const struct cli_command *command) {
  if (!command) {
    program_help(out);
    return;
  }
  sbuf_adds(out, "usage: cog-frontend ");
  cli_synopsis(out, command);
  sbuf_addf(out, "\n\nPrints %s.\n", command->summary);
  add_wrapped(out, str_of(command->detail), 0);
  add_flags(out, command);
  if (cli_takes_context(command))
    sbuf_adds(out, context_help);
  sbuf_adds(out, status_help);
}
