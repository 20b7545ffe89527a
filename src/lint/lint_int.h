/** What the rules share. A rule is a `void lint_NAME(struct lint *l)`; its row
 *  says what it needs, and it is not called without. */
#ifndef COGFE_LINT_INT_H
#define COGFE_LINT_INT_H

#include "cogfe/lint.h"

/** A word of a command as the shell takes it apart. */
struct lint_word {
  struct str text; // without quotes
  size_t off, len; // where it stands in the item's command
};

/** One simple command of a run item. */
struct lint_command {
  const struct config_run *run;
  size_t first; // index of the item's first command
  /** Its words; redirections are none. */
  VEC(struct lint_word) words;
  /** Index of the program's name: behind assignments, words such as `if`, and
   *  sudo. Equal to words.n when there is none. */
  size_t program;
  bool sudo;
  bool piped; // reads what the command before it wrote
  /** The first "<" or ">" that stands in a word without quotes, as in
   *  `numpy>=1.2`; len is 0 when there is none. */
  struct lint_word redirect;
};

struct lint_commands {
  struct lint_command *v;
  size_t n;
  size_t cap;
  size_t n_words; // of all; at LIMIT_LINT_WORDS the rest is left out
};

struct lint {
  const struct lint_input *in;
  const struct config *config;
  const struct requirements *requirements;
  const struct resolved *resolved;
  const struct compat *compat;
  /** Of pre_install and run, in the order in which they run. */
  struct lint_commands commands;
  /** The lines that install a package in this image, by name; those of one
   *  name in their order. */
  const struct requirement **packages;
  size_t n_packages;
  /** How often the rule that runs has spoken of an item; see lint_may_tell().
   */
  const struct config_run *reported_run;
  size_t n_told;
  struct arena *ar;
  struct diags *dg;
};

// ---- lint_shell.c -----------------------------------------------------------

/** Appends the simple commands of RUN to OUT. Quotes, comments, here documents
 *  and continued lines are understood; what `sh -c` and `$(…)` hold is not
 *  looked into. */
void lint_read_commands(struct arena *ar, const struct config_run *run,
                        struct lint_commands *out);

// ---- lint_command.c ---------------------------------------------------------

/** The name of C's program, without its directory; empty when it has none. */
struct str lint_program(const struct lint_command *c);

/** The first word behind the program that is no option, such as "install" of
 *  apt-get; its index, or words.n. */
size_t lint_verb(const struct lint_command *c);
bool lint_has_verb(const struct lint_command *c, const char *verb);

/** Whether C is apt-get or apt with VERB. */
bool lint_is_apt(const struct lint_command *c, const char *verb);

/** If C installs packages by pip: the index of the first word behind
 *  `install`; else 0. */
size_t lint_pip_install(const struct lint_command *c);

/** Where WORD of C stands in the file. */
struct span lint_word_span(const struct lint_command *c,
                           const struct lint_word *word);

// ---- lint.c -----------------------------------------------------------------

/** Whether R, a line of the user's, is meant for the image; false also when
 *  nobody knows. */
bool lint_applies(const struct lint *l, const struct requirement *r);

/** The first line that installs PACKAGE, or NULL. */
const struct requirement *lint_find_package(const struct lint *l,
                                            struct str package);

/** Whether something may still be said of C's item: LIMIT_LINT_REPORTS times
 *  by each rule. To be asked before a place is looked for, which costs time. */
bool lint_may_tell(struct lint *l, const struct lint_command *c);

/** R's text without comment and options, for messages. */
struct str lint_shown(const struct requirement *r);

/** Whether PACKAGE is one of the system packages, whatever stands behind its
 *  name, or is installed by apt in a run item. */
bool lint_has_system_package(const struct lint *l, const char *package);

/** The name in an item of system_packages: "ffmpeg" of "ffmpeg:arm64=7". */
struct str lint_system_name(struct str item);

#define RULE(code, needs, function, help) void function(struct lint *l);
#define ELSEWHERE(code, help)
#include "lint/lint_rules.def"
#undef RULE
#undef ELSEWHERE

#endif
