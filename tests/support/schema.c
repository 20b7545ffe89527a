#include <jansson.h> // names printf, which base.h bans

#include "schema.h"

#include "cm.h"
#include "cogfe/config.h"

#define FRAGMENTS "src/config/config_schema.json"
#define ID                                                                     \
  "https://raw.githubusercontent.com/cog-frontend/cog-frontend/main/"          \
  "docs/cog.schema.json"

/** A copy of what FRAGMENTS has under GROUP and NAME; NULL when it has none. */
static json_t *fragment(const json_t *fragments, const char *group,
                        const char *name) {
  return json_deep_copy(
      json_object_get(json_object_get(fragments, group), name));
}

// ---- mounts -----------------------------------------------------------------

enum { B = 1, C = 2, T = 4, S = 8, H = 16 };

static const struct {
  const char *name;
  int bit;
} mount_types[] = {
    {"bind", B}, {"cache", C}, {"tmpfs", T}, {"secret", S}, {"ssh", H}};

static const struct {
  const char *name;
  const char *option; // "TARGET" of "dst"
  int types;
} options[] = {
#define OPTION(name, option, types) {name, #option, types},
#include "config/config_mounts.def"
#undef OPTION
};

static json_t *option_schema(const json_t *fragments, struct arena *ar,
                             const char *option) {
  char *name = arena_strdup(ar, option);
  for (char *p = name; *p; p++)
    *p |= 0x20;
  json_t *schema = fragment(fragments, "mounts", name);
  if (!schema)
    fail_msg(FRAGMENTS " does not describe the option %s of a mount", name);
  return schema;
}

static json_t *mount_of_type(const json_t *fragments, struct arena *ar,
                             size_t type) {
  json_t *properties = json_object();
  for (size_t i = 0; i < ARRAY_LEN(options); i++)
    if (options[i].types & mount_types[type].bit)
      json_object_set_new(properties, options[i].name,
                          option_schema(fragments, ar, options[i].option));
  json_object_set_new(json_object_get(properties, "type"), "const",
                      json_string(mount_types[type].name));
  return json_pack("{s:s,s:[s],s:b,s:o}", "type", "object", "required", "type",
                   "additionalProperties", 0, "properties", properties);
}

static json_t *mount_schema(const json_t *fragments, struct arena *ar) {
  json_t *any = json_array();
  for (size_t i = 0; i < ARRAY_LEN(mount_types); i++)
    json_array_append_new(any, mount_of_type(fragments, ar, i));
  return json_pack("{s:o}", "anyOf", any);
}

// ---- keys -------------------------------------------------------------------

static struct str description(struct arena *ar, const struct config_key *key) {
  const bool ignored = !strcmp(key->type, "ignored");
  const char *stop = strchr(".?!", key->help[strlen(key->help) - 1]) ? "" : ".";
  return str_printf(ar, "%s%s%s Since Cog %s%s%s.", ignored ? "Ignored: " : "",
                    key->help, stop, key->since, key->until ? ", until " : "",
                    key->until ? key->until : "");
}

static json_t *key_schema(const json_t *fragments, struct arena *ar,
                          const struct config_key *key) {
  json_t *schema = fragment(fragments, "types", key->type);
  json_t *more = fragment(fragments, "keys", key->path);
  if (!schema)
    fail_msg(FRAGMENTS " does not describe the type \"%s\"", key->type);
  json_t *out = json_object();
  const struct str text = description(ar, key);
  json_object_set_new(out, "description", json_stringn(text.p, text.len));
  if (!strcmp(key->type, "ignored"))
    json_object_set_new(out, "deprecationMessage",
                        json_stringn(text.p, text.len));
  json_object_update(out, schema);
  json_object_update(out, more);
  // Beside a reference, draft 7 reads nothing.
  json_t *ref = json_object_get(out, "$ref");
  if (ref) {
    json_object_set_new(out, "allOf", json_pack("[{s:O}]", "$ref", ref));
    json_object_del(out, "$ref");
  }
  json_decref(schema);
  json_decref(more);
  return out;
}

static bool stands_in(const char *path, const char *section) {
  const char *dot = strrchr(path, '.');
  const size_t len = dot ? (size_t)(dot - path) : 0;
  return strlen(section) == len && !strncmp(path, section, len);
}

/** Fills OUT, a map, with the keys that stand directly in SECTION. */
static void add_keys(json_t *out, const json_t *fragments, struct arena *ar,
                     const char *section) {
  size_t n;
  const struct config_key *keys = config_keys(&n);
  json_t *properties = json_object();
  for (size_t i = 0; i < n; i++) {
    if (!stands_in(keys[i].path, section))
      continue;
    const char *dot = strrchr(keys[i].path, '.');
    json_t *schema = key_schema(fragments, ar, &keys[i]);
    if (strstr(keys[i].type, "map") &&
        strcmp(keys[i].type, "list of maps") != 0)
      add_keys(schema, fragments, ar, keys[i].path);
    json_object_set_new(properties, dot ? dot + 1 : keys[i].path, schema);
  }
  json_object_set_new(out, "additionalProperties", json_false());
  json_object_set_new(out, "properties", properties);
  json_t *rules = fragment(fragments, "rules", section);
  if (rules)
    json_object_set_new(out, "allOf", rules);
}

struct str schema_text(struct arena *ar) {
  json_t *fragments = json_load_file(FRAGMENTS, 0, NULL);
  assert_non_null(fragments);
  json_t *definitions =
      json_deep_copy(json_object_get(fragments, "definitions"));
  json_object_set_new(definitions, "mount", mount_schema(fragments, ar));
  json_t *root =
      json_pack("{s:s,s:s,s:O,s:O,s:s}", "$schema",
                "http://json-schema.org/draft-07/schema#", "$id", ID, "title",
                json_object_get(fragments, "title"), "description",
                json_object_get(fragments, "description"), "type", "object");
  add_keys(root, fragments, ar, "");
  json_object_set_new(root, "definitions", definitions);
  const size_t size = json_dumpb(root, NULL, 0, JSON_INDENT(2));
  char *text = arena_alloc(ar, size + 1);
  json_dumpb(root, text, size, JSON_INDENT(2));
  text[size] = '\n';
  json_decref(root);
  json_decref(fragments);
  return (struct str){text, size + 1};
}
