#include "cogfe/resolve.h"

#include "cogfe/limits.h"

#include "resolve/resolve_int.h"

static void resolve_system_packages(struct resolver *rs) {
  const struct config_list *list = &rs->cfg->system_packages;
  for (size_t i = 0; i < list->n; i++)
    vec_push(rs->ar, &rs->out->system_packages,
             (struct resolved_package){list->v[i].text, list->v[i].span});
}

static bool read_package_item(const struct config_text *item, struct arena *ar,
                              struct requirements *out, struct diags *dg) {
  size_t n = 1;
  const struct span *lines = &item->span;
  // One of more lines than can be read is refused, wherever that is said.
  if (str_find(item->text, '\n') >= 0 &&
      str_count(item->text, '\n') < LIMIT_REQUIREMENTS)
    lines = config_line_spans(item, ar, &n);
  return requirements_parse_item(item->text, lines, n, ar, out, dg);
}

bool resolve_read_packages(const struct config *config, struct arena *ar,
                           struct requirements *out, struct diags *dg) {
  const struct config_list *list = &config->python_packages;
  for (size_t i = 0; i < list->n; i++)
    if (!read_package_item(&list->v[i], ar, out, dg))
      return false;
  return true;
}

const struct resolved *resolve(const struct resolve_input *in, struct arena *ar,
                               struct diags *dg) {
  struct resolver rs = {
      .in = in,
      .cfg = in->config,
      .compat = in->compat ? in->compat : compat_builtin(),
      .ar = ar,
      .dg = dg,
      .out = arena_new(ar, struct resolved),
  };
  if (in->requirements)
    rs.reqs = *in->requirements;
  rs.out->gpu = in->config->gpu.set && in->config->gpu.value;

  // Everything that can be wrong is looked at, so that one run shows it all.
  size_t before = dg->errors;
  resolve_python(&rs);
  if (resolve_images(&rs)) {
    resolve_torch_row(&rs);
    resolve_lines(&rs);
  }
  resolve_sdk(&rs);
  resolve_system_packages(&rs);
  return dg->errors == before ? rs.out : NULL;
}
