// Rules about the requirement lines and the system packages.
#include "lint/lint_int.h"

// ---- listed twice -----------------------------------------------------------

static struct str name_as_written(const struct requirement *r) {
  const struct str line = lint_shown(r);
  size_t n = 0;
  while (n < line.len && !strchr(" \t[=<>!~;@", line.p[n]))
    n++;
  return str_take(line, n);
}

static void warn_twice(struct lint *l, const struct requirement *first,
                       const struct requirement *second) {
  diag_warn(l->dg, DIAG_DUPLICATE_PACKAGE, second->span,
            "\"" STR_FMT "\" is listed twice", STR_ARG(second->name));
  const struct str a = name_as_written(first);
  diag_note(l->dg, first->span, "it is listed here first; keep one of them");
  if (first->kind == REQUIREMENT_PACKAGE && !str_eq(a, name_as_written(second)))
    diag_note(l->dg, (struct span){0},
              "case, \"-\", \"_\" and \".\" make no other name");
}

/** The first line for the same package with the same extras, or NULL. Other
 *  extras are another wish, which pip adds to the first. */
static const struct requirement *earlier(const struct lint *l,
                                         const struct requirement *r) {
  const struct requirement *first = lint_find_package(l, r->name);
  return first && first < r && str_eq(first->extras, r->extras) &&
                 lint_applies(l, r)
             ? first
             : NULL;
}

static int by_text(const void *pa, const void *pb) {
  const struct config_text *const *a = pa, *const *b = pb;
  const int d = str_cmp((*a)->text, (*b)->text);
  return d ? d : (*a > *b) - (*a < *b);
}

/** For each item of LIST, the one before it with the same text, or NULL. */
static const struct config_text **find_twins(struct lint *l,
                                             const struct config_list *list) {
  const size_t n = list->n;
  const struct config_text **twins =
      arena_array(l->ar, const struct config_text *, n);
  const struct config_text **sorted =
      arena_array(l->ar, const struct config_text *, n);
  for (size_t i = 0; i < n; i++)
    sorted[i] = &list->v[i];
  if (n)
    qsort(sorted, n, sizeof *sorted, by_text);
  for (size_t i = 1; i < n; i++)
    if (str_eq(sorted[i]->text, sorted[i - 1]->text))
      twins[sorted[i] - list->v] = sorted[i - 1];
  return twins;
}

static void check_system_twice(struct lint *l) {
  const struct config_list *list = &l->config->system_packages;
  const struct config_text **twins = find_twins(l, list);
  for (size_t i = 0; i < list->n; i++) {
    if (!twins[i])
      continue;
    diag_warn(l->dg, DIAG_DUPLICATE_PACKAGE, list->v[i].span,
              "\"" STR_FMT "\" is listed twice", STR_ARG(list->v[i].text));
    diag_note(l->dg, twins[i]->span, "it is listed here too; keep one of them");
  }
}

void lint_duplicate_package(struct lint *l) {
  const struct requirements *all = l->requirements;
  for (size_t i = 0; i < all->n; i++) {
    const struct requirement *r = &all->v[i];
    const struct requirement *first =
        r->name.len && !r->constraint ? earlier(l, r) : NULL;
    if (first)
      warn_twice(l, first, r);
  }
  check_system_twice(l);
}

/** The Python package that Debian's package NAME has: "numpy" of
 *  "python3-numpy". */
static struct str python_name(struct lint *l, struct str name) {
  static const char *const starts[] = {"python3-", "python-"};
  for (size_t i = 0; i < ARRAY_LEN(starts); i++)
    if (str_starts(name, starts[i]))
      name = str_skip(name, strlen(starts[i]));
  return requirement_normal_name(l->ar, name);
}

void lint_package_in_both(struct lint *l) {
  const struct config_list *list = &l->config->system_packages;
  for (size_t i = 0; i < list->n; i++) {
    const struct str system = lint_system_name(list->v[i].text);
    const struct requirement *r = lint_find_package(l, python_name(l, system));
    if (!r)
      continue;
    diag_warn(l->dg, DIAG_PACKAGE_IN_BOTH, list->v[i].span,
              "\"" STR_FMT "\" is a system package and a Python package",
              STR_ARG(system));
    diag_note(l->dg, r->span, STR_FMT " is asked for here",
              STR_ARG(lint_shown(r)));
    diag_note(l->dg, (struct span){0}, "%s",
              str_starts(system, "python")
                  ? "what Debian packages is for Debian's own Python, which is "
                    "not the model's: remove it"
                  : "they are two programs: keep the one that the model uses");
  }
}

// ---- where packages come from -----------------------------------------------

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
  diag_note(l->dg, (struct span){0},
            "whoever is on the way can put others in their place; use https");
}

static void check_options(struct lint *l, const struct requirement *r) {
  for (size_t i = 0; i < r->options.n; i++) {
    const struct requirement_option *o = &r->options.v[i];
    if (o->kind != OPTION_OTHER && o->kind != OPTION_HASH &&
        is_plain_http(o->value))
      warn_insecure(l, r->span, o->value);
    if (!str_is(o->name, "--trusted-host"))
      continue;
    diag_warn(l->dg, DIAG_INSECURE_INDEX, r->span,
              "pip does not check who answers as " STR_FMT, STR_ARG(o->value));
    diag_note(l->dg, (struct span){0},
              "give the certificate of a mirror of yours to the build instead");
  }
}

void lint_insecure_index(struct lint *l) {
  for (size_t i = 0; i < l->requirements->n; i++) {
    const struct requirement *r = &l->requirements->v[i];
    check_options(l, r);
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
  if (has_own_index(l))
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
    diag_note(l->dg, (struct span){0},
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
  diag_note(l->dg, (struct span){0},
            "write tensorflow: it uses the GPU, and decides the CUDA version");
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
    if (c->run == l->told || !is_git_command(c) || !lint_may_tell(l, c))
      continue; // once an item
    diag_warn(l->dg, DIAG_NO_GIT, lint_word_span(c, &c->words.v[c->program]),
              "git is not in the image");
    diag_note(l->dg, (struct span){0}, "add git to build.system_packages");
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
    diag_note(l->dg, (struct span){0}, "%s",
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
