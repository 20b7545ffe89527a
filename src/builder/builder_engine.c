#include "builder_engine.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

static void set_nonblocking(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags >= 0)
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

static bool would_block(void) {
  return errno == EAGAIN || errno == EINTR;
}

static void lose(struct engine *e) {
  e->gone = true;
  gateway_eof(e->g);
}

/** Writes what there is room for. */
static void flush_engine(struct engine *e) {
  struct str bytes;
  while (!e->gone && (bytes = gateway_take(e->g)).len) {
    const ssize_t n = write(e->out, bytes.p, bytes.len);
    if (n >= 0)
      gateway_wrote(e->g, (size_t)n);
    else if (would_block())
      return;
    else
      lose(e);
  }
}

/** Reads what has come. What breaks the protocol has failed every call, which
 *  say so themselves. */
static void receive(struct engine *e) {
  char buf[64 * 1024];
  const ssize_t n = read(e->in, buf, sizeof buf);
  if (n < 0 && would_block())
    return;
  if (n <= 0) {
    lose(e);
    return;
  }
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  if (!gateway_feed(e->g, buf, (size_t)n, &dg))
    e->gone = true;
  arena_release(&ar);
}

void engine_open(struct engine *e, int in, int out) {
  *e = (struct engine){.g = gateway_new(), .in = in, .out = out};
  signal(SIGPIPE, SIG_IGN);
  set_nonblocking(in);
  set_nonblocking(out);
  flush_engine(e);
}

void engine_close(struct engine *e) {
  gateway_free(e->g);
  e->g = NULL;
}

void engine_wait(struct engine *e, const struct gateway_call *call) {
  flush_engine(e);
  while (!gateway_call_done(call)) {
    if (e->gone)
      BUG("a call is under way without a connection");
    struct pollfd fds[] = {
        {.fd = e->in, .events = POLLIN},
        {.fd = gateway_take(e->g).len ? e->out : -1, .events = POLLOUT},
    };
    if (poll(fds, ARRAY_LEN(fds), -1) < 0 && !would_block())
      lose(e);
    else if (fds[0].revents)
      receive(e);
    flush_engine(e);
  }
}

/** Whether something happened within WAIT milliseconds. */
static bool hears(struct engine *e, int wait) {
  struct pollfd fds[] = {
      {.fd = e->in, .events = POLLIN},
      {.fd = gateway_take(e->g).len ? e->out : -1, .events = POLLOUT},
  };
  return poll(fds, ARRAY_LEN(fds), wait) > 0;
}

bool engine_last_words(struct engine *e, struct str status) {
  if (!gateway_last_words(e->g, status))
    return false;
  e->gone = false;
  flush_engine(e);
  // Its answer, among what was under way, is not understood any more; that it
  // says something once all is written, and then nothing further, is.
  bool answered = false;
  while (!e->gone && hears(e, answered ? 500 : 10000)) {
    answered |= gateway_take(e->g).len == 0;
    receive(e);
    flush_engine(e);
  }
  return answered || e->gone;
}

void engine_wait_all(struct engine *e, struct gateway_call *const *calls,
                     size_t n) {
  for (size_t i = 0; i < n; i++)
    engine_wait(e, calls[i]);
}

void engine_free_call(struct gateway_call **call) {
  gateway_call_free(*call);
  *call = NULL;
}

struct gateway_call *engine_start_ref(struct engine *e, const struct llb *l,
                                      struct llb_ref tree, struct diags *dg) {
  cleanup_sbuf struct sbuf definition;
  sbuf_init(&definition, LIMIT_RPC_REQUEST_BYTES);
  const struct llb_marshal_opts opts = {.no_source = true};
  if (!llb_marshal(l, tree, &opts, &definition, dg))
    return NULL;
  const struct gateway_solve req = {.definition = sbuf_str(&definition),
                                    .cache_imports = e->cache_imports,
                                    .n_cache_imports = e->n_cache_imports};
  return gateway_call_solve(e->g, &req);
}

bool engine_finish_ref(struct engine *e, const struct gateway_call *call,
                       struct arena *ar, struct str *ref, struct diags *dg) {
  struct gateway_result result;
  engine_wait(e, call);
  if (!gateway_solve_result(call, ar, &result, dg))
    return false;
  *ref = result.ref;
  return true;
}
