#include "cogfe/base.h"

#include "cogfe/context.h"

#include "context_int.h"

/** The text of the file PATH; empty when it is not there. */
static bool read_ignore_file(struct context *c, struct str path,
                             struct arena *ar, struct str *out,
                             struct diags *dg) {
  struct context_stat st;
  *out = STR("");
  if (!context_stat(c, path, SPAN_NONE, &st, dg))
    return false;
  if (st.kind != CONTEXT_FILE || st.size == 0)
    return true;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_IGNORE_BYTES);
  if (!context_read(c, path, LIMIT_IGNORE_BYTES, SPAN_NONE, &text, dg))
    return false;
  *out = str_dup(ar, sbuf_str(&text));
  return true;
}

#define NAME ".dockerignore"

static struct str own_name(struct arena *ar, struct str config) {
  return str_printf(ar, STR_FMT NAME, STR_ARG(config));
}

void context_ignore_expect(struct context *c, struct context *beside,
                           struct str name, struct arena *ar) {
  context_expect(beside, ar, own_name(ar, name));
  context_expect(c, ar, STR(NAME));
}

/** The text of the ignore file, and its name. */
static bool find_ignore_file(struct context *c, struct context *beside,
                             struct str name, struct arena *ar,
                             struct source *src, struct diags *dg) {
  struct str path = own_name(ar, name);
  if (!read_ignore_file(beside, path, ar, &src->text, dg))
    return false;
  if (src->text.len == 0) {
    path = STR(NAME);
    if (!read_ignore_file(c, path, ar, &src->text, dg))
      return false;
  }
  src->name = str_cstr(ar, path);
  return true;
}

bool context_ignore_load(struct context *c, struct context *beside,
                         struct str name, struct arena *ar,
                         struct context_ignore *out, struct diags *dg) {
  *out = (struct context_ignore){0};
  struct source *src = arena_new(ar, struct source);
  if (!find_ignore_file(c, beside, name, ar, src, dg) ||
      !context_ignore_parse(ar, src, out, dg))
    return false;
  out->name = src->text.len ? src->name : NULL;
  return true;
}

bool context_ignore_load_model(struct context *c, struct context *beside,
                               struct str name, struct arena *ar,
                               struct context_ignore *out, struct diags *dg) {
  static const char *const names[] = {CONTEXT_IGNORED};
  struct context_ignore own;
  if (!context_ignore_load(c, beside, name, ar, &own, dg))
    return false;
  cleanup_sbuf struct sbuf lines;
  sbuf_init(&lines, 1000);
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    sbuf_addf(&lines, "%s\n", names[i]);
  const struct source src = {"", str_dup(ar, sbuf_str(&lines))};
  if (!context_ignore_parse(ar, &src, out, dg))
    return false;
  context_ignore_append(ar, out, &own);
  out->name = own.name;
  return true;
}
