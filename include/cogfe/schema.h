/** schema: the OpenAPI document of a model, made of its source.
 *
 *  The server of cog 0.17 and later checks inputs by a file that describes
 *  them. It is made here of predict.py and the project's files that it imports
 *  from, without running any of them. Where Cog's own generator has what Python
 *  means, the document is the same as JSON; where it does not, this one has
 *  what Python means, by one of the rules of schema_rules.def
 *  (docs/schema.md).
 *
 *      struct schema_input in = {.files = files, .version = STR("0.23.1")};
 *      in.predict = (struct schema_ref){STR("predict.py"), STR("Predictor")};
 *      if (!schema_make(&in, ar, &schema, dg))
 *        return false;
 */
#ifndef COGFE_SCHEMA_H
#define COGFE_SCHEMA_H

#include "cogfe/context.h"

/** A pointer of cog.yaml: FILE:NAME. */
struct schema_ref {
  struct str file; // empty: there is none
  struct str name;
  struct span span; // in cog.yaml
};

struct schema_input {
  struct context *files;
  struct schema_ref predict, train; // one of them or both
  struct str version;               // what the document says of itself
};

/** One row of schema_rules.def each: why a document differs from Cog's. */
enum schema_rule {
#define SCHEMA_RULE(code, slug, help) SCHEMA_##code,
#include "cogfe/schema_rules.def"
#undef SCHEMA_RULE
  SCHEMA_N_RULES,
};

const char *schema_rule_slug(enum schema_rule rule);
const char *schema_rule_help(enum schema_rule rule);

/** A use of a rule. WHERE is the parameter that may be another than Cog's,
 *  "return" for the output; empty: all of the document. */
struct schema_departure {
  enum schema_rule rule;
  struct str where;
};

struct schema {
  struct str json;   // compact
  bool streaming;    // predict has @cog.streaming
  int concurrency;   // of @cog.concurrent on predict; 0: it has none
  struct span place; // of that decorator; the source lives in the arena
  VEC(struct schema_departure) departures;
};

/** Makes the document of what IN names. OUT lives in AR; its departures count
 *  after a failure, too. Fails, with the places in the Python files, for what
 *  cannot be an input or an output, for what is not found, and past
 *  LIMIT_SCHEMA_*. */
bool schema_make(const struct schema_input *in, struct arena *ar,
                 struct schema *out, struct diags *dg);

#endif
