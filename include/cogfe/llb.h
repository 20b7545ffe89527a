/** llb: builds and prints BuildKit's graph of operations (LLB).
 *
 *  Ops are added in order; each gives a reference to its output, which later
 *  ops take as input. The graph is then written as one pb.Definition, the bytes
 *  that a Solve call carries. The same calls give the same bytes.
 *
 *      struct llb *l = llb_new(ar, &(struct llb_opts){.oneof_last = true});
 *      struct llb_ref base = llb_image(l, ref, &linux_amd64, STR("default"),
 *                                      &(struct llb_meta){.name = name});
 *      struct llb_ref built = llb_exec(l, &(struct llb_exec){
 *          .platform = linux_amd64, .args = argv, .n_args = 3,
 *          .mounts = &(struct llb_mount){.dest = STR("/"), .input = base},
 *          .n_mounts = 1}, &meta);
 *      if (!llb_marshal(l, built, NULL, &out, dg)) …
 *
 *  Every text that is passed in is borrowed for the call only. Arguments that
 *  are zero mean what a careful person would want (an unset ref is scratch, an
 *  unset mode is not 0000); what the wire wants instead is written here.
 *
 *  Values that come from files may hold bytes that no engine takes: a text that
 *  is not UTF-8 or holds a NUL, a relative path. Adding never fails; the first
 *  such text is remembered and makes llb_marshal() fail with its op's span.
 *  Sanitizing is thus not the caller's duty, and nothing is changed silently.
 *
 *  Which ops an engine takes is the caller's to know (capabilities): merge,
 *  diff, symlink, secret env and copy patterns do not exist on old ones.
 *
 *  Source: buildkit v0.32.2 solver/pb/ops.proto; client/llb for the forms that
 *  the Go client gives its ops.
 */
#ifndef COGFE_LLB_H
#define COGFE_LLB_H

#include "cogfe/base.h"
#include "cogfe/diag.h"
#include "cogfe/imageconfig.h"
#include "cogfe/plan.h"
#include "cogfe/platform.h"

struct llb;

struct llb_opts {
  /** Write `Op` with its oneof behind platform and constraints, as engines
   *  since 0.17 do (capability exec.validexitcode), or in ascending order. It
   *  decides every digest: Warn, source positions and the context URL that can
   *  be fetched once work only with the engine's own order. */
  bool oneof_last;
  /** SOURCE_DATE_EPOCH: the time of everything that file ops make. */
  bool has_epoch;
  int64_t epoch; // seconds, up to the year 2262 (BUG past it)
};

/** The graph lives in AR. OPTS may be NULL (all zero). */
struct llb *llb_new(struct arena *ar, const struct llb_opts *opts);

/** One output of one op of one graph. `{0}` is scratch, the empty tree. */
struct llb_ref {
  size_t op; // 1-based
  size_t output;
};

#define LLB_SCRATCH ((struct llb_ref){0, 0})

static inline bool llb_is_scratch(struct llb_ref ref) {
  return ref.op == 0;
}

/** A name with its value: attributes, descriptions. Order does not matter, a
 *  name given twice is a fault of ours (BUG). */
struct llb_attr {
  const char *key;
  struct str value;
};

/** What one command may use, in Docker's units; 0 and empty are the engine's.
 */
struct llb_resources {
  int64_t memory, memory_swap; // bytes; -1: no limit
  int64_t cpu_shares;
  int64_t cpu_period, cpu_quota; // microseconds; a quota of -1: no limit
  struct str cpuset_cpus, cpuset_mems;
};

/** What belongs to an op but not to its digest. Everything may be unset; where
 *  an op is wanted, META may be NULL. An op added again (same bytes) keeps what
 *  it was given first. */
struct llb_meta {
  struct str name; // shown in the progress (llb.customname)
  bool ignore_cache;
  const struct llb_resources *resources; // of a command; NULL: the engine's
  const struct llb_attr *description;    // further entries
  size_t n_description;
  /** Steps of one group make one line of the progress. */
  struct {
    struct str id; // empty: no group
    struct str name;
    bool weak;
  } group;
  /** Places that the engine shows when the op fails. Spans without a source
   *  are skipped. */
  const struct span *spans;
  size_t n_spans;
};

/* ---- sources ------------------------------------------------------------- */

/** Any source: IDENTIFIER with its scheme. PLATFORM only for images and OCI
 *  layouts, else NULL. */
struct llb_source {
  struct str identifier;
  const struct llb_attr *attrs;
  size_t n_attrs;
  const struct platform *platform;
};

struct llb_ref llb_source(struct llb *l, const struct llb_source *src,
                          const struct llb_meta *meta);

/** An image by its full name (`docker.io/library/python:3.11@sha256:…`).
 *  RESOLVE_MODE: default, pull or local; empty leaves the attribute out. */
struct llb_ref llb_image(struct llb *l, struct str name,
                         const struct platform *platform,
                         struct str resolve_mode, const struct llb_meta *meta);

/** NAME as registries want it: docker.io/library/python:3.11. In AR. */
struct str llb_image_reference(struct arena *ar, struct str name);

/** A directory that the client offers. Unset attributes are left out; a list
 *  is left out when it is NULL, and written as [] when it only has no items. */
struct llb_local {
  struct str name;
  struct str session;
  const struct str_vec *include; // patterns
  const struct str_vec *exclude; // lines of .dockerignore
  const struct str_vec *follow;  // paths and what their links point to
  struct str shared_key_hint;
  bool differ_none; // take what the client sends, compare nothing
};

struct llb_ref llb_local(struct llb *l, const struct llb_local *local,
                         const struct llb_meta *meta);

/** The file behind URL, named FILENAME in the result (empty: the engine takes
 *  the server's name). CHECKSUM `sha256:…` or empty. */
struct llb_ref llb_http(struct llb *l, struct str url, struct str filename,
                        struct str checksum, const struct llb_meta *meta);

/** Whether URL names a git repository, whatever stands behind its address. */
bool llb_is_git(struct str url);

/** What a git URL says; texts that it does not say are empty. */
struct llb_git {
  struct str remote; // the address alone, with a scheme or as user@host:path
  struct str ref; // branch, tag, commit or refs/…; empty: the default branch
  struct str subdir;
  struct str checksum; // the commit that REF has to be
  struct str mtime;    // of the files: "checkout" or "commit"
  bool keep_git_dir;
  bool skip_submodules;
  bool fetch_by_commit; // without asking what REF is
};

/** Reads URL (llb_is_git()): ADDRESS#REF:SUBDIR, or ADDRESS?KEY=VALUE&… with
 *  the keys ref, tag, branch, subdir, checksum or commit, keep-git-dir,
 *  submodules, mtime and fetch-by-commit. OUT borrows from URL, or lives in AR.
 *  Fails for a key that is none of these, or that contradicts another. Source:
 *  buildkit v0.32.2 frontend/dockerfile/dfgitutil/git_ref.go. */
bool llb_git_parse(struct arena *ar, struct str url, struct llb_git *out,
                   struct diags *dg);

/** The source that the checkout of GIT is, in AR. */
struct llb_source llb_git_source(struct arena *ar, const struct llb_git *git);

/** The checkout of GIT. */
struct llb_ref llb_git(struct llb *l, const struct llb_git *git,
                       const struct llb_meta *meta);

/* ---- exec ---------------------------------------------------------------- */

// The enums are numbered as on the wire.
enum llb_mount_type {
  LLB_BIND,
  LLB_SECRET,
  LLB_SSH,
  LLB_CACHE,
  LLB_TMPFS,
};

enum llb_sharing { // of a cache
  LLB_SHARED,
  LLB_PRIVATE,
  LLB_LOCKED,
};

enum llb_network {
  LLB_NET_SANDBOX,
  LLB_NET_HOST,
  LLB_NET_NONE,
};

enum llb_security {
  LLB_SECURITY_SANDBOX,
  LLB_SECURITY_INSECURE,
};

/** Mounts are written sorted by DEST (mounts of one place keep their order).
 *  BIND mounts that are neither READONLY nor DISCARD have an output, numbered
 *  from 0 in that order; so the root's is 0. */
struct llb_mount {
  enum llb_mount_type type;
  struct str dest;      // absolute
  struct llb_ref input; // BIND, and CACHE for its first content
  struct str selector;  // only this path of the input
  bool readonly;
  /** BIND: writable, but nothing of it is kept. Without effect on the root,
   *  which engines mount read-only when it has no output. */
  bool discard;

  struct str id;            // CACHE, SECRET, SSH
  enum llb_sharing sharing; // CACHE
  int64_t size;             // TMPFS: bytes, 0 is the engine's choice
  bool optional;            // SECRET, SSH: missing is no error
  uint32_t uid, gid;        // SECRET, SSH
  uint32_t mode;            // SECRET, SSH: 0 is 0400 and 0600
};

/** A secret that becomes an environment variable. */
struct llb_secret_env {
  struct str id;
  struct str name;
  bool optional;
};

struct llb_host {
  struct str name;
  struct str ip;
};

/** A limit as setrlimit knows it; -1 is unlimited. */
struct llb_ulimit {
  struct str name;
  int64_t soft, hard;
};

/** Passed to the process in both cases of the name; not part of what decides
 *  whether a step is cached. */
struct llb_proxy {
  struct str http, https, ftp, no, all;
};

/** One command. At least one argument and a BIND mount on "/" (else BUG). */
struct llb_exec {
  struct platform platform;
  const struct str *args;
  size_t n_args;
  const struct str *env; // "NAME=value"
  size_t n_env;
  struct str cwd;  // made absolute and cleaned
  struct str user; // name or uid[:gid]; empty is root
  const struct llb_mount *mounts;
  size_t n_mounts;
  enum llb_network network;
  enum llb_security security;
  const struct llb_proxy *proxy; // NULL or all empty: none
  const struct llb_host *hosts;
  size_t n_hosts;
  struct str hostname;
  const struct llb_secret_env *secret_env;
  size_t n_secret_env;
  const struct llb_ulimit *ulimits;
  size_t n_ulimits;
  struct str cgroup_parent;
  const int32_t *valid_exit_codes; // none: only 0
  size_t n_valid_exit_codes;
};

/** The root after the command. When it is mounted READONLY there is none: the
 *  reference then only serves llb_exec_mount() and llb_digest(), and is a BUG
 *  as an input. */
struct llb_ref llb_exec(struct llb *l, const struct llb_exec *exec,
                        const struct llb_meta *meta);

/** The mount on DEST after the command; BUG when it has no output. The last
 *  one of that place, if there are several. */
struct llb_ref llb_exec_mount(const struct llb *l, struct llb_ref exec,
                              struct str dest);

/* ---- files --------------------------------------------------------------- */

enum llb_action_type {
  LLB_COPY,
  LLB_MKFILE,
  LLB_MKDIR,
  LLB_RM,
  LLB_SYMLINK,
};

enum {
  LLB_COPY_FOLLOW = 1 << 0,         // follow a link that SRC names
  LLB_COPY_CONTENTS = 1 << 1,       // of a directory, not the directory
  LLB_COPY_UNPACK = 1 << 2,         // a tar, compressed or not, is extracted
  LLB_COPY_CREATE_DEST = 1 << 3,    // make missing parents
  LLB_COPY_WILDCARD = 1 << 4,       // SRC is a pattern (filepath.Match)
  LLB_COPY_EMPTY_WILDCARD = 1 << 5, // … that may match nothing
  LLB_COPY_REPLACE = 1 << 6,        // a file may replace a directory and back
  /** One tree laid over another, names taken as they are. */
  LLB_COPY_TREE = LLB_COPY_FOLLOW | LLB_COPY_CONTENTS | LLB_COPY_CREATE_DEST,
  /** What COPY of a Dockerfile does. */
  LLB_COPY_DOCKERFILE =
      LLB_COPY_TREE | LLB_COPY_WILDCARD | LLB_COPY_EMPTY_WILDCARD,
};

/** Decimal ids or names. With both empty a copy keeps what it has and new
 *  things are root's; otherwise give both, or the engine chooses the other. A
 *  name is looked up in the tree that the file op starts from, so that must
 *  not be scratch. */
struct llb_owner {
  struct str user, group;
};

struct llb_copy {
  struct llb_ref from;
  struct str src;
  struct str dest; // with "/" at the end: into this directory
  unsigned flags;  // LLB_COPY_…
  struct llb_owner owner;
  int mode;     // 0: as it is
  int64_t made; // of all that is copied, seconds since 1970; 0: as it is
  const struct str *include, *exclude; // patterns relative to SRC
  size_t n_include, n_exclude;
};

/** One change of the tree. Paths are made absolute and cleaned. The epoch of
 *  the graph, if it has one, stands for each of their times. */
struct llb_action {
  enum llb_action_type type;
  union {
    struct llb_copy copy;
    struct {
      struct str path; // its directory must be there
      struct str data;
      int mode; // 0: 0644
      struct llb_owner owner;
    } mkfile;
    struct {
      struct str path;
      bool parents;
      int mode; // 0: 0755
      struct llb_owner owner;
      int64_t made; // seconds since 1970; 0: now
    } mkdir;
    struct {
      struct str path;
      bool allow_missing;
      bool wildcard;
    } rm;
    struct {
      struct str target; // text of the link, taken as it is
      struct str path;
      struct llb_owner owner;
    } symlink;
  };
};

/** BASE after N actions in order, as one op (one vertex, one layer). With no
 *  actions it is BASE itself. */
struct llb_ref llb_file(struct llb *l, struct llb_ref base,
                        const struct llb_action *actions, size_t n,
                        const struct llb_meta *meta);

/* ---- layers -------------------------------------------------------------- */

/** The trees laid over each other, lowest first, without copying. Scratch adds
 *  nothing; with fewer than two others the result is the one left. */
struct llb_ref llb_merge(struct llb *l, const struct llb_ref *refs, size_t n,
                         const struct llb_meta *meta);

/** What changed from LOWER to UPPER, as a tree with deletions. */
struct llb_ref llb_diff(struct llb *l, struct llb_ref lower,
                        struct llb_ref upper, const struct llb_meta *meta);

/* ---- other definitions --------------------------------------------------- */

/** Takes the ops of DEFINITION (pb.Definition from the engine's Inputs, or a
 *  marshalled one) over: bytes, digests and metadata unchanged, and the source
 *  positions with their files. *OUT is what its final op names; an empty
 *  definition is scratch. Fails when it cannot be read, is not in order, or has
 *  more ops than LIMIT_LLB_OPS. */
bool llb_splice(struct llb *l, struct str definition, struct llb_ref *out,
                struct diags *dg);

/* ---- the result ---------------------------------------------------------- */

/** Tells more about a file that spans name: LANGUAGE ("yaml", may be empty) and
 *  the definition by which the engine loaded it (may be empty). SRC is borrowed
 *  until the last llb_marshal(). Files that nothing is told about are written
 *  with name and text only. */
void llb_set_source_info(struct llb *l, const struct source *src,
                         struct str language, struct str definition);

struct llb_marshal_opts {
  /** Leave file texts and positions out. For definitions that this process
   *  itself lets the engine run: an error brings the text back twice, and
   *  nghttp2 takes no header over 64 kB. */
  bool no_source;
};

/** Appends the pb.Definition whose result is RESULT: the ops that it needs,
 *  producers first, then the final op. Nothing for scratch. OPTS may be NULL.
 *  The graph stays usable. Fails on a text that no engine takes, or when OUT's
 *  maximum is passed. */
bool llb_marshal(const struct llb *l, struct llb_ref result,
                 const struct llb_marshal_opts *opts, struct sbuf *out,
                 struct diags *dg);

/** Bytes of all ops so far, with their names: less than the definition has. */
size_t llb_total_bytes(const struct llb *l);

/** Bytes of the largest op so far, as it is written. */
size_t llb_largest_op(const struct llb *l);

/** "sha256:…" of the op that REF is an output of; lives in L's arena. Empty for
 *  scratch. For Warn. */
struct str llb_digest(const struct llb *l, struct llb_ref ref);

// ---- a plan as a graph
// ---------------------------------------------------------

/** What stands behind an image that the plan names. */
struct llb_plan_image {
  struct str name; // as the plan has it
  struct llb_ref tree;
  struct str json;           // its config, empty for none
  struct imageconfig config; // the same, read
};

/** How every command of the build is run. */
struct llb_plan_exec {
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
struct llb_plan_caps {
  bool copy_patterns; // copies may leave names out
  bool secret_env;    // secrets may become variables; else by a shell
  bool no_excerpts;   // its client shows no lines of a file with an error
};

struct llb_plan_input {
  const struct plan *plan;
  const struct plan_stage *target;
  struct platform platform;
  struct str step_prefix; // in front of a step's stage, may be empty
  const struct llb_plan_image *images;
  size_t n_images;
  struct llb_ref context;
  /** The context without what the copy of the source leaves out, where the
   *  engine can give it so and has no patterns in copies. */
  struct llb_ref source;
  bool has_source;
  struct llb_ref config_file; // the tree that holds the cog.yaml
  struct llb_ref pyenv;
  struct llb_plan_exec exec;
  struct llb_plan_caps caps;
  struct str cache_ns; // in front of the ids of cache mounts, may be empty
  bool no_cache;       // of all steps
  size_t max_bytes;    // of the definition that the engine takes; 0: any
  const struct str_vec *no_cache_stages; // or of these stages; may be NULL
};

/** Adds the steps of the target, and of the stages that it needs, to L. *OUT
 *  is the target's tree. Fails when the plan asks for what the engine cannot
 *  do, and as soon as it is certain that the definition is too large. */
bool llb_add_plan(struct llb *l, const struct llb_plan_input *in,
                  struct arena *ar, struct llb_ref *out, struct diags *dg);

/** The image at the bottom of S; an empty one when S starts from nothing. */
const struct llb_plan_image *
llb_plan_base_image(const struct llb_plan_input *in,
                    const struct plan_stage *s);

#endif
