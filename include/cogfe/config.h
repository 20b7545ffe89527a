/** config: cog.yaml as a typed model, every value with its place.
 *
 *  The keys are the rows of src/config/config_keys.def; what they mean together
 *  is checked here too, and all mistakes of a file are reported in one go. What
 *  needs other files or the compatibility tables is not: whether a Python, a
 *  CUDA or an SDK version exists (resolve), what a requirement line says
 *  (version), whether a file is in the context (recipe, lint).
 *
 *      const struct config *cfg = config_parse(&src, ar, dg);
 *      if (!cfg)
 *        return false;
 *      for (size_t i = 0; i < cfg->run.n; i++)
 *        use(cfg->run.v[i].command.text, cfg->run.v[i].command.span);
 *
 *  A key that is missing, null, or an empty list is "not given": `set` is
 *  false, `n` is 0. Blank and null items of lists are left out.
 *
 *  To add a key: a row in config_keys.def, the field here, a rule in
 *  config_check.c when it has meaning beyond its type, and two cases under
 *  testdata/cases.
 */
#ifndef COGFE_CONFIG_H
#define COGFE_CONFIG_H

#include "cogfe/base.h"
#include "cogfe/diag.h"

struct yamldoc;
struct yamldoc_node;

/** Text as it stands in the file: numbers keep their spelling (3.10). It holds
 *  no NUL inside and has one behind it. */
struct config_text {
  bool set;
  struct str text;
  struct span span; // of the value
  struct span key;  // of the key; of a list item: of the list's key
  const struct yamldoc_node *node; // for yamldoc_text_span()
};

struct config_bool {
  bool set;
  bool value;
  struct span span, key;
};

struct config_int {
  bool set;
  int value;
  struct span span, key;
};

/** A list of texts; KEY is the place of the list's key. */
struct config_list {
  struct config_text *v;
  size_t n;
  struct span key;
};

/** `FILE.py:NAME`. */
struct config_pointer {
  bool set;
  struct str text; // as written
  struct str file; // "predict.py"
  struct str name; // "Predictor"
  struct span span, key;
};

enum config_mount_type {
  CONFIG_MOUNT_BIND,
  CONFIG_MOUNT_CACHE,
  CONFIG_MOUNT_TMPFS,
  CONFIG_MOUNT_SECRET,
  CONFIG_MOUNT_SSH,
};

enum config_sharing {
  CONFIG_SHARING_SHARED,
  CONFIG_SHARING_PRIVATE,
  CONFIG_SHARING_LOCKED,
};

/** A mount of one run item, with the defaults of Dockerfile's RUN --mount
 *  filled in: ids, targets and modes are what reaches the engine.
 *  Source: buildkit v0.32.2 frontend/dockerfile/instructions/
 *  commands_runmount.go and dockerfile2llb/convert_runmount.go. */
struct config_mount {
  enum config_mount_type type;
  struct span span; // of the map or of the --mount flag

  /** Absolute and clean ("/a/b"). Not set only for a secret that is given as
   *  an environment variable and nowhere else. */
  struct config_text target;

  /** Secret, ssh, cache. A cache without an id is known by its target. */
  struct str id;

  /** Bind and cache: what is mounted, in FROM or, when that is not set, in the
   *  build context (bind) or an empty directory (cache). Clean, relative to
   *  the root there; "" is the root. */
  struct config_text from;
  struct str source;

  struct config_text env; // secret: the variable that holds it
  bool readonly;
  bool required;                   // secret and ssh: fail without it
  enum config_sharing sharing;     // cache
  bool has_mode, has_uid, has_gid; // secret, ssh and cache
  unsigned mode, uid, gid;         // ids are 0 unless given
  uint64_t size;                   // tmpfs: bytes, 0 is no limit
};

/** One item of build.run or build.pre_install. */
struct config_run {
  /** Shell text without the --mount flags that stood before it and without
   *  line feeds at its end. `command.node` is the scalar that held both. */
  struct config_text command;
  bool script; // several lines: a script for `/bin/sh -e`
  struct config_mount *mounts;
  size_t n_mounts;
  struct span span; // of the whole item
};

struct config_runs {
  struct config_run *v;
  size_t n;
  struct span key;
};

/** One variable of `environment`: a value is data, nothing in it is expanded.
 *  It has no line feed. */
struct config_env {
  struct str name, value;
  struct span span;
};

struct config_envs {
  struct config_env *v;
  size_t n;
  struct span key;
};

/** `observability.traces`. Texts that are not given have their defaults. */
struct config_traces {
  struct config_bool enabled;
  struct config_text sampler, sampler_arg;
  struct config_text header, header_format;
};

/** `observability`: what the server reports by OpenTelemetry. */
struct config_observability {
  struct config_text config; // path of a *.py, relative to cog.yaml
  struct config_traces traces;
  struct config_bool metrics;
};

/** One source of a weight (Cog 0.22's `source`). */
struct config_weight_source {
  struct config_text uri;
  struct config_list include, exclude;
};

/** One entry of `weights`. They are no part of the image that is built; the
 *  model keeps them so that the completed config holds them. */
struct config_weight {
  struct config_text name, target;
  struct config_weight_source *sources;
  size_t n_sources;
  struct span span;
};

struct config_weights {
  struct config_weight *v;
  size_t n;
  struct span key;
};

struct config {
  const struct source *src; // the file, for messages without a better place
  struct span build;        // of the key `build`, none when it is missing

  // build.*
  struct config_bool gpu;
  struct config_text python_version; // MAJOR, MAJOR.MINOR, MAJOR.MINOR.PATCH
  struct config_text cuda;           // MAJOR.MINOR or MAJOR.MINOR.PATCH
  struct config_text cudnn;          // MAJOR, or a dotted version
  struct config_text sdk_version;    // a version, or "prerelease"
  /** At most one of these two is given. Items are requirement lines as they
   *  stand, not read any further (an item may hold several lines). */
  struct config_list python_packages;
  struct config_text python_requirements; // path, relative to cog.yaml
  /** Names of Debian's grammar, some with :ARCH, =VERSION or /RELEASE. An item
   *  of several words comes as several. */
  struct config_list system_packages;
  struct config_runs pre_install; // before the Python packages
  struct config_runs run;

  // top level
  struct config_text image;
  struct config_text model;        // a repository, since Cog 0.20
  struct config_pointer predictor; // `run` or `predict`, whichever is given
  struct config_pointer train;
  struct config_int concurrency; // concurrency.max, 1 or more
  struct config_envs environment;
  struct config_observability observability;
  struct config_weights weights;

  // What `predictor` was made of.
  struct config_pointer predict_key, run_key;
};

/** Reads SRC. The result lives in AR and points into SRC. NULL when the file is
 *  no YAML or has a mistake; every mistake is in DG. Keys that are not known,
 *  and a file without any, are warnings. */
const struct config *config_parse(const struct source *src, struct arena *ar,
                                  struct diags *dg);

/** The same, for who only looks at it: of a file with mistakes, what could be
 *  read. NULL when it is no YAML. */
const struct config *config_parse_some(const struct source *src,
                                       struct arena *ar, struct diags *dg);

/** Whether the errors of DG, which config_parse_some() filled, are about single
 *  items, so that versions can be resolved as if those were not there. */
bool config_has_versions(const struct diags *dg);

/** The place of each line of T's text, for a text of several lines: *N spans in
 *  AR. A line without text has the place of all. */
const struct span *config_line_spans(const struct config_text *t,
                                     struct arena *ar, size_t *n);

/** The same for a document that was read already. */
const struct config *config_from_yaml(const struct yamldoc *doc,
                                      struct arena *ar, struct diags *dg);

/** One row of the table of keys, for generated documentation. */
struct config_key {
  const char *path;  // "build.gpu"
  const char *type;  // "true or false", "list of text" …
  const char *since; // first release of Cog that has it
  const char *until; // last one, or NULL
  const char *help;
};

/** The table, in the order of config_keys.def; *N is its length. */
const struct config_key *config_keys(size_t *n);

#endif
