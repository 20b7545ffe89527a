// Rules about the items of run and pre_install.
#include "lint/lint_int.h"

static struct span program_span(const struct lint_command *c) {
  return lint_word_span(c, &c->words.v[c->program]);
}

// ---- apt --------------------------------------------------------------------

/** A script of others may update too: `curl … | sh` sets a repository up. */
static bool updates(const struct lint_command *c) {
  const struct str program = lint_program(c);
  return lint_is_apt(c, "update") || str_is(program, "add-apt-repository") ||
         (c->piped && (str_is(program, "sh") || str_is(program, "bash")));
}

/** Whether C names a package of an archive, not only files. */
static bool wants_archive(const struct lint_command *c) {
  for (size_t i = lint_verb(c) + 1; i < c->words.n; i++)
    if (!strchr("-./$", c->words.v[i].text.p[0]))
      return true;
  return false;
}

static void warn_update(struct lint *l, const struct lint_command *c,
                        bool before) {
  const struct str program = lint_program(c);
  diag_warn(l->dg, DIAG_APT_UPDATE, program_span(c),
            STR_FMT " install without " STR_FMT " update in the same item",
            STR_ARG(program), STR_ARG(program));
  diag_note(l->dg, SPAN_NONE, "%s",
            before ? "the lists that an earlier item fetched are kept with it, "
                     "and may be old when this one runs"
                   : "the image has no package lists, so nothing is found");
  diag_note(l->dg, SPAN_NONE,
            "list the packages in build.system_packages, or write "
            "\"" STR_FMT " update && " STR_FMT " install -y …\"",
            STR_ARG(program), STR_ARG(program));
}

void lint_apt_update(struct lint *l) {
  bool in_item = false, before = false;
  for (size_t i = 0; i < l->commands.n; i++) {
    const struct lint_command *c = &l->commands.v[i];
    if (c->first == i) {
      before = before || in_item;
      in_item = false;
    }
    in_item = in_item || updates(c);
    if (!in_item && lint_is_apt(c, "install") && wants_archive(c) &&
        lint_may_tell(l, c))
      warn_update(l, c, before);
  }
}

/** "-y", also among other letters, and what implies it. */
static bool says_yes(const struct lint_command *c) {
  for (size_t i = c->program; i < c->words.n; i++) {
    const struct str w = c->words.v[i].text;
    if (str_is(w, "--yes") || str_is(w, "--assume-yes"))
      return true;
    const bool letters =
        str_starts(w, "-") && !str_starts(w, "--") && !str_starts(w, "-o");
    if (letters && (str_find(w, 'y') > 0 || str_contains(w, "qq")))
      return true;
  }
  return false;
}

void lint_apt_yes(struct lint *l) {
  for (size_t i = 0; i < l->commands.n; i++) {
    const struct lint_command *c = &l->commands.v[i];
    if (!lint_is_apt(c, "install") || says_yes(c) || c->piped ||
        !wants_archive(c) || !lint_may_tell(l, c))
      continue;
    diag_warn(l->dg, DIAG_APT_YES, program_span(c),
              STR_FMT " install asks a question that nobody answers",
              STR_ARG(lint_program(c)));
    diag_note(l->dg, SPAN_NONE,
              "add -y, or list the packages in build.system_packages");
  }
}

// ---- sudo, cd, export -------------------------------------------------------

static const struct lint_word *find_sudo(const struct lint_command *c) {
  size_t i = 0;
  while (!str_is(c->words.v[i].text, "sudo"))
    i++;
  return &c->words.v[i];
}

void lint_sudo(struct lint *l) {
  if (lint_has_system_package(l, "sudo"))
    return;
  for (size_t i = 0; i < l->commands.n; i++) {
    const struct lint_command *c = &l->commands.v[i];
    if (!c->sudo || !lint_may_tell(l, c))
      continue;
    diag_warn(l->dg, DIAG_SUDO_IN_RUN, lint_word_span(c, find_sudo(c)),
              "sudo is not in the image");
    diag_note(l->dg, SPAN_NONE, "run items are root's already: leave it out");
  }
}

/** Whether command I is all that its item has. */
static bool is_alone(const struct lint *l, size_t i) {
  return l->commands.v[i].first == i &&
         (i + 1 == l->commands.n || l->commands.v[i + 1].first != i);
}

static bool program_is_one_of(const struct lint_command *c,
                              const char *const *names) {
  const struct str program = lint_program(c);
  while (*names && !str_is(program, *names))
    names++;
  return *names != NULL;
}

void lint_cd_alone(struct lint *l) {
  static const char *const names[] = {"cd", "pushd", NULL};
  for (size_t i = 0; i < l->commands.n; i++) {
    const struct lint_command *c = &l->commands.v[i];
    if (!is_alone(l, i) || !program_is_one_of(c, names))
      continue;
    diag_warn(l->dg, DIAG_CD_ALONE, c->run->command.span,
              "the next item does not begin in this directory");
    diag_note(l->dg, SPAN_NONE,
              "each item begins in \"/\"; write \"cd DIRECTORY && COMMAND\" as "
              "one item");
  }
}

/** A command that only changes the shell that runs it. */
static bool changes_the_shell(const struct lint_command *c) {
  static const char *const names[] = {"export", "source", ".",     "alias",
                                      "unset",  "set",    "umask", NULL};
  return c->program == c->words.n || program_is_one_of(c, names) ||
         (str_is(lint_program(c), "conda") && lint_has_verb(c, "activate"));
}

void lint_export_alone(struct lint *l) {
  for (size_t i = 0; i < l->commands.n; i++) {
    const struct lint_command *c = &l->commands.v[i];
    if (!is_alone(l, i) || !changes_the_shell(c))
      continue;
    diag_warn(l->dg, DIAG_EXPORT_ALONE, c->run->command.span,
              "what this sets is gone when the item ends");
    diag_note(l->dg, SPAN_NONE,
              "set variables in environment, or in the item that needs them");
  }
}
