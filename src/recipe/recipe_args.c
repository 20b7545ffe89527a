#include "cogfe/recipe.h"

const struct recipe_arg_row *recipe_arg_rows(size_t *n) {
  static const struct recipe_arg_row rows[] = {
#define ARG(name, kind, field, fallback, help) {name, fallback, help},
#include "recipe_args.def"
#undef ARG
  };
  *n = ARRAY_LEN(rows);
  return rows;
}

bool recipe_truth(struct str text) {
  bool value;
  return number_parse_go_bool(text, &value) && value;
}

bool recipe_is_yaml(struct str path) {
  return str_ends(path, ".yaml") || str_ends(path, ".yml");
}

static const char *pair(struct arena *ar, const char *name, struct str value) {
  return arena_printf(ar, "%s=" STR_FMT, name, STR_ARG(value));
}

bool recipe_args_take(struct recipe_args *args, struct arena *ar,
                      struct str name, struct str value) {
#define TAKE_FIELD(text, field) args->field = value
#define TAKE_PIP(text, field)                                                  \
  vec_push(ar, &args->pip_env, pair(ar, text, value))
#define TAKE_PYENV(text, field)                                                \
  vec_push(ar, &args->pyenv_env, pair(ar, text, value))
#define TAKE_UV(text, field) vec_push(ar, &args->uv_env, pair(ar, text, value))
#define ARG(text, kind, field, fallback, help)                                 \
  if (str_is(name, text)) {                                                    \
    TAKE_##kind(text, field);                                                  \
    return true;                                                               \
  }
#include "recipe_args.def"
#undef ARG
  return false;
}

bool recipe_args_epoch(const struct recipe_args *args, bool *given,
                       int64_t *seconds, struct diags *dg) {
  // LLB counts nanoseconds in 63 bits: up to the year 2262.
  static const int64_t max = INT64_MAX / 1000000000;
  *given = args->epoch.len > 0;
  *seconds = 0;
  uint64_t value = 0;
  if (!*given || number_parse(args->epoch, 10, (uint64_t)max, &value)) {
    *seconds = (int64_t)value;
    return true;
  }
  diag_fail(dg, DIAG_BAD_OPTION, SPAN_NONE,
            "SOURCE_DATE_EPOCH cannot be \"" STR_FMT "\"",
            STR_ARG(args->epoch));
  diag_note(dg, SPAN_NONE,
            "it is a number of seconds since 1970, at most %" PRId64, max);
  return false;
}

/** As useradd takes it, or an id that is no more than 32 bits. */
static bool is_user(struct str name) {
  enum { NAME_MAX_LEN = 32 };
  uint64_t id;
  if (number_parse(name, 10, UINT32_MAX - 1, &id))
    return true;
  for (size_t i = 0; i < name.len; i++) {
    const char c = name.p[i];
    if (!(c >= 'a' && c <= 'z') && c != '_' &&
        (i == 0 || (!number_is_digit(c) && c != '-')))
      return false;
  }
  return name.len > 0 && name.len <= NAME_MAX_LEN;
}

bool recipe_args_check_user(const struct recipe_args *args, struct diags *dg) {
  struct str user;
  const struct str group = str_cut(args->user, ':', &user);
  const bool colon = user.len < args->user.len;
  if (!args->user.len || (is_user(user) && (!colon || is_user(group))))
    return true;
  diag_fail(dg, DIAG_BAD_OPTION, SPAN_NONE,
            "COG_USER cannot be \"" STR_FMT "\"", STR_ARG(args->user));
  diag_note(dg, SPAN_NONE,
            "it is a number, as 1000, or a name in lower case; with :GROUP "
            "perhaps");
  return false;
}

bool recipe_args_healthcheck(const struct recipe_args *args, unsigned *seconds,
                             struct diags *dg) {
  enum { TEN_MINUTES = 600, YEAR = 366 * 24 * 3600 };
  const struct str text = args->healthcheck;
  bool on = false;
  *seconds = 0;
  if (!text.len || str_is(text, "off") || number_parse_go_bool(text, &on) ||
      (on = str_is(text, "on"))) {
    *seconds = on ? TEN_MINUTES : 0;
    return true;
  }
  uint64_t value;
  if (number_parse_seconds(text, YEAR, &value) && value > 0) {
    *seconds = (unsigned)value;
    return true;
  }
  diag_fail(dg, DIAG_BAD_OPTION, SPAN_NONE,
            "COG_HEALTHCHECK cannot be \"" STR_FMT "\"", STR_ARG(text));
  diag_note(dg, SPAN_NONE,
            "it is 0, 1, or the time that the server may take to start: 90s, "
            "10m, 1h");
  return false;
}

void recipe_args_warn_unknown(struct str name, struct diags *dg) {
  if (!str_starts(name, "COG_"))
    return; // others' arguments are none of our business
  diag_warn(dg, DIAG_UNKNOWN_BUILD_ARG, SPAN_NONE,
            "unknown build argument \"" STR_FMT "\"", STR_ARG(name));
  size_t n;
  const struct recipe_arg_row *rows = recipe_arg_rows(&n);
  struct str_guess g = {.text = name};
  for (size_t i = 0; i < n; i++)
    str_guess_consider(&g, rows[i].name);
  if (g.best)
    diag_note(dg, SPAN_NONE, "did you mean \"%s\"?", g.best);
}
