// Where the named context `weights` is laid.
#include "recipe_weights_int.h"

/** GIVEN, of the image or below the source, made short; false for "..", and
 *  when it is the image's or the source's own top. */
static bool clean_dir(struct arena *ar, struct str given, struct str *out) {
  const bool rooted = str_starts(given, "/");
  const struct str top = rooted ? STR("/") : STR(PLAN_SOURCE_DIR);
  *out = path_clean(ar, rooted ? given : path_join(ar, top, given));
  return !path_has_dotdot(given) && !str_eq(*out, top);
}

bool recipe_weights_dir(const struct recipe_args *args, struct arena *ar,
                        struct str *dir, struct diags *dg) {
  const struct str given = args->weights_path;
  *dir = STR(PLAN_SOURCE_DIR "/weights");
  if (!given.len || (weights_can_be_named(given) && clean_dir(ar, given, dir)))
    return true;
  diag_fail(dg, DIAG_BAD_OPTION, SPAN_NONE,
            "COG_WEIGHTS_PATH cannot be \"" STR_FMT "\"", STR_ARG(given));
  diag_note(dg, SPAN_NONE,
            "it is a directory of the image, such as /weights, or one below"
            " " PLAN_SOURCE_DIR ", such as models");
  return false;
}

// The files of the context win over those of the named one, since the source is
// laid over the weights; which ones is not known before both are there.
void weights_warn_covered(const struct weights_finder *f, struct str dir,
                          struct diags *dg) {
  const struct str top = STR(PLAN_SOURCE_DIR);
  if (!path_is_below(dir, top))
    return;
  const struct str inside = str_skip(dir, top.len + 1);
  for (size_t i = 0; i < f->files.n; i++) {
    const struct str path = f->files.v[i].path;
    if (!path_is_below(path, inside) && !str_eq(path, inside))
      continue;
    diag_warn(dg, DIAG_WEIGHTS_COVERED, SPAN_NONE,
              "the context too has \"" STR_FMT "\", where the named context "
              "weights is laid; its \"" STR_FMT "\" covers that of the other",
              STR_ARG(inside), STR_ARG(path));
    diag_note(dg, SPAN_NONE, "COG_WEIGHTS_PATH names another place");
    return;
  }
}
