#include "cogfe/version.h"

#include "fuzz.h"

// A file of requirements. Its items are pieces of it, in order, and what an
// item names lies inside it.

static bool inside(struct str part, struct str whole) {
  return part.len == 0 ||
         (part.p >= whole.p && part.p + part.len <= whole.p + whole.len);
}

static void check(const struct requirement *r) {
  if (r->line.len != r->text.len || !inside(r->url, r->line) ||
      !inside(r->marker, r->line) || !inside(r->extras, r->line))
    BUG("a part outside of \"" STR_FMT "\"", STR_ARG(r->text));
  for (size_t i = 0; i < r->specifiers.n; i++)
    if (!inside(r->specifiers.v[i].text, r->line))
      BUG("a specifier outside of \"" STR_FMT "\"", STR_ARG(r->text));
  size_t at = 0;
  for (size_t i = 0; i < r->options.n; i++) {
    const struct requirement_option *o = &r->options.v[i];
    if (o->off < at || o->len == 0 || o->off + o->len > r->text.len)
      BUG("an option outside of \"" STR_FMT "\"", STR_ARG(r->text));
    at = o->off + o->len;
  }
}

static void check_path(struct arena *ar, struct str path) {
  struct str got, part;
  if (!requirement_include_path(ar, STR("reqs/all.txt"), path, &got))
    return;
  while (got.len) {
    got = str_cut(got, '/', &part);
    if (part.len == 0 || str_is(part, "..") || str_is(part, "."))
      BUG("\"" STR_FMT "\" is not clean", STR_ARG(path));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  struct source src = {"requirements.txt", {(const char *)p, len}};
  struct requirements list = {0};
  bool ok = requirements_parse(&src, false, &ar, &list, &dg);
  if (ok != (dg.errors == 0))
    BUG("%d with %zu errors", ok, dg.errors);
  const char *at = src.text.p;
  for (size_t i = 0; i < list.n; i++) {
    const struct requirement *r = &list.v[i];
    if (r->text.p < at || !inside(r->text, src.text))
      BUG("item %zu is out of place", i);
    at = r->text.p + r->text.len;
    check(r);
    check_path(&ar, r->path);
  }
  arena_release(&ar);
  return 0;
}
