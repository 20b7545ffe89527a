#include "cogfe/pysig.h"
#include "pyword.h"
#include "document/document_fal.h"

#include "fuzz.h"

// Any source: the app that follows it is a program for CPython, which sees the
// same parameters in the source if that is one.

static const char name[] = "Predictor";

static void check_names(struct arena *ar, const struct source *src,
                        const struct pysig *sig) {
  cleanup_sbuf struct sbuf names;
  sbuf_init(&names, SBUF_NO_MAX);
  for (size_t i = 0; i < sig->params.n; i++)
    sbuf_addf(&names, STR_FMT " ", STR_ARG(sig->params.v[i].name));
  const struct str want = py_parameters(ar, src->text, STR("Predictor"));
  if (want.p && !str_eq(want, sbuf_str(&names)))
    BUG("CPython reads <" STR_FMT ">, we <%s>", STR_ARG(want), names.ptr);
}

static void check_app(struct arena *ar, const struct pysig *sig) {
  struct config config = {.predictor = {.set = true,
                                        .file = STR("a/predict.py"),
                                        .name = str_of(name)}};
  const struct fal_app app = {.config = &config,
                              .python = STR("3.11"),
                              .sig = sig,
                              .config_path = STR("cog.yaml")};
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SBUF_NO_MAX);
  fal_add_app(&text, &app, ar);
  const struct str wrong = py_compile(ar, sbuf_str(&text));
  if (wrong.p)
    BUG("no program: " STR_FMT "\n%s", STR_ARG(wrong), text.ptr);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  struct arena ar;
  arena_init(&ar);
  const struct source src = {"predict.py", {(const char *)p, len}};
  struct pysig_fault fault;
  const char *why;
  const struct pysig *sig = pysig_read(&src, str_of(name), &ar, &fault);
  if (!sig != (fault.why != NULL))
    BUG("neither a signature nor a fault");
  if (sig)
    check_names(&ar, &src, sig);
  if (sig && fal_can_name(sig, &why, &ar))
    check_app(&ar, sig);
  arena_release(&ar);
  return 0;
}
