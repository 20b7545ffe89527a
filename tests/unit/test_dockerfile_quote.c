// Round trips: what the quoting functions write, a real shell and models of the
// builders' readers take for exactly what went in.
#include <jansson.h> // before base.h, which bans printf

#include "cm.h"

#include <fnmatch.h>

#include "cogfe/dockerfile.h"
#include "dfreader.h"
#include "shword.h"

// Values that broke one reader or another, then one of everything.
static const char *const values[] = {
    "",
    "plain-word_1.0",
    "two words",
    "  blanks  around\t",
    "$HOME and ${HOME} and $(id) and `id`",
    "it's",
    "\"quoted\"",
    "it's \"both\"",
    "it's $both",
    "back\\slash",
    "two\\\\backslashes",
    "ends in a backslash\\",
    "it's a backslash\\",
    "\\",
    "'",
    "\"",
    "#no comment",
    "a # b",
    "~root",
    "a=b",
    "*?[a]",
    "!history",
    "<<EOF",
    "1<<EOF",
    "a;b|c&d>e<f(g){h}",
    "caf\xc3\xa9 \xe2\x9c\x93 \xf0\x9f\x90\x84",
    ("no\xc2\xa0"
     "break"),
    "\xef\xbb\xbfmark",
    "carriage\rreturn\r",
    "-n",
    "--flag=x",
    "%s\\n%d",
    "--extra-index-url https://user:p%40ss@example.org/simple",
    "pkg[extra]>=1.0,<2; python_version > '3.8'",
    "\x01\x1b[31m\x7f",
};

// ---- text of tricky characters ----------------------------------------------

static uint32_t state_of_dice = 2463534242;

static uint32_t dice(uint32_t sides) {
  state_of_dice ^= state_of_dice << 13;
  state_of_dice ^= state_of_dice >> 17;
  state_of_dice ^= state_of_dice << 5;
  return state_of_dice % sides;
}

static struct str random_text(struct arena *ar, const char *alphabet) {
  const size_t len = dice(12), n = strlen(alphabet);
  char *text = arena_array(ar, char, len + 1);
  for (size_t i = 0; i < len; i++)
    text[i] = alphabet[dice((uint32_t)n)];
  text[len] = '\0';
  return (struct str){text, len};
}

typedef void (*quote_fn)(struct sbuf *out, struct str text);

static struct str quoted(struct arena *ar, quote_fn quote, struct str text) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1 << 20);
  quote(&out, text);
  return str_dup(ar, sbuf_str(&out));
}

static void same(const char *reader, struct str text, struct str written,
                 struct str read) {
  if (!read.p || !str_eq(read, text))
    fail_msg("%s: <" STR_FMT "> is written " STR_FMT " and read <" STR_FMT ">",
             reader, STR_ARG(text), STR_ARG(written), STR_ARG(read));
}

// ---- words ------------------------------------------------------------------

static void check_word(struct arena *ar, struct str text) {
  const struct str w = quoted(ar, dockerfile_quote_word, text);
  struct str line =
      df_join(ar, str_printf(ar, "RUN x " STR_FMT " y\n", STR_ARG(w)));
  assert_non_null(line.p);
  line = df_run(ar, line);
  assert_true(str_starts(line, "x ") && str_ends(line, " y"));
  same("sh", text, w, sh_word(ar, str_take(str_skip(line, 2), line.len - 4)));

  struct str read = {0};
  assert_true(df_word(ar, w, DF_BUILDKIT, &read) || (read.p = NULL));
  same("buildkit", text, w, read);
  assert_true(df_word(ar, w, DF_IMAGEBUILDER, &read));
  same("imagebuilder", text, w, read);
}

static void words_of_the_table(void **state) {
  for (size_t i = 0; i < ARRAY_LEN(values); i++)
    check_word(cm_ar(state), str_of(values[i]));
}

static void words_of_any_text(void **state) {
  for (int i = 0; i < 3000; i++)
    check_word(cm_ar(state),
               random_text(cm_ar(state), "ab '\"\\$`#<>!=-~*?[](){}&|;\t\r"));
}

static void a_word_without_need_has_no_quotes(void **state) {
  assert_str(quoted(cm_ar(state), dockerfile_quote_word,
                    STR("/usr/lib/x86_64:a=b,c@1.0+cu-%_")),
             "/usr/lib/x86_64:a=b,c@1.0+cu-%_");
  assert_str(quoted(cm_ar(state), dockerfile_quote_word, STR("say \"hi\" $x")),
             "'say \"hi\" $x'");
  assert_str(quoted(cm_ar(state), dockerfile_quote_word, STR("it's fine")),
             "\"it's fine\"");
}

// ---- words of several lines -------------------------------------------------

static void check_lines(struct arena *ar, struct str text) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1 << 20);
  sbuf_adds(&out, "RUN x ");
  dockerfile_quote_lines(&out, text, 4);
  sbuf_adds(&out, " y\n");
  struct str line = df_join(ar, sbuf_str(&out));
  assert_non_null(line.p);
  line = df_run(ar, line);
  assert_non_null(line.p);
  same("sh", text, sbuf_str(&out),
       sh_word(ar, str_take(str_skip(line, 2), line.len - 4)));
}

static void lines_of_any_text(void **state) {
  struct arena *ar = cm_ar(state);
  check_lines(ar, STR("# first\n\n  it's\n\\\n<<EOF\n$x\nEOF"));
  for (int i = 0; i < 1000; i++) {
    const struct str text = random_text(ar, "ab\n\n '\"\\$`#<\t\r");
    if (!str_ends(text, "\n"))
      check_lines(ar, text);
  }
}

// ---- paths ------------------------------------------------------------------

static bool has_wildcards(struct str pattern) {
  return str_find(pattern, '*') >= 0 || str_find(pattern, '?') >= 0 ||
         str_find(pattern, '[') >= 0;
}

static void check_path(struct arena *ar, struct str path) {
  const struct str w = quoted(ar, dockerfile_quote_path, path);
  struct str pattern;
  assert_true(df_word(ar, w, DF_BUILDKIT, &pattern));
  if (!has_wildcards(pattern)) {
    same("copy", path, w, pattern);
    return;
  }
  if (fnmatch(pattern.p, path.p, FNM_PATHNAME))
    fail_msg("%s is written " STR_FMT, path.p, STR_ARG(w));
  // And no other name: a wildcard would match one with another letter.
  char *other = str_cstr(ar, path);
  for (size_t i = 0; i < path.len; i++) {
    other[i] = path.p[i] == '/' ? '/' : 'z';
    if (path.p[i] != '/')
      assert_int_not_equal(fnmatch(pattern.p, other, FNM_PATHNAME), 0);
    other[i] = path.p[i];
  }
}

static void paths_of_any_text(void **state) {
  struct arena *ar = cm_ar(state);
  check_path(ar, STR("weights/*.[bin]?"));
  for (int i = 0; i < 3000; i++) {
    const struct str path = random_text(ar, "ab/.*?[] '\"$-");
    if (path.len)
      check_path(ar, path);
  }
}

// ---- arrays -----------------------------------------------------------------

static void arrays_of_the_table(void **state) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1 << 20);
  dockerfile_quote_json(&out, values, ARRAY_LEN(values));
  const struct str line =
      df_join(cm_ar(state), str_printf(cm_ar(state), "CMD %s\n", out.ptr));
  json_t *json = json_loadb(line.p + 4, line.len - 4, 0, NULL);
  assert_int_equal(json_array_size(json), ARRAY_LEN(values));
  for (size_t i = 0; i < ARRAY_LEN(values); i++)
    assert_string_equal(json_string_value(json_array_get(json, i)), values[i]);
  json_decref(json);
}

// ---- the models themselves --------------------------------------------------

static void the_models_are_not_too_kind(void **state) {
  struct arena *ar = cm_ar(state);
  struct str out;
  assert_false(df_word(ar, STR("a b"), DF_BUILDKIT, &out));
  assert_false(df_word(ar, STR("\"$x\""), DF_BUILDKIT, &out));
  assert_false(df_word(ar, STR("'open"), DF_BUILDKIT, &out));
  assert_true(df_word(ar, STR("\"a\\\\b\""), DF_IMAGEBUILDER, &out));
  assert_str(out, "a\\\\b");
  assert_true(df_word(ar, STR("\"a\\\\b\""), DF_BUILDKIT, &out));
  assert_str(out, "a\\b");
  assert_str(df_join(ar, STR("RUN a \\\n# gone\n\n  b\n")), "RUN a   b");
  assert_null(df_join(ar, STR("RUN a \\\\\nb\n")).p);
  assert_null(df_join(ar, STR("RUN a\nRUN b\n")).p);
  assert_null(df_run(ar, STR("RUN [\"a\"]")).p);
  assert_null(df_run(ar, STR("RUN cat <<EOF")).p);
  assert_null(sh_word(ar, STR("a b")).p);
  assert_null(sh_word(ar, STR("'open")).p);
  assert_str(sh_word(ar, STR("still\\ there")), "still there");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(words_of_the_table),
      cm_test(words_of_any_text),
      cm_test(a_word_without_need_has_no_quotes),
      cm_test(lines_of_any_text),
      cm_test(paths_of_any_text),
      cm_test(arrays_of_the_table),
      cm_test(the_models_are_not_too_kind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
