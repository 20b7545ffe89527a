#include "cogfe/config.h"

#include "config/config_int.h"

enum type {
  CONFIG_SECTION,
  CONFIG_RETIRED,
  CONFIG_BOOL,
  CONFIG_INT,
  CONFIG_TEXT,
  CONFIG_POINTER,
  CONFIG_LIST,
  CONFIG_PACKAGES,
  CONFIG_RUNS,
  CONFIG_ENVS,
  CONFIG_WEIGHTS,
  CONFIG_CONCURRENCY,
  CONFIG_TRACES,
  CONFIG_METRICS,
};

static config_read_fn read_concurrency; // struct config_int
static config_read_fn read_traces;      // struct config_traces
static config_read_fn read_metrics;     // struct config_bool

static const struct {
  const char *name;
  config_read_fn *read;
} types[] = {
    [CONFIG_SECTION] = {"map", NULL},
    [CONFIG_RETIRED] = {"ignored", NULL},
    [CONFIG_BOOL] = {"true or false", config_read_bool},
    [CONFIG_INT] = {"whole number", config_read_int},
    [CONFIG_TEXT] = {"text", config_read_text},
    [CONFIG_POINTER] = {"FILE.py:NAME", config_read_pointer},
    [CONFIG_LIST] = {"list of text", config_read_list},
    [CONFIG_PACKAGES] = {"list of names", config_read_packages},
    [CONFIG_RUNS] = {"list of commands", config_read_runs},
    [CONFIG_ENVS] = {"list of NAME=value", config_read_envs},
    [CONFIG_WEIGHTS] = {"list of maps", config_read_weights},
    [CONFIG_CONCURRENCY] = {"map", read_concurrency},
    [CONFIG_TRACES] = {"true or false, or a map", read_traces},
    [CONFIG_METRICS] = {"true or false, or a map", read_metrics},
};

static const struct row {
  const char *path;
  enum type type;
  size_t field;
  const char *since, *until, *help;
} rows[] = {
#define KEY(path, type, field, since, help)                                    \
  {path, type, offsetof(struct config, field), since, "", help},
#define SECTION(path, since, help) {path, CONFIG_SECTION, 0, since, "", help},
#define RETIRED(path, since, until, help)                                      \
  {path, CONFIG_RETIRED, 0, since, until, help},
#include "config/config_keys.def"
#undef KEY
#undef SECTION
#undef RETIRED
};

const struct config_key *config_keys(size_t *n) {
  static struct config_key keys[ARRAY_LEN(rows)];
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    keys[i] = (struct config_key){
        .path = rows[i].path,
        .type = types[rows[i].type].name,
        .since = rows[i].since,
        .until = rows[i].until[0] ? rows[i].until : NULL,
        .help = rows[i].help,
    };
  *n = ARRAY_LEN(rows);
  return keys;
}

// ---- finding the row -------------------------------------------------------

static const char *last_word(const char *path) {
  const char *dot = strrchr(path, '.');
  return dot ? dot + 1 : path;
}

/** True when ROW stands directly in SECTION. */
static bool in_section(const struct row *row, const char *section) {
  size_t len = strlen(section);
  const char *word = last_word(row->path);
  size_t head = (size_t)(word - row->path);
  return len == 0 ? head == 0
                  : head == len + 1 && !strncmp(row->path, section, len);
}

static const struct row *find_key_row(const char *section, struct str word) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (in_section(&rows[i], section) && str_is(word, last_word(rows[i].path)))
      return &rows[i];
  return NULL;
}

// A key in the wrong section, such as `gpu` at the top.
static void note_other_section(struct config_reader *r, struct str word) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const char *path = rows[i].path;
    if (rows[i].type == CONFIG_RETIRED || !str_is(word, last_word(path)))
      continue;
    int len = (int)(last_word(path) - path) - 1;
    if (len > 0)
      diag_note(r->dg, SPAN_NONE, "\"" STR_FMT "\" belongs below \"%.*s\"",
                STR_ARG(word), len, path);
    else
      diag_note(r->dg, SPAN_NONE,
                "\"" STR_FMT "\" belongs at the start of a line of its own",
                STR_ARG(word));
    return;
  }
}

static void unknown_key(struct config_reader *r, const char *section,
                        const struct yamldoc_node *key) {
  const char *words[ARRAY_LEN(rows)];
  size_t n = 0;
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (in_section(&rows[i], section) && rows[i].type != CONFIG_RETIRED)
      words[n++] = last_word(rows[i].path);
  config_unknown_key(r, key, words, n);
  if (!config_suggest(key->text, words, n))
    note_other_section(r, key->text);
}

static void retired_key(struct config_reader *r, const struct row *row,
                        const struct yamldoc_node *key) {
  if (row->until[0])
    diag_warn(r->dg, DIAG_CONFIG_IGNORED_KEY, key->span,
              "\"%s\" is a key of Cog %s to %s and has no effect here",
              row->path, row->since, row->until);
  else
    diag_warn(r->dg, DIAG_CONFIG_IGNORED_KEY, key->span,
              "\"%s\" has no effect on the image", row->path);
  diag_note(r->dg, SPAN_NONE, "%s", row->help);
}

// ---- reading ---------------------------------------------------------------

static void read_keys(struct config_reader *r, const char *section,
                      const struct yamldoc_node *map);

static void read_concurrency(struct config_reader *r,
                             const struct yamldoc_pair *pair, void *field) {
  if (pair->value->kind == YAMLDOC_MAP) {
    read_keys(r, "concurrency", pair->value);
    return;
  }
  if (pair->value->kind == YAMLDOC_LIST) {
    config_wrong_type(r, pair->key, pair->value, "a map");
    return;
  }
  struct config_int *max = field;
  config_read_int(r, pair, max);
  if (!max->set)
    return;
  diag_warn(r->dg, DIAG_CONFIG_LOOSE_TYPE, pair->value->span,
            "Cog wants a map here");
  diag_note(r->dg, SPAN_NONE, "write it so:\n    concurrency:\n      max: %d",
            max->value);
}

/** A signal is a truth value, or a map in which `enabled` is one. */
static void read_signal(struct config_reader *r,
                        const struct yamldoc_pair *pair, const char *section,
                        struct config_bool *enabled) {
  if (pair->value->kind != YAMLDOC_MAP) {
    config_read_bool(r, pair, enabled);
    return;
  }
  read_keys(r, section, pair->value);
  if (enabled->set)
    return;
  diag_warn(r->dg, DIAG_CONFIG_IGNORED_KEY, pair->key->span,
            "\"%s\" is off, since it has no \"enabled\"", section);
  diag_note(r->dg, SPAN_NONE, "write \"enabled: true\" below it");
}

static void read_traces(struct config_reader *r,
                        const struct yamldoc_pair *pair, void *field) {
  struct config_traces *traces = field;
  read_signal(r, pair, "observability.traces", &traces->enabled);
}

static void read_metrics(struct config_reader *r,
                         const struct yamldoc_pair *pair, void *field) {
  read_signal(r, pair, "observability.metrics", field);
}

static void read_section(struct config_reader *r, const struct row *row,
                         const struct yamldoc_pair *pair) {
  if (!strcmp(row->path, "build"))
    r->cfg->build = pair->key->span;
  read_keys(r, row->path, pair->value);
}

static void read_key_row(struct config_reader *r, const struct row *row,
                         const struct yamldoc_pair *pair) {
  if (row->type == CONFIG_RETIRED)
    retired_key(r, row, pair->key);
  else if (yamldoc_is_null(pair->value))
    return;
  else if (row->type == CONFIG_SECTION && pair->value->kind != YAMLDOC_MAP)
    config_wrong_type(r, pair->key, pair->value, "a map");
  else if (row->type == CONFIG_SECTION)
    read_section(r, row, pair);
  else
    types[row->type].read(r, pair, (char *)r->cfg + row->field);
}

static void read_keys(struct config_reader *r, const char *section,
                      const struct yamldoc_node *map) {
  for (size_t i = 0; i < map->n_pairs; i++) {
    const struct yamldoc_pair *pair = &map->pairs[i];
    const struct row *row = find_key_row(section, pair->key->text);
    if (row)
      read_key_row(r, row, pair);
    else
      unknown_key(r, section, pair->key);
  }
}

static void note_example(struct diags *dg) {
  diag_note(dg, SPAN_NONE,
            "a cog.yaml is a map, for example:\n"
            "    build:\n"
            "      python_version: \"3.12\"\n"
            "    predict: \"predict.py:Predictor\"");
}

// Nothing is as good as a map without keys.
static bool check_root(const struct yamldoc *doc, struct diags *dg) {
  const struct yamldoc_node *root = doc->root;
  bool nothing = !root || yamldoc_is_null(root);
  if (!nothing && root->kind != YAMLDOC_MAP) {
    diag_fail(dg, DIAG_CONFIG_TYPE, root->span,
              "the file must hold a map, this is %s", yamldoc_describe(root));
    note_example(dg);
    return false;
  }
  if (nothing || root->n_pairs == 0) {
    diag_warn(dg, DIAG_CONFIG_EMPTY, (struct span){doc->src, 1, 1, 1, 1},
              "the file is empty: the image gets Python and nothing else");
    note_example(dg);
  }
  return true;
}

static const struct config *read_document(const struct yamldoc *doc,
                                          struct arena *ar, struct diags *dg) {
  yamldoc_check_duplicates(doc, dg);
  if (!check_root(doc, dg))
    return NULL;
  struct config *cfg = arena_new(ar, struct config);
  cfg->src = doc->src;
  struct config_reader r = {ar, dg, cfg};
  if (doc->root && doc->root->kind == YAMLDOC_MAP)
    read_keys(&r, "", doc->root);
  config_check(&r);
  return cfg;
}

const struct config *config_from_yaml(const struct yamldoc *doc,
                                      struct arena *ar, struct diags *dg) {
  const size_t errors = dg->errors;
  const struct config *cfg = read_document(doc, ar, dg);
  return dg->errors == errors ? cfg : NULL;
}

const struct config *config_parse(const struct source *src, struct arena *ar,
                                  struct diags *dg) {
  const struct yamldoc *doc = yamldoc_parse(src, ar, dg);
  return doc ? config_from_yaml(doc, ar, dg) : NULL;
}

const struct config *config_parse_some(const struct source *src,
                                       struct arena *ar, struct diags *dg) {
  const struct yamldoc *doc = yamldoc_parse(src, ar, dg);
  return doc ? read_document(doc, ar, dg) : NULL;
}

// What is wrong with one item, which is left out, changes nothing else.
static bool is_of_one_item(enum diag_code code) {
  static const enum diag_code codes[] = {DIAG_CONFIG_POINTER,
                                         DIAG_CONFIG_PACKAGE, DIAG_CONFIG_RUN,
                                         DIAG_CONFIG_MOUNT, DIAG_CONFIG_ENV};
  for (size_t i = 0; i < ARRAY_LEN(codes); i++)
    if (code == codes[i])
      return true;
  return false;
}

bool config_has_versions(const struct diags *dg) {
  for (size_t i = 0; i < dg->list.n; i++)
    if (diag_severity_of(dg->list.v[i].code) == DIAG_ERROR &&
        !is_of_one_item(dg->list.v[i].code))
      return false;
  return dg->dropped == 0;
}
