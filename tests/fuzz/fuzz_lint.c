#include "cogfe/lint.h"

#include "fuzz.h"
#include "lint/lint_int.h"

// A cog.yaml and, behind a NUL, its file of requirements. Rules only warn,
// words of commands stand where they say, and what is masked stays so.

static void check_words(const struct config_runs *runs, struct arena *ar) {
  for (size_t i = 0; i < runs->n; i++) {
    const struct str text = runs->v[i].command.text;
    struct lint_commands list = {0};
    lint_read_commands(ar, &runs->v[i], &list);
    for (size_t c = 0; c < list.n; c++)
      for (size_t w = 0; w < list.v[c].words.n; w++) {
        const struct lint_word *word = &list.v[c].words.v[w];
        if (word->off + word->len > text.len || word->text.len > word->len)
          BUG("a word of \"" STR_FMT "\" stands outside", STR_ARG(text));
      }
  }
}

static void check_mask(struct str text, struct arena *ar) {
  const struct str once = diag_masked(ar, text);
  if (!str_eq(once, diag_masked(ar, once)))
    BUG("masked twice: \"" STR_FMT "\"", STR_ARG(text));
}

static void lint(const struct source *yaml, const struct source *file,
                 struct arena *ar, struct diags *dg) {
  struct requirements reqs = {0};
  const struct config *cfg = config_parse_some(yaml, ar, dg);
  if (!cfg || !resolve_read_packages(cfg, ar, &reqs, dg) ||
      !requirements_parse(file, false, ar, &reqs, dg))
    return;
  const struct resolve_input what = {
      .config = cfg, .requirements = &reqs, .architecture = STR("arm64")};
  const struct lint_input in = {.config = cfg,
                                .requirements = &reqs,
                                .resolved = resolve(&what, ar, dg),
                                .architecture = STR("arm64")};
  const size_t errors = dg->errors;
  lint_run(&in, ar, dg);
  if (dg->errors != errors)
    BUG("a rule failed");
  check_words(&cfg->pre_install, ar);
  check_words(&cfg->run, ar);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  struct source yaml = {"cog.yaml", {0}}, file = {"requirements.txt", {0}};
  file.text = str_cut((struct str){(const char *)p, len}, '\0', &yaml.text);
  lint(&yaml, &file, &ar, &dg);
  check_mask(yaml.text, &ar);
  check_mask(file.text, &ar);
  arena_release(&ar);
  return 0;
}
