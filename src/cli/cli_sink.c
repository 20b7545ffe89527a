// Output that is too large to be made first: written as it comes, to standard
// output or a file, and taken back where that can be done when it fails.
#include "cli/cli_int.h"
#include "cli/cli_sink.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

// ---- a file -----------------------------------------------------------------

/** The temporary file, while there is one: a signal does not leave it behind.
 */
static char unfinished[PATH_MAX];

/** Signals that end no process, or cannot be caught. */
static const int harmless[] = {SIGCHLD, SIGCONT, SIGURG,  SIGWINCH, SIGTSTP,
                               SIGTTIN, SIGTTOU, SIGSTOP, SIGKILL};

static bool ends_processes(int number) {
  for (size_t i = 0; i < ARRAY_LEN(harmless); i++)
    if (harmless[i] == number)
      return false;
  return true;
}

static void on_signal(int number) {
  unlink(unfinished);
  signal(number, SIG_DFL);
  raise(number);
}

static void watch_signals(void (*handler)(int)) {
  for (int i = 1; i < NSIG; i++)
    if (ends_processes(i) && signal(i, handler) == SIG_IGN) // as under nohup
      signal(i, SIG_IGN);
}

static bool cannot_open(struct cli_sink *s) {
  return diag_fail(s->c->dg, DIAG_IO, SPAN_NONE, "cannot write to %s: %s",
                   s->name, strerror(errno));
}

/** A new file has the mode that a shell would give it. */
static mode_t new_mode(void) {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

/** A file beside PATH, which takes its place at the end. */
static bool open_beside(struct cli_sink *s, mode_t mode) {
  const int n = snprintf(unfinished, sizeof unfinished, "%s.XXXXXX", s->path);
  if ((size_t)n >= sizeof unfinished) {
    errno = ENAMETOOLONG;
    return cannot_open(s);
  }
  s->fd = mkostemp(unfinished, O_CLOEXEC);
  if (s->fd < 0)
    return cannot_open(s);
  s->beside = true;
  watch_signals(on_signal);
  return fchmod(s->fd, mode) == 0 || cannot_open(s);
}

static bool open_file(struct cli_sink *s) {
  struct stat st;
  const bool there = stat(s->path, &st) == 0;
  if (!there && errno == ENOENT && lstat(s->path, &st) == 0)
    return diag_fail(s->c->dg, DIAG_IO, SPAN_NONE,
                     "cannot write to %s: it is a link that leads to nothing",
                     s->name);
  if (!there && errno == ENOENT)
    return open_beside(s, new_mode());
  if (there && S_ISREG(st.st_mode)) {
    char *real = arena_alloc(s->c->ar, PATH_MAX);
    if (!realpath(s->path, real))
      return cannot_open(s);
    s->path = real; // a link stays one
    s->old = st;
    return open_beside(s, st.st_mode & 07777);
  }
  s->fd = open(s->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  return s->fd >= 0 || cannot_open(s);
}

// ---- standard output --------------------------------------------------------

static bool open_stdout(struct cli_sink *s) {
  s->fd = s->c->out;
  s->start = cli_file_end(s->fd);
  if (!isatty(s->fd))
    return true;
  diag_fail(s->c->dg, DIAG_USAGE, SPAN_NONE,
            "a tar is binary, and standard output is a terminal");
  diag_note(s->c->dg, SPAN_NONE,
            "--output=FILE writes it to a file; else pipe it into docker "
            "build -");
  return false;
}

// ---- both -------------------------------------------------------------------

bool cli_sink_open(struct cli_sink *s, struct cli *c) {
  *s = (struct cli_sink){.c = c, .fd = -1, .start = -1};
  cli_progress_init(&s->progress, c->err, "written:");
  if (!c->flags.output.p || str_is(c->flags.output, "-")) {
    s->name = "standard output";
    return open_stdout(s);
  }
  s->path = str_cstr(c->ar, c->flags.output);
  s->name = arena_printf(c->ar, "\"%s\"", s->path);
  return open_file(s);
}

size_t cli_sink_files(const struct cli_sink *s,
                      struct context_file_id out[CLI_SINK_FILES]) {
  struct stat st;
  size_t n = 0;
  if (fstat(s->fd, &st) == 0)
    out[n++] = (struct context_file_id){st.st_dev, st.st_ino};
  if (s->beside && s->old.st_ino)
    out[n++] = (struct context_file_id){s->old.st_dev, s->old.st_ino};
  return n;
}

bool cli_sink_write(void *self, const void *p, size_t len, struct diags *dg) {
  (void)dg; // it is the command's own
  struct cli_sink *s = self;
  if (!cli_write_on(s->fd, (struct str){p, len}))
    return cli_cannot_write(s->c, s->name);
  cli_progress_add(&s->progress, len);
  return true;
}

/** Some file systems tell only on closing that there was no room. */
static bool flush_sink(struct cli_sink *s) {
  const int copy = fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
  return copy < 0 || close(copy) == 0 || cli_cannot_write(s->c, s->name);
}

static bool rename_into_place(struct cli_sink *s) {
  return rename(unfinished, s->path) == 0 || cli_cannot_write(s->c, s->name);
}

bool cli_sink_close(struct cli_sink *s, bool ok) {
  cli_progress_end(&s->progress);
  if (s->fd < 0)
    return false;
  ok = ok && flush_sink(s) && (!s->beside || rename_into_place(s));
  if (!ok && s->start >= 0 && ftruncate(s->fd, s->start) == 0)
    (void)lseek(s->fd, s->start, SEEK_SET);
  if (s->path)
    base_close_fd(&s->fd);
  if (!s->beside)
    return ok;
  if (!ok)
    unlink(unfinished);
  watch_signals(SIG_DFL);
  return ok;
}
