/* URLs of git repositories: what they say, and the source they become. */
#include "cm.h"

#include "cm_llb.h"

static void what_stands_behind_the_address_is_read(void **state) {
  static const struct {
    const char *url, *remote, *ref, *subdir, *checksum;
  } rows[] = {
      {"https://h/r.git", "https://h/r.git", "", "", ""},
      {"github.com/a/r", "https://github.com/a/r", "", "", ""},
      {"https://h/r.git#main", "https://h/r.git", "main", "", ""},
      {"https://h/r.git#v1:a/b", "https://h/r.git", "v1", "a/b", ""},
      {"https://h/r.git#:/a/", "https://h/r.git", "", "a", ""},
      {"git@h:a/r.git#main", "git@h:a/r.git", "main", "", ""},
      {"https://h/r.git?ref=main", "https://h/r.git", "main", "", ""},
      {"https://h/r.git?branch=my%20x", "https://h/r.git", "refs/heads/my x",
       "", ""},
      {"https://h/r.git?tag=v1&subdir=/a", "https://h/r.git", "refs/tags/v1",
       "a", ""},
      {"https://h/r.git?tag=refs/tags/v1", "https://h/r.git", "refs/tags/v1",
       "", ""},
      {"https://h/r.git?ref=v1&commit=abc", "https://h/r.git", "v1", "", "abc"},
      {"https://h/r.git?checksum=abc#v1:d", "https://h/r.git", "v1", "d",
       "abc"},
      {"https://h/r.git?subdir=50%#main", "https://h/r.git", "main", "50%", ""},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct llb_git git;
    if (!llb_git_parse(cm_ar(state), str_of(rows[i].url), &git, cm_dg(state)))
      fail_msg("%s", rows[i].url);
    assert_str(git.remote, rows[i].remote);
    assert_str(git.ref, rows[i].ref);
    assert_str(git.subdir, rows[i].subdir);
    assert_str(git.checksum, rows[i].checksum);
  }
}

static void flags_are_true_without_a_value(void **state) {
  struct llb_git git;
  assert_true(llb_git_parse(
      cm_ar(state),
      STR("https://h/r.git?keep-git-dir&submodules=0&fetch-by-commit=true"),
      &git, cm_dg(state)));
  assert_true(git.keep_git_dir);
  assert_true(git.skip_submodules);
  assert_true(git.fetch_by_commit);
  assert_true(llb_git_parse(cm_ar(state),
                            STR("https://h/r.git?keep-git-dir=f&submodules"),
                            &git, cm_dg(state)));
  assert_false(git.keep_git_dir);
  assert_false(git.skip_submodules);
}

static void contradictions_and_unknown_keys_are_refused(void **state) {
  static const struct {
    const char *url, *message;
  } rows[] = {
      {"https://h/r.git?rev=1", "\"rev\" in a git URL is not known"},
      {"https://h/r.git?ref=", "\"ref\" in a git URL has no value"},
      {"https://h/r.git?ref=a#b",
       "\"ref\" in a git URL contradicts what the URL says before it"},
      {"https://h/r.git?tag=a&branch=a",
       "\"branch\" in a git URL contradicts what the URL says before it"},
      {"https://h/r.git?mtime=now",
       "\"mtime\" in a git URL is neither checkout nor commit"},
      {"https://h/r.git?submodules=2",
       "\"submodules\" in a git URL is neither true nor false"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct diags dg;
    struct llb_git git;
    diag_init(&dg, cm_ar(state));
    if (llb_git_parse(cm_ar(state), str_of(rows[i].url), &git, &dg))
      fail_msg("%s", rows[i].url);
    assert_string_equal(dg.list.v[0].msg, rows[i].message);
  }
}

static struct str printed(void **state, const char *url) {
  struct llb *l = llb_new(cm_ar(state), NULL);
  struct llb_git git;
  assert_true(llb_git_parse(cm_ar(state), str_of(url), &git, cm_dg(state)));
  return cm_llb(state, l, llb_git(l, &git, NULL));
}

static void the_source_says_what_the_url_says(void **state) {
  assert_str(printed(state, "https://u@h/a/r.git?tag=v1&subdir=d&checksum=abc"),
             "1 source \"git://h/a/r.git#refs/tags/v1:d\"\n"
             "  attr git.authheadersecret = GIT_AUTH_HEADER\n"
             "  attr git.authtokensecret = GIT_AUTH_TOKEN\n"
             "  attr git.checksum = abc\n"
             "  attr git.fullurl = https://u@h/a/r.git\n"
             "\n"
             "result 1\n");
  assert_str(printed(state, "git@h:a/r.git"),
             "1 source git://h/a/r.git\n"
             "  attr git.fullurl = git@h:a/r.git\n"
             "  attr git.mountsshsock = default\n"
             "\n"
             "result 1\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(what_stands_behind_the_address_is_read),
      cm_test(flags_are_true_without_a_value),
      cm_test(contradictions_and_unknown_keys_are_refused),
      cm_test(the_source_says_what_the_url_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
