// A run item as the simple commands that it holds: enough of the shell's
// grammar to know which program gets which words, and no more.
#include "lint/lint_int.h"

#include "cogfe/limits.h"

struct shell {
  struct arena *ar;
  const struct config_run *run;
  size_t first; // index of the item's first command
  struct str text;
  size_t at;
  struct lint_command command; // in the making
  struct lint_commands *out;
  struct str_vec here; // ends of the here documents that the line begins
};

static bool is_shell_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/** The character N bytes on, NUL past the end. */
static char peek(const struct shell *s, size_t n) {
  return s->at + n < s->text.len ? s->text.p[s->at + n] : '\0';
}

static bool at_script_end(const struct shell *s) {
  return s->at >= s->text.len;
}

static bool is_meta(char c) {
  return c == '\0' || c == '\n' || is_shell_blank(c) || strchr(";&|()<>", c);
}

/** A backslash before a line end is nothing. */
static bool skip_continued(struct shell *s) {
  const size_t cr = peek(s, 1) == '\r';
  if (peek(s, 0) != '\\' || peek(s, 1 + cr) != '\n')
    return false;
  s->at += 2 + cr;
  return true;
}

// ---- words ------------------------------------------------------------------

/** Copies up to the QUOTE that ends the text; backslashes are looked at in
 *  double quotes. */
static void read_quoted(struct shell *s, char quote, struct sbuf *out) {
  for (s->at++; !at_script_end(s) && peek(s, 0) != quote; s->at++) {
    if (quote == '"' && skip_continued(s)) {
      s->at--;
      continue;
    }
    if (quote == '"' && peek(s, 0) == '\\' && strchr("\"\\$`", peek(s, 1)))
      s->at++;
    sbuf_addch(out, peek(s, 0));
  }
  s->at++;
}

/** Copies `$(…)` as it stands. */
static void read_substitution(struct shell *s, struct sbuf *out) {
  size_t depth = 0;
  sbuf_addch(out, '$');
  s->at++;
  do {
    const char c = peek(s, 0);
    depth += c == '(';
    depth -= c == ')';
    sbuf_addch(out, c);
    s->at++;
  } while (depth && !at_script_end(s));
}

static void read_char(struct shell *s, struct sbuf *out) {
  const char c = peek(s, 0);
  if (c == '\'' || c == '"') {
    read_quoted(s, c, out);
  } else if (c == '$' && peek(s, 1) == '(') {
    read_substitution(s, out);
  } else {
    s->at += c == '\\';
    if (!at_script_end(s))
      sbuf_addch(out, peek(s, 0));
    s->at++;
  }
}

static struct lint_word read_word(struct shell *s) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, s->text.len);
  const size_t from = s->at;
  while (!is_meta(peek(s, 0)))
    if (!skip_continued(s))
      read_char(s, &text);
  if (s->at > s->text.len)
    s->at = s->text.len;
  return (struct lint_word){str_dup(s->ar, sbuf_str(&text)), from,
                            s->at - from};
}

// ---- redirections -----------------------------------------------------------

static void skip_shell_blanks(struct shell *s) {
  while (is_shell_blank(peek(s, 0)) || skip_continued(s))
    s->at += is_shell_blank(peek(s, 0));
}

static void read_redirection(struct shell *s) {
  const bool here = peek(s, 0) == '<' && peek(s, 1) == '<' && peek(s, 2) != '<';
  while (!at_script_end(s) && strchr("<>&|", peek(s, 0)))
    s->at++;
  s->at += here && peek(s, 0) == '-';
  skip_shell_blanks(s);
  const struct lint_word target = read_word(s);
  if (here)
    vec_push(s->ar, &s->here, target.text);
}

/** The here documents that the line just read has begun. */
static void skip_here(struct shell *s) {
  for (size_t i = 0; i < s->here.n; i++) {
    struct str rest = str_skip(s->text, s->at), line;
    while (str_next_line(&rest, &line))
      if (str_eq(str_trim(line), s->here.v[i]))
        break;
    s->at = s->text.len - rest.len;
  }
  s->here.n = 0;
}

/** A word, or the number of a descriptor before a redirection. */
static void take_shell_word(struct shell *s) {
  if (s->out->n_words >= LIMIT_LINT_WORDS) {
    s->at = s->text.len;
    return;
  }
  struct lint_word word = read_word(s);
  const bool redirected = peek(s, 0) == '<' || peek(s, 0) == '>';
  if (redirected && (!word.text.len || number_is_decimal(word.text)))
    return;
  vec_push(s->ar, &s->command.words, word);
  s->out->n_words++;
  if (!redirected || s->command.redirect.len)
    return;
  read_redirection(s);
  word.len = s->at - word.off;
  word.text = str_take(str_skip(s->text, word.off), word.len);
  s->command.redirect = word;
}

// ---- commands ---------------------------------------------------------------

static bool is_one_of(struct str word, const char *const *words) {
  while (*words && !str_is(word, *words))
    words++;
  return *words != NULL;
}

static bool is_assignment(struct str word) {
  struct str name;
  str_cut(word, '=', &name);
  if (name.len == word.len || name.len == 0)
    return false;
  for (size_t i = 0; i < name.len; i++)
    if (is_meta(name.p[i]) || strchr("-+./", name.p[i]))
      return false;
  return true;
}

/** Skips sudo's options; those that have a value are followed by it. */
static size_t skip_sudo(const struct lint_command *c, size_t i) {
  while (i < c->words.n && str_starts(c->words.v[i].text, "-"))
    i += strchr("ugh", c->words.v[i].text.p[1]) ? 2 : 1;
  return i < c->words.n ? i : c->words.n;
}

static void find_program(struct lint_command *c) {
  static const char *const before[] = {
      "if", "then", "else", "elif",    "do",    "while", "until", "!",    "{",
      "}",  "time", "exec", "command", "nohup", "env",   "fi",    "done", NULL};
  size_t i = 0;
  while (i < c->words.n) {
    const struct str word = c->words.v[i].text;
    if (str_is(word, "sudo")) {
      c->sudo = true;
      i = skip_sudo(c, i + 1);
    } else if (is_one_of(word, before) || is_assignment(word)) {
      i++;
    } else {
      break;
    }
  }
  c->program = i;
}

static void end_command(struct shell *s, bool piped) {
  if (s->command.words.n) {
    find_program(&s->command);
    vec_push(s->ar, s->out, s->command);
  }
  s->command =
      (struct lint_command){.run = s->run, .first = s->first, .piped = piped};
}

static void take_operator(struct shell *s) {
  const char c = peek(s, 0);
  const bool twice = peek(s, 1) == c;
  end_command(s, c == '|' && !twice);
  s->at += 1 + twice;
}

static void take_next(struct shell *s) {
  const char c = peek(s, 0);
  if (skip_continued(s))
    return;
  if (is_shell_blank(c)) {
    s->at++;
  } else if (c == '\n') {
    end_command(s, false);
    s->at++;
    skip_here(s);
  } else if (c == '#') {
    while (!at_script_end(s) && peek(s, 0) != '\n')
      s->at++;
  } else if (c == '<' || c == '>' || (c == '&' && peek(s, 1) == '>')) {
    read_redirection(s);
  } else if (strchr(";&|()", c)) {
    take_operator(s);
  } else {
    take_shell_word(s);
  }
}

void lint_read_commands(struct arena *ar, const struct config_run *run,
                        struct lint_commands *out) {
  struct shell s = {.ar = ar,
                    .run = run,
                    .first = out->n,
                    .text = run->command.text,
                    .out = out};
  s.command = (struct lint_command){.run = run, .first = out->n};
  while (!at_script_end(&s))
    take_next(&s);
  end_command(&s, false);
}
