#include "child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

static void start(struct child *c) {
  int in[2], out[2];
  signal(SIGPIPE, SIG_IGN);
  if (pipe(in) || pipe(out) || (c->pid = fork()) < 0)
    BUG("no %s: %s", c->argv[0], strerror(errno));
  if (c->pid == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    dup2(open("/dev/null", O_WRONLY), 2); // a shell complains of open quotes
    for (int fd = 3; fd < 256; fd++)
      close(fd);
    execv(c->argv[0], (char *const *)(uintptr_t)c->argv);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  c->in = in[1];
  c->out = out[0];
}

static void stop(struct child *c) {
  close(c->in);
  close(c->out);
  kill(c->pid, SIGKILL);
  waitpid(c->pid, NULL, 0);
  c->pid = 0;
}

static bool send_all(const struct child *c, struct str text) {
  while (text.len) {
    const ssize_t n = write(c->in, text.p, text.len);
    if (n < 0 && errno == EINTR)
      continue; // by libFuzzer's timer
    if (n <= 0)
      return false;
    text = str_skip(text, (size_t)n);
  }
  return true;
}

static bool receive(const struct child *c, struct sbuf *out) {
  for (;;) {
    struct pollfd p = {.fd = c->out, .events = POLLIN};
    char piece[4096];
    const int ready = poll(&p, 1, c->patience_ms);
    if (ready < 0 && errno == EINTR)
      continue;
    if (ready <= 0)
      return false;
    const ssize_t n = read(c->out, piece, sizeof piece);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    sbuf_add(out, piece, (size_t)n);
    if (piece[n - 1] == '\0') {
      sbuf_truncate(out, out->len - 1);
      return true;
    }
  }
}

bool child_ask(struct child *c, struct str question, struct sbuf *answer) {
  if (c->pid == 0)
    start(c);
  if (send_all(c, question) && receive(c, answer))
    return true;
  stop(c);
  return false;
}
