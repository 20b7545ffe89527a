#include "cogfe/limits.h"
#include "cogfe/version.h"

#include "version/version_int.h"

struct marker_parser {
  struct str rest;
  const struct marker_env *env;
  bool bad;
};

/** One side of a comparison. */
struct operand {
  struct str text;
  bool known;
};

static bool is_word_char(char c) {
  return is_alnum(c) || c == '_';
}

// A keyword: WORD and then nothing that could continue a name.
static bool scan_keyword(struct str *rest, const char *word) {
  struct str at = *rest;
  if (!scan_word(&at, word) || is_word_char(peek(at)))
    return false;
  *rest = at;
  return true;
}

static struct operand python_version(const struct marker_env *env) {
  struct version v;
  if (!version_parse(env->python, &v))
    return (struct operand){0};
  struct str minor = v.release;
  ptrdiff_t patch = version_n_parts(&v) > 2 ? str_rfind(minor, '.') : -1;
  return (struct operand){patch < 0 ? minor : str_take(minor, (size_t)patch),
                          version_n_parts(&v) <= 3};
}

static struct operand full_version(const struct marker_env *env) {
  bool full = false;
  struct version v;
  if (version_parse(env->python, &v))
    full = version_n_parts(&v) == 3;
  return (struct operand){env->python, full};
}

static struct operand variable(struct str name, const struct marker_env *env) {
  // Source: PEP 508, "Environment Markers"; the values of CPython on Linux.
  static const struct {
    const char *name, *value;
  } rows[] = {
      {"os_name", "posix"},
      {"sys_platform", "linux"},
      {"platform_system", "Linux"},
      {"platform_python_implementation", "CPython"},
      {"implementation_name", "cpython"},
      {"extra", ""},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (str_is(name, rows[i].name))
      return (struct operand){str_of(rows[i].value), true};
  if (str_is(name, "platform_machine"))
    return (struct operand){env->machine, env->machine.len > 0};
  if (str_is(name, "python_version"))
    return python_version(env);
  if (str_is(name, "python_full_version"))
    return full_version(env);
  return (struct operand){0};
}

static struct operand scan_operand(struct marker_parser *m) {
  scan_blanks(&m->rest);
  char quote = peek(m->rest);
  struct operand o = {.known = true};
  if (quote != '"' && quote != '\'') {
    struct str name = scan_while(&m->rest, is_word_char);
    m->bad |= name.len == 0;
    return variable(name, m->env);
  }
  m->rest = str_skip(m->rest, 1);
  m->bad |= str_find(m->rest, quote) < 0;
  m->rest = str_cut(m->rest, quote, &o.text);
  return o;
}

static enum marker_result result_of(bool b) {
  return b ? MARKER_TRUE : MARKER_FALSE;
}

// As versions when both sides are some, else as text.
static enum marker_result compare(enum specifier_op op, struct str a,
                                  struct str b) {
  struct version v;
  struct specifier s = {.op = op};
  if (version_parse(a, &v) && specifier_operand(&s, b))
    return result_of(specifier_matches(&s, &v));
  int d = str_cmp(a, b);
  switch (op) {
  case SPECIFIER_EQ:
  case SPECIFIER_SAME:
    return result_of(d == 0);
  case SPECIFIER_NE:
    return result_of(d != 0);
  case SPECIFIER_LE:
    return result_of(d <= 0);
  case SPECIFIER_GE:
    return result_of(d >= 0);
  case SPECIFIER_LT:
    return result_of(d < 0);
  case SPECIFIER_GT:
    return result_of(d > 0);
  case SPECIFIER_COMPATIBLE:
    return MARKER_UNKNOWN;
  }
  BUG("specifier operator %d", (int)op);
}

static enum marker_result contains(struct str part, struct str whole,
                                   bool not ) {
  bool in = part.len == 0 ||
            (whole.len && memmem(whole.p, whole.len, part.p, part.len));
  return result_of(in != not );
}

static enum marker_result comparison(struct marker_parser *m) {
  struct operand a = scan_operand(m);
  scan_blanks(&m->rest);
  bool not = scan_keyword(&m->rest, "not");
  scan_blanks(&m->rest);
  bool in = scan_keyword(&m->rest, "in");
  enum specifier_op op = SPECIFIER_EQ;
  if (!in && (not || !scan_specifier_op(&m->rest, &op)))
    m->bad = true;
  struct operand b = scan_operand(m);
  if (m->bad || !a.known || !b.known)
    return MARKER_UNKNOWN;
  return in ? contains(a.text, b.text, not ) : compare(op, a.text, b.text);
}

static enum marker_result alternatives(struct marker_parser *m, int depth);

static enum marker_result factor(struct marker_parser *m, int depth) {
  scan_blanks(&m->rest);
  if (!scan_word(&m->rest, "("))
    return comparison(m);
  if (depth >= LIMIT_MARKER_DEPTH) {
    m->bad = true;
    return MARKER_UNKNOWN;
  }
  enum marker_result r = alternatives(m, depth + 1);
  scan_blanks(&m->rest);
  m->bad |= !scan_word(&m->rest, ")");
  return r;
}

// False beats unknown beats true, and the other way round for "or".
static enum marker_result conjunction(struct marker_parser *m, int depth) {
  enum marker_result all = factor(m, depth);
  while (!m->bad && (scan_blanks(&m->rest), scan_keyword(&m->rest, "and"))) {
    enum marker_result one = factor(m, depth);
    if (all == MARKER_FALSE || one == MARKER_FALSE)
      all = MARKER_FALSE;
    else if (one == MARKER_UNKNOWN)
      all = one;
  }
  return all;
}

static enum marker_result alternatives(struct marker_parser *m, int depth) {
  enum marker_result any = conjunction(m, depth);
  while (!m->bad && (scan_blanks(&m->rest), scan_keyword(&m->rest, "or"))) {
    enum marker_result one = conjunction(m, depth);
    if (any == MARKER_TRUE || one == MARKER_TRUE)
      any = MARKER_TRUE;
    else if (one == MARKER_UNKNOWN)
      any = one;
  }
  return any;
}

enum marker_result marker_eval(struct str marker,
                               const struct marker_env *env) {
  struct marker_parser m = {.rest = str_trim(marker), .env = env};
  if (m.rest.len == 0)
    return MARKER_TRUE;
  enum marker_result r = alternatives(&m, 0);
  scan_blanks(&m.rest);
  return m.bad || m.rest.len ? MARKER_UNKNOWN : r;
}
