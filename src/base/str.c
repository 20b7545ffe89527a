#include "cogfe/base.h"

bool str_eq(struct str a, struct str b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool str_is(struct str a, const char *b) {
  return str_eq(a, str_of(b));
}

bool str_is_nocase(struct str a, const char *b) {
  return a.len == strlen(b) && (a.len == 0 || !strncasecmp(a.p, b, a.len));
}

int str_cmp(struct str a, struct str b) {
  size_t common = a.len < b.len ? a.len : b.len;
  int d = common ? memcmp(a.p, b.p, common) : 0;
  return d ? d : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, const char *prefix) {
  size_t n = strlen(prefix);
  return s.len >= n && (n == 0 || memcmp(s.p, prefix, n) == 0);
}

bool str_ends(struct str s, const char *suffix) {
  size_t n = strlen(suffix);
  return s.len >= n && (n == 0 || memcmp(s.p + s.len - n, suffix, n) == 0);
}

bool str_contains(struct str s, const char *part) {
  size_t n = strlen(part);
  return n == 0 || (s.len && memmem(s.p, s.len, part, n));
}

ptrdiff_t str_find(struct str s, char c) {
  const char *at = s.len ? memchr(s.p, c, s.len) : NULL;
  return at ? at - s.p : -1;
}

ptrdiff_t str_rfind(struct str s, char c) {
  const char *at = s.len ? memrchr(s.p, c, s.len) : NULL;
  return at ? at - s.p : -1;
}

size_t str_count(struct str s, char c) {
  size_t n = 0;
  for (size_t i = 0; i < s.len; i++)
    n += s.p[i] == c;
  return n;
}

struct str str_skip(struct str s, size_t n) {
  if (n > s.len)
    n = s.len;
  return n ? (struct str){s.p + n, s.len - n} : s;
}

struct str str_take(struct str s, size_t n) {
  return (struct str){s.p, n < s.len ? n : s.len};
}

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s) {
  while (s.len && is_space(s.p[0]))
    s = str_skip(s, 1);
  while (s.len && is_space(s.p[s.len - 1]))
    s.len--;
  return s;
}

struct str str_cut(struct str s, char sep, struct str *head) {
  ptrdiff_t at = str_find(s, sep);
  if (at < 0) {
    *head = s;
    return str_skip(s, s.len);
  }
  *head = str_take(s, (size_t)at);
  return str_skip(s, (size_t)at + 1);
}

bool str_next_line(struct str *rest, struct str *line) {
  if (rest->len == 0)
    return false;
  *rest = str_cut(*rest, '\n', line);
  if (str_ends(*line, "\r"))
    line->len--;
  return true;
}

struct str str_dup(struct arena *ar, struct str s) {
  return (struct str){arena_strndup(ar, s.p, s.len), s.len};
}

char *str_cstr(struct arena *ar, struct str s) {
  return arena_strndup(ar, s.p, s.len);
}

struct str str_concat(struct arena *ar, struct str a, struct str b) {
  char *p = arena_alloc(ar, a.len + b.len + 1);
  if (a.len)
    memcpy(p, a.p, a.len);
  if (b.len)
    memcpy(p + a.len, b.p, b.len);
  return (struct str){p, a.len + b.len};
}

struct str str_printf(struct arena *ar, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  char *s = arena_vprintf(ar, fmt, ap);
  va_end(ap);
  return str_of(s);
}

static size_t min3(size_t a, size_t b, size_t c) {
  size_t m = a < b ? a : b;
  return m < c ? m : c;
}

// Names that are compared are short; longer ones are simply far apart.
enum { DISTANCE_MAX_LEN = 64 };

struct str str_size(struct arena *ar, uint64_t bytes) {
  static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
  size_t unit = 0;
  double n = (double)bytes;
  while (n >= 999.5 && unit + 1 < ARRAY_LEN(units)) {
    n /= 1000;
    unit++;
  }
  return str_printf(ar, unit && n < 9.95 ? "%.1f %s" : "%.0f %s", n,
                    units[unit]);
}

size_t str_distance(struct str a, struct str b, size_t max) {
  if (a.len > DISTANCE_MAX_LEN || b.len > DISTANCE_MAX_LEN)
    return max + 1;
  size_t rows[3][DISTANCE_MAX_LEN + 1];
  size_t *before = rows[0], *prev = rows[1], *cur = rows[2];
  for (size_t j = 0; j <= b.len; j++)
    prev[j] = j;
  for (size_t i = 1; i <= a.len; i++) {
    cur[0] = i;
    for (size_t j = 1; j <= b.len; j++) {
      size_t change = a.p[i - 1] != b.p[j - 1];
      cur[j] = min3(prev[j] + 1, cur[j - 1] + 1, prev[j - 1] + change);
      if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
          a.p[i - 2] == b.p[j - 1] && before[j - 2] + 1 < cur[j])
        cur[j] = before[j - 2] + 1;
    }
    size_t *spare = before;
    before = prev;
    prev = cur;
    cur = spare;
  }
  return prev[b.len] <= max ? prev[b.len] : max + 1;
}

void str_guess_consider(struct str_guess *g, const char *word) {
  const size_t max = g->text.len < 5 ? 1 : 2;
  const size_t edits = str_distance(g->text, str_of(word), max);
  if (edits > max || (g->best && edits >= g->edits))
    return;
  g->best = word;
  g->edits = edits;
}
