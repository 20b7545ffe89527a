// How packages are installed: by pip, or by uv, which takes the same files.
#include "plan_int.h"

#define UV_CACHE "/root/.cache/uv"

// ---- pip --------------------------------------------------------------------

static void finish_pip(struct plan_builder *b, struct plan_run *run) {
  // As variables, because a pip that is too old to know one ignores it.
  static const char *const quiet[] = {
      "PIP_DISABLE_PIP_VERSION_CHECK=1", "PIP_ROOT_USER_ACTION=ignore",
      "PYTHONDONTWRITEBYTECODE=1"}; // of pip itself
  // Debian's own Python lets nobody else install packages.
  static const char *const allowed[] = {"PIP_BREAK_SYSTEM_PACKAGES=1"};
  const struct plan_mount cache = plan_cache_mount(
      "cog-pip", PLAN_PIP_CACHE, CONFIG_SHARING_SHARED, PLAN_PIP_CACHE);
  plan_add_run_env(b, run, quiet, ARRAY_LEN(quiet));
  if (b->in->resolved->own_python)
    plan_add_run_env(b, run, allowed, ARRAY_LEN(allowed));
  plan_add_mounts(b, run, &cache, 1);
}

// Where the named context of wheels is seen while pip runs.
#define FIRST_WHEELS "/tmp/cog-wheels"

/** Behind it go the pages that the build names itself: pip takes a list. */
void plan_add_wheels(struct plan_builder *b, struct plan_run *run) {
  static const char variable[] = "PIP_FIND_LINKS=";
  if (!b->in->wheels)
    return;
  const char *pair = arena_printf(b->ar, "%s" FIRST_WHEELS, variable);
  for (size_t i = 0; i < run->n_env; i++)
    if (str_starts(str_of(run->env[i]), variable))
      pair = arena_printf(b->ar, "%s %s", pair, run->env[i] + strlen(variable));
  const struct plan_mount wheels = {
      .type = CONFIG_MOUNT_BIND,
      .target = FIRST_WHEELS,
      .from = {.source = PLAN_SOURCE_IMAGE, .image = STR(PLAN_WHEELS)},
      .source = "/",
      .readonly = true,
      .leftover = FIRST_WHEELS,
  };
  plan_add_run_env(b, run, &pair, 1);
  plan_add_mounts(b, run, &wheels, 1);
}

// ---- uv ---------------------------------------------------------------------

/** The same variables by the names that uv has for them. Source: uv 0.9.17
 *  docs/reference/environment.md. */
static const struct {
  const char *pip, *uv;
} variables[] = {
    {"PIP_INDEX_URL=", "UV_DEFAULT_INDEX="},
    {"PIP_EXTRA_INDEX_URL=", "UV_INDEX="},
    {"PIP_FIND_LINKS=", "UV_FIND_LINKS="},
    {"PIP_TRUSTED_HOST=", "UV_INSECURE_HOST="},
    {"PIP_DEFAULT_TIMEOUT=", "UV_HTTP_TIMEOUT="},
};

/** uv's form of PAIR, which is pip's or any. */
static const char *translated(struct plan_builder *b, const char *pair) {
  for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
    if (!str_starts(str_of(pair), variables[i].pip))
      continue;
    char *value = arena_strdup(b->ar, pair + strlen(variables[i].pip));
    for (char *p = value; *p && str_is(STR("UV_FIND_LINKS="), variables[i].uv);
         p++)
      if (*p == ' ')
        *p = ','; // that list alone has commas
    return arena_printf(b->ar, "%s%s", variables[i].uv, value);
  }
  return pair;
}

static void translate(struct plan_builder *b, struct plan_run *run) {
  const char **env = arena_array(b->ar, const char *, run->n_env);
  for (size_t i = 0; i < run->n_env; i++)
    env[i] = translated(b, run->env[i]);
  run->env = env;
  struct plan_mount *mounts =
      arena_memdup(b->ar, run->mounts, run->n_mounts * sizeof *run->mounts);
  for (size_t i = 0; i < run->n_mounts; i++)
    if (mounts[i].env && strcmp(mounts[i].env, "PIP_INDEX_URL") == 0)
      mounts[i].env = "UV_DEFAULT_INDEX";
  run->mounts = mounts;
}

struct plan_mount plan_uv_mount(const struct plan_builder *b) {
  struct plan_mount mount = {
      .type = CONFIG_MOUNT_BIND,
      .target = PLAN_UV_PATH,
      .from = {.source = PLAN_SOURCE_STAGE, .stage = b->uv},
      .source = PLAN_UV_PREFIX "/bin/uv",
      .readonly = true,
      .leftover = PLAN_UV_PATH,
  };
  if (b->uv)
    return mount;
  mount.from = (struct plan_ref){.source = PLAN_SOURCE_IMAGE,
                                 .image = b->in->options->uv_image};
  mount.source = "/uv";
  return mount;
}

static void finish_uv(struct plan_builder *b, struct plan_run *run) {
  static const char *const quiet[] = {"UV_NO_PROGRESS=1",
                                      "UV_PYTHON_DOWNLOADS=never"};
  const struct plan_mount mounts[] = {
      plan_cache_mount("cog-uv", UV_CACHE, CONFIG_SHARING_SHARED, UV_CACHE),
      plan_uv_mount(b)};
  plan_add_run_env(b, run, quiet, ARRAY_LEN(quiet));
  plan_add_mounts(b, run, mounts, ARRAY_LEN(mounts));
}

static bool without_index(const struct plan_options *o) {
  for (size_t i = 0; i < o->n_pip_env; i++)
    if (strcmp(o->pip_env[i], "PIP_NO_INDEX=1") == 0)
      return true;
  return false;
}

static void start_uv(struct plan_builder *b, struct plan_argv *argv) {
  static const char *const words[] = {
      PLAN_UV_PATH, "pip", "install", "--python", "python",
      "--break-system-packages",
      // All indexes are one, as they are to pip.
      "--index-strategy", "unsafe-best-match", "--link-mode",
      "copy"}; // the cache is another file system
  for (size_t i = 0; i < ARRAY_LEN(words); i++)
    plan_arg(b, argv, words[i]);
  if (without_index(b->in->options))
    plan_arg(b, argv, "--no-index");
}

// ---- either -----------------------------------------------------------------

const char *plan_installer(const struct plan_builder *b) {
  return b->in->options->uv ? "uv pip install" : "pip install";
}

void plan_start_install(struct plan_builder *b, struct plan_argv *argv) {
  // Bytecode holds the time at which it was made, and is made when it is
  // missing; COG_PRECOMPILE writes some that is always the same.
  static const char *const words[] = {
      "python",      "-m", "pip", "install", "--no-warn-script-location",
      "--no-compile"};
  if (b->in->options->uv) {
    start_uv(b, argv);
    return;
  }
  for (size_t i = 0; i < ARRAY_LEN(words); i++)
    plan_arg(b, argv, words[i]);
}

static void add_sources(struct plan_builder *b, struct plan_run *run,
                        bool with_ssh) {
  const struct plan_options *o = b->in->options;
  plan_add_pip_environment(b, run);
  plan_add_run_env(b, run, o->pip_env, o->n_pip_env); // which win
  plan_add_wheels(b, run);
  plan_add_pip_secrets(b, run, with_ssh);
  plan_add_ca(b, run);
}

void plan_finish_pip(struct plan_builder *b, struct plan_run *run) {
  finish_pip(b, run);
  add_sources(b, run, false);
}

void plan_finish_install(struct plan_builder *b, struct plan_run *run,
                         bool with_ssh) {
  const bool uv = b->in->options->uv;
  if (uv)
    finish_uv(b, run);
  else
    finish_pip(b, run);
  add_sources(b, run, with_ssh);
  if (uv)
    translate(b, run);
}

// ---- bytecode ---------------------------------------------------------------

// Files in a fixed order by a fixed number of processes, because what a process
// has compiled before shows in what it writes.
static const char compile_script[] =
#include "plan_compile.py.inc"
    ;

void plan_add_bytecode(struct plan_builder *b, struct plan_stage *s,
                       const char *directory, const char *key) {
  static const char *const fixed[] = {"PYTHONHASHSEED=0",
                                      "PYTHONDONTWRITEBYTECODE="};
  if (!b->in->options->precompile)
    return;
  struct plan_argv argv = PLAN_ARGV(b, "python", "-c", compile_script);
  if (directory)
    plan_arg(b, &argv, directory);
  plan_add_run_env(
      b,
      plan_add_run(b, s, "compile Python to bytecode", key, SPAN_NONE, &argv),
      fixed, ARRAY_LEN(fixed));
}

// ---- symbols ----------------------------------------------------------------

// Only files that have some: what others did to a library, strip may undo.
static const char strip_script[] =
#include "plan_strip.py.inc"
    ;

void plan_add_strip(struct plan_builder *b, struct plan_stage *s,
                    const char *directory, const char *key) {
  if (!b->in->options->strip)
    return;
  struct plan_argv argv = PLAN_ARGV(b, "python", "-c", strip_script, directory);
  plan_add_run(b, s, "strip debug symbols", key, SPAN_NONE, &argv);
}
