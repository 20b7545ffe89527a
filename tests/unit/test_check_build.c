// A build says nothing that `check` does not say: every folder of testdata,
// built with the stand-in engine and checked by the command.
#include "fake_engine.h"

#include "cli_runner.h"
#include "files.h"
#include "fixture.h"

#include "cogfe/context.h"

enum { OPTIONS_MAX = 40 };

/** One folder as both get it. */
struct model {
  const char *path;
  VEC(struct fake_file) files;
  const char *env[OPTIONS_MAX + 4];
  const char *argv[2 * OPTIONS_MAX + 4];
};

static bool enter_all(void *self, struct str path) {
  (void)self;
  (void)path;
  return true;
}

/** What the client hands over. False when a file holds a NUL, which the
 * stand-in cannot have. */
static bool read_files(void **state, struct model *m) {
  struct context *c = context_open_dir(cm_ar(state), m->path, cm_dg(state));
  struct context_files all;
  assert_non_null(c);
  assert_true(
      context_walk(c, enter_all, NULL, cm_ar(state), &all, cm_dg(state)));
  struct context_ignore ignore;
  if (!context_ignore_load_model(c, c, STR("cog.yaml"), cm_ar(state), &ignore,
                                 cm_dg(state)))
    ignore = (struct context_ignore){0}; // both say what is wrong with it
  context_close(c);
  for (size_t i = 0; i < all.n; i++) {
    const char *name = str_cstr(cm_ar(state), all.v[i].path);
    // The config and requirements are read in spite of the ignore file.
    if (context_ignore_hides(&ignore, str_of(name)) &&
        !str_ends(str_of(name), ".txt") && !str_is(str_of(name), "cog.yaml"))
      continue;
    const struct str text = files_read(
        cm_ar(state), arena_printf(cm_ar(state), "%s/%s", m->path, name));
    if (str_find(text, '\0') >= 0)
      return false;
    vec_push(cm_ar(state), &m->files, (struct fake_file){name, text.p});
  }
  return true;
}

/** Takes the build arguments of the folder; false when its `args` has something
 *  that only a build can be given. */
static bool read_options(void **state, struct model *m) {
  struct str args = files_read(cm_ar(state),
                               arena_printf(cm_ar(state), "%s/args", m->path)),
             line;
  size_t n_env = 0, n_argv = 0, i = 1;
  m->env[n_env++] = "BUILDKIT_SESSION_ID=session";
  m->env[n_env++] = "BUILDKIT_FRONTEND_OPT_0=filename=cog.yaml";
  m->argv[n_argv++] = "check";
  m->argv[n_argv++] = m->path;
  m->argv[n_argv++] = "--platform=linux/amd64";
  for (; str_next_line(&args, &line) && i < OPTIONS_MAX; i++) {
    if (line.len && line.p[0] >= 'a' && line.p[0] <= 'z')
      return false;
    m->env[n_env++] = arena_printf(
        cm_ar(state), "BUILDKIT_FRONTEND_OPT_%zu=build-arg:" STR_FMT, i,
        STR_ARG(line));
    m->argv[n_argv++] =
        arena_printf(cm_ar(state), "--build-arg=" STR_FMT, STR_ARG(line));
  }
  return true;
}

/** WARNED is "SLUG: MESSAGE (FILE:LINE)"; check shows "MESSAGE [SLUG]". */
static bool is_said(void **state, struct str warned, struct str said) {
  struct str slug;
  const struct str rest = str_skip(str_cut(warned, ':', &slug), 1);
  ptrdiff_t place = str_rfind(rest, '(');
  if (place < 1 || !str_ends(rest, ")"))
    place = (ptrdiff_t)rest.len + 1;
  return str_contains(said,
                      arena_printf(cm_ar(state), STR_FMT " [" STR_FMT "]",
                                   STR_ARG(str_take(rest, (size_t)place - 1)),
                                   STR_ARG(slug)));
}

/** The first message of an error, without its place. */
static const char *first_message(void **state, struct str error) {
  struct str first, file;
  str_cut(error, '\n', &first);
  const struct str rest = str_cut(first, ' ', &file);
  const bool placed = file.len > 2 && str_ends(file, ":") &&
                      number_is_digit(file.p[file.len - 2]);
  return str_cstr(cm_ar(state), placed ? rest : first);
}

static size_t compare_model(void **state, const char *path) {
  struct model m = {.path = path};
  if (!read_options(state, &m) || !read_files(state, &m))
    return 0;
  struct fake_engine e = {.kind = GW_NEW_ENGINE,
                          .files = m.files.v,
                          .n_files = m.files.n,
                          .env = m.env};
  fake_engine_run(&e, cm_ar(state));
  const struct cli_result check = cli_runner(cm_ar(state), m.argv);
  struct str rest = e.warned, line;
  size_t n = 0;
  for (; str_next_line(&rest, &line); n++)
    if (!is_said(state, line, check.out))
      fail_msg("%s: the build says\n  " STR_FMT "\nand check\n" STR_FMT, path,
               STR_ARG(line), STR_ARG(check.out));
  if (e.error.len && (!check.status ||
                      !str_contains(check.out, first_message(state, e.error))))
    fail_msg("%s: the build fails with\n  " STR_FMT
             "\nand check says\n" STR_FMT,
             path, STR_ARG(e.error), STR_ARG(check.out));
  return n + (e.error.len > 0);
}

static size_t compare_models(void **state, const char *top, const char *below) {
  const struct str_vec names = files_list(cm_ar(state), top);
  size_t n = 0;
  for (size_t i = 0; i < names.n; i++) {
    const char *path = arena_printf(cm_ar(state), "%s/" STR_FMT "%s", top,
                                    STR_ARG(names.v[i]), below);
    if (files_read(cm_ar(state),
                   arena_printf(cm_ar(state), "%s/cog.yaml", path))
            .p)
      n += compare_model(state, path);
  }
  return n;
}

static void a_build_says_no_more_than_check(void **state) {
  size_t n = compare_models(state, "testdata/cases", "");
  n += compare_models(state, "testdata/lint", "/bad");
  n += compare_models(state, "testdata/lint", "/good");
  if (n < 100)
    fail_msg("only %zu things were said", n);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(a_build_says_no_more_than_check),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
