#include "cogfe/version.h"

#include "version/version_int.h"

struct str requirement_normal_name(struct arena *ar, struct str name) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, name.len + 1);
  for (size_t i = 0; i < name.len; i++) {
    char c = name.p[i];
    bool separator = c == '-' || c == '_' || c == '.';
    if (separator && out.len && out.ptr[out.len - 1] == '-')
      continue;
    if (c >= 'A' && c <= 'Z')
      c = (char)(c - 'A' + 'a');
    sbuf_addch(&out, separator ? '-' : c);
  }
  return str_dup(ar, sbuf_str(&out));
}

// ---- options ------------------------------------------------------------

struct option_row {
  const char *name;
  char letter;
  bool has_value;
  enum requirement_option_kind kind;
};

static const struct option_row option_rows[] = {
#define PIP_OPTION(name, letter, has_value, kind)                              \
  {name, letter, has_value, kind},
#include "version/pip_options.def"
#undef PIP_OPTION
};

static bool not_blank(char c) {
  return !is_blank(c);
}

// A word may be quoted as in a shell: "a b", 'a b'.
static struct str scan_value(struct str *rest) {
  char quote = peek(*rest);
  if (quote != '"' && quote != '\'')
    return scan_while(rest, not_blank);
  struct str inner;
  *rest = str_cut(str_skip(*rest, 1), quote, &inner);
  return inner;
}

static const struct option_row *find_option(struct str word, size_t *used) {
  for (size_t i = 0; i < ARRAY_LEN(option_rows); i++) {
    const struct option_row *row = &option_rows[i];
    size_t n = strlen(row->name);
    bool full = word.len == n || (word.len > n && word.p[n] == '=');
    if (full && str_starts(word, row->name)) {
      *used = n;
      return row;
    }
    if (row->letter && word.len >= 2 && word.p[0] == '-' &&
        word.p[1] == row->letter) {
      *used = 2;
      return row;
    }
  }
  return NULL;
}

/** Whether WORD is no option of pip's, nor the beginning of the name of one. */
static bool is_unknown_option(struct str word) {
  str_cut(word, '=', &word);
  if (!str_starts(word, "-") || str_is(word, "-") || str_is(word, "--"))
    return false;
  for (size_t i = 0; i < ARRAY_LEN(option_rows); i++)
    if (str_starts(word, "--") &&
        str_eq(str_take(str_of(option_rows[i].name), word.len), word))
      return false;
  return true;
}

// "--name value", "--name=value", "-n value", "-nvalue" or "--flag".
static struct requirement_option scan_option(struct str *rest) {
  struct str all = *rest, word = scan_while(rest, not_blank);
  struct requirement_option o = {.kind = OPTION_OTHER, .name = word};
  size_t used = 0;
  const struct option_row *row = find_option(word, &used);
  if (!row && is_unknown_option(word))
    o.kind = OPTION_UNKNOWN;
  if (row) {
    o.kind = row->kind;
    o.name = str_take(word, used);
  }
  if (row && row->has_value) {
    *rest = str_skip(all, used);
    if (!scan_word(rest, "="))
      scan_blanks(rest);
    o.value = scan_value(rest);
  }
  o.len = all.len - rest->len;
  return o;
}

static void read_options(struct arena *ar, struct str line, size_t from,
                         struct requirement *r) {
  struct str rest = str_skip(line, from);
  for (scan_blanks(&rest); rest.len; scan_blanks(&rest)) {
    size_t off = (size_t)(rest.p - line.p);
    struct requirement_option o = scan_option(&rest);
    o.off = off;
    vec_push(ar, &r->options, o);
  }
}

// Where the options behind a requirement begin: at a word that starts with a
// dash, as pip sees it.
static size_t options_start(struct str line) {
  for (size_t i = 1; i < line.len; i++)
    if (line.p[i] == '-' && is_blank(line.p[i - 1]))
      return i;
  return line.len;
}

// ---- files, URLs and repositories ---------------------------------------

static bool looks_like_file(struct str text) {
  static const char *const ends[] = {".whl", ".zip", ".tar.gz", ".tar.bz2",
                                     ".tgz"};
  if (str_starts(text, ".") || str_starts(text, "/"))
    return true;
  ptrdiff_t scheme = str_find(text, ':'), at = str_find(text, '@');
  if (scheme > 0 && (at < 0 || scheme < at) && str_contains(text, "://"))
    return true;
  for (size_t i = 0; i < ARRAY_LEN(ends); i++)
    if (str_ends(text, ends[i]) && at < 0)
      return true;
  return false;
}

static struct str egg_name(struct str fragment) {
  for (struct str part; fragment.len;) {
    fragment = str_cut(fragment, '&', &part);
    if (str_starts(part, "egg=")) {
      part = str_skip(part, 4);
      return scan_name(&part);
    }
  }
  return fragment;
}

// "https://host/torch-2.1.0-cp311-cp311-linux_x86_64.whl": the name ends at
// the first dash, because a wheel's name has none in it.
static struct str wheel_name(struct str url) {
  struct str file = str_skip(url, (size_t)(str_rfind(url, '/') + 1)), name;
  if (!str_ends(file, ".whl"))
    return str_take(file, 0);
  str_cut(file, '-', &name);
  struct str rest = name;
  return str_eq(scan_name(&rest), name) ? name : str_take(name, 0);
}

/** Takes the marker off TEXT, as pip does: it stands behind the first
 *  semicolon, but a URL alone may hold some that no blank follows. False for
 *  what is no marker.
 *  Source: pip 26.3 pip/_internal/req/constructors.py parse_req_from_line(). */
static bool cut_marker(struct str *text, bool url, struct requirement *r) {
  size_t at = 0;
  while (at < text->len && (text->p[at] != ';' ||
                            (url && !is_blank(peek(str_skip(*text, at + 1))))))
    at++;
  r->marker = str_trim(str_skip(*text, at < text->len ? at + 1 : at));
  r->no_marker = at < text->len && r->marker.len == 0;
  *text = str_trim(str_take(*text, at));
  return r->marker.len == 0 || marker_is_valid(r->marker);
}

static bool is_url(struct str text) {
  return str_contains(text, "://") || str_starts(text, "file:");
}

static void read_requirement_url(struct arena *ar, struct str text,
                                 struct requirement *r) {
  r->kind = REQUIREMENT_FILE;
  r->url = text;
  struct str url, fragment = str_cut(text, '#', &url);
  struct str name = egg_name(fragment);
  r->name = requirement_normal_name(ar, name.len ? name : wheel_name(url));
}

// ---- names with versions ------------------------------------------------

static bool scan_extras(struct str *rest, struct requirement *r) {
  scan_blanks(rest);
  if (!scan_word(rest, "["))
    return true;
  ptrdiff_t end = str_find(*rest, ']');
  if (end < 0)
    return false;
  r->extras = str_trim(str_take(*rest, (size_t)end));
  *rest = str_skip(*rest, (size_t)end + 1);
  bool more = r->extras.len > 0;
  for (struct str list = r->extras, one; more;) {
    more = str_find(list, ',') >= 0;
    list = str_cut(list, ',', &one);
    one = str_trim(one);
    if (scan_name(&one).len == 0 || one.len)
      return false;
  }
  return true;
}

static bool read_specifiers(struct arena *ar, struct str text,
                            struct requirement *r) {
  text = str_trim(text);
  if (str_starts(text, "(") && str_ends(text, ")"))
    text = str_take(str_skip(text, 1), text.len - 2);
  return specifier_set_parse(ar, text, &r->specifiers);
}

static bool has_blank(struct str s) {
  return scan_while(&s, not_blank).len && s.len;
}

/** Whether pip finds something at URL: a scheme, or a path that says so. */
static bool is_address(struct str url) {
  return !has_blank(url) && (str_find(url, ':') > 0 || str_starts(url, ".") ||
                             str_starts(url, "/"));
}

static bool read_package(struct arena *ar, struct str text,
                         struct requirement *r) {
  struct str rest = text, name = scan_name(&rest);
  if (name.len == 0 || !scan_extras(&rest, r))
    return false;
  scan_blanks(&rest);
  const bool at = scan_word(&rest, "@");
  if (!cut_marker(&rest, false, r))
    return false;
  if (at)
    read_requirement_url(ar, rest, r);
  if (at ? !is_address(r->url) : !read_specifiers(ar, rest, r))
    return false;
  r->kind = REQUIREMENT_PACKAGE;
  r->name = requirement_normal_name(ar, name);
  return true;
}

static bool read_file(struct arena *ar, struct str text,
                      struct requirement *r) {
  const bool ok = cut_marker(&text, is_url(text), r);
  read_requirement_url(ar, text, r);
  return ok;
}

// ---- the line -----------------------------------------------------------

// Of a line with only options: which of them make it more than that.
static void classify_options(struct requirement *r) {
  r->kind = REQUIREMENT_OPTION;
  const struct requirement_option *o = r->options.v;
  bool one = r->options.n == 1 && o->value.len;
  if (one && o->kind == OPTION_REQUIREMENT) {
    r->kind = REQUIREMENT_INCLUDE;
    r->path = o->value;
  } else if (one && o->kind == OPTION_CONSTRAINT) {
    r->kind = REQUIREMENT_INCLUDE;
    r->path = o->value;
    r->constraint = true;
  } else if (o->kind == OPTION_EDITABLE) {
    r->kind = REQUIREMENT_FILE;
    r->url = o->value;
  }
}

void requirement_read(struct arena *ar, struct requirement *r) {
  struct str line = r->line, rest = line;
  scan_blanks(&rest);
  size_t start = line.len - rest.len;
  if (peek(rest) == '-') {
    read_options(ar, line, start, r);
    classify_options(r);
    return;
  }
  size_t end = start + options_start(rest);
  read_options(ar, line, end, r);
  struct str text = str_trim(str_skip(str_take(line, end), start));
  if (looks_like_file(text) ? !read_file(ar, text, r)
                            : !read_package(ar, text, r)) {
    r->kind = REQUIREMENT_UNKNOWN;
    r->name = (struct str){"", 0};
    r->specifiers = (struct specifier_set){0};
  }
}
