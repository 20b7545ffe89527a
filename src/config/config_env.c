#include "cogfe/base.h"

#include "config/config_int.h"

/** Variables that the image or a platform sets; a name that ends in `*` stands
 *  for all that begin so. To add one: a row.
 *  Source: replicate/cog v0.22.0 pkg/config/env.go. */
static const struct {
  const char *pattern, *owner;
} reserved[] = {
    {"LD_LIBRARY_PATH", "the base image"},
    {"PYTHONPATH", "the image"},
    {"VIRTUAL_ENV", "the image"},
    {"PYTHONUNBUFFERED", "the image"},
    {"R8_*", "Replicate"},
    {"REPLICATE_*", "Replicate"},
    {"LIBRARY_PATH", "the base image"},
    {"CUDA_*", "the base image"},
    {"NVIDIA_*", "the base image"},
    {"NV_*", "the base image"},
    {"PGET_*", "Replicate"},
    {"HF_ENDPOINT", "Replicate"},
    {"HF_HUB_ENABLE_HF_TRANSFER", "Replicate"},
    {"KUBERNETES_*", "Kubernetes"},
    {"OTEL_*", "whoever runs the image"},
    {"COG_TRACE_*", "observability"},
    {"COG_OBSERVABILITY_*", "observability"},
};

static bool matches(struct str name, const char *pattern) {
  size_t len = strlen(pattern);
  if (pattern[len - 1] != '*')
    return str_is(name, pattern);
  return name.len >= len - 1 && !memcmp(name.p, pattern, len - 1);
}

static void warn_reserved(struct config_reader *r,
                          const struct config_env *env) {
  for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
    if (matches(env->name, reserved[i].pattern)) {
      diag_warn(r->dg, DIAG_CONFIG_ENV_RESERVED, env->span,
                "\"" STR_FMT "\" is set by %s, Cog refuses it here",
                STR_ARG(env->name), reserved[i].owner);
      return;
    }
}

static bool check_item(struct config_reader *r, const struct config_text *item,
                       struct config_env *env) {
  // White space in quotes is part of the value; a block's line end is not.
  const struct yamldoc_node *node = item->node;
  struct str text = node->text, name;
  if (node->style == YAMLDOC_LITERAL || node->style == YAMLDOC_FOLDED)
    text = item->text;
  struct str value = str_cut(text, '=', &name);
  if (name.len == text.len || !config_is_env_name(name)) {
    diag_fail(r->dg, DIAG_CONFIG_ENV, item->span,
              "\"" STR_FMT "\" is not NAME=value", STR_ARG(item->text));
    diag_note(r->dg, SPAN_NONE,
              "a name has letters, digits and \"_\" and does not begin with a "
              "digit");
    return false;
  }
  if (str_find(value, '\n') >= 0)
    return diag_fail(r->dg, DIAG_CONFIG_ENV, item->span,
                     "the value of \"" STR_FMT "\" has more than one line",
                     STR_ARG(name));
  *env = (struct config_env){str_dup(r->ar, name), value, item->span};
  return true;
}

static int env_by_name(const void *pa, const void *pb) {
  const struct config_env *const *a = pa, *const *b = pb;
  int d = str_cmp((*a)->name, (*b)->name);
  return d ? d : (*a > *b) - (*a < *b);
}

static void check_unique(struct config_reader *r, const struct config_env *v,
                         size_t n) {
  const struct config_env **sorted =
      arena_array(r->ar, const struct config_env *, n);
  for (size_t i = 0; i < n; i++)
    sorted[i] = &v[i];
  if (n)
    qsort(sorted, n, sizeof(*sorted), env_by_name);
  for (size_t i = 1; i < n; i++) {
    const struct config_env *a = sorted[i - 1], *b = sorted[i];
    if (!str_eq(a->name, b->name))
      continue;
    diag_fail(r->dg, DIAG_CONFIG_ENV, b->span, "\"" STR_FMT "\" is given twice",
              STR_ARG(b->name));
    diag_note(r->dg, a->span, "it was given here first");
  }
}

/** `environment` as a map: a list that was written wrongly or, with keys such
 *  as python_version, the name that `build` had in Cog 0.0.4. */
static void note_map(struct config_reader *r, const struct yamldoc_node *map) {
  if (map->n_pairs == 0)
    return;
  struct str name = map->pairs[0].key->text;
  const struct yamldoc_node *value = map->pairs[0].value;
  if (yamldoc_get(map, "python_version") || yamldoc_get(map, "python_packages"))
    diag_note(r->dg, SPAN_NONE,
              "this section is called \"build\" since Cog 0.0.5");
  else if (value->kind == YAMLDOC_SCALAR)
    diag_note(r->dg, SPAN_NONE,
              "write it so:\n    environment:\n      - \"" STR_FMT "=" STR_FMT
              "\"",
              STR_ARG(name), STR_ARG(str_trim(value->text)));
}

void config_read_envs(struct config_reader *r, const struct yamldoc_pair *pair,
                      void *field) {
  struct config_list items = {0};
  config_read_list(r, pair, &items);
  if (pair->value->kind == YAMLDOC_MAP)
    note_map(r, pair->value);
  VEC(struct config_env) envs = {0};
  for (size_t i = 0; i < items.n; i++) {
    struct config_env env = {0};
    if (!check_item(r, &items.v[i], &env))
      continue;
    vec_push(r->ar, &envs, env);
    warn_reserved(r, &env);
  }
  check_unique(r, envs.v, envs.n);
  *(struct config_envs *)field =
      (struct config_envs){envs.v, envs.n, items.key};
}
