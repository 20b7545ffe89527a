#include "cogfe/base.h"

#include "config/config_int.h"

#include "cogfe/limits.h"

// ---- --mount flags at the start of a command -------------------------------

static bool is_command_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/** White space, and a backslash at the end of a line. */
static struct str skip_command_blanks(struct str s) {
  for (;;) {
    size_t n = 0;
    if (s.len && s.p[0] == '\\')
      for (n = 1; n < s.len && is_command_blank(s.p[n]) && s.p[n] != '\n'; n++)
        ;
    if (n && (n == s.len || s.p[n] != '\n'))
      return s; // a backslash that belongs to the command
    if (s.len == 0 || (n == 0 && !is_command_blank(s.p[0])))
      return s;
    s = str_skip(s, n + 1);
  }
}

/** Length of the word that S begins with: up to white space outside quotes. */
static size_t shell_word_len(struct str s) {
  char quote = '\0';
  size_t i = 0;
  for (; i < s.len && (quote || !is_command_blank(s.p[i])); i++) {
    if (quote)
      quote = s.p[i] == quote ? '\0' : quote;
    else if (s.p[i] == '"' || s.p[i] == '\'')
      quote = s.p[i];
  }
  return i;
}

/** Adds one `NAME=value` or `NAME` of a flag, quotes removed. */
static void add_flag_field(struct config_reader *r,
                           struct config_mount_draft *draft,
                           const struct config_text *flag, struct str field) {
  char *text = arena_strndup(r->ar, field.p, field.len);
  size_t len = 0;
  for (size_t i = 0; i < field.len; i++)
    if (field.p[i] != '"' && field.p[i] != '\'')
      text[len++] = field.p[i];
  text[len] = '\0';
  struct config_text name = *flag, value = *flag;
  struct str rest = str_cut((struct str){text, len}, '=', &name.text);
  value.set = name.text.len < len;
  value.text = rest;
  config_mount_option(r, draft, &name, &value);
}

static void read_fields(struct config_reader *r,
                        struct config_mount_draft *draft,
                        const struct config_text *flag) {
  struct str rest = flag->text;
  while (rest.len) {
    char quote = '\0';
    size_t n = 0;
    for (; n < rest.len && (quote || rest.p[n] != ','); n++) {
      if (quote)
        quote = rest.p[n] == quote ? '\0' : quote;
      else if (rest.p[n] == '"' || rest.p[n] == '\'')
        quote = rest.p[n];
    }
    if (n)
      add_flag_field(r, draft, flag, str_take(rest, n));
    rest = str_skip(rest, n + 1);
  }
}

/** The mounts of one run item, in the making. */
struct item {
  struct config_run run;
  VEC(struct config_mount) mounts;
  size_t nth_ssh;
};

static bool room_for_mount(struct config_reader *r, const struct item *item,
                           struct span span) {
  if (item->mounts.n < LIMIT_RUN_MOUNTS)
    return true;
  return diag_fail(r->dg, DIAG_CONFIG_MOUNT, span,
                   "a run item has more than %d mounts", LIMIT_RUN_MOUNTS);
}

static void finish_mount(struct config_reader *r, struct item *item,
                         const struct config_mount_draft *draft) {
  struct config_mount mount;
  if (config_mount_finish(r, draft, &item->nth_ssh, &mount))
    vec_push(r->ar, &item->mounts, mount);
}

/** Reads FLAG, a word that begins with `--`. */
static bool read_flag(struct config_reader *r, struct item *item,
                      struct config_text flag) {
  if (!str_starts(flag.text, "--mount=")) {
    struct str name;
    str_cut(flag.text, '=', &name);
    diag_fail(r->dg, DIAG_CONFIG_RUN, flag.span,
              "a command cannot begin with \"" STR_FMT "\"", STR_ARG(name));
    diag_note(r->dg, SPAN_NONE,
              "\"--mount=\" is the one flag that may stand before a command");
    return false;
  }
  if (!room_for_mount(r, item, flag.span))
    return false;
  flag.text = str_skip(flag.text, strlen("--mount="));
  struct config_mount_draft *draft = config_mount_new(r, flag.span, true);
  read_fields(r, draft, &flag);
  finish_mount(r, item, draft);
  return true;
}

/** Takes the flags off the start of the command and keeps the rest. */
static void read_run_command(struct config_reader *r, struct item *item,
                             const struct config_text *text) {
  const struct str whole = text->node->text;
  struct str rest = skip_command_blanks(whole);
  while (str_starts(rest, "--")) {
    size_t len = shell_word_len(rest);
    struct config_text flag = *text;
    flag.text = str_take(rest, len);
    flag.span = yamldoc_text_span(text->node, (size_t)(rest.p - whole.p), len);
    if (!read_flag(r, item, flag))
      return;
    rest = skip_command_blanks(str_skip(rest, len));
  }
  item->run.command = *text;
  item->run.command.text = str_dup(r->ar, str_trim(rest));
  item->run.script = str_find(item->run.command.text, '\n') >= 0;
}

// ---- the map form ----------------------------------------------------------

static void read_mount_map(struct config_reader *r, struct item *item,
                           const struct yamldoc_node *map) {
  if (map->kind != YAMLDOC_MAP) {
    diag_fail(r->dg, DIAG_CONFIG_TYPE, map->span,
              "a mount must be a map, this is %s", yamldoc_describe(map));
    diag_note(r->dg, SPAN_NONE,
              "for example {type: secret, id: token, target: "
              "/run/secrets/token}");
    return;
  }
  if (!room_for_mount(r, item, map->span))
    return;
  struct config_mount_draft *draft = config_mount_new(r, map->span, false);
  for (size_t i = 0; i < map->n_pairs; i++) {
    const struct yamldoc_node *key = map->pairs[i].key;
    const struct yamldoc_node *value = map->pairs[i].value;
    struct config_text name = {true, key->text, key->span, key->span, key};
    struct config_text text;
    if (config_scalar(r, key, value, &text))
      config_mount_option(r, draft, &name, &text);
  }
  finish_mount(r, item, draft);
}

static void read_mounts(struct config_reader *r, struct item *item,
                        const struct yamldoc_pair *pair) {
  if (!config_want_list(r, pair->key, pair->value))
    return;
  for (size_t i = 0; i < pair->value->n_items; i++)
    if (!yamldoc_is_null(pair->value->items[i]))
      read_mount_map(r, item, pair->value->items[i]);
}

static const char *const words[] = {"command", "mounts"};

/** `- echo: hello` makes a map of what was meant to be a command. */
static bool is_misread_command(const struct yamldoc_node *node) {
  if (node->kind != YAMLDOC_MAP || node->n_pairs != 1)
    return false;
  return !config_suggest(node->pairs[0].key->text, words, ARRAY_LEN(words));
}

static void read_item_map(struct config_reader *r, struct item *item,
                          const struct yamldoc_node *map) {
  struct config_text text = {0};
  for (size_t i = 0; i < map->n_pairs; i++) {
    const struct yamldoc_pair *pair = &map->pairs[i];
    if (str_is(pair->key->text, "command"))
      config_scalar(r, pair->key, pair->value, &text);
    else if (!str_is(pair->key->text, "mounts"))
      config_unknown_key(r, pair->key, words, ARRAY_LEN(words));
    else if (!yamldoc_is_null(pair->value))
      read_mounts(r, item, pair);
  }
  if (text.set)
    read_run_command(r, item, &text);
}

// ---- the list --------------------------------------------------------------

static void read_run_item(struct config_reader *r,
                          const struct yamldoc_node *key,
                          const struct yamldoc_node *node, struct item *item) {
  size_t errors = r->dg->errors;
  struct config_text text;
  bool misread = is_misread_command(node);
  item->run.span = node->span;
  if (node->kind == YAMLDOC_MAP && !misread)
    read_item_map(r, item, node);
  else if (!misread && config_scalar(r, key, node, &text))
    read_run_command(r, item, &text);
  if (r->dg->errors == errors && item->run.command.text.len == 0) {
    diag_fail(r->dg, DIAG_CONFIG_RUN, node->span, "this item has no command");
    diag_note(r->dg, SPAN_NONE, "%s",
              misread ? "a command that holds \": \" goes in quotes"
                      : "an item is shell text, or a map of \"command\" and "
                        "\"mounts\"");
  }
  item->run.mounts = item->mounts.v;
  item->run.n_mounts = item->mounts.n;
}

static bool is_blank_item(const struct yamldoc_node *n) {
  return n->kind == YAMLDOC_SCALAR &&
         (yamldoc_is_null(n) || str_trim(n->text).len == 0);
}

void config_read_runs(struct config_reader *r, const struct yamldoc_pair *pair,
                      void *field) {
  const struct yamldoc_node *key = pair->key, *list = pair->value;
  if (!config_want_list(r, key, list))
    return;
  VEC(struct config_run) runs = {0};
  for (size_t i = 0; i < list->n_items; i++) {
    if (is_blank_item(list->items[i]))
      continue;
    struct item item = {0};
    read_run_item(r, key, list->items[i], &item);
    vec_push(r->ar, &runs, item.run);
  }
  *(struct config_runs *)field =
      (struct config_runs){runs.v, runs.n, key->span};
}
