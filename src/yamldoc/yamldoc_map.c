#include "cogfe/base.h"

#include "yamldoc/yamldoc_int.h"

/** A pair on its way into a map; ORDER is its rank, the explicit ones first,
 *  FIRST the key of a better rank that it repeats. */
struct entry {
  struct yamldoc_pair pair;
  size_t order;
  const struct yamldoc_node *first;
};

struct entries {
  VEC(struct entry) list;
  struct arena *ar;
};

static bool is_merge(const struct yamldoc_node *key) {
  return key->style == YAMLDOC_PLAIN && key->tag == YAMLDOC_TAG_NONE &&
         str_is(key->text, "<<");
}

static void add_map_entry(struct entries *e, struct yamldoc_pair pair) {
  vec_push(e->ar, &e->list, (struct entry){pair, e->list.n, NULL});
}

static void add_merged(struct entries *e, const struct yamldoc_node *map) {
  for (size_t i = 0; i < map->n_pairs; i++) {
    struct yamldoc_pair pair = map->pairs[i];
    pair.merged = true;
    add_map_entry(e, pair);
  }
}

static bool merge(struct entries *e, const struct yamldoc_node *value,
                  struct diags *dg) {
  if (value->kind == YAMLDOC_MAP) {
    add_merged(e, value);
    return true;
  }
  if (value->kind == YAMLDOC_SCALAR)
    return diag_fail(dg, DIAG_YAML_MERGE, value->span,
                     "a merge key wants a map or a list of maps");
  for (size_t i = 0; i < value->n_items; i++) {
    const struct yamldoc_node *item = value->items[i];
    if (item->kind != YAMLDOC_MAP)
      return diag_fail(dg, DIAG_YAML_MERGE, item->span,
                       "a merge key wants maps, this is %s",
                       yamldoc_describe(item));
    add_merged(e, item);
  }
  return true;
}

static int pair_by_key(const void *pa, const void *pb) {
  const struct entry *a = pa, *b = pb;
  int d = str_cmp(a->pair.key->text, b->pair.key->text);
  return d ? d : (a->order > b->order) - (a->order < b->order);
}

static int by_order(const void *pa, const void *pb) {
  const struct entry *a = pa, *b = pb;
  return (a->order > b->order) - (a->order < b->order);
}

/** Points each repeated key at the one that counts. */
static void find_repeated(struct entry *v, size_t n) {
  qsort(v, n, sizeof(*v), pair_by_key);
  const struct yamldoc_node *first = NULL;
  for (size_t i = 0; i < n; i++) {
    const struct yamldoc_node *key = v[i].pair.key;
    if (first && str_eq(key->text, first->text))
      v[i].first = first;
    else
      first = key;
  }
  qsort(v, n, sizeof(*v), by_order);
}

bool yamldoc_set_pairs(struct yamldoc_reader *r, struct yamldoc_node *map,
                       const struct yamldoc_pair *pairs, size_t n) {
  struct entries e = {.ar = r->ar};
  for (size_t i = 0; i < n; i++)
    if (!is_merge(pairs[i].key))
      add_map_entry(&e, pairs[i]);
  for (size_t i = 0; i < n; i++)
    if (is_merge(pairs[i].key) && !merge(&e, pairs[i].value, r->dg))
      return false;
  if (e.list.n == 0)
    return true;
  find_repeated(e.list.v, e.list.n);

  struct yamldoc_pair *kept = arena_array(r->ar, struct yamldoc_pair, e.list.n);
  for (size_t i = 0; i < e.list.n; i++) {
    const struct entry *it = &e.list.v[i];
    if (!it->first)
      kept[map->n_pairs++] = it->pair;
    else if (!it->pair.merged)
      vec_push(r->ar, &r->duplicates,
               (struct yamldoc_duplicate){it->pair.key, it->first});
  }
  map->pairs = kept;
  return true;
}
