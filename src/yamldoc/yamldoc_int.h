/** Helpers shared inside yamldoc: places, new nodes, maps, and words for
 *  libyaml's errors. */
#ifndef COGFE_YAMLDOC_INT_H
#define COGFE_YAMLDOC_INT_H

#include "cogfe/yamldoc.h"

#include <yaml.h>

/** Turns libyaml's marks into places. Only a mark's index is used, a count of
 *  characters: its line and column also count CR, NEL, LS and PS as line ends,
 *  which editors and our excerpts do not. */
struct yamldoc_places {
  const struct source *src;
  struct str body; // the text without a byte order mark
  size_t bom;      // length of that mark
  size_t *lines;   // index of the first character of each line
  size_t n_lines;
  size_t *offs; // byte offset in BODY of every 64th character
  size_t n_chars;
};

void yamldoc_places_init(struct yamldoc_places *p, const struct source *src,
                         struct arena *ar);

/** Byte offset in the source's text of character INDEX. */
size_t yamldoc_place_off(const struct yamldoc_places *p, size_t index);

/** The span from one index up to, not including, another. */
struct span yamldoc_place_span(const struct yamldoc_places *p, size_t from,
                               size_t to);

struct yamldoc_anchor {
  struct str name;
  const struct yamldoc_node *node; // NULL while its content is being read
};

/** The state of one yamldoc_parse(). */
struct yamldoc_reader {
  yaml_parser_t yaml;
  struct yamldoc_places places;
  struct arena *ar;
  struct diags *dg;
  VEC(struct yamldoc_anchor) anchors;
  struct yamldoc_duplicates duplicates;
  size_t n_nodes;
  size_t expanded;       // nodes, with each alias counted as all it stands for
  size_t expanded_bytes; // of their texts
};

/** A node for the event that begins it, with its place and tag. NULL when the
 *  tag is wrong or a limit is passed. */
struct yamldoc_node *yamldoc_node_new(struct yamldoc_reader *r,
                                      const yaml_event_t *ev);

/** A node that stands for TARGET at the place of the alias EV. */
struct yamldoc_node *yamldoc_node_alias(struct yamldoc_reader *r,
                                        const yaml_event_t *ev,
                                        const struct yamldoc_node *target);

/** Ends a list or map at the event that closes it; LAST is the last node in
 *  it or NULL. */
void yamldoc_node_close(struct yamldoc_reader *r, struct yamldoc_node *n,
                        const yaml_event_t *ev,
                        const struct yamldoc_node *last);

/** Sets the pairs of MAP from the N pairs as they were read: what merge keys
 *  bring in comes last and never over a key that is there; keys given twice
 *  are added to the reader's duplicates. */
bool yamldoc_set_pairs(struct yamldoc_reader *r, struct yamldoc_node *map,
                       const struct yamldoc_pair *pairs, size_t n);

/** Reports the first byte that is not UTF-8. */
bool yamldoc_check_utf8(const struct source *src, struct diags *dg);

/** Reports the error that libyaml stopped at. Always false. */
bool yamldoc_syntax_error(const yaml_parser_t *yaml,
                          const struct yamldoc_places *places,
                          struct diags *dg);

#endif
