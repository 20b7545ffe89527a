/** cli: the command line, for a person or a script without an engine.
 *
 *  Commands and flags are the rows of src/cli/cli_commands.def and
 *  cli_flags.def; parser, --help, man page and completion are made of them. A
 *  command reads a context, runs the pure stages (module recipe) over it and
 *  writes what it makes to standard output, whole or not at all. What is wrong
 *  goes to standard error.
 *
 *      int main(int argc, char **argv) {
 *        return cli_main(argc, argv);
 *      }
 */
#ifndef COGFE_CLI_H
#define COGFE_CLI_H

enum cli_status {
  CLI_DONE = 0,
  CLI_INPUT = 1,   // the input has errors
  CLI_USE = 2,     // the command line is wrong
  CLI_MACHINE = 3, // something could not be read or written
};

/** Runs the command line ARGV on the process's standard descriptors and gives
 *  the exit status. Signals for a closed pipe and a full quota are ignored from
 *  here on: both show as errors of writing. */
int cli_main(int argc, char *const *argv);

#endif
