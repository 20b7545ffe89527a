// Finds the config: the file that the build names, or the context's cog.yaml.
#include "builder_from_cog.h"

#include "cogfe/limits.h"

/** The directory of the client that holds the file which the build names. */
static struct llb_local named_directory(const struct builder *b) {
  return builder_local(b, b->opts.dockerfilekey.len ? b->opts.dockerfilekey
                                                    : STR("dockerfile"));
}

/** Of that directory, what is read in any case. */
static struct llb_ref config_source(struct builder *b) {
  const struct str name = builder_config_name(b);
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
  struct llb_local local = named_directory(b);
  local.follow = &follow;
  local.shared_key_hint = local.name;
  return llb_local(
      b->llb, &local,
      &(struct llb_meta){
          .name = str_printf(b->ar,
                             "[internal] load build definition from " STR_FMT,
                             STR_ARG(name))});
}

/** The first line that is neither a comment nor blank; empty when there is
 *  none, as in a Dockerfile that only says who builds. */
static struct str first_line(struct str text) {
  struct str line;
  if (str_starts(text, "\xEF\xBB\xBF"))
    text = str_skip(text, 3);
  while (str_next_line(&text, &line)) {
    line = str_trim(line);
    if (line.len && line.p[0] != '#')
      return line;
  }
  return STR("");
}

/** Whether a file is a Dockerfile by its first line that says anything. */
static bool has_instructions(struct str text) {
  struct str word;
  str_cut(first_line(text), ' ', &word);
  return str_is_nocase(word, "FROM") || str_is_nocase(word, "ARG");
}

static bool read_config_file(struct builder *b, struct context *files,
                             struct str path, struct source *out) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_CONFIG_BYTES);
  if (!context_read(files, path, LIMIT_CONFIG_BYTES, SPAN_NONE, &text, b->dg))
    return false;
  *out =
      (struct source){str_cstr(b->ar, path), str_dup(b->ar, sbuf_str(&text))};
  return true;
}

static bool exists(struct builder *b, struct context *files, struct str path,
                   bool *out) {
  struct context_stat st;
  if (!context_stat(files, path, SPAN_NONE, &st, b->dg))
    return false;
  *out = st.kind != CONTEXT_MISSING;
  return true;
}

static bool fail_no_config(struct builder *b, struct str name,
                           const char *where) {
  diag_fail(b->dg, DIAG_NO_CONFIG, SPAN_NONE, "there is no " STR_FMT " in %s",
            STR_ARG(name), where);
  diag_note(b->dg, SPAN_NONE,
            "name the file with -f, relative to where you build from; "
            "what .dockerignore excludes is not in the context");
  return false;
}

/** The file that the build names, in the tree that holds it. */
struct named {
  struct llb_ref tree;
  struct context *files;
  struct context *beside; // the same, with more than that file
  const char *where;
};

static bool read_named(struct builder *b, const struct named *in,
                       struct builder_input *out) {
  struct str name = builder_config_name(b);
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
    return fail_no_config(b, builder_config_name(b), in->where);
  out->config_tree = in->tree;
  out->beside = in->beside;
  out->config_path = name;
  return read_config_file(b, in->files, name, &out->config);
}

/** The context's own cog.yaml, when the file named is a Dockerfile that leaves
 *  it to us. */
static bool read_default_config(struct builder *b,
                                const struct builder_place *place,
                                struct builder_input *out) {
  bool found;
  if (!exists(b, place->files, STR(BUILDER_CONFIG_NAME), &found))
    return false;
  if (!found)
    return fail_no_config(b, STR(BUILDER_CONFIG_NAME), place->where);
  out->config_in_context = true;
  out->beside = NULL; // it is the context's top
  return read_config_file(b, place->files, STR(BUILDER_CONFIG_NAME),
                          &out->config);
}

/** A Dockerfile with instructions of its own. When the target is one of ours,
 *  it is as if there were no more than its syntax line. */
static bool take_dockerfile(struct builder *b,
                            const struct builder_place *place,
                            struct builder_input *out) {
  const struct from_cog_name *ours = from_cog_find(b->opts.target);
  const struct source dockerfile = out->config;
  out->config = (struct source){0};
  b->opts.target = ours ? str_of(ours->stage) : STR(""); // or the Dockerfile's
  if (ours)
    return read_default_config(b, place, out);
  out->dockerfile = dockerfile;
  return !from_cog_wants(b, dockerfile.text) ||
         read_default_config(b, place, out);
}

static bool find_config(struct builder *b, const struct builder_place *place,
                        const struct named *named, struct builder_input *out) {
  if (!read_named(b, named, out))
    return false;
  if (first_line(out->config.text).len == 0 &&
      !recipe_is_yaml(out->config_path))
    return read_default_config(b, place, out);
  if (has_instructions(out->config.text))
    return take_dockerfile(b, place, out);
  // Only in a context of which the config is a part is it known to be there.
  out->config_in_context = named->files == place->files &&
                           str_is(out->config_path, BUILDER_CONFIG_NAME);
  return true;
}

/** Where the file that the build names is: beside a local context in a
 *  directory of its own, else in the context. */
static bool find_named(struct builder *b, const struct builder_place *place,
                       struct named *out) {
  const struct tree_env env = builder_tree_env(b);
  const struct str *input = gateway_map_get(&b->inputs, "dockerfile");
  const struct llb_local local = named_directory(b);
  *out = (struct named){place->tree, place->files, place->files, place->where};
  if (b->opts.dockerfilekey.len || (place->local && !input))
    out->tree = config_source(b);
  else if (!input)
    return true;
  else if (!llb_splice(b->llb, *input, &out->tree, b->dg))
    return false;
  out->files = tree_context(&env, out->tree, (struct str){0});
  out->beside = input ? out->files : tree_local_context(&env, &local);
  out->where = "the directory that the build names";
  return true;
}

bool builder_find_input(struct builder *b, struct builder_input *out) {
  *out = (struct builder_input){0};
  struct builder_place place = {0};
  if (!builder_open_place(b, &place))
    return false;

  struct named named;
  if (!find_named(b, &place, &named))
    return false;
  const struct str name = builder_config_name(b);
  context_expect(named.files, b->ar, name);
  if (place.local)
    context_ignore_expect(place.files, named.files, name, b->ar);
  if (!find_config(b, &place, &named, out))
    return false;
  if (place.local) {
    struct context_ignore *ignore = arena_new(b->ar, struct context_ignore);
    if (!context_ignore_load_model(place.files, named.files, name, b->ar,
                                   ignore, b->dg))
      return false;
    place.tree = builder_local_tree(b, ignore->patterns, "");
    out->ignore = ignore;
  }
  const struct tree_env env = builder_tree_env(b);
  out->context = place.tree;
  out->files = place.files;
  out->tree = place.local ? tree_context(&env, place.tree, (struct str){0})
                          : place.files;
  return true;
}
