/* The real files beside the checkout: none may crash us, and what a released
 * Cog builds has no error here but those that tests/corpus_differences.tsv
 * lists. */
#include <jansson.h> // names printf, which base.h bans

#include "cm.h"

#include "cogfe/config.h"
#include "corpus_rules.h"
#include "files.h"

#define CORPUS "../shared/corpus/cases"
#define FACTS "../shared/expected/facts.jsonl"

static bool builds(const json_t *fact) {
  return json_is_true(json_object_get(fact, "ok"));
}

struct counts {
  int files, clean, warned, refused, built;
};

static void check_case(const json_t *row, struct counts *counts) {
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  const char *name = json_string_value(json_object_get(row, "case"));
  const char *path = arena_printf(&ar, CORPUS "/%s/cog.yaml", name);
  struct source src = {"cog.yaml", files_read(&ar, path)};
  assert_non_null(src.text.p);
  const struct config *cfg = config_parse(&src, &ar, &dg);
  assert_int_equal(!cfg, dg.errors > 0);
  bool built = builds(json_object_get(row, "cog_0_9_20")) ||
               builds(json_object_get(row, "cog_0_22_0"));
  counts->files++;
  counts->built += built;
  counts->refused += !cfg;
  counts->warned += cfg && dg.list.n > 0;
  counts->clean += cfg && dg.list.n == 0;
  if (built && !cfg && !corpus_may_refuse(&ar, &dg)) {
    cleanup_sbuf struct sbuf out;
    sbuf_init(&out, 1 << 20);
    diag_render(&out, &dg, false);
    print_error("%s:\n%s", name, out.ptr);
    fail();
  }
  arena_release(&ar);
}

static void reads_every_real_file(void **state) {
  struct str facts = files_read(cm_ar(state), FACTS), line;
  if (!facts.p) {
    print_message("no corpus beside the checkout, skipped\n");
    skip();
  }
  struct counts n = {0};
  while (str_next_line(&facts, &line)) {
    json_t *row = json_loadb(line.p, line.len, 0, NULL);
    assert_non_null(row);
    check_case(row, &n);
    json_decref(row);
  }
  print_message("%d files: %d without a remark, %d with warnings, %d refused; "
                "Cog builds %d\n",
                n.files, n.clean, n.warned, n.refused, n.built);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(reads_every_real_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
