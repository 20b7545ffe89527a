// Compatibility tables of a directory, in the place of the program's own.
#include "cogfe/recipe.h"

#include "cogfe/limits.h"

static bool read_table(struct context *files, const char *file,
                       struct arena *ar, struct compat *out, struct diags *dg) {
  struct context_stat st;
  if (!context_stat(files, str_of(file), SPAN_NONE, &st, dg))
    return false;
  if (st.kind == CONTEXT_MISSING)
    return true;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_TABLE_BYTES);
  if (!context_read(files, str_of(file), LIMIT_TABLE_BYTES, SPAN_NONE, &text,
                    dg))
    return false;
  struct source *src = arena_new(ar, struct source);
  *src = (struct source){file, str_dup(ar, sbuf_str(&text))};
  return compat_read(out, file, src, ar, dg);
}

bool recipe_load_tables(struct context *files, struct arena *ar,
                        const struct compat **out, struct diags *dg) {
  struct compat *tables = arena_new(ar, struct compat);
  *tables = *compat_builtin();
  const size_t before = dg->errors;
  const char *file;
  for (size_t i = 0; (file = compat_file(i)); i++)
    read_table(files, file, ar, tables, dg);
  *out = tables;
  return dg->errors == before;
}
