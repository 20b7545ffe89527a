/* The real files beside the checkout, held against what two releases of Cog
 * make of them: what either builds is resolved, so is every other file that is
 * YAML, has a map under `build` and a Python that exists, and where both agree
 * so do we, except where tests/corpus_differences.tsv names the rule. */
#include <jansson.h> // names printf, which base.h bans

#include "cm.h"

#include "cogfe/resolve.h"
#include "cogfe/yamldoc.h"
#include "files.h"

#define CORPUS "../shared/corpus/cases"
#define FACTS "../shared/expected/facts.jsonl"
#define DIFFERENCES "tests/corpus_differences.tsv"

static const char *const fields[] = {"base", "python", "index", "requirements"};

struct counts {
  int bad;
  int cases, built, resolved, also, compared, agreed[ARRAY_LEN(fields)];
  int not_yaml, no_build, no_python, by_rule; // refused
};

/** One row of the list of differences. */
struct difference {
  struct str name, field, rule;
  bool seen;
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

static bool has(const struct str_vec *list, struct str s) {
  for (size_t i = 0; i < list->n; i++)
    if (str_eq(list->v[i], s))
      return true;
  return false;
}

// Indexes without slashes at the end and without doubles.
static struct str join_indexes(struct arena *ar, const struct str_vec *list) {
  struct str_vec kept = {0};
  struct str out = STR("");
  for (size_t i = 0; i < list->n; i++) {
    struct str one = list->v[i];
    while (str_ends(one, "/"))
      one.len--;
    if (has(&kept, one))
      continue;
    vec_push(ar, &kept, one);
    out = str_printf(ar, STR_FMT STR_FMT "\n", STR_ARG(out), STR_ARG(one));
  }
  return out;
}

static struct str join_lines(struct arena *ar, const struct str_vec *list) {
  struct str out = STR("");
  for (size_t i = 0; i < list->n; i++) {
    struct str one = without_suffix(ar, list->v[i]);
    out = str_printf(ar, STR_FMT STR_FMT "\n", STR_ARG(out), STR_ARG(one));
  }
  return out;
}

static struct str fact_field(struct arena *ar, const json_t *fact,
                             const char *field) {
  json_t *value = json_object_get(fact, field), *one;
  if (json_is_string(value))
    return str_of(json_string_value(value));
  struct str_vec list = {0};
  size_t i;
  json_array_foreach(value, i, one)
      vec_push(ar, &list, str_of(json_string_value(one)));
  return strcmp(field, "index") ? join_lines(ar, &list)
                                : join_indexes(ar, &list);
}

static struct str our_indexes(struct arena *ar, const struct resolved *r) {
  static const char *const names[] = {"--index-url", "--find-links",
                                      "--extra-index-url"};
  struct str_vec list = {0};
  for (size_t i = 0; i < r->indexes.n; i++)
    vec_push(ar, &list,
             str_printf(ar, "%s " STR_FMT, names[r->indexes.v[i].kind],
                        STR_ARG(r->indexes.v[i].url)));
  return join_indexes(ar, &list);
}

static struct str our_lines(struct arena *ar, const struct resolved *r) {
  struct str_vec list = {0};
  for (size_t i = 0; i < r->lines.n; i++)
    vec_push(ar, &list, r->lines.v[i].text);
  return join_lines(ar, &list);
}

static struct str our_field(struct arena *ar, const struct resolved *r,
                            const char *field) {
  if (!strcmp(field, "base"))
    return r->base_image;
  if (!strcmp(field, "python"))
    return r->python;
  return strcmp(field, "index") ? our_lines(ar, r) : our_indexes(ar, r);
}

// ---- one case ---------------------------------------------------------------

static bool is_known(struct corpus *c, const char *name, const char *field) {
  for (size_t i = 0; i < c->known.n; i++) {
    struct difference *d = &c->known.v[i];
    if (str_is(d->name, name) && str_is(d->field, field))
      return d->seen = true;
  }
  return false;
}

static void compare(struct corpus *c, const json_t *row,
                    const struct resolved *r) {
  const char *name = text_of(row, "case");
  const json_t *old = json_object_get(row, "cog_0_9_20");
  const json_t *new = json_object_get(row, "cog_0_22_0");
  c->n.compared++;
  for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
    struct str a = fact_field(c->ar, old, fields[i]);
    struct str b = fact_field(c->ar, new, fields[i]);
    struct str ours = our_field(c->ar, r, fields[i]);
    if (!str_eq(a, b))
      continue;
    if (str_eq(ours, a)) {
      c->n.agreed[i]++;
    } else if (!is_known(c, name, fields[i])) {
      print_error("%s, %s:\nours:\n" STR_FMT "\ntheirs:\n" STR_FMT "\n", name,
                  fields[i], STR_ARG(ours), STR_ARG(a));
      c->n.bad++;
    }
  }
}

static bool read_requirements(struct corpus *c, const char *name,
                              const struct config *cfg, struct diags *dg,
                              struct requirements *out) {
  struct str path = cfg->python_requirements.text;
  if (!cfg->python_requirements.set)
    return resolve_read_packages(cfg, c->ar, dg, out);
  struct source *src = arena_new(c->ar, struct source);
  src->name = path.p;
  src->text = files_read(
      c->ar, arena_printf(c->ar, CORPUS "/%s/" STR_FMT, name, STR_ARG(path)));
  return !src->text.p || requirements_parse(src, false, c->ar, dg, out);
}

static const struct resolved *resolve_case(struct corpus *c, const char *name,
                                           struct diags *dg) {
  struct source *src = arena_new(c->ar, struct source);
  src->name = "cog.yaml";
  src->text =
      files_read(c->ar, arena_printf(c->ar, CORPUS "/%s/cog.yaml", name));
  struct requirements reqs = {0};
  const struct config *cfg = config_parse(src, c->ar, dg);
  if (!cfg || !read_requirements(c, name, cfg, dg, &reqs))
    return NULL;
  struct resolve_input in = {
      .config = cfg, .requirements = &reqs, .architecture = STR("amd64")};
  return resolve(&in, c->ar, dg);
}

// ---- what is refused ---------------------------------------------------------

static bool python_exists(const struct yamldoc_node *build) {
  const struct yamldoc_node *n = yamldoc_get(build, "python_version");
  struct version v;
  if (!n || yamldoc_is_null(n))
    return true;
  return n->kind == YAMLDOC_SCALAR && version_parse(n->text, &v) &&
         compat_find_python(compat_builtin(), &v);
}

/** Counts why the case is refused; one that is well-formed needs a rule. */
static void check_refusal(struct corpus *c, const char *name,
                          const struct diags *why) {
  struct diags dg;
  diag_init(&dg, c->ar);
  const struct source src = {
      "cog.yaml",
      files_read(c->ar, arena_printf(c->ar, CORPUS "/%s/cog.yaml", name))};
  const struct yamldoc *doc = yamldoc_parse(&src, c->ar, &dg);
  const struct yamldoc_node *build =
      doc && doc->root ? yamldoc_get(doc->root, "build") : NULL;
  if (!doc) {
    c->n.not_yaml++;
  } else if (!build || build->kind != YAMLDOC_MAP) {
    c->n.no_build++;
  } else if (!python_exists(build)) {
    c->n.no_python++;
  } else if (is_known(c, name, "refused")) {
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
  const struct resolved *r = resolve_case(c, name, &dg);
  assert_int_equal(!r, dg.errors > 0);
  if (!r)
    check_refusal(c, name, &dg);
  bool old = builds(json_object_get(row, "cog_0_9_20"));
  bool new = builds(json_object_get(row, "cog_0_22_0"));
  c->n.cases++;
  c->n.built += old || new;
  c->n.resolved += r != NULL;
  c->n.also += r && !old && !new;
  if (!r && (old || new)) {
    print_error("%s: %s\n", name, diag_first_error(&dg)->msg);
    c->n.bad++;
  }
  if (r && old && new)
    compare(c, row, r);
}

static void read_differences(struct corpus *c) {
  struct str text = files_read(c->ar, DIFFERENCES), line;
  while (str_next_line(&text, &line)) {
    struct difference d = {0};
    line = str_cut(line, '\t', &d.name);
    d.rule = str_cut(line, '\t', &d.field);
    if (!str_starts(d.name, "#"))
      vec_push(c->ar, &c->known, d);
  }
}

static void print_counts(const struct corpus *c) {
  print_message("%d cases: %d built by Cog 0.9.20 or 0.22.0 and resolved, %d "
                "more resolved\n",
                c->n.cases, c->n.built, c->n.also);
  print_message("refused: %d not YAML, %d without a map under build, %d "
                "without a Python that exists, %d by a listed rule\n",
                c->n.not_yaml, c->n.no_build, c->n.no_python, c->n.by_rule);
  print_message("of %d that both build, we agree with both on", c->n.compared);
  for (size_t i = 0; i < ARRAY_LEN(fields); i++)
    print_message(" %s %d", fields[i], c->n.agreed[i]);
  print_message("; %zu differences are listed\n", c->known.n);
}

static void agrees_with_both_releases(void **state) {
  struct corpus c = {.ar = cm_ar(state)};
  struct str facts = files_read(c.ar, FACTS), line;
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
  if (c.n.bad)
    fail_msg("%d cases differ", c.n.bad);
  for (size_t i = 0; i < c.known.n; i++)
    if (!c.known.v[i].seen)
      fail_msg(DIFFERENCES " names a difference that is none: " STR_FMT,
               STR_ARG(c.known.v[i].name));
  print_counts(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {cm_test(agrees_with_both_releases)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
