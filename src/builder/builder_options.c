#include "cogfe/json.h"

#include "builder_options.h"

#define OPTION_PREFIX "BUILDKIT_FRONTEND_OPT_"

struct str builder_pairs_get(const struct builder_pairs *pairs,
                             struct str name) {
  for (size_t i = 0; i < pairs->n; i++)
    if (str_eq(pairs->v[i].name, name))
      return pairs->v[i].value;
  return (struct str){NULL, 0};
}

static int option_by_name(const void *a, const void *b) {
  return str_cmp(((const struct builder_pair *)a)->name,
                 ((const struct builder_pair *)b)->name);
}

/** All options; the engine numbers them in random order. */
static struct builder_pairs collect_pairs(const char *const *env,
                                          struct arena *ar) {
  struct builder_pairs all = {0};
  for (; *env; env++) {
    struct str entry = str_of(*env), name, pair, key;
    if (!str_starts(entry, OPTION_PREFIX))
      continue;
    pair = str_cut(entry, '=', &name);
    const struct str value = str_cut(pair, '=', &key);
    vec_push(ar, &all, (struct builder_pair){key, value});
  }
  if (all.n)
    qsort(all.v, all.n, sizeof *all.v, option_by_name);
  return all;
}

/** Proxies come in any case; the lower-case spelling of a value wins as it
 *  does for most programs, because it sorts last. */
static bool take_proxy(struct llb_proxy *proxy, struct str name,
                       struct str value) {
  const struct {
    const char *name;
    struct str *to;
  } rows[] = {
      {"HTTP_PROXY", &proxy->http}, {"HTTPS_PROXY", &proxy->https},
      {"FTP_PROXY", &proxy->ftp},   {"NO_PROXY", &proxy->no},
      {"ALL_PROXY", &proxy->all},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (str_is_nocase(name, rows[i].name)) {
      *rows[i].to = value;
      return true;
    }
  return false;
}

static bool take_field(struct builder_options *o, struct str key,
                       struct str value) {
#define OPTION(text, field, typed, since, help)                                \
  if (str_is(key, text)) {                                                     \
    o->field = value;                                                          \
    return true;                                                               \
  }
#define PREFIX(text, family, typed, since, help)
#include "builder_options.def"
#undef OPTION
#undef PREFIX
  return false;
}

// ---- families: NAME is what is behind the prefix ----------------------------

/** What a family's function has at hand. */
struct taker {
  struct builder_options *o;
  struct arena *ar;
  struct str_vec *unknown; // arguments that nobody takes
};

static void take_arg(struct taker *t, struct str name, struct str value) {
  if (!recipe_args_take(&t->o->args, t->ar, name, value) &&
      !take_proxy(&t->o->proxy, name, value))
    vec_push(t->ar, t->unknown, name);
}

static void take_label(struct taker *t, struct str name, struct str value) {
  vec_push(t->ar, &t->o->labels, (struct imageconfig_label){name, value});
}

static void take_context(struct taker *t, struct str name, struct str value) {
  vec_push(t->ar, &t->o->contexts, (struct builder_pair){name, value});
}

/** For those that are looked up, among all options, where they are needed. */
static void take_nothing(struct taker *t, struct str name, struct str value) {
  (void)t;
  (void)name;
  (void)value;
}

static void take_family(struct taker *t, const struct builder_pair *p) {
#define OPTION(text, field, typed, since, help)
#define PREFIX(text, family, typed, since, help)                               \
  if (str_starts(p->name, text)) {                                             \
    take_##family(t, str_skip(p->name, strlen(text)), p->value);               \
    return;                                                                    \
  }
#include "builder_options.def"
#undef OPTION
#undef PREFIX
}

static void sort_options(struct builder_options *o, struct arena *ar,
                         struct str_vec *unknown) {
  struct taker t = {o, ar, unknown};
  for (size_t i = 0; i < o->all.n; i++)
    if (!take_field(o, o->all.v[i].name, o->all.v[i].value))
      take_family(&t, &o->all.v[i]);
}

const struct builder_option_row *builder_option_rows(size_t *n) {
  static const struct builder_option_row rows[] = {
#define OPTION(text, field, typed, since, help) {text, typed, since, help},
#define PREFIX(text, family, typed, since, help) {text, typed, since, help},
#include "builder_options.def"
#undef OPTION
#undef PREFIX
  };
  *n = ARRAY_LEN(rows);
  return rows;
}

/** What warnings are comes before the first of them. */
static void read_warnings(const struct builder_options *o,
                          const struct str_vec *unknown, struct diags *dg) {
  if (!recipe_args_check(&o->args, dg))
    return;
  for (size_t i = 0; i < unknown->n; i++)
    recipe_args_warn_unknown(unknown->v[i], dg);
}

// ---- options with a meaning beyond text -------------------------------------

static bool read_network(struct builder_options *o, struct diags *dg) {
  const struct {
    const char *word;
    enum llb_network network;
  } rows[] = {{"", LLB_NET_SANDBOX},
              {"default", LLB_NET_SANDBOX},
              {"sandbox", LLB_NET_SANDBOX},
              {"none", LLB_NET_NONE},
              {"host", LLB_NET_HOST}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (str_is(o->network_text, rows[i].word)) {
      o->network = rows[i].network;
      return true;
    }
  return builder_bad_option("the network mode", o->network_text,
                            "it is one of default, host and none", dg);
}

static bool read_hosts(struct builder_options *o, struct arena *ar,
                       struct diags *dg) {
  struct str rest = o->hosts_text, item;
  while (rest.len) {
    rest = str_cut(rest, ',', &item);
    struct llb_host host;
    host.ip = str_cut(str_trim(item), '=', &host.name);
    if (host.name.len == 0 || host.ip.len == 0)
      return builder_bad_option("an added host", item,
                                "write it as NAME:ADDRESS", dg);
    vec_push(ar, &o->hosts, host);
  }
  return true;
}

/** Present and empty means everything, else the names of stages. */
static void read_no_cache(struct builder_options *o, struct arena *ar) {
  struct str rest = o->no_cache_text, name;
  o->no_cache = rest.p && str_trim(rest).len == 0;
  while (rest.len) {
    rest = str_cut(rest, ',', &name);
    if (str_trim(name).len)
      vec_push(ar, &o->no_cache_stages, str_trim(name));
  }
}

static bool read_resolve_mode(const struct builder_options *o,
                              struct diags *dg) {
  if (o->resolve_mode.len == 0 || str_is(o->resolve_mode, "default") ||
      str_is(o->resolve_mode, "pull") || str_is(o->resolve_mode, "local"))
    return true;
  return builder_bad_option("image-resolve-mode", o->resolve_mode,
                            "it is one of default, pull and local", dg);
}

static struct gateway_entry attr_entry(struct arena *ar, const char *key,
                                       const json_t *value) {
  return (struct gateway_entry){
      str_of(arena_strdup(ar, key)),
      str_of(arena_strdup(ar, json_string_value(value)))};
}

static bool add_cache_import(struct builder_options *o, struct arena *ar,
                             json_t *item) {
  // Go writes "Type" and "Attrs", others in lower case.
  const json_t *type = json_object_get(item, "Type");
  json_t *attrs = json_object_get(item, "Attrs");
  if (!type)
    type = json_object_get(item, "type");
  if (!attrs)
    attrs = json_object_get(item, "attrs");
  if (!json_is_string(type))
    return false;
  struct gateway_cache_import import = {
      .type = str_of(arena_strdup(ar, json_string_value(type)))};
  const char *key;
  json_t *value;
  json_object_foreach(attrs, key, value) {
    if (!json_is_string(value))
      return false;
    vec_push(ar, &import.attrs, attr_entry(ar, key, value));
  }
  vec_push(ar, &o->cache_imports, import);
  return true;
}

static bool read_cache_imports(struct builder_options *o, struct arena *ar,
                               struct diags *dg) {
  if (o->cache_imports_text.len == 0)
    return true;
  json_t *list = json_loadb(o->cache_imports_text.p, o->cache_imports_text.len,
                            JSON_REJECT_DUPLICATES, NULL);
  bool ok = json_is_array(list);
  for (size_t i = 0; ok && i < json_array_size(list); i++)
    ok = add_cache_import(o, ar, json_array_get(list, i));
  json_decref(list);
  if (ok)
    return true;
  return builder_bad_option("cache-imports", o->cache_imports_text,
                            "it is a list of {\"Type\": …, \"Attrs\": {…}}",
                            dg);
}

/** The older form of the same: registry references with commas between. */
static void read_cache_from(struct builder_options *o, struct arena *ar) {
  struct str rest = o->cache_from_text, ref;
  while (rest.len) {
    rest = str_cut(rest, ',', &ref);
    struct gateway_cache_import import = {.type = STR("registry")};
    vec_push(ar, &import.attrs, (struct gateway_entry){STR("ref"), ref});
    if (ref.len)
      vec_push(ar, &o->cache_imports, import);
  }
}

static const json_t *get_nocase(const json_t *object, const char *key) {
  const char *name;
  json_t *value;
  void *it = json_object_iter((json_t *)(uintptr_t)object);
  for (; it; it = json_object_iter_next((json_t *)(uintptr_t)object, it)) {
    name = json_object_iter_key(it);
    value = json_object_iter_value(it);
    if (strcasecmp(name, key) == 0)
      return value;
  }
  return NULL;
}

/** The first platform of the first worker: what the engine runs on. Old
 *  engines write the keys with capitals. */
static struct platform worker_platform(struct arena *ar, struct str workers) {
  struct platform p = {STR("linux"), STR("amd64"), {0}, {0}};
  json_t *root = json_loadb(workers.p, workers.len, 0, NULL);
  const json_t *first =
      json_array_get(get_nocase(json_array_get(root, 0), "platforms"), 0);
  const json_t *os = get_nocase(first, "os");
  const json_t *arch = get_nocase(first, "architecture");
  const json_t *variant = get_nocase(first, "variant");
  if (json_is_string(os) && json_is_string(arch))
    platform_parse(
        ar,
        str_printf(ar, "%s/%s%s%s", json_string_value(os),
                   json_string_value(arch), json_is_string(variant) ? "/" : "",
                   json_is_string(variant) ? json_string_value(variant) : ""),
        &p, &p);
  json_decref(root);
  return p;
}

static bool is_known_platform(const struct builder_options *o,
                              const struct platform *p) {
  for (size_t i = 0; i < o->platforms.n; i++) {
    const struct platform *q = &o->platforms.v[i];
    if (str_eq(p->os, q->os) && str_eq(p->arch, q->arch) &&
        str_eq(p->variant, q->variant))
      return true;
  }
  return false;
}

static bool read_platform_option(const struct builder_options *o,
                                 struct arena *ar, struct str text,
                                 struct platform *out, struct diags *dg) {
  const char *meant = NULL;
  if (platform_parse(ar, text, &o->builder_platform, out) &&
      platform_is_linux(ar, out, &meant))
    return true;
  builder_bad_option("the platform", text,
                     "the images are made for linux/amd64 and linux/arm64", dg);
  if (meant)
    diag_note(dg, SPAN_NONE, "did you mean \"%s\"?", meant);
  return false;
}

static bool read_platforms(struct builder_options *o, struct arena *ar,
                           struct diags *dg) {
  struct str rest = o->platform_text, item;
  while (rest.len) {
    rest = str_cut(rest, ',', &item);
    struct platform p;
    if (!read_platform_option(o, ar, item, &p, dg))
      return false;
    if (!is_known_platform(o, &p))
      vec_push(ar, &o->platforms, p);
  }
  if (o->platforms.n == 0)
    vec_push(ar, &o->platforms, o->builder_platform);
  return true;
}

/** Several platforms make an index; one does when that is asked for. */
static bool read_multi_platform(struct builder_options *o, struct diags *dg) {
  const struct str text = o->multi_platform_text.len ? o->multi_platform_text
                                                     : o->args.multi_platform;
  o->multi_platform = o->platforms.n > 1 || recipe_truth(text);
  if (o->platforms.n <= 1 || text.len == 0 || recipe_truth(text))
    return true;
  return builder_bad_option("multi-platform", text,
                            "several platforms were asked for; leave it out",
                            dg);
}

/** The engine has compared what the client wants with the image's label; an
 *  image may have lost its labels. A suffix such as +forward is not for us. */
static bool read_caps(const struct builder_options *o, struct diags *dg) {
  static const char *const known[] = {"moby.buildkit.frontend.contexts",
                                      "moby.buildkit.frontend.gitquerystring",
                                      "moby.buildkit.frontend.inputs",
                                      "moby.buildkit.frontend.subrequests"};
  struct str rest = o->frontend_caps, item, cap;
  while (rest.len) {
    rest = str_cut(rest, ',', &item);
    str_cut(str_trim(item), '+', &cap);
    bool found = cap.len == 0;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
      found |= str_is(cap, known[i]);
    if (!found)
      return diag_fail(dg, DIAG_UNSUPPORTED, SPAN_NONE,
                       "unsupported frontend capability " STR_FMT,
                       STR_ARG(cap));
  }
  return true;
}

/** Any other word than a number is a context's, which the engine is asked about
 *  (builder_epoch.c). */
static void read_epoch(struct builder_options *o, struct diags *dg) {
  const struct str text = o->args.epoch;
  if (text.len && !number_is_decimal(text))
    o->epoch_of = text;
  else
    recipe_args_epoch(&o->args, &o->has_epoch, &o->epoch, dg);
}

static struct str env_get(const char *const *env, const char *name) {
  struct str key, value;
  for (; *env; env++) {
    value = str_cut(str_of(*env), '=', &key);
    if (str_is(key, name))
      return value;
  }
  return (struct str){NULL, 0};
}

bool builder_options_load(const char *const *env, struct arena *ar,
                          struct builder_options *out, struct diags *dg) {
  const size_t before = dg->errors;
  *out = (struct builder_options){0};
  out->all = collect_pairs(env, ar);
  out->session = env_get(env, "BUILDKIT_SESSION_ID");
  out->builder_platform = worker_platform(ar, env_get(env, "BUILDKIT_WORKERS"));
  struct str_vec unknown = {0};
  sort_options(out, ar, &unknown);
  read_warnings(out, &unknown, dg);
  if (out->args.hostname.len)
    out->hostname = out->args.hostname;
  read_no_cache(out, ar);
  builder_options_read_limits(out, ar, dg);
  read_network(out, dg);
  read_hosts(out, ar, dg);
  read_resolve_mode(out, dg);
  read_epoch(out, dg);
  read_cache_imports(out, ar, dg);
  read_cache_from(out, ar);
  read_platforms(out, ar, dg);
  read_multi_platform(out, dg);
  read_caps(out, dg);
  return dg->errors == before;
}
