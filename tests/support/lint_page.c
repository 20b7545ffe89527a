#include "lint_page.h"

#include "files.h"
#include "fixture.h"

static const char note[] =
    "<!-- Made of src/lint/lint_rules.def and testdata/lint by test_lint: "
    "UPDATE_GOLDEN=1 rewrites it. -->\n";

/** The files of an example that a page shows. */
static const struct {
  const char *name, *language;
} shown[] = {
    {"cog.yaml", "yaml"},
    {"requirements.txt", ""},
    {".dockerignore", ""},
    {"predict.py", "python"},
};

static const char *severity_of(enum diag_code code) {
  return diag_severity_of(code) == DIAG_ERROR ? "error" : "warning";
}

static void add_options(struct sbuf *out, struct arena *ar, const char *path) {
  struct str args = files_read(ar, arena_printf(ar, "%s/args", path)), line;
  while (str_next_line(&args, &line))
    if (str_starts(line, "large="))
      sbuf_addf(out, "With a file `" STR_FMT "` of 20 MiB:\n\n",
                STR_ARG(str_skip(line, strlen("large="))));
    else if (str_is(line, "weights=1"))
      sbuf_adds(out, "With the named context `weights`:\n\n");
    else if (str_starts(line, "platform=") || str_starts(line, "target="))
      sbuf_addf(out, "With `--" STR_FMT "`:\n\n", STR_ARG(line));
    else if (str_starts(line, "context="))
      sbuf_addf(out, "With `--build-context " STR_FMT "=…`:\n\n",
                STR_ARG(str_skip(line, strlen("context="))));
    else if (str_starts(line, "no-cache="))
      sbuf_addf(out, "With `--no-cache-filter " STR_FMT "`:\n\n",
                STR_ARG(str_skip(line, strlen("no-cache="))));
    else
      sbuf_addf(out, "With `--build-arg " STR_FMT "`:\n\n", STR_ARG(line));
}

static void add_files(struct sbuf *out, struct arena *ar, const char *path) {
  for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
    const struct str text =
        files_read(ar, arena_printf(ar, "%s/%s", path, shown[i].name));
    if (text.p)
      sbuf_addf(out, "`%s`\n\n```%s\n" STR_FMT "```\n\n", shown[i].name,
                shown[i].language, STR_ARG(text));
  }
}

/** Appends an example; whether what is wrong has a line. */
static bool add_example(struct sbuf *out, struct arena *ar,
                        const struct lint_rule *rule, const char *which,
                        const char *title) {
  const char *path =
      arena_printf(ar, LINT_EXAMPLES "/%s/%s", diag_slug(rule->code), which);
  struct fixture_args args;
  struct diags dg;
  diag_init(&dg, ar);
  fixture_check(ar, path, &dg);
  fixture_read_args(ar, arena_printf(ar, "%s/args", path), &args);
  const char *command = args.target.len ? str_cstr(ar, args.target) : "check";
  sbuf_addf(out, "\n## %s\n\n", title);
  add_options(out, ar, path);
  add_files(out, ar, path);
  if (!dg.list.n) {
    sbuf_addf(out, "`cog-frontend %s` says nothing.\n", command);
    return false;
  }
  sbuf_addf(out, "`cog-frontend %s` says:\n\n```\n", command);
  diag_render(out, &dg, false);
  sbuf_adds(out, "```\n");
  return dg.list.v[0].span.src && !dg.errors;
}

void lint_page(struct sbuf *out, const struct lint_rule *rule,
               struct arena *ar) {
  const char *slug = diag_slug(rule->code);
  sbuf_addf(out, "# %s\n\n%s\n%s: %s.\n\n%s\n", slug, note,
            severity_of(rule->code), diag_help(rule->code), rule->help);
  const bool has_line = add_example(out, ar, rule, "bad", "Bad");
  add_example(out, ar, rule, "good", "Good");
  if (has_line)
    sbuf_addf(out,
              "\n## Turning it off\n\nA comment on the line: "
              "`# cog-frontend: ignore=%s`.\n",
              slug);
}

void lint_page_index(struct sbuf *out) {
  size_t n;
  const struct lint_rule *rules = lint_rules(&n);
  sbuf_addf(out,
            "# Rules\n\n%s\nWhat `cog-frontend check`, `docker build` and "
            "`docker build --call=check` warn of. A comment on the line turns "
            "a rule off there:\n`# cog-frontend: ignore=RULE,RULE`. With "
            "`COG_STRICT=1` or `--strict` warnings are errors.\n\n"
            "| rule | what it is about |\n|---|---|\n",
            note);
  for (size_t i = 0; i < n; i++) {
    const char *slug = diag_slug(rules[i].code);
    sbuf_addf(out, "| [%s](%s.md) | %s |\n", slug, slug,
              diag_help(rules[i].code));
  }
}
