#include "cogfe/base.h"

#include "config/config_int.h"

#include "cogfe/limits.h"

/** A scalar as it can stand in a list without changing its meaning. */
static void add_list_item(struct sbuf *out, struct str text) {
  static const char special[] = "!&*-?|>@`'\"%#{}[],:~ ";
  bool plain = text.len && !memchr(special, text.p[0], sizeof(special)) &&
               !str_contains(text, ": ") && !str_contains(text, " #") &&
               !str_ends(text, ":");
  if (plain) {
    sbuf_addstr(out, text);
    return;
  }
  sbuf_addch(out, '\'');
  for (size_t i = 0; i < text.len; i++) {
    if (text.p[i] == '\'')
      sbuf_addch(out, '\'');
    sbuf_addch(out, text.p[i]);
  }
  sbuf_addch(out, '\'');
}

/** Shows the first lines of TEXT as a list below KEY. */
static void note_list_form(struct config_reader *r,
                           const struct yamldoc_node *key, struct str text) {
  enum { SHOWN = 4, MAX_BYTES = 1000 };
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, MAX_BYTES);
  struct str line;
  int n = 0;
  while (str_next_line(&text, &line)) {
    line = str_trim(line);
    if (line.len == 0 || line.p[0] == '#')
      continue;
    if (n++ == SHOWN) {
      sbuf_adds(&out, "\n      …");
      break;
    }
    sbuf_adds(&out, "\n      - ");
    add_list_item(&out, line);
  }
  if (n && !out.overflow)
    diag_note(r->dg, SPAN_NONE,
              "write a list, one item a line:\n    " STR_FMT ":%s",
              STR_ARG(key->text), out.ptr);
}

bool config_want_list(struct config_reader *r, const struct yamldoc_node *key,
                      const struct yamldoc_node *value) {
  if (value->kind == YAMLDOC_LIST)
    return true;
  config_wrong_type(r, key, value, "a list");
  if (value->kind == YAMLDOC_SCALAR)
    note_list_form(r, key, value->text);
  return false;
}

/** One item of a list of text: as config_scalar(), with a hint for the map that
 *  `- text: more text` makes. */
static bool read_list_item(struct config_reader *r,
                           const struct yamldoc_node *key,
                           const struct yamldoc_node *item,
                           struct config_text *out) {
  if (item->kind == YAMLDOC_SCALAR)
    return config_scalar(r, key, item, out);
  diag_fail(r->dg, DIAG_CONFIG_TYPE, item->span,
            "an item of \"" STR_FMT "\" must be text, this is %s",
            STR_ARG(key->text), yamldoc_describe(item));
  if (item->kind == YAMLDOC_MAP && item->style == YAMLDOC_BLOCK)
    diag_note(r->dg, SPAN_NONE, "text that holds \": \" goes in quotes");
  return false;
}

void config_read_list(struct config_reader *r, const struct yamldoc_pair *pair,
                      void *field) {
  const struct yamldoc_node *key = pair->key, *list = pair->value;
  if (!config_want_list(r, key, list))
    return;
  VEC(struct config_text) items = {0};
  for (size_t i = 0; i < list->n_items; i++) {
    struct config_text item;
    if (read_list_item(r, key, list->items[i], &item))
      vec_push(r->ar, &items, item);
  }
  *(struct config_list *)field =
      (struct config_list){items.v, items.n, key->span};
}

// ---- system packages -------------------------------------------------------

static bool is_char_among(char c, const char *more) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         (c != '\0' && strchr(more, c));
}

static size_t word_len_of_chars(struct str s, const char *more) {
  size_t n = 0;
  while (n < s.len && is_char_among(s.p[n], more))
    n++;
  return n;
}

/** NAME[:ARCH][=VERSION|/RELEASE]. Source: Debian Policy 4.6 sections 5.6.1,
 *  5.6.12; apt-get(8) install. */
static bool is_package(struct str word) {
  static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  size_t n = word_len_of_chars(word, "+-.");
  if (n < 2 || !is_char_among(word.p[0], ""))
    return false;
  word = str_skip(word, n);
  if (str_starts(word, ":")) {
    n = word_len_of_chars(str_skip(word, 1), "-");
    word = str_skip(word, 1 + n);
    if (n == 0)
      return false;
  }
  if (word.len == 0)
    return true;
  if (word.p[0] != '=' && word.p[0] != '/')
    return false;
  word = str_skip(word, 1);
  for (size_t i = 0; i < word.len; i++)
    if (!is_char_among(word.p[i], "+-.~:*_") && !strchr(capitals, word.p[i]))
      return false;
  return word.len > 0;
}

static bool next_word(struct str *rest, struct str *word) {
  *rest = str_trim(*rest);
  size_t n = 0;
  while (n < rest->len && !strchr(" \t\r\n", rest->p[n]))
    n++;
  *word = str_take(*rest, n);
  *rest = str_skip(*rest, n);
  return n > 0;
}

struct packages {
  VEC(struct config_text) list;
};

static void add_package(struct config_reader *r, struct packages *out,
                        const struct config_text *item, struct str word) {
  struct config_text one = *item;
  one.text = str_dup(r->ar, word);
  struct str whole = item->node->text;
  bool block = item->node->style == YAMLDOC_LITERAL ||
               item->node->style == YAMLDOC_FOLDED;
  if (block || word.len != str_trim(whole).len)
    one.span =
        yamldoc_text_span(item->node, (size_t)(word.p - whole.p), word.len);
  if (word.p[0] == '-') {
    diag_warn(r->dg, DIAG_CONFIG_APT_OPTION, one.span,
              "\"" STR_FMT "\" is an option of apt-get and is left out",
              STR_ARG(word));
  } else if (!is_package(word)) {
    diag_fail(r->dg, DIAG_CONFIG_PACKAGE, one.span,
              "\"" STR_FMT "\" cannot be the name of a Debian package",
              STR_ARG(word));
    diag_note(r->dg, SPAN_NONE,
              "a name has lower case letters, digits, \"+\", \"-\" and "
              "\".\"; \"=VERSION\" may follow it");
  } else {
    vec_push(r->ar, &out->list, one);
  }
}

/** Cog puts the items into one shell command, so that an item of several words
 *  installs several packages. */
static void add_package_words(struct config_reader *r, struct packages *out,
                              const struct config_text *item) {
  struct str rest = item->node->text, word;
  for (int n = 0; next_word(&rest, &word); n++) {
    if (n == LIMIT_PACKAGE_WORDS) {
      diag_fail(r->dg, DIAG_CONFIG_VALUE, item->span,
                "an item has more than %d words", LIMIT_PACKAGE_WORDS);
      diag_note(r->dg, SPAN_NONE, "write one package an item");
      return;
    }
    add_package(r, out, item, word);
  }
}

void config_read_packages(struct config_reader *r,
                          const struct yamldoc_pair *pair, void *field) {
  struct config_list items = {0};
  config_read_list(r, pair, &items);
  struct packages out = {0};
  for (size_t i = 0; i < items.n; i++)
    add_package_words(r, &out, &items.v[i]);
  *(struct config_list *)field =
      (struct config_list){out.list.v, out.list.n, items.key};
}
