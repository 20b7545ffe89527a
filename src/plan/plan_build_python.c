// The interpreter, the packages and the SDK.
#include "plan_int.h"

#define REQUIREMENTS "/requirements.txt"
#define CONSTRAINTS "/constraints.txt"

// pip writes the deps image's interpreter into the scripts that it makes; in
// the model image it may stand elsewhere. Options behind the interpreter stay.
static const char relink_script[] =
    "import os, sys\n"
    "os.makedirs(sys.argv[1], exist_ok=True)\n" // when nothing was installed
    "for e in os.scandir(sys.argv[1]):\n"
    "    if not e.is_file(follow_symlinks=False):\n"
    "        continue\n"
    "    with open(e.path, \"rb\") as f:\n"
    "        line, _, rest = f.read().partition(b\"\\n\")\n"
    "    words = line[2:].split(None, 1)\n"
    "    if line[:2] != b\"#!\" or not words or b\"python\" not in words[0]:\n"
    "        continue\n"
    "    options = b\"-S python \" + words[1] if words[1:] else b\"python\"\n"
    "    with open(e.path, \"r+b\") as f:\n"
    "        f.write(b\"#!/usr/bin/env \" + options + b\"\\n\" + rest)\n"
    "        f.truncate()";

/** `python -m pip install …`, with pip's cache and the build's indexes. */
static void start_pip(struct plan_builder *b, struct plan_argv *argv) {
  plan_arg(b, argv, "python");
  plan_arg(b, argv, "-m");
  plan_arg(b, argv, "pip");
  plan_arg(b, argv, "install");
  plan_arg(b, argv, "--no-warn-script-location");
}

static void finish_pip(struct plan_builder *b, struct plan_run *run,
                       bool with_ssh) {
  // As variables, because a pip that is too old to know one ignores it.
  static const char *const quiet[] = {
      "PIP_DISABLE_PIP_VERSION_CHECK=1", "PIP_ROOT_USER_ACTION=ignore",
      // Of pip itself; what it installs is compiled all the same.
      "PYTHONDONTWRITEBYTECODE=1"};
  const struct plan_options *o = b->in->options;
  plan_add_run_env(b, run, quiet, ARRAY_LEN(quiet));
  plan_add_run_env(b, run, o->pip_env, o->n_pip_env);
  const struct plan_mount cache = plan_cache_mount(
      "cog-pip", PLAN_PIP_CACHE, CONFIG_SHARING_SHARED, PLAN_PIP_CACHE);
  plan_add_mounts(b, run, &cache, 1);
  plan_add_wheels(b, run);
  plan_add_pip_secrets(b, run, with_ssh);
  plan_add_ca(b, run);
}

static bool has_constraints(const struct resolved *r) {
  for (size_t i = 0; i < r->lines.n; i++)
    if (r->lines.v[i].constraint)
      return true;
  return false;
}

/** Whether a line is fetched through ssh, such as git+ssh://git@host/repo. */
static bool needs_ssh(const struct resolved *r) {
  for (size_t i = 0; i < r->lines.n; i++)
    if (str_contains(r->lines.v[i].requirement->line, "+ssh://"))
      return true;
  return false;
}

static size_t count_packages(const struct resolved *r) {
  size_t n = 0;
  for (size_t i = 0; i < r->lines.n; i++) {
    const enum requirement_kind kind = r->lines.v[i].requirement->kind;
    n += !r->lines.v[i].constraint &&
         (kind == REQUIREMENT_PACKAGE || kind == REQUIREMENT_FILE);
  }
  return n;
}

/** The key of cog.yaml that lists the packages. */
static const char *requirements_key(const struct config *c) {
  return c->python_requirements.set ? "build.python_requirements"
                                    : "build.python_packages";
}

static struct span requirements_span(const struct config *c) {
  return c->python_requirements.set ? c->python_requirements.span
                                    : c->python_packages.key;
}

static void write_requirements(struct plan_builder *b, struct plan_stage *s,
                               const char *path, bool constraints) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SIZE_MAX / 8);
  resolved_emit_requirements(&text, b->in->resolved, constraints);
  const struct config *c = b->in->config;
  struct plan_step *step =
      plan_add_step(b, s, PLAN_WRITE, arena_printf(b->ar, "write %s", path),
                    requirements_key(c), requirements_span(c));
  step->u.write = (struct plan_write){path, str_dup(b->ar, sbuf_str(&text))};
}

static void pip_install_requirements(struct plan_builder *b,
                                     struct plan_stage *deps) {
  const struct resolved *r = b->in->resolved;
  const struct config *c = b->in->config;
  struct plan_argv argv = {0};
  start_pip(b, &argv);
  // All that is needed goes under the prefix, also what the deps image has.
  plan_arg(b, &argv, "--ignore-installed");
  plan_arg(b, &argv, "--prefix=" PLAN_DEPS_PREFIX);
  if (has_constraints(r)) {
    plan_arg(b, &argv, "-c");
    plan_arg(b, &argv, CONSTRAINTS);
  }
  plan_arg(b, &argv, "-r");
  plan_arg(b, &argv, REQUIREMENTS);
  const char *title =
      arena_printf(b->ar, "pip install %s",
                   plan_count(b, count_packages(r), "package", "packages"));
  finish_pip(b,
             plan_add_run(b, deps, title, requirements_key(c),
                          requirements_span(c), &argv),
             needs_ssh(r));
}

void plan_add_deps(struct plan_builder *b, struct plan_stage *deps) {
  const struct resolved *r = b->in->resolved;
  if (r->lines.n == 0)
    return;
  write_requirements(b, deps, REQUIREMENTS, false);
  if (has_constraints(r))
    write_requirements(b, deps, CONSTRAINTS, true);
  pip_install_requirements(b, deps);

  struct plan_argv relink = {0};
  plan_arg(b, &relink, "python");
  plan_arg(b, &relink, "-c");
  plan_arg(b, &relink, relink_script);
  plan_arg(b, &relink, PLAN_DEPS_PREFIX "/bin");
  plan_add_run(b, deps, "let scripts start the image's python",
               requirements_key(b->in->config), (struct span){0}, &relink);
}

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
    "python -m pip install --no-warn-script-location \"$1\"\n"
    "pyenv rehash\n";

static struct str_vec cpython_packages(struct plan_builder *b) {
  struct str_vec names = {0};
  for (size_t i = 0; i < plan_n_cpython_packages; i++)
    vec_push(b->ar, &names, str_of(plan_cpython_packages[i]));
  return names;
}

void plan_add_pyenv_path(struct plan_builder *b, struct plan_stage *s) {
  plan_add_env(b, s, "PATH",
               STR(PLAN_PYENV_ROOT "/shims:" PLAN_PYENV_ROOT "/bin"),
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
  struct plan_argv argv = {0};
  plan_arg(b, &argv, "/bin/sh");
  plan_arg(b, &argv, "-c");
  plan_arg(b, &argv, script);
  plan_arg(b, &argv, "pyenv"); // $0
  plan_arg(b, &argv, word);
  return plan_add_run(b, s, title, "build.python_version",
                      b->in->config->python_version.span, &argv);
}

static void compile_python(struct plan_builder *b, struct plan_stage *python) {
  static const char cache_dir[] = "/root/.cache/python-build";
  static const char *const env[] = {
      "PYENV_ROOT=" PLAN_PYENV_ROOT,
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
  plan_add_pyenv_path(b, python);
  plan_add_copy(b, python, "copy pyenv", NULL,
                (struct plan_copy){.from = {.source = PLAN_SOURCE_PYENV},
                                   .source = "/",
                                   .dest = PLAN_PYENV_ROOT "/"});
  compile_python(b, python);
  finish_pip(
      b,
      add_python_run(b, python, "pip install wheel", wheel_script, "wheel<1"),
      false);
}

void plan_add_interpreter(struct plan_builder *b, struct plan_stage *model,
                          const struct plan_stage *python) {
  plan_add_pyenv_path(b, model);
  plan_add_copy(
      b, model,
      arena_printf(b->ar, "copy Python " STR_FMT,
                   STR_ARG(b->in->resolved->python)),
      "build.python_version",
      (struct plan_copy){.from = {.source = PLAN_SOURCE_STAGE, .stage = python},
                         .source = PLAN_PYENV_ROOT,
                         .dest = PLAN_PYENV_ROOT "/"});
}

void plan_add_packages(struct plan_builder *b, struct plan_stage *model,
                       const struct plan_stage *deps) {
  const struct resolved *r = b->in->resolved;
  if (r->lines.n == 0)
    return;
  plan_add_copy(
      b, model, "copy packages", requirements_key(b->in->config),
      (struct plan_copy){.from = {.source = PLAN_SOURCE_STAGE, .stage = deps},
                         .source = PLAN_DEPS_PREFIX,
                         .dest = arena_printf(b->ar, "%s/", b->plan->prefix)});
  if (!r->pyenv)
    return;
  struct plan_argv argv = {0};
  plan_arg(b, &argv, "pyenv");
  plan_arg(b, &argv, "rehash");
  plan_add_run(b, model, "pyenv rehash", requirements_key(b->in->config),
               (struct span){0}, &argv);
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
      .leaves = FIRST_WHEELS,
  };
  plan_add_run_env(b, run, &pair, 1);
  plan_add_mounts(b, run, &wheels, 1);
}

// Where a wheel of the context is seen while it is installed.
#define WHEELS "/tmp/cog-wheel"

/** The wheel under its own name, which pip reads the version from. */
static const char *wheel_mount(struct plan_builder *b, struct str wheel,
                               struct plan_mount *mount) {
  const ptrdiff_t slash = str_rfind(wheel, '/');
  const char *target = arena_printf(
      b->ar, WHEELS "/" STR_FMT, STR_ARG(str_skip(wheel, (size_t)(slash + 1))));
  *mount = (struct plan_mount){
      .type = CONFIG_MOUNT_BIND,
      .target = target,
      .from = {.source = PLAN_SOURCE_CONTEXT},
      .source = arena_printf(b->ar, "/" STR_FMT, STR_ARG(wheel)),
      .readonly = true,
      .leaves = WHEELS,
  };
  return target;
}

void plan_add_sdk(struct plan_builder *b, struct plan_stage *model) {
  const struct resolved_sdk *sdk = &b->in->resolved->sdk;
  if (sdk->kind == RESOLVED_SDK_OFF)
    return;
  const bool wheel = sdk->kind == RESOLVED_SDK_WHEEL;
  struct plan_mount mount;
  const char *what = wheel ? wheel_mount(b, sdk->wheel, &mount)
                           : str_cstr(b->ar, sdk->requirement);
  struct plan_argv argv = {0};
  start_pip(b, &argv);
  plan_arg(b, &argv, what);
  struct plan_run *run =
      plan_add_run(b, model,
                   arena_printf(b->ar, "pip install " STR_FMT,
                                STR_ARG(wheel ? sdk->wheel : sdk->requirement)),
                   "build.sdk_version", b->in->config->sdk_version.span, &argv);
  finish_pip(b, run, false);
  if (wheel)
    plan_add_mounts(b, run, &mount, 1);
}
