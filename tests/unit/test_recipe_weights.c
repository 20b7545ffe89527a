// Which files are layers of their own: trees of names and sizes in, weights and
// warnings out.
#include "cm.h"

#include "cogfe/limits.h"
#include "cogfe/recipe.h"

#define BIG "10485760" // 10 MiB

/** Files as "PATH SIZE" lines, which have to be sorted. */
static const char *tree;

/** Pushes what LINE's path has directly below DIR, each name once. */
static void push_below(struct arena *ar, struct str dir, struct str path,
                       uint64_t size, struct context_entries *out) {
  if (!str_is(dir, ".")) {
    if (path.len <= dir.len || path.p[dir.len] != '/' ||
        !str_eq(str_take(path, dir.len), dir))
      return;
    path = str_skip(path, dir.len + 1);
  }
  struct str name;
  str_cut(path, '/', &name);
  const bool file = name.len == path.len;
  if (out->n && str_eq(out->v[out->n - 1].name, name))
    return;
  vec_push(ar, out,
           (struct context_entry){name, file ? CONTEXT_FILE : CONTEXT_DIR,
                                  file ? size : 0});
}

static bool list(void *self, const char *const *paths, size_t n,
                 struct arena *ar, struct context_entries *out,
                 struct diags *dg) {
  (void)self, (void)dg;
  for (size_t i = 0; i < n; i++) {
    struct str rest = str_of(tree), line;
    while (str_next_line(&rest, &line)) {
      const ptrdiff_t space = str_rfind(line, ' ');
      const uint64_t size =
          strtoull(str_cstr(ar, str_skip(line, (size_t)space)), NULL, 10);
      push_below(ar, str_of(paths[i]), str_take(line, (size_t)space), size,
                 &out[i]);
    }
  }
  return true;
}

static const struct context_ops ops = {.list = list};

/** What is found, as "PATH", "PATH/" and the number of files and bytes. */
static struct str found(void **state, const char *patterns,
                        const char *ignored) {
  struct arena *ar = cm_ar(state);
  struct context_ignore *ignore = arena_new(ar, struct context_ignore);
  struct source *src = arena_new(ar, struct source);
  *src = (struct source){".dockerignore", str_of(ignored ? ignored : "")};
  assert_true(context_ignore_parse(ar, src, ignore, cm_dg(state)));
  const struct recipe_args args = {.weights = str_of(patterns)};
  const struct recipe_weights_input in = {.tree =
                                              context_open_ops(ar, &ops, NULL),
                                          .ignore = ignored ? ignore : NULL,
                                          .args = &args};
  struct plan_weights weights;
  assert_true(recipe_find_weights(&in, ar, &weights, cm_dg(state)));
  struct str out = STR("");
  for (size_t i = 0; i < weights.n; i++) {
    const struct plan_weight *w = &weights.v[i];
    out = str_printf(ar, STR_FMT STR_FMT "%s %zu %" PRIu64 "\n", STR_ARG(out),
                     STR_ARG(w->path), w->dir ? "/" : "", w->files, w->bytes);
  }
  return out;
}

static const struct example {
  const char *name;
  const char *tree, *patterns, *ignore;
  const char *want;
} examples[] = {
    {"nothing", "cog.yaml 10\npredict.py 99\n", NULL, NULL, ""},
    {"one byte too small", "model.bin 10485759\n", NULL, NULL, ""},
    {"files of the top singly", "a.bin " BIG "\nb.bin " BIG "\npredict.py 1\n",
     NULL, NULL, "a.bin 1 10485760\nb.bin 1 10485760\n"},
    {"a directory with all in it",
     "models/config.json 5\nmodels/deep/x 1\nmodels/w.bin " BIG "\n", NULL,
     NULL, "models/ 3 10485766\n"},
    {"the topmost directory that holds one",
     "m/a/w.bin " BIG "\nm/b/deep/v.bin " BIG "\nm/b/w.bin " BIG "\n", NULL,
     NULL, "m/a/ 1 10485760\nm/b/ 2 20971520\n"},
    {"where Python is, files singly",
     "m/config.json 1\nm/net.py 1\nm/v.bin " BIG "\nm/w.bin " BIG "\n", NULL,
     NULL, "m/v.bin 1 10485760\nm/w.bin 1 10485760\n"},
    {"Python further down counts, and not beside",
     "m/code/net.ipynb 1\nm/w.bin " BIG "\nm/x/w.bin " BIG "\nm2/w.bin " BIG
     "\n",
     NULL, NULL, "m/w.bin 1 10485760\nm/x/ 1 10485760\nm2/ 1 10485760\n"},
    {"source, media and logs are none",
     "a.WHL " BIG "\nb.mp4 " BIG "\nc.py " BIG "\nd.log " BIG "\ne.png " BIG
     "\nf.PNG " BIG "\n",
     NULL, NULL, ""},
    {"they come along in a directory", "m/demo.mp4 " BIG "\nm/w.bin " BIG "\n",
     NULL, NULL, "m/ 2 20971520\n"},
    {"tools' own directories are not searched",
     ".cog/w.bin " BIG "\n.git/w.pack " BIG "\na/__pycache__/w " BIG "\n", NULL,
     NULL, ""},
    {"names that cannot be written stay with the source",
     " a " BIG "\nb\\c " BIG "\nc\xff " BIG "\nd\x01 " BIG "\n", NULL, NULL,
     ""},
    {"what is ignored is not there",
     "a.bin " BIG "\nm/net.py 1\nm/w.bin " BIG "\nx/w.bin " BIG "\n", NULL,
     "a.bin\nx\n**/*.py\n", "m/ 1 10485760\n"},
    {"what is not ignored after all is", "x/v.bin " BIG "\nx/w.bin " BIG "\n",
     NULL, "x\n!x/w.bin\n", "x/ 1 10485760\n"},

    {"off", "a.bin " BIG "\n", "off", NULL, ""},
    {"patterns whatever the size", "a.bin 1\nb.py 2\nc 3\n", "*.bin b.py", NULL,
     "a.bin 1 1\nb.py 1 2\n"},
    {"a directory that matches as a whole", "m/a/x.py 1\nm/b 2\nn/x.py 3\n",
     "m", NULL, "m/ 2 3\n"},
    {"of one that does not, the files", "m/a.bin 1\nm/b.txt 1\nm/d/c.bin 1\n",
     "**/*.bin", NULL, "m/a.bin 1 1\nm/d/ 1 1\n"},
    {"exceptions", "m/a.bin 1\nm/b.bin 1\n", "m !m/b.bin", NULL,
     "m/a.bin 1 1\n"},
    {"the top is never a directory", "a 1\nb 1\n", "**", NULL,
     "a 1 1\nb 1 1\n"},
};

static void finds_what_the_rule_says(void **state) {
  for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
    const struct example *e = &examples[i];
    print_message("  %s\n", e->name);
    tree = e->tree;
    assert_str(found(state, e->patterns, e->ignore), e->want);
    assert_str(cm_rendered(state), "");
  }
}

static const char *many_files(void **state, size_t n) {
  struct str text = STR("net.py 1\n");
  for (size_t i = 0; i < n; i++)
    text = str_printf(cm_ar(state), STR_FMT "w%03zu %zu\n", STR_ARG(text), i,
                      (size_t)(10 << 20) + i);
  return text.p;
}

static void the_largest_have_a_layer(void **state) {
  tree = many_files(state, LIMIT_WEIGHTS_LAYERS + 1);
  const struct str got = found(state, NULL, NULL);
  assert_false(str_contains(got, "w000 "));
  assert_true(str_starts(got, "w001 "));
  assert_true(str_starts(cm_rendered(state), "warning: 49 weights are too many "
                                             "for a layer each; the largest 48 "
                                             "have one [weights-limit]\n"));
}

static void warns_of_patterns_that_match_nothing(void **state) {
  tree = "models/model.bin 1\npredict.py 1\n";
  assert_str(found(state, "weights/model.bin prdict.py models", NULL),
             "models/ 1 1\n");
  assert_str(cm_rendered(state),
             "warning: COG_WEIGHTS: no file of the context matches "
             "\"weights/model.bin\" [weights-none]\n"
             "  note: the nearest file is \"models/model.bin\"\n"
             "warning: COG_WEIGHTS: no file of the context matches "
             "\"prdict.py\" [weights-none]\n"
             "  note: the nearest file is \"predict.py\"\n");
}

static void refuses_what_is_no_pattern(void **state) {
  const struct recipe_args args = {.weights = STR("a[")};
  const struct recipe_weights_input in = {
      .tree = context_open_ops(cm_ar(state), &ops, NULL), .args = &args};
  struct plan_weights weights;
  assert_false(recipe_find_weights(&in, cm_ar(state), &weights, cm_dg(state)));
  assert_int_equal(diag_first_error(cm_dg(state))->code, DIAG_BAD_IGNORE);
}

static void knows_where_the_named_context_goes(void **state) {
  static const struct {
    const char *given, *want; // NULL: refused
  } cases[] = {
      {NULL, "/src/weights"},
      {"models", "/src/models"},
      {"./a//b/", "/src/a/b"},
      {"/weights", "/weights"},
      {"//a/./b", "/a/b"},
      {"/", NULL},
      {".", NULL},
      {"a/../b", NULL},
      {"a\nb", NULL},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    const struct recipe_args args = {.weights_path = str_of(cases[i].given)};
    struct str dir;
    const size_t errors = cm_dg(state)->errors;
    print_message("  %s\n", cases[i].given ? cases[i].given : "nothing given");
    const bool ok = recipe_weights_dir(&args, cm_ar(state), &dir, cm_dg(state));
    assert_int_equal(ok, cases[i].want != NULL);
    assert_int_equal(cm_dg(state)->errors - errors, !ok);
    if (ok)
      assert_str(dir, cases[i].want);
  }
}

static bool list_nothing(void *self, const char *const *paths, size_t n,
                         struct arena *ar, struct context_entries *out,
                         struct diags *dg) {
  (void)self, (void)paths, (void)n, (void)ar, (void)out;
  return diag_fail(dg, DIAG_IO, SPAN_NONE, "the context went away");
}

static void a_context_that_cannot_be_searched_is_an_error(void **state) {
  static const struct context_ops gone = {.list = list_nothing};
  const struct recipe_args args = {0};
  const struct recipe_weights_input in = {
      .tree = context_open_ops(cm_ar(state), &gone, NULL), .args = &args};
  struct plan_weights weights;
  assert_false(recipe_find_weights(&in, cm_ar(state), &weights, cm_dg(state)));
  assert_int_equal(cm_dg(state)->errors, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(finds_what_the_rule_says),
      cm_test(the_largest_have_a_layer),
      cm_test(warns_of_patterns_that_match_nothing),
      cm_test(refuses_what_is_no_pattern),
      cm_test(knows_where_the_named_context_goes),
      cm_test(a_context_that_cannot_be_searched_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
