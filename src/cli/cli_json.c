#include <jansson.h> // before banned.h, which poisons a word that it uses

#include "cli/cli_json.h"

json_t *cli_json_text(struct str text) {
  if (!text.p)
    return json_null();
  if (str_is_utf8(text))
    return json_stringn_nocheck(text.p, text.len);
  struct arena ar;
  arena_init(&ar);
  const struct str clean = str_to_utf8(&ar, text);
  json_t *json = json_stringn_nocheck(clean.p, clean.len);
  arena_release(&ar);
  return json;
}

json_t *cli_json_cstr(const char *text) {
  return cli_json_text(str_of(text));
}

json_t *cli_json_given(struct str text) {
  return text.len ? cli_json_text(text) : json_null();
}

static json_t *number(const struct span *span, int value) {
  return span->src ? json_integer(value) : json_null();
}

void cli_json_add_place(json_t *object, struct span span) {
  const char *name = span.src ? span.src->name : NULL;
  json_object_set_new(object, "file", cli_json_cstr(name));
  json_object_set_new(object, "line", number(&span, span.line));
  json_object_set_new(object, "column", number(&span, span.col));
  json_object_set_new(object, "end_line", number(&span, span.end_line));
  json_object_set_new(object, "end_column", number(&span, span.end_col));
}

json_t *cli_json_place(struct span span) {
  if (!span.src)
    return json_null();
  json_t *place = json_object();
  cli_json_add_place(place, span);
  return place;
}

static int append(const char *bytes, size_t len, void *out) {
  sbuf_add(out, bytes, len);
  return 0;
}

void cli_json_write(struct sbuf *out, json_t *root) {
  json_dump_callback(root, append, out, JSON_INDENT(2));
  sbuf_addch(out, '\n');
  json_decref(root);
}
