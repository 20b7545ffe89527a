// Regular expressions, as the model server's engine reads them.
// Source: coglet 0.23.1, as it was tried: one pattern that its engine (the Rust
// crates regex and fancy-regex behind jsonschema) refuses turns all checks off.
// What is not known to be taken counts as refused.
#include "schema_int.h"

#include "cogfe/limits.h"

enum node_kind {
  NODE_EMPTY,
  NODE_CHAR,  // FROM
  NODE_ANY,   // "."
  NODE_SET,   // RANGES, perhaps INVERTED
  NODE_BEGIN, // "^"
  NODE_END,   // "$"
  NODE_WORD_EDGE,
  NODE_NO_WORD_EDGE,
  NODE_GROUP,  // LEFT
  NODE_THEN,   // LEFT, then RIGHT
  NODE_EITHER, // LEFT or RIGHT
  NODE_REPEAT, // LEFT, from MIN to MAX times
  NODE_OTHER,  // taken by the engine and not understood here
};

struct range {
  uint32_t from, to;
};

struct node {
  enum node_kind kind;
  uint32_t from;
  bool inverted, lazy;
  VEC(struct range) ranges;
  const struct node *left, *right;
  uint32_t min, max;
};

struct pattern_reader {
  struct arena *ar;
  struct str rest;
  const char *why;
  bool other; // a NODE_OTHER is among the nodes
  int depth;
  bool fold, all; // (?i) and (?s) at the start
};

static const struct node *parse_either(struct pattern_reader *r);

static const struct node *refuse(struct pattern_reader *r, const char *why) {
  if (!r->why)
    r->why = why;
  r->rest.len = 0;
  static const struct node empty = {0};
  return &empty;
}

static struct node *new_pattern(struct pattern_reader *r, enum node_kind kind) {
  struct node *n = arena_new(r->ar, struct node);
  n->kind = kind;
  r->other = r->other || kind == NODE_OTHER;
  return n;
}

static bool take(struct pattern_reader *r, const char *text) {
  if (!str_starts(r->rest, text))
    return false;
  r->rest = str_skip(r->rest, strlen(text));
  return true;
}

// ---- classes ----------------------------------------------------------------

static void push_range(struct pattern_reader *r, struct node *n, uint32_t from,
                       uint32_t to) {
  vec_push(r->ar, &n->ranges, (struct range){from, to});
}

/** `\d`, `\w` and `\s`, of ASCII; what is beyond is left to the engine. */
static void push_class(struct pattern_reader *r, struct node *n, char c) {
  switch (c) {
  case 'w':
    push_range(r, n, 'a', 'z');
    push_range(r, n, 'A', 'Z');
    push_range(r, n, '_', '_');
    push_range(r, n, '0', '9');
    break;
  case 'd':
    push_range(r, n, '0', '9');
    break;
  case 's':
    push_range(r, n, '\t', '\r');
    push_range(r, n, ' ', ' ');
    break;
  }
}

static bool is_class_letter(char c) {
  return c && strchr("dwsDWS", c);
}

/** N hexadecimal digits off the rest. */
static bool take_hex(struct pattern_reader *r, size_t n, uint32_t *out) {
  *out = 0;
  for (size_t i = 0; i < n; i++) {
    const int d = i < r->rest.len ? number_hex_digit(r->rest.p[i]) : -1;
    if (d < 0)
      return false;
    *out = *out * 16 + (uint32_t)d;
  }
  r->rest = str_skip(r->rest, n);
  return true;
}

/** The character that stands behind a backslash, for itself or by a letter;
 *  false with the fault set for what is none. */
static bool take_escaped(struct pattern_reader *r, uint32_t *out) {
  static const char letters[] = "ntrfva", meanings[] = "\n\t\r\f\v\a";
  const char c = r->rest.len ? r->rest.p[0] : '\0';
  const char *letter = c ? strchr(letters, c) : NULL;
  if (!c || (unsigned char)c >= 0x80)
    return refuse(r, "a backslash before nothing that it could mean"), false;
  r->rest = str_skip(r->rest, 1);
  *out = letter ? (uint32_t)meanings[letter - letters] : (uint32_t)c;
  if (letter || strchr("\\.+*?()|[]{}^$#&-~/!\"%',:;=@_` ", c))
    return true;
  if ((c == 'x' && take_hex(r, 2, out)) || (c == 'u' && take_hex(r, 4, out)))
    return true;
  return refuse(r, "an escape that it does not know"), false;
}

/** `\p{…}` and `\P{…}`. */
static bool take_property(struct pattern_reader *r) {
  if (!take(r, "\\p{") && !take(r, "\\P{"))
    return false;
  const ptrdiff_t end = str_find(r->rest, '}');
  if (end < 1)
    refuse(r, "a property without a name");
  else
    r->rest = str_skip(r->rest, (size_t)end + 1);
  return true;
}

/** A character of a class, or one of its shorthands, then *SHORT. */
static bool take_member(struct pattern_reader *r, struct node *n, uint32_t *out,
                        bool *shorthand) {
  *shorthand = false;
  if (take_property(r)) {
    *shorthand = r->other = true;
    return !r->why;
  }
  if (!take(r, "\\")) {
    *out = utf8_next(&r->rest);
    return *out != UTF8_BAD;
  }
  const char c = r->rest.len ? r->rest.p[0] : '\0';
  if (!is_class_letter(c))
    return take_escaped(r, out);
  *shorthand = true;
  r->rest = str_skip(r->rest, 1);
  if (strchr("DWS", c))
    r->other = true;
  push_class(r, n, c);
  return true;
}

static bool at_range(const struct pattern_reader *r) {
  return r->rest.len > 1 && r->rest.p[0] == '-' && r->rest.p[1] != ']';
}

/** One member, or a range of them. */
static bool take_members(struct pattern_reader *r, struct node *n) {
  uint32_t from, to;
  bool shorthand;
  if (str_starts(r->rest, "["))
    return refuse(r, "a \"[\" within brackets: write it as \"\\[\""), false;
  if (str_starts(r->rest, "&&") || str_starts(r->rest, "~~") ||
      str_starts(r->rest, "--"))
    return refuse(r, "\"&&\", \"--\" or \"~~\" within brackets"), false;
  if (!take_member(r, n, &from, &shorthand))
    return false;
  if (!at_range(r)) {
    if (!shorthand)
      push_range(r, n, from, from);
    return true;
  }
  r->rest = str_skip(r->rest, 1);
  bool second;
  if (shorthand || str_starts(r->rest, "[") ||
      !take_member(r, n, &to, &second) || second || to < from)
    return refuse(r, "a \"-\" that stands between no two characters: write it "
                     "last"),
           false;
  push_range(r, n, from, to);
  return true;
}

static const struct node *parse_class(struct pattern_reader *r) {
  struct node *n = new_pattern(r, NODE_SET);
  n->inverted = take(r, "^");
  for (bool first = true; first || !str_starts(r->rest, "]"); first = false)
    if (!r->rest.len || r->why || !take_members(r, n))
      return refuse(r, "brackets without an end");
  r->rest = str_skip(r->rest, 1);
  return n;
}

// ---- atoms ------------------------------------------------------------------

static const struct node *parse_escape(struct pattern_reader *r) {
  const char c = r->rest.len > 1 ? r->rest.p[1] : '\0';
  struct node *n = new_pattern(r, NODE_SET);
  if (take_property(r))
    return new_pattern(r, NODE_OTHER);
  r->rest = str_skip(r->rest, 1);
  if (c == 'b' || c == 'B' || c == 'A' || c == 'z') {
    n->kind = c == 'b'   ? NODE_WORD_EDGE
              : c == 'B' ? NODE_NO_WORD_EDGE
              : c == 'A' ? NODE_BEGIN
                         : NODE_END;
    r->rest = str_skip(r->rest, 1);
  } else if (is_class_letter(c)) {
    push_class(r, n, (char)(c | 0x20));
    n->inverted = !(c & 0x20);
    r->rest = str_skip(r->rest, 1);
  } else if (c == 'Z') {
    return refuse(r, "\"\\Z\": write \"$\"");
  } else if (number_is_digit(c) && c != '0') {
    return refuse(r, "a reference to a group");
  } else {
    n->kind = NODE_CHAR;
    take_escaped(r, &n->from);
  }
  return n;
}

/** What stands behind "(?". False with the fault set. *KIND: of the group. */
static bool take_group_kind(struct pattern_reader *r, enum node_kind *kind) {
  static const char *const around[] = {"=", "!", "<=", "<!", ">"};
  *kind = NODE_GROUP;
  if (take(r, ":"))
    return true;
  for (size_t i = 0; i < ARRAY_LEN(around); i++)
    if (take(r, around[i])) {
      *kind = NODE_OTHER;
      return true;
    }
  if (take(r, "P<") || take(r, "<")) {
    const ptrdiff_t end = str_find(r->rest, '>');
    if (end < 1 || !pysig_is_name(str_take(r->rest, (size_t)end)))
      return refuse(r, "a group with a name that it does not know"), false;
    r->rest = str_skip(r->rest, (size_t)end + 1);
    return true;
  }
  size_t flags = 0;
  while (flags < r->rest.len && strchr("imsx-", r->rest.p[flags]))
    flags++;
  r->rest = str_skip(r->rest, flags);
  *kind = NODE_OTHER;
  if (flags && (str_starts(r->rest, ")") || take(r, ":")))
    return true;
  return refuse(r, "a group of a kind that it does not know"), false;
}

static const struct node *parse_group(struct pattern_reader *r) {
  enum node_kind kind = NODE_GROUP;
  if (++r->depth > LIMIT_PYTHON_DEPTH)
    return refuse(r, "groups that are nested too deep");
  if (take(r, "?") && !take_group_kind(r, &kind))
    return refuse(r, r->why);
  struct node *n = new_pattern(r, kind);
  n->left = parse_either(r);
  r->depth--;
  if (!take(r, ")"))
    return refuse(r, "a group without an end");
  return n;
}

static const struct node *parse_pattern_atom(struct pattern_reader *r) {
  if (take(r, "("))
    return parse_group(r);
  if (take(r, "["))
    return parse_class(r);
  if (take(r, "."))
    return new_pattern(r, NODE_ANY);
  if (take(r, "^"))
    return new_pattern(r, NODE_BEGIN);
  if (take(r, "$"))
    return new_pattern(r, NODE_END);
  if (str_starts(r->rest, "\\"))
    return parse_escape(r);
  if (strchr("*+?{", r->rest.p[0]))
    return refuse(r, "a repetition of nothing: write a \"{\" as \"\\{\"");
  struct node *n = new_pattern(r, NODE_CHAR);
  n->from = utf8_next(&r->rest);
  return n;
}

// ---- repetition -------------------------------------------------------------

enum { REPEAT_MAX = 1000 }; // copies of a part that the engine compiles

static bool take_count(struct pattern_reader *r, uint32_t *out) {
  size_t n = 0;
  uint64_t value;
  while (n < r->rest.len && number_is_digit(r->rest.p[n]))
    n++;
  if (!number_parse(str_take(r->rest, n), 10, REPEAT_MAX, &value))
    return refuse(r, "a repetition that is not {N}, {N,} or {N,M} with at most "
                     "1000"),
           false;
  *out = (uint32_t)value;
  r->rest = str_skip(r->rest, n);
  return true;
}

static bool take_counts(struct pattern_reader *r, struct node *n) {
  if (!take_count(r, &n->min))
    return false;
  n->max = n->min;
  if (take(r, ",")) {
    n->max = UINT32_MAX;
    if (!str_starts(r->rest, "}") && !take_count(r, &n->max))
      return false;
  }
  if (!take(r, "}") || n->max < n->min)
    return refuse(r, "a repetition that is not {N}, {N,} or {N,M}"), false;
  return true;
}

static bool take_repetition(struct pattern_reader *r, struct node *n) {
  n->max = UINT32_MAX;
  if (take(r, "*"))
    return true;
  if (take(r, "+"))
    return n->min = 1, true;
  if (take(r, "?"))
    return n->max = 1, true;
  return take(r, "{") && take_counts(r, n);
}

static const struct node *parse_repeat(struct pattern_reader *r) {
  const struct node *left = parse_pattern_atom(r);
  struct node n = {.kind = NODE_REPEAT, .left = left};
  if (r->why || !take_repetition(r, &n))
    return left;
  n.lazy = take(r, "?");
  if (!n.lazy && take(r, "+")) // possessive
    n.kind = NODE_OTHER;
  r->other = r->other || n.kind == NODE_OTHER;
  if (left->kind == NODE_BEGIN || left->kind == NODE_END)
    return refuse(r, "a repetition of an anchor");
  if (r->rest.len && strchr("*+?", r->rest.p[0]))
    return refuse(r, "a repetition of a repetition");
  return arena_memdup(r->ar, &n, sizeof n);
}

static const struct node *parse_then(struct pattern_reader *r) {
  const struct node *all = new_pattern(r, NODE_EMPTY);
  while (!r->why && r->rest.len && !strchr("|)", r->rest.p[0])) {
    struct node *both = new_pattern(r, NODE_THEN);
    both->left = all;
    both->right = parse_repeat(r);
    all = both;
  }
  return all;
}

static const struct node *parse_either(struct pattern_reader *r) {
  const struct node *all = parse_then(r);
  while (!r->why && take(r, "|")) {
    struct node *both = new_pattern(r, NODE_EITHER);
    both->left = all;
    both->right = parse_then(r);
    all = both;
  }
  return all;
}

/** `(?i)`, `(?s)` and `(?is)` in front of everything. */
static void take_first_flags(struct pattern_reader *r) {
  static const char *const forms[] = {"(?i)", "(?s)", "(?is)", "(?si)"};
  for (size_t i = 0; i < ARRAY_LEN(forms); i++)
    if (take(r, forms[i])) {
      r->fold = strchr(forms[i], 'i') != NULL;
      r->all = strchr(forms[i], 's') != NULL;
      return;
    }
}

static const struct node *parse_pattern(struct pattern_reader *r,
                                        struct arena *ar, struct str pattern) {
  *r = (struct pattern_reader){.ar = ar, .rest = pattern};
  take_first_flags(r);
  if (pattern.len > LIMIT_PATTERN_BYTES)
    return refuse(r, "more than any pattern that is read");
  if (memchr(pattern.p, '\0', pattern.len))
    return refuse(r, "a NUL");
  const struct node *n = parse_either(r);
  return r->rest.len ? refuse(r, "a \")\" that closes nothing") : n;
}

const char *schema_pattern_fault(struct str pattern) {
  struct arena ar;
  struct pattern_reader r;
  arena_init(&ar);
  parse_pattern(&r, &ar, pattern);
  arena_release(&ar);
  return r.why;
}

// ---- matching ---------------------------------------------------------------
// By trying, step for step, with what is still to come as a list.

struct todo {
  const struct node *node;
  const struct todo *next;
  uint32_t count;      // NODE_REPEAT: how often it was there
  const char *started; // and where the last time began
};

struct matcher {
  struct str all;
  size_t steps;
  int depth;
  bool fold, dot_all;
};

static enum schema_match match_todo(struct matcher *m, const char *at,
                                    const struct todo *todo);

static bool in_set(const struct node *n, uint32_t c) {
  for (size_t i = 0; i < n->ranges.n; i++)
    if (c >= n->ranges.v[i].from && c <= n->ranges.v[i].to)
      return true;
  return false;
}

static bool is_word_at(const struct matcher *m, const char *p) {
  const char *end = m->all.p + m->all.len;
  return p >= m->all.p && p < end &&
         ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_' ||
          number_is_digit(*p));
}

static uint32_t other_case(uint32_t c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter ? c ^ 0x20 : c;
}

static enum schema_match match_char(struct matcher *m, const char *at,
                                    const struct todo *t) {
  struct str rest = str_range(at, m->all.p + m->all.len);
  if (!rest.len)
    return SCHEMA_MATCH_NO;
  const uint32_t c = utf8_next(&rest);
  const struct node *n = t->node;
  const uint32_t other = m->fold ? other_case(c) : c;
  const bool in = n->kind == NODE_CHAR  ? c == n->from || other == n->from
                  : n->kind == NODE_ANY ? c != '\n' || m->dot_all
                                        : in_set(n, c) || in_set(n, other);
  const bool yes = in != n->inverted;
  if (c >= 0x80 && (n->kind == NODE_SET || m->fold))
    return SCHEMA_MATCH_UNKNOWN; // \w and its like know more letters
  return yes ? match_todo(m, rest.p, t->next) : SCHEMA_MATCH_NO;
}

static enum schema_match match_repeat(struct matcher *m, const char *at,
                                      const struct todo *t) {
  const struct node *n = t->node;
  const bool stuck = t->count && t->started == at;
  const struct todo again = {n, t->next, t->count + 1, at},
                    once = {n->left, &again, 0, NULL};
  enum schema_match got = SCHEMA_MATCH_NO;
  for (int turn = 0; turn < 2 && got == SCHEMA_MATCH_NO; turn++) {
    if ((turn == 0) != n->lazy) {
      if (t->count < n->max && !stuck)
        got = match_todo(m, at, &once);
    } else if (t->count >= n->min || stuck) {
      got = match_todo(m, at, t->next);
    }
  }
  return got;
}

static enum schema_match match_branches(struct matcher *m, const char *at,
                                        const struct todo *t) {
  const struct todo left = {t->node->left, t->next, 0, NULL},
                    right = {t->node->right, t->next, 0, NULL};
  const enum schema_match got = match_todo(m, at, &left);
  return got == SCHEMA_MATCH_NO ? match_todo(m, at, &right) : got;
}

static enum schema_match match_node(struct matcher *m, const char *at,
                                    const struct todo *t) {
  const struct node *n = t->node;
  const struct todo second = {n->right, t->next, 0, NULL},
                    first = {n->left, n->kind == NODE_THEN ? &second : t->next,
                             0, NULL};
  const bool edge = is_word_at(m, at - 1) != is_word_at(m, at);
  switch (n->kind) {
  case NODE_CHAR:
  case NODE_ANY:
  case NODE_SET:
    return match_char(m, at, t);
  case NODE_REPEAT:
    return match_repeat(m, at, t);
  case NODE_EITHER:
    return match_branches(m, at, t);
  case NODE_THEN:
  case NODE_GROUP:
    return match_todo(m, at, &first);
  case NODE_BEGIN:
    return at == m->all.p ? match_todo(m, at, t->next) : SCHEMA_MATCH_NO;
  case NODE_END:
    return at == m->all.p + m->all.len ? match_todo(m, at, t->next)
                                       : SCHEMA_MATCH_NO;
  case NODE_WORD_EDGE:
  case NODE_NO_WORD_EDGE:
    return edge == (n->kind == NODE_WORD_EDGE) ? match_todo(m, at, t->next)
                                               : SCHEMA_MATCH_NO;
  case NODE_EMPTY:
    return match_todo(m, at, t->next);
  case NODE_OTHER:
    break;
  }
  return SCHEMA_MATCH_UNKNOWN;
}

static enum schema_match match_todo(struct matcher *m, const char *at,
                                    const struct todo *todo) {
  enum { DEPTH_MAX = 2000 }; // frames of some hundred bytes
  if (!todo)
    return SCHEMA_MATCH_YES;
  if (m->depth >= DEPTH_MAX || !m->steps)
    return SCHEMA_MATCH_UNKNOWN;
  m->steps--;
  m->depth++;
  const enum schema_match got = match_node(m, at, todo);
  m->depth--;
  return got;
}

enum schema_match schema_pattern_find(struct str pattern, struct str text) {
  struct arena ar;
  struct pattern_reader r;
  arena_init(&ar);
  const struct node *n = parse_pattern(&r, &ar, pattern);
  struct matcher m = {.all = text.p ? text : STR(""),
                      .steps = LIMIT_PATTERN_STEPS,
                      .fold = r.fold,
                      .dot_all = r.all};
  const struct todo all = {n, NULL, 0, NULL};
  enum schema_match got =
      r.why || r.other ? SCHEMA_MATCH_UNKNOWN : SCHEMA_MATCH_NO;
  for (size_t i = 0; got == SCHEMA_MATCH_NO && i <= m.all.len; i++)
    if (i == m.all.len || utf8_begins(m.all.p[i]))
      got = match_todo(&m, m.all.p + i, &all);
  arena_release(&ar);
  return got;
}
