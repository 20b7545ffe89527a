// Names of images as people write them. Source: distribution reference v0.5
// normalize.go.
#include "build_int.h"

struct str build_familiar_name(struct arena *ar, struct str name) {
  struct str s = llb_image_reference(ar, name);
  if (str_starts(s, "docker.io/"))
    s = str_skip(s, strlen("docker.io/"));
  if (str_starts(s, "library/"))
    s = str_skip(s, strlen("library/"));
  if (str_ends(s, ":latest"))
    s.len -= strlen(":latest");
  return s;
}
