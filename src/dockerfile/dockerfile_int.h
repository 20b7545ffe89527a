/** dockerfile_int: what the parts of the Dockerfile printer share. */
#ifndef COGFE_DOCKERFILE_INT_H
#define COGFE_DOCKERFILE_INT_H

#include "cogfe/dockerfile.h"

struct dockerfile {
  struct sbuf *out;
  const struct plan *plan;
  const struct dockerfile_opts *opts;
  const struct plan_stage *target;
  struct arena *ar;
  struct diags *dg;
};

/** In front of what goes on in a further line. */
#define DOCKERFILE_INDENT "    "
#define DOCKERFILE_DEEPER "        "

/** Ends a line that goes on in the next one. */
#define DOCKERFILE_MORE " \\\n" DOCKERFILE_INDENT

// ---- dockerfile_quote.c -----------------------------------------------------

/** dockerfile_quote_word() with quotes in any case, for lists. */
void dockerfile_quote_item(struct sbuf *out, struct str text);

// ---- dockerfile_copy.c ------------------------------------------------------

/** Stages that the plan does not have: the checkout of pyenv, and what FROM a
 *  builder without git's ADD makes it in; the source without .cog and
 *  the weights. */
#define DOCKERFILE_PYENV "pyenv"
#define DOCKERFILE_PYENV_FETCH "pyenv-fetch"
#define DOCKERFILE_SOURCE "source"

/** NAME as FROM and --from= have it, so that no stage's name shadows it. Fails
 *  for what is no image name. */
bool dockerfile_image(struct dockerfile *d, struct str name, struct span span,
                      struct str *out);

/** The same for any REF but the context and the config. */
bool dockerfile_from(struct dockerfile *d, const struct plan_ref *ref,
                     struct span span, struct str *out);

/** A COPY of the absolute path SOURCE in FROM. */
bool dockerfile_copy(struct dockerfile *d, const struct plan_ref *from,
                     struct str source, struct str dest, struct span span);

// ---- dockerfile_stage.c -----------------------------------------------------

/** Whether S is the stage BY or one that it needs. */
bool dockerfile_stage_needed(const struct plan_stage *by,
                             const struct plan_stage *s);

/** `FROM … AS NAME` for what S starts from. */
bool dockerfile_add_from(struct dockerfile *d, const struct plan_stage *s,
                         const char *name);

/** The stages that S copies from and that the plan does not have. */
bool dockerfile_add_helpers(struct dockerfile *d, const struct plan_stage *s);

/** Whether STEP copies from the stage DOCKERFILE_SOURCE. */
bool dockerfile_needs_source(const struct dockerfile *d,
                             const struct plan_step *step);

// ---- dockerfile_run.c -------------------------------------------------------

bool dockerfile_run(struct dockerfile *d, const struct plan_step *step);

/** A RUN that makes a file. */
void dockerfile_write(struct sbuf *out, const struct plan_write *write);

// ---- dockerfile_mount.c, dockerfile_plain.c ---------------------------------

/** Shell lines around a command. */
struct dockerfile_around {
  struct str_vec before, after;
};

/** Whether M is done without a --mount. */
bool dockerfile_is_plain(const struct dockerfile *d,
                         const struct plan_mount *m);

/** The --mount flags of STEP's other mounts, each followed by DOCKERFILE_MORE.
 * Secrets that are variables add to AROUND. */
bool dockerfile_mount_flags(struct dockerfile *d, const struct plan_step *step,
                            struct sbuf *out, struct dockerfile_around *around);

/** STEP's mounts that are plain: writes the COPYs that bring what they hold,
 *  and adds to AROUND what puts it in place and away. */
bool dockerfile_mount_plain(struct dockerfile *d, const struct plan_step *step,
                            struct dockerfile_around *around);

#endif
