// Named contexts that nothing asks for. Many builds share a list of them, so
// only a name that is nearly right is worth a word.
#include "cogfe/recipe.h"

// Letters to change from one name to the other.
enum { NEAR = 2 };

static struct str repository(struct str name) {
  struct str head;
  const ptrdiff_t slash = str_rfind(name, '/');
  str_cut(str_skip(name, (size_t)(slash + 1)), ':', &head);
  return str_take(name, (size_t)(slash + 1) + head.len);
}

/** How far NAME is from ASKED: letters, then "another tag", then too far. */
static size_t context_distance(struct str name, struct str asked) {
  const size_t edits = str_distance(name, asked, NEAR);
  if (edits <= NEAR)
    return edits;
  return str_eq(repository(name), repository(asked)) ? NEAR + 1 : NEAR + 2;
}

/** Whether NAME is ASKED; else makes *NEAREST ASKED when it is nearer. */
static bool consider(struct str name, struct str asked, size_t *best,
                     struct str *nearest) {
  const size_t d = context_distance(name, asked);
  if (d < *best) {
    *best = d;
    *nearest = asked;
  }
  return d == 0;
}

void recipe_warn_unused_context(struct str name, const struct str_vec *images,
                                struct diags *dg) {
  static const char *const others[] = {"compat", "pyenv", PLAN_UV, PLAN_WHEELS,
                                       PLAN_WEIGHTS};
  struct str nearest = {0};
  size_t best = NEAR + 2;
  for (size_t i = 0; i < images->n; i++)
    if (consider(name, images->v[i], &best, &nearest))
      return;
  for (size_t i = 0; i < ARRAY_LEN(others); i++)
    if (consider(name, str_of(others[i]), &best, &nearest))
      return;
  if (!nearest.p)
    return;
  diag_warn(dg, DIAG_UNUSED_CONTEXT, SPAN_NONE,
            "nothing here is called \"" STR_FMT
            "\", so the context of that name has no effect",
            STR_ARG(name));
  diag_note(dg, SPAN_NONE, "did you mean \"" STR_FMT "\"?", STR_ARG(nearest));
}
