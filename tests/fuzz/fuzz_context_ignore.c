#include "cogfe/context.h"

#include "fuzz.h"

// The first line is a path, the rest an ignore file.

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  struct arena ar;
  struct diags dg;
  struct context_ignore ignore;
  struct str path;
  const char *clean;
  arena_init(&ar);
  diag_init(&dg, &ar);
  struct source src = {.name = ".dockerignore"};
  src.text = str_cut((struct str){(const char *)p, len}, '\n', &path);
  if (context_path(&ar, path, SPAN_NONE, &clean, &dg)) {
    bool ok = context_ignore_parse(&ar, &src, &ignore, &dg);
    if (ok != (dg.errors == 0))
      BUG("success and errors do not agree");
    if (ok)
      context_ignore_hides(&ignore, str_of(clean));
  }
  arena_release(&ar);
  return 0;
}
