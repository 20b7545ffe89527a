// The Dockerfile as a file: what its printer has to know of the context.
#include "cogfe/dockerfile.h"
#include "cogfe/limits.h"
#include "document_int.h"

static bool read_compat(const struct document_input *in,
                        enum dockerfile_compat *out, struct diags *dg) {
  const struct str text = in->in->args->compat;
  *out = str_is(text, "plain") ? DOCKERFILE_PLAIN : DOCKERFILE_BUILDKIT;
  return text.len == 0 || str_is(text, "plain") || str_is(text, "buildkit") ||
         diag_fail(dg, DIAG_BAD_OPTION, SPAN_NONE,
                   "COG_COMPAT is \"" STR_FMT "\", not buildkit or plain",
                   STR_ARG(text));
}

/** Whether a COPY finds the config in the context: it may stand beside it, or
 *  be kept from the build, or another file may have its name there. */
static bool is_copied(const struct recipe_input *r,
                      const struct context_ignore *ignore, bool *out,
                      struct diags *dg) {
  struct context_stat st;
  *out = false;
  if (ignore && context_ignore_hides(ignore, r->config_path))
    return true;
  if (!context_stat(r->files, r->config_path, SPAN_NONE, &st, dg))
    return false;
  if (st.kind != CONTEXT_FILE || st.size != r->config->text.len)
    return true;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_CONFIG_BYTES);
  if (!context_read(r->files, r->config_path, LIMIT_CONFIG_BYTES, SPAN_NONE,
                    &text, dg))
    return false;
  *out = str_eq(sbuf_str(&text), r->config->text);
  return true;
}

bool document_place_config(struct recipe_input *in,
                           const struct context_ignore *ignore,
                           struct diags *dg) {
  in->config_in_context = false;
  return !str_is(in->config_path, "cog.yaml") ||
         is_copied(in, ignore, &in->config_in_context, dg);
}

/** Whether a COPY of the context brings what Cog's own tool left in it. A
 *  pattern that takes something back may mean that. */
static bool brings_cog(const struct document_input *in) {
  const struct context_ignore *ig = in->ignore;
  if (!in->cog_directory || !ig || !context_ignore_hides(ig, STR(".cog")))
    return in->cog_directory;
  for (size_t i = 0; i < ig->patterns.n; i++)
    if (str_starts(ig->patterns.v[i], "!"))
      return true;
  return false;
}

bool document_dockerfile_opts(const struct document_input *in,
                              struct dockerfile_opts *o, struct diags *dg) {
  const struct recipe_input *r = in->in;
  *o = (struct dockerfile_opts){
      .pyenv = r->args->pyenv,
      .config_text = r->config->text,
      .without_cog_directory = !brings_cog(in),
      .labels = in->labels,
      .n_labels = in->n_labels,
  };
  bool copied = false;
  if (!read_compat(in, &o->compat, dg) ||
      (!r->config_in_context && !is_copied(r, in->ignore, &copied, dg)))
    return false;
  if (copied)
    o->config_path = r->config_path;
  return true;
}

bool document_add_dockerfile(const struct document_input *in,
                             const struct dockerfile_opts *o, struct arena *ar,
                             struct documents *out, struct diags *dg) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SBUF_NO_MAX);
  if (!dockerfile_emit(&text, in->recipe->plan, o, ar, dg))
    return false;
  vec_push(ar, &out->files,
           (struct document_file){"Dockerfile", str_dup(ar, sbuf_str(&text))});
  return true;
}

bool document_dockerfile(const struct document_input *in, struct arena *ar,
                         struct documents *out, struct diags *dg) {
  struct dockerfile_opts o;
  return document_dockerfile_opts(in, &o, dg) &&
         document_add_dockerfile(in, &o, ar, out, dg);
}
