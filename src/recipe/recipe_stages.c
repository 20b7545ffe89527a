// Names of stages that a build gives, as --no-cache-filter does.
#include "cogfe/recipe.h"

static bool has_stage(const struct plan *plan, struct str name) {
  for (size_t i = 0; i < plan->stages.n; i++) {
    const struct plan_stage *s = plan->stages.v[i];
    if (str_is_nocase(name, s->name) ||
        (s->part_of && str_is_nocase(name, s->part_of)))
      return true;
  }
  return false;
}

void recipe_warn_unknown_stage(struct str name, const struct plan *const *plans,
                               size_t n, struct diags *dg) {
  struct str_guess meant = {.text = name};
  for (size_t i = 0; i < n; i++) {
    if (has_stage(plans[i], name))
      return;
    for (size_t j = 0; j < plans[i]->stages.n; j++)
      str_guess_consider(&meant, plans[i]->stages.v[j]->name);
  }
  diag_warn(dg, DIAG_UNKNOWN_STAGE, SPAN_NONE,
            "there is no stage \"" STR_FMT "\", whose steps were to run again",
            STR_ARG(name));
  if (meant.best)
    diag_note(dg, SPAN_NONE, "did you mean \"%s\"?", meant.best);
}
