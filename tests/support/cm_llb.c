#include "cm_llb.h"
#include "llb_print.h"

struct str cm_llb_marshal(void **state, const struct llb *l,
                          struct llb_ref result) {
  struct sbuf out;
  sbuf_init(&out, 1 << 24);
  bool ok = llb_marshal(l, result, NULL, &out, cm_dg(state));
  struct str definition = str_dup(cm_ar(state), sbuf_str(&out));
  sbuf_release(&out);
  if (!ok)
    fail_msg("%s", cm_rendered(state).p);
  return definition;
}

struct str cm_llb_text(void **state, struct str definition) {
  struct sbuf out;
  sbuf_init(&out, 1 << 24);
  bool ok = llb_print(&out, definition, cm_dg(state));
  struct str text = str_dup(cm_ar(state), sbuf_str(&out));
  sbuf_release(&out);
  if (!ok)
    fail_msg("%s", cm_rendered(state).p);
  return text;
}

struct str cm_llb(void **state, const struct llb *l, struct llb_ref result) {
  return cm_llb_text(state, cm_llb_marshal(state, l, result));
}
