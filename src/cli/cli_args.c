// The words of the command line, read by the tables.
#include "cli/cli_int.h"

static bool wrong(struct cli *c, const char *fmt, ...) PRINTF_LIKE(2, 3);

static bool wrong(struct cli *c, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  const char *msg = arena_vprintf(c->ar, fmt, ap);
  va_end(ap);
  return diag_fail(c->dg, DIAG_USAGE, SPAN_NONE, "%s", msg);
}

static void note(struct cli *c, const char *text) {
  diag_note(c->dg, SPAN_NONE, "%s", text);
}

/** "it is one of a, b, c" */
static void note_words(struct cli *c, const char *words) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, 200);
  struct str rest = str_of(words), word;
  const char *before = "it is one of ";
  while (cli_next_word(&rest, &word)) {
    sbuf_addf(&text, "%s" STR_FMT, before, STR_ARG(word));
    before = ", ";
  }
  note(c, text.ptr);
}

// ---- did you mean -----------------------------------------------------------

static const char *guess_flag(struct cli *c, struct str name) {
  struct str_guess g = {.text = name};
  for (size_t i = 0; i < cli_n_flags; i++)
    if (cli_has(c->command, &cli_flags[i]))
      str_guess_consider(&g, cli_flags[i].name);
  return g.best;
}

static const char *guess_command(struct str name) {
  struct str_guess g = {.text = name};
  for (size_t i = 0; i < ARRAY_LEN(cli_commands); i++)
    str_guess_consider(&g, cli_commands[i].name);
  return g.best;
}

static void note_help(struct cli *c) {
  if (c->command)
    note(c, arena_printf(c->ar, "cog-frontend %s --help lists its flags",
                         c->command->name));
  else
    note(c, "cog-frontend --help lists the commands");
}

// ---- flags ------------------------------------------------------------------

/** The words that are still to be read. */
struct words {
  char *const *v; // ends with NULL
};

static const struct cli_flag *find_flag(const struct cli *c, struct str name) {
  for (size_t i = 0; i < cli_n_flags; i++)
    if (cli_has(c->command, &cli_flags[i]) && str_is(name, cli_flags[i].name))
      return &cli_flags[i];
  return NULL;
}

static const struct cli_flag *find_short(const struct cli *c, char name) {
  for (size_t i = 0; i < cli_n_flags; i++)
    if (cli_has(c->command, &cli_flags[i]) && cli_flags[i].short_name == name)
      return &cli_flags[i];
  return NULL;
}

static void set_cli_flag(struct cli *c, const struct cli_flag *flag,
                         struct str value) {
  void *field = (char *)&c->flags + flag->field;
  switch (flag->kind) {
  case CLI_SWITCH:
    *(bool *)field = true;
    return;
  case CLI_LIST:
    vec_push(c->ar, (struct str_vec *)field, value);
    return;
  case CLI_CHOICE:
    if (!cli_is_word(flag->value, value)) {
      wrong(c, "--%s cannot be \"" STR_FMT "\"", flag->name, STR_ARG(value));
      note_words(c, flag->value);
      return;
    }
    *(struct str *)field = value;
    return;
  case CLI_TEXT:
    if (value.len == 0)
      wrong(c, "--%s wants a value", flag->name);
    *(struct str *)field = value;
    return;
  }
}

/** A flag that wants a value and was written without one: the next word. */
static void set_from_next(struct cli *c, const struct cli_flag *flag,
                          struct words *words) {
  if (!*words->v) {
    wrong(c, "--%s wants a value", flag->name);
    note(c, arena_printf(c->ar, "write --%s=%s", flag->name, flag->value));
    return;
  }
  set_cli_flag(c, flag, str_of(*words->v++));
}

static void read_long(struct cli *c, struct str word, struct words *words) {
  struct str name, value = str_cut(str_skip(word, 2), '=', &name);
  const bool has_value = str_find(word, '=') >= 0;
  const struct cli_flag *flag = find_flag(c, name);
  if (!flag) {
    wrong(c, "unknown flag \"--" STR_FMT "\"", STR_ARG(name));
    const char *meant = guess_flag(c, name);
    if (meant)
      note(c, arena_printf(c->ar, "did you mean \"--%s\"?", meant));
    else
      note_help(c);
  } else if (flag->kind == CLI_SWITCH && has_value) {
    wrong(c, "--%s takes no value", flag->name);
  } else if (flag->kind == CLI_SWITCH || has_value) {
    set_cli_flag(c, flag, value);
  } else {
    set_from_next(c, flag, words);
  }
}

/** Short flags may stand together: "-hfFILE" is "-h -f FILE". */
static void read_short(struct cli *c, struct str word, struct words *words) {
  for (word = str_skip(word, 1); word.len; word = str_skip(word, 1)) {
    const struct cli_flag *flag = find_short(c, word.p[0]);
    if (!flag) {
      wrong(c, "unknown flag \"-" STR_FMT "\"",
            STR_ARG(str_take(word, word.len - utf8_skip(word, 1).len)));
      note_help(c);
      return;
    }
    if (flag->kind == CLI_SWITCH) {
      set_cli_flag(c, flag, STR(""));
    } else if (word.len > 1) {
      set_cli_flag(c, flag, str_skip(word, 1));
      return;
    } else {
      set_from_next(c, flag, words);
    }
  }
}

// ---- commands and arguments -------------------------------------------------

static void read_command_name(struct cli *c, struct str name) {
  for (size_t i = 0; i < ARRAY_LEN(cli_commands); i++)
    if (str_is(name, cli_commands[i].name))
      c->command = &cli_commands[i];
  if (c->command)
    return;
  wrong(c, "unknown command \"" STR_FMT "\"", STR_ARG(name));
  const char *meant = guess_command(name);
  if (meant)
    note(c, arena_printf(c->ar, "did you mean \"%s\"?", meant));
  else
    note_help(c);
}

static void read_argument(struct cli *c, struct str word) {
  if (c->argument.p || !*c->command->argument) {
    wrong(c, "one argument too many: \"" STR_FMT "\"", STR_ARG(word));
    note_help(c);
    return;
  }
  c->argument = word;
}

static void check_argument(struct cli *c) {
  const char *wanted = c->command->argument;
  if (cli_takes_context(c->command)) {
    if (!c->argument.p)
      c->argument = STR(".");
    else if (c->argument.len == 0)
      wrong(c, "CONTEXT is empty");
  } else if (*wanted && !c->flags.help && !cli_is_word(wanted, c->argument)) {
    if (c->argument.p)
      wrong(c, "the argument cannot be \"" STR_FMT "\"", STR_ARG(c->argument));
    else
      wrong(c, "%s wants an argument", c->command->name);
    note_words(c, wanted);
  }
}

/** Choices have their default here; what a text is without being given is for
 *  its reader to say. */
static void fill_choices(struct cli *c) {
  for (size_t i = 0; i < cli_n_flags; i++) {
    const struct cli_flag *flag = &cli_flags[i];
    struct str *field = (struct str *)((char *)&c->flags + flag->field);
    if (flag->kind == CLI_CHOICE && cli_has(c->command, flag) && !field->p)
      *field = str_of(flag->fallback);
  }
}

bool cli_parse(struct cli *c, int argc, char *const *argv) {
  struct words words = {argc > 0 ? argv + 1 : argv};
  bool only_arguments = false;
  while (*words.v) {
    const struct str word = str_of(*words.v++);
    const bool flag = !only_arguments && word.len > 1 && word.p[0] == '-';
    if (flag && str_is(word, "--"))
      only_arguments = true;
    else if (flag && str_starts(word, "--"))
      read_long(c, word, &words);
    else if (flag)
      read_short(c, word, &words);
    else if (c->command)
      read_argument(c, word);
    else
      read_command_name(c, word);
    if (!c->command && c->dg->errors)
      return false; // what follows belongs to a command that is not known
  }
  if (c->command) {
    check_argument(c);
    fill_choices(c);
  }
  return c->dg->errors == 0;
}
