/** json: what a tree of jansson's and our own text hand to each other.
 *
 *  The first include of a file: jansson.h names an attribute "printf", which
 *  the list of banned functions at the end of base.h poisons.
 */
#ifndef COGFE_JSON_H
#define COGFE_JSON_H

#include <jansson.h>

#include "cogfe/base.h"

/** TEXT as a new JSON string, with U+FFFD for what is not UTF-8; null when its
 *  P is NULL. */
json_t *base_json_text(struct str text);

/** Appends ROOT, written with jansson's FLAGS. */
void sbuf_add_json(struct sbuf *b, const json_t *root, size_t flags);

/** ROOT, written with jansson's FLAGS, in AR. */
struct str str_json(struct arena *ar, const json_t *root, size_t flags);

#endif
