// A frontend that hands the definition in its file /llb to the engine and
// returns what comes of it, as buildctl does with one on standard input.
#include "cogfe/base.h"

#include <fcntl.h>

#include "builder/builder_engine.h"

static void read_definition(struct sbuf *out) {
  cleanup_fd int fd = open("/llb", O_RDONLY | O_CLOEXEC);
  char piece[65536];
  ssize_t n;
  while (fd >= 0 && (n = read(fd, piece, sizeof piece)) > 0)
    sbuf_add(out, piece, (size_t)n);
}

static bool solve(struct engine *e, struct arena *ar, struct diags *dg) {
  cleanup_sbuf struct sbuf definition;
  sbuf_init(&definition, LIMIT_RPC_REQUEST_BYTES);
  read_definition(&definition);
  cleanup_call struct gateway_call *ping = gateway_call_ping(e->g);
  engine_wait(e, ping);
  if (!gateway_ping_result(ping, dg))
    return false;
  const struct gateway_solve req = {.definition = sbuf_str(&definition)};
  cleanup_call struct gateway_call *call = gateway_call_solve(e->g, &req);
  engine_wait(e, call);
  struct gateway_result result;
  if (!gateway_solve_result(call, ar, &result, dg))
    return false;
  cleanup_call struct gateway_call *back = gateway_call_return(e->g, &result);
  engine_wait(e, back);
  return gateway_call_result(back, dg);
}

int main(void) {
  const int wire = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (wire < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    return 3;
  struct arena ar;
  struct diags dg;
  struct engine engine;
  arena_init(&ar);
  diag_init(&dg, &ar);
  engine_open(&engine, STDIN_FILENO, wire);
  if (!solve(&engine, &ar, &dg)) {
    const struct diag *d = diag_first_error(&dg);
    cleanup_call struct gateway_call *call = gateway_call_return_error(
        engine.g, d->engine_status.len
                      ? d->engine_status
                      : gateway_status(&ar, str_of(d->msg), NULL, 0));
    engine_wait(&engine, call);
  }
  engine_close(&engine);
  arena_release(&ar);
  return 0;
}
