// The manual page, made of the tables. Source: groff_man(7).
#include "cli/cli_int.h"

/** TEXT as roff shows it unchanged; it does not begin a line. */
static void add_man_text(struct sbuf *out, struct str text) {
  for (size_t i = 0; i < text.len; i++)
    if (text.p[i] == '\\')
      sbuf_adds(out, "\\e");
    else if (text.p[i] == '-')
      sbuf_adds(out, "\\-");
    else
      sbuf_addch(out, text.p[i]);
}

/** TEXT as a paragraph's lines. */
static void add_man_line(struct sbuf *out, const char *text) {
  sbuf_adds(out, "\\&");
  add_man_text(out, str_of(text));
  sbuf_addch(out, '\n');
}

static void add_section(struct sbuf *out, const char *name) {
  sbuf_addf(out, ".SH %s\n", name);
}

static void add_term(struct sbuf *out, struct str term) {
  sbuf_adds(out, ".TP\n\\fB");
  add_man_text(out, term);
  sbuf_adds(out, "\\fR\n");
}

static void add_man_flag(struct sbuf *out, const struct cli_flag *flag) {
  cleanup_sbuf struct sbuf form;
  sbuf_init(&form, 200);
  cli_flag_form(&form, flag);
  add_term(out, sbuf_str(&form));
  add_man_line(out, flag->help);
  if (!flag->fallback)
    return;
  sbuf_adds(out, "Default: ");
  add_man_text(out, str_of(flag->fallback));
  sbuf_adds(out, ".\n");
}

/** The flags whose row names one of COMMANDS. */
static void add_man_flags(struct sbuf *out, unsigned commands) {
  for (size_t i = 0; i < cli_n_flags; i++)
    if (cli_flags[i].commands & commands)
      add_man_flag(out, &cli_flags[i]);
}

static void add_command(struct sbuf *out, const struct cli_command *command) {
  cleanup_sbuf struct sbuf synopsis;
  sbuf_init(&synopsis, 200);
  cli_synopsis(&synopsis, command);
  sbuf_adds(out, ".SS \"");
  add_man_text(out, sbuf_str(&synopsis));
  sbuf_adds(out, "\"\n");
  sbuf_adds(out, "Prints ");
  add_man_text(out, str_of(command->summary));
  sbuf_adds(out, ".\n");
  add_man_line(out, command->detail);
  add_man_flags(out, CLI_ON(command->id));
}

static void add_build_args(struct sbuf *out) {
  size_t n;
  const struct recipe_arg_row *rows = recipe_arg_rows(&n);
  for (size_t i = 0; i < n; i++) {
    add_term(out, str_of(rows[i].name));
    add_man_line(out, rows[i].help);
    sbuf_adds(out, "Without it: ");
    add_man_text(out, str_of(rows[i].fallback));
    sbuf_adds(out, ".\n");
  }
}

static const struct {
  const char *term, *text;
} statuses[] =
    {
        {"0", "Done. There may be warnings."},
        {"1", "The input has errors."},
        {"2", "The command line is wrong."},
        {"3", "Something could not be read or written."},
},
  variables[] =
      {
          {"NO_COLOR",
           "When it is not empty, nothing is coloured. Without it, text "
           "that goes to a terminal is."},
          {"BUILDKIT_SESSION_ID",
           "Set by BuildKit: the program is the frontend then "
           "and reads no command line."},
},
  examples[] = {
      {"cog-frontend check", "What is wrong with the cog.yaml here?"},
      {"cog-frontend plan model.tar.gz", "What would an archive become?"},
      {"eval pip install \"$(cog-frontend packages)\"",
       "Install a model's packages here."},
      {"tar c . | cog-frontend requirements - > requirements.txt",
       "Resolve what comes in as a tar."},
};

#define ADD_TERMS(out, rows)                                                   \
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {                               \
    add_term((out), str_of((rows)[i].term));                                   \
    add_man_line((out), (rows)[i].text);                                       \
  }

static void add_description(struct sbuf *out) {
  add_section(out, "DESCRIPTION");
  add_man_line(out,
               "Started by BuildKit, cog-frontend builds the image of a "
               "cog.yaml: put \"# syntax=IMAGE\" on the first line of the "
               "file and run docker build -f cog.yaml . Started by a person, "
               "it says what the file means, without an engine.");
  sbuf_adds(out, ".PP\n");
  add_man_line(out,
               "CONTEXT is a directory, a tar (plain, or with gzip, bzip2, xz "
               "or zstd), a zip, or - for a tar on standard input. Default: "
               "the current directory.");
}

bool cli_man(struct cli *c, struct sbuf *out) {
  (void)c;
  sbuf_adds(out, ".TH COG\\-FRONTEND 1 \"\" \"cog\\-frontend " COGFE_VERSION
                 "\" \"User Commands\"\n");
  add_section(out, "NAME");
  sbuf_adds(out, "cog\\-frontend \\- build cog.yaml with docker build, and say "
                 "what it means\n");
  add_section(out, "SYNOPSIS");
  sbuf_adds(out, "\\fBcog\\-frontend\\fR \\fICOMMAND\\fR [\\fICONTEXT\\fR] "
                 "[\\fIFLAG\\fR]...\n");
  add_description(out);
  add_section(out, "COMMANDS");
  for (size_t i = 0; i < CLI_N_COMMANDS; i++)
    add_command(out, &cli_commands[i]);
  add_section(out, "FLAGS OF EVERY COMMAND THAT READS A CONTEXT");
  add_man_flags(out, CLI_READERS);
  add_section(out, "OTHER FLAGS");
  add_man_flags(out, CLI_TOP);
  add_section(out, "BUILD ARGUMENTS");
  add_build_args(out);
  add_section(out, "EXIT STATUS");
  ADD_TERMS(out, statuses)
  add_section(out, "ENVIRONMENT");
  ADD_TERMS(out, variables)
  add_section(out, "EXAMPLES");
  ADD_TERMS(out, examples)
  return true;
}
