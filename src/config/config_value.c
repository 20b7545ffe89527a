#include "cogfe/base.h"

#include "config/config_int.h"

// ---- words -----------------------------------------------------------------

const char *config_suggest(struct str text, const char *const *words,
                           size_t n) {
  struct str_guess g = {.text = text};
  for (size_t i = 0; i < n; i++)
    str_guess_consider(&g, words[i]);
  return g.best;
}

void config_note_suggestion(struct config_reader *r, struct str text,
                            const char *const *words, size_t n) {
  const char *word = config_suggest(text, words, n);
  if (word)
    diag_note(r->dg, SPAN_NONE, "did you mean \"%s\"?", word);
}

void config_unknown_key(struct config_reader *r, const struct yamldoc_node *key,
                        const char *const *words, size_t n) {
  diag_warn(r->dg, DIAG_CONFIG_UNKNOWN_KEY, key->span,
            "unknown key \"" STR_FMT "\"", STR_ARG(key->text));
  config_note_suggestion(r, key->text, words, n);
}

bool config_parse_bool(struct str text, bool *value) {
  static const struct {
    const char *word;
    bool value;
  } words[] = {
      {"true", true},   {"yes", true}, {"on", true},   {"y", true},
      {"false", false}, {"no", false}, {"off", false}, {"n", false},
  };
  for (size_t i = 0; i < ARRAY_LEN(words); i++)
    if (str_is_nocase(text, words[i].word)) {
      *value = words[i].value;
      return true;
    }
  return false;
}

bool config_is_env_name(struct str name) {
  for (size_t i = 0; i < name.len; i++) {
    char c = name.p[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && (i == 0 || c < '0' || c > '9'))
      return false;
  }
  return name.len > 0;
}

// ---- types -----------------------------------------------------------------

void config_wrong_type(struct config_reader *r, const struct yamldoc_node *key,
                       const struct yamldoc_node *value, const char *wanted) {
  diag_fail(r->dg, DIAG_CONFIG_TYPE, value->span,
            "\"" STR_FMT "\" wants %s, this is %s", STR_ARG(key->text), wanted,
            yamldoc_describe(value));
}

bool config_scalar(struct config_reader *r, const struct yamldoc_node *key,
                   const struct yamldoc_node *value, struct config_text *out) {
  if (value->kind != YAMLDOC_SCALAR) {
    config_wrong_type(r, key, value, "text");
    return false;
  }
  struct str text = str_trim(value->text);
  if (yamldoc_is_null(value) || text.len == 0)
    return false;
  if (str_find(text, '\0') >= 0) {
    diag_fail(r->dg, DIAG_CONFIG_VALUE, value->span,
              "\"" STR_FMT "\" cannot hold a NUL character",
              STR_ARG(key->text));
    return false;
  }
  if (text.len != value->text.len)
    text = str_dup(r->ar, text);
  *out = (struct config_text){true, text, value->span, key->span, value};
  return true;
}

static bool one_line(struct config_reader *r, const struct yamldoc_node *key,
                     const struct config_text *text) {
  if (str_find(text->text, '\n') < 0)
    return true;
  return diag_fail(r->dg, DIAG_CONFIG_VALUE, text->span,
                   "\"" STR_FMT "\" wants one line of text",
                   STR_ARG(key->text));
}

// A list where KEY wants text, which belongs to another key.
static void note_list(struct config_reader *r, const struct yamldoc_pair *pair,
                      const char *key, const char *note) {
  if (pair->value->kind == YAMLDOC_LIST && str_is(pair->key->text, key))
    diag_note(r->dg, SPAN_NONE, "%s", note);
}

void config_read_text(struct config_reader *r, const struct yamldoc_pair *pair,
                      void *field) {
  struct config_text text;
  if (config_scalar(r, pair->key, pair->value, &text) &&
      one_line(r, pair->key, &text))
    *(struct config_text *)field = text;
  note_list(r, pair, "python_requirements",
            "a list of packages is \"python_packages\"");
}

void config_read_bool(struct config_reader *r, const struct yamldoc_pair *pair,
                      void *field) {
  static const char *const words[] = {"true", "false"};
  const struct yamldoc_node *v = pair->value;
  bool value;
  if (v->kind != YAMLDOC_SCALAR || !config_parse_bool(v->text, &value)) {
    config_wrong_type(r, pair->key, v, "true or false");
    if (v->kind == YAMLDOC_SCALAR)
      config_note_suggestion(r, v->text, words, ARRAY_LEN(words));
    return;
  }
  if (v->style != YAMLDOC_PLAIN)
    diag_warn(r->dg, DIAG_CONFIG_LOOSE_TYPE, v->span,
              "Cog takes no quotes around %s", value ? "true" : "false");
  *(struct config_bool *)field =
      (struct config_bool){true, value, v->span, pair->key->span};
}

void config_read_int(struct config_reader *r, const struct yamldoc_pair *pair,
                     void *field) {
  struct config_text text;
  uint64_t value;
  if (!config_scalar(r, pair->key, pair->value, &text))
    return;
  if (!number_parse(text.text, 10, INT_MAX, &value)) {
    diag_fail(r->dg, DIAG_CONFIG_VALUE, text.span,
              "\"" STR_FMT "\" wants a whole number, this is \"" STR_FMT "\"",
              STR_ARG(pair->key->text), STR_ARG(text.text));
    return;
  }
  *(struct config_int *)field =
      (struct config_int){true, (int)value, text.span, text.key};
}

static void bad_pointer(struct config_reader *r, const struct config_text *text,
                        struct str key) {
  diag_fail(r->dg, DIAG_CONFIG_POINTER, text->span,
            "\"" STR_FMT "\" wants FILE.py:NAME, this is \"" STR_FMT "\"",
            STR_ARG(key), STR_ARG(text->text));
  diag_note(r->dg, SPAN_NONE, "for example \"%s\"",
            str_is(key, "run") ? "run.py:Runner" : "predict.py:Predictor");
}

// Cog 0.9 does not look at it, and predictions work without.
static void bad_train(struct config_reader *r, const struct yamldoc_node *n) {
  const char *quote = n->kind == YAMLDOC_SCALAR ? "\"" : "";
  struct str what =
      n->kind == YAMLDOC_SCALAR ? n->text : str_of(yamldoc_describe(n));
  diag_warn(r->dg, DIAG_CONFIG_IGNORED_KEY, n->span,
            "\"train\" wants FILE.py:NAME and is left out, this is %s" STR_FMT
            "%s",
            quote, STR_ARG(what), quote);
  diag_note(r->dg, SPAN_NONE, "for example \"train.py:train\"");
}

/** Whether FILE is where the model's source can be: below the context's top. */
static bool is_in_project(struct config_reader *r,
                          const struct config_text *text, struct str file,
                          bool train) {
  if (!path_leads_out(path_clean(r->ar, file)))
    return true;
  if (train) {
    diag_warn(r->dg, DIAG_CONFIG_IGNORED_KEY, text->span,
              "\"train\" names a file outside of the build context and is left "
              "out");
  } else {
    diag_fail(r->dg, DIAG_CONFIG_POINTER, text->span,
              "\"" STR_FMT "\" is outside of the build context", STR_ARG(file));
  }
  diag_note(r->dg, SPAN_NONE,
            "the path is relative to the context's top, such as "
            "\"src/predict.py:Predictor\"");
  return false;
}

void config_read_pointer(struct config_reader *r,
                         const struct yamldoc_pair *pair, void *field) {
  static const char mark[] = ".py:";
  struct config_text text;
  bool train = str_is(pair->key->text, "train");
  if (train && pair->value->kind != YAMLDOC_SCALAR) {
    bad_train(r, pair->value);
    return;
  }
  if (!config_scalar(r, pair->key, pair->value, &text)) {
    note_list(r, pair, "run", "a list of commands is \"run\" below \"build\"");
    return;
  }
  const char *start = text.text.p, *end = start + text.text.len;
  const char *at = strstr(start, mark);
  const char *name = at ? at + sizeof(mark) - 1 : end;
  if (!at || at == start || name == end || strstr(name, mark)) {
    if (train)
      bad_train(r, pair->value);
    else
      bad_pointer(r, &text, pair->key->text);
    return;
  }
  const struct str file = str_dup(r->ar, str_range(start, at + 3));
  if (!is_in_project(r, &text, file, train))
    return;
  *(struct config_pointer *)field = (struct config_pointer){
      .set = true,
      .text = text.text,
      .file = file,
      .name = str_range(name, end),
      .span = text.span,
      .key = text.key,
  };
}

const struct span *config_line_spans(const struct config_text *t,
                                     struct arena *ar, size_t *n) {
  // Blank lines before the text are none of its lines.
  struct str all = t->node->text;
  size_t before = 0;
  while (before < all.len && strchr(" \t\r\n", all.p[before]))
    before++;
  size_t blank = str_count(str_take(all, before), '\n');
  const struct span *spans = yamldoc_line_spans(t->node, ar, n);
  blank = blank < *n ? blank : *n;
  *n -= blank;
  return spans + blank;
}
