// Rules about where packages come from.
#include "lint/lint_int.h"

// ---- encryption -------------------------------------------------------------

static bool is_plain_http(struct str url) {
  static const char *const starts[] = {"http://",     "git+http://",
                                       "svn+http://", "hg+http://",
                                       "git://",      "git+git://"};
  for (size_t i = 0; i < ARRAY_LEN(starts); i++)
    if (url.len > strlen(starts[i]) &&
        str_is_nocase(str_take(url, strlen(starts[i])), starts[i]))
      return true;
  return false;
}

static bool is_checked(const struct requirement *r) {
  for (size_t i = 0; i < r->options.n; i++)
    if (r->options.v[i].kind == OPTION_HASH)
      return true;
  return str_contains(r->url, "#sha256=") || str_contains(r->url, "&sha256=");
}

static void warn_insecure(struct lint *l, struct span span, struct str what) {
  diag_warn(l->dg, DIAG_INSECURE_INDEX, span,
            "packages come without encryption from " STR_FMT, STR_ARG(what));
  diag_note(l->dg, SPAN_NONE,
            "whoever is on the way can put others in their place; use https");
}

static void check_requirement_options(struct lint *l,
                                      const struct requirement *r) {
  for (size_t i = 0; i < r->options.n; i++) {
    const struct requirement_option *o = &r->options.v[i];
    if (o->kind != OPTION_OTHER && o->kind != OPTION_HASH &&
        is_plain_http(o->value))
      warn_insecure(l, r->span, o->value);
    if (!str_is(o->name, "--trusted-host"))
      continue;
    diag_warn(l->dg, DIAG_INSECURE_INDEX, r->span,
              "pip does not check who answers as " STR_FMT, STR_ARG(o->value));
    diag_note(l->dg, SPAN_NONE,
              "give the certificate of a mirror of yours to the build instead");
  }
}

void lint_insecure_index(struct lint *l) {
  for (size_t i = 0; i < l->requirements->n; i++) {
    const struct requirement *r = &l->requirements->v[i];
    check_requirement_options(l, r);
    if (is_plain_http(r->url) && !is_checked(r))
      warn_insecure(l, r->span, r->url);
  }
}

static bool is_torch_family(struct str name) {
  return str_is(name, "torch") || str_is(name, "torchvision") ||
         str_is(name, "torchaudio");
}

static bool has_own_index(const struct lint *l) {
  for (size_t i = 0; i < l->requirements->n; i++) {
    const struct requirement *r = &l->requirements->v[i];
    for (size_t o = 0; o < r->options.n; o++) {
      const enum requirement_option_kind kind = r->options.v[o].kind;
      if (kind == OPTION_INDEX || kind == OPTION_EXTRA_INDEX ||
          kind == OPTION_FIND_LINKS)
        return true;
    }
  }
  return false;
}

/** What torch gets is decided, and spoken of, by resolve. */
void lint_local_version(struct lint *l) {
  if (l->in->more_indexes || has_own_index(l))
    return;
  for (size_t i = 0; i < l->requirements->n; i++) {
    const struct requirement *r = &l->requirements->v[i];
    const struct specifier *pin = specifier_set_pin(&r->specifiers);
    struct version v;
    if (!pin || r->constraint || is_torch_family(r->name) ||
        !lint_applies(l, r) || !version_parse(pin->text, &v) || !v.local.len)
      continue;
    diag_warn(l->dg, DIAG_LOCAL_VERSION, r->span,
              STR_FMT " is not on PyPI, and no index that has it is given",
              STR_ARG(lint_shown(r)));
    diag_note(l->dg, SPAN_NONE,
              "PyPI has no versions with \"+\": add --extra-index-url or "
              "--find-links, or leave out +" STR_FMT,
              STR_ARG(v.local));
  }
}

// ---- packages that are not there any more -----------------------------------

/** tensorflow-gpu of the 1.x releases and of 2.0 was another build. Source:
 *  pypi.org/project/tensorflow-gpu 2.12.0, which only says that it is gone. */
static bool is_other_build(const struct requirement *r) {
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  struct version v, since;
  return pin && version_parse(pin->text, &v) &&
         version_parse(STR("2.1"), &since) &&
         version_cmp_public(&v, &since) < 0;
}

void lint_tensorflow_gpu(struct lint *l) {
  const struct requirement *r = lint_find_package(l, STR("tensorflow-gpu"));
  if (!r || is_other_build(r))
    return;
  diag_warn(l->dg, DIAG_TENSORFLOW_GPU, r->span,
            "tensorflow-gpu is no package of its own any more");
  diag_note(l->dg, SPAN_NONE,
            "write tensorflow: it uses the GPU, and decides the CUDA version");
}

// ---- variables --------------------------------------------------------------

/** The name in the first ${NAME} that pip would replace; empty for none.
 *  Source: pip 26.3 pip/_internal/req/req_file.py ENV_VAR_RE. */
static struct str find_variable(struct str text) {
  for (size_t i = 0; i + 2 < text.len; i++) {
    size_t n = i + 2;
    while (n < text.len && (number_is_digit(text.p[n]) || text.p[n] == '_' ||
                            (text.p[n] >= 'A' && text.p[n] <= 'Z')))
      n++;
    if (text.p[i] == '$' && text.p[i + 1] == '{' && n > i + 2 && n < text.len &&
        text.p[n] == '}')
      return str_range(text.p + i + 2, text.p + n);
  }
  return (struct str){0};
}

void lint_url_variable(struct lint *l) {
  for (size_t i = 0; i < l->requirements->n; i++) {
    const struct requirement *r = &l->requirements->v[i];
    const struct str name = find_variable(r->line);
    if (!name.len)
      continue;
    diag_warn(l->dg, DIAG_URL_VARIABLE, r->span,
              "no ${" STR_FMT "} is set where pip runs, so the text is taken "
              "as it stands",
              STR_ARG(name));
    diag_note(l->dg, SPAN_NONE,
              "leave credentials out of the line and hand them over as the "
              "secret netrc: docker build --secret id=netrc,src=$HOME/.netrc");
  }
}

// ---- git --------------------------------------------------------------------

static bool needs_git(const struct requirement *r) {
  if (str_starts(r->url, "git+"))
    return true;
  for (size_t i = 0; i < r->options.n; i++)
    if (r->options.v[i].kind == OPTION_EDITABLE &&
        str_starts(r->options.v[i].value, "git+"))
      return true;
  return false;
}

static bool is_git_command(const struct lint_command *c) {
  if (str_is(lint_program(c), "git"))
    return true;
  for (size_t i = lint_pip_install(c); i && i < c->words.n; i++)
    if (str_starts(c->words.v[i].text, "git+") ||
        str_contains(c->words.v[i].text, "@git+") ||
        str_contains(c->words.v[i].text, "@ git+"))
      return true;
  return false;
}

static void warn_git_in_run(struct lint *l) {
  for (size_t i = 0; i < l->commands.n; i++) {
    const struct lint_command *c = &l->commands.v[i];
    if (c->run == l->reported_run || !is_git_command(c) || !lint_may_tell(l, c))
      continue; // once an item
    diag_warn(l->dg, DIAG_NO_GIT, lint_word_span(c, &c->words.v[c->program]),
              "git is not in the image");
    diag_note(l->dg, SPAN_NONE, "add git to build.system_packages");
  }
}

/** pip runs where git is, in an image of its own, unless a build argument
 *  replaces that image by a slim one. */
static void warn_git_in_lines(struct lint *l) {
  const bool slim = str_contains(l->resolved->deps_image, "slim") ||
                    str_contains(l->resolved->deps_image, "alpine");
  for (size_t i = 0; i < l->requirements->n; i++) {
    const struct requirement *r = &l->requirements->v[i];
    if (!needs_git(r) || !lint_applies(l, r))
      continue;
    diag_warn(l->dg, DIAG_NO_GIT, r->span, "pip needs git for this line");
    diag_note(l->dg, SPAN_NONE, "%s",
              slim ? "the image of COG_DEPS_IMAGE, in which pip runs, has none"
                   : "it has it here, but not with newer releases of Cog: add "
                     "git to build.system_packages");
  }
}

/** Images for GPUs have git; what an image of the user's has is not known.
 *  Source: plan_build_apt.c; replicate/cog v0.22.0
 *  pkg/dockerfile/standard_generator.go. */
void lint_no_git(struct lint *l) {
  if (!str_starts(l->resolved->base_image, "python:") ||
      lint_has_system_package(l, "git"))
    return;
  warn_git_in_lines(l);
  warn_git_in_run(l);
}
