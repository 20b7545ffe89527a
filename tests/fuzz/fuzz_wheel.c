#include "cogfe/wheel.h"

#include "fuzz.h"

// An archive of somebody's: refused with a reason, or every member lies inside
// it, in a place of its own.

static void check_member(const struct wheel_member *m, size_t len) {
  if (m->body < m->off || m->body > len || m->packed > len - m->body)
    BUG("\"" STR_FMT "\" lies outside", STR_ARG(m->name));
  if (!m->name.len || m->name.p[0] == '/' || path_has_dotdot(m->name))
    BUG("\"" STR_FMT "\" leads out", STR_ARG(m->name));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  struct arena ar;
  arena_init(&ar);
  cleanup_sbuf struct sbuf why;
  sbuf_init(&why, 64 * 1024);
  struct wheel_input in = wheel_input_bytes((struct str){(const char *)p, len});
  struct wheel_zip zip = {0};
  bool ok = wheel_zip_read(&ar, &in, &zip, &why);
  if (ok != (why.len == 0))
    BUG("success and a reason do not agree");
  for (size_t i = 0; ok && i < zip.n; i++)
    check_member(&zip.v[i], len);
  arena_release(&ar);
  return 0;
}
