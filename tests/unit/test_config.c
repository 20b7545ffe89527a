/* The model and its table of keys; what files look like and what they come to
 * is in testdata/cases. */
#include "cm.h"

#include "cogfe/config.h"
#include "cogfe/yamldoc.h"
#include "files.h"
#include "config_print.h"

static const struct config *parse(void **state, const char *text) {
  struct source *src = arena_new(cm_ar(state), struct source);
  *src = (struct source){"cog.yaml", str_of(text)};
  return config_parse(src, cm_ar(state), cm_dg(state));
}

static void the_table_names_every_key_once_below_its_section(void **state) {
  (void)state;
  size_t n;
  const struct config_key *keys = config_keys(&n);
  assert_true(n > 20);
  for (size_t i = 0; i < n; i++) {
    print_message("%s\n", keys[i].path);
    assert_true(keys[i].help[0] && keys[i].since[0] && keys[i].type[0]);
    const char *dot = strrchr(keys[i].path, '.');
    bool section = !dot;
    for (size_t k = 0; k < n; k++) {
      if (k != i)
        assert_string_not_equal(keys[i].path, keys[k].path);
      size_t len = strlen(keys[k].path);
      section = section || (k < i && (size_t)(dot - keys[i].path) == len &&
                            !strncmp(keys[i].path, keys[k].path, len));
    }
    assert_true(section);
  }
}

/** The part of docs/reference.md between two lines. */
static struct str reference_part(void **state, const char *from,
                                 const char *to) {
  struct str text = files_read(cm_ar(state), "docs/reference.md");
  assert_non_null(text.p);
  const char *start = strstr(text.p, from);
  assert_non_null(start);
  const char *end = strstr(start + strlen(from), to);
  assert_non_null(end);
  return str_range(start + strlen(from), end);
}

static void the_reference_shows_the_table(void **state) {
  struct str got =
      str_trim(reference_part(state, "\n## Keys of cog.yaml\n", "\n#"));
  cleanup_sbuf struct sbuf want;
  sbuf_init(&want, 1 << 16);
  sbuf_adds(&want,
            "| key | type | since Cog | what it says |\n|---|---|---|---|");
  size_t n;
  const struct config_key *keys = config_keys(&n);
  for (size_t i = 0; i < n; i++)
    sbuf_addf(&want, "\n| `%s` | %s | %s | %s |", keys[i].path, keys[i].type,
              keys[i].since, keys[i].help);
  if (!str_eq(got, sbuf_str(&want)))
    fail_msg("put this table into docs/reference.md:\n%s", want.ptr);
}

static void what_is_not_given_is_not_set(void **state) {
  const struct config *c = parse(state, "build: {gpu: null}\n");
  assert_non_null(c);
  assert_false(c->gpu.set || c->python_version.set || c->predictor.set ||
               c->concurrency.set);
  assert_int_equal(c->run.n + c->python_packages.n + c->environment.n, 0);
}

static void a_value_knows_its_key(void **state) {
  const struct config *c =
      parse(state, "build:\n  cuda: \"12.1\"\n  run: [a]\npredict: a.py:B\n");
  assert_non_null(c);
  assert_int_equal(c->cuda.key.line, 2);
  assert_int_equal(c->cuda.key.col, 3);
  assert_int_equal(c->cuda.key.end_col, 7);
  assert_int_equal(c->run.key.line, 3);
  assert_int_equal(c->predictor.key.line, 4);
  assert_str(c->predictor.file, "a.py");
  assert_str(c->predictor.name, "B");
}

static void a_line_of_a_script_has_its_place(void **state) {
  const struct config *c = parse(state, "build:\n"
                                        "  run:\n"
                                        "    - |\n"
                                        "      --mount=type=cache,target=/c\n"
                                        "      make\n"
                                        "      make install\n");
  assert_non_null(c);
  const struct config_run *run = &c->run.v[0];
  assert_true(run->script);
  const char *at = strstr(run->command.node->text.p, "make install");
  size_t off = (size_t)(at - run->command.node->text.p);
  struct span s = yamldoc_text_span(run->command.node, off, 12);
  assert_int_equal(s.line, 6);
  assert_int_equal(s.col, 7);
  assert_int_equal(s.end_col, 19);
}

static void texts_end_in_a_nul(void **state) {
  const struct config *c =
      parse(state, "build:\n"
                   "  python_packages: [\" numpy \"]\n"
                   "  run: [\"--mount=type=secret,id=a  b  \"]\n"
                   "environment: [A=b]\n"
                   "predict: a.py:B\n");
  assert_non_null(c);
  assert_string_equal(c->python_packages.v[0].text.p, "numpy");
  assert_string_equal(c->run.v[0].command.text.p, "b");
  assert_string_equal(c->run.v[0].mounts[0].target.text.p, "/run/secrets/a");
  assert_string_equal(c->environment.v[0].name.p, "A");
  assert_string_equal(c->environment.v[0].value.p, "b");
  assert_string_equal(c->predictor.file.p, "a.py");
}

static void strict_turns_warnings_into_failure(void **state) {
  assert_non_null(parse(state, "image: a\nimaeg: b\n"));
  cm_dg(state)->strict = true;
  assert_null(parse(state, "image: a\nimaeg: b\n"));
}

// ---- mounts ----------------------------------------------------------------

/** What config_print() makes of the first mount of a command, without its
 *  place; or the first error. */
static const char *mount_of(void **state, const char *command) {
  struct arena *ar = cm_ar(state);
  struct diags *dg = cm_dg(state);
  size_t errors = dg->errors;
  const struct config *c =
      parse(state, arena_printf(ar, "build:\n  run:\n    - '%s'\n", command));
  if (!c)
    return dg->list.v[errors].msg;
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1 << 16);
  config_print(&out, c);
  const char *from = strstr(out.ptr, "  mount ");
  if (!from)
    return "none";
  from += strlen("  mount ");
  return arena_strndup(ar, from, (size_t)(strstr(from, "  @") - from));
}

static void reads_mount_flags_as_dockerfile_does(void **state) {
  static const struct {
    const char *command, *want;
  } cases[] = {
      {"make", "none"},
      {"--mount=target=/a make", "bind target=\"/a\" readonly"},
      {"--mount=target=/a,rw make", "bind target=\"/a\""},
      {"--mount=target=/a,ro=false make", "bind target=\"/a\""},
      {"--mount=target=/a,readwrite=0 make", "bind target=\"/a\" readonly"},
      {"--mount=dst=a/./b/../c/,src=../x make",
       "bind target=\"/a/c\" source=\"x\" readonly"},
      {"--mount=type=bind,destination=/a,from=busybox,source=/etc make",
       "bind target=\"/a\" from=\"busybox\" source=\"etc\" readonly"},
      {"--mount=TYPE=Cache,target=/a make",
       "cache target=\"/a\" id=\"/a\" sharing=shared"},
      {"--mount=type=cache,target=/a,id=x,sharing=PRIVATE,uid=1,mode=755 make",
       "cache target=\"/a\" id=\"x\" sharing=private mode=0755 uid=1"},
      {"--mount=type=tmpfs,target=/a make", "tmpfs target=\"/a\""},
      {"--mount=type=tmpfs,target=/a,size=1024 make",
       "tmpfs target=\"/a\" size=1024"},
      {"--mount=type=tmpfs,target=/a,size=2GiB make",
       "tmpfs target=\"/a\" size=2147483648"},
      {"--mount=type=tmpfs,target=/a,size=8Kb make",
       "tmpfs target=\"/a\" size=8192"},
      {"--mount=type=secret,id=a make",
       "secret target=\"/run/secrets/a\" id=\"a\" readonly"},
      {"--mount=type=secret,source=a make",
       "secret target=\"/run/secrets/a\" id=\"a\" readonly"},
      {"--mount=type=secret,target=/x/y make",
       "secret target=\"/x/y\" id=\"y\" readonly"},
      {"--mount=type=secret,id=a,env=A make",
       "secret id=\"a\" env=\"A\" readonly"},
      {"--mount=type=secret,id=a,env=A,target=/a,required make",
       "secret target=\"/a\" id=\"a\" env=\"A\" readonly required"},
      {"--mount=type=ssh,required=true make",
       "ssh target=\"/run/buildkit/ssh_agent.0\" id=\"default\" readonly "
       "required"},
      {"--mount=type=ssh,target=/a,gid=7,mode=0660 make",
       "ssh target=\"/a\" id=\"default\" readonly mode=0660 gid=7"},
      {"--mount=\"target=/a b\",ro make", "bind target=\"/a b\" readonly"},
      {"--mount=\"target=/a,b\",ro make", "bind target=\"/a,b\" readonly"},
      {"\t --mount=target=/a\tmake", "bind target=\"/a\" readonly"},
      {"--mount=target=/a,, make", "bind target=\"/a\" readonly"},
      {"--mount=target=/.. make",
       "a mount of type bind wants a target below \"/\""},
      {"--mount=type=tmpfs,target=/a,size=9223372036854775808 make",
       "the mount option \"size\" wants a size such as 512m, this is "
       "\"9223372036854775808\""},
      {"--mount=type=tmpfs,target=/a,size=9007199254740992k make",
       "the mount option \"size\" wants a size such as 512m, this is "
       "\"9007199254740992k\""},
      {"--mount=type=ssh,uid=4294967296 make",
       "the mount option \"uid\" wants a number, this is \"4294967296\""},
      {"--mount make", "a command cannot begin with \"--mount\""},
      {"--security=insecure make",
       "a command cannot begin with \"--security\""},
  };
  for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
    print_message("%s\n", cases[i].command);
    assert_string_equal(mount_of(state, cases[i].command), cases[i].want);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(the_table_names_every_key_once_below_its_section),
      cm_test(the_reference_shows_the_table),
      cm_test(what_is_not_given_is_not_set),
      cm_test(a_value_knows_its_key),
      cm_test(a_line_of_a_script_has_its_place),
      cm_test(texts_end_in_a_nul),
      cm_test(strict_turns_warnings_into_failure),
      cm_test(reads_mount_flags_as_dockerfile_does),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
