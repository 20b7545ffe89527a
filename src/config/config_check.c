#include "cogfe/base.h"

#include "config/config_int.h"

/** MIN to MAX numbers of at most three digits with dots between. */
static bool is_dotted(struct str text, size_t min, size_t max) {
  size_t parts = 0;
  while (text.len) {
    struct str part;
    size_t before = text.len;
    uint64_t value;
    text = str_cut(text, '.', &part);
    bool last = part.len == before;
    if (!number_parse(part, 10, 999, &value) || (!last && !text.len))
      return false;
    parts++;
  }
  return parts >= min && parts <= max;
}

static void check_version(struct config_reader *r,
                          const struct config_text *text, const char *what,
                          size_t min, size_t max, const char *form) {
  if (!text->set || is_dotted(text->text, min, max))
    return;
  diag_fail(r->dg, DIAG_CONFIG_VALUE, text->span,
            "\"" STR_FMT "\" is not a %s version", STR_ARG(text->text), what);
  diag_note(r->dg, SPAN_NONE, "write %s", form);
}

static void check_sdk_version(struct config_reader *r) {
  static const char *const words[] = {"prerelease"};
  static const char more[] = ".+!-_";
  const struct config_text *v = &r->cfg->sdk_version;
  if (!v->set || str_is(v->text, words[0]))
    return;
  bool ok = v->text.p[0] >= '0' && v->text.p[0] <= '9';
  for (size_t i = 0; i < v->text.len; i++) {
    char c = v->text.p[i];
    ok = ok && ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                (c >= 'A' && c <= 'Z') || strchr(more, c));
  }
  if (ok)
    return;
  diag_fail(r->dg, DIAG_CONFIG_VALUE, v->span,
            "\"" STR_FMT "\" is not a version of the cog package",
            STR_ARG(v->text));
  config_note_suggestion(r, v->text, words, ARRAY_LEN(words));
  diag_note(r->dg, SPAN_NONE,
            "write a release such as \"0.18.0\", or \"prerelease\"");
}

static void check_predictor(struct config_reader *r) {
  struct config *cfg = r->cfg;
  cfg->predictor = cfg->run_key.set ? cfg->run_key : cfg->predict_key;
  if (!cfg->run_key.set || !cfg->predict_key.set)
    return;
  diag_fail(r->dg, DIAG_CONFIG_CONFLICT, cfg->run_key.key,
            "\"run\" and \"predict\" cannot both be given");
  diag_note(r->dg, cfg->predict_key.key,
            "\"predict\" is the older name of \"run\", remove one of them");
}

static void check_packages(struct config_reader *r) {
  const struct config *cfg = r->cfg;
  if (cfg->python_packages.n == 0 || !cfg->python_requirements.set)
    return;
  diag_fail(r->dg, DIAG_CONFIG_CONFLICT, cfg->python_requirements.key,
            "\"python_requirements\" and \"python_packages\" cannot both be "
            "given");
  diag_note(r->dg, cfg->python_packages.key, "move these lines into " STR_FMT,
            STR_ARG(cfg->python_requirements.text));
}

/** In Cog 0.0.4 `model` was what `predict` is now. */
static void check_model(struct config_reader *r) {
  const struct config *cfg = r->cfg;
  if (!cfg->model.set || !str_contains(cfg->model.text, ".py:"))
    return;
  diag_warn(r->dg, DIAG_CONFIG_MODEL, cfg->model.span,
            "\"model\" names a repository, this looks like a predictor");
  diag_note(r->dg, SPAN_NONE,
            "the key for it is \"predict\" since "
            "Cog 0.0.5");
}

/** Cog 0.22 refuses what 0.9 builds here: the image works, one prediction at a
 *  time. */
static void check_concurrency(struct config_reader *r) {
  const struct config *cfg = r->cfg;
  struct str major, minor;
  uint64_t number;
  if (!cfg->concurrency.set)
    return;
  if (cfg->concurrency.value < 1) {
    diag_fail(r->dg, DIAG_CONFIG_VALUE, cfg->concurrency.span,
              "the number of predictions at a time must be 1 or more");
    return;
  }
  if (cfg->concurrency.value == 1 || !cfg->python_version.set)
    return;
  str_cut(str_cut(cfg->python_version.text, '.', &major), '.', &minor);
  if (!str_is(major, "3") || !number_parse(minor, 10, 10, &number))
    return;
  diag_warn(r->dg, DIAG_CONFIG_CONCURRENCY, cfg->concurrency.span,
            "more than one prediction at a time needs Python 3.11");
  diag_note(r->dg, cfg->python_version.span, "this asks for Python " STR_FMT,
            STR_ARG(cfg->python_version.text));
}

static bool path_has(struct str path, const char *wanted) {
  while (path.len) {
    struct str dir;
    path = str_cut(path, ':', &dir);
    if (str_is(dir, wanted))
      return true;
  }
  return false;
}

/** Commands and the interpreter are found by PATH, so a value without their
 *  directories breaks the image. */
static void check_path(struct config_reader *r, const struct config_env *env) {
  bool whole =
      path_has(env->value, "/usr/local/bin") &&
      path_has(env->value, "/usr/bin") && path_has(env->value, "/bin") &&
      (!r->cfg->gpu.value || path_has(env->value, "/root/.pyenv/shims"));
  if (whole) {
    diag_warn(r->dg, DIAG_CONFIG_ENV_RESERVED, env->span,
              "\"PATH\" is set by the image, Cog refuses it here");
    return;
  }
  diag_fail(r->dg, DIAG_CONFIG_ENV, env->span,
            "with this PATH the image's programs are not found");
  diag_note(r->dg, SPAN_NONE,
            "values are data, \"$PATH\" is not replaced in them; a run item "
            "can link programs into /usr/local/bin");
}

static void check_environment(struct config_reader *r) {
  const struct config_envs *envs = &r->cfg->environment;
  for (size_t i = 0; i < envs->n; i++)
    if (str_is(envs->v[i].name, "PATH"))
      check_path(r, &envs->v[i]);
}

void config_check(struct config_reader *r) {
  const struct config *cfg = r->cfg;
  check_version(r, &cfg->python_version, "Python", 1, 3,
                "MAJOR.MINOR or MAJOR.MINOR.PATCH, for example \"3.12\"");
  check_version(r, &cfg->cuda, "CUDA", 2, 3,
                "MAJOR.MINOR or MAJOR.MINOR.PATCH, for example \"12.1\"");
  check_version(r, &cfg->cudnn, "cuDNN", 1, 4,
                "its major number, for example \"8\"");
  check_sdk_version(r);
  check_predictor(r);
  check_packages(r);
  check_model(r);
  check_concurrency(r);
  check_environment(r);
  config_check_observability(r);
}
