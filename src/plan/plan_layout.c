// Which of the two layouts a plan has: layers made side by side and merged, or
// steps in a row.
#include "plan_int.h"

bool plan_starts_early(const struct plan_builder *b) {
  return b->in->config->pre_install.n > 0;
}

bool plan_merges(const struct plan_builder *b) {
  return b->in->merge && !plan_starts_early(b); // which needs an order
}

// uv looks at what is there already, a Python of the base's own says itself
// where packages lie, and what changes files once more would make two layers.
bool plan_in_place(const struct plan_builder *b) {
  const struct resolved *r = b->in->resolved;
  const struct plan_options *o = b->in->options;
  return plan_merges(b) && resolved_installs(r) && !r->own_python && !o->uv &&
         !o->strip && !o->precompile;
}
