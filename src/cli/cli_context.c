// The context as a tar that any builder can build.
#include "cli/cli_int.h"
#include "cli/cli_sink.h"

#include "cogfe/context.h"

/** What the copy is made of besides the context. */
struct recipe_copy {
  struct context_copy how;
  VEC(struct context_renamed) renamed;
  VEC(struct context_added) added;
  VEC(const char *) left_out;
  struct context_file_id files[CLI_SINK_FILES];
};

// ---- names that are taken ---------------------------------------------------

/** What stands at NAME and would be in the copy. */
static bool stat_name(struct cli *c, const char *name,
                      struct context_stat *out) {
  *out = (struct context_stat){0};
  return context_ignore_hides(&c->input.ignore, str_of(name)) ||
         context_stat(c->files, str_of(name), SPAN_NONE, out, c->dg);
}

static bool is_in_the_way(struct cli *c, const char *name) {
  diag_fail(c->dg, DIAG_IN_THE_WAY, SPAN_NONE,
            "the context has a %s of its own", name);
  diag_note(c->dg, SPAN_NONE,
            "--keep-dockerfile=NAME keeps it under another name; a line in the "
            "ignore file leaves it out");
  return false;
}

/** A file of the context that builders would take for one of ours goes by the
 *  name that --keep-dockerfile gives, with SUFFIX. */
static bool rename_dockerfile(struct cli *c, const char *name,
                              const char *suffix, struct recipe_copy *copy) {
  const struct str kept = c->flags.keep_dockerfile;
  struct context_stat st, other;
  if (!stat_name(c, name, &st))
    return false;
  if (st.kind == CONTEXT_MISSING)
    return true;
  if (!kept.p)
    return is_in_the_way(c, name);
  if (st.kind != CONTEXT_FILE)
    return diag_fail(c->dg, DIAG_IN_THE_WAY, SPAN_NONE,
                     "%s is not a file in the context and cannot be kept",
                     name);
  const char *to = arena_printf(c->ar, STR_FMT "%s", STR_ARG(kept), suffix);
  if (!stat_name(c, to, &other))
    return false;
  if (other.kind != CONTEXT_MISSING)
    return diag_fail(c->dg, DIAG_IN_THE_WAY, SPAN_NONE,
                     "--keep-dockerfile: the context has a file \"%s\" already",
                     to);
  vec_push(c->ar, &copy->renamed, (struct context_renamed){name, to});
  return true;
}

static bool is_free_name(struct cli *c, struct str name) {
  if (!name.p || (str_find(name, '/') < 0 && !str_is(name, ".") &&
                  !str_is(name, "..") && !str_is(name, "Dockerfile")))
    return true;
  return diag_fail(c->dg, DIAG_USAGE, SPAN_NONE,
                   "--keep-dockerfile cannot be \"" STR_FMT
                   "\"; it is the name of a file at the top",
                   STR_ARG(name));
}

/** What builders look for, and prefer to the Dockerfile or its ignore file.
 *  Source: buildkit v0.32.2 frontend/dockerui/config.go; buildah v1.28
 *  pkg/util/util.go DiscoverContainerfile(). */
static bool make_way(struct cli *c, struct recipe_copy *copy) {
  static const struct {
    const char *name, *suffix;
  } rows[] = {
      {"Dockerfile", ""},
      {"Dockerfile.dockerignore", ".dockerignore"},
      {"Containerfile", ".Containerfile"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (!rename_dockerfile(c, rows[i].name, rows[i].suffix, copy))
      return false;
  return true;
}

/** Builders that apply an ignore file of the context shall apply the one that
 *  was applied here, or none. */
static void leave_out_ignore_files(struct cli *c, struct recipe_copy *copy) {
  const char *name = c->input.ignore.name;
  vec_push(c->ar, &copy->left_out, ".containerignore");
  if (name && strcmp(name, ".dockerignore") != 0)
    vec_push(c->ar, &copy->left_out, ".dockerignore");
}

// ---- the copy ---------------------------------------------------------------

static bool set_epoch(struct cli *c, struct context_copy *how) {
  struct recipe_args *args = &c->input.args;
  const char *own = getenv("SOURCE_DATE_EPOCH");
  bool given;
  if (!args->epoch.len && own)
    args->epoch = str_of(own);
  return recipe_args_epoch(args, &given, &how->epoch, c->dg);
}

static bool prepare_copy(struct cli *c, struct recipe_copy *copy) {
  struct documents texts;
  struct context_copy *how = &copy->how;
  if (!is_free_name(c, c->flags.keep_dockerfile) ||
      !cli_make_texts(c, "dockerfile", &texts) || !make_way(c, copy) ||
      !set_epoch(c, how))
    return false;
  leave_out_ignore_files(c, copy);
  for (size_t i = 0; i < texts.files.n; i++)
    vec_push(
        c->ar, &copy->added,
        (struct context_added){texts.files.v[i].name, texts.files.v[i].text});
  how->ignore = &c->input.ignore;
  how->renamed = copy->renamed.v;
  how->n_renamed = copy->renamed.n;
  how->added = copy->added.v;
  how->n_added = copy->added.n;
  how->left_out = copy->left_out.v;
  how->n_left_out = copy->left_out.n;
  how->reproducible = c->flags.reproducible;
  how->tmp = cli_tmp();
  return true;
}

bool cli_context(struct cli *c, struct sbuf *out) {
  (void)out; // too large
  struct recipe_copy copy = {0};
  struct cli_sink sink;
  const struct context_sink to = {.write = cli_sink_write, .self = &sink};
  c->twice = true;
  if (!cli_sink_open(&sink, c) || !prepare_copy(c, &copy))
    return cli_sink_close(&sink, false);
  copy.how.not_these = copy.files;
  copy.how.n_not_these = cli_sink_files(&sink, copy.files);
  return cli_sink_close(&sink, context_copy(c->files, &copy.how, &to, c->dg));
}
