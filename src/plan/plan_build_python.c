// The interpreter of images whose base has none.
#include "plan_int.h"

// ---- pyenv ------------------------------------------------------------------

// python-build is called directly, so that the directory has the name that
// cog.yaml gives the version ("3.11"), whatever its newest patch is.
#define PYENV_GIVEN "full=$1\n"
#define PYENV_NEWEST "full=$(pyenv latest --known \"$1\")\n"
#define PYENV_SCRIPT(full)                                                     \
  "set -e\n" full "to=$PYENV_ROOT/versions/$1\n"                               \
  "\"$PYENV_ROOT/plugins/python-build/bin/python-build\" \"$full\" \"$to\"\n"  \
  "pyenv global \"$1\"\n"                                                      \
  "pyenv rehash\n"

// What older source packages are built with. In a step of its own: minutes of
// compiling do not depend on the index, nor on its answer.
static const char wheel_script[] =
    "set -e\n"
    "python -m pip install --no-warn-script-location --no-compile \"$1\"\n"
    "pyenv rehash\n";

static struct str_vec cpython_packages(struct plan_builder *b) {
  struct str_vec names = {0};
  for (size_t i = 0; i < plan_n_cpython_packages; i++)
    vec_push(b->ar, &names, str_of(plan_cpython_packages[i]));
  return names;
}

void plan_add_pyenv_path(struct plan_builder *b, struct plan_stage *s) {
  const char *root = plan_pyenv_root(b);
  if (b->in->options->user) // whose home is another one
    plan_add_env(b, s, "PYENV_ROOT", str_of(root), PLAN_ENV_SET);
  plan_add_env(b, s, "PATH", str_printf(b->ar, "%s/shims:%s/bin", root, root),
               PLAN_ENV_PREPEND);
}

void plan_add_toolchain(struct plan_builder *b, struct plan_stage *toolchain) {
  plan_add_env(b, toolchain, "DEBIAN_FRONTEND", STR("noninteractive"),
               PLAN_ENV_SET);
  const struct str_vec names = cpython_packages(b);
  plan_add_apt(b, toolchain,
               &(struct plan_apt){.title = "apt-get install what CPython needs",
                                  .key = "build.python_version",
                                  .span = b->in->config->python_version.span,
                                  .names = &names});
}

/** A step of S that comes from the Python version and is SCRIPT with WORD. */
static struct plan_run *add_python_run(struct plan_builder *b,
                                       struct plan_stage *s, const char *title,
                                       const char *script, const char *word) {
  struct plan_argv argv = PLAN_ARGV(b, "/bin/sh", "-c", script, "pyenv", word);
  return plan_add_run(b, s, title, "build.python_version",
                      b->in->config->python_version.span, &argv);
}

static void compile_python(struct plan_builder *b, struct plan_stage *python) {
  static const char cache_dir[] = "/root/.cache/python-build";
  const char *const env[] = {
      arena_printf(b->ar, "PYENV_ROOT=%s", plan_pyenv_root(b)),
      "PYTHON_BUILD_CACHE_PATH=/root/.cache/python-build",
  };
  const struct resolved *r = b->in->resolved;
  const struct plan_options *o = b->in->options;
  struct plan_run *run = add_python_run(
      b, python,
      arena_printf(b->ar, "build Python " STR_FMT, STR_ARG(r->python)),
      r->python_is_patch ? PYENV_SCRIPT(PYENV_GIVEN)
                         : PYENV_SCRIPT(PYENV_NEWEST),
      str_cstr(b->ar, r->python));
  plan_add_run_env(b, run, env, ARRAY_LEN(env));
  plan_add_run_env(b, run, o->pyenv_env, o->n_pyenv_env);
  const struct plan_mount cache = plan_cache_mount(
      "cog-python-build", cache_dir, CONFIG_SHARING_SHARED, cache_dir);
  plan_add_mounts(b, run, &cache, 1);
  plan_add_ca(b, run);
}

void plan_add_pyenv(struct plan_builder *b, struct plan_stage *python) {
  const char *root = plan_pyenv_root(b);
  plan_add_pyenv_path(b, python);
  plan_add_copy(b, python, "copy pyenv", NULL,
                (struct plan_copy){.from = {.source = PLAN_SOURCE_PYENV},
                                   .source = STR("/"),
                                   .dest = str_printf(b->ar, "%s/", root)});
  compile_python(b, python);
  plan_finish_pip(b, add_python_run(b, python, "pip install wheel",
                                    wheel_script, "wheel<1"));
  plan_add_strip(b, python, arena_printf(b->ar, "%s/versions", root),
                 "build.python_version");
}

// ---- uv ---------------------------------------------------------------------

// Where the python images have theirs, instead of a directory that is named
// after the newest patch. Its own packages are managed by pip.
#define UV_DIR "/opt/cog-uv"
static const char uv_script[] =
    "set -e\n" PLAN_UV_PATH " python install --no-bin --install-dir " UV_DIR
    " \"$1\"\n"
    "from=$(find " UV_DIR
    " -mindepth 1 -maxdepth 1 -type d -name 'cpython-*')\n"
    "rm -f \"$from\"/lib/python3.*/EXTERNALLY-MANAGED\n"
    "find \"$from/lib\" -name '_sysconfigdata*.py'"
    " -exec sed -i \"s#$from#/usr/local#g\" {} +\n"
    "cp -a \"$from/.\" /usr/local/\n"
    "rm -rf " UV_DIR "\n"
    "[ -e /usr/local/bin/python ] || ln -s python3 /usr/local/bin/python\n"
    "python -m pip --version >/dev/null || python -m ensurepip\n";

void plan_add_uv_python(struct plan_builder *b, struct plan_stage *python) {
  const struct resolved *r = b->in->resolved;
  struct plan_argv argv = PLAN_ARGV(b, "/bin/sh", "-c", uv_script, "uv",
                                    str_cstr(b->ar, r->python));
  struct plan_run *run = plan_add_run(
      b, python,
      arena_printf(b->ar, "uv python install " STR_FMT, STR_ARG(r->python)),
      "build.python_version", b->in->config->python_version.span, &argv);
  static const char *const quiet[] = {"UV_NO_PROGRESS=1"};
  const struct plan_options *o = b->in->options;
  const struct plan_mount uv = plan_uv_mount(b);
  plan_add_run_env(b, run, quiet, ARRAY_LEN(quiet));
  plan_add_run_env(b, run, o->uv_env, o->n_uv_env);
  plan_add_mounts(b, run, &uv, 1);
  plan_add_ca(b, run);
}

// ---- in the model -----------------------------------------------------------

void plan_add_interpreter(struct plan_builder *b, struct plan_stage *model,
                          const struct plan_stage *python) {
  const bool pyenv = b->in->resolved->pyenv;
  const char *dir = pyenv ? plan_pyenv_root(b) : b->plan->prefix;
  if (pyenv)
    plan_add_pyenv_path(b, model);
  plan_add_copy(
      b, model,
      arena_printf(b->ar, "copy Python " STR_FMT,
                   STR_ARG(b->in->resolved->python)),
      "build.python_version",
      (struct plan_copy){.from = {.source = PLAN_SOURCE_STAGE, .stage = python},
                         .source = str_of(dir),
                         .dest = str_printf(b->ar, "%s/", dir)});
}

void plan_add_rehash(struct plan_builder *b, struct plan_stage *s) {
  const struct resolved *r = b->in->resolved;
  if (!r->pyenv || !resolved_installs(r))
    return;
  struct plan_argv argv = PLAN_ARGV(b, "pyenv", "rehash");
  plan_add_run(b, s, "pyenv rehash", "build.python_version", SPAN_NONE, &argv);
}
