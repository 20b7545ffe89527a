#include "cogfe/base.h"

#include "cogfe/path.h"

struct str path_base(struct str path) {
  return str_skip(path, (size_t)(str_rfind(path, '/') + 1));
}

/** LEN bytes of a path without their last part, but not less than FLOOR. */
static size_t drop_last_part(const char *path, size_t len, size_t floor) {
  const ptrdiff_t slash = str_rfind((struct str){path, len}, '/');
  return slash < (ptrdiff_t)floor ? floor : (size_t)slash;
}

struct str path_clean(struct arena *ar, struct str path) {
  const bool rooted = str_starts(path, "/");
  char *out = arena_alloc(ar, path.len + 2);
  size_t len = 0, floor = rooted; // what a ".." does not take away
  if (rooted)
    out[len++] = '/';
  while (path.len) {
    struct str part;
    path = str_cut(path, '/', &part);
    const bool up = str_is(part, "..");
    if (part.len == 0 || str_is(part, ".") || (up && rooted && len == floor))
      continue;
    if (up && len > floor) {
      len = drop_last_part(out, len, floor);
      continue;
    }
    if (len > rooted)
      out[len++] = '/';
    memcpy(out + len, part.p, part.len);
    len += part.len;
    if (up)
      floor = len;
  }
  if (len == 0)
    out[len++] = '.';
  out[len] = '\0';
  return (struct str){out, len};
}

struct str path_clean_rooted(struct arena *ar, struct str path) {
  return path_clean(ar, str_concat(ar, STR("/"), path));
}

bool path_leads_out(struct str path) {
  return str_is(path, "..") || str_starts(path, "../") || str_starts(path, "/");
}

bool path_has_dotdot(struct str path) {
  struct str part;
  while (path.len) {
    path = str_cut(path, '/', &part);
    if (str_is(part, ".."))
      return true;
  }
  return false;
}

struct str path_join(struct arena *ar, struct str dir, struct str name) {
  if (dir.len == 0)
    return str_dup(ar, name);
  return str_concat(ar, str_concat(ar, dir, STR("/")), name);
}

bool path_is_below(struct str path, struct str dir) {
  return path.len > dir.len && path.p[dir.len] == '/' &&
         str_eq(str_take(path, dir.len), dir);
}

struct str path_pattern(struct arena *ar, struct str path) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, SBUF_NO_MAX);
  for (size_t i = 0; i < path.len; i++) {
    if (strchr("*?[]\\!", path.p[i]))
      sbuf_addch(&out, '\\');
    sbuf_addch(&out, path.p[i]);
  }
  return str_dup(ar, sbuf_str(&out));
}
