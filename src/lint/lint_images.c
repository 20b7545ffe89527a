// Rules about the images: what they stand on, and what goes with it.
#include "lint/lint_int.h"

// ---- the base image ---------------------------------------------------------

#define CUDA_IMAGE "nvidia/cuda:"

/** Where it is said which CUDA is taken. */
static struct span cuda_span(const struct lint *l) {
  const struct resolved_decision *d = resolved_decision(l->resolved, "cuda");
  return d && d->span.src ? d->span : l->config->gpu.span;
}

/** Releases of Ubuntu without fixes for everybody, and since when. To add one:
 *  a row. Source: ubuntu.com/about/release-cycle (2025-06). */
static const struct {
  const char *release, *since;
} ended_ubuntus[] = {
    {"16.04", "April 2021"},
    {"18.04", "May 2023"},
    {"20.04", "May 2025"},
};

/** The lowest CUDA above the image's that has an image on a newer Ubuntu. */
static const char *newer_cuda(const struct lint *l) {
  struct version ubuntu, at, v;
  const struct compat_cuda_image *best = NULL;
  version_parse(l->resolved->ubuntu, &ubuntu);
  for (size_t i = 0; i < l->compat->n_cuda_images; i++) {
    const struct compat_cuda_image *im = &l->compat->cuda_images[i];
    if (!version_parse(str_of(im->ubuntu), &v) ||
        version_cmp(&v, &ubuntu) <= 0 || !version_parse(str_of(im->cuda), &v))
      continue;
    if (!best ||
        (version_parse(str_of(best->cuda), &at) && version_cmp(&v, &at) < 0))
      best = im;
  }
  return best ? best->cuda : NULL;
}

void lint_ubuntu_ended(struct lint *l) {
  if (!str_starts(l->resolved->base_image, CUDA_IMAGE))
    return;
  for (size_t i = 0; i < ARRAY_LEN(ended_ubuntus); i++) {
    if (!str_is(l->resolved->ubuntu, ended_ubuntus[i].release))
      continue;
    const char *newer = newer_cuda(l);
    diag_warn(l->dg, DIAG_UBUNTU_ENDED, cuda_span(l),
              "the base image with CUDA " STR_FMT " stands on Ubuntu " STR_FMT
              ", which has had no fixes since %s",
              STR_ARG(l->resolved->cuda), STR_ARG(l->resolved->ubuntu),
              ended_ubuntus[i].since);
    if (newer)
      diag_note(l->dg, SPAN_NONE,
                "CUDA %s is the first with an image on a newer one", newer);
  }
}

/** Source: gitlab.com/nvidia/container-images/cuda dist/ (2025-08): images for
 *  arm64 begin with CUDA 11.2 and Ubuntu 20.04. */
#define FIRST_CUDA_OF_ARM64 "11.2"

void lint_cuda_arm64(struct lint *l) {
  struct version cuda, first;
  if (!str_is(l->in->architecture, "arm64") ||
      !str_starts(l->resolved->base_image, CUDA_IMAGE) ||
      !version_parse(l->resolved->cuda, &cuda) ||
      !version_parse(STR(FIRST_CUDA_OF_ARM64), &first) ||
      version_cmp(&cuda, &first) >= 0)
    return;
  diag_warn(l->dg, DIAG_CUDA_ARM64, cuda_span(l),
            "there is no image with CUDA " STR_FMT " for arm64",
            STR_ARG(l->resolved->cuda));
  diag_note(l->dg, SPAN_NONE,
            "there are since CUDA " FIRST_CUDA_OF_ARM64
            "; or build for linux/amd64");
}

// ---- system packages of older releases --------------------------------------

/** Packages that a release of Debian and of Ubuntu dropped. To add one: a row.
 *  Source: Debian 13's release notes, packages that are gone;
 *  packages.ubuntu.com (2025-08). */
static const struct gone {
  const char *name, *instead, *debian, *ubuntu;
} gone_packages[] = {
    {"libgl1-mesa-glx", "libgl1", "13", "24.04"},
    {"libegl1-mesa", "libegl1", "13", "24.04"},
};

/** The first Python whose minor tag moved to Debian 13. Older ones ended, and
 *  their tags stay. Source: hub.docker.com/_/python (2025-08). */
#define FIRST_PYTHON_OF_DEBIAN_13 "3.9"

static bool is_at_least(struct str version, const char *least) {
  struct version a, b;
  return version_parse(version, &a) && version_parse(str_of(least), &b) &&
         version_cmp(&a, &b) >= 0;
}

/** The name of the base's distribution when it does not have P any more; a tag
 *  of a patch version stays with the Debian of its day. */
static const char *packages_without(struct lint *l, const struct gone *p) {
  const struct resolved *r = l->resolved;
  if (str_starts(r->base_image, CUDA_IMAGE) &&
      is_at_least(r->ubuntu, p->ubuntu))
    return arena_printf(l->ar, "Ubuntu " STR_FMT, STR_ARG(r->ubuntu));
  if (str_starts(r->base_image, "python:") && !r->python_is_patch &&
      is_at_least(r->python, FIRST_PYTHON_OF_DEBIAN_13))
    return arena_printf(l->ar, "Debian %s", p->debian);
  return NULL;
}

static void check_gone(struct lint *l, const struct config_text *item,
                       const struct gone *p) {
  const char *where = packages_without(l, p);
  if (!where || !str_is(lint_system_name(item->text), p->name))
    return;
  diag_warn(l->dg, DIAG_PACKAGE_GONE, item->span,
            "%s, on which the image stands, has no %s any more", where,
            p->name);
  diag_note(l->dg, SPAN_NONE, "write %s", p->instead);
}

void lint_package_gone(struct lint *l) {
  const struct config_list *list = &l->config->system_packages;
  for (size_t i = 0; i < list->n; i++)
    for (size_t j = 0; j < ARRAY_LEN(gone_packages); j++)
      check_gone(l, &list->v[i], &gone_packages[j]);
}
