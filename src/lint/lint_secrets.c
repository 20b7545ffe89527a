// Rules about what should not be written down. No message names the value.
#include "lint/lint_int.h"

static const char advice[] =
    "hand it over when it is needed: docker build --secret for a step, docker "
    "run -e for the model";

// ---- credentials ------------------------------------------------------------

/** Finds credentials in TEXT; the values of variables are another rule's. */
static bool find_credentials(struct str text, struct diag_secret *out) {
  size_t from = 0;
  while (diag_next_secret(text, &from, out))
    if (out->kind != DIAG_SECRET_VALUE)
      return true;
  return false;
}

static void warn_credentials(struct lint *l, struct span span,
                             const struct diag_secret *s) {
  if (s->kind == DIAG_SECRET_URL)
    diag_warn(l->dg, DIAG_CREDENTIALS, span,
              "a URL with a password or a token in it");
  else
    diag_warn(l->dg, DIAG_CREDENTIALS, span, "a token of %s stands here",
              s->service);
  diag_note(l->dg, SPAN_NONE,
            "whoever has the image, its history or a build log can read it");
  diag_note(l->dg, SPAN_NONE, "%s", advice);
}

static void check_secret_words(struct lint *l, const struct lint_command *c) {
  struct diag_secret s;
  for (size_t i = 0; i < c->words.n; i++)
    if (find_credentials(c->words.v[i].text, &s) && lint_may_tell(l, c))
      warn_credentials(l, lint_word_span(c, &c->words.v[i]), &s);
}

void lint_credentials(struct lint *l) {
  struct diag_secret s;
  for (size_t i = 0; i < l->requirements->n; i++)
    if (find_credentials(l->requirements->v[i].line, &s))
      warn_credentials(l, l->requirements->v[i].span, &s);
  for (size_t i = 0; i < l->commands.n; i++)
    check_secret_words(l, &l->commands.v[i]);
}

// ---- environment ------------------------------------------------------------

static bool holds_secret(const struct config_env *env) {
  struct diag_secret s;
  size_t from = 0;
  return (diag_is_secret_name(env->name) && diag_is_secret_value(env->value)) ||
         diag_next_secret(env->value, &from, &s);
}

void lint_secret_environment(struct lint *l) {
  const struct config_envs *all = &l->config->environment;
  for (size_t i = 0; i < all->n; i++) {
    if (!holds_secret(&all->v[i]))
      continue;
    diag_warn(l->dg, DIAG_SECRET_ENVIRONMENT, all->v[i].span,
              "the value of \"" STR_FMT "\" looks like a secret",
              STR_ARG(all->v[i].name));
    diag_note(l->dg, SPAN_NONE,
              "environment is part of the image, for everybody who has it");
    diag_note(l->dg, SPAN_NONE, "%s", advice);
  }
}
