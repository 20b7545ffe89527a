#include "cm.h"

/** LINE as it is shown. */
static struct str shown(void **state, const char *line) {
  return diag_masked(cm_ar(state), str_of(line));
}

#define REPEAT_36 "abcdefghijklmnopqrstuvwxyz0123456789"
#define STARS_36 "************************************"

static void masks_what_looks_like_a_secret(void **state) {
  static const char *const rows[][2] = {
      // URLs
      {"https://me:hunter22@h/x", "https://me:********@h/x"},
      {"  - --extra-index-url https://a:b@h", "  - --extra-index-url "
                                              "https://a:*@h"},
      {"git+https://" REPEAT_36 "@github.com/a",
       "git+https://" STARS_36 "@github.com/a"},
      {"postgres://u:p@h and redis://:q@h", "postgres://u:*@h and "
                                            "redis://:*@h"},
      // tokens
      {"curl -H 'Bearer ghp_" REPEAT_36 "'",
       "curl -H 'Bearer ****" STARS_36 "'"},
      {"x hf_" REPEAT_36 ", y", "x ***" STARS_36 ", y"},
      {"AKIA2BCDEFGHIJKLMNOP", "********************"},
      // values
      {"  - API_TOKEN=hunter22", "  - API_TOKEN=********"},
      {"  - \"PASSPHRASE=two words\"  # why", "  - \"PASSPHRASE=*********\"  "
                                              "# why"},
      {"export MY_API_KEY='hunter 22' && x", "export MY_API_KEY='*********' "
                                             "&& x"},
      {"run --token=hunter22 x", "run --token=******** x"},
      {"aws_secret_access_key = hunter22", "aws_secret_access_key = hunter22"},
      {"  HF_TOKEN: hunter22 x", "  HF_TOKEN: ******** x"},
      {"[\"A=1\", \"DB_PASSWORD=hunter22\"]", "[\"A=1\", \"DB_PASSWORD="
                                              "********\"]"},
      {"PASSWORD=\xC3\xA9\xC3\xA9\xC3\xA9 x", "PASSWORD=*** x"},
      {"PASSWORD=\x80\x80\x80\x80\x80\x80 x", "PASSWORD=****** x"},
      {"PGPASSWORD=hunter22 psql", "PGPASSWORD=******** psql"},
      {"apiToken: hunter22", "apiToken: ********"},
      {"MYSQL_PWD=hunter22", "MYSQL_PWD=********"},
      {"DB_PASS=hunter22", "DB_PASS=********"},
      {"NPM_AUTH=hunter22", "NPM_AUTH=********"},
      {"CREDENTIALS=hunter22", "CREDENTIALS=********"},
      {"PWD=hunter22 PASS=hunter22", "PWD=hunter22 PASS=hunter22"},
      {"MAX_TOKENS=100000000x", "MAX_TOKENS=100000000x"},
      {"curl gsk_" REPEAT_36 "abcd", "curl ****" STARS_36 "****"},
      {"xapp-1-" REPEAT_36, "*******" STARS_36},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    assert_str(shown(state, rows[i][0]), rows[i][1]);
}

static void shows_the_rest(void **state) {
  static const char *const lines[] = {
      "https://download.pytorch.org/whl/cu118",
      "git+ssh://git@github.com/a/b@v1",
      "https://me@dev.azure.com/a/b",
      "https://me:${TOKEN}@h/x",
      "https://h/path?x=a@b",
      "HF_TOKEN=$TOKEN",
      "HF_TOKEN=<your token>",
      "GOOGLE_API_KEY=your-key-here",
      "TOKEN=/run/secrets/token",
      "TOKENIZERS_PARALLELISM=false",
      "MAX_TOKEN=4096.0",
      "TOKEN_PATH=somewhere",
      "USE_AUTH_TOKEN=false",
      "--mount=type=secret,id=token,env=API_TOKEN",
      "{type: secret, id: hf_token, target: /run/secrets/x}",
      "pip install hf_transfer sk-video r8_x",
      "sk-learn-is-not-a-token",
      "",
  };
  for (size_t i = 0; i < ARRAY_LEN(lines); i++)
    assert_str(shown(state, lines[i]), lines[i]);
}

static void finds_one_after_the_other(void **state) {
  (void)state;
  const struct str line = STR("T_TOKEN=secret1 a://b:c@d");
  struct diag_secret s;
  size_t from = 0;
  assert_true(diag_next_secret(line, &from, &s));
  assert_int_equal(s.kind, DIAG_SECRET_VALUE);
  assert_str(s.text, "secret1");
  assert_true(diag_next_secret(line, &from, &s));
  assert_int_equal(s.kind, DIAG_SECRET_URL);
  assert_str(s.text, "c");
  assert_null(s.service);
  assert_false(diag_next_secret(line, &from, &s));
}

static void masks_line_by_line(void **state) {
  assert_str(shown(state, "API_TOKEN=hunter22\r\nb\n\nPASSWORD=hunter22"),
             "API_TOKEN=********\r\nb\n\nPASSWORD=********");
}

static void no_diagnostic_shows_one(void **state) {
  const struct source src = {"f",
                             STR("- --index-url https://me:hunter22@h  # x\n")};
  diag_fail(cm_dg(state), DIAG_IO, (struct span){&src, 1, 3, 1, 37},
            "bad --index-url https://me:hunter22@h");
  diag_note(cm_dg(state), SPAN_NONE, "or API_KEY=hunter22");
  assert_str(cm_rendered(state),
             "f:1:3: error: bad --index-url https://me:********@h [io]\n"
             "    1 | - --index-url https://me:********@h  # x\n"
             "      |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
             "  note: or API_KEY=********\n");
}

/** The excerpt ends inside of it. */
static void masks_a_secret_that_is_cut(void **state) {
  char *line = arena_alloc(cm_ar(state), 600);
  memset(line, ' ', 390);
  memcpy(line + 390, "ghp_" REPEAT_36, 40);
  const struct source src = {"f", str_of(line)};
  diag_fail(cm_dg(state), DIAG_IO, (struct span){&src, 1, 1, 1, 2}, "no");
  assert_false(str_contains(cm_rendered(state), "ghp_"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(masks_what_looks_like_a_secret),
      cm_test(shows_the_rest),
      cm_test(finds_one_after_the_other),
      cm_test(masks_line_by_line),
      cm_test(no_diagnostic_shows_one),
      cm_test(masks_a_secret_that_is_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
