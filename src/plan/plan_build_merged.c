// The model of layers that are made side by side and laid over each other: the
// base with its system packages, the interpreter, the packages, the user's
// files. Only run items wait for all that is below them.
#include "plan_int.h"

/** Layers of one merge, collected. */
struct layers {
  VEC(struct plan_layer) list;
};

/** What UPPER adds to LOWER, unless it adds nothing. */
static void add_difference(struct plan_builder *b, struct layers *layers,
                           const struct plan_stage *upper,
                           const struct plan_stage *lower) {
  if (plan_stage_work(upper))
    vec_push(b->ar, &layers->list, (struct plan_layer){upper, lower});
}

/** A step that is named after what it lays down: `merge python, packages`. */
static void add_merge(struct plan_builder *b, struct plan_stage *s,
                      const struct layers *layers) {
  if (layers->list.n == 0)
    return;
  const char *title = "merge";
  for (size_t i = 0; i < layers->list.n; i++)
    title = arena_printf(b->ar, "%s%s %s", title, i ? "," : "",
                         layers->list.v[i].upper->name);
  plan_add_step(b, s, PLAN_MERGE, title, NULL, SPAN_NONE)->u.merge =
      (struct plan_merge){layers->list.v, layers->list.n};
}

/** Where the packages are copied to: the stage of the interpreter, or the bare
 *  base image, which has it. One of the base's own may come with a system
 *  package. */
static const struct plan_stage *interpreter(struct plan_builder *b,
                                            const struct plan_parts *parts) {
  if (parts->python)
    return parts->python;
  if (b->in->resolved->own_python)
    return parts->base;
  return plan_add_stage(b, "python", NULL, b->in->resolved->base_image, NULL);
}

/** The packages as a layer, and a stage that has them and the interpreter. */
struct packages {
  struct plan_layer layer;
  const struct plan_stage *installed;
};

static struct packages copy_packages(struct plan_builder *b,
                                     const struct plan_parts *parts) {
  const struct plan_stage *python = interpreter(b, parts);
  struct plan_stage *packages = plan_add_part(b, "packages", python);
  plan_add_packages(b, packages, parts->deps);
  return (struct packages){{packages, python}, packages};
}

/** pip runs where it finds compilers and writes into the bare base image, whose
 *  directories have the modes that they have in the model. */
static struct packages install_in_place(struct plan_builder *b,
                                        const struct plan_parts *parts) {
  const char *prefix = b->plan->prefix;
  struct plan_stage *place =
      plan_add_stage(b, "place", NULL, b->in->resolved->base_image, NULL);
  place->part_of = "deps";
  plan_add_copy(b, place, arena_printf(b->ar, "make %s", prefix), NULL,
                (struct plan_copy){.source = STR("/"),
                                   .dest = str_printf(b->ar, "%s/", prefix)});
  struct plan_stage *packages = plan_add_part(b, "packages", place);
  packages->part_of = "deps";
  packages->run_in = parts->pip;
  packages->dir = prefix;
  packages->at = PLAN_DEPS_PREFIX;
  plan_add_install(b, packages, place);
  const struct plan_layer layer = {packages, place};
  if (!parts->python)
    return (struct packages){layer, packages};

  struct plan_stage *installed = plan_add_part(b, "installed", parts->python);
  struct layers layers = {0};
  vec_push(b->ar, &layers.list, layer);
  add_merge(b, installed, &layers);
  return (struct packages){layer, installed};
}

/** Whether the named context, if there is one, can be a layer that does not
 *  know what it is laid over. Such a layer brings the directories above, with
 *  modes of its own, which must not become those of /root or /tmp. */
static bool is_apart(struct str dir) {
  return str_starts(dir, PLAN_SOURCE_DIR "/") || str_rfind(dir, '/') == 0;
}

/** A stage for each of the weights, so that each is a layer of its own. */
static void add_weights_layers(struct plan_builder *b, struct layers *layers) {
  if (is_apart(b->in->weights_dir)) {
    struct plan_stage *s = plan_add_part(b, "weights", NULL);
    plan_add_named_weights(b, s);
    add_difference(b, layers, s, NULL);
  }
  for (size_t i = 0; i < b->plan->weights->n; i++) {
    struct plan_stage *s =
        plan_add_part(b, arena_printf(b->ar, "weights-%zu", i + 1), NULL);
    plan_add_weight(b, s, i);
    add_difference(b, layers, s, NULL);
  }
}

/** What is in S before the user's commands. */
static void add_merged_before_commands(struct plan_builder *b,
                                       struct plan_stage *s,
                                       const struct layers *below) {
  if (b->in->resolved->pyenv)
    plan_add_pyenv_path(b, s);
  add_merge(b, s, below);
  plan_add_environment(b, s);
}

struct plan_stage *plan_add_merged_model(struct plan_builder *b,
                                         const struct plan_parts *parts) {
  const struct packages packages =
      plan_in_place(b) ? install_in_place(b, parts) : copy_packages(b, parts);
  struct plan_stage *shims = plan_add_part(b, "shims", packages.installed);
  plan_add_rehash(b, shims);

  struct layers above = {0};
  add_weights_layers(b, &above);
  struct plan_stage *source = plan_add_part(b, "source", NULL);
  plan_add_source(b, source);
  add_difference(b, &above, source, NULL);

  struct layers below = {0};
  if (parts->python)
    add_difference(b, &below, parts->python, parts->toolchain);
  add_difference(b, &below, packages.layer.upper, packages.layer.lower);
  add_difference(b, &below, shims, packages.installed);

  struct plan_carry carry = {0};
  if (plan_carries(b)) {
    struct plan_stage *before = plan_add_part(b, "build", parts->devel);
    add_merged_before_commands(b, before, &below);
    struct plan_stage *after = plan_add_part(b, "commands", before);
    plan_add_run_items(b, after);
    carry = (struct plan_carry){before, after};
  }
  struct plan_stage *model =
      plan_add_stage(b, "model", PLAN_MODEL_HELP, (struct str){0}, parts->base);
  add_merged_before_commands(b, model, &below);
  if (carry.after)
    plan_add_carry(b, model, &carry);
  else
    plan_add_run_items(b, model);
  plan_add_server_env(b, model);
  if (!is_apart(b->in->weights_dir))
    plan_add_named_weights(b, model);
  add_merge(b, model, &above);
  plan_add_user(b, model);
  return model;
}
