#include "cogfe/limits.h"
#include "cogfe/yamldoc.h"

#include "fuzz.h"

// Any bytes as a cog.yaml. What comes out must keep yamldoc.h's promises: each
// node's span is that of its bytes, and a walk ends.

static size_t seen;

static bool same(struct span a, struct span b) {
  return a.line == b.line && a.col == b.col && a.end_line == b.end_line &&
         a.end_col == b.end_col;
}

static bool inside(struct span a, struct span b) {
  bool starts = a.line > b.line || (a.line == b.line && a.col >= b.col);
  bool ends = a.end_line < b.end_line ||
              (a.end_line == b.end_line && a.end_col <= b.end_col);
  return starts && ends;
}

static void check_place(const struct source *src,
                        const struct yamldoc_node *n) {
  if (n->off > src->text.len || n->len > src->text.len - n->off)
    BUG("a node outside its source");
  if (!same(n->span, source_span(src, n->off, n->len)))
    BUG("the span at byte %zu is not that of its %zu bytes", n->off, n->len);
}

static void check_text(const struct yamldoc_node *n, struct arena *ar) {
  struct span place = n->target ? n->target->span : n->span;
  for (size_t i = 0; i < n->text.len; i += 1 + i / 2)
    if (!inside(yamldoc_text_span(n, i, n->text.len - i), place))
      BUG("text outside its scalar");
  struct arena_mark before = arena_mark(ar);
  size_t n_lines;
  const struct span *lines = yamldoc_line_spans(n, ar, &n_lines);
  for (size_t i = 0; i < n_lines; i++)
    if (!inside(lines[i], place))
      BUG("a line outside its scalar");
  arena_rewind(ar, before);
}

static void walk(const struct source *src, const struct yamldoc_node *n,
                 struct arena *ar) {
  if (++seen > LIMIT_YAML_EXPANDED)
    BUG("a walk sees too much");
  check_place(src, n);
  if (n->kind == YAMLDOC_SCALAR)
    check_text(n, ar);
  for (size_t i = 0; i < n->n_items; i++)
    walk(src, n->items[i], ar);
  for (size_t i = 0; i < n->n_pairs; i++) {
    walk(src, n->pairs[i].key, ar);
    walk(src, n->pairs[i].value, ar);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  struct source src = {"f", {arena_memdup(&ar, p, len), len}};
  const struct yamldoc *doc = yamldoc_parse(&src, &ar, &dg);
  if (!doc != (dg.errors > 0))
    BUG("success and errors do not agree");
  seen = 0;
  if (doc && doc->root)
    walk(&src, doc->root, &ar);
  arena_release(&ar);
  return 0;
}
