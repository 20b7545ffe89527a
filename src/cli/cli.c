// One run of the program: read the words, run the command, write what it made.
#include "cli/cli_int.h"

#include <signal.h>

/** Errors of the machine weigh most: nothing can be said about the input
 *  then. */
static enum cli_status status_of(const struct diags *dg) {
  enum cli_status status = CLI_DONE;
  for (size_t i = 0; i < dg->list.n; i++) {
    const struct diag *d = &dg->list.v[i];
    if (d->severity != DIAG_ERROR)
      continue;
    if (d->code == DIAG_IO)
      return CLI_MACHINE;
    if (d->code == DIAG_USAGE || d->code == DIAG_BAD_OPTION)
      status = CLI_USE;
    else if (status == CLI_DONE)
      status = CLI_INPUT;
  }
  return status;
}

static void tell(struct cli *c, int err) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SBUF_NO_MAX);
  cli_name_places(c);
  diag_sort(c->dg);
  diag_render(&text, c->dg, cli_colour(err));
  cli_write(err, sbuf_str(&text)); // there is nobody else to tell
}

/** What every program answers without a command. */
static bool run_program(struct cli *c, struct sbuf *out) {
  if (c->flags.version) {
    sbuf_adds(out, "cog-frontend " COGFE_VERSION "\n");
    return true;
  }
  if (c->flags.help) {
    cli_help(out, NULL);
    return true;
  }
  diag_fail(c->dg, DIAG_USAGE, SPAN_NONE, "no command is given");
  diag_note(c->dg, SPAN_NONE, "cog-frontend --help lists the commands");
  diag_note(c->dg, SPAN_NONE,
            "to build a model, put \"# syntax=IMAGE\" on the first line of its "
            "cog.yaml and run: docker build -f cog.yaml .");
  return false;
}

static bool run_command(struct cli *c, int argc, char *const *argv,
                        struct sbuf *out) {
  if (!cli_parse(c, argc, argv))
    return false;
  if (!c->command)
    return run_program(c, out);
  if (!c->flags.help)
    return c->command->run(c, out);
  cli_help(out, c->command);
  return true;
}

static void put_out(struct cli *c, struct str text) {
  if (!cli_write(c->out, text))
    cli_cannot_write(c, "standard output");
}

enum cli_status cli_run(int in, int out, int err, int argc, char *const *argv) {
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  struct cli c = {
      .ar = &ar, .dg = &dg, .in = in, .out = out, .err = err, .archive = -1};
  c.directory = "";
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SBUF_NO_MAX);
  if (run_command(&c, argc, argv, &text))
    put_out(&c, sbuf_str(&text));
  const enum cli_status status = status_of(&dg);
  if (!c.diags_in_output)
    tell(&c, err);
  context_close(c.files);
  base_close_fd(&c.archive);
  arena_release(&ar);
  return status;
}

int cli_main(int argc, char *const *argv) {
  // Both are told by write().
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  return (int)cli_run(STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, argc, argv);
}
