/** imageconfig: the JSON that says how an image is run.
 *
 *  Reads the config of a base image, which comes from a registry and may hold
 *  anything, and writes the config of the image that a build makes from it.
 *  Steps run with the environment, user and directory that are read here.
 *
 *      struct imageconfig base;
 *      if (!imageconfig_parse(ar, json, &base, dg))
 *        return false;
 *      struct str path = imageconfig_env_get(&base.env, "PATH");
 *
 *  Which layers the image has is the engine's business: it fills in rootfs and
 *  the history that belongs to layers.
 *
 *  Source: OCI image-spec v1.1 config.md; moby v26 api/types/container Config
 *  for Healthcheck and Shell.
 */
#ifndef COGFE_IMAGECONFIG_H
#define COGFE_IMAGECONFIG_H

#include "cogfe/base.h"
#include "cogfe/diag.h"
#include "cogfe/plan.h"
#include "cogfe/platform.h"

/** What the engine takes when a config has no PATH. */
#define IMAGECONFIG_PATH                                                       \
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct imageconfig_label {
  struct str key;
  struct str value;
};

/** What a config says. Absent texts and lists are empty. */
struct imageconfig {
  struct platform platform;
  struct str user;
  struct str workdir;
  struct str_vec env; // "NAME=value", as written
  struct str_vec entrypoint;
  struct str_vec cmd;
  struct str_vec shell;
  VEC(struct imageconfig_label) labels; // sorted by key
};

/** Reads JSON (empty: no base image, *OUT is all empty). *OUT lives in AR.
 *  Fails on anything that is not a config: not JSON, a known field of a wrong
 *  type, more than LIMIT_IMAGE_CONFIG_BYTES. */
bool imageconfig_parse(struct arena *ar, struct str json,
                       struct imageconfig *out, struct diags *dg);

/** The value of NAME in ENV; p is NULL when it is not there. */
struct str imageconfig_env_get(const struct str_vec *env, const char *name);

enum imageconfig_env_op {
  IMAGECONFIG_ENV_SET,
  IMAGECONFIG_ENV_PREPEND, // "value:old", or "value" when there is no old one
  IMAGECONFIG_ENV_APPEND,  // "old:value"
};

struct imageconfig_env_change {
  enum imageconfig_env_op op;
  struct str name;
  struct str value;
};

/** Makes the changes in order. A variable keeps its place, a new one comes
 *  last. PATH that is not there counts as IMAGECONFIG_PATH. The list is grown
 *  in AR; entries are replaced, never written to. */
void imageconfig_env_apply(struct arena *ar, struct str_vec *env,
                           const struct imageconfig_env_change *changes,
                           size_t n);

struct imageconfig_history {
  struct str created_by;
  struct str comment;
  bool empty_layer; // changed only the config
};

/** What a build does to its base's config. Unset texts, and lists that are
 *  NULL, leave the base's value alone. */
struct imageconfig_changes {
  struct platform platform; // replaces the base's when its os is set
  const struct imageconfig_env_change *env;
  size_t n_env;
  struct str workdir;
  struct str user;
  const struct plan_healthcheck *healthcheck;
  const struct str_vec *entrypoint; // set without CMD, it removes the base's
  const struct str_vec *cmd;
  const struct str *ports; // "5000/tcp"
  size_t n_ports;
  const struct imageconfig_label *labels; // the last of a key counts
  size_t n_labels;
  const struct imageconfig_history *history;
  size_t n_history;
  bool has_epoch; // writes `created`, of the image and its new history entries
  int64_t epoch;  // seconds
};

/** Appends the config of an image made from one with the config BASE (JSON, or
 *  empty for none): compact, keys sorted. Kept of the base are the fields that
 *  say how an image is run, and its history; `created` and what only describes
 *  how the base was built go. PATH is added when it is missing. Fails as
 *  imageconfig_parse() does, when neither BASE nor CHANGES has a platform, when
 *  a text is not UTF-8, and when OUT's maximum is passed. */
bool imageconfig_emit(struct sbuf *out, struct str base,
                      const struct imageconfig_changes *changes,
                      struct diags *dg);

// ---- of a plan
// ------------------------------------------------------------------

/** The variables that the stages from the bottom up to one set. */
struct imageconfig_env {
  VEC(struct imageconfig_env_change) changes;
};

struct imageconfig_env imageconfig_stage_env(struct arena *ar,
                                             const struct plan_stage *s);

struct imageconfig_env_change
imageconfig_env_change_of(const struct plan_env *env);

/** The image of a plan's stage. */
struct imageconfig_plan {
  const struct plan_stage *target;
  struct platform platform;
  struct str base; // config of the image at its bottom; empty for none
  /** Labels of the build, which win over the plan's. */
  const struct imageconfig_label *labels;
  size_t n_labels;
  bool has_epoch;
  int64_t epoch; // SOURCE_DATE_EPOCH: when the history says it was made
};

/** Appends the config of that image, as imageconfig_emit() does. */
bool imageconfig_emit_plan(struct sbuf *out, const struct imageconfig_plan *in,
                           struct arena *ar, struct diags *dg);

#endif
