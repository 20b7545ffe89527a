// fal: a Dockerfile of what cog.yaml installs, and an app that stands on it.
//
// Source:
// https://fal.ai/docs/documentation/development/use-custom-container-image and
// migrate-from-replicate (2026-08): the app's class is sent as a pickle, the
// image needs curl, and pydantic, protobuf and boto3 of versions that fal can
// use, which installing fal last brings.
#include "document_fal.h"
#include "document_int.h"

#include "cogfe/limits.h"

/** The last step: fal's own packages, whose versions have to win. */
static struct plan_step install_fal(const struct document_input *in,
                                    struct arena *ar) {
  static const char *argv[] = {"python",         "-m", "pip", "install",
                               "--no-cache-dir", "fal"};
  const struct recipe_args *args = in->in->args;
  const char **env = arena_array(ar, const char *, args->pip_env.n);
  for (size_t i = 0; i < args->pip_env.n; i++)
    env[i] = args->pip_env.v[i];
  return (struct plan_step){
      .op = PLAN_RUN,
      .title =
          "fal last, so that the versions which it needs are those that count",
      .u.run = {.argv = argv,
                .argc = ARRAY_LEN(argv),
                .env = env,
                .n_env = args->pip_env.n},
  };
}

static bool add_dockerfile(const struct document_input *in, struct arena *ar,
                           struct documents *out, struct diags *dg) {
  struct dockerfile_opts o;
  if (!document_dockerfile_opts(in, &o, dg))
    return false;
  const struct plan_step last = install_fal(in, ar);
  o.bare = true;
  o.other_platform = true;
  o.more = &last;
  o.n_more = 1;
  return document_add_dockerfile(in, &o, ar, out, dg);
}

// ---- the model --------------------------------------------------------------

/** Says, once, that the endpoint is a stub. */
static void warn_stub(const struct document_input *in, struct span at,
                      const char *why, struct diags *dg) {
  const struct config_pointer *p = &in->recipe->config->predictor;
  diag_warn(dg, DIAG_FAL_STUB, at.src ? at : p->span,
            STR_FMT " %s: the app's endpoint is a stub", STR_ARG(p->file), why);
  diag_note(dg, SPAN_NONE,
            "write its inputs and the call of the model into fal_app.py");
}

static bool read_model_source(const struct document_input *in, struct arena *ar,
                              struct source *out, const char **why,
                              struct diags *dg) {
  const struct config_pointer *p = &in->recipe->config->predictor;
  struct context_stat st;
  if (!context_stat(in->in->files, p->file, p->span, &st, dg))
    return false;
  *why = st.kind != CONTEXT_FILE ? "is not in the build context"
         : st.size > LIMIT_PYTHON_BYTES
             ? "is larger than any source that is read"
             : NULL;
  if (*why)
    return true;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_PYTHON_BYTES);
  if (!context_read(in->in->files, p->file, LIMIT_PYTHON_BYTES, p->span, &text,
                    dg))
    return false;
  *out = (struct source){str_cstr(ar, p->file), str_dup(ar, sbuf_str(&text))};
  return true;
}

/** The signature that the app follows; *OUT is NULL, after a warning, when it
 *  cannot be read. */
static bool read_model_signature(const struct document_input *in,
                                 struct arena *ar, const struct pysig **out,
                                 struct diags *dg) {
  const struct config_pointer *p = &in->recipe->config->predictor;
  *out = NULL;
  if (!p->set)
    return true;
  struct source *src = arena_new(ar, struct source);
  struct pysig_fault fault = {0};
  if (!read_model_source(in, ar, src, &fault.why, dg))
    return false;
  if (!fault.why)
    *out = pysig_read(src, p->name, ar, &fault);
  if (*out && !fal_can_name(*out, &fault.why, ar))
    *out = NULL;
  if (!*out)
    warn_stub(in, fault.span, fault.why, dg);
  return true;
}

bool document_fal(const struct document_input *in, struct arena *ar,
                  struct documents *out, struct diags *dg) {
  const struct pysig *sig;
  if (!add_dockerfile(in, ar, out, dg) ||
      !read_model_signature(in, ar, &sig, dg))
    return false;
  cleanup_sbuf struct sbuf app;
  sbuf_init(&app, SBUF_NO_MAX);
  const struct fal_app what = {
      .config = in->recipe->config,
      .python = in->recipe->resolved->python_minor,
      .sig = sig,
      .name = document_name(in->recipe->config, ar),
      .config_path = in->in->config_path,
      .copies = fal_copies(out->files.v[out->files.n - 1].text),
      .ignored = fal_ignored(in->ignore, ar),
  };
  fal_add_app(&app, &what, ar);
  vec_push(ar, &out->files,
           (struct document_file){"fal_app.py", str_dup(ar, sbuf_str(&app))});
  return true;
}
