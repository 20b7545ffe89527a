#include "h2server.h"

#include "fuzz.h"

// One answer of the engine inside good HTTP/2: a byte that picks the call, a
// length and that many bytes of details, a code, then the message. Details
// and codes make an error of it.

static struct h2_answer answer;
static char code[4];

static void respond(const struct h2_request *req, void *state) {
  (void)state;
  h2_answer(req, &answer);
}

static void make_answer(struct str in) {
  answer = (struct h2_answer){0};
  size_t n = (unsigned char)in.p[0];
  if (n) {
    answer.details = str_take(str_skip(in, 1), n);
    answer.grpc_status = code;
  }
  in = str_skip(in, 1 + n);
  snprintf(code, sizeof code, "%d", in.len ? (unsigned char)in.p[0] : 2);
  answer.message = str_skip(in, 1);
}

// The engine says what it wants of its status: it goes back unless it is ours.
static void return_error(struct gateway *g, const struct diags *dg) {
  const struct diag *d = diag_first_error(dg);
  if (d && d->engine_status.len)
    gateway_call_free(gateway_call_return_error(g, d->engine_status));
}

static bool result(struct gateway_call *c, int which, struct arena *ar,
                   struct diags *dg) {
  struct gateway_map map;
  struct gateway_result solved;
  struct gateway_stat st;
  struct gateway_stat_vec list;
  struct gateway_image_meta meta;
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 0);
  switch (which) {
  case 0:
    return gateway_ping_result(c, dg);
  case 1:
    return gateway_inputs_result(c, ar, &map, dg);
  case 2:
    return gateway_solve_result(c, ar, &solved, dg);
  case 3:
    return gateway_read_file_result(c, &out, dg);
  case 4:
    return gateway_stat_file_result(c, ar, &st, dg);
  case 5:
    return gateway_read_dir_result(c, ar, &list, dg);
  default:
    return gateway_resolve_image_result(c, ar, &meta, dg);
  }
}

static struct gateway_call *start(struct gateway *g, int which) {
  const struct gateway_read_file read = {STR("r"), STR("p"), 0, 10};
  const struct gateway_image image = {.ref = STR("a")};
  switch (which) {
  case 0:
    return gateway_call_ping(g);
  case 1:
    return gateway_call_inputs(g);
  case 2:
    return gateway_call_solve(g, &(struct gateway_solve){0});
  case 3:
    return gateway_call_read_file(g, &read);
  case 4:
    return gateway_call_stat_file(g, STR("r"), STR("p"));
  case 5:
    return gateway_call_read_dir(g, STR("r"), STR("p"), STR(""));
  default:
    return gateway_call_resolve_image(g, &image);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  if (len < 2)
    return 0;
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  struct gateway *g = gateway_new();
  struct h2server *s = h2server_new(respond, NULL);
  int which = p[0] % 7;
  make_answer((struct str){(const char *)p + 1, len - 1});
  struct gateway_call *c = start(g, which);
  h2_exchange(g, s, H2_WHOLE, &dg);
  if (!gateway_call_done(c))
    BUG("a call without an end");
  if (result(c, which, &ar, &dg) != (dg.errors == 0))
    BUG("success and errors do not agree");
  return_error(g, &dg);
  gateway_free(g);
  h2server_free(s);
  arena_release(&ar);
  return 0;
}
