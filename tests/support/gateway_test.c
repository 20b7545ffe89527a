#include "gateway_test.h"

struct expected {
  const char *method;
  struct str request;
  struct h2_answer answer;
  bool came;
  struct str method_came;
  struct str request_came;
};

static struct {
  struct gateway *g;
  struct h2server *server;
  struct arena *ar;
  struct diags *dg;
  VEC(struct expected) list;
  size_t next;
  h2_respond_fn respond;
} t;

struct gateway *gw(void) {
  return t.g;
}

struct h2server *gw_server(void) {
  return t.server;
}

// Compared after the exchange: a failing assertion leaves by longjmp, which
// must not go through nghttp2.
static void respond(const struct h2_request *req, void *state) {
  if (t.respond) {
    t.respond(req, state);
    return;
  }
  if (t.next == t.list.n) {
    t.next++;
    return;
  }
  struct expected *e = &t.list.v[t.next++];
  e->came = true;
  e->method_came = str_dup(t.ar, req->method);
  e->request_came = str_dup(t.ar, req->body);
  h2_answer(req, &e->answer);
}

int gw_setup(void **state) {
  cm_setup(state);
  memset(&t, 0, sizeof t);
  t.ar = cm_ar(state);
  t.dg = cm_dg(state);
  t.g = gateway_new();
  t.server = h2server_new(respond, NULL);
  return 0;
}

int gw_teardown(void **state) {
  gateway_free(t.g);
  h2server_free(t.server);
  return cm_teardown(state);
}

void gw_respond(h2_respond_fn fn) {
  t.respond = fn;
}

void gw_expect_answer(const char *method, struct str request,
                      const struct h2_answer *answer) {
  vec_push(t.ar, &t.list,
           (struct expected){
               .method = method, .request = request, .answer = *answer});
}

void gw_expect(const char *method, struct str request, struct str answer) {
  gw_expect_answer(method, request, &(struct h2_answer){.message = answer});
}

static void print_hex(const char *name, struct str s) {
  print_error("%s", name);
  for (size_t i = 0; i < s.len; i++)
    print_error(" %02x", (unsigned char)s.p[i]);
  print_error("\n");
}

static void check(const struct expected *e) {
  if (!e->came)
    fail_msg("%s was not called", e->method);
  assert_str(e->method_came, e->method);
  struct str message = str_skip(e->request_came, 5);
  size_t len = 0;
  for (size_t i = 1; i < 5; i++)
    len = len << 8 | (unsigned char)e->request_came.p[i];
  assert_int_equal(e->request_came.p[0], 0);
  assert_int_equal(len, message.len);
  if (!e->request.p || str_eq(message, e->request))
    return;
  print_hex("sent:", message);
  print_hex("want:", e->request);
  fail_msg("%s sent something else", e->method);
}

void gw_run_in(int piece) {
  assert_true(h2_exchange(t.g, t.server, piece, t.dg));
  for (size_t i = 0; i < t.list.n; i++)
    check(&t.list.v[i]);
  if (!t.respond)
    assert_int_equal(t.next, t.list.n);
}

void gw_run(void) {
  static const int pieces[] = {1, H2_RANDOM, H2_WHOLE};
  static size_t turn;
  gw_run_in(pieces[turn++ % ARRAY_LEN(pieces)]);
}

bool gw_run_bytes(size_t n) {
  bool ok = true;
  for (size_t i = 0; i < n && ok; i++) {
    struct str out = gateway_take(t.g);
    if (out.len) {
      ok = h2_feed(t.server, out.p, 1);
      gateway_wrote(t.g, 1);
    }
    struct str in = h2_take(t.server);
    if (in.len) {
      ok = ok && gateway_feed(t.g, in.p, 1, t.dg);
      h2_wrote(t.server, 1);
    }
  }
  return ok;
}

/* ---- Ping ---------------------------------------------------------------- */

enum api { GATEWAY, LLB };
enum need { NEED, OPTIONAL };

// APICap{1 ID, 2 Enabled}; ids are shorter than 124 bytes.
static void add_cap(struct sbuf *b, enum api api, const char *id,
                    bool enabled) {
  size_t len = strlen(id);
  sbuf_addch(b, api == GATEWAY ? 0x0A : 0x12);
  sbuf_addch(b, (char)(len + 4));
  sbuf_addch(b, 0x0A);
  sbuf_addch(b, (char)len);
  sbuf_adds(b, id);
  sbuf_addch(b, 0x10);
  sbuf_addch(b, enabled);
}

struct str gw_pong(struct arena *ar, enum gw_engine engine) {
  struct sbuf b;
  sbuf_init(&b, 1 << 20);
#define CAP(name, api, id, need, since)                                        \
  add_cap(&b, api, id, (need) == NEED || engine == GW_NEW_ENGINE);
#include "cogfe/gateway_caps.def"
#undef CAP
  struct str pong = str_dup(ar, sbuf_str(&b));
  sbuf_release(&b);
  return pong;
}

void gw_ping(enum gw_engine engine) {
  gw_expect("Ping", STR(""), gw_pong(t.ar, engine));
  struct gateway_call *c = gateway_call_ping(t.g);
  gw_run();
  assert_true(gateway_ping_result(c, t.dg));
  gateway_call_free(c);
}

struct str gw_status(const struct diags *dg) {
  assert_int_equal(dg->errors, 1);
  return diag_first_error(dg)->engine_status;
}
