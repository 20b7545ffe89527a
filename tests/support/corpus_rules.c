#include "corpus_rules.h"

#include "files.h"

bool corpus_has(const struct str_vec *list, struct str s) {
  for (size_t i = 0; i < list->n; i++)
    if (str_eq(list->v[i], s))
      return true;
  return false;
}

bool corpus_may_refuse(struct arena *ar, const struct diags *why) {
  struct str list = files_read(ar, CORPUS_DIFFERENCES);
  for (size_t i = 0; i < why->list.n; i++) {
    const struct diag *d = &why->list.v[i];
    const char *row = arena_printf(ar, "\nrefused\t%s\t", diag_slug(d->code));
    if (d->severity == DIAG_ERROR && !str_contains(list, row))
      return false;
  }
  return true;
}

bool corpus_is_family(const struct requirement *r) {
  static const char *const names[] = {"torch", "torchvision", "torchaudio",
                                      "tensorflow"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_is(r->name, names[i]))
      return true;
  return false;
}

/** Whether both releases read R as the pin that we do: "torch==2.1.0" and
 *  nothing else, since they know lines by a pattern. */
static bool is_plain_pin(const struct requirement *r) {
  struct str text = str_trim(r->text);
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  return pin && pin->op == SPECIFIER_EQ && r->specifiers.n == 1 &&
         version_n_parts(&pin->version) >= 3 && r->marker.len == 0 &&
         r->options.n == 0 && pin->version.local.len == 0 &&
         text.len == r->name.len + 2 + pin->text.len &&
         str_eq(str_take(text, r->name.len), r->name);
}

static const struct requirement *line_at(const struct resolved *r,
                                         struct span span) {
  for (size_t i = 0; i < r->lines.n; i++) {
    const struct requirement *line = r->lines.v[i].requirement;
    if (line->span.line == span.line && line->span.src == span.src &&
        corpus_is_family(line))
      return line;
  }
  return NULL;
}

// CUDA follows from a line that is a range, or a pin in another form.
const char *corpus_rule_base(const struct resolved *r) {
  const struct resolved_decision *cuda = resolved_decision(r, "cuda");
  const struct requirement *line = cuda ? line_at(r, cuda->span) : NULL;
  return line && !is_plain_pin(line) ? "other-than-a-plain-pin" : NULL;
}

// A line that names none of the four is the user's own; one that does and is no
// plain pin is one for us alone.
const char *corpus_rule_lines(const struct resolved *r,
                              const struct str_vec *ours,
                              const struct str_vec *theirs) {
  size_t n = ours->n;
  if (n != r->lines.n)
    return NULL;
  bool added = n && r->lines.v[n - 1].added;
  const char *rule = added ? "numpy-below-2" : NULL;
  n -= added;
  if (n != theirs->n)
    return NULL;
  for (size_t i = 0; i < n; i++) {
    const struct resolved_line *line = &r->lines.v[i];
    if (str_eq(str_trim(ours->v[i]), str_trim(theirs->v[i])))
      rule = rule ? rule : "unchanged-line";
    else if (!corpus_is_family(line->requirement) && !line->rewritten)
      rule = "unchanged-line";
    else if (corpus_is_family(line->requirement) &&
             !is_plain_pin(line->requirement))
      rule = "other-than-a-plain-pin";
    else
      return NULL;
  }
  return rule;
}

static bool user_has_index(const struct resolved *r) {
  for (size_t i = 0; i < r->lines.n; i++) {
    const struct specifier *pin =
        specifier_set_pin(&r->lines.v[i].requirement->specifiers);
    if (pin && pin->version.local.len &&
        corpus_is_family(r->lines.v[i].requirement))
      return true;
  }
  for (size_t i = 0; i < r->indexes.n; i++)
    if (!r->indexes.v[i].added)
      return true;
  return false;
}

// Both leave out the rows of a CUDA that no image has.
static bool is_of_old_cuda(const struct resolved *r,
                           const struct requirement *by) {
  for (size_t i = 0; i < r->lines.n; i++) {
    struct str text = r->lines.v[i].text;
    if (r->lines.v[i].requirement == by)
      return str_contains(text, "+cu10") || str_contains(text, "+cu9");
  }
  return false;
}

/** Why IX of ours is none of theirs. */
static const char *rule_of_ours(const struct resolved *r,
                                const struct resolved_index *ix) {
  const struct requirement *by = line_at(r, ix->span);
  if (!ix->added)
    return "own-index";
  if (!by)
    return NULL;
  if (!is_plain_pin(by))
    return "other-than-a-plain-pin";
  return is_of_old_cuda(r, by) ? "row-without-image" : NULL;
}

/** Why they have an index that is none of ours. */
static const char *rule_of_theirs(const struct resolved *r) {
  if (user_has_index(r))
    return "own-index";
  for (size_t i = 0; i < r->lines.n; i++) {
    const struct resolved_line *line = &r->lines.v[i];
    if (!corpus_is_family(line->requirement) || line->rewritten)
      continue;
    return is_plain_pin(line->requirement) ? "not-of-the-row"
                                           : "other-than-a-plain-pin";
  }
  return NULL;
}

const char *corpus_rule_indexes(const struct resolved *r,
                                const struct str_vec *ours,
                                const struct str_vec *theirs) {
  const char *rule = NULL;
  for (size_t i = 0; i < theirs->n; i++)
    if (!corpus_has(ours, theirs->v[i]) && !(rule = rule_of_theirs(r)))
      return NULL;
  for (size_t i = 0; i < r->indexes.n; i++)
    if (!corpus_has(theirs, ours->v[i]) &&
        !(rule = rule_of_ours(r, &r->indexes.v[i])))
      return NULL;
  return rule;
}
