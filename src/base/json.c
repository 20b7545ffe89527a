#include "cogfe/json.h"

json_t *base_json_text(struct str text) {
  if (!text.p)
    return json_null();
  if (utf8_is_valid(text))
    return json_stringn_nocheck(text.p, text.len);
  struct arena ar;
  arena_init(&ar);
  const struct str repaired = utf8_repaired(&ar, text);
  json_t *json = json_stringn_nocheck(repaired.p, repaired.len);
  arena_release(&ar);
  return json;
}

static int append_json(const char *bytes, size_t len, void *out) {
  sbuf_add(out, bytes, len);
  return 0;
}

void sbuf_add_json(struct sbuf *b, const json_t *root, size_t flags) {
  json_dump_callback(root, append_json, b, flags);
}

struct str str_json(struct arena *ar, const json_t *root, size_t flags) {
  cleanup_sbuf struct sbuf b;
  sbuf_init(&b, SBUF_NO_MAX);
  sbuf_add_json(&b, root, flags);
  return str_dup(ar, sbuf_str(&b));
}
