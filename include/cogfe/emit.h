/** emit: a plan as LLB and as an image config.
 *
 *  What stands behind the plan's names (images with their configs, the context,
 *  the checkout of pyenv) is decided by the caller, who adds those sources to
 *  the graph and hands over their references. Nothing here talks to an engine.
 *
 *      struct llb_ref tree = emit_llb(l, &input, dg);
 *      emit_config(&json, &input, dg);
 */
#ifndef COGFE_EMIT_H
#define COGFE_EMIT_H

#include "cogfe/imageconfig.h"
#include "cogfe/llb.h"
#include "cogfe/plan.h"

/** What stands behind an image that the plan names. */
struct emit_image {
  struct str name; // as the plan has it
  struct llb_ref tree;
  struct str json;           // its config, empty for none
  struct imageconfig config; // the same, read
};

/** How every command of the build is run. */
struct emit_exec {
  enum llb_network network;
  const struct llb_host *hosts;
  size_t n_hosts;
  const struct llb_proxy *proxy; // may be NULL
  struct str hostname;
  struct str cgroup_parent;
  const struct llb_ulimit *ulimits;
  size_t n_ulimits;
  int64_t shm_size; // of /dev/shm in bytes, 0: the engine's
  const struct llb_resources *resources; // NULL: the engine's
};

/** What the engine can do that changes what is emitted. */
struct emit_caps {
  bool copy_patterns; // copies may leave names out
  bool secret_env;    // secrets may become variables; else by a shell
  bool no_excerpts;   // its client shows no lines of a file with an error
};

struct emit_input {
  const struct plan *plan;
  const struct plan_stage *target;
  struct platform platform;
  struct str step_prefix; // in front of a step's stage, may be empty
  const struct emit_image *images;
  size_t n_images;
  struct llb_ref context;
  /** The context without what the copy of the source leaves out, where the
   *  engine can give it so and has no patterns in copies. */
  struct llb_ref source;
  bool has_source;
  struct llb_ref config_file; // the tree that holds the cog.yaml
  struct llb_ref pyenv;
  struct emit_exec exec;
  struct emit_caps caps;
  bool has_epoch;
  int64_t epoch;       // SOURCE_DATE_EPOCH: when the history says it was made
  struct str cache_ns; // in front of the ids of cache mounts, may be empty
  bool no_cache;       // of all steps
  const struct str_vec *no_cache_stages; // or of these stages; may be NULL
  /** Labels of the build, which win over the plan's. */
  const struct imageconfig_label *labels;
  size_t n_labels;
};

/** The pattern, as .dockerignore has them, that names PATH and nothing else. In
 *  AR. PATH must not begin or end in white space. */
struct str emit_pattern(struct arena *ar, struct str path);

/** Adds the steps of the target, and of the stages that it needs, to L. *OUT
 *  is the target's tree. Fails when the plan asks for what the engine cannot
 *  do. */
bool emit_llb(struct llb *l, const struct emit_input *in, struct arena *ar,
              struct llb_ref *out, struct diags *dg);

/** The image at the bottom of S; an empty one when S starts from nothing. */
const struct emit_image *emit_base_image(const struct emit_input *in,
                                         const struct plan_stage *s);

/** The config of the image that the target stands on, JSON; empty when it has
 *  none. Borrowed from IN. */
struct str emit_base_config(const struct emit_input *in);

/** Appends the target's image config. */
bool emit_config(struct sbuf *out, const struct emit_input *in,
                 struct arena *ar, struct diags *dg);

#endif
