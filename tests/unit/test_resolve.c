/* resolve() over all of its tables: whatever is combined, the result is one of
 * the rows, or an error, and never a fault of ours. Single rules have their
 * cases in testdata/cases/resolve-*. */
#include "cm.h"

#include "cogfe/resolve.h"

static const struct resolved *resolve_text(struct arena *ar, const char *yaml,
                                           const char *architecture,
                                           struct diags *dg) {
  struct source *src = arena_new(ar, struct source);
  *src = (struct source){"cog.yaml", str_of(yaml)};
  struct requirements reqs = {0};
  const struct config *cfg = config_parse(src, ar, dg);
  if (!cfg || !resolve_read_packages(cfg, ar, &reqs, dg))
    return NULL;
  struct resolve_input in = {.config = cfg,
                             .requirements = &reqs,
                             .architecture = str_of(architecture)};
  return resolve(&in, ar, dg);
}

/** One combination; CUDA is NULL when it is not given. */
struct combination {
  const char *package, *release, *python, *cuda;
  bool gpu;
};

static const char *yaml_of(struct arena *ar, const struct combination *c) {
  return arena_printf(ar,
                      "build:\n  gpu: %s\n  python_version: \"%s\"\n%s%s%s"
                      "  python_packages: [%s==%s]\n",
                      c->gpu ? "true" : "false", c->python,
                      c->cuda ? "  cuda: \"" : "", c->cuda ? c->cuda : "",
                      c->cuda ? "\"\n" : "", c->package, c->release);
}

static void check_gpu(const struct combination *c, const struct resolved *r) {
  assert_true(str_starts(r->base_image, "nvidia/cuda:"));
  assert_true(r->cuda.len && r->cudnn.len && r->ubuntu.len && r->pyenv);
  struct version got, given;
  assert_true(version_parse(r->cuda, &got));
  if (c->cuda) {
    assert_true(version_parse(str_of(c->cuda), &given));
    assert_true(version_starts(&got, &given));
  }
}

static const struct compat_torch *
row_of(const struct compat *t, const char *release, const char *cuda) {
  for (size_t i = 0; i < t->n_torch; i++)
    if (!strcmp(t->torch[i].torch, release) && !strcmp(t->torch[i].cuda, cuda))
      return &t->torch[i];
  return NULL;
}

// What pip gets is the row's version, and the row's index comes with it.
static void check_row(struct arena *ar, const struct resolved *r,
                      const struct compat_torch *row) {
  const char *want =
      arena_printf(ar, "torch==%s%s%s", row->torch,
                   *row->local_suffix ? "+" : "", row->local_suffix);
  assert_str(r->lines.v[0].text, want);
  const char *url =
      *row->extra_index_url ? row->extra_index_url : row->find_links;
  assert_int_equal(r->indexes.n, *url != '\0');
  if (*url)
    assert_str(r->indexes.v[0].url, url);
}

// Whatever is decided, some line of the file did it.
static void check_decisions(const struct resolved *r) {
  for (size_t i = 0; i < r->decisions.n; i++)
    if (!r->decisions.v[i].span.src || r->decisions.v[i].cause.len == 0)
      fail_msg("the decision %s has no place", r->decisions.v[i].name);
}

static void check(const struct combination *c, size_t *resolved) {
  struct arena ar;
  struct diags dg;
  arena_init(&ar);
  diag_init(&dg, &ar);
  const char *yaml = yaml_of(&ar, c);
  const struct resolved *r = resolve_text(&ar, yaml, "amd64", &dg);
  assert_int_equal(!r, dg.errors > 0);
  if (r)
    check_decisions(r);
  if (r && c->gpu)
    check_gpu(c, r);
  if (r && !c->gpu)
    assert_true(str_starts(r->base_image, "python:"));
  const struct compat_torch *row =
      strcmp(c->package, "torch") ? NULL
      : !c->gpu                   ? row_of(compat_builtin(), c->release, "cpu")
      : c->cuda ? row_of(compat_builtin(), c->release, c->cuda)
                : NULL;
  if (r && row)
    check_row(&ar, r, row);
  *resolved += r != NULL;
  arena_release(&ar);
}

static const char *const cudas[] = {
    NULL,   "10.2", "11.0", "11.1", "11.2", "11.3", "11.4", "11.5",
    "11.6", "11.7", "11.8", "12.0", "12.1", "12.2", "12.3", "12.4",
    "12.5", "12.6", "12.8", "12.9", "13.0", "13.1", "13.2", "12.1.1"};

static size_t check_package(const char *package, const char *release) {
  const struct compat *t = compat_builtin();
  size_t resolved = 0;
  for (size_t p = 0; p < t->n_python; p++) {
    struct combination c = {package, release, t->python[p].python, NULL, false};
    check(&c, &resolved);
    c.gpu = true;
    for (size_t i = 0; i < ARRAY_LEN(cudas); i++) {
      c.cuda = cudas[i];
      check(&c, &resolved);
    }
  }
  return resolved;
}

// 10.2 has no image; everything else resolves.
static void expect_all_but_one_cuda(size_t resolved, size_t n_releases) {
  size_t each = compat_builtin()->n_python * ARRAY_LEN(cudas);
  assert_int_equal(resolved, n_releases * each);
}

static void resolves_every_row_of_torch(void **state) {
  (void)state;
  const struct compat *t = compat_builtin();
  size_t resolved = 0, releases = 0;
  for (size_t i = 0; i < t->n_torch; i++) {
    if (i && !strcmp(t->torch[i].torch, t->torch[i - 1].torch))
      continue;
    resolved += check_package("torch", t->torch[i].torch);
    releases++;
  }
  expect_all_but_one_cuda(resolved, releases);
}

static void resolves_every_row_of_tensorflow(void **state) {
  (void)state;
  const struct compat *t = compat_builtin();
  size_t resolved = 0;
  for (size_t i = 0; i < t->n_tensorflow; i++)
    resolved += check_package("tensorflow", t->tensorflow[i].tensorflow);
  expect_all_but_one_cuda(resolved, t->n_tensorflow);
}

static void finds_an_image_for_every_cuda(void **state) {
  const struct compat *t = compat_builtin();
  for (size_t i = 0; i < t->n_cuda_images; i++) {
    const struct compat_cuda_image *im = &t->cuda_images[i];
    const char *yaml = arena_printf(
        cm_ar(state),
        "build:\n  gpu: true\n  python_version: \"3.12\"\n  cuda: \"%s\"\n"
        "  cudnn: \"%s\"\n",
        im->cuda, im->cudnn);
    const struct resolved *r =
        resolve_text(cm_ar(state), yaml, "amd64", cm_dg(state));
    assert_non_null(r);
    assert_str(r->cuda, im->cuda);
    assert_str(r->cudnn, im->cudnn);
    assert_true(str_cmp(r->ubuntu, str_of(im->ubuntu)) >= 0);
  }
  assert_int_equal(cm_dg(state)->list.n, 0);
}

static void says_every_mistake_at_once(void **state) {
  const char *yaml = "build:\n"
                     "  gpu: true\n"
                     "  python_version: \"3.5\"\n"
                     "  cuda: \"99.0\"\n"
                     "  sdk_version: \"0.0.1\"\n";
  assert_null(resolve_text(cm_ar(state), yaml, "amd64", cm_dg(state)));
  assert_int_equal(cm_dg(state)->errors, 2); // the SDK waits for a Python
}

static void writes_the_files_that_pip_reads(void **state) {
  struct source reqs_src = {"requirements.txt",
                            STR("b==1 \\\n  --hash=sha256:00\ntorch==2.3.1\n"
                                "--extra-index-url https://h/simple\nlast\\")};
  struct source bounds_src = {"constraints.txt", STR("numpy<2\n")};
  struct source yaml = {"cog.yaml",
                        STR("build:\n  python_version: \"3.12\"\n")};
  struct requirements reqs = {0};
  struct arena *ar = cm_ar(state);
  struct diags *dg = cm_dg(state);
  assert_true(requirements_parse(&reqs_src, false, ar, &reqs, dg));
  assert_true(requirements_parse(&bounds_src, true, ar, &reqs, dg));
  struct resolve_input in = {.config = config_parse(&yaml, ar, dg),
                             .requirements = &reqs,
                             .architecture = STR("amd64")};
  const struct resolved *r = resolve(&in, ar, dg);
  assert_non_null(r);
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 4096);
  resolved_emit_requirements(&out, r, false);
  assert_str(sbuf_str(&out),
             "--extra-index-url https://download.pytorch.org/whl/cpu\n"
             "--extra-index-url https://h/simple\n"
             "b==1 \\\n  --hash=sha256:00\n"
             "torch==2.3.1+cpu\n"
             "last\\\n\n");
  sbuf_clear(&out);
  resolved_emit_requirements(&out, r, true);
  assert_str(sbuf_str(&out), "numpy<2\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(resolves_every_row_of_torch),
      cm_test(resolves_every_row_of_tensorflow),
      cm_test(finds_an_image_for_every_cuda),
      cm_test(says_every_mistake_at_once),
      cm_test(writes_the_files_that_pip_reads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
