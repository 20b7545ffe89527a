/** builder_int: what the parts of one build hand to each other. */
#ifndef COGFE_BUILDER_INT_H
#define COGFE_BUILDER_INT_H

#include "builder_engine.h"
#include "builder_options.h"
#include "builder_tree.h"

#include "cogfe/config.h"
#include "cogfe/context.h"
#include "cogfe/llb.h"
#include "cogfe/plan.h"
#include "cogfe/resolve.h"
#include "cogfe/document.h"

/** One build. Made by builder_run(), filled in from top to bottom. */
struct builder {
  struct arena *ar;
  struct diags *dg;
  struct engine *engine;
  struct builder_options opts;
  struct llb *llb;
  struct gateway_map inputs;   // definitions that came with the request
  const struct compat *compat; // tables of the named context `compat`, or NULL
  struct tree_expectations *expected;  // files of trees, for builder_tree
  VEC(struct gateway_call *) warnings; // sent, not yet answered
  bool errors_returned;    // the engine, of the errors, although the connection
                           // broke
  struct context *archive; // behind an http URL; closed with the build
};

/** What the build was given to work on. */
struct builder_input {
  struct llb_ref context;     // what is copied to /src
  struct context *files;      // the same, to read single files from
  struct context *tree;       // the same, to walk over
  struct llb_ref config_tree; // where the config file is
  struct str config_path;     // its path there
  struct source config;       // its name for the user, and its text
  /** The user's own Dockerfile, which goes on from the model
   * (builder_from_cog.h); without text in any other build. CONFIG has no text
   * when the Dockerfile names nothing of ours. */
  struct source dockerfile;
  struct context *beside; // what else is there; NULL: CONTEXT has CONFIG
  /** CONFIG is also what stands as cog.yaml at the top of CONTEXT. */
  bool config_in_context;
  /** The ignore file of a client's directory; NULL for other contexts, of which
   *  nothing is left out. */
  const struct context_ignore *ignore;
};

/** One platform of the build. */
struct builder_target {
  struct platform platform;
  struct str id; // "linux/arm64"
  struct recipe_input input;
  struct recipe recipe;
  struct plan_needs needs;
  struct builder_lookup *lookups; // of NEEDS.images, from start to finish
  struct llb_plan_input graph;    // what makes TREE
  struct llb_ref tree;
  struct str config;   // image config, JSON
  struct llb_ref sbom; // what a scanner writes; scratch: we run none
};

// ---- what is built: builder_context.c, builder_config.c

/** The config's name where the build names none. */
#define BUILDER_CONFIG_NAME "cog.yaml"

struct str builder_config_name(const struct builder *b);

/** Where the context is, before the config has been looked for. */
struct builder_place {
  struct llb_ref tree;
  struct context *files;
  const char *where; // for "no cog.yaml in …"
  bool local;
};

/** Finds the context (docs/dev/gateway.md, The context). The tree of a local
 * one is not made yet, because what it leaves out is read with the config. */
bool builder_open_place(struct builder *b, struct builder_place *out);

/** Where the context is fetched from; empty when it is not behind a URL. */
struct str builder_context_url(const struct builder *b);

/** Asks for the time that SOURCE_DATE_EPOCH is, where it names a context.
 *  Nothing of the graph may have been made yet. */
bool builder_find_epoch(struct builder *b);

/** Fails when SOURCE_DATE_EPOCH names a context that there is not. */
bool builder_check_epoch(struct builder *b);

/** The client's directory that is the context. */
struct llb_local builder_local_context(const struct builder *b);

/** The tree of the local context, without what PATTERNS name. Trees with other
 *  PATTERNS need another SUFFIX: engines keep a copy of each. */
struct llb_ref builder_local_tree(struct builder *b, struct str_vec patterns,
                                  const char *suffix);

/** Finds the context and the config, and reads the config (§4.4, §4.5). */
bool builder_find_input(struct builder *b, struct builder_input *out);

/** What is below SUBDIR of TREE, as a tree of its own; TREE when it is empty.
 */
struct llb_ref builder_subdirectory(struct builder *b, struct llb_ref tree,
                                    struct str subdir);

/** The checkout of a git URL (llb_is_git()) as a step called NAME, with .git
 *  when KEEP_GIT_DIR or the URL says so. Fails when the URL cannot be read or
 *  asks for what the engine does not know. */
bool builder_git(struct builder *b, struct str url, bool keep_git_dir,
                 struct str name, struct llb_ref *out);

/** The directory NAME of the client, with its session. */
struct llb_local builder_local(const struct builder *b, struct str name);

struct tree_env builder_tree_env(const struct builder *b);

// ---- builder_images.c, builder_named.c: what stands behind names

/** NAME as people write it, by which named contexts are found: python:3.11
 *  without the registry, :latest dropped. In AR. */
struct str builder_familiar_name(struct arena *ar, struct str name);

/** NAME as a repository's: what it may not hold becomes "-". In AR. */
struct str builder_store_name(struct arena *ar, struct str name);

/** The named context that replaces NAME on PLATFORM; p is NULL when there is
 *  none. */
struct str builder_named_context(const struct builder *b,
                                 const struct platform *platform,
                                 struct str name);

/** The tree of the named context NAME with VALUE (anything but an image). */
bool builder_named_tree(struct builder *b, struct str name, struct str value,
                        struct llb_ref *out);

/** The tree of the named context NAME with VALUE, an image's too. */
bool builder_named_source(struct builder *b, const struct platform *platform,
                          struct str name, struct str value,
                          struct llb_ref *out);

/** Says of each named context that nothing of the N targets asks for, and whose
 *  name is near one that is asked for, that it has no effect. */
void builder_check_contexts(struct builder *b,
                            const struct builder_target *targets, size_t n);

/** Says of each stage that --no-cache-filter names, and that none of the N
 *  targets has, that there is none. */
void builder_check_stages(struct builder *b,
                          const struct builder_target *targets, size_t n);

/** The image config that came with the input which VALUE names; empty when
 *  there is none, or VALUE is no input. */
bool builder_input_config(struct builder *b, struct str value,
                          struct str *json);

/** Starts looking the images of T up; nothing is waited for. */
bool builder_start_images(struct builder *b, struct builder_target *t);

/** Waits for the images of T and gives each its source. When OK is false it
 *  only lets go of what was started. */
bool builder_finish_images(struct builder *b, struct builder_target *t,
                           bool ok);

/** Reads the named context `compat`, if there is one, into B. */
bool builder_load_tables(struct builder *b);

/** The checkout of pyenv: named context, COG_PYENV, or the pinned commit. */
bool builder_find_pyenv(struct builder *b, const struct platform *platform,
                        struct llb_ref *out);

// ---- builder_weights.c

/** Where the named context `weights` of PLATFORM is laid; empty without one. */
bool builder_named_weights(struct builder *b, const struct platform *platform,
                           struct str *dir);

/** Finds the weights of the context, which is transferred now if it was not
 *  before. DIR is where the named context is laid, or empty. */
bool builder_find_weights(struct builder *b, const struct builder_input *in,
                          struct str dir, const struct plan_weights **out);

/** Makes the plan of T again, after its input got something more. */
void builder_plan_again(struct builder *b, struct builder_target *t);

/** Gives those of TARGETS that copy the context the schema of the model, whose
 *  source is in SOURCES, and makes their plans again. Fails as
 *  recipe_add_schema() does. */
bool builder_add_schema(struct builder *b, struct context *sources,
                        struct builder_target *targets, size_t n);

/** Does so, and makes the plans of the N targets again when there are some. */
bool builder_add_weights(struct builder *b, const struct builder_input *in,
                         struct builder_target *targets, size_t n);

// ---- builder.c, builder_document.c, builder_subrequest.c

/** What the pure stages get for PLATFORM; MERGE as recipe_input has it. */
struct recipe_input builder_recipe_input(const struct builder *b,
                                         const struct builder_input *in,
                                         const struct platform *platform,
                                         bool merge);

/** Runs the pure stages for PLATFORM, without looking for weights. They get
 *  *INPUT, which is filled in here. */
bool builder_make_recipe(struct builder *b, const struct builder_input *in,
                         const struct platform *platform,
                         struct recipe_input *input, struct recipe *out);

/** Runs the rules of lint over RECIPE and FILES (NULL: none). */
void builder_lint(struct builder *b, const struct builder_input *in,
                  const struct platform *platform, const struct recipe *recipe,
                  struct context *files);

/** The stage that the user asked for; `model` when nothing was said. */
const struct plan_stage *builder_find_target(struct builder *b,
                                             const struct plan *plan);

/** Returns the files of KIND, for each platform. */
bool builder_document(struct builder *b, const struct builder_input *input,
                      const struct document_kind *kind);

/** Answers the question that the request is, instead of building. */
bool builder_answer(struct builder *b);

// ---- builder_target.c: one platform of a build

/** Makes T's recipe, its platform being set, and says how its steps are run. */
bool builder_start_target(struct builder *b, const struct builder_input *input,
                          struct builder_target *t);

/** Adds what STAGE takes from outside to T's needs. */
bool builder_need_stage(struct builder *b, struct builder_target *t,
                        const struct plan_stage *stage);

/** Finds what the N targets need: images are looked up while the context comes,
 *  is searched for weights, and the rules of lint run. What is wrong is in DG,
 *  which may have errors even on success: of warnings that are to be such. */
bool builder_find_sources(struct builder *b, const struct builder_input *input,
                          struct builder_target *targets, size_t n);

/** Makes the tree and the config of the stage that is T's `graph.target`. */
bool builder_make_target(struct builder *b, struct builder_target *t);

// ---- builder_sbom.c

/** Has a scanner look at each of the N targets and at what else the build asks
 *  for (BUILDKIT_SBOM_SCAN_STAGE and _CONTEXT). */
bool builder_scan(struct builder *b, const struct builder_input *in,
                  struct builder_target *targets, size_t n);

// ---- builder_result.c: what comes out

/** Returns the trees of the N targets and their image configs. */
bool builder_return(struct builder *b, const struct builder_target *targets,
                    size_t n);

/** Ends the build with RESULT. */
bool builder_return_result(struct builder *b,
                           const struct gateway_result *result);

/** Whether images of the build are not those of the tables. */
bool builder_has_own_images(const struct builder *b);

/** Says in DG why the steps of T failed, when an image of the user's own lacks
 *  what they need; false, and nothing, when it is another reason. */
bool builder_explain(struct builder *b, const struct builder_target *t);

/** Returns the errors of DG. */
void builder_return_errors(struct builder *b);

/** Shows the warnings of DG under the step OP, before the build returns. */
void builder_send_warnings(struct builder *b, struct str op_digest);

#endif
