#include "imageconfig/imageconfig_int.h"

#include "cogfe/limits.h"

json_t *imageconfig_load(struct str json, struct diags *dg) {
  json_error_t error;
  if (!json.len)
    return json_object();
  if (json.len > LIMIT_IMAGE_CONFIG_BYTES) {
    diag_fail(dg, DIAG_TOO_LARGE, SPAN_NONE,
              "the image config has %zu bytes; the limit is %d", json.len,
              LIMIT_IMAGE_CONFIG_BYTES);
    return NULL;
  }
  json_t *root = json_loadb(json.p, json.len, 0, &error);
  if (json_is_object(root))
    return root;
  if (root)
    diag_fail(dg, DIAG_BAD_IMAGE, SPAN_NONE,
              "the image config is not a JSON object");
  else
    diag_fail(dg, DIAG_BAD_IMAGE, SPAN_NONE,
              "the image config is not JSON: %s (line %d)", error.text,
              error.line);
  json_decref(root);
  return NULL;
}

json_t *imageconfig_member(const json_t *object, const char *key,
                           json_type type, bool *ok, struct diags *dg) {
  static const char *const names[] = {
      [JSON_OBJECT] = "an object",
      [JSON_ARRAY] = "a list",
      [JSON_STRING] = "text",
  };
  json_t *value = json_object_get(object, key);
  if (!value || json_is_null(value))
    return NULL;
  if (json_typeof(value) == type)
    return value;
  *ok = diag_fail(dg, DIAG_BAD_IMAGE, SPAN_NONE,
                  "\"%s\" in the image config is not %s", key, names[type]);
  return NULL;
}

struct reader {
  struct arena *ar;
  struct diags *dg;
  bool ok;
};

// jansson hands texts out as its own; they die with the tree.
static struct str copy_text(struct reader *r, const json_t *text) {
  return str_dup(
      r->ar, (struct str){json_string_value(text), json_string_length(text)});
}

static struct str read_member_text(struct reader *r, const json_t *object,
                                   const char *key) {
  json_t *text = imageconfig_member(object, key, JSON_STRING, &r->ok, r->dg);
  return text ? copy_text(r, text) : (struct str){0};
}

static void want_text(struct reader *r, const char *key) {
  r->ok = diag_fail(r->dg, DIAG_BAD_IMAGE, SPAN_NONE,
                    "\"%s\" in the image config holds something else than "
                    "text",
                    key);
}

static struct str_vec read_list(struct reader *r, const json_t *object,
                                const char *key) {
  struct str_vec list = {0};
  json_t *array = imageconfig_member(object, key, JSON_ARRAY, &r->ok, r->dg);
  for (size_t i = 0; i < json_array_size(array); i++) {
    const json_t *item = json_array_get(array, i);
    if (!json_is_string(item)) {
      want_text(r, key);
      break;
    }
    vec_push(r->ar, &list, copy_text(r, item));
  }
  return list;
}

static int label_by_key(const void *a, const void *b) {
  const struct imageconfig_label *x = a, *y = b;
  return str_cmp(x->key, y->key);
}

static void read_labels(struct reader *r, const json_t *config,
                        struct imageconfig *out) {
  json_t *labels =
      imageconfig_member(config, "Labels", JSON_OBJECT, &r->ok, r->dg);
  const char *key;
  json_t *value;
  json_object_foreach(labels, key, value) {
    if (!json_is_string(value)) {
      want_text(r, "Labels");
      return;
    }
    vec_push(r->ar, &out->labels,
             (struct imageconfig_label){str_of(arena_strdup(r->ar, key)),
                                        copy_text(r, value)});
  }
  if (out->labels.n)
    qsort(out->labels.v, out->labels.n, sizeof *out->labels.v, label_by_key);
}

bool imageconfig_read(struct arena *ar, const json_t *root,
                      struct imageconfig *out, struct diags *dg) {
  struct reader r = {ar, dg, true};
  const json_t *config =
      imageconfig_member(root, "config", JSON_OBJECT, &r.ok, dg);
  *out = (struct imageconfig){
      .platform = {.os = read_member_text(&r, root, "os"),
                   .arch = read_member_text(&r, root, "architecture"),
                   .variant = read_member_text(&r, root, "variant"),
                   .os_version = read_member_text(&r, root, "os.version")},
      .user = read_member_text(&r, config, "User"),
      .workdir = read_member_text(&r, config, "WorkingDir"),
      .env = read_list(&r, config, "Env"),
      .entrypoint = read_list(&r, config, "Entrypoint"),
      .cmd = read_list(&r, config, "Cmd"),
      .shell = read_list(&r, config, "Shell"),
  };
  read_labels(&r, config, out);
  return r.ok;
}

bool imageconfig_parse(struct arena *ar, struct str json,
                       struct imageconfig *out, struct diags *dg) {
  json_auto_t *root = imageconfig_load(json, dg);
  return root && imageconfig_read(ar, root, out, dg);
}

// ---- environment ------------------------------------------------------------

// The place of NAME among N entries, N when it is not there.
static size_t find_env(const struct str_vec *env, struct str name) {
  size_t i = 0;
  for (; i < env->n; i++) {
    struct str has;
    str_cut(env->v[i], '=', &has);
    if (str_eq(has, name))
      break;
  }
  return i;
}

struct str imageconfig_env_get(const struct str_vec *env, const char *name) {
  size_t at = find_env(env, str_of(name)), len = strlen(name);
  if (at == env->n)
    return (struct str){0};
  return str_skip(env->v[at], len + 1);
}

/** Where the variables of a list are, by name: open addressing, 0 is free, else
 *  the place plus 1. */
struct env_index {
  size_t *slots;
  size_t mask;
};

static struct str env_name(struct str entry) {
  struct str name;
  str_cut(entry, '=', &name);
  return name;
}

/** The slot of NAME in ENV, or the free one where it belongs. */
static size_t *find_slot(const struct env_index *index,
                         const struct str_vec *env, struct str name) {
  size_t at = 2166136261; // FNV-1a
  for (size_t i = 0; i < name.len; i++)
    at = (at ^ (unsigned char)name.p[i]) * 16777619;
  for (;; at++) {
    size_t *slot = &index->slots[at & index->mask];
    if (!*slot || str_eq(env_name(env->v[*slot - 1]), name))
      return slot;
  }
}

/** The index of ENV, with room for MORE; of a name the first one counts. */
static struct env_index index_env(struct arena *ar, const struct str_vec *env,
                                  size_t more) {
  size_t size = 8;
  while (size < 2 * (env->n + more))
    size *= 2;
  const struct env_index index = {arena_array(ar, size_t, size), size - 1};
  for (size_t i = 0; i < env->n; i++) {
    size_t *slot = find_slot(&index, env, env_name(env->v[i]));
    if (!*slot)
      *slot = i + 1;
  }
  return index;
}

static struct str join_values(struct arena *ar, struct str a, struct str sep,
                              struct str b) {
  return str_concat(ar, str_concat(ar, a, sep), b);
}

// Old and new value of a variable that lists paths.
static struct str joined(struct arena *ar, struct str old,
                         const struct imageconfig_env_change *c) {
  if (!old.p && str_is(c->name, "PATH"))
    old = STR(IMAGECONFIG_PATH);
  if (c->op == IMAGECONFIG_ENV_SET || !old.len)
    return c->value;
  if (!c->value.len)
    return old; // an empty item would be the current directory
  if (c->op == IMAGECONFIG_ENV_PREPEND)
    return join_values(ar, c->value, STR(":"), old);
  return join_values(ar, old, STR(":"), c->value);
}

void imageconfig_env_apply(struct arena *ar, struct str_vec *env,
                           const struct imageconfig_env_change *changes,
                           size_t n) {
  // A list that was copied still shares its array with the one it came from.
  struct str_vec own = {arena_memdup(ar, env->v, env->n * sizeof *env->v),
                        env->n, env->n};
  *env = own;
  const struct env_index index = index_env(ar, env, n);
  for (size_t i = 0; i < n; i++) {
    const struct str name = changes[i].name;
    size_t *slot = find_slot(&index, env, name);
    struct str old = {0};
    if (*slot)
      old = str_skip(env->v[*slot - 1], name.len + 1);
    const struct str entry =
        join_values(ar, name, STR("="), joined(ar, old, &changes[i]));
    if (*slot) {
      env->v[*slot - 1] = entry;
    } else {
      vec_push(ar, env, entry);
      *slot = env->n;
    }
  }
}
