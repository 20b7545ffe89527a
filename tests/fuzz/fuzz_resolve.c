#include "cogfe/resolve.h"

#include "corpus_rules.h"
#include "fuzz.h"
#include "resolve_print.h"

// A cog.yaml and, behind a NUL, its file of requirements. There is a result or
// an error; lines that name nothing of torch or TensorFlow come out as they
// went in.

static void check(const struct resolved *r) {
  if (r->python.len == 0 || r->base_image.len == 0 || r->deps_image.len == 0)
    BUG("something is not decided");
  for (size_t i = 0; i < r->lines.n; i++) {
    const struct resolved_line *l = &r->lines.v[i];
    bool same = str_eq(l->text, l->requirement->text);
    if (same == l->rewritten || (!same && !corpus_is_family(l->requirement)))
      BUG("\"" STR_FMT "\" became \"" STR_FMT "\"",
          STR_ARG(l->requirement->text), STR_ARG(l->text));
  }
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 8 << 20);
  resolve_print(&out, r);
  resolved_emit_requirements(&out, r, false);
}

static const struct resolved *resolve_both(const struct source *yaml,
                                           const struct source *file,
                                           struct arena *ar, struct diags *dg) {
  struct requirements reqs = {0};
  const struct config *cfg = config_parse(yaml, ar, dg);
  if (!cfg || !resolve_read_packages(cfg, ar, &reqs, dg) ||
      !requirements_parse(file, false, ar, &reqs, dg))
    return NULL;
  struct resolve_input in = {
      .config = cfg, .requirements = &reqs, .architecture = STR("amd64")};
  return resolve(&in, ar, dg);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  struct source yaml = {"cog.yaml", {0}}, file = {"requirements.txt", {0}};
  file.text = str_cut((struct str){(const char *)p, len}, '\0', &yaml.text);
  const struct resolved *r = resolve_both(&yaml, &file, &ar, &dg);
  if (!r != (dg.errors > 0))
    BUG("%s with %zu errors", r ? "resolved" : "refused", dg.errors);
  if (r)
    check(r);
  arena_release(&ar);
  return 0;
}
