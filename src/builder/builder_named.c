// Named contexts, and the trees behind those that are no image.
#include "cogfe/json.h"

#include "builder_int.h"

#include "cogfe/limits.h"

struct str builder_named_context(const struct builder *b,
                                 const struct platform *platform,
                                 struct str name) {
  const struct builder_pairs *all = &b->opts.contexts;
  const struct str key = builder_familiar_name(b->ar, name);
  const struct str id = platform_id(b->ar, platform);
  const struct str with_platform =
      str_printf(b->ar, STR_FMT "::" STR_FMT, STR_ARG(key), STR_ARG(id));
  const struct str found = builder_pairs_get(all, with_platform);
  return found.p ? found : builder_pairs_get(all, key);
}

/** The directory DIR of the client, without what its own ignore file names. */
static bool named_local_tree(struct builder *b, struct str name, struct str dir,
                             struct llb_ref *out) {
  struct llb_local local = builder_local(b, dir);
  const struct tree_env env = builder_tree_env(b);
  struct context *files = tree_local_context(&env, &local);
  struct context_ignore ignore;
  if (!context_ignore_load(files, files, STR(""), b->ar, &ignore, b->dg))
    return false;
  local.differ_none = false;
  local.exclude = ignore.patterns.n ? &ignore.patterns : NULL;
  const struct str key = builder_pairs_get(
      &b->opts.all,
      str_printf(b->ar, "sharedkey:localdir:" STR_FMT, STR_ARG(dir)));
  local.shared_key_hint =
      str_printf(b->ar, "context:" STR_FMT "%s" STR_FMT, STR_ARG(name),
                 key.len ? "-" : "", STR_ARG(key));
  const struct llb_meta meta = {
      .name = str_printf(b->ar, "[context " STR_FMT "] load from client",
                         STR_ARG(name))};
  *out = llb_local(b->llb, &local, &meta);
  return true;
}

static bool input_tree(struct builder *b, struct str name, struct str key,
                       struct llb_ref *out) {
  const struct str *definition =
      gateway_map_get(&b->inputs, str_cstr(b->ar, key));
  if (definition)
    return llb_splice(b->llb, *definition, out, b->dg);
  return diag_fail(b->dg, DIAG_BAD_CONTEXT, SPAN_NONE,
                   "the context \"" STR_FMT "\" names the input \"" STR_FMT
                   "\", which the build did not bring",
                   STR_ARG(name), STR_ARG(key));
}

static const char input_scheme[] = "input:";

bool builder_input_config(struct builder *b, struct str value,
                          struct str *json) {
  if (!str_starts(value, input_scheme))
    return true;
  const struct str key = str_skip(value, strlen(input_scheme));
  const struct str meta = builder_pairs_get(
      &b->opts.all, str_printf(b->ar, "input-metadata:" STR_FMT, STR_ARG(key)));
  if (meta.len == 0)
    return true;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_IMAGE_CONFIG_BYTES);
  json_t *root = json_loadb(meta.p, meta.len, 0, NULL);
  const json_t *config = json_object_get(root, "containerimage.config");
  const bool ok =
      json_is_object(root) &&
      (!config ||
       (json_is_string(config) &&
        sbuf_add_base64_decoded(&text, str_of(json_string_value(config)))));
  json_decref(root);
  *json = str_dup(b->ar, sbuf_str(&text));
  return ok ||
         diag_fail(b->dg, DIAG_BAD_OPTION, SPAN_NONE,
                   "the metadata of the input \"" STR_FMT "\" cannot be read",
                   STR_ARG(key));
}

/** A file of the web: an archive is unpacked, and one with a single directory
 *  at its top, as GitHub makes them, is that directory. */
static bool http_tree(struct builder *b, struct str name, struct str url,
                      struct llb_ref *out) {
  const struct llb_meta load = {
      .name = str_printf(b->ar, "[context " STR_FMT "] load " STR_FMT,
                         STR_ARG(name), STR_ARG(url))};
  const struct llb_meta unpack = {
      .name = str_printf(b->ar, "[context " STR_FMT "] unpack", STR_ARG(name))};
  struct llb_action action = {
      .type = LLB_COPY,
      .copy = {.from = llb_http(b->llb, url, STR("context"), (struct str){0},
                                &load),
               .src = STR("/context"),
               .dest = STR("/"),
               .flags = LLB_COPY_UNPACK},
  };
  *out = llb_file(b->llb, LLB_SCRATCH, &action, 1, &unpack);
  const struct tree_env env = builder_tree_env(b);
  struct str_vec names = {0};
  if (!context_list(tree_context(&env, *out, (struct str){0}), STR(""),
                    SPAN_NONE, b->ar, &names, b->dg))
    return false;
  if (names.n == 1 && str_ends(names.v[0], "/"))
    *out = builder_subdirectory(b, *out, names.v[0]);
  return true;
}

bool builder_named_tree(struct builder *b, struct str name, struct str value,
                        struct llb_ref *out) {
  if (str_starts(value, "local:"))
    return named_local_tree(b, name, str_skip(value, strlen("local:")), out);
  if (str_starts(value, input_scheme))
    return input_tree(b, name, str_skip(value, strlen(input_scheme)), out);
  if (llb_is_git(value))
    return builder_git(
        b, value, recipe_truth(b->opts.args.keep_git_dir),
        str_printf(b->ar, "[context " STR_FMT "] load from git", STR_ARG(name)),
        out);
  if (str_starts(value, "http://") || str_starts(value, "https://"))
    return http_tree(b, name, value, out);
  diag_fail(b->dg, DIAG_BAD_CONTEXT, SPAN_NONE,
            "the context \"" STR_FMT "\" cannot be \"" STR_FMT "\"",
            STR_ARG(name), STR_ARG(value));
  diag_note(b->dg, SPAN_NONE,
            "it is an image (docker-image://…, oci-layout://…), a directory, "
            "a git URL or an http URL");
  return false;
}
