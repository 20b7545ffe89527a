#include "cogfe/limits.h"
#include "cogfe/version.h"

#include "version/version_int.h"

/** One side of a comparison. */
struct operand {
  struct str text;
  /** When nobody knows the patch release: the highest that TEXT stands for,
   *  while TEXT is the lowest. Else empty. */
  struct str high;
  bool known;
};

struct marker_parser {
  struct str rest;
  const struct marker_env *env;
  struct operand full; // python_full_version
  bool bad;
};

static bool is_word_char(char c) {
  return is_alnum(c) || c == '_';
}

static bool is_marker_char(char c) {
  return is_word_char(c) || c == '.';
}

// A keyword: WORD, in this case, and then nothing that could continue a name.
static bool scan_keyword(struct str *rest, const char *word) {
  const struct str at = str_skip(*rest, strlen(word));
  if (!str_starts(*rest, word) || is_word_char(peek(at)))
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
  if (patch >= 0)
    minor.len = (size_t)patch;
  return (struct operand){.text = minor, .known = version_n_parts(&v) <= 3};
}

enum { VERSION_TEXT = 32 };

/** Of "3.11" the range from 3.11.0 up; the two texts are written to LOW and
 *  HIGH. */
static struct operand full_version(const struct marker_env *env,
                                   char low[VERSION_TEXT],
                                   char high[VERSION_TEXT]) {
  struct version v;
  if (!version_parse(env->python, &v) || version_n_parts(&v) > 3)
    return (struct operand){0};
  if (version_n_parts(&v) == 3)
    return (struct operand){.text = env->python, .known = true};
  if (version_n_parts(&v) != 2 || v.release.len + 6 > VERSION_TEXT)
    return (struct operand){0};
  snprintf(low, VERSION_TEXT, STR_FMT ".0", STR_ARG(v.release));
  snprintf(high, VERSION_TEXT, STR_FMT ".9999", STR_ARG(v.release));
  return (struct operand){str_of(low), str_of(high), true};
}

// Those that no value here is known of.
static bool is_other_variable(struct str name) {
  static const char *const names[] = {"platform_release", "platform_version",
                                      "platform.version", "extras",
                                      "dependency_groups"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_is(name, names[i]))
      return true;
  return false;
}

static struct operand variable(struct marker_parser *m, struct str name) {
  // Source: PEP 508, "Environment Markers", with the older names of PEP 345 and
  // setuptools (pip 26.3 pip/_vendor/packaging/_tokenizer.py VARIABLE); the
  // values of CPython on Linux.
  static const struct {
    const char *name, *value;
  } rows[] = {
      {"os_name", "posix"},
      {"os.name", "posix"},
      {"sys_platform", "linux"},
      {"sys.platform", "linux"},
      {"platform_system", "Linux"},
      {"platform_python_implementation", "CPython"},
      {"platform.python_implementation", "CPython"},
      {"python_implementation", "CPython"},
      {"implementation_name", "cpython"},
      {"extra", ""},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (str_is(name, rows[i].name))
      return (struct operand){.text = str_of(rows[i].value), .known = true};
  struct str machine = m->env->machine;
  if (str_is(name, "platform_machine") || str_is(name, "platform.machine"))
    return (struct operand){.text = machine, .known = machine.len > 0};
  if (str_is(name, "python_version"))
    return python_version(m->env);
  if (str_is(name, "python_full_version") ||
      str_is(name, "implementation_version"))
    return m->full;
  m->bad |= !is_other_variable(name);
  return (struct operand){0};
}

static struct operand scan_operand(struct marker_parser *m) {
  scan_blanks(&m->rest);
  char quote = peek(m->rest);
  struct operand o = {.known = true};
  if (quote != '"' && quote != '\'') {
    return variable(m, scan_while(&m->rest, is_marker_char));
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
static enum marker_result compare_texts(enum specifier_op op, struct str a,
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

/** What stands between two operands. */
struct relation {
  bool in, not ;
  enum specifier_op op; // when it is not "in"
};

static struct relation scan_relation(struct marker_parser *m) {
  struct relation r = {.op = SPECIFIER_EQ};
  scan_blanks(&m->rest);
  r.not = scan_keyword(&m->rest, "not");
  scan_blanks(&m->rest);
  r.in = scan_keyword(&m->rest, "in");
  if (!r.in && (r.not || !scan_specifier_op(&m->rest, &r.op)))
    m->bad = true;
  return r;
}

static enum marker_result relate(const struct relation *r, struct str a,
                                 struct str b) {
  return r->in ? contains(a, b, r->not ) : compare_texts(r->op, a, b);
}

static enum marker_result comparison(struct marker_parser *m) {
  struct operand a = scan_operand(m);
  struct relation r = scan_relation(m);
  struct operand b = scan_operand(m);
  if (m->bad || !a.known || !b.known)
    return MARKER_UNKNOWN;
  enum marker_result result = relate(&r, a.text, b.text);
  if (a.high.len == 0 && b.high.len == 0)
    return result;
  // A comparison with one of the releases between is no bound.
  bool bound = !r.in && r.op != SPECIFIER_SAME &&
               relate(&r, a.high.len ? a.high : a.text,
                      b.high.len ? b.high : b.text) == result;
  bool equal = r.op == SPECIFIER_EQ || r.op == SPECIFIER_NE;
  return bound && (!equal || str_ends(b.text, ".*")) ? result : MARKER_UNKNOWN;
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
  char low[VERSION_TEXT], high[VERSION_TEXT];
  struct marker_parser m = {.rest = str_trim(marker), .env = env};
  if (m.rest.len == 0)
    return MARKER_TRUE;
  m.full = full_version(env, low, high);
  enum marker_result r = alternatives(&m, 0);
  scan_blanks(&m.rest);
  return m.bad || m.rest.len ? MARKER_UNKNOWN : r;
}

bool marker_is_valid(struct str marker) {
  const struct marker_env nothing = {0};
  struct marker_parser m = {.rest = str_trim(marker), .env = &nothing};
  alternatives(&m, 0);
  scan_blanks(&m.rest);
  return !m.bad && m.rest.len == 0;
}
