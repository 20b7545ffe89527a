#include "cm.h"

#include "context/context_int.h"

// Each row with an origin: the documentation's own examples, or the rule of
// Go's filepath.Match and its "**" extension that it shows.
static const struct {
  const char *pattern;
  const char *path;
  bool want;
} rows[] = {
    // https://docs.docker.com/build/concepts/context/#syntax
    {"*/temp*", "somedir/temporary.txt", true},
    {"*/temp*", "somedir/temp", true},
    {"*/temp*", "somedir/temp/below", true},
    {"*/temp*", "temp", false},
    {"*/temp*", "a/b/temp", false},
    {"*/*/temp*", "somedir/subdir/temporary.txt", true},
    {"*/*/temp*", "somedir/temporary.txt", false},
    {"temp?", "tempa", true},
    {"temp?", "tempb/below", true},
    {"temp?", "temp", false},
    {"temp?", "tempab", false},
    {"**/*.go", "main.go", true},
    {"**/*.go", "a/b/c/main.go", true},
    {"**/*.go", "main.go.txt", false},
    {"*.md", "README.md", true},
    {"*.md", "docs/README.md", false},
    {"README*.md", "README-secret.md", true},
    // names, and what is below them
    {"docs", "docs", true},
    {"docs", "docs/a/b", true},
    {"docs", "docs2", false},
    {"docs", "a/docs", false},
    {"a/b", "a/b/c", true},
    {"a/b", "a", false},
    {"", "a", false},
    // "*" and "?" stop at a "/"
    {"*", "a", true},
    {"*", "a/b", true}, // its directory
    {"a*b", "a/b", false},
    {"a*b", "ab", true},
    {"a*b*c", "aXbXbc", true},
    {"a*b*c", "aXbX", false},
    {"a?b", "a/b", false},
    {"a?b",
     "a\xc3\xa9"
     "b",
     true},
    {"a??b",
     "a\xc3\xa9"
     "b",
     false},
    {"a?b",
     "a\xff"
     "b",
     true},
    // "**"
    {"**", "a", true},
    {"**", "a/b/c", true},
    {"**/**", "a/b", true},
    {"a/**", "a/b/c", true},
    {"a/**", "a", false},
    {"a/**", "ab", false},
    {"a**", "a", true},
    {"a**", "ab/c", true},
    {"**/a", "a", true},
    {"**/a", "b/a", true},
    {"**/a", "b/a/c", true},
    {"**/a", "ba", false},
    {"**a", "ba", true}, // ends in "a", wherever a directory ends
    {"**a", "c/ba", true},
    {"**a", "ab", false},
    {"**a*", "ba", false}, // but with a wildcard behind it is "**/a*"
    {"**a*", "c/ab", true},
    {"a/**/b", "a/b", true},
    {"a/**/b", "a/x/y/b", true},
    {"a/**/b", "a/xb", false},
    {"a/**/b", "axb", false},
    {"a**/*.txt", "a/dir/file.txt", true},
    {"a**/*.txt", "a/file.txt", true},
    {"**/dir2/*", "dir/dir2/file", true},
    {"**/dir2/*", "dir/dir3/file", false},
    {"**/file*.txt*", "a/b/file.txt", true},
    {"**/.foo", "bar.foo", false},
    {"***", "a/b", true},
    // "[…]"
    {"a[b-d]e", "ace", true},
    {"a[b-d]e", "aae", false},
    {"a[b-d]e", "ae", false},
    {"a[^b-d]e", "aze", true},
    {"a[^b-d]e", "ace", false},
    {"a[bx-z]", "ab", true},
    {"a[bx-z]", "ay", true},
    {"[!a]", "!", true}, // not a negation
    {"[!a]", "a", true},
    {"[!a]", "b", false},
    {"[a-\xce\xb6]", "\xce\xb1", true},
    {"[\\]a]", "]", true},
    {"[\\-x]", "-", true},
    {"[\\-x]", "a", false},
    {"[]a]", NULL, false},
    {"[-]", NULL, false},
    {"[x-]", NULL, false},
    {"[-x]", NULL, false},
    {"[a-b-c]", NULL, false},
    {"[z-a]", NULL, false},
    {"[]", NULL, false},
    {"[^]", NULL, false},
    {"[^bc", NULL, false},
    {"a[", NULL, false},
    {"[a\\", NULL, false},
    {"]", "]", true},
    // "\"
    {"a\\*b", "a*b", true},
    {"a\\*b", "aXb", false},
    {"a\\\\b", "a\\b", true},
    {"a\\?", "ab", false},
    {"a\\", NULL, false},
    // what means something to regular expressions only
    {"a.b", "aXb", false},
    {"a.|)$(}+{bc", "a.|)$(}+{bc", true},
    {"a^b", "a^b", true},
    {"x.py-2.4+g0-py3.whl", "x.py-2.4+g0-py3.whl", true},
};

static void matches_as_docker_does(void **state) {
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct context_pattern pat = {0};
    const char *wrong =
        pattern_compile(cm_ar(state), str_of(rows[i].pattern), &pat);
    if (!wrong != (rows[i].path != NULL))
      fail_msg("%s: %s", rows[i].pattern, wrong ? wrong : "is a pattern");
    uint64_t steps = 0;
    if (rows[i].path &&
        pattern_matches(&pat, str_of(rows[i].path), &steps) != rows[i].want)
      fail_msg("%s on %s", rows[i].pattern, rows[i].path);
  }
}

static void no_pattern_is_slow(void **state) {
  char pattern[LIMIT_PATH_BYTES], path[LIMIT_PATH_BYTES];
  memset(pattern, '*', sizeof pattern);
  memset(path, 'a', sizeof path);
  for (size_t i = 1; i < sizeof pattern; i += 2)
    pattern[i] = 'a';
  pattern[sizeof pattern - 2] = 'b';
  struct context_pattern pat = {0};
  assert_null(pattern_compile(cm_ar(state),
                              (struct str){pattern, sizeof pattern - 1}, &pat));
  uint64_t steps = 0;
  assert_false(
      pattern_matches(&pat, (struct str){path, sizeof path - 1}, &steps));
  assert_in_range(steps, 1, 20 * 1000 * 1000);
}

/** N characters of TO, by the state of a small generator. */
static struct str random_text(char *buf, size_t n, const char *to,
                              uint32_t *seed) {
  for (size_t i = 0; i < n; i++) {
    *seed = *seed * 1664525 + 1013904223;
    buf[i] = to[(*seed >> 16) % strlen(to)];
  }
  return (struct str){buf, n};
}

/** What a path is refused by before a pattern is run says what the run says. */
static void literals_are_a_short_cut_only(void **state) {
  uint32_t seed = 1;
  size_t matched = 0;
  for (size_t i = 0; i < 200000; i++) {
    char pattern_text[8], path_text[8];
    uint64_t steps = 0;
    struct context_pattern pat = {0};
    const struct str path = random_text(path_text, 1 + i % 7, "aab/", &seed);
    if (pattern_compile(cm_ar(state),
                        random_text(pattern_text, 1 + i % 8, "aab/**?", &seed),
                        &pat))
      continue;
    struct context_pattern run = {.tokens = pat.tokens, .n = pat.n};
    const bool fast = pattern_matches(&pat, path, &steps);
    matched += fast;
    if (fast != pattern_matches(&run, path, &steps))
      fail_msg(STR_FMT " on " STR_FMT, (int)(1 + i % 8), pattern_text,
               STR_ARG(path));
  }
  assert_in_range(matched, 1000, 199000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(matches_as_docker_does),
      cm_test(no_pattern_is_slow),
      cm_test(literals_are_a_short_cut_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
