// Finds the context, wherever it is: git, http, with the request, or local.
#include "builder_int.h"

#include "cogfe/limits.h"

struct tree_env builder_tree_env(const struct builder *b) {
  return (struct tree_env){b->engine, b->llb, b->ar, b->expected};
}

struct llb_local builder_local(const struct builder *b, struct str name) {
  struct str session = builder_pairs_get(
      &b->opts.all,
      str_printf(b->ar, "local-sessionid:" STR_FMT, STR_ARG(name)));
  if (session.len == 0)
    session = b->opts.session;
  return (struct llb_local){
      .name = name, .session = session, .differ_none = true};
}

struct str builder_config_name(const struct builder *b) {
  if (b->opts.filename.len)
    return b->opts.filename;
  // Clients need not name the Dockerfile whose first line brought us here.
  return b->opts.cmdline.len ? STR("Dockerfile") : STR(BUILDER_CONFIG_NAME);
}

struct llb_ref builder_subdirectory(struct builder *b, struct llb_ref tree,
                                    struct str subdir) {
  if (subdir.len == 0)
    return tree;
  const struct llb_action action = {
      .type = LLB_COPY,
      .copy = {.from = tree,
               .src = subdir,
               .dest = STR("/"),
               .flags = LLB_COPY_CONTENTS | LLB_COPY_CREATE_DEST},
  };
  const struct llb_meta meta = {
      .name = str_printf(b->ar, "[internal] take " STR_FMT " of the context",
                         STR_ARG(subdir))};
  return llb_file(b->llb, LLB_SCRATCH, &action, 1, &meta);
}

// ---- git

/** What a URL asks for has to be done, or the wrong files would be built. */
static bool engine_can(struct builder *b, const struct llb_git *git) {
  const struct {
    bool asked;
    enum gateway_cap cap;
    const char *key;
  } rows[] = {
      {git->checksum.len > 0, GATEWAY_CAP_GIT_CHECKSUM, "checksum"},
      {git->skip_submodules, GATEWAY_CAP_GIT_SKIP_SUBMODULES, "submodules"},
      {git->mtime.len > 0, GATEWAY_CAP_GIT_MTIME, "mtime"},
      {git->fetch_by_commit, GATEWAY_CAP_GIT_FETCH_BY_COMMIT,
       "fetch-by-commit"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (rows[i].asked && !gateway_has(gateway_caps(b->engine->g), rows[i].cap))
      return diag_fail(b->dg, DIAG_UNSUPPORTED, SPAN_NONE,
                       "this engine does not know \"%s\" in a git URL: it "
                       "came with BuildKit %s",
                       rows[i].key, gateway_cap_since(rows[i].cap));
  return true;
}

bool builder_git(struct builder *b, struct str url, bool keep_git_dir,
                 struct str name, struct llb_ref *out) {
  struct llb_git git;
  if (!llb_git_parse(b->ar, url, &git, b->dg) || !engine_can(b, &git))
    return false;
  git.keep_git_dir |= keep_git_dir;
  *out = llb_git(b->llb, &git, &(struct llb_meta){.name = name});
  return true;
}

static bool open_git(struct builder *b, struct str url,
                     struct builder_place *out) {
  const struct str name =
      str_printf(b->ar, "[internal] load git source " STR_FMT, STR_ARG(url));
  if (!builder_git(b, url, recipe_truth(b->opts.args.keep_git_dir), name,
                   &out->tree))
    return false;
  out->tree = builder_subdirectory(b, out->tree, b->opts.contextsubdir);
  const struct tree_env env = builder_tree_env(b);
  out->files = tree_context(&env, out->tree, (struct str){0});
  out->where = "the git repository";
  return true;
}

// ---- http

// The source of a URL that can be fetched only once has to be the very op that
// the engine made for it: nothing may be added (docs/dev/gateway.md, The
// context).
#define HTTP_FILE "context"

static struct llb_ref http_source(struct builder *b, struct str url) {
  return llb_http(
      b->llb, url, STR(HTTP_FILE), (struct str){0},
      &(struct llb_meta){.name = STR("[internal] load remote build context")});
}

static struct llb_ref unpack_http(struct builder *b, struct llb_ref http) {
  const struct llb_action action = {
      .type = LLB_COPY,
      .copy = {.from = http,
               .src = STR("/" HTTP_FILE),
               .dest = STR("/"),
               .flags = LLB_COPY_UNPACK},
  };
  const struct llb_meta meta = {.name =
                                    STR("[internal] unpack the build context")};
  return llb_file(b->llb, LLB_SCRATCH, &action, 1, &meta);
}

static bool sniff(const struct context_reader *reader,
                  enum context_archive *out, struct diags *dg) {
  char head[CONTEXT_SNIFF_BYTES];
  size_t have = 0, got = 1;
  while (have < sizeof head && got > 0) {
    if (!reader->read_at(reader->self, have, head + have, sizeof head - have,
                         &got, dg))
      return false;
    have += got;
  }
  *out = context_sniff(head, have);
  return true;
}

static bool engine_unpacks(enum context_archive kind) {
  return kind == CONTEXT_TAR || kind == CONTEXT_GZIP || kind == CONTEXT_BZIP2 ||
         kind == CONTEXT_XZ;
}

/** The URL is the config file itself, and there are no other files. */
static bool open_config_url(struct builder *b, struct llb_ref http,
                            struct builder_place *out) {
  b->opts.filename = STR(HTTP_FILE);
  const struct tree_env env = builder_tree_env(b);
  out->tree = http;
  out->files = tree_context(&env, http, (struct str){0});
  out->where = "the file behind the URL";
  return true;
}

/** Takes the one directory TOP that everything stands in, if there is one, as
 *  the context; also for the name of the config in it. */
static void take_top(struct builder *b, struct str top,
                     struct builder_place *out) {
  struct str *name = &b->opts.filename;
  const bool named = !b->opts.dockerfilekey.len && top.len &&
                     name->len > top.len && name->p[top.len] == '/' &&
                     str_eq(str_take(*name, top.len), top);
  if (named)
    *name = str_skip(*name, top.len + 1);
  out->tree = builder_subdirectory(b, out->tree, top);
}

static bool open_http(struct builder *b, struct str url,
                      struct builder_place *out) {
  const struct llb_ref http = http_source(b, url);
  const struct tree_env env = builder_tree_env(b);
  struct context_reader reader;
  enum context_archive kind;
  if (!tree_reader(&env, http, HTTP_FILE, &reader, b->dg) ||
      !sniff(&reader, &kind, b->dg))
    return false;
  if (kind == CONTEXT_NO_ARCHIVE)
    return open_config_url(b, http, out);
  if (!engine_unpacks(kind))
    return diag_fail(b->dg, DIAG_BAD_CONTEXT, SPAN_NONE,
                     "the context is an archive that engines do not unpack; "
                     "send a tar, plain or with gzip, bzip2 or xz");

  out->tree = unpack_http(b, http);
  if (b->opts.contextsubdir.len) {
    out->tree = builder_subdirectory(b, out->tree, b->opts.contextsubdir);
    out->files = tree_context(&env, out->tree, (struct str){0});
  } else {
    // Read out of the archive itself: nothing is unpacked before it is wanted.
    out->files = context_open_archive(
        b->ar, &reader, str_cstr(b->ar, builder_config_name(b)), b->dg);
    if (!out->files)
      return false;
    b->archive = out->files;
    take_top(b, str_of(context_root_prefix(out->files)), out);
  }
  out->where = "the archive";
  return true;
}

// ---- local

static struct str local_context_name(const struct builder *b) {
  // Engines of 0.8 use the option also as the directory's name.
  return b->opts.contextkey.len ? b->opts.contextkey : STR("context");
}

struct llb_local builder_local_context(const struct builder *b) {
  return builder_local(b, local_context_name(b));
}

static bool open_local(struct builder *b, struct builder_place *out) {
  const struct tree_env env = builder_tree_env(b);
  const struct llb_local local = builder_local_context(b);
  out->files = tree_local_context(&env, &local);
  out->where = "the build context";
  out->local = true;
  return true;
}

static bool takes_back(const struct str_vec *patterns, const char *name) {
  for (size_t i = 0; i < patterns->n; i++) {
    const struct str p = patterns->v[i];
    if (str_starts(p, "!") && str_starts(str_skip(p, 1), name))
      return true;
  }
  return false;
}

/** What the user's ignore file did not ask to be left out, for people. */
static struct str left_out(struct builder *b, const struct str_vec *patterns) {
  static const char *const names[] = {CONTEXT_IGNORED};
  struct str text = {0};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (!takes_back(patterns, names[i]))
      text = str_printf(b->ar, STR_FMT "%s%s", STR_ARG(text),
                        text.len ? ", " : " without ", names[i]);
  return text;
}

/** The whole directory, without what the ignore file names and what Cog's own
 *  tool leaves behind. */
struct llb_ref builder_local_tree(struct builder *b, struct str_vec patterns,
                                  const char *suffix) {
  vec_push(b->ar, &patterns, STR(".cog"));
  struct llb_local local = builder_local_context(b);
  local.exclude = &patterns;
  local.shared_key_hint =
      str_printf(b->ar, STR_FMT "%s", STR_ARG(local.name), suffix);
  local.differ_none = false;
  return llb_local(
      b->llb, &local,
      &(struct llb_meta){
          .name = str_printf(
              b->ar, "[internal] load build context" STR_FMT "%s%s",
              STR_ARG(left_out(b, &patterns)), *suffix ? ": " : "", suffix)});
}

// ---- any of them

/** A tree that came with the request, as bake's `target:` contexts do. */
static bool open_input(struct builder *b, struct str definition,
                       struct builder_place *out) {
  if (!llb_splice(b->llb, definition, &out->tree, b->dg))
    return false;
  out->tree = builder_subdirectory(b, out->tree, b->opts.contextsubdir);
  const struct tree_env env = builder_tree_env(b);
  out->files = tree_context(&env, out->tree, (struct str){0});
  out->where = "the context that came with the request";
  return true;
}

struct str builder_context_url(const struct builder *b) {
  return b->opts.contextkey.len
             ? builder_pairs_get(&b->opts.all, b->opts.contextkey)
             : b->opts.context;
}

bool builder_open_place(struct builder *b, struct builder_place *out) {
  const struct str url = builder_context_url(b);
  if (llb_is_git(url))
    return open_git(b, url, out);
  if (str_starts(url, "http://") || str_starts(url, "https://"))
    return open_http(b, url, out);
  const struct str *input = gateway_map_get(&b->inputs, "context");
  return input ? open_input(b, *input, out) : open_local(b, out);
}
