#include "cogfe/base.h"

#include "yamldoc/yamldoc_int.h"

#include "cogfe/limits.h"

#define cleanup_event __attribute__((cleanup(yaml_event_delete)))

static const struct yamldoc_node *read_node(struct yamldoc_reader *r,
                                            const yaml_event_t *ev, int depth);

static bool next_event(struct yamldoc_reader *r, yaml_event_t *ev) {
  if (yaml_parser_parse(&r->yaml, ev))
    return true;
  return yamldoc_syntax_error(&r->yaml, &r->places, r->dg);
}

static struct span event_span(const struct yamldoc_reader *r,
                              const yaml_event_t *ev) {
  return yamldoc_place_span(&r->places, ev->start_mark.index,
                            ev->end_mark.index);
}

// ---- anchors ---------------------------------------------------------------

/** Registers the anchor, if there is one, before its content is read. *SLOT is
 *  where the node goes, or SIZE_MAX. */
static bool open_anchor(struct yamldoc_reader *r, const yaml_event_t *ev,
                        const yaml_char_t *name, size_t *slot) {
  *slot = SIZE_MAX;
  if (!name)
    return true;
  if (r->anchors.n >= LIMIT_YAML_ANCHORS)
    return diag_fail(r->dg, DIAG_YAML_LIMIT, event_span(r, ev),
                     "the file has more than %d anchors", LIMIT_YAML_ANCHORS);
  *slot = r->anchors.n;
  struct str copy = str_dup(r->ar, str_of((const char *)name));
  vec_push(r->ar, &r->anchors, (struct yamldoc_anchor){copy, NULL});
  return true;
}

static void close_anchor(struct yamldoc_reader *r, size_t slot,
                         const struct yamldoc_node *n) {
  if (slot != SIZE_MAX)
    r->anchors.v[slot].node = n;
}

static const struct yamldoc_node *read_alias(struct yamldoc_reader *r,
                                             const yaml_event_t *ev) {
  struct str name = str_of((const char *)ev->data.alias.anchor);
  // A name may be given again; the newest counts.
  for (size_t i = r->anchors.n; i-- > 0;) {
    const struct yamldoc_anchor *a = &r->anchors.v[i];
    if (!str_eq(a->name, name))
      continue;
    if (a->node)
      return yamldoc_node_alias(r, ev, a->node);
    diag_fail(r->dg, DIAG_YAML_ALIAS, event_span(r, ev),
              "\"*" STR_FMT "\" stands inside what it names", STR_ARG(name));
    return NULL;
  }
  diag_fail(r->dg, DIAG_YAML_ALIAS, event_span(r, ev),
            "no \"&" STR_FMT "\" stands before this alias", STR_ARG(name));
  diag_note(r->dg, SPAN_NONE, "text that begins with * goes in quotes");
  return NULL;
}

// ---- nodes -----------------------------------------------------------------

static const struct yamldoc_node *read_scalar(struct yamldoc_reader *r,
                                              const yaml_event_t *ev) {
  size_t slot;
  if (!open_anchor(r, ev, ev->data.scalar.anchor, &slot))
    return NULL;
  const struct yamldoc_node *n = yamldoc_node_new(r, ev);
  close_anchor(r, slot, n);
  return n;
}

static bool read_items(struct yamldoc_reader *r, struct yamldoc_node *list,
                       int depth) {
  VEC(const struct yamldoc_node *) items = {0};
  for (;;) {
    cleanup_event yaml_event_t ev = {0};
    if (!next_event(r, &ev))
      return false;
    if (ev.type == YAML_SEQUENCE_END_EVENT) {
      list->items = items.v;
      list->n_items = items.n;
      yamldoc_node_close(r, list, &ev, items.n ? items.v[items.n - 1] : NULL);
      return true;
    }
    const struct yamldoc_node *item = read_node(r, &ev, depth + 1);
    if (!item)
      return false;
    vec_push(r->ar, &items, item);
  }
}

static bool read_key(struct yamldoc_reader *r, const yaml_event_t *ev,
                     int depth, const struct yamldoc_node **key) {
  *key = read_node(r, ev, depth + 1);
  if (!*key)
    return false;
  if ((*key)->kind == YAMLDOC_SCALAR)
    return true;
  diag_fail(r->dg, DIAG_YAML_KEY, (*key)->span,
            "a key must be text, this is %s", yamldoc_describe(*key));
  diag_note(r->dg, SPAN_NONE, "text that begins with { or [ goes in quotes");
  return false;
}

static bool read_value(struct yamldoc_reader *r, int depth,
                       const struct yamldoc_node **value) {
  cleanup_event yaml_event_t ev = {0};
  if (!next_event(r, &ev))
    return false;
  *value = read_node(r, &ev, depth + 1);
  return *value != NULL;
}

static bool read_pairs(struct yamldoc_reader *r, struct yamldoc_node *map,
                       int depth) {
  VEC(struct yamldoc_pair) pairs = {0};
  for (;;) {
    cleanup_event yaml_event_t ev = {0};
    if (!next_event(r, &ev))
      return false;
    if (ev.type == YAML_MAPPING_END_EVENT) {
      yamldoc_node_close(r, map, &ev,
                         pairs.n ? pairs.v[pairs.n - 1].value : NULL);
      return yamldoc_set_pairs(r, map, pairs.v, pairs.n);
    }
    struct yamldoc_pair pair = {0};
    if (!read_key(r, &ev, depth, &pair.key) ||
        !read_value(r, depth, &pair.value))
      return false;
    vec_push(r->ar, &pairs, pair);
  }
}

static const struct yamldoc_node *
read_collection(struct yamldoc_reader *r, const yaml_event_t *ev, int depth) {
  bool list = ev->type == YAML_SEQUENCE_START_EVENT;
  size_t before = r->expanded, bytes_before = r->expanded_bytes, slot;
  if (depth > LIMIT_YAML_DEPTH) {
    diag_fail(r->dg, DIAG_YAML_LIMIT, event_span(r, ev),
              "lists and maps stand deeper in each other than %d levels",
              LIMIT_YAML_DEPTH);
    return NULL;
  }
  if (!open_anchor(r, ev,
                   list ? ev->data.sequence_start.anchor
                        : ev->data.mapping_start.anchor,
                   &slot))
    return NULL;
  struct yamldoc_node *n = yamldoc_node_new(r, ev);
  if (!n || !(list ? read_items(r, n, depth) : read_pairs(r, n, depth)))
    return NULL;
  n->weight = r->expanded - before;
  n->text_bytes = r->expanded_bytes - bytes_before;
  close_anchor(r, slot, n);
  return n;
}

static const struct yamldoc_node *read_node(struct yamldoc_reader *r,
                                            const yaml_event_t *ev, int depth) {
  if (ev->type == YAML_ALIAS_EVENT)
    return read_alias(r, ev);
  if (ev->type == YAML_SCALAR_EVENT)
    return read_scalar(r, ev);
  if (ev->type == YAML_SEQUENCE_START_EVENT ||
      ev->type == YAML_MAPPING_START_EVENT)
    return read_collection(r, ev, depth);
  BUG("libyaml gave event %d where a node begins", (int)ev->type);
}

// ---- the file --------------------------------------------------------------

/** Reads events up to the end of the stream; *ROOT stays NULL when there is no
 *  document. */
static bool read_stream(struct yamldoc_reader *r,
                        const struct yamldoc_node **root) {
  for (;;) {
    cleanup_event yaml_event_t ev = {0};
    if (!next_event(r, &ev))
      return false;
    if (ev.type == YAML_STREAM_END_EVENT)
      return true;
    if (ev.type == YAML_STREAM_START_EVENT ||
        ev.type == YAML_DOCUMENT_END_EVENT)
      continue;
    if (ev.type == YAML_DOCUMENT_START_EVENT) {
      if (!*root)
        continue;
      diag_fail(r->dg, DIAG_YAML_DOCUMENTS, event_span(r, &ev),
                "a second document begins here");
      diag_note(
          r->dg, SPAN_NONE,
          "a cog.yaml is one document: remove this line, or all that stands before it");
      return false;
    }
    *root = read_node(r, &ev, 1);
    if (!*root)
      return false;
  }
}

const struct yamldoc *yamldoc_parse(const struct source *src, struct arena *ar,
                                    struct diags *dg) {
  if (src->text.len > LIMIT_CONFIG_BYTES) {
    diag_fail(dg, DIAG_TOO_LARGE, SPAN_NONE,
              "%s has %zu bytes, more than the limit of %d", src->name,
              src->text.len, LIMIT_CONFIG_BYTES);
    return NULL;
  }
  if (!yamldoc_check_utf8(src, dg))
    return NULL;

  struct yamldoc_reader r = {.ar = ar, .dg = dg};
  yamldoc_places_init(&r.places, src, ar);
  if (!yaml_parser_initialize(&r.yaml))
    base_out_of_memory();
  yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
  struct str body = r.places.body;
  yaml_parser_set_input_string(&r.yaml, (const yaml_char_t *)body.p, body.len);
  const struct yamldoc_node *root = NULL;
  bool ok = read_stream(&r, &root);
  yaml_parser_delete(&r.yaml);
  if (!ok)
    return NULL;

  struct yamldoc *doc = arena_new(ar, struct yamldoc);
  *doc = (struct yamldoc){src, root, r.duplicates};
  return doc;
}
