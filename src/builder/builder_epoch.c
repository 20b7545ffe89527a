// SOURCE_DATE_EPOCH that names a context, whose time it is then. Source:
// buildkit v0.32.2 frontend/dockerfile/dockerfile2llb/epoch.go; what a
// directory or an image would say there is nothing, and no error.
#include "builder_int.h"

/** The context that is named; p is NULL when there is none. */
static struct str named_context(const struct builder *b) {
  const struct str name = b->opts.epoch_of;
  if (!str_is(name, "context"))
    return builder_named_context(b, &b->opts.platforms.v[0], name);
  const struct str url = builder_context_url(b);
  return url.p ? url : STR("");
}

static void add_attrs(struct builder *b, const struct llb_source *from,
                      struct gateway_source *out) {
  out->identifier = from->identifier;
  for (size_t i = 0; i < from->n_attrs; i++)
    vec_push(b->ar, &out->attrs,
             (struct gateway_entry){str_of(from->attrs[i].key),
                                    from->attrs[i].value});
}

/** The source behind VALUE when it is one that has a time. */
static bool find_source(struct builder *b, struct str value,
                        struct gateway_source *out) {
  static const struct llb_attr file[] = {{"http.filename", {"context", 7}}};
  *out = (struct gateway_source){0};
  if (llb_is_git(value)) {
    struct llb_git git;
    if (!llb_git_parse(b->ar, value, &git, b->dg))
      return false;
    const struct llb_source source = llb_git_source(b->ar, &git);
    add_attrs(b, &source, out);
  } else if (str_starts(value, "http://") || str_starts(value, "https://")) {
    const struct llb_source source = {
        .identifier = value, .attrs = file, .n_attrs = ARRAY_LEN(file)};
    add_attrs(b, &source, out);
  }
  return true;
}

bool builder_find_epoch(struct builder *b) {
  struct gateway_source source;
  if (b->opts.epoch_of.len == 0)
    return true;
  const struct str value = named_context(b);
  if (value.len == 0)
    return true;
  if (!find_source(b, value, &source))
    return false;
  if (source.identifier.len == 0)
    return true;
  source.log_name =
      str_printf(b->ar, "[internal] load the time of " STR_FMT, STR_ARG(value));
  cleanup_call struct gateway_call *call =
      gateway_call_source_time(b->engine->g, &source);
  engine_wait(b->engine, call);
  return gateway_source_time_result(call, &b->opts.has_epoch, &b->opts.epoch,
                                    b->dg);
}

bool builder_check_epoch(struct builder *b) {
  if (b->opts.epoch_of.len == 0 || named_context(b).p)
    return true;
  return builder_bad_option("SOURCE_DATE_EPOCH", b->opts.epoch_of,
                            "it is a number of seconds since 1970, or context "
                            "or a named context for the time of that",
                            b->dg);
}
