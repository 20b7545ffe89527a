#include "cli/cli_int.h"

static bool has_constraints(const struct resolved *r) {
  for (size_t i = 0; i < r->lines.n; i++)
    if (r->lines.v[i].constraint)
      return true;
  return false;
}

bool cli_requirements(struct cli *c, struct sbuf *out) {
  struct recipe recipe;
  if (!cli_make(c, &recipe))
    return false;
  // What is a bound there must not become a wish to install.
  if (!c->flags.constraints && has_constraints(recipe.resolved))
    sbuf_adds(out, "-c constraints.txt\n");
  resolved_emit_requirements(out, recipe.resolved, c->flags.constraints);
  return true;
}
