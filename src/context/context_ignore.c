#include "cogfe/base.h"

#include "cogfe/context.h"

#include "context_int.h"

#include "cogfe/limits.h"

// What Go's strings.TrimSpace takes for white space, as UTF-8.
// Source: Go 1.23 unicode.White_Space.
static const char *const spaces[] = {
    "\t",           "\n",           "\v",
    "\f",           "\r",           " ",
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80",
    "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82",
    "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85",
    "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
    "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
    "\xe3\x80\x80",
};

static struct str trim(struct str s) {
  for (size_t i = 0; i < ARRAY_LEN(spaces);) {
    size_t n = strlen(spaces[i]);
    bool front = str_starts(s, spaces[i]);
    bool back = str_ends(s, spaces[i]);
    if (front)
      s = str_skip(s, n);
    else if (back)
      s.len -= n;
    i = front || back ? 0 : i + 1;
  }
  return s;
}

static struct str clean_text(struct arena *ar, struct str text) {
  return text.len ? path_clean(ar, text) : text;
}

// A line as it is handed to engines.
// Source: moby/patternmatcher ignorefile/ignorefile.go.
static struct str normalize_line(struct arena *ar, struct str line) {
  bool except = str_starts(line, "!");
  struct str text = clean_text(ar, trim(str_skip(line, except)));
  if (text.len > 1 && text.p[0] == '/')
    text = str_skip(text, 1);
  return str_printf(ar, "%s" STR_FMT, except ? "!" : "", STR_ARG(text));
}

// What engines make of it: they trim and clean again, and look for the "!" only
// then, which tells "./!a" and "./ a" from what normalize() was given.
// Source: moby/patternmatcher patternmatcher.go New().
static const char *compile(struct arena *ar, struct str text,
                           struct context_pattern *out) {
  text = clean_text(ar, trim(text));
  out->except = str_starts(text, "!");
  text = str_skip(text, out->except);
  if (out->except && text.len == 0)
    return "nothing stands behind \"!\"";
  if (text.len >= LIMIT_PATH_BYTES)
    return "it is longer than any path";
  return pattern_compile(ar, text, out);
}

struct parser {
  struct arena *ar;
  const struct source *src;
  struct str_vec texts;
  VEC(struct context_pattern) compiled;
};

static bool add_ignore_line(struct parser *p, struct str line,
                            struct diags *dg) {
  struct context_pattern pat = {0};
  const char *wrong = "it is not text in UTF-8";
  struct str text = {0};
  if (utf8_is_valid(line) && str_find(line, '\0') < 0) {
    text = normalize_line(p->ar, line);
    wrong = compile(p->ar, text, &pat);
  }
  if (wrong)
    return diag_fail(
        dg, DIAG_BAD_IGNORE,
        source_span(p->src, (size_t)(line.p - p->src->text.p), line.len),
        "\"" STR_FMT "\" is not a pattern: %s", STR_ARG(line), wrong);
  vec_push(p->ar, &p->compiled, pat);
  vec_push(p->ar, &p->texts, text);
  return true;
}

bool context_ignore_parse(struct arena *ar, const struct source *src,
                          struct context_ignore *out, struct diags *dg) {
  size_t errors = dg->errors;
  struct parser p = {.ar = ar, .src = src};
  struct str rest = src->text, line;
  if (str_starts(rest, "\xef\xbb\xbf"))
    rest = str_skip(rest, 3);
  while (str_next_line(&rest, &line)) {
    if (str_starts(line, "#"))
      continue;
    line = trim(line);
    if (line.len == 0)
      continue;
    if (p.texts.n == LIMIT_IGNORE_PATTERNS)
      return diag_fail(dg, DIAG_TOO_LARGE, source_span(src, 0, 0),
                       "\"%s\" has more than %d patterns", src->name,
                       LIMIT_IGNORE_PATTERNS);
    add_ignore_line(&p, line, dg);
  }
  out->patterns = p.texts;
  out->steps = arena_new(ar, uint64_t);
  out->compiled = p.compiled.v;
  return dg->errors == errors;
}

void context_ignore_append(struct arena *ar, struct context_ignore *to,
                           const struct context_ignore *more) {
  const size_t n = to->patterns.n + more->patterns.n;
  struct context_pattern *all = arena_array(ar, struct context_pattern, n);
  for (size_t i = 0; i < n; i++)
    all[i] = i < to->patterns.n ? to->compiled[i]
                                : more->compiled[i - to->patterns.n];
  for (size_t i = 0; i < more->patterns.n; i++)
    vec_push(ar, &to->patterns, more->patterns.v[i]);
  to->compiled = all;
}

bool context_ignore_hides(const struct context_ignore *ig, struct str path) {
  bool hidden = false;
  if (str_is(path, "."))
    return false;
  for (size_t i = 0; i < ig->patterns.n && *ig->steps < LIMIT_IGNORE_STEPS; i++)
    if (ig->compiled[i].except == hidden &&
        pattern_matches(&ig->compiled[i], path, ig->steps))
      hidden = !ig->compiled[i].except;
  return hidden;
}

bool context_ignore_check(const struct context_ignore *ig, struct diags *dg) {
  if (!ig || !ig->patterns.n || *ig->steps < LIMIT_IGNORE_STEPS)
    return true;
  diag_fail(dg, DIAG_TOO_LARGE, SPAN_NONE,
            "to hold %zu patterns of %s against the files of the context takes "
            "too long",
            ig->patterns.n, ig->name ? ig->name : "COG_WEIGHTS");
  diag_note(dg, SPAN_NONE, "use fewer patterns, or fewer wildcards in them");
  return false;
}
