// What a build says of its warnings.
#include "cogfe/recipe.h"

static bool is_false(struct str text) {
  static const char *const words[] = {"0", "f", "F", "false", "FALSE", "False"};
  for (size_t i = 0; i < ARRAY_LEN(words); i++)
    if (str_is(text, words[i]))
      return true;
  return false;
}

static bool bad_check(struct str item, struct diags *dg) {
  diag_fail(dg, DIAG_BAD_OPTION, SPAN_NONE,
            "BUILDKIT_DOCKERFILE_CHECK cannot have \"" STR_FMT "\"",
            STR_ARG(item));
  diag_note(dg, SPAN_NONE,
            "it is such as skip=unknown-key,loose-type;error=true");
  return false;
}

/** One KEY=VALUE of the list. Names of rules are shared with Dockerfile's
 *  frontend, which may run in the same build: those that we do not have are
 *  its own, and so are experimental ones.
 *  Source: buildkit v0.32.2 frontend/dockerfile/linter/linter.go
 *  ParseLintOptions. */
static bool take_check(struct str item, struct diags *dg) {
  struct str key, value = str_trim(str_cut(item, '=', &key)), name;
  key = str_trim(key);
  if (str_find(item, '=') < 0)
    return bad_check(item, dg);
  if (str_is(key, "error") && (recipe_truth(value) || is_false(value))) {
    dg->strict |= recipe_truth(value);
    return true;
  }
  if (str_is(key, "skip")) {
    while (value.len) {
      value = str_cut(value, ',', &name);
      diag_skip(dg, str_trim(name));
    }
    return true;
  }
  return str_is(key, "experimental") || bad_check(item, dg);
}

bool recipe_args_check(const struct recipe_args *args, struct diags *dg) {
  dg->strict |= recipe_truth(args->strict);
  struct str rest = str_trim(args->check), item;
  bool ok = true;
  while (rest.len) {
    rest = str_cut(rest, ';', &item);
    ok &= take_check(str_trim(item), dg);
  }
  return ok;
}
