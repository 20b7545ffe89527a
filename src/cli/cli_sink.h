/** cli_sink: where a command writes what is too large to be made first:
 * standard output, or the file that --output names. */
#ifndef COGFE_CLI_SINK_H
#define COGFE_CLI_SINK_H

#include "cli/cli_int.h"
#include "cogfe/context.h"

#include <sys/stat.h>

struct cli_sink {
  struct cli *c;
  int fd;
  const char *name; // for messages
  const char *path; // NULL: standard output
  bool beside;      // what is written gets PATH's name at the end
  struct stat old;  // of what stands at PATH until then
  off_t start;      // of this output in a regular file, else -1
  struct cli_progress progress;
};

/** Fails with DIAG_USAGE for a terminal, with DIAG_IO for a file that cannot be
 *  made. cli_sink_close() in any case. */
bool cli_sink_open(struct cli_sink *s, struct cli *c);

enum { CLI_SINK_FILES = 2 };

/** The files that are written to or replaced; returns how many. */
size_t cli_sink_files(const struct cli_sink *s,
                      struct context_file_id out[CLI_SINK_FILES]);

/** The write of a context_sink; SELF is the sink. */
bool cli_sink_write(void *self, const void *p, size_t len, struct diags *dg);

/** When OK, puts a file in its place. Else nothing is left of what was written,
 *  where it can be taken back. False unless all is well. */
bool cli_sink_close(struct cli_sink *s, bool ok);

#endif
