// The packages.
#include "plan_int.h"

#define REQUIREMENTS "/requirements.txt"
#define CONSTRAINTS "/constraints.txt"
// Of the call that installs the SDK where the packages have hashes.
#define SDK_REQUIREMENTS "/sdk-requirements.txt"
#define SDK_CONSTRAINTS "/sdk-constraints.txt"

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

/** The key of cog.yaml that lists the packages; without any, the SDK's. */
static const char *requirements_key(const struct plan_builder *b) {
  if (b->in->resolved->lines.n == 0)
    return "build.sdk_version";
  return b->in->config->python_requirements.set ? "build.python_requirements"
                                                : "build.python_packages";
}

static struct span requirements_span(const struct plan_builder *b) {
  const struct config *c = b->in->config;
  if (b->in->resolved->lines.n == 0)
    return c->sdk_version.span;
  return c->python_requirements.set ? c->python_requirements.span
                                    : c->python_packages.key;
}

// ---- what is installed ------------------------------------------------------

/** pip wants a hash of everything as soon as one line has one, and nobody has
 *  hashes of the SDK: then it is installed in a call of its own, bound to what
 *  the lines pin. */
static bool has_hashes(const struct resolved *r) {
  for (size_t i = 0; i < r->lines.n; i++) {
    const struct requirement *line = r->lines.v[i].requirement;
    for (size_t k = 0; k < line->options.n; k++)
      if (line->options.v[k].kind == OPTION_HASH ||
          str_is(line->options.v[k].name, "--require-hashes"))
        return true;
  }
  return false;
}

static bool sdk_apart(const struct resolved *r) {
  return r->sdk.kind != RESOLVED_SDK_OFF && has_hashes(r);
}

static void add_sdk_lines(struct plan_builder *b, struct sbuf *out) {
  const struct resolved_sdk *sdk = &b->in->resolved->sdk;
  if (sdk->kind == RESOLVED_SDK_WHEEL)
    sbuf_addf(out, "%s\n", plan_sdk_wheel(b));
  for (size_t i = 0; i < sdk->requirements.n; i++)
    sbuf_addf(out, STR_FMT "\n", STR_ARG(sdk->requirements.v[i]));
}

/** The pins of the lines, as bounds: without extras, which bounds cannot have,
 *  and without hashes. */
static void add_pins(const struct resolved *r, struct sbuf *out) {
  for (size_t i = 0; i < r->lines.n; i++) {
    const struct requirement *line = r->lines.v[i].requirement;
    const struct specifier *pin = specifier_set_pin(&line->specifiers);
    if (!pin || line->kind != REQUIREMENT_PACKAGE)
      continue;
    sbuf_addf(out, STR_FMT "==" STR_FMT, STR_ARG(line->name),
              STR_ARG(pin->text));
    if (line->marker.len)
      sbuf_addf(out, "; " STR_FMT, STR_ARG(line->marker));
    sbuf_addch(out, '\n');
  }
}

static void write_lines(struct plan_builder *b, struct plan_stage *s,
                        const char *path, const struct sbuf *text) {
  struct plan_step *step =
      plan_add_step(b, s, PLAN_WRITE, arena_printf(b->ar, "write %s", path),
                    requirements_key(b), requirements_span(b));
  step->u.write = (struct plan_write){.path = str_of(path),
                                      .data = str_dup(b->ar, sbuf_str(text))};
}

static void write_requirements(struct plan_builder *b, struct plan_stage *s) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SBUF_NO_MAX);
  resolved_emit_requirements(&text, b->in->resolved, false);
  if (!sdk_apart(b->in->resolved))
    add_sdk_lines(b, &text);
  write_lines(b, s, REQUIREMENTS, &text);
}

static void write_constraints(struct plan_builder *b, struct plan_stage *s) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SBUF_NO_MAX);
  resolved_emit_requirements(&text, b->in->resolved, true);
  write_lines(b, s, CONSTRAINTS, &text);
}

static void write_sdk_apart(struct plan_builder *b, struct plan_stage *s) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SBUF_NO_MAX);
  add_sdk_lines(b, &text);
  write_lines(b, s, SDK_REQUIREMENTS, &text);
  sbuf_clear(&text);
  add_pins(b->in->resolved, &text);
  write_lines(b, s, SDK_CONSTRAINTS, &text);
}

void plan_add_requirements(struct plan_builder *b, struct plan_stage *s) {
  const struct resolved *r = b->in->resolved;
  if (!resolved_installs(r))
    return;
  write_requirements(b, s);
  if (resolved_has_constraints(r))
    write_constraints(b, s);
  if (sdk_apart(r))
    write_sdk_apart(b, s);
}

// ---- installing -------------------------------------------------------------

/** "pip install 3 packages, cog==0.23.1" */
static const char *install_title(struct plan_builder *b, bool packages,
                                 bool sdk) {
  const struct resolved *r = b->in->resolved;
  const char *title = plan_installer(b);
  if (packages)
    title =
        arena_printf(b->ar, "%s %s", title,
                     plan_count(b, count_packages(r), "package", "packages"));
  if (!sdk)
    return title;
  return arena_printf(b->ar, "%s%s " STR_FMT, title, packages ? "," : "",
                      STR_ARG(r->sdk.kind == RESOLVED_SDK_WHEEL
                                  ? r->sdk.wheel
                                  : r->sdk.requirement));
}

static void install_file(struct plan_builder *b, struct plan_stage *s,
                         const char *file, const char *bounds,
                         const char *title, bool sdk) {
  const struct resolved *r = b->in->resolved;
  struct plan_argv argv = {0};
  plan_start_install(b, &argv);
  // All that is needed goes under the prefix, also what the deps image has.
  if (!b->in->options->uv)
    plan_arg(b, &argv, "--ignore-installed");
  plan_arg(b, &argv, "--prefix=" PLAN_DEPS_PREFIX);
  if (bounds) {
    plan_arg(b, &argv, "-c");
    plan_arg(b, &argv, bounds);
  }
  plan_arg(b, &argv, "-r");
  plan_arg(b, &argv, file);
  struct plan_run *run = plan_add_run(b, s, title, requirements_key(b),
                                      requirements_span(b), &argv);
  plan_finish_install(b, run, needs_ssh(r));
  if (sdk && r->sdk.kind == RESOLVED_SDK_WHEEL)
    plan_mount_sdk_wheel(b, run);
}

static void install_requirements(struct plan_builder *b, struct plan_stage *s) {
  const struct resolved *r = b->in->resolved;
  const bool sdk = r->sdk.kind != RESOLVED_SDK_OFF, apart = sdk_apart(r);
  install_file(b, s, REQUIREMENTS,
               resolved_has_constraints(r) ? CONSTRAINTS : NULL,
               install_title(b, r->lines.n > 0, sdk && !apart), sdk && !apart);
  if (apart)
    install_file(b, s, SDK_REQUIREMENTS, SDK_CONSTRAINTS,
                 install_title(b, false, true), true);
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
                   requirements_key(b), SPAN_NONE, &argv);
  const struct plan_mount before = {
      .type = CONFIG_MOUNT_BIND,
      .target = BEFORE,
      .from = {.source = PLAN_SOURCE_STAGE, .stage = base},
      .source = b->plan->prefix,
      .readonly = true,
      .leftover = "/run/cog",
  };
  if (base)
    plan_add_mounts(b, run, &before, 1);
}

void plan_add_install(struct plan_builder *b, struct plan_stage *s,
                      const struct plan_stage *base) {
  if (!resolved_installs(b->in->resolved))
    return;
  const char *key = requirements_key(b);
  install_requirements(b, s);
  plan_add_uv_tidy(b, s, PLAN_DEPS_PREFIX, key);
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
      .leftover = "/run/cog",
  };
  plan_add_mounts(b,
                  plan_add_run(b, s, "lay the packages over the base's Python",
                               requirements_key(b), SPAN_NONE, &argv),
                  &mount, 1);
}

void plan_add_packages(struct plan_builder *b, struct plan_stage *model,
                       const struct plan_stage *deps) {
  const struct resolved *r = b->in->resolved;
  if (r->own_python)
    add_find_python(b, model);
  if (!resolved_installs(r))
    return;
  if (r->own_python) {
    lay_packages(b, model, deps);
    return;
  }
  plan_add_copy(
      b, model, "copy packages", requirements_key(b),
      (struct plan_copy){.from = {.source = PLAN_SOURCE_STAGE, .stage = deps},
                         .source = STR(PLAN_DEPS_PREFIX),
                         .dest = str_printf(b->ar, "%s/", b->plan->prefix)});
}
