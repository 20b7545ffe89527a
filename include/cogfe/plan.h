/** plan: the engine-neutral steps that make the image.
 *
 *  A plan is a list of stages; a stage starts from an image or from an earlier
 *  stage and has steps in order, as a Dockerfile has. It holds no engine's
 *  detail: no digests, no sessions, no quoting. llb, imageconfig and dockerfile
 *  turn it into what they are about, and builder decides what stands behind an
 *  image reference. What cannot be done was refused before, by config and
 *  resolve: making a plan cannot fail.
 *
 *      const struct plan *plan = plan_build(&input, ar);
 *
 *  Open, read-only data; everything lives in the arena given to plan_build()
 *  and borrows from the values in its input.
 */
#ifndef COGFE_PLAN_H
#define COGFE_PLAN_H

#include "cogfe/config.h"
#include "cogfe/diag.h"
#include "cogfe/resolve.h"

/** What a copy or a bind mount reads from. */
enum plan_source {
  PLAN_SOURCE_NONE,
  PLAN_SOURCE_STAGE,   // an earlier stage of the plan
  PLAN_SOURCE_IMAGE,   // any other image
  PLAN_SOURCE_CONTEXT, // the build context
  PLAN_SOURCE_CONFIG,  // the cog.yaml that the build names, and nothing else
  PLAN_SOURCE_PYENV,   // the checkout of pyenv
};

struct plan_ref {
  enum plan_source source;
  const struct plan_stage *stage; // PLAN_SOURCE_STAGE
  struct str image;               // PLAN_SOURCE_IMAGE
};

/** One mount of a run step: the model of cog.yaml, with what `from` means. */
struct plan_mount {
  enum config_mount_type type;
  const char *target; // absolute; NULL for a secret that is only in ENV
  const char *id;     // CACHE, SECRET, SSH; else NULL
  struct plan_ref from;
  const char *source; // BIND, CACHE: path inside FROM, absolute
  bool readonly;
  bool required;   // SECRET, SSH: the build fails without it
  const char *env; // SECRET: also, or instead of TARGET, in this variable
  /** SECRET of the plan's own steps, which do without it when the build does
   * not bring it: then ENV is not set, and else without the line feed that a
   * file of one line ends in. */
  bool implicit;
  /** SECRET: certificates, which the command's programs then trust besides
   * those of the image. */
  bool ca;
  bool owned;    // CACHE: MODE, UID and GID are those of a new directory
  unsigned mode; // permission bits: SECRET and SSH always, CACHE when owned
  unsigned uid, gid;
  enum config_sharing sharing; // CACHE
  int64_t size;                // TMPFS: bytes, 0 for no limit
  /** CACHE and BIND of the plan's own steps, at whose TARGET nothing stands:
   * what a builder without mounts removes after the command, as patterns of the
   *  shell. NULL for a user's. */
  const char *leftover;
};

struct plan_run {
  /** argv; nothing of cog.yaml is ever inside a shell word of ours: values are
   *  arguments of their own. */
  const char **argv;
  size_t argc;
  /** NAME=value pairs for this process only. */
  const char **env;
  size_t n_env;
  const struct plan_mount *mounts;
  size_t n_mounts;
};

struct plan_copy {
  struct plan_ref from;
  struct str source; // absolute; a directory is copied with its contents only
  struct str dest;   // absolute, created when it is missing
  /** Paths in SOURCE that are left out, with all that is below them. */
  struct str *exclude;
  size_t n_exclude;
  /** What is copied, and the directories above it, get PLAN_FIXED_TIME, so that
   *  the same files give the same layer on every machine. A Dockerfile cannot
   *  say it. */
  bool fixed_time;
};

/** 1980-01-02 00:00 UTC in seconds since 1970: zip files, which Python makes of
 *  directories, know no day before, in no time zone. */
#define PLAN_FIXED_TIME 315619200

struct plan_write {
  struct str path; // absolute
  struct str data;
  bool parents; // the directory of PATH is made, if it is missing
};

/** How a variable relates to the one of the same name that the stage starts
 *  with; PREPEND and APPEND join with a colon when there is one. */
enum plan_env_how {
  PLAN_ENV_SET,
  PLAN_ENV_PREPEND,
  PLAN_ENV_APPEND,
};

struct plan_env {
  struct str name;
  struct str value;
  enum plan_env_how how;
};

/** A tree that is laid over another as a layer of its own: all of UPPER, or
 *  what UPPER has changed in LOWER. */
struct plan_layer {
  const struct plan_stage *upper;
  const struct plan_stage *lower; // NULL: all of UPPER
};

/** Layers over what the stage has so far, lowest first. None of them waits for
 *  it or for another, and none is made anew when it changes. */
struct plan_merge {
  const struct plan_layer *layers;
  size_t n;
};

enum plan_op {
  PLAN_RUN,
  PLAN_COPY,
  PLAN_WRITE,
  PLAN_MERGE, // only in plans for engines that can (plan_input.merge)
  PLAN_ENV,
};

struct plan_step {
  enum plan_op op;
  /** What a person sees in the progress, without the stage's name. */
  const char *title;
  /** The key of cog.yaml that asks for the step, or NULL for what every image
   *  has. */
  const char *key;
  /** The item of cog.yaml, shown when the step fails; may be none. */
  struct span span;
  union {
    struct plan_run run;
    struct plan_copy copy;
    struct plan_write write;
    struct plan_merge merge;
    struct plan_env env;
  } u;
};

struct plan_label {
  struct str key; // with a NUL behind it
  struct str value;
};

/** How an engine finds out whether the server works. Times in seconds. */
struct plan_healthcheck {
  const char **argv;
  size_t argc;
  unsigned interval, timeout;
  unsigned start; // failures do not count for so long
  unsigned retries;
};

/** What an image says of itself: how it is run, and what it is. */
struct plan_runtime {
  const char *workdir;
  const char **entrypoint;
  size_t n_entrypoint;
  const char **cmd;
  size_t n_cmd;
  const char *expose;                         // "5000/tcp"
  const char *user;                           // NULL: the base's
  const struct plan_healthcheck *healthcheck; // NULL: the base's, if any
  const struct plan_label *labels;            // sorted by key
  size_t n_labels;
};

struct plan_stage {
  const char *name;
  const char *help; // of a target: one line; NULL when it is none
  /** The stage of which this one's steps are where nothing is merged; or NULL.
   */
  const char *part_of;
  struct str image;                // starts from this image, or
  const struct plan_stage *parent; // from this stage, or (neither) from nothing
  /** NULL; or its commands run in the tree of this stage, which stays as it is,
   *  and what they change is the directory DIR of their own stage, which they
   *  see at AT. Only in plans for engines that merge. */
  const struct plan_stage *run_in;
  const char *dir, *at;
  VEC(struct plan_step) steps;
  /** What the image gets; NULL where the parent's is kept. */
  const struct plan_runtime *runtime;
};

struct plan {
  VEC(const struct plan_stage *) stages; // an earlier one never needs a later
  const struct plan_stage *model;        // the default target
  /** The interpreter's prefix in the model stage, where packages lie. */
  const char *prefix;
  const struct plan_weights *weights; // as given
};

/** What of the context is a layer of its own, below the source: a large file,
 *  or a directory with all that it holds. */
struct plan_weight {
  struct str path; // in the context
  bool dir;
  size_t files; // 1, or how many regular files the directory holds
  uint64_t bytes;
};

struct plan_weights {
  struct plan_weight *v; // none is below another
  size_t n;
  size_t cap;
};

/** What the model's server checks inputs by. */
struct plan_schema {
  struct str json; // empty: there is none
  struct str from; // the file that it was taken from, or empty
  int concurrency; // of @cog.concurrent; 0: it says nothing
};

/** Build arguments that change a plan; each may be empty. */
struct plan_options {
  /** NAME=value pairs that pip and pyenv see and the image does not. */
  const char *const *pip_env;
  size_t n_pip_env;
  const char *const *pyenv_env;
  size_t n_pyenv_env;
  const char *const *uv_env; // that `uv python` sees
  size_t n_uv_env;
  bool uv;               // installs the packages, instead of pip
  struct str uv_image;   // that holds /uv; empty: its wheel is installed
  bool no_recommends;    // of system packages
  bool strip;            // debug symbols out of libraries
  bool precompile;       // to bytecode that is never compared with its source
  const char *user;      // "1000", "1000:1000" or a name; NULL: the base's
  unsigned health_start; // plan_healthcheck.start; 0: no check
  /** Id of a secret with certificates that every command trusts. */
  const char *ca_secret;
  /** Changes when a secret changes, so that its steps run again. */
  const char *secrets_hash;
};

struct plan_input {
  const struct config *config;
  const struct resolved *resolved;
  struct str architecture; // as OCI names it: "amd64", "arm64"
  /** Path of the config in its own source when it has to be put into the image
   *  under the name cog.yaml; empty when the context has it there. */
  struct str config_path;
  /** The engine lays layers over each other without copying, so that
   * independent steps are stages of their own; the image's tree is the same
   * without. */
  bool merge;
  bool wheels;                        // the build brings PLAN_WHEELS
  const struct plan_weights *weights; // NULL: none
  /** Where the named context PLAN_WEIGHTS is laid, absolute; empty without. */
  struct str weights_dir;
  const struct plan_schema *schema; // NULL: none
  const struct plan_options *options;
};

/** Named contexts that are images to the plan, which no registry is asked for:
 *  wheels that pip looks at first, and weights. */
#define PLAN_WHEELS "wheels"
#define PLAN_WEIGHTS "weights"

/** Where the user's files are in the image. */
#define PLAN_SOURCE_DIR "/src"

/** The schema that the server reads, and the label that shows it to others.
 *  A label goes into the image's config, which registries bound: a larger
 *  schema is only in the file. */
#define PLAN_SCHEMA_FILE PLAN_SOURCE_DIR "/.cog/openapi_schema.json"
#define PLAN_SCHEMA_LABEL "run.cog.openapi_schema"
#define PLAN_SCHEMA_LABEL_BYTES (30 * 1024)

/** The release of uv, whose wheels are pinned by their hashes. */
#define PLAN_UV_RELEASE "0.13.9"

/** The named context that takes its place. */
#define PLAN_UV "uv"

/** The commit of pyenv that builds Python for GPU images: release 2.8.1.
 *  Source: github.com/pyenv/pyenv, CHANGELOG.md of that commit. */
#define PLAN_PYENV_URL "https://github.com/pyenv/pyenv.git"
#define PLAN_PYENV_COMMIT "bec9a562a59e48a730fe3320fe90c6999c82886c"

/** Makes the plan. It lives in AR and borrows from INPUT's values. */
const struct plan *plan_build(const struct plan_input *input, struct arena *ar);

/** The target called NAME, or NULL. */
const struct plan_stage *plan_find_stage(const struct plan *p, struct str name);

/** Number of steps of S that do work (all but PLAN_ENV). */
size_t plan_stage_work(const struct plan_stage *s);

/** What a stage, with the stages below it, takes from outside. */
struct plan_needs {
  VEC(const struct plan_stage *) stages; // itself first, each once
  struct str_vec images;                 // each once, in the order of the steps
  bool context;
  bool pyenv;
};

struct plan_needs plan_stage_needs(const struct plan_stage *s,
                                   struct arena *ar);

/** Adds what S needs to NEEDS, whose lists live in AR. */
void plan_add_needs(struct plan_needs *needs, const struct plan_stage *s,
                    struct arena *ar);

// ---- secrets that only a shell can bring to a command
// ------------------------ The words of that shell are the same in LLB and in a
// Dockerfile.

/** Where the certificates of a plan_mount.ca are, and where the image's own are
 *  joined with them: in memory, so that no layer has either. */
#define PLAN_CA_SECRET "/run/secrets/cog-ca"
#define PLAN_CA_BUNDLE "/dev/shm/cog-ca.pem"

/** Lines of a shell after which apt-get, pip, curl, git and what else reads the
 *  usual variables trust them. One command a line. */
extern const char *const plan_ca_lines[];
extern const size_t plan_n_ca_lines;

/** Whether the variable of M is set by a shell in front of the command, since
 *  an engine gives it with the line feed at the end of a file, and empty for a
 *  secret that is missing; or since it cannot at all (no SECRET_ENV). */
bool plan_secret_by_shell(const struct plan_mount *m, bool secret_env);

/** Where the file of M is, also when only its variable is wanted. In AR. */
const char *plan_secret_target(struct arena *ar, const struct plan_mount *m);

/** RUN's argv, behind a shell for each mount that needs one. In AR. */
struct str_vec plan_secret_args(struct arena *ar, const struct plan_run *run,
                                bool secret_env);

#endif
