// A definition as Graphviz has it.
// Source: graphviz.org/doc/info/lang.html (2025-06).
#include "llb/llb_print_int.h"

static void add_dot_label(struct sbuf *out, struct str text) {
  sbuf_addch(out, '"');
  for (size_t i = 0; i < text.len; i++) {
    const unsigned char c = (unsigned char)text.p[i];
    if (c == '"' || c == '\\')
      sbuf_addch(out, '\\');
    sbuf_addch(out, c < 0x20 || c == 0x7F ? ' ' : (char)c);
  }
  sbuf_addch(out, '"');
}

static const char *kind(const Pb__Op *op) {
  switch (op->op_case) {
  case PB__OP__OP_EXEC:
    return "exec";
  case PB__OP__OP_SOURCE:
    return op->source->identifier;
  case PB__OP__OP_FILE:
    return "file";
  case PB__OP__OP_MERGE:
    return "merge";
  case PB__OP__OP_DIFF:
    return "diff";
  case PB__OP__OP__NOT_SET:
  case _PB__OP__OP__CASE_IS_INT_SIZE:
    break;
  }
  return "unknown";
}

/** The name that the progress shows; sources and ops without one go by what
 *  they are. */
static const char *label(struct llb_printer *p, size_t i) {
  const Pb__OpMetadata *md = llb_print_metadata(p, i);
  if (p->ops[i]->op_case == PB__OP__OP_SOURCE)
    return kind(p->ops[i]);
  for (size_t j = 0; md && j < md->n_description; j++) {
    const Pb__StringEntry *e = md->description[j];
    if (e->key && e->value && !strcmp(e->key, "llb.customname"))
      return e->value;
  }
  return kind(p->ops[i]);
}

static void print_node(struct llb_printer *p, size_t i, const char *name) {
  sbuf_addf(p->out, "  %s [label=", name);
  add_dot_label(p->out, str_of(label(p, i)));
  sbuf_adds(p->out, p->ops[i]->op_case == PB__OP__OP_SOURCE
                        ? ", shape=ellipse]\n"
                        : "]\n");
}

static void print_arrows(struct llb_printer *p, const Pb__Op *op,
                         const char *to) {
  for (size_t i = 0; i < op->n_inputs; i++) {
    const size_t from = llb_print_number(p, op->inputs[i]->digest);
    if (from)
      sbuf_addf(p->out, "  %zu -> %s\n", from, to);
  }
}

/** The last op only names the result. */
static void print_graph(struct llb_printer *p) {
  sbuf_adds(p->out, "digraph llb {\n  node [shape=box]\n");
  for (size_t i = 0; i + 1 < p->def->n_def; i++) {
    const char *name = arena_printf(&p->ar, "%zu", i + 1);
    print_node(p, i, name);
    print_arrows(p, p->ops[i], name);
  }
  if (p->def->n_def)
    print_arrows(p, p->ops[p->def->n_def - 1], "result");
  sbuf_adds(p->out, "}\n");
}

bool llb_print_dot(struct sbuf *out, struct str definition, struct diags *dg) {
  return llb_print_with(out, definition, print_graph, dg);
}
