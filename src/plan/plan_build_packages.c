// The packages.
#include "plan_int.h"

#define REQUIREMENTS "/requirements.txt"
#define CONSTRAINTS "/constraints.txt"

// pip writes the deps image's interpreter into the scripts that it makes; in
// the model image it may stand elsewhere. Options behind the interpreter stay,
// and so do the scripts that were there before.
static const char relink_script[] =
#include "plan_relink.py.inc"
    ;

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
  sbuf_init(&text, SBUF_NO_MAX);
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
  plan_start_install(b, &argv);
  // All that is needed goes under the prefix, also what the deps image has.
  if (!b->in->options->uv)
    plan_arg(b, &argv, "--ignore-installed");
  plan_arg(b, &argv, "--prefix=" PLAN_DEPS_PREFIX);
  if (resolved_has_constraints(r)) {
    plan_arg(b, &argv, "-c");
    plan_arg(b, &argv, CONSTRAINTS);
  }
  plan_arg(b, &argv, "-r");
  plan_arg(b, &argv, REQUIREMENTS);
  const char *title =
      arena_printf(b->ar, "%s %s", plan_installer(b),
                   plan_count(b, count_packages(r), "package", "packages"));
  plan_finish_install(b,
                      plan_add_run(b, deps, title, requirements_key(c),
                                   requirements_span(c), &argv),
                      needs_ssh(r));
}

void plan_add_requirements(struct plan_builder *b, struct plan_stage *s) {
  const struct resolved *r = b->in->resolved;
  if (r->lines.n == 0)
    return;
  write_requirements(b, s, REQUIREMENTS, false);
  if (resolved_has_constraints(r))
    write_requirements(b, s, CONSTRAINTS, true);
}

// Where the directory is seen as it was before pip.
#define BEFORE "/run/cog/before"

static void relink(struct plan_builder *b, struct plan_stage *s,
                   const struct plan_stage *base) {
  struct plan_argv argv =
      PLAN_ARGV(b, "python", "-c", relink_script, PLAN_DEPS_PREFIX "/bin");
  if (base)
    plan_arg(b, &argv, BEFORE "/bin");
  struct plan_run *run =
      plan_add_run(b, s, "let scripts start the image's python",
                   requirements_key(b->in->config), SPAN_NONE, &argv);
  const struct plan_mount before = {
      .type = CONFIG_MOUNT_BIND,
      .target = BEFORE,
      .from = {.source = PLAN_SOURCE_STAGE, .stage = base},
      .source = b->plan->prefix,
      .readonly = true,
      .leaves = "/run/cog",
  };
  if (base)
    plan_add_mounts(b, run, &before, 1);
}

void plan_add_install(struct plan_builder *b, struct plan_stage *s,
                      const struct plan_stage *base) {
  if (b->in->resolved->lines.n == 0)
    return;
  const char *key = requirements_key(b->in->config);
  pip_install_requirements(b, s);
  relink(b, s, base);
  plan_add_strip(b, s, PLAN_DEPS_PREFIX, key);
  plan_add_bytecode(b, s, PLAN_DEPS_PREFIX, key);
}

// A Python that is the base image's own says itself where its packages lie.
#define LAID "/run/cog/dep"
static const char find_script[] =
    "set -e\n"
    "command -v python >/dev/null || command -v python3 >/dev/null ||"
    " { echo \"cog-frontend: the base image has no Python, so its site-packages"
    " cannot be found: leave out COG_PYTHON=base or name another"
    " COG_BASE_IMAGE\" >&2; exit 1; }\n"
    "command -v python >/dev/null ||"
    " ln -s \"$(command -v python3)\" /usr/local/bin/python\n";

static const char lay_script[] =
#include "plan_lay.py.inc"
    ;

static void add_find_python(struct plan_builder *b, struct plan_stage *s) {
  struct plan_argv argv = PLAN_ARGV(b, "/bin/sh", "-c", find_script, "find");
  plan_add_run(b, s, "find the base's Python", NULL, SPAN_NONE, &argv);
}

static void lay_packages(struct plan_builder *b, struct plan_stage *s,
                         const struct plan_stage *deps) {
  struct plan_argv argv =
      PLAN_ARGV(b, "python", "-c", lay_script,
                str_cstr(b->ar, b->in->resolved->python_minor), LAID);
  const struct plan_mount mount = {
      .type = CONFIG_MOUNT_BIND,
      .target = LAID,
      .from = {.source = PLAN_SOURCE_STAGE, .stage = deps},
      .source = PLAN_DEPS_PREFIX,
      .readonly = true,
      .leaves = "/run/cog",
  };
  plan_add_mounts(b,
                  plan_add_run(b, s, "lay the packages over the base's Python",
                               requirements_key(b->in->config), SPAN_NONE,
                               &argv),
                  &mount, 1);
}

void plan_add_packages(struct plan_builder *b, struct plan_stage *model,
                       const struct plan_stage *deps) {
  const struct resolved *r = b->in->resolved;
  if (r->own_python)
    add_find_python(b, model);
  if (r->lines.n == 0)
    return;
  if (r->own_python) {
    lay_packages(b, model, deps);
    return;
  }
  plan_add_copy(
      b, model, "copy packages", requirements_key(b->in->config),
      (struct plan_copy){.from = {.source = PLAN_SOURCE_STAGE, .stage = deps},
                         .source = PLAN_DEPS_PREFIX,
                         .dest = arena_printf(b->ar, "%s/", b->plan->prefix)});
}
