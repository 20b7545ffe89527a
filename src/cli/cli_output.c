#include "cli/cli_int.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

bool cli_colour(int fd) {
  const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
  return !(no && *no) && !(term && !strcmp(term, "dumb")) && isatty(fd);
}

off_t cli_file_end(int fd) {
  struct stat st;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
    return -1;
  return fcntl(fd, F_GETFL) & O_APPEND ? st.st_size : lseek(fd, 0, SEEK_CUR);
}

/** Whether another try may do: a pipe that somebody made non-blocking is waited
 *  for. */
static bool can_try_again(int fd) {
  struct pollfd ready = {.fd = fd, .events = POLLOUT};
  if (errno == EAGAIN)
    return poll(&ready, 1, -1) >= 0 || errno == EINTR;
  return errno == EINTR;
}

bool cli_write_on(int fd, struct str text) {
  while (text.len) {
    const ssize_t n = write(fd, text.p, text.len);
    if (n > 0)
      text = str_skip(text, (size_t)n);
    else if (!can_try_again(fd))
      return false;
  }
  return true;
}

static bool write_fd(int fd, struct str text) {
  if (!cli_write_on(fd, text))
    return false;
  // Some file systems tell only on closing that there was no room.
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return copy < 0 || close(copy) == 0;
}

bool cli_write(int fd, struct str text) {
  const off_t end = cli_file_end(fd);
  if (text.len == 0 || write_fd(fd, text))
    return true;
  const int why = errno;
  if (end >= 0 && ftruncate(fd, end) != 0)
    (void)lseek(fd, end, SEEK_SET); // the error that counts is the first
  errno = why;
  return false;
}

bool cli_cannot_write(struct cli *c, const char *name) {
  const int why = errno;
  diag_init(c->dg, c->ar);
  c->diags_in_output = false;
  return diag_fail(c->dg, DIAG_IO, SPAN_NONE, "cannot write to %s: %s", name,
                   strerror(why));
}

// ---- names of files ---------------------------------------------------------

struct rename {
  const struct source *from, *to;
};

/** Each source is renamed once. */
struct renamed {
  VEC(struct rename) list;
};

static const struct source *renamed(struct cli *c, struct renamed *all,
                                    const struct source *from) {
  for (size_t i = 0; i < all->list.n; i++)
    if (all->list.v[i].from == from)
      return all->list.v[i].to;
  struct source *to = arena_new(c->ar, struct source);
  to->name = arena_printf(c->ar, "%s%s", c->directory, from->name);
  to->text = from->text;
  vec_push(c->ar, &all->list, (struct rename){from, to});
  return to;
}

void cli_name_places(struct cli *c) {
  struct renamed all = {0};
  for (size_t i = 0; *c->directory && i < c->dg->list.n; i++) {
    struct diag *d = &c->dg->list.v[i];
    if (d->span.src)
      d->span.src = renamed(c, &all, d->span.src);
    for (size_t j = 0; j < d->notes.n; j++)
      if (d->notes.v[j].span.src)
        d->notes.v[j].span.src = renamed(c, &all, d->notes.v[j].span.src);
  }
}

// ---- text -------------------------------------------------------------------

void cli_add_padded(struct sbuf *out, struct str s, size_t width) {
  sbuf_addstr(out, s);
  for (size_t n = utf8_width(s); n < width; n++)
    sbuf_addch(out, ' ');
}

void cli_add_shell_word(struct sbuf *out, struct str text) {
  sbuf_addch(out, '\'');
  for (size_t i = 0; i < text.len; i++) {
    if (text.p[i] == '\'')
      sbuf_adds(out, "'\\'");
    sbuf_addch(out, text.p[i]);
  }
  sbuf_addch(out, '\'');
}
