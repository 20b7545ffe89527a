#include "gateway/gateway_int.h"

#include "cogfe/limits.h"

// What the typed calls are written with: values into messages and back.

/* ---- into messages ------------------------------------------------------- */

ProtobufCBinaryData pack_bytes(struct str s) {
  // protobuf-c only reads what it packs, but has one type for both ways.
  return (ProtobufCBinaryData){s.len, (uint8_t *)(uintptr_t)s.p};
}

ProtobufCBinaryData pack_text(struct gateway_call *c, struct str s) {
  return pack_bytes(utf8_repaired(c->ar, s));
}

static Gateway__Entry **pack_map(struct gateway_call *c,
                                 const struct gateway_map *map, size_t *n,
                                 bool text) {
  Gateway__Entry **list = arena_array(c->ar, Gateway__Entry *, map->n);
  for (size_t i = 0; i < map->n; i++) {
    Gateway__Entry *e = list[i] = arena_new(c->ar, Gateway__Entry);
    gateway__entry__init(e);
    e->has_key = e->has_value = true;
    e->key = pack_text(c, map->v[i].key);
    e->value =
        text ? pack_text(c, map->v[i].value) : pack_bytes(map->v[i].value);
  }
  *n = map->n;
  return list;
}

Gateway__Entry **pack_text_map(struct gateway_call *c,
                               const struct gateway_map *map, size_t *n) {
  return pack_map(c, map, n, true);
}

Gateway__Entry **pack_bytes_map(struct gateway_call *c,
                                const struct gateway_map *map, size_t *n) {
  return pack_map(c, map, n, false);
}

/* ---- out of messages ----------------------------------------------------- */

// protobuf-c's memory: an arena with an end.
struct budget {
  struct arena *ar;
  size_t left;
};

static void *budget_alloc(void *data, size_t size) {
  struct budget *b = data;
  if (size > b->left)
    return NULL;
  b->left -= size;
  return arena_alloc(b->ar, size);
}

static void budget_free(void *data, void *p) {
  (void)data, (void)p; // with the arena
}

void *unpack_message(struct arena *ar, const ProtobufCMessageDescriptor *type,
                     struct str bytes) {
  struct budget budget = {ar, LIMIT_RPC_DECODED_BYTES};
  ProtobufCAllocator allocator = {budget_alloc, budget_free, &budget};
  return protobuf_c_message_unpack(type, &allocator, bytes.len,
                                   (const uint8_t *)bytes.p);
}

struct str unpack_str(struct arena *ar, ProtobufCBinaryData bytes) {
  return str_dup(ar, (struct str){(const char *)bytes.data, bytes.len});
}

static int map_by_key(const void *a, const void *b) {
  return str_cmp(((const struct gateway_entry *)a)->key,
                 ((const struct gateway_entry *)b)->key);
}

void gateway_map_sort(struct gateway_map *map) {
  if (map->n)
    qsort(map->v, map->n, sizeof *map->v, map_by_key);
}

struct gateway_map unpack_map(struct arena *ar, Gateway__Entry **entries,
                              size_t n) {
  struct gateway_map map = {0};
  for (size_t i = 0; i < n; i++)
    vec_push(ar, &map,
             (struct gateway_entry){unpack_str(ar, entries[i]->key),
                                    unpack_str(ar, entries[i]->value)});
  gateway_map_sort(&map);
  return map;
}

const struct str *gateway_map_get(const struct gateway_map *map,
                                  const char *key) {
  for (size_t i = 0; i < map->n; i++)
    if (str_is(map->v[i].key, key))
      return &map->v[i].value;
  return NULL;
}
