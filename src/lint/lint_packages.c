// Rules about the requirement lines and the system packages.
#include "lint/lint_int.h"

static struct str name_as_written(const struct requirement *r) {
  const struct str line = lint_shown(r);
  size_t n = 0;
  while (n < line.len && !strchr(" \t[=<>!~;@", line.p[n]))
    n++;
  return str_take(line, n);
}

static void warn_twice(struct lint *l, const struct requirement *first,
                       const struct requirement *second) {
  diag_warn(l->dg, DIAG_DUPLICATE_PACKAGE, second->span,
            "\"" STR_FMT "\" is listed twice", STR_ARG(second->name));
  const struct str a = name_as_written(first);
  diag_note(l->dg, first->span, "it is listed here first; keep one of them");
  if (first->kind == REQUIREMENT_PACKAGE && !str_eq(a, name_as_written(second)))
    diag_note(l->dg, SPAN_NONE,
              "case, \"-\", \"_\" and \".\" make no other name");
}

/** The first line for the same package with the same extras, or NULL. Other
 *  extras are another wish, which pip adds to the first. */
static const struct requirement *earlier(const struct lint *l,
                                         const struct requirement *r) {
  const struct requirement *first = lint_find_package(l, r->name);
  return first && first < r && str_eq(first->extras, r->extras) &&
                 lint_applies(l, r)
             ? first
             : NULL;
}

static int by_text(const void *pa, const void *pb) {
  const struct config_text *const *a = pa, *const *b = pb;
  const int d = str_cmp((*a)->text, (*b)->text);
  return d ? d : (*a > *b) - (*a < *b);
}

/** For each item of LIST, the one before it with the same text, or NULL. */
static const struct config_text **find_twins(struct lint *l,
                                             const struct config_list *list) {
  const size_t n = list->n;
  const struct config_text **twins =
      arena_array(l->ar, const struct config_text *, n);
  const struct config_text **sorted =
      arena_array(l->ar, const struct config_text *, n);
  for (size_t i = 0; i < n; i++)
    sorted[i] = &list->v[i];
  if (n)
    qsort(sorted, n, sizeof *sorted, by_text);
  for (size_t i = 1; i < n; i++)
    if (str_eq(sorted[i]->text, sorted[i - 1]->text))
      twins[sorted[i] - list->v] = sorted[i - 1];
  return twins;
}

static void check_system_twice(struct lint *l) {
  const struct config_list *list = &l->config->system_packages;
  const struct config_text **twins = find_twins(l, list);
  for (size_t i = 0; i < list->n; i++) {
    if (!twins[i])
      continue;
    diag_warn(l->dg, DIAG_DUPLICATE_PACKAGE, list->v[i].span,
              "\"" STR_FMT "\" is listed twice", STR_ARG(list->v[i].text));
    diag_note(l->dg, twins[i]->span, "it is listed here too; keep one of them");
  }
}

void lint_duplicate_package(struct lint *l) {
  const struct requirements *all = l->requirements;
  for (size_t i = 0; i < all->n; i++) {
    const struct requirement *r = &all->v[i];
    const struct requirement *first =
        r->name.len && !r->constraint ? earlier(l, r) : NULL;
    if (first)
      warn_twice(l, first, r);
  }
  check_system_twice(l);
}

/** The Python package that Debian's package NAME has: "numpy" of
 *  "python3-numpy". */
static struct str python_name(struct lint *l, struct str name) {
  static const char *const starts[] = {"python3-", "python-"};
  for (size_t i = 0; i < ARRAY_LEN(starts); i++)
    if (str_starts(name, starts[i]))
      name = str_skip(name, strlen(starts[i]));
  return requirement_normal_name(l->ar, name);
}

void lint_package_in_both(struct lint *l) {
  const struct config_list *list = &l->config->system_packages;
  for (size_t i = 0; i < list->n; i++) {
    const struct str system = lint_system_name(list->v[i].text);
    const struct requirement *r = lint_find_package(l, python_name(l, system));
    if (!r)
      continue;
    diag_warn(l->dg, DIAG_PACKAGE_IN_BOTH, list->v[i].span,
              "\"" STR_FMT "\" is a system package and a Python package",
              STR_ARG(system));
    diag_note(l->dg, r->span, STR_FMT " is asked for here",
              STR_ARG(lint_shown(r)));
    diag_note(l->dg, SPAN_NONE, "%s",
              str_starts(system, "python")
                  ? "what Debian packages is for Debian's own Python, which is "
                    "not the model's: remove it"
                  : "they are two programs: keep the one that the model uses");
  }
}
