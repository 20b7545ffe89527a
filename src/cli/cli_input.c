// The context that a command names, and the config in it.
#include "cli/cli_int.h"

#include "cogfe/context.h"
#include "cogfe/limits.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

// ---- the context ------------------------------------------------------------

const char *cli_tmp(void) {
  const char *dir = getenv("TMPDIR");
  return dir && *dir ? dir : "/tmp";
}

/** A reader that shows how far it is. */
struct shown_reader {
  struct context_reader in;
  struct cli_progress progress;
};

static bool shown_read_at(void *self, uint64_t off, void *buf, size_t len,
                          size_t *got, struct diags *dg) {
  struct shown_reader *r = self;
  const bool ok = r->in.read_at(r->in.self, off, buf, len, got, dg);
  cli_progress_add(&r->progress, ok ? *got : 0);
  return ok;
}

/** Takes a pipe to a file. */
static bool keep_pipe(struct cli *c, struct context_reader *reader) {
  struct shown_reader shown = {.in = *reader};
  int kept = -1;
  cli_progress_init(&shown.progress, c->err, "read:");
  reader->read_at = shown_read_at;
  reader->self = &shown;
  const bool ok = context_reader_keep(reader, c->ar, cli_tmp(), &kept, c->dg);
  base_close_fd(&c->archive); // the pipe, when it has a name
  c->archive = kept;
  cli_progress_end(&shown.progress);
  return ok;
}

/** The archive on descriptor FD. */
static bool open_archive(struct cli *c, int fd, const char *name) {
  struct context_reader reader;
  if (!context_reader_fd(&reader, c->ar, fd, name, c->dg))
    return false;
  if (c->twice && reader.size == CONTEXT_SIZE_UNKNOWN && !keep_pipe(c, &reader))
    return false;
  const char *config = str_cstr(c->ar, c->flags.file);
  c->files = context_open_archive(c->ar, &reader, config, c->dg);
  if (!c->files && recipe_is_yaml(c->argument))
    diag_note(c->dg, SPAN_NONE,
              "CONTEXT is the directory that holds it; -f names another file "
              "there than cog.yaml");
  return c->files != NULL;
}

static bool open_stdin(struct cli *c) {
  if (!isatty(c->in))
    return open_archive(c, c->in, "standard input");
  diag_fail(c->dg, DIAG_USAGE, SPAN_NONE, "standard input is a terminal");
  diag_note(c->dg, SPAN_NONE, "write: tar c . | cog-frontend %s -",
            c->command->name);
  return false;
}

/** "DIR/" before the names of files in messages; nothing for ".". */
static const char *shown_directory(struct cli *c, struct str path) {
  while (str_starts(path, "./"))
    for (path = str_skip(path, 2); str_starts(path, "/");)
      path = str_skip(path, 1);
  if (path.len == 0 || str_is(path, "."))
    return "";
  return arena_printf(c->ar, STR_FMT "%s", STR_ARG(path),
                      str_ends(path, "/") ? "" : "/");
}

static bool no_context(struct cli *c, const char *path) {
  const bool missing = errno == ENOENT || errno == ENOTDIR;
  return diag_fail(c->dg, missing ? DIAG_USAGE : DIAG_IO, SPAN_NONE,
                   "cannot open \"%s\": %s", path, strerror(errno));
}

static bool open_context(struct cli *c) {
  if (str_is(c->argument, "-"))
    return open_stdin(c);
  const char *path = str_cstr(c->ar, c->argument);
  struct stat st;
  if (stat(path, &st) != 0)
    return no_context(c, path);
  if (S_ISDIR(st.st_mode)) {
    if (access(path, R_OK | X_OK) != 0)
      return no_context(c, path);
    c->directory = shown_directory(c, c->argument);
    c->files = context_open_dir(c->ar, path, c->dg);
    return c->files != NULL;
  }
  c->archive = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (c->archive < 0)
    return no_context(c, path);
  return open_archive(c, c->archive, path);
}

// ---- the config -------------------------------------------------------------

static bool miss_config(struct cli *c, struct str path) {
  diag_fail(c->dg, DIAG_NO_CONFIG, SPAN_NONE,
            "there is no " STR_FMT " in \"" STR_FMT "\"", STR_ARG(path),
            STR_ARG(c->argument));
  diag_note(c->dg, SPAN_NONE,
            "-f names the config, relative to the context's top");
  return false;
}

static bool read_config_source(struct cli *c, struct str path,
                               struct source *out) {
  struct context_stat st;
  if (!context_stat(c->files, path, SPAN_NONE, &st, c->dg))
    return false;
  if (st.kind == CONTEXT_MISSING)
    return miss_config(c, path);
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_CONFIG_BYTES);
  if (!context_read(c->files, path, LIMIT_CONFIG_BYTES, SPAN_NONE, &text,
                    c->dg))
    return false;
  *out =
      (struct source){str_cstr(c->ar, path), str_dup(c->ar, sbuf_str(&text))};
  return true;
}

// ---- platform and build arguments -------------------------------------------

static bool read_platform_flag(struct cli *c, struct platform *out) {
  struct utsname machine;
  struct platform own = {STR("linux"), STR("amd64"), {0}, {0}};
  if (uname(&machine) == 0)
    platform_parse(c->ar, str_printf(c->ar, "linux/%s", machine.machine), &own,
                   &own);
  const struct str text = c->flags.platform;
  *out = own;
  const char *meant = NULL;
  if (!text.p || (platform_parse(c->ar, text, &own, out) &&
                  platform_is_linux(c->ar, out, &meant)))
    return true;
  diag_fail(c->dg, DIAG_USAGE, SPAN_NONE,
            "--platform cannot be \"" STR_FMT "\"", STR_ARG(text));
  diag_note(c->dg, SPAN_NONE, "it is such as linux/amd64 or linux/arm64");
  if (meant)
    diag_note(c->dg, SPAN_NONE, "did you mean \"%s\"?", meant);
  return false;
}

/** NAME=VALUE; NAME alone has its value in the environment, as docker build
 *  has it. False when NAME is not one of ours. */
static bool take_build_arg(struct cli *c, struct str text, struct str *name) {
  struct str value = str_cut(text, '=', name);
  if (str_find(text, '=') < 0) {
    const char *own = getenv(str_cstr(c->ar, *name));
    if (!own)
      return true;
    value = str_of(own);
  }
  return recipe_args_take(&c->input.args, c->ar, *name, value);
}

static bool read_flags(struct cli *c) {
  struct str_vec unknown = {0};
  struct str name;
  for (size_t i = 0; i < c->flags.build_args.n; i++)
    if (!take_build_arg(c, c->flags.build_args.v[i], &name))
      vec_push(c->ar, &unknown, name);
  c->dg->strict = c->flags.strict;
  if (!recipe_args_check(&c->input.args, c->dg))
    return false;
  for (size_t i = 0; i < unknown.n; i++)
    recipe_args_warn_unknown(unknown.v[i], c->dg);
  return read_platform_flag(c, &c->input.recipe.platform);
}

/** The tables of --tables in the place of the program's own. */
static bool read_tables(struct cli *c, const struct compat **out) {
  if (!c->flags.tables.p)
    return true;
  struct context *dir =
      context_open_dir(c->ar, str_cstr(c->ar, c->flags.tables), c->dg);
  const bool ok = dir && recipe_load_tables(dir, c->ar, out, c->dg);
  context_close(dir);
  return ok;
}

// ---- both -------------------------------------------------------------------

bool cli_open(struct cli *c) {
  if (c->flags.file.len == 0)
    c->flags.file = STR("cog.yaml");
  const char *path;
  if (!read_flags(c) ||
      !context_path(c->ar, c->flags.file, SPAN_NONE, &path, c->dg) ||
      !read_tables(c, &c->input.recipe.compat) || !open_context(c) ||
      !read_config_source(c, str_of(path), &c->input.config))
    return false;
  struct recipe_input *in = &c->input.recipe;
  in->files = in->beside = c->files;
  in->config = &c->input.config;
  in->config_path = str_of(path);
  in->config_in_context = str_is(str_of(path), "cog.yaml");
  in->args = &c->input.args;
  return true;
}

bool cli_make_recipe(struct cli *c, struct recipe *out) {
  return recipe_make(&c->input.recipe, c->ar, out, c->dg) && c->dg->errors == 0;
}

bool cli_make(struct cli *c, struct recipe *out) {
  return cli_open(c) && cli_make_recipe(c, out);
}

bool cli_find_weights(struct cli *c) {
  struct context_ignore ignore;
  struct plan_weights *weights = arena_new(c->ar, struct plan_weights);
  const struct recipe_weights_input in = {.tree = c->files,
                                          .ignore = &ignore,
                                          .args = &c->input.args,
                                          .even_when_off =
                                              c->command->id == CLI_CHECK};
  if (!context_ignore_load_model(c->files, c->files,
                                 c->input.recipe.config_path, c->ar, &ignore,
                                 c->dg) ||
      !recipe_find_weights(&in, c->ar, weights, c->dg))
    return false;
  c->input.recipe.weights = weights;
  return true;
}

bool cli_add_schema(struct cli *c, struct recipe *recipe) {
  return recipe_add_schema(&c->input.recipe, recipe, c->ar, c->dg) &&
         c->dg->errors == 0;
}

bool cli_make_plan(struct cli *c, struct recipe *out) {
  return cli_open(c) && cli_find_weights(c) && cli_make_recipe(c, out) &&
         cli_add_schema(c, out);
}
