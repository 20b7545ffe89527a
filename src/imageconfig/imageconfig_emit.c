#include "imageconfig/imageconfig_int.h"

struct writer {
  struct arena *ar;
  struct diags *dg;
  const struct imageconfig_changes *changes;
  const json_t *base;
  struct imageconfig was; // the base, read
  bool ok;
};

// ---- values -----------------------------------------------------------------

static void check_config_text(struct writer *w, struct str s) {
  if (!utf8_is_valid(s) || str_find(s, '\0') >= 0)
    w->ok = diag_fail(w->dg, DIAG_BAD_TEXT, SPAN_NONE,
                      "\"" STR_FMT "\" cannot be in an image config: it is "
                      "not UTF-8 or holds a NUL byte",
                      STR_ARG(s));
}

static json_t *text_json(struct writer *w, struct str s) {
  check_config_text(w, s);
  return json_stringn_nocheck(s.p ? s.p : "", s.len);
}

static void set_member(struct writer *w, json_t *to, struct str key,
                       json_t *value) {
  check_config_text(w, key);
  json_object_set_new_nocheck(to, str_cstr(w->ar, key), value);
}

static json_t *text_list(struct writer *w, const struct str_vec *v) {
  json_t *to = json_array();
  for (size_t i = 0; i < v->n; i++)
    json_array_append_new(to, text_json(w, v->v[i]));
  return to;
}

static void set_text_member(struct writer *w, json_t *to, const char *key,
                            struct str value) {
  if (value.len)
    json_object_set_new(to, key, text_json(w, value));
}

static void set_list(struct writer *w, json_t *to, const char *key,
                     const struct str_vec *v) {
  if (v->n)
    json_object_set_new(to, key, text_list(w, v));
}

static void set_if_filled(json_t *to, const char *key, json_t *object) {
  if (json_object_size(object))
    json_object_set(to, key, object);
  json_decref(object);
}

// Takes KEY of FROM over as it is.
static void keep_member(struct writer *w, json_t *to, const json_t *from,
                        const char *key, json_type type) {
  json_t *value = imageconfig_member(from, key, type, &w->ok, w->dg);
  if (value)
    json_object_set(to, key, value);
}

// KEY of FROM to be added to, or an empty object. A new reference.
static json_t *kept_object(struct writer *w, const json_t *from,
                           const char *key) {
  json_t *value = imageconfig_member(from, key, JSON_OBJECT, &w->ok, w->dg);
  return value ? json_copy(value) : json_object();
}

// ---- how the image is run ---------------------------------------------------

static struct str given_or(struct str given, struct str base) {
  return given.len ? given : base;
}

static struct str_vec env(struct writer *w) {
  static const struct imageconfig_env_change path = {
      IMAGECONFIG_ENV_SET, STR("PATH"), STR(IMAGECONFIG_PATH)};
  struct str_vec to = w->was.env;
  if (!imageconfig_env_get(&to, "PATH").p)
    imageconfig_env_apply(w->ar, &to, &path, 1);
  imageconfig_env_apply(w->ar, &to, w->changes->env, w->changes->n_env);
  return to;
}

// As for a Dockerfile: the base's CMD was meant for the base's ENTRYPOINT.
static void set_command(struct writer *w, json_t *to) {
  const struct imageconfig_changes *c = w->changes;
  struct str_vec none = {0};
  const struct str_vec *old_cmd = c->entrypoint ? &none : &w->was.cmd;
  set_list(w, to, "Entrypoint",
           c->entrypoint ? c->entrypoint : &w->was.entrypoint);
  set_list(w, to, "Cmd", c->cmd ? c->cmd : old_cmd);
}

static void set_ports(struct writer *w, json_t *to, const json_t *base) {
  json_t *ports = kept_object(w, base, "ExposedPorts");
  for (size_t i = 0; i < w->changes->n_ports; i++)
    set_member(w, ports, w->changes->ports[i], json_object());
  set_if_filled(to, "ExposedPorts", ports);
}

static void set_label_members(struct writer *w, json_t *to) {
  json_t *labels = json_object();
  for (size_t i = 0; i < w->was.labels.n; i++)
    set_member(w, labels, w->was.labels.v[i].key,
               text_json(w, w->was.labels.v[i].value));
  for (size_t i = 0; i < w->changes->n_labels; i++)
    set_member(w, labels, w->changes->labels[i].key,
               text_json(w, w->changes->labels[i].value));
  set_if_filled(to, "Labels", labels);
}

static void set_duration(json_t *to, const char *key, unsigned seconds) {
  json_object_set_new(to, key, json_integer((json_int_t)seconds * 1000000000));
}

// Source: moby/docker-image-spec v1.3.1 specs-go/v1/image.go HealthcheckConfig.
static void set_healthcheck(struct writer *w, json_t *to,
                            const struct plan_healthcheck *h) {
  json_t *check = json_object(), *test = json_array();
  json_array_append_new(test, json_string("CMD"));
  for (size_t i = 0; i < h->argc; i++)
    json_array_append_new(test, text_json(w, str_of(h->argv[i])));
  json_object_set_new(check, "Test", test);
  set_duration(check, "Interval", h->interval);
  set_duration(check, "Timeout", h->timeout);
  set_duration(check, "StartPeriod", h->start);
  json_object_set_new(check, "Retries", json_integer(h->retries));
  json_object_set_new(to, "Healthcheck", check);
}

static json_t *config(struct writer *w) {
  const json_t *base =
      imageconfig_member(w->base, "config", JSON_OBJECT, &w->ok, w->dg);
  json_t *to = json_object();
  struct str_vec variables = env(w);
  set_list(w, to, "Env", &variables);
  set_text_member(w, to, "User", given_or(w->changes->user, w->was.user));
  set_text_member(w, to, "WorkingDir",
                  given_or(w->changes->workdir, w->was.workdir));
  set_command(w, to);
  set_ports(w, to, base);
  set_label_members(w, to);
  set_list(w, to, "Shell", &w->was.shell);
  keep_member(w, to, base, "Volumes", JSON_OBJECT);
  keep_member(w, to, base, "StopSignal", JSON_STRING);
  if (w->changes->healthcheck)
    set_healthcheck(w, to, w->changes->healthcheck);
  else
    keep_member(w, to, base, "Healthcheck", JSON_OBJECT);
  return to;
}

// ---- around it --------------------------------------------------------------

static json_t *timestamp_json(int64_t epoch) {
  time_t seconds = (time_t)epoch;
  struct tm tm;
  char rfc3339[32];
  if (!gmtime_r(&seconds, &tm) ||
      !strftime(rfc3339, sizeof rfc3339, "%Y-%m-%dT%H:%M:%SZ", &tm))
    BUG("no such time: %" PRId64 " s", epoch);
  return json_string(rfc3339);
}

static json_t *history(struct writer *w) {
  json_t *base =
      imageconfig_member(w->base, "history", JSON_ARRAY, &w->ok, w->dg);
  json_t *to = base ? json_copy(base) : json_array();
  for (size_t i = 0; i < json_array_size(to); i++)
    if (!json_is_object(json_array_get(to, i)))
      w->ok = diag_fail(w->dg, DIAG_BAD_IMAGE, SPAN_NONE,
                        "\"history\" in the image config holds something "
                        "else than objects");
  for (size_t i = 0; i < w->changes->n_history; i++) {
    const struct imageconfig_history *h = &w->changes->history[i];
    json_t *entry = json_object();
    if (w->changes->has_epoch)
      json_object_set_new(entry, "created", timestamp_json(w->changes->epoch));
    set_text_member(w, entry, "created_by", h->created_by);
    set_text_member(w, entry, "comment", h->comment);
    if (h->empty_layer)
      json_object_set_new(entry, "empty_layer", json_true());
    json_array_append_new(to, entry);
  }
  return to;
}

static void set_platform(struct writer *w, json_t *to) {
  const struct platform *p =
      w->changes->platform.os.len ? &w->changes->platform : &w->was.platform;
  if (!p->os.len || !p->arch.len)
    w->ok = diag_fail(w->dg, DIAG_BAD_IMAGE, SPAN_NONE,
                      "the image config does not say which platform the "
                      "image is for");
  set_text_member(w, to, "os", p->os);
  set_text_member(w, to, "architecture", p->arch);
  set_text_member(w, to, "variant", p->variant);
  set_text_member(w, to, "os.version", p->os_version);
}

static bool write_image(struct writer *w, struct sbuf *out) {
  json_auto_t *to = json_object();
  set_platform(w, to);
  keep_member(w, to, w->base, "os.features", JSON_ARRAY);
  keep_member(w, to, w->base, "author", JSON_STRING);
  if (w->changes->has_epoch)
    json_object_set_new(to, "created", timestamp_json(w->changes->epoch));
  json_object_set_new(to, "config", config(w));
  json_object_set_new(to, "history", history(w));
  // The engine fills in the layers, but wants the field.
  json_t *rootfs = json_object();
  json_object_set_new(rootfs, "type", json_string("layers"));
  json_object_set_new(to, "rootfs", rootfs);
  if (!w->ok)
    return false;
  sbuf_add_json(out, to, JSON_COMPACT | JSON_SORT_KEYS);
  if (out->overflow)
    return diag_fail(w->dg, DIAG_TOO_LARGE, SPAN_NONE,
                     "the image config has more than %zu bytes", out->max);
  return true;
}

bool imageconfig_emit(struct sbuf *out, struct str base,
                      const struct imageconfig_changes *changes,
                      struct diags *dg) {
  json_auto_t *root = imageconfig_load(base, dg);
  if (!root)
    return false;
  struct arena ar;
  arena_init(&ar);
  struct writer w = {.ar = &ar, .dg = dg, .changes = changes, .base = root};
  w.ok = imageconfig_read(&ar, root, &w.was, dg);
  bool ok = w.ok && write_image(&w, out);
  arena_release(&ar);
  return ok;
}
