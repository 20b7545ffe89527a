#include "wheel_int.h"

#include "cogfe/limits.h"

// ---- one name ---------------------------------------------------------------

static bool name_has_control(struct str name) {
  while (name.len)
    if (utf8_is_control(utf8_next(&name)))
      return true;
  return false;
}

// A part that a file system reads in a way of its own.
static bool name_part_is_clean(struct str part) {
  return part.len && !str_is(part, ".") && !str_is(part, "..");
}

static bool name_is_clean(struct str name) {
  for (bool more = true; more;) {
    struct str part;
    more = str_find(name, '/') >= 0;
    name = str_cut(name, '/', &part);
    if (!name_part_is_clean(part))
      return false;
  }
  return true;
}

bool wheel_name_check(struct str name, struct sbuf *why) {
  if (name.len >= LIMIT_PATH_BYTES)
    return wheel_fail(why, "a member's name has %zu bytes, Linux takes %d",
                      name.len, LIMIT_PATH_BYTES - 1);
  if (!utf8_is_valid(name) || name_has_control(name))
    return wheel_fail(why,
                      "a member's name is not UTF-8 or has control characters");
  if (str_starts(name, "/"))
    return wheel_fail(why, "\"" STR_FMT "\" is an absolute path",
                      STR_ARG(name));
  if (path_has_dotdot(name))
    return wheel_fail(why, "\"" STR_FMT "\" leads out of the wheel",
                      STR_ARG(name));
  if (!name_is_clean(name) || str_find(name, '\\') >= 0)
    return wheel_fail(why, "\"" STR_FMT "\" is not a clean path",
                      STR_ARG(name));
  return true;
}

// ---- all names --------------------------------------------------------------

struct wheel_folded {
  struct str key; // without case, "/" below all other bytes
  const struct wheel_member *m;
};

static char folded_char(char c) {
  if (c == '/')
    return 1;
  return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static struct str name_folded(struct arena *ar, struct str name) {
  char *p = str_cstr(ar, name);
  for (size_t i = 0; i < name.len; i++)
    p[i] = folded_char(p[i]);
  return (struct str){p, name.len};
}

static int folded_cmp(const void *a, const void *b) {
  const struct wheel_folded *x = a, *y = b;
  return str_cmp(x->key, y->key);
}

static bool folded_is_below(struct str key, struct str dir) {
  return key.len > dir.len && key.p[dir.len] == 1 &&
         !memcmp(key.p, dir.p, dir.len);
}

// A comes right before B. What is below a name follows it at once.
static bool names_fit(const struct wheel_folded *a,
                      const struct wheel_folded *b, struct sbuf *why) {
  if (str_eq(a->m->name, b->m->name))
    return wheel_fail(why, "\"" STR_FMT "\" is in it twice",
                      STR_ARG(a->m->name));
  if (str_eq(a->key, b->key))
    return wheel_fail(
        why, "\"" STR_FMT "\" and \"" STR_FMT "\" differ by case alone",
        STR_ARG(a->m->name), STR_ARG(b->m->name));
  if (!a->m->is_dir && folded_is_below(b->key, a->key))
    return wheel_fail(
        why, "\"" STR_FMT "\" is a file, and the directory of \"" STR_FMT "\"",
        STR_ARG(a->m->name), STR_ARG(b->m->name));
  return true;
}

bool wheel_names_check(struct arena *ar, const struct wheel_zip *zip,
                       struct sbuf *why) {
  struct arena_mark mark = arena_mark(ar);
  struct wheel_folded *v = arena_array(ar, struct wheel_folded, zip->n);
  for (size_t i = 0; i < zip->n; i++)
    v[i] = (struct wheel_folded){name_folded(ar, zip->v[i].name), &zip->v[i]};
  qsort(v, zip->n, sizeof *v, folded_cmp);
  bool ok = true;
  for (size_t i = 1; ok && i < zip->n; i++)
    ok = names_fit(&v[i - 1], &v[i], why);
  arena_rewind(ar, mark);
  return ok;
}

// ---- places and sizes -------------------------------------------------------

static int place_cmp(const void *a, const void *b) {
  const struct wheel_member *const *x = a, *const *y = b;
  return ((*x)->off > (*y)->off) - ((*x)->off < (*y)->off);
}

// M, in the order of places, begins at FROM or later and ends at *END.
static bool place_check(const struct wheel_member *m, uint64_t from,
                        uint64_t *end, struct sbuf *why) {
  if (m->off < from)
    return wheel_fail(why, "\"" STR_FMT "\" overlaps another member",
                      STR_ARG(m->name));
  *end = m->body + m->packed;
  return true;
}

bool wheel_places_check(struct arena *ar, const struct wheel_zip *zip,
                        uint64_t end, struct sbuf *why) {
  struct arena_mark mark = arena_mark(ar);
  const struct wheel_member **v =
      arena_array(ar, const struct wheel_member *, zip->n);
  for (size_t i = 0; i < zip->n; i++)
    v[i] = &zip->v[i];
  qsort(v, zip->n, sizeof *v, place_cmp);
  uint64_t from = 0;
  bool ok = true;
  if ((zip->n ? v[0]->off : end) != 0)
    ok = wheel_fail(why, "it has bytes before its first member");
  for (size_t i = 0; ok && i < zip->n; i++)
    ok = place_check(v[i], from, &from, why);
  if (ok && from > end)
    ok = wheel_fail(why, "its last member overlaps its directory");
  arena_rewind(ar, mark);
  return ok;
}

bool wheel_sizes_check(const struct wheel_zip *zip, struct sbuf *why) {
  uint64_t size = 0, packed = 0;
  for (size_t i = 0; i < zip->n; i++) {
    const struct wheel_member *m = &zip->v[i];
    if (m->size > LIMIT_WHEEL_BYTES - size)
      return wheel_fail(why, "its files have more than %llu bytes",
                        LIMIT_WHEEL_BYTES);
    size += m->size;
    packed += m->packed;
  }
  if (size > LIMIT_INFLATE_FREE_BYTES && size / LIMIT_INFLATE_RATIO > packed)
    return wheel_fail(why, "%" PRIu64 " bytes become %" PRIu64 ": a bomb",
                      packed, size);
  return true;
}
