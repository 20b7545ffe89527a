#include "gateway/gateway_int.h"

enum api { API_GATEWAY, API_LLB };
enum need { NEED, OPTIONAL };

static const struct {
  enum api api;
  const char *id;
  enum need need;
  const char *since;
} caps[] = {
#define CAP(name, api, id, need, since) {API_##api, id, need, since},
#include "cogfe/gateway_caps.def"
#undef CAP
};

const char *gateway_cap_id(enum gateway_cap cap) {
  return caps[cap].id;
}

const char *gateway_cap_since(enum gateway_cap cap) {
  return caps[cap].since;
}

struct gateway_call *gateway_call_ping(struct gateway *g) {
  Gateway__Empty m = GATEWAY__EMPTY__INIT;
  return call_start(call_new(g, RPC_PING), &m.base);
}

// A capability that is listed but not enabled is one that the engine knows and
// does not have.
static void take_caps(struct gateway_caps *to, enum api api,
                      Gateway__APICap **list, size_t n) {
  for (size_t i = 0; i < n; i++) {
    struct str id = {(const char *)list[i]->id.data, list[i]->id.len};
    for (size_t cap = 0; cap < GATEWAY_N_CAPS; cap++)
      if (caps[cap].api == api && str_is(id, caps[cap].id))
        to->has[cap] = list[i]->enabled;
  }
}

static bool check_needed(const struct gateway_caps *has, struct diags *dg) {
  for (size_t cap = 0; cap < GATEWAY_N_CAPS; cap++) {
    if (caps[cap].need != NEED || has->has[cap])
      continue;
    diag_fail(dg, DIAG_UNSUPPORTED, SPAN_NONE,
              "the engine lacks the capability \"%s\" (BuildKit %s)",
              caps[cap].id, caps[cap].since);
    diag_note(dg, SPAN_NONE,
              "use BuildKit 0.8 or newer, which Docker has from 20.10");
    return false;
  }
  return true;
}

bool gateway_ping_result(struct gateway_call *c, struct diags *dg) {
  const Gateway__PongResponse *m =
      call_answer(c, RPC_PING, &gateway__pong_response__descriptor, dg);
  if (!m)
    return false;
  struct gateway_caps *has = &c->g->caps;
  *has = (struct gateway_caps){0};
  take_caps(has, API_GATEWAY, m->frontend_caps, m->n_frontend_caps);
  take_caps(has, API_LLB, m->llb_caps, m->n_llb_caps);
  return check_needed(has, dg);
}
