// Names of images. Source: distribution reference v0.5 normalize.go.
#include "llb/llb_int.h"

/** Whether a name's first part is a registry, not a user of docker.io. */
static bool is_registry(struct str part) {
  return str_find(part, '.') >= 0 || str_find(part, ':') >= 0 ||
         str_is(part, "localhost");
}

static bool has_tag_or_digest(struct str path) {
  const ptrdiff_t slash = str_rfind(path, '/');
  const struct str last = str_skip(path, (size_t)(slash + 1));
  return str_find(last, ':') >= 0 || str_find(last, '@') >= 0;
}

struct str llb_image_reference(struct arena *ar, struct str name) {
  struct str first;
  const struct str rest = str_cut(name, '/', &first);
  const char *prefix = "";
  if (rest.len == 0)
    prefix = "docker.io/library/";
  else if (!is_registry(first))
    prefix = "docker.io/";
  else if (str_is(first, "docker.io") && str_find(rest, '/') < 0) {
    prefix = "docker.io/library/";
    name = rest;
  }
  return str_printf(ar, "%s" STR_FMT "%s", prefix, STR_ARG(name),
                    has_tag_or_digest(name) ? "" : ":latest");
}
