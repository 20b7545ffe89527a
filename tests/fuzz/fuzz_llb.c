#include "cogfe/llb.h"

#include "fuzz.h"
#include "llb_print.h"

// A definition of somebody's: refused with an error, or taken over, and then
// what is written of it is taken over again and comes out the same.

static void check(bool ok, const struct diags *dg, size_t errors) {
  if ((dg->errors == errors) != ok)
    BUG("success and errors do not agree");
}

static void splice(struct arena *ar, struct str definition, struct sbuf *out,
                   struct diags *dg) {
  struct llb *l = llb_new(ar, NULL);
  struct llb_ref ref;
  size_t errors = dg->errors;
  bool ok = llb_splice(l, definition, &ref, dg);
  check(ok, dg, errors);
  if (ok && !llb_marshal(l, ref, NULL, out, dg))
    BUG("a definition was taken and cannot be written");
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  struct arena ar;
  struct diags dg;
  struct sbuf first, again, text;
  arena_init(&ar);
  diag_init(&dg, &ar);
  sbuf_init(&first, 16 << 20);
  sbuf_init(&again, 16 << 20);
  sbuf_init(&text, 1 << 20);
  struct str given = {(const char *)p, len};
  splice(&ar, given, &first, &dg);
  splice(&ar, sbuf_str(&first), &again, &dg);
  if (!str_eq(sbuf_str(&first), sbuf_str(&again)))
    BUG("written twice, a definition is not the same");
  size_t errors = dg.errors;
  check(llb_print(&text, given, &dg), &dg, errors);
  sbuf_release(&first);
  sbuf_release(&again);
  sbuf_release(&text);
  arena_release(&ar);
  return 0;
}
