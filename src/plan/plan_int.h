/** plan_int: what the builders of the plan's parts share. Each part is a file
 *  plan_build_PART.c with one function plan_add_PART(), called in
 *  the order of docs/dev/resolution.md, Order of the steps. */
#ifndef COGFE_PLAN_INT_H
#define COGFE_PLAN_INT_H

#include "cogfe/plan.h"

/** Every image is Linux with a home of root's; the rest is laid out as the
 *  images of Cog 0.9 are. */
#define PLAN_DEPS_PREFIX "/dep"
#define PLAN_PIP_CACHE "/root/.cache/pip"
#define PLAN_UV_PATH "/run/cog/uv"   // while it is used
#define PLAN_UV_PREFIX "/opt/cog-uv" // in the stage uv

#define PLAN_MODEL_HELP "the model with its server"

struct plan_builder {
  const struct plan_input *in;
  struct arena *ar;
  struct plan *plan;
  const struct plan_stage *uv; // that has it; NULL when an image has, or none
};

/** A new stage at the end of the plan, from an image or from PARENT. */
struct plan_stage *plan_add_stage(struct plan_builder *b, const char *name,
                                  const char *help, struct str image,
                                  const struct plan_stage *parent);

/** An empty step of kind OP at the end of S; the caller fills in U. */
struct plan_step *plan_add_step(struct plan_builder *b, struct plan_stage *s,
                                enum plan_op op, const char *title,
                                const char *key, struct span span);

/** argv from string literals and text of the arena. */
struct plan_argv {
  VEC(const char *) words;
};

void plan_arg(struct plan_builder *b, struct plan_argv *argv, const char *word);

/** WORDS up to a NULL. */
struct plan_argv plan_argv_of(struct plan_builder *b, const char *const *words);
#define PLAN_ARGV(b, ...)                                                      \
  plan_argv_of(b, (const char *const[]){__VA_ARGS__, NULL})

/** A run step of ARGV. */
struct plan_run *plan_add_run(struct plan_builder *b, struct plan_stage *s,
                              const char *title, const char *key,
                              struct span span, const struct plan_argv *argv);

/** Adds N pairs NAME=value that only RUN's command sees; the last of a name
 *  counts. */
void plan_add_run_env(struct plan_builder *b, struct plan_run *run,
                      const char *const *pairs, size_t n);

/** A variable; the step, for its key. */
struct plan_step *plan_add_env(struct plan_builder *b, struct plan_stage *s,
                               const char *name, struct str value,
                               enum plan_env_how how);

void plan_add_copy(struct plan_builder *b, struct plan_stage *s,
                   const char *title, const char *key, struct plan_copy copy);

/** A cache mount at TARGET that several builds may use (SHARED) or one after
 *  the other (LOCKED), with what the command LEAVES in it. */
struct plan_mount plan_cache_mount(const char *id, const char *target,
                                   enum config_sharing sharing,
                                   const char *leaves);

/** Gives RUN further mounts; they are copied into the arena. The first secret
 *  among them brings the variable that changes when secrets do. */
void plan_add_mounts(struct plan_builder *b, struct plan_run *run,
                     const struct plan_mount *mounts, size_t n);

/** The secrets with which RUN, a command of pip's, reaches private indexes; and
 *  with WITH_SSH the agent for repositories. */
void plan_add_pip_secrets(struct plan_builder *b, struct plan_run *run,
                          bool with_ssh);

/** Lets RUN, a command of pip's, look at the build's wheels first. */
void plan_add_wheels(struct plan_builder *b, struct plan_run *run);

/** The certificates that RUN, which uses the network, trusts: when the build
 *  names some. */
void plan_add_ca(struct plan_builder *b, struct plan_run *run);

/** `1 package`, `3 packages`. */
const char *plan_count(struct plan_builder *b, size_t n, const char *one,
                       const char *many);

/** One transaction of apt in S that installs NAMES, with tini linked at its
 *  place when WITH_TINI. */
struct plan_apt {
  const char *title;
  const char *key;
  struct span span;
  const struct str_vec *names;
  bool with_tini;
  bool recommends; // also what Debian recommends beside them, as both Cogs do
};

void plan_add_apt(struct plan_builder *b, struct plan_stage *s,
                  const struct plan_apt *apt);

/** Lets RUN, a step in S, use apt without leaving its lists and archives. */
void plan_add_apt_caches(struct plan_builder *b, const struct plan_stage *s,
                         struct plan_run *run);

/** What compiling CPython with all its modules needs. */
extern const char *const plan_cpython_packages[];
extern const size_t plan_n_cpython_packages;

/** The system packages in BASE, and the variables of every image. With
 *  BUILD_PACKAGES a GPU image has what compiles programs, else only what Python
 *  needs to run. */
void plan_add_base(struct plan_builder *b, struct plan_stage *base,
                   bool build_packages);
/** What pip is to install, as files in S. */
void plan_add_requirements(struct plan_builder *b, struct plan_stage *s);
/** pip in S, which puts the packages below PLAN_DEPS_PREFIX. What is there when
 *  it starts is from the same directory of BASE; NULL: there is nothing. */
void plan_add_install(struct plan_builder *b, struct plan_stage *s,
                      const struct plan_stage *base);
/** What compiling CPython needs, in the stage below `python`. */
void plan_add_toolchain(struct plan_builder *b, struct plan_stage *toolchain);
void plan_add_pyenv(struct plan_builder *b, struct plan_stage *python);
/** The same by a CPython that uv fetches, at /usr/local. */
void plan_add_uv_python(struct plan_builder *b, struct plan_stage *python);
/** The interpreter of the stage PYTHON in MODEL. */
void plan_add_interpreter(struct plan_builder *b, struct plan_stage *model,
                          const struct plan_stage *python);
/** The packages of DEPS, over the interpreter of MODEL. */
void plan_add_packages(struct plan_builder *b, struct plan_stage *model,
                       const struct plan_stage *deps);
/** Lets RUN, a command of pip's, see what of `environment` is for builds. */
void plan_add_pip_environment(struct plan_builder *b, struct plan_run *run);

/** COG_WHEEL as a command of pip's sees it, and the mount that shows it. */
const char *plan_sdk_wheel(struct plan_builder *b);
void plan_mount_sdk_wheel(struct plan_builder *b, struct plan_run *run);
/** Lets pyenv start the scripts of all that was installed in S. */
void plan_add_rehash(struct plan_builder *b, struct plan_stage *s);

/** The `environment` of cog.yaml; once, before the first step that may want
 *  it. */
void plan_add_environment(struct plan_builder *b, struct plan_stage *model);
void plan_add_pre_install(struct plan_builder *b, struct plan_stage *model);
void plan_add_run_items(struct plan_builder *b, struct plan_stage *model);
/** The I-th of the weights in S, which may start from nothing. */
void plan_add_weight(struct plan_builder *b, struct plan_stage *s, size_t i);
/** The named context `weights` in S, if there is one. */
void plan_add_named_weights(struct plan_builder *b, struct plan_stage *s);
/** All weights in S, a step each. */
void plan_add_weights(struct plan_builder *b, struct plan_stage *s);
/** The user's other files in MODEL, which may start from nothing. */
void plan_add_source(struct plan_builder *b, struct plan_stage *model);

/** What the image tells the server. */
void plan_add_server_env(struct plan_builder *b, struct plan_stage *model);

/** The PATH on which pyenv's interpreter is found. */
void plan_add_pyenv_path(struct plan_builder *b, struct plan_stage *s);

/** Where pyenv and its interpreters are: /root, unless another user has to
 * enter it. */
const char *plan_pyenv_root(const struct plan_builder *b);

/** What the user of COG_USER needs in MODEL, whose last step it is. */
void plan_add_user(struct plan_builder *b, struct plan_stage *model);

/** How the server is asked whether it works, when the build wants that. */
void plan_add_healthcheck(struct plan_builder *b, struct plan_runtime *runtime);

/** The labels by which Cog's tools know a model. */
void plan_add_labels(struct plan_builder *b, struct plan_runtime *runtime);

// ---- plan_build_install.c ---------------------------------------------------

/** "pip install" or "uv pip install". */
const char *plan_installer(const struct plan_builder *b);

/** The words of an installation, up to what is installed. */
void plan_start_install(struct plan_builder *b, struct plan_argv *argv);

/** What an installation needs besides: caches, indexes, secrets. */
void plan_finish_install(struct plan_builder *b, struct plan_run *run,
                         bool with_ssh);

/** The same for a command that calls pip whatever installs the packages. */
void plan_finish_pip(struct plan_builder *b, struct plan_run *run);

/** uv in a step. */
struct plan_mount plan_uv_mount(const struct plan_builder *b);

/** The stage that uv is installed in, when the plan wants one. */
void plan_add_uv(struct plan_builder *b);

/** Takes what uv leaves below DIRECTORY away, when it installed there. */
void plan_add_uv_tidy(struct plan_builder *b, struct plan_stage *s,
                      const char *directory, const char *key);

/** COG_PRECOMPILE: compiles what is not compiled in DIRECTORY, or (NULL) in the
 *  site-packages. */
void plan_add_bytecode(struct plan_builder *b, struct plan_stage *s,
                       const char *directory, const char *key);

/** COG_STRIP: takes the debug symbols out of the libraries in DIRECTORY. */
void plan_add_strip(struct plan_builder *b, struct plan_stage *s,
                    const char *directory, const char *key);

/** The stages that `model` is made of. */
struct plan_parts {
  const struct plan_stage *base;
  const struct plan_stage *deps;
  const struct plan_stage *pip;                // where it runs; plan_in_place()
  const struct plan_stage *toolchain, *python; // NULL when the base has Python
  const struct plan_stage *devel; // as BASE, with compilers; plan_carries()
};

// ---- plan_build_carry.c: commands on another base than the model's ----------

/** What the commands made is what AFTER has and BEFORE has not. */
struct plan_carry {
  const struct plan_stage *before, *after;
};

/** Whether the user's commands run on the devel image and the model stands on a
 *  smaller one. */
bool plan_carries(const struct plan_builder *b);

/** A step in S that makes what the commands made. */
void plan_add_carry(struct plan_builder *b, struct plan_stage *s,
                    const struct plan_carry *carry);

/** Whether there are commands that are to run before the packages are
 *  installed. */
bool plan_starts_early(const struct plan_builder *b);

/** Whether independent steps are layers of their own. */
bool plan_merges(const struct plan_builder *b);

/** Whether pip then writes the packages to where they lie in the image, so that
 *  they are written once. */
bool plan_in_place(const struct plan_builder *b);

/** A stage of steps that are the model's own where nothing is merged. */
struct plan_stage *plan_add_part(struct plan_builder *b, const char *name,
                                 const struct plan_stage *parent);

/** The model stage, one step after the other. */
struct plan_stage *plan_add_model(struct plan_builder *b,
                                  const struct plan_parts *parts);

/** The same, of layers that are made side by side. */
struct plan_stage *plan_add_merged_model(struct plan_builder *b,
                                         const struct plan_parts *parts);

#endif
