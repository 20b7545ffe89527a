/* `check` and `plan` over the real files beside the checkout: they end with 0
 * or 1, and what they say is whole. What has to end with 0 is held by
 * test_resolve_corpus.c. */
#include <jansson.h> // names printf, which base.h bans

#include "cm.h"

#include "cli_runner.h"
#include "files.h"

#define CORPUS "../shared/corpus/cases"
#define FACTS "../shared/expected/facts.jsonl"

struct counts {
  int cases, done, bad;
};

static struct cli_result run(struct arena *ar, const char *command,
                             const char *name, const char *format) {
  const char *words[] = {command, arena_printf(ar, CORPUS "/%s", name),
                         "--format", format, NULL};
  return cli_runner(ar, words);
}

static bool is_json(struct str text) {
  json_t *root = json_loadb(text.p, text.len, 0, NULL);
  json_decref(root);
  return root != NULL;
}

static void check_case(struct arena *ar, const json_t *row, struct counts *n) {
  const char *name = json_string_value(json_object_get(row, "case"));
  const struct cli_result check = run(ar, "check", name, "json");
  const struct cli_result text = run(ar, "check", name, "text");
  const struct cli_result plan = run(ar, "plan", name, "text");
  const struct cli_result json = run(ar, "plan", name, "json");
  const bool said = check.status == 0 ? plan.out.len && is_json(json.out)
                                      : plan.err.len && !plan.out.len;
  n->cases++;
  n->done += check.status == 0;
  if (check.status == (check.status & 1) && text.status == check.status &&
      plan.status == check.status && json.status == check.status &&
      is_json(check.out) && !check.err.len && said)
    return;
  print_error("%s: %d\n" STR_FMT STR_FMT "\n", name, check.status,
              STR_ARG(text.out), STR_ARG(plan.err));
  n->bad++;
}

static void real_files_are_checked_and_planned(void **state) {
  struct str facts = files_read(cm_ar(state), FACTS), line;
  if (!facts.p) {
    print_message("no corpus beside the checkout, skipped\n");
    skip();
  }
  struct counts n = {0};
  while (str_next_line(&facts, &line)) {
    struct arena ar;
    arena_init(&ar);
    json_t *row = json_loadb(line.p, line.len, 0, NULL);
    assert_non_null(row);
    check_case(&ar, row, &n);
    json_decref(row);
    arena_release(&ar);
  }
  print_message("%d cases, %d without errors\n", n.cases, n.done);
  assert_int_equal(n.bad, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(real_files_are_checked_and_planned),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
