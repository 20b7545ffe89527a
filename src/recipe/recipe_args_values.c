// Whether build arguments have values that can be meant.
#include "cogfe/recipe.h"

/** The argument NAME is GIVEN; WANT says what it is. */
static bool is_bad_value(const char *name, struct str given, const char *want,
                         struct diags *dg) {
  diag_fail(dg, DIAG_BAD_OPTION, SPAN_NONE, "%s cannot be \"" STR_FMT "\"",
            name, STR_ARG(given));
  diag_note(dg, SPAN_NONE, "it is %s", want);
  return false;
}

// ---- images -----------------------------------------------------------------

static bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || number_is_digit(c);
}

static bool is_tag_char(char c) {
  return is_name_char(c) || (c >= 'A' && c <= 'Z') || (c && strchr("._-", c));
}

static bool is_path_part(struct str part) {
  if (!part.len || !is_name_char(part.p[0]) ||
      !is_name_char(part.p[part.len - 1]))
    return false;
  for (size_t i = 0; i < part.len; i++)
    if (!is_name_char(part.p[i]) && !strchr("._-", part.p[i]))
      return false;
  return true;
}

static bool is_all(struct str text, bool (*is)(char)) {
  size_t n = 0;
  while (n < text.len && is(text.p[n]))
    n++;
  return n == text.len;
}

/** A host, in which "." or ":" or its name shows that it is one. */
static bool is_host(struct str text) {
  struct str name;
  const struct str port = str_cut(text, ':', &name);
  return (str_find(text, '.') > 0 || str_find(text, ':') > 0 ||
          str_is(text, "localhost")) &&
         is_all(name, is_tag_char) && is_all(port, number_is_digit);
}

static bool is_digest(struct str text) {
  struct str algorithm;
  const struct str hex = str_cut(text, ':', &algorithm);
  return hex.len >= 32 && is_all(hex, is_name_char) && is_path_part(algorithm);
}

bool recipe_is_image_name(struct str name) {
  struct str path, part;
  const struct str digest = str_cut(name, '@', &path);
  if (path.len < name.len && !is_digest(digest))
    return false;
  const ptrdiff_t colon = str_rfind(path, ':'), slash = str_rfind(path, '/');
  if (colon > slash) {
    const struct str tag = str_skip(path, (size_t)colon + 1);
    if (!tag.len || !is_all(tag, is_tag_char))
      return false;
    path = str_take(path, (size_t)colon);
  }
  const struct str rest = str_cut(path, '/', &part);
  if (rest.len && is_host(part))
    path = rest;
  do {
    path = str_cut(path, '/', &part);
    if (!is_path_part(part))
      return false;
  } while (path.len);
  return !str_ends(name, "/");
}

static void check_images(const struct recipe_args *args, struct diags *dg) {
  const struct {
    const char *name;
    struct str given;
  } rows[] = {
      {"COG_BASE_IMAGE", args->base_image},
      {"COG_DEPS_IMAGE", args->deps_image},
      {"COG_UV", args->uv},
      {"COG_DOCKERFILE_SYNTAX", args->dockerfile_syntax},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (rows[i].given.len && !recipe_is_image_name(rows[i].given))
      is_bad_value(rows[i].name, rows[i].given,
                   "the name of an image, in lower case, such as "
                   "registry.example.com/team/base:1",
                   dg);
}

// ---- switches ---------------------------------------------------------------

static void check_switches(const struct recipe_args *args, struct diags *dg) {
  const struct {
    const char *name;
    struct str given;
  } rows[] = {
      {"COG_STRIP", args->strip},
      {"COG_PRECOMPILE", args->precompile},
      {"COG_APT_RECOMMENDS", args->apt_recommends},
      {"COG_STRICT", args->strict},
  };
  bool value;
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (rows[i].given.len && !number_parse_go_bool(rows[i].given, &value))
      is_bad_value(rows[i].name, rows[i].given, "0 or 1", dg);
}

// ---- files ------------------------------------------------------------------

static bool check_wheel(const struct recipe_input *in, struct arena *ar,
                        struct diags *dg) {
  const struct str given = in->args->sdk_wheel;
  struct context_stat st;
  if (!given.len)
    return true;
  if (path_leads_out(path_clean(ar, given)) || !str_ends(given, ".whl"))
    return is_bad_value("COG_WHEEL", given,
                        "the path of a wheel in the context, such as "
                        "dist/cog-0.16.12-py3-none-any.whl",
                        dg);
  if (!context_stat(in->files, given, SPAN_NONE, &st, dg))
    return false;
  return st.kind == CONTEXT_FILE ||
         diag_fail(dg, DIAG_FILE_MISSING, SPAN_NONE,
                   "COG_WHEEL: there is no file \"" STR_FMT
                   "\" in the build context",
                   STR_ARG(given));
}

// ---- all of them ------------------------------------------------------------

static bool check_words(const struct recipe_args *args, struct diags *dg) {
  const struct str installer = args->installer, compat = args->compat;
  if (installer.len && !str_is(installer, "pip") && !str_is(installer, "uv"))
    return diag_fail(dg, DIAG_BAD_OPTION, SPAN_NONE,
                     "COG_INSTALLER is \"" STR_FMT "\", not pip or uv",
                     STR_ARG(installer));
  return !compat.len || str_is(compat, "plain") || str_is(compat, "buildkit") ||
         diag_fail(dg, DIAG_BAD_OPTION, SPAN_NONE,
                   "COG_COMPAT is \"" STR_FMT "\", not buildkit or plain",
                   STR_ARG(compat));
}

void recipe_check_args(const struct recipe_input *in, struct arena *ar,
                       struct diags *dg) {
  unsigned seconds;
  struct str dir;
  check_words(in->args, dg);
  check_images(in->args, dg);
  check_switches(in->args, dg);
  check_wheel(in, ar, dg);
  recipe_args_check_user(in->args, dg);
  recipe_args_healthcheck(in->args, &seconds, dg);
  recipe_weights_dir(in->args, ar, &dir, dg);
}
