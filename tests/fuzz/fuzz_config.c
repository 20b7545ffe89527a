#include "cogfe/config.h"

#include "fuzz.h"
#include "config_print.h"

// Any bytes as a cog.yaml, up to what a person sees of it.

static void check_contract(const struct config *cfg, const struct diags *dg) {
  if (!cfg != (dg->errors > 0))
    BUG("success and errors do not agree");
  for (size_t i = 0; cfg && i < cfg->run.n; i++)
    if (cfg->run.v[i].command.text.len == 0)
      BUG("a run item without a command");
  for (size_t i = 0; cfg && i < cfg->system_packages.n; i++)
    if (cfg->system_packages.v[i].text.p[0] == '-')
      BUG("an option of apt-get among the packages");
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  struct arena ar;
  struct diags dg;
  struct sbuf out;
  arena_init(&ar);
  diag_init(&dg, &ar);
  sbuf_init(&out, 1 << 20);
  struct source src = {"cog.yaml", {arena_memdup(&ar, p, len), len}};
  const struct config *cfg = config_parse(&src, &ar, &dg);
  check_contract(cfg, &dg);
  if (cfg)
    config_print(&out, cfg);
  diag_sort(&dg);
  diag_render(&out, &dg, false);
  sbuf_release(&out);
  arena_release(&ar);
  return 0;
}
