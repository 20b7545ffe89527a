#include "cogfe/imageconfig.h"

#include "fuzz.h"

// The config of some base image: refused with an error, or what is made of it
// can be read, and made of that again is the same.

static bool emit(struct sbuf *out, struct str base, struct diags *dg) {
  const struct imageconfig_changes changes = {
      .platform = {.os = STR("linux"), .arch = STR("amd64")}};
  size_t errors = dg->errors;
  bool ok = imageconfig_emit(out, base, &changes, dg);
  if ((dg->errors == errors) != ok)
    BUG("success and errors do not agree");
  return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  struct arena ar;
  struct diags dg;
  struct sbuf first, again;
  struct imageconfig config;
  arena_init(&ar);
  diag_init(&dg, &ar);
  sbuf_init(&first, 16 << 20);
  sbuf_init(&again, 16 << 20);
  if (emit(&first, (struct str){(const char *)p, len}, &dg) &&
      (!imageconfig_parse(&ar, sbuf_str(&first), &config, &dg) ||
       !emit(&again, sbuf_str(&first), &dg) ||
       !str_eq(sbuf_str(&first), sbuf_str(&again))))
    BUG("a config that was written is not read as it was");
  sbuf_release(&first);
  sbuf_release(&again);
  arena_release(&ar);
  return 0;
}
