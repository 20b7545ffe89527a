#include <jansson.h> // before base.h, which bans printf

#include "dfreader.h"

static bool is_space(char c) {
  return c && strchr(" \t\v\f\r\n", c);
}

static struct str trim(struct str s) {
  while (s.len && is_space(s.p[0]))
    s = str_skip(s, 1);
  while (s.len && is_space(s.p[s.len - 1]))
    s.len--;
  return s;
}

// ---- lines ------------------------------------------------------------------

/** Cuts the backslash off a line that goes on. */
static bool goes_on(struct str *line) {
  struct str s = *line;
  while (s.len && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
    s.len--;
  if (!s.len || s.p[s.len - 1] != '\\')
    return false;
  line->len = s.len - 1;
  return true;
}

struct str df_join(struct arena *ar, struct str text) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, SBUF_NO_MAX);
  struct str line;
  bool more = true;
  while (more && text.len) {
    text = str_cut(text, '\n', &line);
    if (str_ends(line, "\r"))
      line.len--; // as bufio.ScanLines does
    const struct str bare = trim(line);
    if (out.len && (!bare.len || bare.p[0] == '#'))
      continue;
    more = goes_on(&line);
    // Newer readers take a backslash in front of that one for an escape.
    if (more && str_ends(line, "\\"))
      return (struct str){0};
    sbuf_addstr(&out, line);
  }
  return more || text.len ? (struct str){0} : str_dup(ar, sbuf_str(&out));
}

// ---- words ------------------------------------------------------------------

/** Where the first word of S ends. */
static size_t word_len(struct str s) {
  char quote = 0;
  size_t i = 0;
  for (; i < s.len && (quote || !is_space(s.p[i])); i++) {
    const char c = s.p[i];
    if (c == '\\' && quote != '\'')
      i++;
    else if (quote ? c == quote : (c == '\'' || c == '"'))
      quote = quote ? 0 : c;
  }
  return i < s.len ? i : s.len;
}

/** A double-quoted piece behind its quote; its length with the closing one, or
 *  0 when it does not end or expands something. */
static size_t double_quoted(struct str s, enum df_reader reader,
                            struct sbuf *out) {
  for (size_t i = 0; i < s.len; i++) {
    if (s.p[i] == '"')
      return i + 1;
    if (s.p[i] == '$')
      return 0;
    if (s.p[i] == '\\') {
      if (++i == s.len)
        return 0;
      const bool escapes = s.p[i] == '"' || s.p[i] == '$' ||
                           (s.p[i] == '\\' && reader == DF_BUILDKIT);
      if (!escapes)
        sbuf_addch(out, '\\');
    }
    sbuf_addch(out, s.p[i]);
  }
  return 0;
}

static bool unquote(struct str s, enum df_reader reader, struct sbuf *out) {
  while (s.len) {
    const char c = s.p[0];
    s = str_skip(s, 1);
    if (c == '$')
      return false;
    if (c == '\'') {
      const ptrdiff_t end = str_find(s, '\'');
      if (end < 0)
        return false;
      sbuf_addstr(out, str_take(s, (size_t)end));
      s = str_skip(s, (size_t)end + 1);
    } else if (c == '"') {
      const size_t len = double_quoted(s, reader, out);
      if (!len)
        return false;
      s = str_skip(s, len);
    } else if (c == '\\') {
      sbuf_addstr(out, str_take(s, 1));
      s = str_skip(s, 1);
    } else {
      sbuf_addch(out, c);
    }
  }
  return true;
}

bool df_word(struct arena *ar, struct str word, enum df_reader reader,
             struct str *out) {
  cleanup_sbuf struct sbuf b;
  sbuf_init(&b, SBUF_NO_MAX);
  if (!word.len || word_len(word) != word.len || !unquote(word, reader, &b))
    return false;
  *out = str_dup(ar, sbuf_str(&b));
  return true;
}

// ---- RUN --------------------------------------------------------------------

static bool is_array(struct str s) {
  json_t *json = json_loadb(s.p, s.len, JSON_REJECT_DUPLICATES, NULL);
  const bool array = json_is_array(json);
  json_decref(json);
  return array;
}

/** Whether a word is `<<NAME`, perhaps behind a number. */
static bool has_heredoc(struct str s) {
  while ((s = trim(s)).len) {
    struct str word = str_take(s, word_len(s));
    s = str_skip(s, word.len);
    while (word.len && word.p[0] >= '0' && word.p[0] <= '9')
      word = str_skip(word, 1);
    if (str_starts(word, "<<") && str_find(str_skip(word, 2), '<') < 0)
      return true;
  }
  return false;
}

struct str df_run(struct arena *ar, struct str line) {
  if (!str_starts(line, "RUN "))
    return (struct str){0};
  struct str rest = trim(str_skip(line, strlen("RUN ")));
  while (str_starts(rest, "--"))
    rest = trim(str_skip(rest, word_len(rest)));
  return is_array(rest) || has_heredoc(rest) ? (struct str){0}
                                             : str_dup(ar, rest);
}
