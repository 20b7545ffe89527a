/** cli_json: JSON as the commands write it. */
#ifndef COGFE_CLI_JSON_H
#define COGFE_CLI_JSON_H

#include "cogfe/json.h"

#include "cli/cli_int.h"

/** base_json_text() of a C string. */
json_t *cli_json_cstr(const char *text);

/** null for the empty text. */
json_t *cli_json_given(struct str text);

/** Adds file, line, column, end_line and end_column of SPAN to OBJECT; null
 *  each when it is no place. */
void cli_json_add_place(json_t *object, struct span span);

/** The place as an object of its own, or null. */
json_t *cli_json_place(struct span span);

/** Appends ROOT, indented, keys in the order of adding, with a line feed, and
 *  frees it. */
void cli_json_write(struct sbuf *out, json_t *root);

#endif
