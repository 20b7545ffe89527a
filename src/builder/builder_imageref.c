// Names of images as people write them. Source: distribution reference v0.5
// normalize.go.
#include "builder_int.h"

struct str builder_familiar_name(struct arena *ar, struct str name) {
  struct str s = llb_image_reference(ar, name);
  if (str_starts(s, "docker.io/"))
    s = str_skip(s, strlen("docker.io/"));
  if (str_starts(s, "library/"))
    s = str_skip(s, strlen("library/"));
  if (str_ends(s, ":latest"))
    s.len -= strlen(":latest");
  return s;
}

struct str builder_store_name(struct arena *ar, struct str name) {
  char *p = str_cstr(ar, name);
  for (size_t i = 0; i < name.len; i++) {
    const char c = p[i];
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
      p[i] = '-';
  }
  return (struct str){p, name.len};
}
