/** builder_from_cog: a Dockerfile that goes on from the model.
 *
 *  In a Dockerfile whose `# syntax=` names this frontend, `cog`, `cog-base` and
 *  `cog-deps` are images: the targets of the context's cog.yaml. The file
 *  itself is not read any further than to see which of the names occur in it:
 *  the engine's own Dockerfile frontend builds it, with the trees of those
 *  targets and their image configs as named contexts. So all that Dockerfiles
 *  can do works, and every answer and error about the file is that frontend's.
 */
#ifndef COGFE_BUILDER_FROM_COG_H
#define COGFE_BUILDER_FROM_COG_H

#include "builder_int.h"

/** A name in the Dockerfile and the stage of the plan behind it. */
struct from_cog_name {
  const char *name;  // "cog-base"
  const char *stage; // "base"
};

const struct from_cog_name *from_cog_names(size_t *n);

/** The row of NAME, or NULL. */
const struct from_cog_name *from_cog_find(struct str name);

/** Whether the text of a Dockerfile, or a build argument, has one of the names
 *  in it; comments do not count. */
bool from_cog_wants(const struct builder *b, struct str text);

/** The same of one NAME; NULL is any of them. */
bool from_cog_wants_name(const struct builder *b, struct str text,
                         const char *name);

static inline bool from_cog_is(const struct builder_input *in) {
  return in->dockerfile.text.p != NULL;
}

/** Builds the Dockerfile of IN and returns what came of it. The answer to a
 *  question about the build is a result too. */
bool from_cog_build(struct builder *b, const struct builder_input *in);

/** Asks for the mistakes of a long Dockerfile, before REQ builds it: an error
 *  brings the whole file in one header, which has an end, an answer does not.
 *  Fails with the mistake. */
bool from_cog_check(struct builder *b, const struct builder_input *in,
                    const struct gateway_solve *req);

/** False, with what to do about it, when the answer of CALL broke the
 *  connection, as an error does that holds a long Dockerfile. */
bool from_cog_could_read(struct builder *b, const struct builder_input *in,
                         const struct gateway_call *call);

/** Has the Dockerfile's frontend answer the request of B, which is a question.
 *  Images are not looked up for our targets: their trees and configs are what
 *  the plan alone says. */
bool from_cog_ask(struct builder *b, const struct builder_input *in,
                  struct gateway_result *out);

#endif
