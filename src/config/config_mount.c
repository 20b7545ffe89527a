#include "cogfe/base.h"

#include "config/config_int.h"

enum option {
  OPTION_TYPE,
  OPTION_ID,
  OPTION_TARGET,
  OPTION_SOURCE,
  OPTION_FROM,
  OPTION_ENV,
  OPTION_READONLY,
  OPTION_READWRITE,
  OPTION_REQUIRED,
  OPTION_SHARING,
  OPTION_MODE,
  OPTION_UID,
  OPTION_GID,
  OPTION_SIZE,
  N_OPTIONS,
};

/** Types as bits, for the column of config_mounts.def. */
enum {
  B = 1 << CONFIG_MOUNT_BIND,
  C = 1 << CONFIG_MOUNT_CACHE,
  T = 1 << CONFIG_MOUNT_TMPFS,
  S = 1 << CONFIG_MOUNT_SECRET,
  H = 1 << CONFIG_MOUNT_SSH,
};

static const struct row {
  const char *name;
  enum option option;
  unsigned types;
} rows[] = {
#define OPTION(name, option, types) {name, OPTION_##option, types},
#include "config/config_mounts.def"
#undef OPTION
};

static const char *const type_words[] = {
    [CONFIG_MOUNT_BIND] = "bind",   [CONFIG_MOUNT_CACHE] = "cache",
    [CONFIG_MOUNT_TMPFS] = "tmpfs", [CONFIG_MOUNT_SECRET] = "secret",
    [CONFIG_MOUNT_SSH] = "ssh",
};

static const char *const sharing_words[] = {
    [CONFIG_SHARING_SHARED] = "shared",
    [CONFIG_SHARING_PRIVATE] = "private",
    [CONFIG_SHARING_LOCKED] = "locked",
};

/** An option as it was given. */
struct given {
  bool set, has_value;
  const struct row *row;
  struct config_text name, value;
};

struct config_mount_draft {
  struct span span;
  bool flag;
  bool bad; // an option was refused, there is no point in more messages
  struct given options[N_OPTIONS];
};

struct config_mount_draft *config_mount_new(struct config_reader *r,
                                            struct span span, bool flag) {
  struct config_mount_draft *draft =
      arena_new(r->ar, struct config_mount_draft);
  draft->span = span;
  draft->flag = flag;
  return draft;
}

/** Options that may be given without a value. */
static bool is_switch(enum option option) {
  return option == OPTION_READONLY || option == OPTION_READWRITE ||
         option == OPTION_REQUIRED;
}

static const struct row *find_option_row(struct str name) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (str_is_nocase(name, rows[i].name))
      return &rows[i];
  return NULL;
}

static void unknown_option(struct config_reader *r,
                           const struct config_text *name) {
  const char *words[ARRAY_LEN(rows)];
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    words[i] = rows[i].name;
  diag_fail(r->dg, DIAG_CONFIG_MOUNT, name->span,
            "a mount has no option \"" STR_FMT "\"", STR_ARG(name->text));
  config_note_suggestion(r, name->text, words, ARRAY_LEN(words));
}

void config_mount_option(struct config_reader *r,
                         struct config_mount_draft *draft,
                         const struct config_text *name,
                         const struct config_text *value) {
  size_t errors = r->dg->errors;
  const struct row *row = find_option_row(name->text);
  if (!row)
    unknown_option(r, name);
  else if (!value->set && !is_switch(row->option))
    diag_fail(r->dg, DIAG_CONFIG_MOUNT, name->span,
              "the mount option \"%s\" wants a value", row->name);
  else if (value->set && str_find(value->text, '$') >= 0) {
    diag_fail(r->dg, DIAG_CONFIG_MOUNT, value->span,
              "variables are not replaced in \"" STR_FMT "\"",
              STR_ARG(value->text));
    diag_note(r->dg, SPAN_NONE, "write the value itself");
  } else
    draft->options[row->option] =
        (struct given){true, value->set, row, *name, *value};
  draft->bad = draft->bad || r->dg->errors != errors;
}

// ---- values ----------------------------------------------------------------

static bool bad_value(struct config_reader *r, const struct given *g,
                      const char *wanted) {
  return diag_fail(r->dg, DIAG_CONFIG_MOUNT, g->value.span,
                   "the mount option \"%s\" wants %s, this is \"" STR_FMT "\"",
                   g->row->name, wanted, STR_ARG(g->value.text));
}

/** The index of G's value in WORDS. */
static bool read_option_word(struct config_reader *r, const struct given *g,
                             const char *const *words, size_t n,
                             const char *wanted, size_t *index) {
  for (size_t i = 0; i < n; i++)
    if (str_is_nocase(g->value.text, words[i])) {
      *index = i;
      return true;
    }
  bad_value(r, g, wanted);
  config_note_suggestion(r, g->value.text, words, n);
  return false;
}

static bool read_switch(struct config_reader *r, const struct given *g,
                        bool *value) {
  struct str text = g->value.text;
  *value = true;
  if (!g->set || !g->has_value || config_parse_bool(text, value))
    return true;
  *value = str_is(text, "1") || str_is_nocase(text, "t");
  if (*value || str_is(text, "0") || str_is_nocase(text, "f"))
    return true;
  return bad_value(r, g, "true or false");
}

static bool read_mount_number(struct config_reader *r, const struct given *g,
                              unsigned base, const char *wanted, bool *has,
                              unsigned *out) {
  uint64_t value;
  if (!g->set)
    return true;
  if (!number_parse(g->value.text, base, UINT32_MAX, &value))
    return bad_value(r, g, wanted);
  *has = true;
  *out = (unsigned)value;
  return true;
}

static bool read_size(struct config_reader *r, const struct given *g,
                      uint64_t *out) {
  if (!g->set || number_parse_size(g->value.text, out))
    return true;
  return bad_value(r, g, "a size such as 512m");
}

// ---- the mount -------------------------------------------------------------

static bool find_type(struct config_reader *r,
                      const struct config_mount_draft *draft,
                      enum config_mount_type *type) {
  static const char wanted[] = "secret, cache, bind, tmpfs or ssh";
  const struct given *g = &draft->options[OPTION_TYPE];
  size_t index = CONFIG_MOUNT_BIND;
  // Dockerfile's default; in the map form a missing type is a mistake, since
  // Cog knows only secrets there.
  if (!g->set && !draft->flag)
    return diag_fail(r->dg, DIAG_CONFIG_MOUNT, draft->span,
                     "this mount has no type; it can be %s", wanted);
  if (g->set && !read_option_word(r, g, type_words, ARRAY_LEN(type_words),
                                  wanted, &index))
    return false;
  *type = (enum config_mount_type)index;
  return true;
}

/** Every option must be one that TYPE has. */
static bool check_mount_options(struct config_reader *r,
                                const struct config_mount_draft *draft,
                                enum config_mount_type type) {
  size_t errors = r->dg->errors;
  for (size_t i = 0; i < N_OPTIONS; i++) {
    const struct given *g = &draft->options[i];
    if (g->set && !(g->row->types & 1u << type))
      diag_fail(r->dg, DIAG_CONFIG_MOUNT, g->name.span,
                "a mount of type %s has no option \"%s\"", type_words[type],
                g->row->name);
  }
  return r->dg->errors == errors;
}

static void set_mount_text(struct config_text *out, const struct given *g) {
  if (g->set)
    *out = g->value;
}

static bool read_values(struct config_reader *r, const struct given *o,
                        struct config_mount *m) {
  size_t errors = r->dg->errors;
  bool writable;
  size_t sharing = CONFIG_SHARING_SHARED;
  m->readonly = m->type == CONFIG_MOUNT_BIND ||
                m->type == CONFIG_MOUNT_SECRET || m->type == CONFIG_MOUNT_SSH;
  if (o[OPTION_READONLY].set)
    read_switch(r, &o[OPTION_READONLY], &m->readonly);
  if (o[OPTION_READWRITE].set &&
      read_switch(r, &o[OPTION_READWRITE], &writable))
    m->readonly = !writable;
  if (o[OPTION_REQUIRED].set)
    read_switch(r, &o[OPTION_REQUIRED], &m->required);
  if (o[OPTION_SHARING].set)
    read_option_word(r, &o[OPTION_SHARING], sharing_words,
                     ARRAY_LEN(sharing_words), "shared, private or locked",
                     &sharing);
  m->sharing = (enum config_sharing)sharing;
  m->mode = m->type == CONFIG_MOUNT_SECRET ? 0400
            : m->type == CONFIG_MOUNT_SSH  ? 0600
                                           : 0755;
  read_mount_number(r, &o[OPTION_MODE], 8, "an octal number such as 0400",
                    &m->has_mode, &m->mode);
  read_mount_number(r, &o[OPTION_UID], 10, "a number", &m->has_uid, &m->uid);
  read_mount_number(r, &o[OPTION_GID], 10, "a number", &m->has_gid, &m->gid);
  read_size(r, &o[OPTION_SIZE], &m->size);
  return r->dg->errors == errors;
}

static struct str joined_target(struct config_reader *r,
                                const struct given *g) {
  return path_clean_rooted(r->ar, g->set ? g->value.text : STR(""));
}

static bool finish_files(struct config_reader *r, const struct given *o,
                         struct config_mount *m) {
  set_mount_text(&m->target, &o[OPTION_TARGET]);
  m->target.text = joined_target(r, &o[OPTION_TARGET]);
  if (!m->target.set || str_is(m->target.text, "/")) {
    diag_fail(
        r->dg, DIAG_CONFIG_MOUNT, m->target.set ? m->target.span : m->span,
        "a mount of type %s wants a target below \"/\"", type_words[m->type]);
    return false;
  }
  if (m->type == CONFIG_MOUNT_CACHE)
    m->id = o[OPTION_ID].set ? o[OPTION_ID].value.text : m->target.text;
  set_mount_text(&m->from, &o[OPTION_FROM]);
  if (o[OPTION_SOURCE].set)
    m->source =
        str_skip(path_clean_rooted(r->ar, o[OPTION_SOURCE].value.text), 1);
  return true;
}

static bool finish_secret(struct config_reader *r, const struct given *o,
                          struct config_mount *m) {
  const struct given *id = &o[OPTION_ID], *source = &o[OPTION_SOURCE];
  set_mount_text(&m->target, &o[OPTION_TARGET]);
  set_mount_text(&m->env, &o[OPTION_ENV]);
  if (id->set && source->set)
    return diag_fail(r->dg, DIAG_CONFIG_MOUNT, source->name.span,
                     "\"%s\" is another name of \"id\", only one can be given",
                     source->row->name);
  if (m->env.set && !config_is_env_name(m->env.text))
    return bad_value(r, &o[OPTION_ENV], "the name of a variable");
  if (id->set || source->set)
    m->id = id->set ? id->value.text : source->value.text;
  else if (m->target.set)
    m->id = path_base(joined_target(r, &o[OPTION_TARGET]));
  if (m->id.len == 0)
    return diag_fail(r->dg, DIAG_CONFIG_MOUNT, m->span,
                     "a secret wants an id, the name that docker build "
                     "--secret gives it");
  if (m->target.set)
    m->target.text = joined_target(r, &o[OPTION_TARGET]);
  else if (!m->env.set)
    m->target = (struct config_text){
        .set = true,
        .text = str_printf(r->ar, "/run/secrets/" STR_FMT,
                           STR_ARG(path_base(m->id))),
        .span = m->span,
        .key = m->span,
    };
  return true;
}

static bool finish_ssh(struct config_reader *r, const struct given *o,
                       size_t *nth_ssh, struct config_mount *m) {
  m->id = o[OPTION_ID].set ? o[OPTION_ID].value.text : STR("default");
  set_mount_text(&m->target, &o[OPTION_TARGET]);
  if (m->target.set)
    m->target.text = joined_target(r, &o[OPTION_TARGET]);
  else
    m->target = (struct config_text){
        .set = true,
        .text = str_printf(r->ar, "/run/buildkit/ssh_agent.%zu", *nth_ssh),
        .span = m->span,
        .key = m->span,
    };
  ++*nth_ssh;
  return true;
}

bool config_mount_finish(struct config_reader *r,
                         const struct config_mount_draft *draft,
                         size_t *nth_ssh, struct config_mount *out) {
  const struct given *o = draft->options;
  struct config_mount m = {.span = draft->span};
  if (draft->bad || !find_type(r, draft, &m.type) ||
      !check_mount_options(r, draft, m.type) || !read_values(r, o, &m))
    return false;
  bool ok = m.type == CONFIG_MOUNT_SECRET ? finish_secret(r, o, &m)
            : m.type == CONFIG_MOUNT_SSH  ? finish_ssh(r, o, nth_ssh, &m)
                                          : finish_files(r, o, &m);
  if (ok)
    *out = m;
  return ok;
}
