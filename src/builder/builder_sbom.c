// The list of what is in the image, when it is to tell of more than the engine
// would look at by itself: of the targets behind the built one, or of the build
// context. Without that wish the engine runs the scanner, after us.
#include "builder_int.h"

// Source: docs.docker.com/build/metadata/attestations/sbom, read 2026-10.
#define SBOM_GENERATOR "docker/buildkit-syft-scanner:stable-1"

// Where a scanner finds things and leaves what it found.
// Source: buildkit v0.13.2 frontend/attestations/sbom/sbom.go.
#define SBOM_CORE "/run/src/core/sbom"
#define SBOM_EXTRAS "/run/src/extras"
#define SBOM_OUT "/run/out"

/** The scanner and what it is told. */
struct scanner {
  struct str name;
  struct llb_plan_image image;
  struct str_vec args;
  struct str_vec env; // without what depends on the platform
};

/** The option's list of KEY=VALUE: the image, and variables for it. */
static void read_option(struct builder *b, struct scanner *s) {
  struct str rest = b->opts.sbom, item, key;
  s->name = STR(SBOM_GENERATOR);
  while (rest.len) {
    rest = str_cut(rest, ',', &item);
    const struct str value = str_cut(item, '=', &key);
    if (str_is(key, "generator") && value.len)
      s->name = value;
    else if (key.len)
      vec_push(b->ar, &s->env,
               str_printf(b->ar, "BUILDKIT_SCAN_" STR_FMT "=" STR_FMT,
                          STR_ARG(key), STR_ARG(value)));
  }
}

static void append_strings(struct arena *ar, struct str_vec *to,
                           const struct str_vec *from) {
  for (size_t i = 0; i < from->n; i++)
    vec_push(ar, to, from->v[i]);
}

static bool find_scanner(struct builder *b, struct scanner *s) {
  read_option(b, s);
  struct builder_target t = {.platform = b->opts.builder_platform};
  vec_push(b->ar, &t.needs.images, s->name);
  if (!builder_finish_images(b, &t, builder_start_images(b, &t)))
    return false;
  s->image = t.graph.images[0];
  const struct imageconfig *config = &s->image.config;
  append_strings(b->ar, &s->args, &config->entrypoint);
  append_strings(b->ar, &s->args, &config->cmd);
  append_strings(b->ar, &s->env, &config->env);
  return s->args.n ||
         diag_fail(b->dg, DIAG_BAD_IMAGE, SPAN_NONE,
                   "the scanner \"" STR_FMT "\" has no command to run",
                   STR_ARG(s->name));
}

struct mounts {
  VEC(struct llb_mount) list;
  size_t extras;
};

static void mount_tree(struct builder *b, struct mounts *m, struct str dest,
                       struct llb_ref tree) {
  vec_push(b->ar, &m->list,
           (struct llb_mount){.dest = dest, .input = tree, .readonly = true});
}

static void mount_extra(struct builder *b, struct mounts *m, const char *name,
                        struct llb_ref tree) {
  mount_tree(b, m, str_printf(b->ar, SBOM_EXTRAS "/sbom-%s", name), tree);
  m->extras++;
}

/** Whether BUILDKIT_SBOM_SCAN_STAGE, a truth or names, is for NAME. */
static bool is_asked(const struct builder *b, const char *name) {
  struct str rest = b->opts.args.scan_stage, item;
  if (recipe_truth(rest))
    return true;
  while (rest.len) {
    rest = str_cut(rest, ',', &item);
    if (str_is_nocase(str_trim(item), name))
      return true;
  }
  return false;
}

/** What a target that NEEDS these stages has of S: S itself, or the tree in
 *  which the commands run that do the same in place, and whose outcome is the
 *  target's own; or NULL. */
static const struct plan_stage *find_stage(const struct plan_needs *needs,
                                           const struct plan_stage *s) {
  for (size_t i = 0; i < needs->stages.n; i++) {
    const struct plan_stage *need = needs->stages.v[i];
    if (need == s)
      return s;
    if (need->run_in && need->part_of && strcmp(need->part_of, s->name) == 0)
      return need->run_in;
  }
  return NULL;
}

/** The targets that T's is made of. */
static bool mount_stages(struct builder *b, struct mounts *m,
                         const struct builder_target *t) {
  if (!t->graph.target)
    return true;
  const struct plan *plan = t->recipe.plan;
  // t->needs may be of the plan before the schema and the weights were known.
  const struct plan_needs needs = plan_stage_needs(t->graph.target, b->ar);
  for (size_t i = 0; i < plan->stages.n; i++) {
    struct builder_target stage = *t;
    const struct plan_stage *s = plan->stages.v[i];
    stage.graph.target = find_stage(&needs, s);
    if (!s->help || s == t->graph.target || !is_asked(b, s->name) ||
        !stage.graph.target)
      continue;
    if (!builder_make_target(b, &stage))
      return false;
    mount_extra(b, m, s->name, stage.tree);
  }
  return true;
}

static void run_scanner(struct builder *b, const struct scanner *s,
                        const struct mounts *m, struct builder_target *t) {
  struct str_vec env = {0};
  append_strings(b->ar, &env, &s->env);
  vec_push(b->ar, &env, STR("BUILDKIT_SCAN_DESTINATION=" SBOM_OUT "/"));
  vec_push(b->ar, &env, STR("BUILDKIT_SCAN_SOURCE=" SBOM_CORE));
  if (m->extras)
    vec_push(b->ar, &env, STR("BUILDKIT_SCAN_SOURCE_EXTRAS=" SBOM_EXTRAS));
  const struct str workdir = s->image.config.workdir;
  const struct llb_exec exec = {
      .platform = b->opts.builder_platform,
      .args = s->args.v,
      .n_args = s->args.n,
      .env = env.v,
      .n_env = env.n,
      .cwd = workdir.len ? workdir : STR("/"),
      .mounts = m->list.v,
      .n_mounts = m->list.n,
      .network = b->opts.network,
  };
  const struct llb_meta meta = {
      .name = str_printf(b->ar, "[" STR_FMT "] generating sbom using " STR_FMT,
                         STR_ARG(t->id), STR_ARG(s->name)),
      .ignore_cache = b->opts.no_cache};
  t->sbom =
      llb_exec_mount(b->llb, llb_exec(b->llb, &exec, &meta), STR(SBOM_OUT));
}

static bool scan(struct builder *b, const struct builder_input *in,
                 const struct scanner *s, struct builder_target *t) {
  struct mounts m = {0};
  vec_push(b->ar, &m.list,
           (struct llb_mount){.dest = STR("/"), .input = s->image.tree});
  vec_push(b->ar, &m.list,
           (struct llb_mount){.type = LLB_TMPFS, .dest = STR("/tmp")});
  vec_push(b->ar, &m.list, (struct llb_mount){.dest = STR(SBOM_OUT)});
  mount_tree(b, &m, STR(SBOM_CORE), t->tree);
  if (recipe_truth(b->opts.args.scan_context))
    mount_extra(b, &m, "context", in->context);
  if (!mount_stages(b, &m, t))
    return false;
  run_scanner(b, s, &m, t);
  return true;
}

static bool is_scan_wanted(const struct builder *b) {
  const struct recipe_args *args = &b->opts.args;
  return b->opts.sbom.p && (args->scan_stage.len || args->scan_context.len) &&
         gateway_has(gateway_caps(b->engine->g), GATEWAY_CAP_ATTESTATIONS);
}

bool builder_scan(struct builder *b, const struct builder_input *in,
                  struct builder_target *targets, size_t n) {
  if (!is_scan_wanted(b))
    return true;
  struct scanner s = {0};
  if (!find_scanner(b, &s))
    return false;
  for (size_t i = 0; i < n; i++)
    if (!scan(b, in, &s, &targets[i]))
      return false;
  return true;
}
