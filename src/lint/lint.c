#include "cogfe/lint.h"

#include "cogfe/limits.h"
#include "lint/lint_int.h"

/** What a rule looks at besides the config and the requirements. */
enum needs {
  NEEDS_CONFIG, // nothing else
  NEEDS_RESOLVED,
  NEEDS_FILES,
};

static const struct rule {
  struct lint_rule row;
  enum needs needs;
  void (*run)(struct lint *l); // NULL: another module warns
} rules[] = {
#define RULE(code, needs, function, help)                                      \
  {{DIAG_##code, help}, NEEDS_##needs, function},
#define ELSEWHERE(code, help) {{DIAG_##code, help}, NEEDS_CONFIG, NULL},
#include "lint/lint_rules.def"
#undef RULE
#undef ELSEWHERE
};

const struct lint_rule *lint_find_rule(enum diag_code code) {
  for (size_t i = 0; i < ARRAY_LEN(rules); i++)
    if (rules[i].row.code == code)
      return &rules[i].row;
  return NULL;
}

const struct lint_rule *lint_rules(size_t *n) {
  static struct lint_rule rows[ARRAY_LEN(rules)];
  for (size_t i = 0; i < ARRAY_LEN(rules); i++)
    rows[i] = rules[i].row;
  *n = ARRAY_LEN(rules);
  return rows;
}

// ---- running ----------------------------------------------------------------

static bool has_needs(const struct lint_input *in, enum needs needs) {
  switch (needs) {
  case NEEDS_CONFIG:
    return true;
  case NEEDS_RESOLVED:
    return in->resolved != NULL;
  case NEEDS_FILES:
    return in->files != NULL;
  }
  BUG("no such need");
}

static void read_commands(struct lint *l, const struct config_runs *runs) {
  for (size_t i = 0; i < runs->n; i++)
    lint_read_commands(l->ar, &runs->v[i], &l->commands);
}

static int rule_by_name(const void *pa, const void *pb) {
  const struct requirement *const *a = pa, *const *b = pb;
  const int d = str_cmp((*a)->name, (*b)->name);
  return d ? d : (*a > *b) - (*a < *b);
}

static void sort_packages(struct lint *l) {
  const struct requirements *all = l->requirements;
  l->packages = arena_array(l->ar, const struct requirement *, all->n);
  for (size_t i = 0; i < all->n; i++) {
    const struct requirement *r = &all->v[i];
    const bool names =
        r->kind == REQUIREMENT_PACKAGE || r->kind == REQUIREMENT_FILE;
    if (names && r->name.len && !r->constraint && lint_applies(l, r))
      l->packages[l->n_packages++] = r;
  }
  if (l->n_packages)
    qsort(l->packages, l->n_packages, sizeof *l->packages, rule_by_name);
}

static void run_rule(struct lint *l, const struct rule *rule) {
  l->reported_run = NULL;
  l->n_told = 0;
  if (rule->run && has_needs(l->in, rule->needs))
    rule->run(l);
}

void lint_run(const struct lint_input *in, struct arena *ar, struct diags *dg) {
  static const struct requirements none;
  struct lint l = {
      .in = in,
      .config = in->config,
      .requirements = in->requirements ? in->requirements : &none,
      .resolved = in->resolved,
      .compat = in->compat ? in->compat : compat_builtin(),
      .ar = ar,
      .dg = dg,
  };
  read_commands(&l, &in->config->pre_install);
  read_commands(&l, &in->config->run);
  sort_packages(&l);
  for (size_t i = 0; i < ARRAY_LEN(rules); i++)
    run_rule(&l, &rules[i]);
}

// ---- questions --------------------------------------------------------------

bool lint_applies(const struct lint *l, const struct requirement *r) {
  const struct str arch = l->in->architecture;
  const struct marker_env env = {
      .python = l->resolved ? l->resolved->python : STR(""),
      .machine = str_is(arch, "amd64")   ? STR("x86_64")
                 : str_is(arch, "arm64") ? STR("aarch64")
                                         : STR(""),
  };
  return marker_eval(r->marker, &env) == MARKER_TRUE;
}

const struct requirement *lint_find_package(const struct lint *l,
                                            struct str package) {
  size_t from = 0, to = l->n_packages;
  while (from < to) { // the first that is not below
    const size_t mid = from + (to - from) / 2;
    if (str_cmp(l->packages[mid]->name, package) < 0)
      from = mid + 1;
    else
      to = mid;
  }
  const bool found =
      from < l->n_packages && str_eq(l->packages[from]->name, package);
  return found ? l->packages[from] : NULL;
}

bool lint_may_tell(struct lint *l, const struct lint_command *c) {
  if (l->reported_run != c->run) {
    l->reported_run = c->run;
    l->n_told = 0;
  }
  return l->n_told++ < LIMIT_LINT_REPORTS;
}

struct str lint_shown(const struct requirement *r) {
  const size_t end = r->options.n ? r->options.v[0].off : r->line.len;
  return str_trim(str_take(r->line, end));
}

struct str lint_system_name(struct str item) {
  size_t n = 0;
  while (n < item.len && !strchr(":=/", item.p[n]))
    n++;
  return str_take(item, n);
}

static bool is_installed(const struct lint_command *c, const char *package) {
  for (size_t i = lint_verb(c); i < c->words.n; i++)
    if (str_is(lint_system_name(c->words.v[i].text), package))
      return true;
  return false;
}

bool lint_has_system_package(const struct lint *l, const char *package) {
  const struct config_list *list = &l->config->system_packages;
  for (size_t i = 0; i < list->n; i++)
    if (str_is(lint_system_name(list->v[i].text), package))
      return true;
  for (size_t i = 0; i < l->commands.n; i++)
    if (lint_is_apt(&l->commands.v[i], "install") &&
        is_installed(&l->commands.v[i], package))
      return true;
  return false;
}
