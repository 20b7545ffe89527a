#include "cogfe/base.h"

#include "context_int.h"

#include "cogfe/limits.h"

// A pattern becomes a row of tokens, and a path is run through all of them at
// once (the set of tokens reached so far), so no pattern makes it slow. The
// tokens say what Docker's translation to a regular expression says, with one
// difference: what it does with a letter behind '\' ("\d" is a digit there) and
// with '^' outside of brackets is an accident; here both are themselves.
// Source: moby/patternmatcher patternmatcher.go compile().

enum token_kind {
  TOKEN_CHAR,   // CODE itself
  TOKEN_ANY,    // '?': one character but '/'
  TOKEN_STAR,   // '*': any number of characters but '/'
  TOKEN_ALL,    // '**' at an end: any characters
  TOKEN_ENTER,  // '**' elsewhere: nothing, or any characters up to a '/'.
  TOKEN_DEEP,   // Two tokens: whether to enter, and being inside.
  TOKEN_CLASS,  // '[…]': a character of RANGES
  TOKEN_NCLASS, // '[^…]': a character that is not
};

struct range {
  uint32_t lo, hi;
};

struct pattern_token {
  enum token_kind kind;
  uint32_t code;
  const struct range *ranges;
  size_t n_ranges;
};

// Takes the next character of TEXT, which is not empty; a byte that is not
// UTF-8 is a character of its own, past all others.
static uint32_t next_char(struct str *text) {
  static const unsigned char lead_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  const unsigned char *p = (const unsigned char *)text->p;
  size_t n = utf8_len(*text);
  *text = str_skip(*text, n ? n : 1);
  if (n == 0)
    return 0x110000u + p[0];
  uint32_t code = p[0] & lead_mask[n];
  for (size_t i = 1; i < n; i++)
    code = code << 6 | (p[i] & 0x3F);
  return code;
}

// ---- compiling --------------------------------------------------------------

struct compiler {
  struct arena *ar;
  struct str text; // what is left
  VEC(struct pattern_token) out;
};

static void token(struct compiler *c, enum token_kind kind, uint32_t code) {
  vec_push(c->ar, &c->out, (struct pattern_token){.kind = kind, .code = code});
}

// One end of a range: a character, or '\' and any character.
static bool range_end(struct compiler *c, uint32_t *out) {
  if (c->text.len == 0 || c->text.p[0] == '-' || c->text.p[0] == ']')
    return false;
  if (c->text.p[0] == '\\')
    c->text = str_skip(c->text, 1);
  if (c->text.len == 0)
    return false;
  *out = next_char(&c->text);
  return true;
}

// Behind '['.
static const char *class(struct compiler *c) {
  static const char bad[] = "the brackets \"[…]\" in it are wrong";
  bool not = str_starts(c->text, "^");
  c->text = str_skip(c->text, not );
  VEC(struct range) ranges = {0};
  while (!str_starts(c->text, "]") || ranges.n == 0) {
    struct range r;
    if (!range_end(c, &r.lo))
      return bad;
    r.hi = r.lo;
    if (str_starts(c->text, "-")) {
      c->text = str_skip(c->text, 1);
      if (!range_end(c, &r.hi) || r.hi < r.lo)
        return bad;
    }
    vec_push(c->ar, &ranges, r);
  }
  c->text = str_skip(c->text, 1);
  vec_push(c->ar, &c->out,
           (struct pattern_token){.kind = not ? TOKEN_NCLASS : TOKEN_CLASS,
                                  .ranges = ranges.v,
                                  .n_ranges = ranges.n});
  return NULL;
}

static bool is_literal(struct str text) {
  for (size_t i = 0; i < text.len; i++)
    if (strchr("*?[]\\", text.p[i]))
      return false;
  return true;
}

// Behind "**". Docker takes a leading "**name" without other wildcards as
// "whatever ends in name".
static void stars(struct compiler *c, bool leading) {
  bool slash = str_starts(c->text, "/");
  c->text = str_skip(c->text, slash);
  if (c->text.len == 0 || (leading && !slash && is_literal(c->text))) {
    token(c, TOKEN_ALL, 0);
    return;
  }
  token(c, TOKEN_ENTER, 0);
  token(c, TOKEN_DEEP, 0);
}

static const char *escaped(struct compiler *c) {
  if (c->text.len == 0)
    return "a \"\\\" stands at its end";
  token(c, TOKEN_CHAR, next_char(&c->text));
  return NULL;
}

static const char *compile_next(struct compiler *c) {
  bool leading = c->out.n == 0;
  uint32_t code = next_char(&c->text);
  switch (code) {
  case '*':
    if (!str_starts(c->text, "*")) {
      token(c, TOKEN_STAR, 0);
      return NULL;
    }
    c->text = str_skip(c->text, 1);
    stars(c, leading);
    return NULL;
  case '?':
    token(c, TOKEN_ANY, 0);
    return NULL;
  case '[':
    return class(c);
  case '\\':
    return escaped(c);
  default:
    token(c, TOKEN_CHAR, code);
    return NULL;
  }
}

/** The characters that N TOKENS stand for, as text; empty when one of them is
 *  no byte of text. */
static struct str literal_text(struct arena *ar,
                               const struct pattern_token *tokens, size_t n) {
  char *text = arena_alloc(ar, n);
  for (size_t i = 0; i < n; i++) {
    if (tokens[i].code >= 0x80)
      return (struct str){0};
    text[i] = (char)tokens[i].code;
  }
  return (struct str){text, n};
}

/** What most patterns can be refused by before they are run. */
static void find_literals(struct arena *ar, struct context_pattern *p) {
  size_t front = 0, back = p->n;
  if (!p->n)
    return; // an empty pattern has no tokens to point at
  while (front < p->n && p->tokens[front].kind == TOKEN_CHAR)
    front++;
  while (back && p->tokens[back - 1].kind == TOKEN_CHAR)
    back--;
  p->prefix = literal_text(ar, p->tokens, front);
  p->suffix = literal_text(ar, p->tokens + back, p->n - back);
  p->is_name = p->suffix.len && back == 2 && p->tokens[0].kind == TOKEN_ENTER;
}

const char *pattern_compile(struct arena *ar, struct str text,
                            struct context_pattern *out) {
  struct compiler c = {.ar = ar, .text = text};
  while (c.text.len) {
    const char *wrong = compile_next(&c);
    if (wrong)
      return wrong;
  }
  out->tokens = c.out.v;
  out->n = c.out.n;
  find_literals(ar, out);
  return NULL;
}

// ---- matching ---------------------------------------------------------------

static bool in_ranges(const struct pattern_token *t, uint32_t code) {
  for (size_t i = 0; i < t->n_ranges; i++)
    if (code >= t->ranges[i].lo && code <= t->ranges[i].hi)
      return true;
  return false;
}

// Whether T takes CODE and is done; what stays is said by stays().
static bool passes(const struct pattern_token *t, uint32_t code) {
  switch (t->kind) {
  case TOKEN_CHAR:
    return code == t->code;
  case TOKEN_ANY:
    return code != '/';
  case TOKEN_CLASS:
    return in_ranges(t, code);
  case TOKEN_NCLASS:
    return !in_ranges(t, code);
  case TOKEN_DEEP:
    return code == '/';
  case TOKEN_STAR:
  case TOKEN_ALL:
  case TOKEN_ENTER:
    return false;
  }
  BUG("token %d", (int)t->kind);
}

static bool stays(const struct pattern_token *t, uint32_t code) {
  return t->kind == TOKEN_ALL || t->kind == TOKEN_DEEP ||
         (t->kind == TOKEN_STAR && code != '/');
}

// Adds to the set AT what can be reached without taking a character.
static void skip_empty(const struct context_pattern *pat, bool *at) {
  for (size_t i = 0; i < pat->n; i++) {
    if (!at[i])
      continue;
    enum token_kind kind = pat->tokens[i].kind;
    if (kind == TOKEN_STAR || kind == TOKEN_ALL)
      at[i + 1] = true;
    if (kind == TOKEN_ENTER)
      at[i + 1] = at[i + 2] = true;
  }
}

// False when no token is left in the set: nothing that follows can match.
static bool step(const struct context_pattern *pat, bool *at, uint32_t code) {
  bool enter = false; // what passed token i - 1
  bool any = false;
  for (size_t i = 0; i <= pat->n; i++) {
    bool here = i < pat->n && at[i];
    bool next = here && passes(&pat->tokens[i], code);
    at[i] = enter || (here && stays(&pat->tokens[i], code));
    any = any || at[i];
    enter = next;
  }
  if (any)
    skip_empty(pat, at);
  return any;
}

enum { TOKENS_MAX = LIMIT_PATH_BYTES + 1 };

/** Whether TEXT stands in PATH at the end of it or of a directory above; with
 *  WHOLE as all of a name, or of several. */
static bool ends_in(struct str path, struct str text, bool whole) {
  struct str rest = path;
  const char *found;
  while (rest.len && (found = memmem(rest.p, rest.len, text.p, text.len))) {
    const char *end = found + text.len;
    if ((end == path.p + path.len || *end == '/') &&
        (!whole || found == path.p || found[-1] == '/'))
      return true;
    rest = str_range(found + 1, path.p + path.len);
  }
  return false;
}

/** Runs PATH through all tokens at once. */
static bool run_tokens(const struct context_pattern *pat, struct str path) {
  bool at[TOKENS_MAX + 1];
  if (pat->n > TOKENS_MAX)
    BUG("a pattern of %zu tokens", pat->n);
  memset(at, 0, pat->n + 1);
  at[0] = true;
  skip_empty(pat, at);
  while (path.len && step(pat, at, next_char(&path)))
    // The end of a directory above, or of the path.
    if (at[pat->n] && (path.len == 0 || path.p[0] == '/'))
      return true;
  return false;
}

bool pattern_matches(const struct context_pattern *pat, struct str path,
                     uint64_t *steps) {
  ++*steps;
  if (pat->prefix.len && (path.len < pat->prefix.len ||
                          memcmp(path.p, pat->prefix.p, pat->prefix.len) != 0))
    return false;
  if (pat->suffix.len && !ends_in(path, pat->suffix, pat->is_name))
    return false;
  if (pat->is_name)
    return true;
  *steps += path.len * (pat->n + 1);
  return run_tokens(pat, path);
}
