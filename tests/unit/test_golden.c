/* Golden cases: testdata/cases/NAME/ holds a cog.yaml and any of the files of
 * the table below. With UPDATE_GOLDEN=1 they are written instead of compared;
 * a new case gets want.diag and want.config, an empty file of any other name
 * asks for that one. `args` turns options on (fixture.h).
 *
 * Beside it may stand a requirements file and tables such as torch.csv.
 *
 * To add a column: a function and a row. */
#include "cm.h"

#include "cogfe/dockerfile.h"
#include "cogfe/llb.h"
#include "cogfe/recipe.h"
#include "cogfe/document.h"
#include "files.h"
#include "fixture.h"
#include "llb_print.h"
#include "config_print.h"
#include "plan_print.h"
#include "resolve_print.h"

#define CASES "testdata/cases"

/** One case on its way; columns are made in the order of the table. */
struct golden {
  const char *name;
  struct arena *ar;
  struct diags *dg;
  struct source src;
  const struct config *cfg; // NULL after an error
  struct fixture_args args;
  bool made; // RECIPE is there, as far as it could be made
  struct recipe recipe;
};

static const char *case_path(struct golden *g, const char *file) {
  return arena_printf(g->ar, CASES "/%s/%s", g->name, file);
}

static void make_config(struct golden *g, struct sbuf *out) {
  if (g->cfg)
    config_print(out, g->cfg);
}

/** Finds the weights of the case; want.* files are none. */
static bool find_weights(struct golden *g, struct context *files,
                         struct recipe_input *in) {
  struct context_ignore ignore;
  const struct source wanted = {"want", STR("want.*")};
  return context_ignore_parse(g->ar, &wanted, &ignore, g->dg) &&
         fixture_find_weights(files, &g->args, &ignore, g->ar, in, g->dg);
}

static struct recipe_input input_of(const struct golden *g,
                                    struct context *files,
                                    const struct compat *compat) {
  return (struct recipe_input){.files = files,
                               .config = &g->src,
                               .config_path = STR("cog.yaml"),
                               .config_in_context = true,
                               .platform = g->args.platform,
                               .args = &g->args.recipe,
                               .merge = g->args.merge,
                               .wheels = g->args.wheels,
                               .compat = compat};
}

/** Made when the first column asks for it, so that cases of config are about
 *  config alone. */
static const struct recipe *recipe_of(struct golden *g) {
  if (g->made || !g->cfg)
    return &g->recipe;
  g->made = true;
  struct context *files =
      context_open_dir(g->ar, arena_printf(g->ar, CASES "/%s", g->name), g->dg);
  assert_non_null(files);
  const struct compat *compat; // of the case's own, such as torch.csv
  if (!recipe_load_tables(files, g->ar, &compat, g->dg))
    return &g->recipe;
  struct recipe_input in = input_of(g, files, compat);
  const bool ok =
      find_weights(g, files, &in) && recipe_make(&in, g->ar, &g->recipe, g->dg);
  assert_int_equal(!ok, g->dg->errors > 0);
  context_close(files);
  return &g->recipe;
}

static void make_resolve(struct golden *g, struct sbuf *out) {
  if (recipe_of(g)->resolved)
    resolve_print(out, g->recipe.resolved);
}

static void make_plan(struct golden *g, struct sbuf *out) {
  if (recipe_of(g)->plan)
    plan_print(out, g->recipe.plan);
}

/** Every image of the plan, with an environment of its own. */
static struct llb_plan_image *stand_in_images(struct golden *g, struct llb *l,
                                              const struct str_vec *names) {
  const struct str json =
      STR("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":"
          "{\"Env\":[\"PATH=/usr/local/bin:/usr/bin:/bin\",\"LANG=C\"]}}");
  struct llb_plan_image *images =
      arena_array(g->ar, struct llb_plan_image, names->n);
  for (size_t i = 0; i < names->n; i++) {
    images[i].name = names->v[i];
    images[i].json = json;
    images[i].tree = llb_image(
        l, str_printf(g->ar, "r.example/" STR_FMT, STR_ARG(names->v[i])),
        &g->args.platform, STR("default"), NULL);
    assert_true(imageconfig_parse(g->ar, json, &images[i].config, g->dg));
  }
  return images;
}

static struct llb_plan_input graph_input_of(struct golden *g, struct llb *l) {
  const struct plan *plan = recipe_of(g)->plan;
  const struct plan_needs needs = plan_stage_needs(plan->model, g->ar);
  const struct llb_local context = {.name = STR("context")};
  const struct llb_local config = {.name = STR("dockerfile")};
  return (struct llb_plan_input){
      .plan = plan,
      .target = plan->model,
      .platform = g->args.platform,
      .images = stand_in_images(g, l, &needs.images),
      .n_images = needs.images.n,
      .context = llb_local(l, &context, NULL),
      .config_file = llb_local(l, &config, NULL),
      .pyenv = llb_http(l, STR("http://pyenv.example/"), STR("f"),
                        (struct str){0}, NULL),
      .caps = {.copy_patterns = true, .secret_env = true},
  };
}

static void make_llb(struct golden *g, struct sbuf *out) {
  if (!recipe_of(g)->plan)
    return;
  struct llb *l = llb_new(g->ar, &(struct llb_opts){.oneof_last = true});
  const struct llb_plan_input in = graph_input_of(g, l);
  struct llb_ref tree;
  cleanup_sbuf struct sbuf bytes;
  sbuf_init(&bytes, 1 << 20);
  assert_true(llb_add_plan(l, &in, g->ar, &tree, g->dg));
  assert_true(llb_marshal(l, tree, NULL, &bytes, g->dg));
  assert_true(llb_print(out, sbuf_str(&bytes), g->dg));
}

static void make_image(struct golden *g, struct sbuf *out) {
  if (!recipe_of(g)->plan)
    return;
  struct llb *l = llb_new(g->ar, NULL);
  const struct llb_plan_input in = graph_input_of(g, l);
  const struct imageconfig_plan image = {
      .target = in.target,
      .platform = in.platform,
      .base = llb_plan_base_image(&in, in.target)->json,
  };
  assert_true(imageconfig_emit_plan(out, &image, g->ar, g->dg));
  sbuf_addch(out, '\n');
}

static void make_dockerfile(struct golden *g, struct sbuf *out,
                            enum dockerfile_compat compat) {
  const struct dockerfile_opts opts = {.compat = compat,
                                       .pyenv = g->args.recipe.pyenv};
  if (recipe_of(g)->plan &&
      !dockerfile_emit(out, g->recipe.plan, &opts, g->ar, g->dg))
    sbuf_clear(out);
}

static void make_df(struct golden *g, struct sbuf *out) {
  make_dockerfile(g, out, DOCKERFILE_BUILDKIT);
}

static void make_df_plain(struct golden *g, struct sbuf *out) {
  make_dockerfile(g, out, DOCKERFILE_PLAIN);
}

static void make_fal(struct golden *g, struct sbuf *out) {
  if (!recipe_of(g)->plan)
    return;
  struct context *files =
      context_open_dir(g->ar, arena_printf(g->ar, CASES "/%s", g->name), g->dg);
  const struct recipe_input recipe = input_of(g, files, NULL);
  const struct document_input in = {.in = &recipe, .recipe = &g->recipe};
  struct documents texts = {0};
  const bool ok = document_fal(&in, g->ar, &texts, g->dg);
  assert_int_equal(!ok, g->dg->errors > 0);
  context_close(files);
  for (size_t i = 0; i < texts.files.n; i++) {
    sbuf_addf(out, "==> %s <==\n", texts.files.v[i].name);
    sbuf_addstr(out, texts.files.v[i].text);
  }
}

static void make_diag(struct golden *g, struct sbuf *out) {
  diag_sort(g->dg);
  diag_render(out, g->dg, false);
}

/** When a case without any wanted file gets one of this name. */
enum fresh {
  ON_REQUEST,
  IF_NOT_EMPTY,
  ALWAYS,
};

/** The diagnostics come last, since every column may add some; an empty file
 *  says that there are none. */
static const struct column {
  const char *file;
  enum fresh fresh;
  void (*make)(struct golden *g, struct sbuf *out);
} columns[] = {
    {"want.config", IF_NOT_EMPTY, make_config},
    {"want.resolve", ON_REQUEST, make_resolve},
    {"want.plan", ON_REQUEST, make_plan},
    {"want.llb", ON_REQUEST, make_llb},
    {"want.image", ON_REQUEST, make_image},
    {"want.df", ON_REQUEST, make_df},
    {"want.df-plain", ON_REQUEST, make_df_plain},
    {"want.fal", ON_REQUEST, make_fal},
    {"want.diag", ALWAYS, make_diag},
};

// ---- one case --------------------------------------------------------------

static bool is_new(struct golden *g) {
  for (size_t i = 0; i < ARRAY_LEN(columns); i++)
    if (files_read(g->ar, case_path(g, columns[i].file)).p)
      return false;
  return true;
}

static void read_args(struct golden *g) {
  fixture_read_args(g->ar, case_path(g, "args"), &g->args);
  if (g->args.unknown.n)
    fail_msg("%s: args: " STR_FMT, g->name, STR_ARG(g->args.unknown.v[0]));
  g->dg->strict = recipe_truth(g->args.recipe.strict);
}

static void open_case(struct golden *g) {
  read_args(g);
  g->src =
      (struct source){"cog.yaml", files_read(g->ar, case_path(g, "cog.yaml"))};
  if (!g->src.text.p)
    fail_msg("%s has no cog.yaml", g->name);
  g->cfg = config_parse(&g->src, g->ar, g->dg);
}

/** Compares or writes one column; false when it differs. */
static bool check_column(struct golden *g, const struct column *c, bool update,
                         bool fresh) {
  const char *path = case_path(g, c->file);
  struct str want = files_read(g->ar, path);
  if (c->fresh == ON_REQUEST && !want.p)
    return true;
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1 << 20);
  c->make(g, &out);
  struct str got = str_dup(g->ar, sbuf_str(&out));
  if (update) {
    bool wanted = c->fresh == ALWAYS || (c->fresh == IF_NOT_EMPTY && got.len);
    if (want.p || (fresh && wanted))
      files_write(path, got);
    return true;
  }
  if (!want.p || str_eq(got, want))
    return true;
  print_error("%s differs, got:\n" STR_FMT "\nwant:\n" STR_FMT "\n", path,
              STR_ARG(got), STR_ARG(want));
  return false;
}

static bool check_case(const char *name, bool update, bool seen[DIAG_N_CODES]) {
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  struct golden g = {.name = name, .ar = &ar, .dg = &dg};
  open_case(&g);
  bool ok = true, fresh = is_new(&g);
  if (fresh && !update) {
    print_error("%s wants nothing, run with UPDATE_GOLDEN=1\n", name);
    ok = false;
  }
  for (size_t i = 0; i < ARRAY_LEN(columns); i++)
    ok = check_column(&g, &columns[i], update, fresh) && ok;
  for (size_t i = 0; i < dg.list.n; i++)
    seen[dg.list.v[i].code] = true;
  arena_release(&ar);
  return ok;
}

// ---- all cases -------------------------------------------------------------

static bool seen[DIAG_N_CODES];

static void every_case_gives_what_it_wants(void **state) {
  bool update = getenv("UPDATE_GOLDEN") != NULL;
  struct str_vec names = files_list(cm_ar(state), CASES);
  size_t bad = 0;
  for (size_t i = 0; i < names.n; i++)
    bad += !check_case(names.v[i].p, update, seen);
  assert_true(names.n > 0);
  assert_int_equal(bad, 0);
}

/** Codes of yamldoc, config, version and resolve; a case shows what each looks
 *  like. */
static void a_case_shows_every_code(void **state) {
  (void)state;
  size_t missing = 0;
  for (int code = DIAG_YAML_ENCODING; code <= DIAG_BAD_SDK; code++)
    if (!seen[code]) {
      print_error("no case shows [%s]\n", diag_slug((enum diag_code)code));
      missing++;
    }
  assert_int_equal(missing, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(every_case_gives_what_it_wants),
      cm_test(a_case_shows_every_code),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
