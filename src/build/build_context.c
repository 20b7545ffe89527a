// Finds what is built: the context, wherever it is, and the config in it.
#include "build_int.h"

#include "cogfe/limits.h"

#define CONFIG_NAME "cog.yaml"

/** Where the context is, before the config has been looked for. */
struct place {
  struct llb_ref tree;
  struct context *files;
  const char *where; // for "no cog.yaml in …"
  bool local;
};

struct tree_env build_tree_env(const struct build *b) {
  return (struct tree_env){b->engine, b->llb, b->ar};
}

struct llb_local build_local(const struct build *b, struct str name) {
  struct str session = build_pairs_get(
      &b->opts.all,
      str_printf(b->ar, "local-sessionid:" STR_FMT, STR_ARG(name)));
  if (session.len == 0)
    session = b->opts.session;
  return (struct llb_local){
      .name = name, .session = session, .differ_none = true};
}

static struct str config_name(const struct build *b) {
  return b->opts.filename.len ? b->opts.filename : STR(CONFIG_NAME);
}

/** Below SUBDIR of TREE, as a tree of its own. */
static struct llb_ref subdirectory(struct build *b, struct llb_ref tree,
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
// ---------------------------------------------------------------------

struct llb_ref build_git(struct build *b, struct str url, struct str name) {
  return llb_git(b->llb, url, recipe_truth(b->opts.args.keep_git_dir),
                 &(struct llb_meta){.name = name});
}

static bool open_git(struct build *b, struct str url, struct place *out) {
  out->tree = build_git(
      b, url,
      str_printf(b->ar, "[internal] load git source " STR_FMT, STR_ARG(url)));
  out->tree = subdirectory(b, out->tree, b->opts.contextsubdir);
  const struct tree_env env = build_tree_env(b);
  out->files = tree_context(&env, out->tree, (struct str){0});
  out->where = "the git repository";
  return true;
}

// ---- http
// --------------------------------------------------------------------

// The source of a URL that can be fetched only once has to be the very op that
// the engine made for it: nothing may be added (gateway-protocol.md §4.3).
#define HTTP_FILE "context"

static struct llb_ref http_source(struct build *b, struct str url) {
  return llb_http(
      b->llb, url, STR(HTTP_FILE), (struct str){0},
      &(struct llb_meta){.name = STR("[internal] load remote build context")});
}

static struct llb_ref unpack(struct build *b, struct llb_ref http) {
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
static bool open_config_url(struct build *b, struct llb_ref http,
                            struct place *out) {
  b->opts.filename = STR(HTTP_FILE);
  const struct tree_env env = build_tree_env(b);
  out->tree = http;
  out->files = tree_context(&env, http, (struct str){0});
  out->where = "the file behind the URL";
  return true;
}

/** Takes the one directory TOP that everything stands in, if there is one, as
 *  the context; also for the name of the config in it. */
static void take_top(struct build *b, struct str top, struct place *out) {
  struct str *name = &b->opts.filename;
  const bool named = !b->opts.dockerfilekey.len && top.len &&
                     name->len > top.len && name->p[top.len] == '/' &&
                     str_eq(str_take(*name, top.len), top);
  if (named)
    *name = str_skip(*name, top.len + 1);
  out->tree = subdirectory(b, out->tree, top);
}

static bool open_http(struct build *b, struct str url, struct place *out) {
  const struct llb_ref http = http_source(b, url);
  const struct tree_env env = build_tree_env(b);
  struct context_reader reader;
  enum context_archive kind;
  if (!tree_reader(&env, http, HTTP_FILE, &reader, b->dg) ||
      !sniff(&reader, &kind, b->dg))
    return false;
  if (kind == CONTEXT_NO_ARCHIVE)
    return open_config_url(b, http, out);
  if (!engine_unpacks(kind))
    return diag_fail(b->dg, DIAG_BAD_CONTEXT, (struct span){0},
                     "the context is an archive that engines do not unpack; "
                     "send a tar, plain or with gzip, bzip2 or xz");

  out->tree = unpack(b, http);
  if (b->opts.contextsubdir.len) {
    out->tree = subdirectory(b, out->tree, b->opts.contextsubdir);
    out->files = tree_context(&env, out->tree, (struct str){0});
  } else {
    // Read out of the archive itself: nothing is unpacked before it is wanted.
    out->files = context_open_archive(b->ar, &reader,
                                      str_cstr(b->ar, config_name(b)), b->dg);
    if (!out->files)
      return false;
    take_top(b, str_of(context_root_prefix(out->files)), out);
  }
  out->where = "the archive";
  return true;
}

// ---- local
// -------------------------------------------------------------------

static struct str local_context_name(const struct build *b) {
  // Engines of 0.8 use the option also as the directory's name.
  return b->opts.contextkey.len ? b->opts.contextkey : STR("context");
}

static bool open_local(struct build *b, struct place *out) {
  const struct tree_env env = build_tree_env(b);
  const struct llb_local local = build_local(b, local_context_name(b));
  out->files = tree_local_context(&env, &local);
  out->where = "the build context";
  out->local = true;
  return true;
}

/** The whole directory, without what the ignore file names and what Cog's own
 *  tool leaves behind. */
static struct llb_ref local_tree(struct build *b, struct str_vec patterns) {
  vec_push(b->ar, &patterns, STR(".cog"));
  struct llb_local local = build_local(b, local_context_name(b));
  local.exclude = &patterns;
  local.shared_key_hint = local.name;
  local.differ_none = false;
  return llb_local(
      b->llb, &local,
      &(struct llb_meta){.name = STR("[internal] load build context")});
}

// ---- the config
// --------------------------------------------------------------

/** The directory of the client that holds the file which the build names. */
static struct llb_ref config_source(struct build *b) {
  const struct str name = config_name(b);
  struct str_vec follow = {0};
  vec_push(b->ar, &follow, name);
  vec_push(b->ar, &follow,
           str_printf(b->ar, STR_FMT ".dockerignore", STR_ARG(name)));
  const ptrdiff_t slash = str_rfind(name, '/');
  const struct str base = str_skip(name, (size_t)(slash + 1));
  if (str_is(base, "Dockerfile"))
    vec_push(b->ar, &follow,
             str_printf(b->ar, STR_FMT "dockerfile",
                        STR_ARG(str_take(name, (size_t)(slash + 1)))));
  struct llb_local local = build_local(
      b, b->opts.dockerfilekey.len ? b->opts.dockerfilekey : STR("dockerfile"));
  local.follow = &follow;
  local.shared_key_hint = local.name;
  return llb_local(
      b->llb, &local,
      &(struct llb_meta){
          .name = str_printf(b->ar,
                             "[internal] load build definition from " STR_FMT,
                             STR_ARG(name))});
}

/** A Dockerfile that only says who builds: every line a comment or blank. */
static bool only_comments(struct str text) {
  struct str line;
  if (str_starts(text, "\xEF\xBB\xBF"))
    text = str_skip(text, 3);
  while (str_next_line(&text, &line)) {
    line = str_trim(line);
    if (line.len && line.p[0] != '#')
      return false;
  }
  return true;
}

/** Whether a file is a Dockerfile by its first line that says anything. */
static bool has_instructions(struct str text) {
  static const char *const first[] = {"FROM", "ARG"};
  struct str line, word;
  while (str_next_line(&text, &line)) {
    line = str_trim(line);
    if (line.len == 0 || line.p[0] == '#')
      continue;
    str_cut(line, ' ', &word);
    for (size_t i = 0; i < ARRAY_LEN(first); i++)
      if (str_is_nocase(word, first[i]))
        return true;
    return false;
  }
  return false;
}

static bool read_config(struct build *b, struct context *files, struct str path,
                        struct source *out) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_CONFIG_BYTES);
  if (!context_read(files, path, LIMIT_CONFIG_BYTES, (struct span){0}, &text,
                    b->dg))
    return false;
  *out =
      (struct source){str_cstr(b->ar, path), str_dup(b->ar, sbuf_str(&text))};
  return true;
}

static bool exists(struct build *b, struct context *files, struct str path,
                   bool *out) {
  struct context_stat st;
  if (!context_stat(files, path, (struct span){0}, &st, b->dg))
    return false;
  *out = st.kind != CONTEXT_MISSING;
  return true;
}

static bool no_config(struct build *b, struct str name, const char *where) {
  diag_fail(b->dg, DIAG_NO_CONFIG, (struct span){0},
            "there is no " STR_FMT " in %s", STR_ARG(name), where);
  diag_note(b->dg, (struct span){0},
            "name the file with -f, relative to where you build from; "
            "what .dockerignore excludes is not in the context");
  return false;
}

/** The file that the build names, in the tree that holds it. */
struct named {
  struct llb_ref tree;
  struct context *files;
  const char *where;
};

static bool read_named(struct build *b, const struct named *in,
                       struct build_input *out) {
  struct str name = config_name(b);
  bool found;
  if (!exists(b, in->files, name, &found))
    return false;
  if (!found && str_ends(name, "Dockerfile")) {
    const size_t dir = name.len - strlen("Dockerfile");
    name =
        str_printf(b->ar, STR_FMT "dockerfile", STR_ARG(str_take(name, dir)));
    if (!exists(b, in->files, name, &found))
      return false;
  }
  if (!found)
    return no_config(b, config_name(b), in->where);
  out->config_tree = in->tree;
  out->config_path = name;
  return read_config(b, in->files, name, &out->config);
}

/** The context's own cog.yaml, when the file named is a Dockerfile that leaves
 *  it to us. */
static bool read_default(struct build *b, const struct place *place,
                         struct build_input *out) {
  bool found;
  if (!exists(b, place->files, STR(CONFIG_NAME), &found))
    return false;
  if (!found)
    return no_config(b, STR(CONFIG_NAME), place->where);
  out->config_in_context = true;
  return read_config(b, place->files, STR(CONFIG_NAME), &out->config);
}

static bool is_yaml(struct str path) {
  return str_ends(path, ".yaml") || str_ends(path, ".yml");
}

static bool find_config(struct build *b, const struct place *place,
                        const struct named *named, struct build_input *out) {
  if (!read_named(b, named, out))
    return false;
  if (only_comments(out->config.text) && !is_yaml(out->config_path))
    return read_default(b, place, out);
  if (has_instructions(out->config.text))
    return diag_fail(b->dg, DIAG_BAD_CONTEXT, (struct span){0},
                     "\"%s\" is a Dockerfile with instructions; keep only its "
                     "# syntax line, or name a cog.yaml with -f",
                     out->config.name);
  // Only in a context of which the config is a part is it known to be there.
  out->config_in_context =
      named->files == place->files && str_is(out->config_path, CONFIG_NAME);
  return true;
}

/** A tree that came with the request, as bake's `target:` contexts do. */
static bool open_input(struct build *b, struct str definition,
                       struct place *out) {
  if (!llb_splice(b->llb, definition, &out->tree, b->dg))
    return false;
  out->tree = subdirectory(b, out->tree, b->opts.contextsubdir);
  const struct tree_env env = build_tree_env(b);
  out->files = tree_context(&env, out->tree, (struct str){0});
  out->where = "the context that came with the request";
  return true;
}

static bool open_place(struct build *b, struct place *out) {
  struct str url = b->opts.context;
  if (b->opts.contextkey.len)
    url = build_pairs_get(&b->opts.all, b->opts.contextkey);
  if (llb_is_git(url))
    return open_git(b, url, out);
  if (str_starts(url, "http://") || str_starts(url, "https://"))
    return open_http(b, url, out);
  const struct str *input = gateway_map_get(&b->inputs, "context");
  return input ? open_input(b, *input, out) : open_local(b, out);
}

/** Where the file that the build names is: beside a local context in a
 *  directory of its own, else in the context. */
static bool find_named(struct build *b, const struct place *place,
                       struct named *out) {
  const struct tree_env env = build_tree_env(b);
  const struct str *input = gateway_map_get(&b->inputs, "dockerfile");
  *out = (struct named){place->tree, place->files, place->where};
  if (b->opts.dockerfilekey.len || (place->local && !input))
    out->tree = config_source(b);
  else if (!input)
    return true;
  else if (!llb_splice(b->llb, *input, &out->tree, b->dg))
    return false;
  out->files = tree_context(&env, out->tree, (struct str){0});
  out->where = "the directory that the build names";
  return true;
}

bool build_find_input(struct build *b, struct build_input *out) {
  *out = (struct build_input){0};
  struct place place = {0};
  if (!open_place(b, &place))
    return false;

  struct named named;
  if (!find_named(b, &place, &named))
    return false;
  if (!find_config(b, &place, &named, out))
    return false;
  if (place.local) {
    struct context_ignore ignore;
    if (!context_ignore_load(place.files, named.files, config_name(b), b->ar,
                             &ignore, b->dg))
      return false;
    place.tree = local_tree(b, ignore.patterns);
  }
  out->context = place.tree;
  out->files = place.files;
  return true;
}
