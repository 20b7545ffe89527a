// Rules about torch and TensorFlow.
#include "lint/lint_int.h"

static const struct specifier *bound_of(const struct requirement *r) {
  for (size_t i = 0; i < r->specifiers.n; i++) {
    const struct specifier *s = &r->specifiers.v[i];
    if (s->op != SPECIFIER_GE && s->op != SPECIFIER_GT && s->op != SPECIFIER_NE)
      return s;
  }
  return NULL;
}

void lint_unpinned_torch(struct lint *l) {
  const struct requirement *r = lint_find_package(l, STR("torch"));
  if (!l->resolved->gpu || !r || r->kind != REQUIREMENT_PACKAGE || r->url.len ||
      bound_of(r))
    return;
  diag_warn(l->dg, DIAG_UNPINNED_TORCH, r->span,
            "pip takes the newest torch that there is, whatever CUDA it wants");
  diag_note(l->dg, SPAN_NONE,
            "the base image keeps CUDA " STR_FMT "; write torch==VERSION",
            STR_ARG(l->resolved->cuda));
}

/** Packages that depend on torch. To add one: a row. Source: what uv 0.13.9
 *  resolves each of them to for Python 3.11, 2026-12-01; basicsr, which has no
 *  wheel, says so in its own requirements. */
static bool depends_on_torch(struct str name) {
  static const char *const names[] = {"accelerate",
                                      "basicsr",
                                      "clip-interrogator",
                                      "easyocr",
                                      "facexlib",
                                      "fairseq",
                                      "flair",
                                      "gfpgan",
                                      "kornia",
                                      "lightning",
                                      "lpips",
                                      "open-clip-torch",
                                      "openai-whisper",
                                      "peft",
                                      "pytorch-lightning",
                                      "realesrgan",
                                      "sentence-transformers",
                                      "speechbrain",
                                      "stanza",
                                      "timm",
                                      "torchaudio",
                                      "torchmetrics",
                                      "torchsde",
                                      "torchvision",
                                      "ultralytics",
                                      "whisperx"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_is(name, names[i]))
      return true;
  return false;
}

static const struct requirement *find_bringer(const struct lint *l) {
  for (size_t i = 0; i < l->n_packages; i++)
    if (depends_on_torch(l->packages[i]->name))
      return l->packages[i];
  return NULL;
}

static bool has_torch_index(const struct lint *l) {
  for (size_t i = 0; i < l->resolved->indexes.n; i++)
    if (l->resolved->indexes.v[i].kind == RESOLVED_INDEX_MAIN ||
        str_contains(l->resolved->indexes.v[i].url, "pytorch"))
      return true;
  return l->in->more_indexes;
}

/** arm64's wheels on PyPI are for the CPU. */
void lint_torch_brought(struct lint *l) {
  const struct requirement *r = find_bringer(l);
  if (!r || l->resolved->gpu || !str_is(l->in->architecture, "amd64") ||
      lint_find_package(l, STR("torch")) || has_torch_index(l))
    return;
  diag_warn(l->dg, DIAG_TORCH_BROUGHT, r->span,
            STR_FMT " brings torch with CUDA, some GB, and the image is "
                    "without GPU",
            STR_ARG(r->name));
  diag_note(l->dg, SPAN_NONE,
            "list torch==VERSION too, whose wheels for the CPU are found, or "
            "add the line --extra-index-url "
            "https://download.pytorch.org/whl/cpu");
}

/** Wheels beside those of the tables, which list the Pythons that a release was
 *  announced for. To add one: a row. Source: PyTorch's RELEASE.md, release
 *  compatibility matrix (2.5: 3.13 is experimental); the files of torch 1.13 on
 *  PyPI, torch-1.13.0-cp311-cp311-manylinux1_x86_64.whl. */
static const struct {
  const char *torch, *python;
} more_wheels[] = {{"1.13", "3.11"}, {"2.5", "3.13"}};

/** What the tables say of a release: Pythons of one of its rows, and whether
 *  any row has the image's. */
struct wheels {
  const char *pythons;
  bool found;
};

static bool is_release_of_pin(const char *text, const struct version *pin) {
  struct version v;
  return version_parse(str_of(text), &v) && version_starts(&v, pin);
}

static void add_row(struct wheels *w, const char *pythons,
                    const struct version *python) {
  w->found = w->found || compat_has_python(pythons, python);
  w->pythons = pythons;
}

static struct wheels torch_wheels(const struct compat *c,
                                  const struct version *pin,
                                  const struct version *python) {
  struct wheels w = {0};
  struct version release;
  for (size_t i = 0; i < c->n_torch; i++)
    if (is_release_of_pin(c->torch[i].torch, pin))
      add_row(&w, c->torch[i].pythons, python);
  for (size_t i = 0; i < ARRAY_LEN(more_wheels); i++)
    if (version_parse(str_of(more_wheels[i].torch), &release) &&
        version_starts(pin, &release) &&
        compat_has_python(more_wheels[i].python, python))
      w.found = true;
  return w;
}

static struct wheels tensorflow_wheels(const struct compat *c,
                                       const struct version *pin,
                                       const struct version *python) {
  struct wheels w = {0};
  for (size_t i = 0; i < c->n_tensorflow; i++)
    if (is_release_of_pin(c->tensorflow[i].tensorflow, pin))
      add_row(&w, c->tensorflow[i].pythons, python);
  return w;
}

typedef struct wheels wheels_fn(const struct compat *c,
                                const struct version *pin,
                                const struct version *python);

static void check_python(struct lint *l, struct str package,
                         wheels_fn *wheels_of) {
  const struct requirement *r = lint_find_package(l, package);
  const struct specifier *pin = r ? specifier_set_pin(&r->specifiers) : NULL;
  struct version wanted, python;
  if (!pin || !version_parse(pin->text, &wanted) ||
      !version_parse(l->resolved->python_minor, &python))
    return;
  const struct wheels w = wheels_of(l->compat, &wanted, &python);
  if (w.found || !w.pythons || !*w.pythons)
    return;
  diag_warn(l->dg, DIAG_NO_PYTHON_WHEEL, r->span,
            STR_FMT " has no wheel for Python " STR_FMT, STR_ARG(lint_shown(r)),
            STR_ARG(l->resolved->python_minor));
  diag_note(l->dg, l->config->python_version.span, "it has wheels for %s",
            w.pythons);
}

void lint_no_python_wheel(struct lint *l) {
  check_python(l, STR("torch"), torch_wheels);
  check_python(l, STR("tensorflow"), tensorflow_wheels);
}
