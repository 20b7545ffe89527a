#include "cogfe/base.h"

#include "config/config_int.h"

/** True when NODE is a map; else reports it. */
static bool want_map(struct config_reader *r, const struct yamldoc_node *key,
                     const struct yamldoc_node *node) {
  if (node->kind == YAMLDOC_MAP)
    return true;
  diag_fail(r->dg, DIAG_CONFIG_TYPE, node->span,
            "an item of \"" STR_FMT "\" must be a map, this is %s",
            STR_ARG(key->text), yamldoc_describe(node));
  return false;
}

static bool read_weights_source(struct config_reader *r,
                                const struct yamldoc_node *key,
                                const struct yamldoc_node *node,
                                struct config_weight_source *out) {
  static const char *const words[] = {"uri", "include", "exclude"};
  // Cog 0.17 to 0.19.2 had the address itself here.
  if (node->kind == YAMLDOC_SCALAR)
    return config_scalar(r, key, node, &out->uri);
  if (!want_map(r, key, node))
    return false;
  for (size_t i = 0; i < node->n_pairs; i++) {
    const struct yamldoc_pair *pair = &node->pairs[i];
    if (str_is(pair->key->text, "uri"))
      config_read_text(r, pair, &out->uri);
    else if (str_is(pair->key->text, "include"))
      config_read_list(r, pair, &out->include);
    else if (str_is(pair->key->text, "exclude"))
      config_read_list(r, pair, &out->exclude);
    else
      config_unknown_key(r, pair->key, words, ARRAY_LEN(words));
  }
  return true;
}

static void read_sources(struct config_reader *r,
                         const struct yamldoc_pair *pair,
                         struct config_weight *weight) {
  const struct yamldoc_node *one[] = {pair->value};
  bool list = pair->value->kind == YAMLDOC_LIST;
  const struct yamldoc_node *const *items = list ? pair->value->items : one;
  size_t n = list ? pair->value->n_items : 1;
  weight->sources = arena_array(r->ar, struct config_weight_source, n);
  for (size_t i = 0; i < n; i++)
    if (read_weights_source(r, pair->key, items[i],
                            &weight->sources[weight->n_sources]))
      weight->n_sources++;
}

static void read_weight(struct config_reader *r, const struct yamldoc_node *map,
                        struct config_weight *out) {
  static const char *const words[] = {"name", "target", "source"};
  out->span = map->span;
  for (size_t i = 0; i < map->n_pairs; i++) {
    const struct yamldoc_pair *pair = &map->pairs[i];
    if (str_is(pair->key->text, "name"))
      config_read_text(r, pair, &out->name);
    else if (str_is(pair->key->text, "target"))
      config_read_text(r, pair, &out->target);
    else if (str_is(pair->key->text, "source"))
      read_sources(r, pair, out);
    else
      config_unknown_key(r, pair->key, words, ARRAY_LEN(words));
  }
}

void config_read_weights(struct config_reader *r,
                         const struct yamldoc_pair *pair, void *field) {
  const struct yamldoc_node *key = pair->key, *list = pair->value;
  if (!config_want_list(r, key, list))
    return;
  VEC(struct config_weight) weights = {0};
  for (size_t i = 0; i < list->n_items; i++) {
    if (yamldoc_is_null(list->items[i]) || !want_map(r, key, list->items[i]))
      continue;
    struct config_weight weight = {0};
    read_weight(r, list->items[i], &weight);
    vec_push(r->ar, &weights, weight);
  }
  *(struct config_weights *)field =
      (struct config_weights){weights.v, weights.n, key->span};
  if (weights.n == 0)
    return;
  diag_warn(r->dg, DIAG_CONFIG_IGNORED_KEY, key->span,
            "weights are no part of the image that is built");
  diag_note(r->dg, SPAN_NONE,
            "Cog pushes them beside it; files of the context are copied to "
            "/src");
}
