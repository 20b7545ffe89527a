// What the options do to a printed Dockerfile, what it refuses, and that a RUN
// does what the step's argv does: both are run. Whole texts are golden cases
// (want.df, want.df-plain).
#include "cm.h"

#include "cogfe/dockerfile.h"
#include "cogfe/recipe.h"
#include "dfreader.h"
#include "scratch.h"

// ---- plans of one file ------------------------------------------------------

static const struct plan *plan_of(void **state, const char *yaml,
                                  const struct recipe_args *args) {
  struct arena *ar = cm_ar(state);
  struct source *src = arena_new(ar, struct source);
  *src = (struct source){"cog.yaml", str_of(yaml)};
  const struct recipe_input in = {
      .config = src,
      .config_path = STR("model.yaml"),
      .platform = {.os = STR("linux"), .arch = STR("amd64")},
      .args = args};
  struct recipe r;
  if (!recipe_make(&in, ar, &r, cm_dg(state)))
    fail_msg("%s", cm_rendered(state).p);
  return r.plan;
}

static const char hello[] = "build:\n"
                            "  python_version: \"3.11\"\n"
                            "  python_packages: [six]\n"
                            "  run: [make it]\n";

/** The Dockerfile of PLAN, or what is wrong with it. */
static struct str emitted(void **state, const struct plan *plan,
                          const struct dockerfile_opts *o) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1 << 22);
  const bool ok = dockerfile_emit(&out, plan, o, cm_ar(state), cm_dg(state));
  assert_int_equal(ok, cm_dg(state)->errors == 0);
  return ok ? str_dup(cm_ar(state), sbuf_str(&out)) : cm_rendered(state);
}

static struct str dockerfile(void **state, const char *yaml,
                             const struct dockerfile_opts *o) {
  const struct recipe_args args = {0};
  return emitted(state, plan_of(state, yaml, &args), o);
}

static void has(struct str text, const char *part) {
  if (!str_contains(text, part))
    fail_msg("no <%s> in:\n" STR_FMT, part, STR_ARG(text));
}

static void has_not(struct str text, const char *part) {
  if (str_contains(text, part))
    fail_msg("<%s> is in:\n" STR_FMT, part, STR_ARG(text));
}

// ---- options ----------------------------------------------------------------

static void a_target_is_its_own_stages_only(void **state) {
  const struct recipe_args args = {0};
  const struct plan *plan = plan_of(state, hello, &args);
  const struct dockerfile_opts base = {.target =
                                           plan_find_stage(plan, STR("base"))};
  const struct dockerfile_opts deps = {.target =
                                           plan_find_stage(plan, STR("deps"))};
  struct str text = emitted(state, plan, &base);
  has(text, "FROM python:3.11-slim AS base\n");
  has_not(text, "AS deps");
  has_not(text, "AS model");
  has_not(text, "CMD");
  text = emitted(state, plan, &deps);
  has(text, "FROM python:3.11 AS deps\n");
  has_not(text, "AS base");
}

static void a_bare_model_has_no_source_and_no_command(void **state) {
  const struct dockerfile_opts o = {.bare = true};
  const struct str text = dockerfile(state, hello, &o);
  has(text, "RUN make it\n");
  has(text, "WORKDIR /src\n");
  for (const char *const *part =
           (const char *const[]){"EXPOSE", "ENTRYPOINT", "CMD", "COPY .",
                                 "cog.yaml /src", "AS source", NULL};
       *part; part++)
    has_not(text, *part);
}

static void without_a_cog_directory_the_source_is_one_copy(void **state) {
  const struct dockerfile_opts o = {.without_cog_directory = true,
                                    .config_path = STR("model.yaml")};
  const struct str text = dockerfile(state, hello, &o);
  has(text, "\nCOPY . /src/\n");
  has_not(text, "AS source");
}

static void the_config_is_copied_or_written(void **state) {
  const struct dockerfile_opts copied = {.config_path =
                                             STR("my models/$[a].yaml")};
  has(dockerfile(state, hello, &copied),
      "COPY [\"'my models/$[[]a].yaml'\", \"/src/cog.yaml\"]\n");
  const struct dockerfile_opts flag = {.config_path = STR("-model.yaml")};
  has(dockerfile(state, hello, &flag), "COPY ./-model.yaml /src/cog.yaml\n");
  const struct dockerfile_opts written = {.config_text =
                                              STR("build:\n  gpu: 'no'")};
  has(dockerfile(state, hello, &written),
      "RUN { printf '%s\\n' \\\n"
      "    'build:'; \\\n"
      "    printf %s \"  gpu: 'no'\"; } \\\n"
      "    > /src/cog.yaml\n");
  const struct dockerfile_opts empty = {.config_path = {0}};
  has(dockerfile(state, hello, &empty), "RUN : > /src/cog.yaml\n");
}

static void labels_are_quoted(void **state) {
  const struct imageconfig_label labels[] = {
      {STR("org.example.a"), STR("1")},
      {STR("a b"), STR("it's $5 for \"two\" \\")},
  };
  const struct dockerfile_opts o = {.labels = labels, .n_labels = 2};
  has(dockerfile(state, hello, &o), "LABEL org.example.a=1 \\\n"
                                    "    'a b'='it'\\''s $5 for \"two\" \\'\n");
}

static void pyenv_is_what_the_url_says(void **state) {
  static const char gpu[] = "build: {gpu: true, python_version: \"3.11\"}\n";
  const struct recipe_args args = {0};
  const struct plan *plan = plan_of(state, gpu, &args);
  struct dockerfile_opts o = {
      .pyenv = STR("github.com/me/pyenv.git#my branch:sub/dir")};
  struct str text = emitted(state, plan, &o);
  has(text, "git fetch -q --depth=1 https://github.com/me/pyenv.git \\\n"
            "        'my branch' &&");
  has(text, "COPY --from=pyenv-fetch /pyenv/sub/dir /\n");
  has_not(text, "rev-parse");
  o.pyenv = STR("http://127.0.0.1:8080/pyenv.git");
  text = emitted(state, plan, &o);
  has(text, "git fetch -q --depth=1 http://127.0.0.1:8080/pyenv.git \\\n"
            "        HEAD &&");
  o.pyenv = STR("");
  text = emitted(state, plan, &o);
  has(text,
      "[ \"$(git rev-parse HEAD)\" = \\\n        " PLAN_PYENV_COMMIT " ]");
}

// ---- images -----------------------------------------------------------------

#define DIGEST "0123456789abcdef0123456789abcdef"

static void an_image_is_never_taken_for_a_stage(void **state) {
  const struct recipe_args args = {.base_image = STR("deps"),
                                   .deps_image =
                                       STR("registry:5000/py@sha256:" DIGEST)};
  const struct plan *plan = plan_of(state, hello, &args);
  const struct dockerfile_opts o = {.config_path = STR("c")};
  const struct str text = emitted(state, plan, &o);
  has(text, "FROM deps:latest AS base\nSHELL [\"/bin/sh\", \"-c\"]\n");
  has(text, "FROM registry:5000/py@sha256:" DIGEST " AS deps\n"
            "SHELL [\"/bin/sh\", \"-c\"]\n");
  has(dockerfile(state,
                 "build:\n"
                 "  python_version: \"3.11\"\n"
                 "  run:\n"
                 "    - command: x\n"
                 "      mounts: [{type: bind, from: \"0\", target: /x}]\n",
                 &o),
      "--mount=type=bind,from=0:latest,target=/x ");
}

static void an_image_cannot_bring_lines_of_its_own(void **state) {
  const struct dockerfile_opts o = {.config_path = STR("c")};
  has(dockerfile(
          state,
          "build:\n"
          "  python_version: \"3.11\"\n"
          "  run:\n"
          "    - command: x\n"
          "      mounts: [{type: bind, from: \"a\\nRUN id\", target: /x}]\n",
          &o),
      "is not the name of an image");
}

// ---- what no Dockerfile can say ---------------------------------------------

static void what_cannot_be_said_is_an_error(void **state) {
  struct dockerfile_opts o = {.config_path = STR("a\\b")};
  has(dockerfile(state, hello, &o), "the path \"/a\\b\" cannot stand");
  cm_dg(state)->errors = 0;
  const struct imageconfig_label bad[] = {
      {STR("a=b"), STR("c")}, {STR("a"), STR("b\nc")}, {STR("a"), STR("\xff")}};
  static const char *const says[] = {"the label \"a=b\" cannot stand",
                                     "holds a line feed", "not UTF-8"};
  for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
    o = (struct dockerfile_opts){
        .config_path = STR("c"), .labels = &bad[i], .n_labels = 1};
    has(dockerfile(state, hello, &o), says[i]);
    cm_dg(state)->errors = 0;
  }
  o = (struct dockerfile_opts){.config_path = STR("c")};
  has(dockerfile(state,
                 "build:\n"
                 "  python_version: \"3.11\"\n"
                 "  run:\n"
                 "    - command: x\n"
                 "      mounts: [{type: cache, target: \"/a,b\"}]\n",
                 &o),
      "cog.yaml:4:7: error: the id \"/a,b\" of a mount cannot stand");
  cm_dg(state)->errors = 0;
  struct recipe_args args = {0};
  const char *pair = "PIP_INDEX_URL=a\n";
  vec_push(cm_ar(state), &args.pip_env, pair);
  has(emitted(state, plan_of(state, hello, &args), &o),
      "ends in a line feed cannot stand");
}

static void a_line_too_long_for_docker_is_an_error(void **state) {
  const size_t len = 70000;
  char *word = arena_array(cm_ar(state), char, len + 1);
  memset(word, 'x', len);
  word[len] = '\0';
  const struct dockerfile_opts o = {.config_path = STR("c")};
  has(dockerfile(state,
                 arena_printf(cm_ar(state),
                              "build:\n"
                              "  python_version: \"3.11\"\n"
                              "  run: [%s]\n",
                              word),
                 &o),
      "a line of 70004 bytes cannot stand");
}

// ---- commands ---------------------------------------------------------------

/** The RUN of a plan that has nothing but STEP. */
static struct str run_of(void **state, struct plan_step step) {
  struct arena *ar = cm_ar(state);
  struct plan_stage *s = arena_new(ar, struct plan_stage);
  struct plan *p = arena_new(ar, struct plan);
  *s = (struct plan_stage){.name = "s", .help = "h", .image = STR("ubuntu:1")};
  step.title = "t";
  vec_push(ar, &s->steps, step);
  vec_push(ar, &p->stages, s);
  p->model = s;
  const struct dockerfile_opts o = {0};
  struct str text = emitted(state, p, &o);
  const char *run = memmem(text.p, text.len, "\nRUN ", 5);
  assert_non_null(run);
  return str_skip(text, (size_t)(run + 1 - text.p));
}

/** Items that stand as they are, and items that some reader would change. */
static void items_that_need_it_are_quoted(void **state) {
  static const struct {
    const char *item, *want;
  } rows[] = {
      {"pip install x && echo \"$HOME\" > /y", NULL},
      {"cat <<< word", "RUN /bin/sh -c 'cat <''<''< word'\n"},
      {"cat <<EOF", "RUN /bin/sh -c 'cat <''<EOF'\n"},
      {"--network=none x", "RUN /bin/sh -c '--network=none x'\n"},
      {"[ -e /x ] || y", "RUN /bin/sh -c '[ -e /x ] || y'\n"},
      {"# nothing", "RUN /bin/sh -c '# nothing'\n"},
      {"echo a\\", "RUN /bin/sh -c 'echo a\\'\n"},
      {"echo a\\ ", "RUN /bin/sh -c 'echo a\\ '\n"},
      {"echo \xc2\xa0", "RUN /bin/sh -c 'echo \xc2\xa0'\n"},
      {"echo 'caf\xc3\xa9'", NULL},
      {"a\nb", "RUN /bin/sh -c \"$(printf '%s\\n' \\\n"
               "        'a' \\\n"
               "        'b')\"\n"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    const char *argv[] = {"/bin/sh", "-c", rows[i].item};
    const struct plan_step step = {.op = PLAN_RUN,
                                   .u.run = {.argv = argv, .argc = 3}};
    const char *want =
        rows[i].want ? rows[i].want
                     : arena_printf(cm_ar(state), "RUN %s\n", rows[i].item);
    assert_str(run_of(state, step), want);
  }
}

/** What the command prints when it is run as the step has it: argv by itself,
 *  its variables by env(1). */
static struct str said_by_argv(void **state, const struct plan_run *run) {
  cleanup_sbuf struct sbuf line;
  sbuf_init(&line, 1 << 20);
  for (size_t i = 0; i < run->n_env + run->argc; i++) {
    const char *word = i < run->n_env ? run->env[i] : run->argv[i - run->n_env];
    scratch_write(state, arena_printf(cm_ar(state), "word%zu", i),
                  str_of(word));
    // A substitution drops line feeds at the end, so there is a dot.
    sbuf_addf(&line, "w=$(cat word%zu; echo .); set -- \"$@\" \"${w%%.}\"; ",
              i);
  }
  sbuf_adds(&line, "env \"$@\" > by-argv");
  scratch_run(state, "%s", line.ptr);
  return scratch_read(state, "by-argv");
}

/** What the shell prints that a builder starts for the RUN. */
static struct str said_by_run(void **state, const struct plan_run *run) {
  const struct plan_step step = {.op = PLAN_RUN, .u.run = *run};
  const struct str text = run_of(state, step);
  const struct str line = df_run(cm_ar(state), df_join(cm_ar(state), text));
  if (!line.p)
    fail_msg("not one RUN: " STR_FMT, STR_ARG(text));
  scratch_write(state, "line", line);
  scratch_run(state, "/bin/sh -c \"$(cat line)\" > by-run");
  return scratch_read(state, "by-run");
}

static void check_run(void **state, const struct plan_run *run) {
  const struct str want = said_by_argv(state, run);
  const struct str got = said_by_run(state, run);
  assert_true(want.len > 0);
  if (!str_eq(got, want))
    fail_msg("argv says:\n" STR_FMT "\nRUN says:\n" STR_FMT, STR_ARG(want),
             STR_ARG(got));
}

static const char *variables[] = {"A=it's \"$HOME\" \\", "B=", "C=x\n y\n\n#z"};

static void words_do_what_argv_does(void **state) {
  const char *argv[] = {"python3",
                        "-c",
                        ("import os, sys\n\n"
                         "# what came\n"
                         "print(sys.argv[1:], [os.environ.get(c) for c in "
                         "'ABC'])"),
                        "",
                        "$HOME",
                        "a\nb",
                        "it's",
                        "\\",
                        "-x",
                        "~"};
  check_run(state, &(struct plan_run){.argv = argv,
                                      .argc = ARRAY_LEN(argv),
                                      .env = variables,
                                      .n_env = ARRAY_LEN(variables)});
}

static void scripts_do_what_argv_does(void **state) {
  const char *argv[] = {"/bin/sh",
                        "-c",
                        "set -e\n"
                        "printf '<%s>' -- \"$@\"\n"
                        "x=/a/$1\n"
                        "echo \"$x\" \"$1\" \"$A\" \"$B\" \"$C\"\n"
                        "[ -e /none ] || echo none\n",
                        "name",
                        "3.11",
                        "a b",
                        "$(id)",
                        "it's",
                        "#x"};
  check_run(state, &(struct plan_run){.argv = argv,
                                      .argc = ARRAY_LEN(argv),
                                      .env = variables,
                                      .n_env = ARRAY_LEN(variables)});
}

static void items_do_what_argv_does(void **state) {
  static const char *const items[] = {
      "echo \"$0\" a\\ b 'c  d' # and more",
      ("for i in 1 2; do\n  echo \"$i\" # \\\ndone\n\ncat <<'EOF'\n  it's\n"
       "# $x\nEOF\necho last\\\n line"),
      "false\necho 'goes on'",
      "[ -e / ] && echo \"[$(echo '<<EOF')]\"",
      "echo a\\",
  };
  for (size_t i = 0; i < ARRAY_LEN(items); i++) {
    const char *argv[] = {"/bin/sh", "-c", items[i]};
    check_run(state, &(struct plan_run){.argv = argv, .argc = 3});
  }
  const char *argv[] = {"/bin/sh", "-e", "-c", "echo one\nset -u\necho \"$0\""};
  check_run(state, &(struct plan_run){.argv = argv, .argc = 4});
}

// ---- files ------------------------------------------------------------------

static void files_are_written_byte_for_byte(void **state) {
  static const char *const texts[] = {
      "",     "no end",     "one\n",      "\n",          "\n\n\nx",
      "a\nb", "\\n %s\n%%", "# c\n\\\nd", "cr\r\nlf\n\r"};
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    const char *path = scratch_path(state, "a file's name");
    const struct plan_step step = {
        .op = PLAN_WRITE,
        .u.write = {.path = str_of(path), .data = str_of(texts[i])}};
    const struct str text = run_of(state, step);
    const struct str line = df_run(cm_ar(state), df_join(cm_ar(state), text));
    assert_non_null(line.p);
    scratch_write(state, "line", line);
    scratch_run(state, "/bin/sh -c \"$(cat line)\"");
    assert_str(scratch_read(state, "a file's name"), texts[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(a_target_is_its_own_stages_only),
      cm_test(a_bare_model_has_no_source_and_no_command),
      cm_test(without_a_cog_directory_the_source_is_one_copy),
      cm_test(the_config_is_copied_or_written),
      cm_test(labels_are_quoted),
      cm_test(pyenv_is_what_the_url_says),
      cm_test(an_image_is_never_taken_for_a_stage),
      cm_test(an_image_cannot_bring_lines_of_its_own),
      cm_test(what_cannot_be_said_is_an_error),
      cm_test(a_line_too_long_for_docker_is_an_error),
      cm_test(items_that_need_it_are_quoted),
      scratch_test(words_do_what_argv_does),
      scratch_test(scripts_do_what_argv_does),
      scratch_test(items_do_what_argv_does),
      scratch_test(files_are_written_byte_for_byte),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
