#include "cogfe/yamldoc.h"

const struct yamldoc_node *yamldoc_get(const struct yamldoc_node *map,
                                       const char *key) {
  if (!map || map->kind != YAMLDOC_MAP)
    return NULL;
  for (size_t i = 0; i < map->n_pairs; i++)
    if (str_is(map->pairs[i].key->text, key))
      return map->pairs[i].value;
  return NULL;
}

bool yamldoc_is_null(const struct yamldoc_node *n) {
  static const char *const words[] = {"", "~", "null", "Null", "NULL"};
  if (n->tag == YAMLDOC_TAG_NULL)
    return true;
  if (n->kind != YAMLDOC_SCALAR || n->style != YAMLDOC_PLAIN ||
      n->tag != YAMLDOC_TAG_NONE)
    return false;
  for (size_t i = 0; i < ARRAY_LEN(words); i++)
    if (str_is(n->text, words[i]))
      return true;
  return false;
}

const char *yamldoc_describe(const struct yamldoc_node *n) {
  switch (n->kind) {
  case YAMLDOC_LIST:
    return "a list";
  case YAMLDOC_MAP:
    return "a map";
  case YAMLDOC_SCALAR:
    break;
  }
  if (yamldoc_is_null(n))
    return "nothing";
  switch (n->style) {
  case YAMLDOC_LITERAL:
  case YAMLDOC_FOLDED:
    return "a block of text";
  case YAMLDOC_SINGLE_QUOTED:
  case YAMLDOC_DOUBLE_QUOTED:
    return "text in quotes";
  case YAMLDOC_PLAIN:
  case YAMLDOC_BLOCK:
  case YAMLDOC_FLOW:
    break;
  }
  return "text";
}

bool yamldoc_check_duplicates(const struct yamldoc *doc, struct diags *dg) {
  for (size_t i = 0; i < doc->duplicates.n; i++) {
    struct yamldoc_duplicate d = doc->duplicates.v[i];
    diag_fail(dg, DIAG_YAML_DUPLICATE, d.key->span,
              "the key \"" STR_FMT "\" is given twice", STR_ARG(d.key->text));
    diag_note(dg, d.first->span, "it was given here first");
  }
  return doc->duplicates.n == 0;
}
