#include "cogfe/version.h"

#include "version/version_int.h"

static bool is_separator(char c) {
  return c == '-' || c == '_' || c == '.';
}

static void skip_separator(struct str *rest) {
  if (is_separator(peek(*rest)))
    *rest = str_skip(*rest, 1);
}

// "1.2.3": digits with single dots between.
static struct str scan_release(struct str *rest) {
  struct str all = *rest;
  size_t len = 0;
  for (;;) {
    struct str number = scan_while(rest, number_is_digit);
    if (number.len == 0)
      break;
    len = (size_t)(number.p + number.len - all.p);
    if (peek(*rest) != '.')
      break;
    *rest = str_skip(*rest, 1);
  }
  *rest = str_skip(all, len);
  return str_take(all, len);
}

struct label {
  const char *text;
  enum version_pre pre;
};

/** One of LABELS with optional separators around it, which may also end the
 *  version ("1.0a-"), and an optional number. */
static bool scan_label(struct str *rest, const struct label *labels, size_t n,
                       enum version_pre *which, struct str *number) {
  struct str at = *rest;
  skip_separator(&at);
  for (size_t i = 0; i < n; i++) {
    if (!scan_word(&at, labels[i].text))
      continue;
    skip_separator(&at);
    *number = scan_while(&at, number_is_digit);
    *rest = at;
    *which = labels[i].pre;
    return true;
  }
  return false;
}

static void scan_pre(struct str *rest, struct version *v) {
  static const struct label labels[] = {
      {"alpha", VERSION_PRE_A},    {"a", VERSION_PRE_A},
      {"beta", VERSION_PRE_B},     {"b", VERSION_PRE_B},
      {"preview", VERSION_PRE_RC}, {"pre", VERSION_PRE_RC},
      {"rc", VERSION_PRE_RC},      {"c", VERSION_PRE_RC},
  };
  scan_label(rest, labels, ARRAY_LEN(labels), &v->pre, &v->pre_n);
}

static void scan_post(struct str *rest, struct version *v) {
  static const struct label labels[] = {
      {"post", VERSION_PRE_NONE},
      {"rev", VERSION_PRE_NONE},
      {"r", VERSION_PRE_NONE},
  };
  enum version_pre ignored;
  struct str implicit = *rest;
  if (scan_word(&implicit, "-") && number_is_digit(peek(implicit))) {
    v->post = true;
    v->post_n = scan_while(&implicit, number_is_digit);
    *rest = implicit;
  } else {
    v->post = scan_label(rest, labels, ARRAY_LEN(labels), &ignored, &v->post_n);
  }
}

static void scan_dev(struct str *rest, struct version *v) {
  static const struct label labels[] = {{"dev", VERSION_PRE_NONE}};
  enum version_pre ignored;
  v->dev = scan_label(rest, labels, ARRAY_LEN(labels), &ignored, &v->dev_n);
}

// "+cu118", "+ubuntu-1": letters and digits with single separators between.
static bool scan_local(struct str *rest, struct version *v) {
  if (!scan_word(rest, "+"))
    return true;
  struct str all = *rest;
  do {
    if (scan_while(rest, is_alnum).len == 0)
      return false;
  } while (is_separator(peek(*rest)) && (*rest = str_skip(*rest, 1), true));
  v->local = str_take(all, all.len - rest->len);
  return true;
}

bool version_parse(struct str text, struct version *out) {
  struct str rest = str_trim(text);
  *out = (struct version){.text = rest};
  scan_word(&rest, "v");
  struct str epoch = rest;
  out->epoch = scan_while(&epoch, number_is_digit);
  if (out->epoch.len && scan_word(&epoch, "!"))
    rest = epoch;
  else
    out->epoch.len = 0;
  out->release = scan_release(&rest);
  if (out->release.len == 0)
    return false;
  scan_pre(&rest, out);
  scan_post(&rest, out);
  scan_dev(&rest, out);
  return scan_local(&rest, out) && rest.len == 0;
}

static struct str without_zeros(struct str number) {
  while (number.len && number.p[0] == '0')
    number = str_skip(number, 1);
  return number;
}

static int number_cmp(struct str a, struct str b) {
  a = without_zeros(a);
  b = without_zeros(b);
  if (a.len != b.len)
    return a.len < b.len ? -1 : 1;
  return str_cmp(a, b);
}

static int release_cmp(struct str a, struct str b) {
  int d = 0;
  while (d == 0 && (a.len || b.len)) {
    struct str x, y;
    a = str_cut(a, '.', &x);
    b = str_cut(b, '.', &y);
    d = number_cmp(x, y);
  }
  return d;
}

// Where the pre-release part puts a version: a bare development release comes
// before every pre-release, a final one behind all.
static int pre_rank(const struct version *v) {
  if (v->pre != VERSION_PRE_NONE)
    return (int)v->pre;
  return v->dev && !v->post ? 0 : VERSION_PRE_RC + 1;
}

static int nocase_cmp(struct str a, struct str b) {
  size_t common = a.len < b.len ? a.len : b.len;
  int d = common ? strncasecmp(a.p, b.p, common) : 0;
  return d ? d : (a.len > b.len) - (a.len < b.len);
}

static struct str next_segment(struct str *rest) {
  struct str segment = scan_while(rest, is_alnum);
  skip_separator(rest);
  return segment;
}

// Numbers are above words, and a longer local version is above its prefix.
static int local_cmp(struct str a, struct str b) {
  while (a.len && b.len) {
    struct str x = next_segment(&a), y = next_segment(&b);
    bool nx = number_is_decimal(x), ny = number_is_decimal(y);
    if (nx != ny)
      return nx ? 1 : -1;
    int d = nx ? number_cmp(x, y) : nocase_cmp(x, y);
    if (d)
      return d;
  }
  return (a.len > 0) - (b.len > 0);
}

int version_cmp_public(const struct version *a, const struct version *b) {
  int d = number_cmp(a->epoch, b->epoch);
  if (!d)
    d = release_cmp(a->release, b->release);
  if (!d)
    d = pre_rank(a) - pre_rank(b);
  if (!d)
    d = number_cmp(a->pre_n, b->pre_n);
  if (!d)
    d = a->post - b->post;
  if (!d)
    d = number_cmp(a->post_n, b->post_n);
  if (!d)
    d = b->dev - a->dev; // a development release comes before what it becomes
  return d ? d : number_cmp(a->dev_n, b->dev_n);
}

int version_cmp(const struct version *a, const struct version *b) {
  int d = version_cmp_public(a, b);
  return d ? d : local_cmp(a->local, b->local);
}

bool version_is_pre(const struct version *v) {
  return v->pre != VERSION_PRE_NONE || v->dev;
}

struct str version_part(const struct version *v, size_t i) {
  struct str rest = v->release, part = {0};
  for (size_t k = 0; k <= i; k++) {
    if (rest.len == 0)
      return STR("0");
    rest = str_cut(rest, '.', &part);
  }
  return part;
}

size_t version_n_parts(const struct version *v) {
  size_t n = 1;
  for (size_t i = 0; i < v->release.len; i++)
    n += v->release.p[i] == '.';
  return n;
}

bool version_starts(const struct version *v, const struct version *prefix) {
  if (number_cmp(v->epoch, prefix->epoch))
    return false;
  struct str rest = v->release, wanted = prefix->release;
  while (wanted.len) {
    struct str x, y;
    rest = str_cut(rest, '.', &x);
    wanted = str_cut(wanted, '.', &y);
    if (number_cmp(x, y))
      return false;
  }
  return true;
}

static void add_number(struct sbuf *out, struct str number) {
  number = without_zeros(number);
  sbuf_addstr(out, number.len ? number : STR("0"));
}

static void add_local(struct sbuf *out, struct str local) {
  char before = '+';
  while (local.len) {
    struct str segment = next_segment(&local);
    sbuf_addch(out, before);
    before = '.';
    if (number_is_decimal(segment)) {
      add_number(out, segment);
      continue;
    }
    for (size_t i = 0; i < segment.len; i++) {
      char c = segment.p[i];
      sbuf_addch(out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
  }
}

struct str version_normal(struct arena *ar, const struct version *v) {
  static const char *const pre[] = {"", "a", "b", "rc"};
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 2 * v->text.len + 64);
  if (without_zeros(v->epoch).len) {
    add_number(&out, v->epoch);
    sbuf_addch(&out, '!');
  }
  for (struct str rest = v->release; rest.len;) {
    struct str part;
    rest = str_cut(rest, '.', &part);
    add_number(&out, part);
    if (rest.len)
      sbuf_addch(&out, '.');
  }
  if (v->pre != VERSION_PRE_NONE) {
    sbuf_adds(&out, pre[v->pre]);
    add_number(&out, v->pre_n);
  }
  if (v->post) {
    sbuf_adds(&out, ".post");
    add_number(&out, v->post_n);
  }
  if (v->dev) {
    sbuf_adds(&out, ".dev");
    add_number(&out, v->dev_n);
  }
  add_local(&out, v->local);
  return str_dup(ar, sbuf_str(&out));
}
