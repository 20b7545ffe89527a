/** schema: the JSON schema of cog.yaml, made of the tables of module config
 *  and of src/config/config_schema.json, which says how each of their types
 *  looks. */
#ifndef COGFE_TESTS_SCHEMA_H
#define COGFE_TESTS_SCHEMA_H

#include "cogfe/base.h"

#define SCHEMA_FILE "docs/cog.schema.json"

/** The text of SCHEMA_FILE, in AR. A type that config_schema.json does not
 *  describe fails the test. */
struct str schema_text(struct arena *ar);

#endif
