/** dockerfile: a plan as the text of a Dockerfile.
 *
 *  For builders that know no frontends, and for people who want to own the
 *  result: stages carry the plan's names, each part says which key of cog.yaml
 *  it comes from, and nothing but the build context is needed beside the text.
 *  Built by the same engine it gives the file tree and the image config that
 *  emit.h gives. Nothing here reads a file or talks to an engine.
 *
 *      struct dockerfile_opts o = {.compat = DOCKERFILE_BUILDKIT};
 *      if (!dockerfile_emit(&out, plan, &o, ar, dg))
 *        return false;
 *
 *  The plan is one without merged layers (plan_input.merge), which no
 *  Dockerfile has. The same plan and options give the same bytes. What is used
 * of Dockerfile's language is what docker 20.10 (its own frontend, BuildKit
 * 0.8), buildah 1.28 and podman 4.3 read without a `# syntax` line: no
 * heredocs, no COPY --link and --exclude, no ADD of a git repository.
 *
 *  Three things are not said, because those builders cannot: the size of a
 *  tmpfs mount, the SHELL and ONBUILD of a base image that is the user's own
 *  (lines are written for /bin/sh, which is set where the image is not known to
 *  have none), and the platform.
 */
#ifndef COGFE_DOCKERFILE_H
#define COGFE_DOCKERFILE_H

#include "cogfe/imageconfig.h"
#include "cogfe/plan.h"

enum dockerfile_compat {
  DOCKERFILE_BUILDKIT, // RUN --mount
  /** No --mount: caches are removed by the step that filled them, bind mounts
   *  become copies, secrets and ssh are errors. For kaniko and the builder of
   *  docker before BuildKit. */
  DOCKERFILE_PLAIN,
};

struct dockerfile_opts {
  enum dockerfile_compat compat;
  const struct plan_stage *target; // NULL: the model

  /** Git URL of pyenv, with #REF or #REF:SUBDIR; empty for the pinned commit.
   *  A REF that is a full commit is checked. */
  struct str pyenv;

  /** Only when the plan copies the config under the name cog.yaml: its path
   *  in the build context, or, when it is not there, its text. */
  struct str config_path;
  struct str config_text;

  /** The ignore file keeps .cog from the build, or the context has none: the
   *  source is one plain COPY. */
  bool without_cog_directory;

  /** The model without its source and without EXPOSE, ENTRYPOINT and CMD, for
   *  a platform that brings its own. */
  bool bare;

  /** For a platform that has only those files of the build context which COPY
   *  names, and secrets of its own: mounts of the context are copies, and
   *  secrets that may be missing are. */
  bool other_platform;

  /** Steps that the target has after its own. */
  const struct plan_step *more;
  size_t n_more;

  /** In this order; the last of a key counts. */
  const struct imageconfig_label *labels;
  size_t n_labels;
};

/** Appends the Dockerfile. Fails, naming the item of cog.yaml, for what a
 *  Dockerfile, or one without --mount, cannot say; OUT is then of no use. */
bool dockerfile_emit(struct sbuf *out, const struct plan *p,
                     const struct dockerfile_opts *o, struct arena *ar,
                     struct diags *dg);

// ---- quoting ----------------------------------------------------------------
// Each appends text from which its reader makes exactly what was given. TEXT is
// UTF-8 without NUL; what else it may not hold is said at each.

/** One word: of a RUN line, as a POSIX shell reads it, and of ENV, LABEL and
 *  COPY, as the readers of Dockerfiles do; as itself when no character needs a
 *  quote. No line feed. Source: POSIX.1-2017 XCU 2.2; moby v20.10 and buildkit
 *  v0.32.2 parser/line_parsers.go parseWords and shell/lex.go; imagebuilder
 *  v1.2.4 (buildah), which keeps a doubled backslash within double quotes. */
void dockerfile_quote_word(struct sbuf *out, struct str text);

/** One word of a RUN line, with a line for each line of TEXT, indented by
 *  INDENT spaces. TEXT does not end in a line feed. */
void dockerfile_quote_lines(struct sbuf *out, struct str text, int indent);

/** A word for COPY that names one file, whatever wildcards its name has. White
 *  space in it needs COPY's JSON form around the word. No line feed, and no
 *  backslash, which patterns read in ways of their own. */
void dockerfile_quote_path(struct sbuf *out, struct str text);

/** Words as an array: the exec form of ENTRYPOINT and CMD. */
void dockerfile_quote_json(struct sbuf *out, const char *const *words,
                           size_t n);

#endif
