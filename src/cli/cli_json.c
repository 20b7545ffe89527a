#include "cogfe/json.h"

#include "cli/cli_json.h"

json_t *cli_json_cstr(const char *text) {
  return base_json_text(str_of(text));
}

json_t *cli_json_given(struct str text) {
  return text.len ? base_json_text(text) : json_null();
}

static json_t *number_json(const struct span *span, int value) {
  return span->src ? json_integer(value) : json_null();
}

void cli_json_add_place(json_t *object, struct span span) {
  const char *name = span.src ? span.src->name : NULL;
  json_object_set_new(object, "file", cli_json_cstr(name));
  json_object_set_new(object, "line", number_json(&span, span.line));
  json_object_set_new(object, "column", number_json(&span, span.col));
  json_object_set_new(object, "end_line", number_json(&span, span.end_line));
  json_object_set_new(object, "end_column", number_json(&span, span.end_col));
}

json_t *cli_json_place(struct span span) {
  if (!span.src)
    return json_null();
  json_t *place = json_object();
  cli_json_add_place(place, span);
  return place;
}

void cli_json_write(struct sbuf *out, json_t *root) {
  sbuf_add_json(out, root, JSON_INDENT(2));
  sbuf_addch(out, '\n');
  json_decref(root);
}
