/* The real files beside the checkout, held against what two releases of Cog
 * make of them: what either builds is resolved, so is every other file that is
 * YAML, has a map under `build` and a Python that exists, and where both agree
 * so do we, except where tests/corpus_differences.tsv names the rule. */
#include <jansson.h> // names printf, which base.h bans

#include "cm.h"

#include "cogfe/resolve.h"
#include "cogfe/yamldoc.h"
#include "corpus_rules.h"
#include "files.h"

#define CORPUS "../shared/corpus/cases"
#define FACTS "../shared/expected/facts.jsonl"

static const char *const fields[] = {"base", "python", "index", "requirements"};

struct counts {
  int bad;
  int cases, built, resolved, also, compared, both[ARRAY_LEN(fields)],
      agreed[ARRAY_LEN(fields)];
  int not_yaml, no_build, no_python, by_rule; // refused
};

/** One row of the list of differences: NAMES are the cases of the corpus to
 *  which it applies, separated by blanks. */
struct difference {
  struct str field, rule, reason, names;
  struct str_vec seen;
};

struct corpus {
  struct arena *ar;
  struct counts n;
  VEC(struct difference) known;
};

static const char *text_of(const json_t *fact, const char *key) {
  return json_string_value(json_object_get(fact, key));
}

static bool builds(const json_t *fact) {
  return json_is_true(json_object_get(fact, "ok"));
}

// ---- the same things written in the same way --------------------------------

// Without "+cu118": the releases of Cog differ there, and we follow the older.
static struct str without_suffix(struct arena *ar, struct str line) {
  ptrdiff_t plus = str_find(line, '+');
  if (!str_starts(line, "torch") || plus < 0)
    return line;
  size_t end = (size_t)plus + 1;
  while (end < line.len && !strchr(" ;,#", line.p[end]))
    end++;
  struct str front = str_take(line, (size_t)plus), rest = str_skip(line, end);
  return str_printf(ar, STR_FMT STR_FMT, STR_ARG(front), STR_ARG(rest));
}

// Indexes without slashes at the end and without doubles.
static void add_index(struct arena *ar, struct str_vec *out, struct str one) {
  while (str_ends(one, "/"))
    one.len--;
  if (!corpus_has(out, one))
    vec_push(ar, out, one);
}

static void add_value(struct arena *ar, struct str_vec *out, const char *field,
                      struct str one) {
  if (!strcmp(field, "index"))
    add_index(ar, out, one);
  else if (!strcmp(field, "requirements"))
    vec_push(ar, out, without_suffix(ar, one));
  else
    vec_push(ar, out, str_trim(one));
}

static struct str_vec fact_field(struct arena *ar, const json_t *fact,
                                 const char *field) {
  json_t *value = json_object_get(fact, field), *one;
  struct str_vec list = {0};
  size_t i;
  if (json_is_string(value))
    add_value(ar, &list, field, str_of(json_string_value(value)));
  json_array_foreach(value, i, one)
      add_value(ar, &list, field, str_of(json_string_value(one)));
  return list;
}

static struct str_vec our_field(struct arena *ar, const struct resolved *r,
                                const char *field) {
  static const char *const options[] = {"--index-url", "--find-links",
                                        "--extra-index-url"};
  struct str_vec list = {0};
  if (!strcmp(field, "base"))
    vec_push(ar, &list, r->base_image);
  if (!strcmp(field, "python"))
    vec_push(ar, &list, r->python);
  for (size_t i = 0; i < r->indexes.n && !strcmp(field, "index"); i++)
    add_index(ar, &list,
              str_printf(ar, "%s " STR_FMT, options[r->indexes.v[i].kind],
                         STR_ARG(r->indexes.v[i].url)));
  for (size_t i = 0; i < r->lines.n && !strcmp(field, "requirements"); i++)
    add_value(ar, &list, field, r->lines.v[i].text);
  return list;
}

static bool same(const struct str_vec *a, const struct str_vec *b) {
  bool equal = a->n == b->n;
  for (size_t i = 0; equal && i < a->n; i++)
    equal = str_eq(a->v[i], b->v[i]);
  return equal;
}

static void print_list(const char *whose, const struct str_vec *list) {
  print_error("%s:\n", whose);
  for (size_t i = 0; i < list->n; i++)
    print_error("  " STR_FMT "\n", STR_ARG(list->v[i]));
}

// ---- one case ---------------------------------------------------------------

static bool is_known(struct corpus *c, const char *name, const char *field,
                     const char *rule) {
  for (size_t i = 0; rule && i < c->known.n; i++) {
    struct difference *d = &c->known.v[i];
    if (!str_is(d->field, field) || !str_is(d->rule, rule))
      continue;
    vec_push(c->ar, &d->seen, str_dup(c->ar, str_of(name)));
    return true;
  }
  return false;
}

static const char *find_rule(const struct resolved *r, const char *field,
                             const struct str_vec *ours,
                             const struct str_vec *theirs) {
  if (!strcmp(field, "base"))
    return corpus_rule_base(r);
  if (!strcmp(field, "requirements"))
    return corpus_rule_lines(r, ours, theirs);
  return strcmp(field, "index") ? NULL : corpus_rule_indexes(r, ours, theirs);
}

static void compare(struct corpus *c, const json_t *row,
                    const struct resolved *r) {
  const char *name = text_of(row, "case");
  const json_t *old = json_object_get(row, "cog_0_9_20");
  const json_t *new = json_object_get(row, "cog_0_22_0");
  c->n.compared++;
  for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
    struct str_vec a = fact_field(c->ar, old, fields[i]);
    struct str_vec b = fact_field(c->ar, new, fields[i]);
    struct str_vec ours = our_field(c->ar, r, fields[i]);
    c->n.both[i] += same(&a, &b);
    if (!same(&a, &b))
      continue;
    if (same(&ours, &a)) {
      c->n.agreed[i]++;
    } else if (!is_known(c, name, fields[i],
                         find_rule(r, fields[i], &ours, &a))) {
      print_error("%s, %s:\n", name, fields[i]);
      print_list("ours", &ours);
      print_list("theirs", &a);
      c->n.bad++;
    }
  }
}

static bool read_requirements(struct corpus *c, const char *name,
                              const struct config *cfg,
                              struct requirements *out, struct diags *dg) {
  struct str path = cfg->python_requirements.text;
  if (!cfg->python_requirements.set)
    return resolve_read_packages(cfg, c->ar, out, dg);
  struct source *src = arena_new(c->ar, struct source);
  src->name = path.p;
  src->text = files_read(
      c->ar, arena_printf(c->ar, CORPUS "/%s/" STR_FMT, name, STR_ARG(path)));
  return !src->text.p || requirements_parse(src, false, c->ar, out, dg);
}

static const struct resolved *resolve_case(struct corpus *c, const char *name,
                                           struct diags *dg) {
  struct source *src = arena_new(c->ar, struct source);
  src->name = "cog.yaml";
  src->text =
      files_read(c->ar, arena_printf(c->ar, CORPUS "/%s/cog.yaml", name));
  struct requirements reqs = {0};
  const struct config *cfg = config_parse(src, c->ar, dg);
  if (!cfg || !read_requirements(c, name, cfg, &reqs, dg))
    return NULL;
  struct resolve_input in = {
      .config = cfg, .requirements = &reqs, .architecture = STR("amd64")};
  return resolve(&in, c->ar, dg);
}

// ---- what is refused --------------------------------------------------------

static bool python_exists(const struct yamldoc_node *build) {
  const struct yamldoc_node *n = yamldoc_get(build, "python_version");
  struct version v;
  if (!n || yamldoc_is_null(n))
    return true;
  return n->kind == YAMLDOC_SCALAR && version_parse(n->text, &v) &&
         compat_find_python(compat_builtin(), &v);
}

static bool all_known(struct corpus *c, const char *name,
                      const struct diags *why) {
  if (!corpus_may_refuse(c->ar, why))
    return false;
  for (size_t i = 0; i < why->list.n; i++)
    if (why->list.v[i].severity == DIAG_ERROR)
      is_known(c, name, "refused", diag_slug(why->list.v[i].code));
  return true;
}

/** Counts why the case is refused; one that is well-formed needs a rule. */
static void check_refusal(struct corpus *c, const char *name, bool built,
                          const struct diags *why) {
  struct diags dg;
  diag_init(&dg, c->ar);
  const struct source src = {
      "cog.yaml",
      files_read(c->ar, arena_printf(c->ar, CORPUS "/%s/cog.yaml", name))};
  const struct yamldoc *doc = yamldoc_parse(&src, c->ar, &dg);
  const struct yamldoc_node *build =
      doc && doc->root ? yamldoc_get(doc->root, "build") : NULL;
  if (!doc && !built) {
    c->n.not_yaml++;
  } else if (!built && (!build || build->kind != YAMLDOC_MAP)) {
    c->n.no_build++;
  } else if (build && !python_exists(build)) {
    c->n.no_python++;
  } else if (all_known(c, name, why)) {
    c->n.by_rule++;
  } else {
    print_error("%s is refused: %s\n", name, diag_first_error(why)->msg);
    c->n.bad++;
  }
}

static void check_case(struct corpus *c, const json_t *row) {
  struct diags dg;
  diag_init(&dg, c->ar);
  const char *name = text_of(row, "case");
  bool old = builds(json_object_get(row, "cog_0_9_20"));
  bool new = builds(json_object_get(row, "cog_0_22_0"));
  const struct resolved *r = resolve_case(c, name, &dg);
  assert_int_equal(!r, dg.errors > 0);
  c->n.cases++;
  c->n.built += old || new;
  c->n.resolved += r && (old || new);
  c->n.also += r && !old && !new;
  if (!r)
    check_refusal(c, name, old || new, &dg);
  if (r && old && new)
    compare(c, row, r);
}

static void read_differences(struct corpus *c) {
  struct str text = files_read(c->ar, CORPUS_DIFFERENCES), line;
  while (str_next_line(&text, &line)) {
    struct difference d = {0};
    line = str_cut(line, '\t', &d.field);
    line = str_cut(line, '\t', &d.rule);
    d.names = str_cut(line, '\t', &d.reason);
    if (!str_starts(d.field, "#"))
      vec_push(c->ar, &c->known, d);
  }
}

static bool names(struct str list, struct str name) {
  for (struct str one; list.len;) {
    list = str_cut(list, ' ', &one);
    if (str_eq(one, name))
      return true;
  }
  return false;
}

static void print_difference(const struct difference *d) {
  if (d->seen.n)
    print_message("%zu by the rule " STR_FMT " " STR_FMT ": " STR_FMT "\n",
                  d->seen.n, STR_ARG(d->field), STR_ARG(d->rule),
                  STR_ARG(d->reason));
  for (size_t i = 0; i < d->seen.n; i++)
    print_message("  " STR_FMT "%s\n", STR_ARG(d->seen.v[i]),
                  names(d->names, d->seen.v[i]) ? "" : " (is not in the list)");
}

/** Fails for a name of the list whose case, if it is in FACTS, does not differ
 *  any more. */
static void check_list(const struct corpus *c, struct str facts) {
  for (size_t i = 0; i < c->known.n; i++) {
    const struct difference *d = &c->known.v[i];
    struct str rest = d->names, one;
    while (rest.len) {
      rest = str_cut(rest, ' ', &one);
      const char *key =
          arena_printf(c->ar, "\"case\": \"" STR_FMT "\"", STR_ARG(one));
      if (str_contains(facts, key) && !corpus_has(&d->seen, one))
        fail_msg(CORPUS_DIFFERENCES
                 " names a difference that is none: " STR_FMT,
                 STR_ARG(one));
    }
  }
}

static void print_counts(const struct corpus *c) {
  print_message("%d cases; Cog 0.9.20 or 0.22.0 builds %d, of which %d are "
                "resolved, and %d more\n",
                c->n.cases, c->n.built, c->n.resolved, c->n.also);
  print_message("refused: %d not YAML, %d without a map under build, %d "
                "without a Python that exists, %d by a listed rule\n",
                c->n.not_yaml, c->n.no_build, c->n.no_python, c->n.by_rule);
  print_message("of %d that both build, both agree on and so do we:\n",
                c->n.compared);
  for (size_t i = 0; i < ARRAY_LEN(fields); i++)
    print_message("  %s %d, %d\n", fields[i], c->n.both[i], c->n.agreed[i]);
  for (size_t i = 0; i < c->known.n; i++)
    print_difference(&c->known.v[i]);
}

static void agrees_with_both_releases(void **state) {
  struct corpus c = {.ar = cm_ar(state)};
  struct str facts = files_read(c.ar, FACTS), all = facts, line;
  if (!facts.p) {
    print_message("no corpus beside the checkout, skipped\n");
    skip();
  }
  read_differences(&c);
  while (str_next_line(&facts, &line)) {
    json_t *row = json_loadb(line.p, line.len, 0, NULL);
    assert_non_null(row);
    check_case(&c, row);
    json_decref(row);
  }
  print_counts(&c);
  if (c.n.bad)
    fail_msg("%d cases differ", c.n.bad);
  check_list(&c, all);
}

int main(void) {
  const struct CMUnitTest tests[] = {cm_test(agrees_with_both_releases)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
