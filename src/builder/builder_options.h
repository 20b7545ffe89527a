/** builder_options: what the user said to the build command, read from the
 *  variables that the engine sets. */
#ifndef COGFE_BUILDER_OPTIONS_H
#define COGFE_BUILDER_OPTIONS_H

#include "cogfe/base.h"
#include "cogfe/diag.h"
#include "cogfe/gateway.h"
#include "cogfe/imageconfig.h"
#include "cogfe/llb.h"
#include "cogfe/platform.h"
#include "cogfe/recipe.h"

struct builder_pair {
  struct str name;
  struct str value;
};

struct builder_pairs {
  struct builder_pair *v;
  size_t n;
  size_t cap;
};

struct builder_options {
  // One text for each OPTION of builder_options.def; p is NULL when not given.
  struct str filename, target, platform_text, no_cache_text, resolve_mode;
  struct str cache_imports_text, cache_from_text, hosts_text, network_text;
  struct str hostname, shm_size_text, ulimit_text, cgroup_parent;
  struct str context, contextkey, contextsubdir, dockerfilekey;
  struct str requestid, frontend_caps, multi_platform_text, cmdline;
  struct str memory_text, memswap_text, cpu_shares_text, cpu_period_text;
  struct str cpu_quota_text, cpuset_cpus, cpuset_mems;
  struct str sbom, provenance;

  // What was read out of those texts.
  VEC(struct platform) platforms;   // what is built for, at least one
  bool multi_platform;              // the result is an index, also of one
  struct platform builder_platform; // what the engine runs on
  bool no_cache;                    // of everything
  struct str_vec no_cache_stages;   // or of these
  bool has_epoch;
  int64_t epoch;       // SOURCE_DATE_EPOCH, seconds since 1970
  struct str epoch_of; // or the context whose time it is
  int64_t shm_size;    // bytes, 0: the engine's
  VEC(struct llb_ulimit) ulimits;
  struct llb_resources resources;
  VEC(struct llb_host) hosts;
  enum llb_network network;
  struct llb_proxy proxy;
  VEC(struct gateway_cache_import) cache_imports;

  struct recipe_args args;
  VEC(struct imageconfig_label) labels; // sorted
  struct builder_pairs contexts;        // `context:NAME`, sorted
  struct builder_pairs all;             // every option as given, sorted
  struct str session;                   // BUILDKIT_SESSION_ID
};

/** Reads the options out of ENV (borrowed). Reports every bad value. */
bool builder_options_load(const char *const *env, struct arena *ar,
                          struct builder_options *out, struct diags *dg);

/** The value that pairs, sorted by name, have for NAME; p is NULL if none. */
struct str builder_pairs_get(const struct builder_pairs *pairs,
                             struct str name);

/** One row of the table, for documentation. */
struct builder_option_row {
  const char *key;   // a family's ends in a colon
  const char *typed; // by a person, empty when clients send it by themselves
  const char *since; // BuildKit's release
  const char *help;
};

/** The rows in the order of the table; *N is their number. */
const struct builder_option_row *builder_option_rows(size_t *n);

// ---- inside builder_options*.c

/** Reports VALUE, which OPTION cannot have, and what it wants. False. */
bool builder_bad_option(const char *option, struct str value, const char *want,
                        struct diags *dg);

/** Reads what limits the steps. Every bad value is an error in DG. */
void builder_options_read_limits(struct builder_options *o, struct arena *ar,
                                 struct diags *dg);

#endif
