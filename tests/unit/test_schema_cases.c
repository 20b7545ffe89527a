// The schema of every project in ../shared/schema/cases, beside what Cog's
// generator makes of it: equal, or another where a rule of schema_rules.def
// says so.
#include "cogfe/json.h"

#include "cm.h"
#include "cogfe/schema.h"
#include "files.h"

#define CASES "../shared/schema/cases"

struct tally {
  size_t equal, listed, refused, unexplained;
};

static bool is_number_equal(json_t *a, json_t *b) {
  const double x = json_number_value(a), y = json_number_value(b);
  return x <= y && x >= y;
}

/** Whether A and B differ below PATH in no place that D does not explain. */
struct comparison {
  const struct schema *schema;
  const char *first; // unexplained place
  bool differs;
  struct arena *ar;
};

/** The parameter that PATH is about: of a property, of a list of choices. */
static bool is_explained(const struct comparison *c, const char *path) {
  for (size_t i = 0; i < c->schema->departures.n; i++) {
    const struct str where = c->schema->departures.v[i].where;
    if (!where.len)
      return true;
    const char *name = str_cstr(c->ar, where);
    if (str_is(where, "return") &&
        (str_starts(str_of(path), "/components/schemas/Output") ||
         str_starts(str_of(path), "/components/schemas/TrainingOutput")))
      return true;
    const char *forms[] = {
        arena_printf(c->ar, "/components/schemas/%s", name),
        arena_printf(c->ar, "/components/schemas/choices_%s", name),
        arena_printf(c->ar, "/components/schemas/training_choices_%s", name),
        arena_printf(c->ar, "/components/schemas/Input/properties/%s", name),
        arena_printf(c->ar, "/components/schemas/TrainingInput/properties/%s",
                     name),
        arena_printf(c->ar, "/components/schemas/Input/required/%s", name),
        arena_printf(c->ar, "/components/schemas/TrainingInput/required/%s",
                     name)};
    for (size_t f = 0; f < ARRAY_LEN(forms); f++) {
      const size_t len = strlen(forms[f]);
      if (strncmp(path, forms[f], len) == 0 &&
          (path[len] == '\0' || path[len] == '/'))
        return true;
    }
  }
  return false;
}

static void differ(struct comparison *c, const char *path) {
  c->differs = true;
  if (!c->first && !is_explained(c, path))
    c->first = path;
}

static void compare(struct comparison *c, const char *path, json_t *a,
                    json_t *b);

/** As sets of names. */
static void compare_required(struct comparison *c, const char *path, json_t *a,
                             json_t *b) {
  json_t *both[] = {a, b};
  for (int turn = 0; turn < 2; turn++) {
    size_t i, j;
    json_t *name, *other;
    json_array_foreach(both[turn], i, name) {
      bool found = false;
      json_array_foreach(both[!turn], j, other) found =
          found || json_equal(name, other);
      if (!found)
        differ(c, arena_printf(c->ar, "%s/%s", path, json_string_value(name)));
    }
  }
}

static void compare_objects(struct comparison *c, const char *path, json_t *a,
                            json_t *b) {
  json_t *both[] = {a, b};
  const char *key;
  json_t *value;
  for (int turn = 0; turn < 2; turn++)
    json_object_foreach(both[turn], key, value) {
      const char *below = arena_printf(c->ar, "%s/%s", path, key);
      json_t *other = json_object_get(both[!turn], key);
      if (strcmp(key, "required") == 0 &&
          !str_ends(str_of(path), "properties") &&
          (json_is_array(value) || json_is_array(other)))
        compare_required(c, below, value, other);
      else if (!other)
        differ(c, below);
      else if (!turn)
        compare(c, below, value, other);
    }
}

static void compare(struct comparison *c, const char *path, json_t *a,
                    json_t *b) {
  size_t i;
  json_t *value;
  if (json_is_number(a) && json_is_number(b)) {
    if (!is_number_equal(a, b))
      differ(c, path);
  } else if (json_is_object(a) && json_is_object(b)) {
    compare_objects(c, path, a, b);
  } else if (json_is_array(a) && json_is_array(b) &&
             json_array_size(a) == json_array_size(b)) {
    json_array_foreach(a, i, value) compare(
        c, arena_printf(c->ar, "%s/%zu", path, i), value, json_array_get(b, i));
  } else if (!json_equal(a, b)) {
    differ(c, path);
  }
}

static const char *rules_used(struct arena *ar, const struct schema *schema) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, SBUF_NO_MAX);
  for (size_t i = 0; i < schema->departures.n; i++)
    if (!str_contains(sbuf_str(&out),
                      schema_rule_slug(schema->departures.v[i].rule)))
      sbuf_addf(&out, "%s%s", out.len ? "," : "",
                schema_rule_slug(schema->departures.v[i].rule));
  return str_cstr(ar, sbuf_str(&out));
}

static struct str case_file(struct arena *ar, const char *name,
                            const char *file) {
  return files_read(ar, arena_printf(ar, CASES "/%s/%s", name, file));
}

static struct schema_ref ref_of(struct arena *ar, struct str text) {
  struct schema_ref ref = {.file = {0}};
  struct source *src = arena_new(ar, struct source);
  *src = (struct source){"cog.yaml", text};
  ref.name = str_cut(text, ':', &ref.file);
  ref.span = source_span(src, 0, text.len);
  return ref;
}

static void set_refs(struct arena *ar, const char *name,
                     struct schema_input *in) {
  const struct str mode = str_trim(case_file(ar, name, "mode"));
  struct str first = str_trim(case_file(ar, name, "ref"));
  const struct str second =
      str_is(mode, "combined") ? str_cut(first, ',', &first) : first;
  if (!str_is(mode, "train"))
    in->predict = ref_of(ar, first);
  if (!str_is(mode, "predict"))
    in->train = ref_of(ar, second);
}

static void say(struct tally *t, size_t *count, const char *what,
                const char *name, const char *why) {
  (void)t;
  (*count)++;
  print_message("%-12s %s%s%s\n", what, name, *why ? ": " : "", why);
}

static void try_accepted(struct tally *t, struct arena *ar, const char *name,
                         bool ok, const struct schema *schema,
                         const char *error) {
  const char *rules = rules_used(ar, schema);
  if (!ok) {
    bool listed = false;
    for (size_t i = 0; i < schema->departures.n; i++)
      listed = listed || schema->departures.v[i].rule == SCHEMA_UNTYPED;
    say(t, listed ? &t->listed : &t->unexplained,
        listed ? "listed" : "UNEXPLAINED", name,
        arena_printf(ar, "refused: %s", error));
    return;
  }
  json_error_t e;
  const struct str want = case_file(ar, name, "expected.json");
  json_t *a = json_loadb(schema->json.p, schema->json.len,
                         JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &e),
         *b = json_loadb(want.p, want.len, JSON_DECODE_INT_AS_REAL, &e);
  if (!a)
    print_message("%s\n" STR_FMT "\n", e.text, STR_ARG(schema->json));
  assert_non_null(a);
  assert_non_null(b);
  struct comparison c = {.schema = schema, .ar = ar};
  compare(&c, "", a, b);
  if (c.first)
    say(t, &t->unexplained, "UNEXPLAINED", name,
        arena_printf(ar, "%s [%s]", c.first, rules));
  else if (c.differs)
    say(t, &t->listed, "listed", name, rules);
  else
    say(t, &t->equal, "equal", name, "");
  json_decref(a);
  json_decref(b);
}

static void try_case(struct tally *t, struct arena *ar, const char *name) {
  struct diags dg;
  diag_init(&dg, ar);
  struct schema schema;
  struct schema_input in = {
      .files = context_open_dir(ar, arena_printf(ar, CASES "/%s", name), &dg),
      .version = STR("dev")};
  assert_non_null(in.files);
  set_refs(ar, name, &in);
  const bool ok = schema_make(&in, ar, &schema, &dg);
  assert_int_equal(!ok, dg.errors > 0);
  const char *error = ok ? "" : diag_first_error(&dg)->msg;
  if (case_file(ar, name, "expected.json").p)
    try_accepted(t, ar, name, ok, &schema, error);
  else if (!ok)
    say(t, &t->refused, "refused", name, error);
  else
    say(t, schema.departures.n ? &t->listed : &t->unexplained,
        schema.departures.n ? "listed" : "UNEXPLAINED", name,
        arena_printf(ar, "accepted: %s", rules_used(ar, &schema)));
  context_close(in.files);
}

static void every_case(void **state) {
  struct arena *ar = cm_ar(state);
  struct tally t = {0};
  if (!files_read(ar, CASES "/index.tsv").p) {
    print_message("no " CASES ": nothing was compared\n");
    skip();
  }
  struct str rest = case_file(ar, ".", "index.tsv"), line, name;
  str_next_line(&rest, &line); // the head
  while (str_next_line(&rest, &line)) {
    str_cut(line, '\t', &name);
    try_case(&t, ar, str_cstr(ar, name));
  }
  print_message("%zu equal, %zu listed differences, %zu refused by both, %zu "
                "unexplained\n",
                t.equal, t.listed, t.refused, t.unexplained);
  assert_int_equal(t.unexplained, 0);
}

static void the_page_lists_the_rules(void **state) {
  const struct str page = files_read(cm_ar(state), "docs/schema.md");
  assert_in_range(SCHEMA_N_RULES, 1, 15);
  for (int i = 0; i < SCHEMA_N_RULES; i++) {
    const char *row = arena_printf(cm_ar(state), "\n| %s | %s |\n",
                                   schema_rule_slug((enum schema_rule)i),
                                   schema_rule_help((enum schema_rule)i));
    if (!str_contains(page, row))
      fail_msg("docs/schema.md lacks this row:%s", row);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cm_test(every_case),
                                     cm_test(the_page_lists_the_rules)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
