#include "gateway/gateway_int.h"

// What is attested of a result.

enum { KIND_BUNDLE = 1 };

static void set_attestation_entry(Gateway__Entry *e, struct str key,
                                  struct str value) {
  gateway__entry__init(e);
  e->has_key = e->has_value = true;
  e->key = pack_bytes(key);
  e->value = pack_bytes(value);
}

struct str gateway_sbom(struct arena *ar, struct str ref) {
  Gateway__Entry reason, core, *metadata[] = {&reason, &core};
  set_attestation_entry(&reason, STR("reason"), STR("sbom"));
  set_attestation_entry(&core, STR("sbom-core"),
                        STR("sbom")); // the first part of its name

  Gateway__Ref tree = GATEWAY__REF__INIT;
  tree.id = pack_bytes(ref);
  Gateway__Attestation one = GATEWAY__ATTESTATION__INIT, *list[] = {&one};
  one.kind = KIND_BUNDLE;
  one.metadata = metadata;
  one.n_metadata = ARRAY_LEN(metadata);
  one.ref = &tree;
  one.predicate_type = pack_bytes(STR("https://spdx.dev/Document"));
  Gateway__Attestations all = GATEWAY__ATTESTATIONS__INIT;
  all.attestation = list;
  all.n_attestation = ARRAY_LEN(list);

  const size_t size = gateway__attestations__get_packed_size(&all);
  uint8_t *bytes = arena_alloc(ar, size);
  gateway__attestations__pack(&all, bytes);
  return (struct str){(const char *)bytes, size};
}
