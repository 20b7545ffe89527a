// Rules about pip in run items.
#include "lint/lint_int.h"

/** Options of `pip install` that have a value behind them. Source: pip 25.3,
 *  "pip install", Options. */
static bool has_value(struct str option) {
  static const char *const names[] = {"-r",
                                      "--requirement",
                                      "-c",
                                      "--constraint",
                                      "-e",
                                      "--editable",
                                      "-i",
                                      "--index-url",
                                      "--extra-index-url",
                                      "-f",
                                      "--find-links",
                                      "-t",
                                      "--target",
                                      "--prefix",
                                      "--root",
                                      "--src",
                                      "--platform",
                                      "--python-version",
                                      "--abi",
                                      "--implementation",
                                      "--upgrade-strategy",
                                      "-C",
                                      "--config-settings",
                                      "--global-option",
                                      "--no-binary",
                                      "--only-binary",
                                      "--trusted-host",
                                      "--timeout",
                                      "--retries",
                                      "--proxy",
                                      "--cert",
                                      "--client-cert",
                                      "--cache-dir",
                                      "--log",
                                      "--progress-bar",
                                      "--report",
                                      "--use-feature",
                                      "--exists-action",
                                      "--python"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_is(option, names[i]))
      return true;
  return false;
}

/** The next word from *I on that names what is installed; NULL at the end. */
static const struct lint_word *next_package(const struct lint_command *c,
                                            size_t *i) {
  while (*i < c->words.n) {
    const struct lint_word *word = &c->words.v[(*i)++];
    if (!str_starts(word->text, "-"))
      return word;
    *i += has_value(word->text);
  }
  return NULL;
}

static bool has_word(const struct lint_command *c, const char *shorter,
                     const char *longer) {
  for (size_t i = c->program; i < c->words.n; i++) {
    struct str name;
    str_cut(c->words.v[i].text, '=', &name);
    if (str_is(name, shorter) || str_is(name, longer))
      return true;
  }
  return false;
}

/** Into another place than that of the packages. */
static bool goes_elsewhere(const struct lint_command *c) {
  return has_word(c, "-t", "--target") || has_word(c, "", "--prefix") ||
         has_word(c, "", "--root") ||
         str_find(c->words.v[c->program].text, '/') >= 0;
}

// ---- another version than the list's ----------------------------------------

static bool read_requirement(struct lint *l, struct str text,
                             struct requirement *out) {
  struct requirements one = {0};
  struct diags mute;
  diag_init(&mute, l->ar);
  if (!requirements_parse_item(text, NULL, 0, l->ar, &one, &mute) ||
      one.n != 1 || one.v[0].kind != REQUIREMENT_PACKAGE)
    return false;
  *out = one.v[0];
  return true;
}

static const struct version *pin_of_requirement(const struct requirement *r,
                                                struct version *storage) {
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  return pin && version_parse(pin->text, storage) ? storage : NULL;
}

/** Whether ASKED cannot be had with what the list has. */
static bool contradicts(const struct requirement *asked,
                        const struct requirement *listed) {
  struct version a, b;
  const struct version *pin = pin_of_requirement(asked, &a),
                       *other = pin_of_requirement(listed, &b);
  if (pin)
    return !specifier_set_matches(&listed->specifiers, pin);
  return other && !specifier_set_matches(&asked->specifiers, other);
}

/** The line for the package that TEXT names, if it says which versions. */
static const struct requirement *find_listed(struct lint *l, struct str text) {
  size_t n = 0;
  while (n < text.len && !strchr(" [=<>!~;@", text.p[n]))
    n++;
  const struct str name = requirement_normal_name(l->ar, str_take(text, n));
  const struct requirement *r = lint_find_package(l, name);
  return r && r->specifiers.n ? r : NULL;
}

static bool is_contradicted(struct lint *l, struct str text,
                            const struct requirement *listed) {
  struct requirement asked;
  return listed && read_requirement(l, text, &asked) && asked.specifiers.n &&
         contradicts(&asked, listed);
}

static void check_package(struct lint *l, const struct lint_command *c,
                          const struct lint_word *word) {
  const struct arena_mark mark = arena_mark(l->ar);
  const struct requirement *listed = find_listed(l, word->text);
  const bool differs = is_contradicted(l, word->text, listed);
  arena_rewind(l->ar, mark);
  if (!differs || !lint_may_tell(l, c))
    return;
  diag_warn(l->dg, DIAG_PIP_OTHER_VERSION, lint_word_span(c, word),
            STR_FMT " is not the " STR_FMT " that the packages ask for",
            STR_ARG(word->text), STR_ARG(listed->name));
  diag_note(l->dg, listed->span, STR_FMT " is asked for here; keep one of them",
            STR_ARG(lint_shown(listed)));
}

void lint_pip_other_version(struct lint *l) {
  for (size_t i = 0; i < l->commands.n; i++) {
    const struct lint_command *c = &l->commands.v[i];
    const struct lint_word *word;
    size_t at = lint_pip_install(c);
    if (!at || goes_elsewhere(c))
      continue;
    while ((word = next_package(c, &at)))
      check_package(l, c, word);
  }
}

// ---- a shell's redirection --------------------------------------------------

/** "numpy>=1.2" and "numpy<2", not "numpy>log". */
static bool is_version_word(struct str word) {
  size_t n = 0;
  while (n < word.len && word.p[n] != '<' && word.p[n] != '>')
    n++;
  return n + 1 < word.len && strchr("=0123456789", word.p[n + 1]);
}

void lint_pip_redirect(struct lint *l) {
  for (size_t i = 0; i < l->commands.n; i++) {
    const struct lint_command *c = &l->commands.v[i];
    const struct lint_word *word = &c->redirect;
    if (!lint_pip_install(c) || !is_version_word(word->text) ||
        !lint_may_tell(l, c))
      continue;
    diag_warn(l->dg, DIAG_PIP_REDIRECT, lint_word_span(c, word),
              "the shell takes \"" STR_FMT "\" for a redirection",
              STR_ARG(word->text));
    diag_note(l->dg, SPAN_NONE,
              "pip never sees the version; put quotes around it: '" STR_FMT "'",
              STR_ARG(word->text));
  }
}
