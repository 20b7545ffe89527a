// usage: cog-frontend llb … | llb-print: the graph as text.
#include "llb_print.h"

int main(void) {
  struct arena ar;
  struct diags dg;
  struct sbuf in, out;
  arena_init(&ar);
  diag_init(&dg, &ar);
  sbuf_init(&in, SBUF_NO_MAX);
  sbuf_init(&out, SBUF_NO_MAX);
  char block[4096];
  ssize_t n;
  while ((n = read(STDIN_FILENO, block, sizeof block)) > 0)
    sbuf_add(&in, block, (size_t)n);
  const bool ok = n == 0 && llb_print(&out, sbuf_str(&in), &dg);
  fwrite(out.ptr, 1, out.len, stdout);
  sbuf_release(&in);
  sbuf_release(&out);
  arena_release(&ar);
  return !ok;
}
