#include "cm.h"

struct fixture {
  struct arena ar;
  struct diags dg;
};

static struct fixture fixture;

int cm_setup(void **state) {
  arena_init(&fixture.ar);
  diag_init(&fixture.dg, &fixture.ar);
  *state = &fixture;
  return 0;
}

int cm_teardown(void **state) {
  struct fixture *f = *state;
  arena_release(&f->ar);
  return 0;
}

struct arena *cm_ar(void **state) {
  return &((struct fixture *)*state)->ar;
}

struct diags *cm_dg(void **state) {
  return &((struct fixture *)*state)->dg;
}

void cm_assert_str(struct str got, const char *want, const char *file,
                   int line) {
  if (str_is(got, want))
    return;
  print_error("got:  \"" STR_FMT "\"\nwant: \"%s\"\n", STR_ARG(got), want);
  _fail(file, line);
}

struct str cm_rendered(void **state) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1 << 20);
  diag_render(&out, cm_dg(state), false);
  return str_dup(cm_ar(state), sbuf_str(&out));
}
