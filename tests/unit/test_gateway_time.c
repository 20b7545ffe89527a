#include "gateway_test.h"

static struct gateway_call *ask(void **state) {
  struct gateway_map attrs = {0};
  vec_push(cm_ar(state), &attrs,
           (struct gateway_entry){STR("git.fullurl"), STR("u")});
  const struct gateway_source source = {
      .identifier = STR("git://h/r"), .attrs = attrs, .log_name = STR("log")};
  struct gateway_call *c = gateway_call_source_time(gw(), &source);
  gw_run();
  return c;
}

/** What the engine's ANSWER says of the time; -1 when it says nothing. */
static int64_t time_of(void **state, struct str answer) {
  bool known;
  int64_t seconds;
  gw_ping(GW_NEW_ENGINE);
  gw_expect("ResolveSourceMeta", (struct str){0}, answer);
  const struct gateway_call *c = ask(state);
  assert_true(gateway_source_time_result(c, &known, &seconds, cm_dg(state)));
  return known ? seconds : -1;
}

/** An answer about git: the message `git` with one commit. */
static struct str with_commit(void **state, const char *commit) {
  const size_t len = strlen(commit);
  assert_true(len > 0 && len < 126);
  return str_printf(cm_ar(state), "\x1a%c\x22%c%s", (int)len + 2, (int)len,
                    commit);
}

static void asks_for_the_commit_of_a_repository(void **state) {
  gw_ping(GW_NEW_ENGINE);
  gw_expect("ResolveSourceMeta",
            STR("\x0a\x1d\x0a\x09git://h/r"
                "\x12\x10\x0a\x0bgit.fullurl\x12\x01u"
                "\x1a\x03log\x2a\x02\x08\x01"),
            STR(""));
  bool known;
  int64_t seconds;
  assert_true(
      gateway_source_time_result(ask(state), &known, &seconds, cm_dg(state)));
  assert_false(known);
}

static void the_committer_has_the_time(void **state) {
  static const struct {
    const char *commit;
    int64_t seconds;
  } rows[] = {
      {"tree 1\nauthor A <a> 5 +0000\ncommitter C <c> 1700000000 +0200\n\nm",
       1700000000},
      {"tree 1\ncommitter C > D <c@> 7 -0100\n", 7},
      {"tree 1\ncommitter C <c> -7 +0000\n\n", -1},
      {"tree 1\ncommitter C <c> 99999999999 +0000\n\n", -1},
      {"tree 1\ncommitter C <c> 10000000000 +0000\n\n", -1},
      {"tree 1\ncommitter C <c> 9223372036 +0000\n\n", 9223372036},
      {"tree 1\ncommitter C <c> 9223372037 +0000\n\n", -1},
      {"tree 1\ncommitter nobody\n\n", -1},
      {"tree 1\n\ncommitter C <c> 7 +0000\n", -1},
      {"committer C <c>", -1},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (time_of(state, with_commit(state, rows[i].commit)) != rows[i].seconds)
      fail_msg("%s", rows[i].commit);
  assert_int_equal(time_of(state, STR("\x1a\x00")), -1);
}

static void a_server_says_when_a_file_was_changed(void **state) {
  // http.last_modified.seconds
  assert_int_equal(time_of(state, STR("\x22\x04\x1a\x02\x08\x07")), 7);
  assert_int_equal(time_of(state, STR("\x22\x00")), -1);
  // A year that LLB cannot hold.
  assert_int_equal(
      time_of(state, STR("\x22\x08\x1a\x06\x08\xff\xff\xff\xff\x7f")), -1);
}

static void old_engines_are_not_asked(void **state) {
  bool known;
  int64_t seconds;
  gw_ping(GW_OLD_ENGINE);
  assert_true(
      gateway_source_time_result(ask(state), &known, &seconds, cm_dg(state)));
  assert_false(known);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      gw_test(asks_for_the_commit_of_a_repository),
      gw_test(the_committer_has_the_time),
      gw_test(a_server_says_when_a_file_was_changed),
      gw_test(old_engines_are_not_asked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
