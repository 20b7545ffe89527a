#include "emit_int.h"

const struct emit_image *emit_find_image(const struct emit_input *in,
                                         struct str name) {
  for (size_t i = 0; i < in->n_images; i++)
    if (str_eq(in->images[i].name, name))
      return &in->images[i];
  BUG("nothing stands behind the image " STR_FMT, STR_ARG(name));
}

const struct emit_image *emit_base_image(const struct emit_input *in,
                                         const struct plan_stage *s) {
  static const struct emit_image nothing;
  while (s->parent)
    s = s->parent;
  return s->image.len ? emit_find_image(in, s->image) : &nothing;
}

struct imageconfig_env_change emit_env_change(const struct plan_env *env) {
  static const enum imageconfig_env_op ops[] = {
      [PLAN_ENV_SET] = IMAGECONFIG_ENV_SET,
      [PLAN_ENV_PREPEND] = IMAGECONFIG_ENV_PREPEND,
      [PLAN_ENV_APPEND] = IMAGECONFIG_ENV_APPEND,
  };
  return (struct imageconfig_env_change){ops[env->how], str_of(env->name),
                                         env->value};
}

struct str emit_pattern(struct arena *ar, struct str path) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, SBUF_NO_MAX);
  for (size_t i = 0; i < path.len; i++) {
    if (strchr("*?[]\\!", path.p[i]))
      sbuf_addch(&out, '\\');
    sbuf_addch(&out, path.p[i]);
  }
  return str_dup(ar, sbuf_str(&out));
}

static void add_env(struct arena *ar, struct emit_env *out,
                    const struct plan_stage *s) {
  if (s->parent)
    add_env(ar, out, s->parent);
  for (size_t i = 0; i < s->steps.n; i++)
    if (s->steps.v[i].op == PLAN_ENV)
      vec_push(ar, &out->changes, emit_env_change(&s->steps.v[i].u.env));
}

struct emit_env emit_stage_env(struct arena *ar, const struct plan_stage *s) {
  struct emit_env env = {0};
  add_env(ar, &env, s);
  return env;
}
