// Text that shells and the readers of Dockerfiles take as it was given. Single
// quotes do that everywhere; double quotes only where nothing needs a
// backslash, since readers disagree about a backslash in front of another.
#include "dockerfile_int.h"

/** Whether C means itself to a shell and to a Dockerfile, wherever it stands in
 *  a word. */
static bool is_plain_in_shell(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || (c && strchr("_@%+=:,./-", c));
}

static bool needs_quotes(struct str text) {
  for (size_t i = 0; i < text.len; i++)
    if (!is_plain_in_shell(text.p[i]))
      return true;
  return text.len == 0;
}

static bool has_any(struct str text, const char *chars) {
  for (; *chars; chars++)
    if (str_find(text, *chars) >= 0)
      return true;
  return false;
}

/** The character of TEXT at I within single quotes. BuildKit looks for words
 *  that begin with `<<` without knowing `$(…)`, so it may see one where a shell
 *  sees the middle of a quoted text: the two are kept apart. */
static void add_single_quoted(struct sbuf *out, struct str text, size_t i) {
  if (text.p[i] == '\'')
    sbuf_adds(out, "'\\''");
  else if (i && text.p[i] == '<' && text.p[i - 1] == '<')
    sbuf_adds(out, "''<");
  else
    sbuf_addch(out, text.p[i]);
}

void dockerfile_quote_item(struct sbuf *out, struct str text) {
  if (str_find(text, '\'') >= 0 && !has_any(text, "\"\\$`<")) {
    sbuf_addf(out, "\"" STR_FMT "\"", STR_ARG(text));
    return;
  }
  sbuf_addch(out, '\'');
  for (size_t i = 0; i < text.len; i++)
    add_single_quoted(out, text, i);
  sbuf_addch(out, '\'');
}

void dockerfile_quote_word(struct sbuf *out, struct str text) {
  if (needs_quotes(text))
    dockerfile_quote_item(out, text);
  else
    sbuf_addstr(out, text);
}

void dockerfile_quote_lines(struct sbuf *out, struct str text, int indent) {
  sbuf_adds(out, "\"$(printf '%s\\n'");
  bool more = true;
  while (more) {
    struct str line;
    more = str_find(text, '\n') >= 0;
    text = str_cut(text, '\n', &line);
    sbuf_addf(out, " \\\n%*s", indent, "");
    dockerfile_quote_item(out, line);
  }
  sbuf_adds(out, ")\"");
}

void dockerfile_quote_path(struct sbuf *out, struct str text) {
  cleanup_sbuf struct sbuf pattern;
  sbuf_init(&pattern, SBUF_NO_MAX);
  for (size_t i = 0; i < text.len; i++) {
    const bool wild = strchr("*?[", text.p[i]);
    sbuf_addf(&pattern, wild ? "[%c]" : "%c", text.p[i]);
  }
  dockerfile_quote_word(out, sbuf_str(&pattern));
}

void dockerfile_quote_json(struct sbuf *out, const char *const *words,
                           size_t n) {
  sbuf_addch(out, '[');
  for (size_t i = 0; i < n; i++) {
    sbuf_adds(out, i ? ", " : "");
    sbuf_add_json_string(out, str_of(words[i]));
  }
  sbuf_addch(out, ']');
}
