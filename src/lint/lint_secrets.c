// Rules about what should not be written down. No message names the value.
#include "lint/lint_int.h"

static const char advice[] =
    "hand it over when it is needed: docker build --secret for a step, docker "
    "run -e for the model";

// ---- credentials ------------------------------------------------------------

static void check_text(struct lint *l, struct span span, struct str text) {
  struct diag_secret s;
  size_t from = 0;
  while (diag_next_secret(text, &from, &s)) {
    if (s.kind == DIAG_SECRET_VALUE)
      continue;
    if (s.kind == DIAG_SECRET_URL)
      diag_warn(l->dg, DIAG_CREDENTIALS, span,
                "a URL with a password or a token in it");
    else
      diag_warn(l->dg, DIAG_CREDENTIALS, span, "a token of %s stands here",
                s.service);
    diag_note(l->dg, (struct span){0},
              "whoever has the image, its history or a build log can read it");
    diag_note(l->dg, (struct span){0}, "%s", advice);
    return;
  }
}

static void check_words(struct lint *l, const struct lint_command *c) {
  for (size_t i = 0; i < c->words.n; i++)
    check_text(l, lint_word_span(c, &c->words.v[i]), c->words.v[i].text);
}

void lint_credentials(struct lint *l) {
  for (size_t i = 0; i < l->requirements->n; i++)
    check_text(l, l->requirements->v[i].span, l->requirements->v[i].line);
  for (size_t i = 0; i < l->commands.n; i++)
    check_words(l, &l->commands.v[i]);
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
    diag_note(l->dg, (struct span){0},
              "environment is part of the image, for everybody who has it");
    diag_note(l->dg, (struct span){0}, "%s", advice);
  }
}
