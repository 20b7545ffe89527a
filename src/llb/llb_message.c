// Texts and messages on their way into the graph, and bytes as messages.
#include "llb/llb_int.h"

#include <nettle/sha2.h>

// ---- text -------------------------------------------------------------------

void llb_begin(struct llb *l, const struct llb_meta *meta) {
  l->place = SPAN_NONE;
  for (size_t i = 0; meta && i < meta->n_spans && !l->place.src; i++)
    l->place = meta->spans[i];
}

void llb_fault(struct llb *l, const char *fmt, ...) {
  if (l->fault)
    return;
  va_list ap;
  va_start(ap, fmt);
  l->fault = arena_vprintf(l->ar, fmt, ap);
  va_end(ap);
  l->fault_span = l->place;
}

char *llb_text(struct llb *l, struct str text) {
  if (str_find(text, '\0') >= 0)
    llb_fault(l,
              "\"" STR_FMT "\" holds a NUL byte, which cannot be in "
              "arguments, names and paths",
              STR_ARG(text));
  else if (!utf8_is_valid(text))
    llb_fault(l, "\"" STR_FMT "\" is not UTF-8, which engines do not take",
              STR_ARG(text));
  return str_cstr(l->message, text);
}

char **llb_texts(struct llb *l, const struct str *v, size_t n) {
  char **texts = arena_array(l->message, char *, n);
  for (size_t i = 0; i < n; i++)
    texts[i] = llb_text(l, v[i]);
  return texts;
}

static int attr_by_key(const void *a, const void *b) {
  const Pb__StringEntry *const *x = a, *const *y = b;
  return strcmp((*x)->key, (*y)->key);
}

Pb__StringEntry **llb_map(struct llb *l, const struct llb_attr *v, size_t n) {
  Pb__StringEntry **map = arena_array(l->message, Pb__StringEntry *, n);
  for (size_t i = 0; i < n; i++) {
    map[i] = llb_message(l->message, &pb__string_entry__descriptor);
    map[i]->key = llb_text(l, str_of(v[i].key));
    map[i]->value = llb_text(l, v[i].value);
  }
  if (n)
    qsort(map, n, sizeof *map, attr_by_key);
  for (size_t i = 1; i < n; i++)
    if (!strcmp(map[i - 1]->key, map[i]->key))
      BUG("attribute %s is given twice", map[i]->key);
  return map;
}

Pb__Platform *llb_platform(struct llb *l, const struct platform *p) {
  if (!p || !p->os.len)
    return NULL;
  Pb__Platform *to = llb_message(l->message, &pb__platform__descriptor);
  to->architecture = llb_text(l, p->arch);
  to->os = llb_text(l, p->os);
  to->variant = llb_text(l, p->variant);
  to->os_version = llb_text(l, p->os_version);
  return to;
}

// ---- messages ---------------------------------------------------------------

static void *message_alloc(void *ar, size_t size) {
  return arena_alloc(ar, size);
}

static void message_free(void *ar, void *p) {
  (void)ar;
  (void)p;
}

void *llb_message(struct arena *ar, const ProtobufCMessageDescriptor *type) {
  void *msg = arena_alloc(ar, type->sizeof_message);
  type->message_init(msg);
  return msg;
}

struct str llb_pack(struct arena *ar, const ProtobufCMessage *msg) {
  size_t len = protobuf_c_message_get_packed_size(msg);
  char *p = arena_alloc(ar, len);
  protobuf_c_message_pack(msg, (uint8_t *)p);
  return (struct str){p, len};
}

void *llb_unpack(struct arena *ar, const ProtobufCMessageDescriptor *type,
                 struct str bytes) {
  ProtobufCAllocator in_arena = {message_alloc, message_free, ar};
  return protobuf_c_message_unpack(type, &in_arena, bytes.len,
                                   (const uint8_t *)bytes.p);
}

char *llb_sha256(struct arena *ar, struct str bytes) {
  struct sha256_ctx ctx;
  uint8_t sum[SHA256_DIGEST_SIZE];
  sha256_init(&ctx);
  sha256_update(&ctx, bytes.len, (const uint8_t *)bytes.p);
  sha256_digest(&ctx, sizeof sum, sum);
  char hex[2 * sizeof sum + 1];
  for (size_t i = 0; i < sizeof sum; i++)
    snprintf(hex + 2 * i, 3, "%02x", sum[i]);
  return arena_printf(ar, "sha256:%s", hex);
}
