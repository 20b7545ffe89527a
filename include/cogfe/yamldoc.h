/** yamldoc: YAML text to an immutable tree in which every node has its place.
 *
 *  libyaml reads the text; this module adds what its own tree leaves out:
 *  exact spans, merge keys, duplicate keys, the limits of limits.h, and syntax
 *  errors in words that say what to change. It gives scalars no meaning beyond
 *  "is null": `3.10` stays those four characters, and whoever reads it decides.
 *
 *      const struct yamldoc *doc = yamldoc_parse(&src, ar, dg);
 *      if (!doc)
 *        return false;
 *      const struct yamldoc_node *build = yamldoc_get(doc->root, "build");
 *
 *  Aliases are resolved: an aliased node occurs at both places and shares its
 *  children. A tree walked as if it were copied out has at most
 *  LIMIT_YAML_EXPANDED nodes and LIMIT_YAML_EXPANDED_BYTES of text.
 */
#ifndef COGFE_YAMLDOC_H
#define COGFE_YAMLDOC_H

#include "cogfe/base.h"
#include "cogfe/diag.h"

enum yamldoc_kind {
  YAMLDOC_SCALAR,
  YAMLDOC_LIST,
  YAMLDOC_MAP,
};

enum yamldoc_style {
  YAMLDOC_PLAIN,         // scalar without quotes
  YAMLDOC_SINGLE_QUOTED, // 'text'
  YAMLDOC_DOUBLE_QUOTED, // "text"
  YAMLDOC_LITERAL,       // |
  YAMLDOC_FOLDED,        // >
  YAMLDOC_BLOCK,         // list or map by indentation
  YAMLDOC_FLOW,          // [list] or {map}
};

/** The core tags; any other is an error. */
enum yamldoc_tag {
  YAMLDOC_TAG_NONE,
  YAMLDOC_TAG_STR, // !!str, or the bare `!`
  YAMLDOC_TAG_NULL,
  YAMLDOC_TAG_BOOL,
  YAMLDOC_TAG_INT,
  YAMLDOC_TAG_FLOAT,
  YAMLDOC_TAG_SEQ,
  YAMLDOC_TAG_MAP,
};

struct yamldoc_node;

struct yamldoc_pair {
  const struct yamldoc_node *key; // always a scalar
  const struct yamldoc_node *value;
  bool merged; // came in by a merge key (`<<`)
};

struct yamldoc_node {
  enum yamldoc_kind kind;
  enum yamldoc_style style;
  enum yamldoc_tag tag;

  /** The node without its anchor and tag. A block scalar begins at its `|` or
   *  `>` and ends behind its last line with text; a block list or map ends
   *  where its last child ends. Of an alias: the place of the `*name`. */
  struct span span;

  /** The same as bytes of the source: [off, off + len). */
  size_t off, len;

  /** What an alias stands for, with the place where it was written; NULL for
   *  a node that is no alias. The other members are those of the target. */
  const struct yamldoc_node *target;

  /** Scalar: its value, with a NUL behind it (it may hold others inside). */
  struct str text;

  /** List. */
  const struct yamldoc_node **items;
  size_t n_items;

  /** Map, in the order of the file, merged pairs last. */
  const struct yamldoc_pair *pairs;
  size_t n_pairs;

  /** Nodes that a walk from here sees, this one included, and the bytes of
   *  their texts. */
  size_t weight, text_bytes;
};

/** A key that its map already has. The first one counts. */
struct yamldoc_duplicate {
  const struct yamldoc_node *key, *first;
};

struct yamldoc_duplicates {
  struct yamldoc_duplicate *v;
  size_t n;
  size_t cap;
};

struct yamldoc {
  const struct source *src;
  const struct yamldoc_node *root; // NULL: nothing but white space and comments
  struct yamldoc_duplicates duplicates;
};

/** Reads all of SRC. The result lives in AR and points into SRC. Fails on
 *  anything that is not UTF-8, not YAML, more than one document, a tag that is
 *  not a core one, a key that is no scalar, or past a limit. */
const struct yamldoc *yamldoc_parse(const struct source *src, struct arena *ar,
                                    struct diags *dg);

/** Reports every duplicate key with both places; false when there was one. A
 *  call of its own, so that it comes together with the reader's errors. */
bool yamldoc_check_duplicates(const struct yamldoc *doc, struct diags *dg);

/** The value of KEY, or NULL when MAP is no map or has no such key. */
const struct yamldoc_node *yamldoc_get(const struct yamldoc_node *map,
                                       const char *key);

/** True for `~`, `null`, nothing at all, and !!null. */
bool yamldoc_is_null(const struct yamldoc_node *n);

/** "a list", "a map", "text" …: for messages. */
const char *yamldoc_describe(const struct yamldoc_node *n);

/** Where the LEN bytes at OFF of the scalar's value stand in the source,
 *  without white space at their ends: indentation, folding, quotes and escapes
 *  are seen through. The place of the whole scalar when LEN holds nothing but
 *  white space, and for an alias its target's. */
struct span yamldoc_text_span(const struct yamldoc_node *n, size_t off,
                              size_t len);

/** The same for each line of the scalar's value: *N_LINES spans in AR. */
const struct span *yamldoc_line_spans(const struct yamldoc_node *n,
                                      struct arena *ar, size_t *n_lines);

#endif
