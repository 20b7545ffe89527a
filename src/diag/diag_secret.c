// What in a text looks like a secret, so that no message and no excerpt shows
// it: a password in a URL, a token of a known form, a value whose name says it.
#include "cogfe/diag.h"

struct token_row {
  const char *start;
  size_t min; // characters behind START
  const char *service;
};

static const struct token_row tokens[] = {
#define TOKEN(start, min, service) {start, min, service},
#include "diag/diag_secrets.def"
#undef TOKEN
};

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_gap(char c) {
  return c == ' ' || c == '\t';
}

static bool is_variable_char(char c) {
  return is_letter(c) || number_is_digit(c) || c == '_' || c == '-';
}

/** Number of characters at the start of S that stand in none of STOP. */
static size_t until(struct str s, const char *stop) {
  size_t n = 0;
  while (n < s.len && s.p[n] && !strchr(stop, s.p[n]))
    n++;
  return n;
}

// ---- tokens -----------------------------------------------------------------

/** The token that S begins with. Words with hyphens between them have no
 *  digit. */
static struct diag_secret take_secret_token(struct str s) {
  for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
    if (!str_starts(s, tokens[i].start))
      continue;
    size_t n = strlen(tokens[i].start);
    const size_t least = n + tokens[i].min;
    bool digit = false;
    for (; n < s.len && is_variable_char(s.p[n]); n++)
      digit = digit || number_is_digit(s.p[n]);
    if (n >= least && digit)
      return (struct diag_secret){DIAG_SECRET_TOKEN, str_take(s, n),
                                  tokens[i].service};
  }
  return (struct diag_secret){0};
}

// ---- URLs -------------------------------------------------------------------

// A user name alone is one of a git server, or a token.
enum { USER_MAX = 20 };

/** What in "USER:PASSWORD@HOST" or "TOKEN@HOST" is secret; empty when nothing
 *  is. A variable is none. */
static struct str secret_of_host(struct str s) {
  const size_t n = until(s, "/?# \t\r\n\"'@");
  struct str user, secret, all = str_take(s, n);
  if (n == s.len || s.p[n] != '@')
    return (struct str){NULL, 0};
  secret = str_cut(all, ':', &user);
  if (user.len == all.len) // there is no colon
    secret = user.len > USER_MAX ? user : str_take(user, 0);
  if (str_starts(secret, "$") || str_starts(secret, "<"))
    secret.len = 0;
  return secret;
}

// ---- values -----------------------------------------------------------------

// What names end in, last parts of names that have others before, and what
// stands before the last part "KEY".
static const char *const endings[] = {"PASSWORD",    "PASSWD", "PASSPHRASE",
                                      "SECRET",      "TOKEN",  "APIKEY",
                                      "CREDENTIALS", NULL};
static const char *const last_words[] = {"PASS", "PWD", "AUTH", NULL};
static const char *const keys[] = {"API",    "ACCESS",  "PRIVATE",    "AUTH",
                                   "SECRET", "SIGNING", "ENCRYPTION", NULL};

static bool is_one_of_nocase(struct str word, const char *const *words) {
  while (*words && !str_is_nocase(word, *words))
    words++;
  return *words != NULL;
}

/** Whether WORD is an ending, or has one behind other letters: PGPASSWORD,
 *  apiToken. */
static bool has_ending(struct str word) {
  for (const char *const *e = endings; *e; e++)
    if (word.len >= strlen(*e) &&
        str_is_nocase(str_skip(word, word.len - strlen(*e)), *e))
      return true;
  return false;
}

/** The last part of *NAME, which loses it: "KEY" of "API_KEY". */
static struct str take_last_part(struct str *name) {
  size_t at = name->len;
  while (at && name->p[at - 1] != '_' && name->p[at - 1] != '-')
    at--;
  struct str part = str_skip(*name, at);
  *name = str_take(*name, at ? at - 1 : 0);
  return part;
}

bool diag_is_secret_name(struct str name) {
  const struct str last = take_last_part(&name);
  return has_ending(last) || (name.len && is_one_of_nocase(last, last_words)) ||
         (str_is_nocase(last, "KEY") &&
          is_one_of_nocase(take_last_part(&name), keys));
}

static bool is_plain_word(struct str value) {
  static const char *const words[] = {"true", "false", "none", "null", "yes",
                                      "no",   "on",    "off",  NULL};
  return is_one_of_nocase(value, words);
}

static bool is_number(struct str value) {
  size_t n = 0;
  while (n < value.len && (number_is_digit(value.p[n]) || value.p[n] == '.'))
    n++;
  return n == value.len;
}

// Behind that many bytes no value is a stand-in for one.
enum { STAND_IN_MAX = 200 };

bool diag_is_secret_value(struct str value) {
  static const char *const stand_ins[] = {"your", "xxx", "***", "...",
                                          "<",    "{{",  NULL};
  if (value.len < 6 || is_plain_word(value) || is_number(value) ||
      strchr("$/", value.p[0]))
    return false;
  if (value.len > STAND_IN_MAX)
    value.len = STAND_IN_MAX;
  for (size_t i = 0; stand_ins[i]; i++)
    if (memmem(value.p, value.len, stand_ins[i], strlen(stand_ins[i])))
      return false;
  return true;
}

/** Whether the name that begins at FROM of LINE is the first thing of an item
 *  of a list: then its value goes on to the item's end. */
static bool begins_item(struct str line, size_t from) {
  if (from && (line.p[from - 1] == '"' || line.p[from - 1] == '\''))
    from--;
  while (from && is_gap(line.p[from - 1]))
    from--;
  if (!from || line.p[--from] != '-')
    return false;
  while (from && is_gap(line.p[from - 1]))
    from--;
  return from == 0;
}

/** Where the values end of which a line was asked, so that many names in one
 *  long word cost no more than the word: [STOP] is past the place that was
 *  found last. */
enum stop { STOP_WORD, STOP_DOUBLE, STOP_SINGLE, STOPS };

struct value_ends {
  size_t at[STOPS];
};

/** The place in LINE, not before FROM, where a value ends by STOP. */
static size_t value_end(struct value_ends *ends, struct str line, size_t from,
                        enum stop stop) {
  static const char *const chars[STOPS] = {" \t;&|),]}\"'", "\"", "'"};
  if (ends->at[stop] < from)
    ends->at[stop] = from + until(str_skip(line, from), chars[stop]);
  return ends->at[stop];
}

/** The value behind the "=" or ":" at AT of LINE, when its name says that it is
 *  a secret; else empty. */
static struct str secret_of_name(struct str line, size_t at,
                                 struct value_ends *ends) {
  const struct str none = {NULL, 0};
  size_t from = at;
  while (from && is_variable_char(line.p[from - 1]))
    from--;
  if (!diag_is_secret_name(str_range(line.p + from, line.p + at)))
    return none;
  struct str value = str_skip(line, at + 1);
  if (line.p[at] == ':' && !str_starts(value, " "))
    return none;
  while (str_starts(value, " ") || str_starts(value, "\\"))
    value = str_skip(value, 1);
  char quote = value.len ? value.p[0] : 0;
  const bool inside = quote == '"' || quote == '\'';
  if (inside)
    value = str_skip(value, 1);
  else
    quote = from ? line.p[from - 1] : 0;
  const enum stop stop = quote == '"'    ? STOP_DOUBLE
                         : quote == '\'' ? STOP_SINGLE
                                         : STOP_WORD;
  if (stop != STOP_WORD || !begins_item(line, from)) {
    const size_t start = (size_t)(value.p - line.p);
    value = str_take(value, value_end(ends, line, start, stop) - start);
  }
  return diag_is_secret_value(str_trim(value)) ? str_trim(value) : none;
}

// ---- all of them ------------------------------------------------------------

/** The secret that what stands at I of LINE says to be one. */
static struct diag_secret secret_at(struct str line, size_t i,
                                    struct value_ends *ends) {
  const struct str rest = str_skip(line, i);
  struct diag_secret s = {.kind = DIAG_SECRET_VALUE};
  if (str_starts(rest, "://")) {
    s.kind = DIAG_SECRET_URL;
    s.text = secret_of_host(str_skip(rest, 3));
  } else if (line.p[i] == '=' || line.p[i] == ':') {
    s.text = secret_of_name(line, i, ends);
  } else if (i == 0 || !is_variable_char(line.p[i - 1])) {
    s = take_secret_token(rest);
  }
  return s;
}

bool diag_next_secret(struct str line, size_t *from, struct diag_secret *out) {
  struct value_ends ends = {{0}};
  for (size_t i = *from; i < line.len; i++) {
    *out = secret_at(line, i, &ends);
    if (out->text.len == 0)
      continue;
    *from = (size_t)(out->text.p - line.p) + out->text.len;
    return true;
  }
  return false;
}

static void add_stars(struct sbuf *out, struct str secret) {
  while (secret.len) {
    utf8_next(&secret);
    sbuf_addch(out, '*');
  }
}

static void add_masked_line(struct sbuf *out, struct str line) {
  struct diag_secret secret;
  size_t from = 0, done = 0;
  while (diag_next_secret(line, &from, &secret)) {
    sbuf_addstr(out, str_range(line.p + done, secret.text.p));
    add_stars(out, secret.text);
    done = from;
  }
  sbuf_addstr(out, str_skip(line, done));
}

void diag_add_masked(struct sbuf *out, struct str text) {
  while (text.len) {
    const ptrdiff_t end = str_find(text, '\n');
    const struct str line = str_take(text, end < 0 ? text.len : (size_t)end);
    add_masked_line(out, line);
    if (end >= 0)
      sbuf_addch(out, '\n');
    text = str_skip(text, line.len + 1);
  }
}

struct str diag_masked(struct arena *ar, struct str text) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, text.len);
  diag_add_masked(&out, text);
  const struct str shown = sbuf_str(&out);
  return str_eq(shown, text) ? text : str_dup(ar, shown);
}
