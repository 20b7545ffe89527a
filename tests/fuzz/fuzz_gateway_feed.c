#include "cogfe/gateway.h"

#include "fuzz.h"

// Bytes from the engine, while every kind of call is under way. The first byte
// is the length of the pieces that they come in (0: all at once), the second
// has flags.

enum { NEVER_WRITE = 1, CANCEL_ONE = 2, FREE_ONE = 4 };

static struct gateway *g;
static struct gateway_call *calls[9];

static void start_calls(void) {
  const struct gateway_read_file read = {STR("r"), STR("p"), 0, 10};
  const struct gateway_image image = {.ref = STR("a")};
  const struct gateway_result result = {.kind = GATEWAY_RESULT_REF};
  struct gateway_call *const started[] = {
      gateway_call_ping(g),
      gateway_call_inputs(g),
      gateway_call_solve(g, &(struct gateway_solve){0}),
      gateway_call_read_file(g, &read),
      gateway_call_stat_file(g, STR("r"), STR("p")),
      gateway_call_read_dir(g, STR("r"), STR("p"), STR("")),
      gateway_call_resolve_image(g, &image),
      gateway_call_return(g, &result),
  };
  memcpy(calls, started, sizeof started);
}

static void feed(const uint8_t *p, size_t len, size_t piece, int flags,
                 struct diags *dg) {
  while (len) {
    size_t n = piece && piece < len ? piece : len;
    bool alive = gateway_feed(g, p, n, dg);
    p += n, len -= n;
    if (!alive)
      return;
    if (flags & CANCEL_ONE)
      gateway_call_cancel(calls[4]);
    if (!(flags & NEVER_WRITE))
      gateway_wrote(g, gateway_take(g).len);
  }
}

static void check(bool ok, const struct diags *dg, size_t *errors) {
  if (dg->errors - *errors != !ok)
    BUG("success and errors do not agree");
  *errors = dg->errors;
}

static void take_results(struct arena *ar, struct diags *dg) {
  struct sbuf out;
  sbuf_init(&out, 100);
  struct gateway_map map;
  struct gateway_result result;
  struct gateway_stat st;
  struct gateway_stat_vec list;
  struct gateway_image_meta meta;
  size_t errors = dg->errors;
  check(gateway_ping_result(calls[0], dg), dg, &errors);
  check(gateway_inputs_result(calls[1], ar, &map, dg), dg, &errors);
  check(gateway_solve_result(calls[2], ar, &result, dg), dg, &errors);
  check(gateway_read_file_result(calls[3], &out, dg), dg, &errors);
  check(gateway_stat_file_result(calls[4], ar, &st, dg), dg, &errors);
  check(gateway_read_dir_result(calls[5], ar, &list, dg), dg, &errors);
  check(gateway_resolve_image_result(calls[6], ar, &meta, dg), dg, &errors);
  check(gateway_call_result(calls[7], dg), dg, &errors);
  sbuf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  if (len < 2)
    return 0;
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  g = gateway_new();
  start_calls();
  if (!(p[1] & NEVER_WRITE))
    gateway_wrote(g, gateway_take(g).len);
  if (p[1] & FREE_ONE)
    gateway_call_free(calls[8]);
  feed(p + 2, len - 2, p[0], p[1], &dg);
  gateway_eof(g);
  take_results(&ar, &dg);
  gateway_free(g);
  arena_release(&ar);
  return 0;
}
