/** cli_int: what the commands share: the command line as it was read, the
 *  context that it names, and what comes out. */
#ifndef COGFE_CLI_INT_H
#define COGFE_CLI_INT_H

#include "cogfe/base.h"
#include "cogfe/cli.h"
#include "cogfe/recipe.h"
#include "cogfe/document.h"

// ---- tables (cli_tables.c) --------------------------------------------------

/** One for each row of cli_commands.def. */
enum cli_command_id {
#define COMMAND(id, name, argument, shown, function, summary, detail) CLI_##id,
#include "cli/cli_commands.def"
#undef COMMAND
  CLI_N_COMMANDS,
};

struct cli;

/** Runs a command: appends to OUT what standard output gets, all of it at the
 *  end or, when it returns false, nothing. */
typedef bool (*cli_fn)(struct cli *c, struct sbuf *out);

struct cli_command {
  enum cli_command_id id;
  const char *name;
  const char *argument;
  bool shown;
  cli_fn run;
  const char *summary, *detail;
};

extern const struct cli_command cli_commands[CLI_N_COMMANDS];

enum cli_kind {
  CLI_SWITCH,
  CLI_TEXT,
  CLI_LIST,
  CLI_CHOICE,
};

struct cli_flag {
  unsigned commands; // CLI_ON(id), CLI_TOP, CLI_ANY, CLI_READERS
  size_t field;      // offset in struct cli_flags
  enum cli_kind kind;
  char short_name; // 0: none
  const char *name, *value, *fallback, *help;
};

#define CLI_ON(id) (1u << (id))
#define CLI_TOP CLI_ON(CLI_N_COMMANDS)         // the program itself
#define CLI_ANY CLI_ON(CLI_N_COMMANDS + 1)     // every command
#define CLI_READERS CLI_ON(CLI_N_COMMANDS + 2) // those that take a context

extern const struct cli_flag cli_flags[];
extern const size_t cli_n_flags;

bool cli_takes_context(const struct cli_command *command);

/** Whether COMMAND (NULL: the program itself) has FLAG. */
bool cli_has(const struct cli_command *command, const struct cli_flag *flag);

/** Takes the next of *REST's words, which "|" separates; false at the end. */
bool cli_next_word(struct str *rest, struct str *word);

bool cli_is_word(const char *words, struct str text);

// ---- the command line as it was read (cli_args.c) ---------------------------

/** One field per row of cli_flags.def; a text that was not given is empty. */
struct cli_flags {
  struct str file, platform, tables, format, compat, target, print, output;
  struct str keep_dockerfile;
  bool strict, constraints, force, reproducible, help, version;
  struct str_vec build_args;
};

/** The context that a command reads; see cli_input.c. */
struct cli_input {
  struct source config;
  struct recipe_args args;
  struct recipe_input recipe;
  struct context_ignore ignore; // of the build; cli_make_texts() reads it
};

/** One run of the program. */
struct cli {
  struct arena *ar;
  struct diags *dg;
  int in, out, err; // descriptors

  const struct cli_command *command; // NULL: none was given
  struct str argument;               // p NULL: none was given
  struct cli_flags flags;

  struct cli_input input;
  struct context *files; // closed by cli_run()
  int archive;           // its descriptor, or -1
  const char *directory; // of the context, with '/' at its end, or ""
  bool twice;            // the context is read twice, also from a pipe
  bool diags_in_output;  // the diagnostics are part of the output
};

/** Reads the words ARGV[1] … into C. Fails with DIAG_USAGE, all mistakes in
 *  one go. */
bool cli_parse(struct cli *c, int argc, char *const *argv);

/** Runs the command line with IN, OUT and ERR for the standard descriptors;
 *  see cli_main(). */
enum cli_status cli_run(int in, int out, int err, int argc, char *const *argv);

// ---- help (cli_help.c) ------------------------------------------------------

/** The help of COMMAND, or of the program when it is NULL. */
void cli_help(struct sbuf *out, const struct cli_command *command);

/** "check [CONTEXT] [FLAG]…" */
void cli_synopsis(struct sbuf *out, const struct cli_command *command);

/** "-f, --file=FILE" */
void cli_flag_form(struct sbuf *out, const struct cli_flag *flag);

// ---- input and output (cli_input.c, cli_output.c) ---------------------------

/** Opens the context and reads its config: fills C->input. */
bool cli_open(struct cli *c);

/** Makes the recipe of what was opened. Fails too for warnings that --strict
 *  made errors. */
bool cli_make_recipe(struct cli *c, struct recipe *out);

/** Both. */
bool cli_make(struct cli *c, struct recipe *out);

/** Finds the weights of the context for cli_make_recipe(). */
bool cli_find_weights(struct cli *c);

/** Gives RECIPE the schema of the model (recipe_add_schema()). Fails too for
 *  warnings that --strict made errors. */
bool cli_add_schema(struct cli *c, struct recipe *recipe);

/** cli_make() with the weights of the context and the schema in the plan. */
bool cli_make_plan(struct cli *c, struct recipe *out);

/** Makes the files of the kind NAME (texts.h). *OUT lives in C's arena. Fails
 * as cli_make() does. */
bool cli_make_texts(struct cli *c, const char *name, struct documents *out);

/** The directory for temporary files. */
const char *cli_tmp(void);

/** Whether FD wants colour: a terminal, unless NO_COLOR or TERM says not. */
bool cli_colour(int fd);

/** Writes TEXT to FD. False, with errno set, when not all of it went out; what
 *  did is then taken back if FD is a regular file. */
bool cli_write(int fd, struct str text);

/** The same for a piece of what is written; nothing is taken back. */
bool cli_write_on(int fd, struct str text);

/** Writes the N FILES into the directory DIR, which is made when it is missing:
 *  all of them whole, or none. Those that are there already are an error unless
 *  FORCE is set. */
bool cli_write_files(struct cli *c, const char *dir,
                     const struct document_file *files, size_t n, bool force);

/** Where the next byte goes in the regular file FD; -1 for anything else. */
off_t cli_file_end(int fd);

/** Says that NAME cannot be written to, for the reason in errno, and nothing
 *  else: what there was to say of the input went with the output. Returns
 *  false. */
bool cli_cannot_write(struct cli *c, const char *name);

/** Gives the files of a context that is a directory, in the diagnostics, the
 *  names by which the person finds them: "DIRECTORY/cog.yaml". */
void cli_name_places(struct cli *c);

/** Appends S and spaces up to WIDTH characters. */
void cli_add_padded(struct sbuf *out, struct str s, size_t width);

/** TEXT as one word that a shell reads back unchanged, in single quotes. */
void cli_add_shell_word(struct sbuf *out, struct str text);

// ---- progress (cli_progress.c) ----------------------------------------------

/** Bytes that went by, shown on a terminal once they are many. */
struct cli_progress {
  int fd; // -1: it is no terminal
  const char *what;
  uint64_t done, shown;
};

void cli_progress_init(struct cli_progress *p, int fd, const char *what);
void cli_progress_add(struct cli_progress *p, size_t len);

/** Takes the line away. */
void cli_progress_end(struct cli_progress *p);

// ---- commands, a file each --------------------------------------------------

#define COMMAND(id, name, argument, shown, function, summary, detail)          \
  bool function(struct cli *c, struct sbuf *out);
#include "cli/cli_commands.def"
#undef COMMAND

#endif
