/** builder_subrequest: what the answers to questions about a build share. */
#ifndef COGFE_BUILDER_SUBREQUEST_H
#define COGFE_BUILDER_SUBREQUEST_H

#include "cogfe/json.h"

#include "builder_int.h"

/** What a question is asked of. */
struct question {
  struct builder *b;
  const struct builder_input *in; // NULL when the question needs no recipe
  const struct recipe *recipe;
};

struct answer {
  json_t *json;       // result.json
  struct sbuf text;   // result.txt
  const char *status; // result.statuscode, or NULL
};

/** SPAN as clients want it; NULL when it has no source. */
json_t *answer_location(struct span span);

/** The config's text, as the only source that locations point into. */
json_t *answer_sources(const struct question *q);

/** TEXT in base64. */
json_t *answer_base64(struct str text);

/** Sets KEY of OBJECT to a text. */
void answer_set(json_t *object, const char *key, struct str text);

/** Joins A, our answer, to the one that the frontend of Q's Dockerfile gives
 *  (builder_from_cog.h). */
bool from_cog_join(const struct question *q, struct answer *a);

bool answer_describe(const struct question *q, struct answer *a);
bool answer_lint(const struct question *q, struct answer *a);
bool answer_outline(const struct question *q, struct answer *a);
bool answer_targets(const struct question *q, struct answer *a);

#endif
