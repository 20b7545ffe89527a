#include "cogfe/compat.h"

static const struct compat_cuda_image cuda_images[] = {
#include "compat_cuda-images.inc"
};

static const struct compat_torch torch[] = {
#include "compat_torch.inc"
};

static const struct compat_torch_pypi torch_pypi[] = {
#include "compat_torch-pypi.inc"
};

static const struct compat_tensorflow tensorflow[] = {
#include "compat_tensorflow.inc"
};

static const struct compat_sdk sdk[] = {
#include "compat_sdk.inc"
};

static const struct compat_sdk_need sdk_needs[] = {
#include "compat_sdk-needs.inc"
};

static const struct compat_python python[] = {
#include "compat_python.inc"
};

static const struct compat builtin = {
    .cuda_images = cuda_images,
    .n_cuda_images = ARRAY_LEN(cuda_images),
    .torch = torch,
    .n_torch = ARRAY_LEN(torch),
    .torch_pypi = torch_pypi,
    .n_torch_pypi = ARRAY_LEN(torch_pypi),
    .tensorflow = tensorflow,
    .n_tensorflow = ARRAY_LEN(tensorflow),
    .sdk = sdk,
    .n_sdk = ARRAY_LEN(sdk),
    .sdk_needs = sdk_needs,
    .n_sdk_needs = ARRAY_LEN(sdk_needs),
    .python = python,
    .n_python = ARRAY_LEN(python),
};

const struct compat *compat_builtin(void) {
  return &builtin;
}

// A number of the tables; they are part of the program, or were checked when
// they were read.
static struct version table_version(const char *text) {
  struct version v;
  if (!version_parse(str_of(text), &v))
    BUG("\"%s\" of a compatibility table is not a version", text);
  return v;
}

static bool same_minor(struct str row, const struct version *v) {
  struct version prefix;
  return version_parse(row, &prefix) && version_starts(v, &prefix);
}

bool compat_has_python(const char *pythons, const struct version *v) {
  struct str rest = str_of(pythons), one;
  while (rest.len) {
    rest = str_cut(rest, ' ', &one);
    if (same_minor(one, v))
      return true;
  }
  return false;
}

struct str compat_companion(const char *releases, const struct version *v) {
  struct str rest = str_of(releases), one;
  struct version release;
  while (rest.len) {
    rest = str_cut(rest, ' ', &one);
    if (version_parse(one, &release) && version_cmp_public(&release, v) == 0)
      return one;
  }
  return (struct str){"", 0};
}

const char *compat_cuda_of_pypi(const struct compat *c, const char *release) {
  for (size_t i = 0; i < c->n_torch_pypi; i++)
    if (!strcmp(c->torch_pypi[i].torch, release))
      return c->torch_pypi[i].cuda;
  return NULL;
}

const struct compat_python *compat_find_python(const struct compat *c,
                                               const struct version *v) {
  for (size_t i = 0; i < c->n_python; i++)
    if (same_minor(str_of(c->python[i].python), v))
      return &c->python[i];
  return NULL;
}

const struct compat_sdk *compat_find_sdk(const struct compat *c,
                                         const struct version *v) {
  for (size_t i = c->n_sdk; i-- > 0;) {
    struct version from = table_version(c->sdk[i].from);
    if (version_cmp_public(v, &from) >= 0)
      return &c->sdk[i];
  }
  return NULL;
}

const struct compat_sdk *compat_newest_sdk(const struct compat *c,
                                           const struct version *py) {
  for (size_t i = c->n_sdk; i-- > 0;) {
    struct version min = table_version(c->sdk[i].python_min);
    if (version_cmp_public(py, &min) >= 0)
      return &c->sdk[i];
  }
  return NULL;
}

const struct compat_sdk_need *compat_sdk_need(const struct compat *c,
                                              const struct version *v,
                                              struct str package) {
  for (size_t i = 0; i < c->n_sdk_needs; i++) {
    const struct compat_sdk_need *need = &c->sdk_needs[i];
    if (!str_is(package, need->package))
      continue;
    const struct version from = table_version(need->from),
                         to = table_version(need->to);
    if (version_cmp_public(v, &from) >= 0 && version_cmp_public(v, &to) <= 0)
      return need;
  }
  return NULL;
}

struct str compat_cuda_of_local(struct arena *ar, struct str local) {
  if (!str_starts(local, "cu") || local.len < 4 || local.len > 5)
    return (struct str){"", 0};
  struct str digits = str_skip(local, 2);
  if (!number_is_decimal(digits))
    return (struct str){"", 0};
  return str_printf(ar, STR_FMT ".%c",
                    STR_ARG(str_take(digits, digits.len - 1)),
                    digits.p[digits.len - 1]);
}
