/** imageconfig_int: what reading and writing image configs share. */
#ifndef COGFE_IMAGECONFIG_INT_H
#define COGFE_IMAGECONFIG_INT_H

#include "cogfe/json.h"
#include "cogfe/imageconfig.h"

/** JSON as an object, a new reference; `{}` when it is empty. NULL: it failed.
 */
json_t *imageconfig_load(struct str json, struct diags *dg);

/** Reads the fields of ROOT into *OUT. */
bool imageconfig_read(struct arena *ar, const json_t *root,
                      struct imageconfig *out, struct diags *dg);

/** The member KEY of OBJECT when it has TYPE; NULL when it is absent or null.
 *  *OK becomes false, with an error, when it is something else. */
json_t *imageconfig_member(const json_t *object, const char *key,
                           json_type type, bool *ok, struct diags *dg);

/** The entries of an image's history that its own steps make. */
struct imageconfig_history_list {
  VEC(struct imageconfig_history) list;
};

struct imageconfig_history_list
imageconfig_history_of(const struct imageconfig_plan *in, struct arena *ar);

#endif
