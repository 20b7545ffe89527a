/* Golden cases: testdata/cases/NAME/ holds a cog.yaml and any of the files of
 * the table below. With UPDATE_GOLDEN=1 they are written instead of compared;
 * a new case gets want.diag and want.config, an empty file of any other name
 * asks for that one. `args` turns options on, one a line:
 *
 *   COG_STRICT=1        warnings are errors
 *   platform=linux/A    architecture A instead of amd64
 *   COG_BASE_IMAGE=…    and the other build arguments of struct
 *                       resolve_options
 *
 * To add a column: a function and a row. */
#include "cm.h"

#include "cogfe/config.h"
#include "cogfe/resolve.h"
#include "files.h"

#define CASES "testdata/cases"

/** One case on its way; columns are made in the order of the table. */
struct golden {
  const char *name;
  struct arena *ar;
  struct diags *dg;
  struct source src;
  const struct config *cfg; // NULL after an error
  struct str architecture;
  struct resolve_options options;
};

static const char *case_path(struct golden *g, const char *file) {
  return arena_printf(g->ar, CASES "/%s/%s", g->name, file);
}

static void make_config(struct golden *g, struct sbuf *out) {
  if (g->cfg)
    config_print(out, g->cfg);
}

static bool read_requirements(struct golden *g, struct requirements *out) {
  const struct config_text *file = &g->cfg->python_requirements;
  if (!file->set)
    return resolve_read_packages(g->cfg, g->ar, g->dg, out);
  struct source *src = arena_new(g->ar, struct source);
  src->name = file->text.p;
  src->text = files_read(g->ar, case_path(g, file->text.p));
  if (!src->text.p)
    fail_msg("%s has no %s", g->name, src->name);
  return requirements_parse(src, false, g->ar, g->dg, out);
}

static void make_resolve(struct golden *g, struct sbuf *out) {
  struct requirements reqs = {0};
  if (!g->cfg || !read_requirements(g, &reqs))
    return;
  struct resolve_input in = {.config = g->cfg,
                             .requirements = &reqs,
                             .architecture = g->architecture,
                             .options = g->options};
  const struct resolved *r = resolve(&in, g->ar, g->dg);
  assert_int_equal(!r, g->dg->errors > 0);
  if (r)
    resolve_print(out, r);
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
    {"want.diag", ALWAYS, make_diag},
};

// ---- one case --------------------------------------------------------------

static bool is_new(struct golden *g) {
  for (size_t i = 0; i < ARRAY_LEN(columns); i++)
    if (files_read(g->ar, case_path(g, columns[i].file)).p)
      return false;
  return true;
}

/** Where the build argument NAME goes, or NULL. */
static struct str *find_option(struct golden *g, struct str name) {
  struct resolve_options *o = &g->options;
  const struct {
    const char *name;
    struct str *to;
  } rows[] = {
      {"COG_BASE_IMAGE", &o->base_image},   {"COG_DEPS_IMAGE", &o->deps_image},
      {"COG_CUDA_FLAVOR", &o->cuda_flavor}, {"COG_SDK", &o->sdk},
      {"COG_SDK_VERSION", &o->sdk_version}, {"COG_WHEEL", &o->sdk_wheel},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (str_is(name, rows[i].name))
      return rows[i].to;
  return NULL;
}

static void read_args(struct golden *g) {
  struct str args = files_read(g->ar, case_path(g, "args")), line, name;
  g->architecture = STR("amd64");
  while (str_next_line(&args, &line)) {
    struct str value = str_cut(line, '=', &name), *to = find_option(g, name);
    if (to)
      *to = value;
    else if (str_is(name, "platform"))
      g->architecture = str_skip(value, strlen("linux/"));
    else if (str_is(line, "COG_STRICT=1"))
      g->dg->strict = true;
    else
      fail_msg("%s: args: " STR_FMT, g->name, STR_ARG(line));
  }
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
