#include "resolve/resolve_int.h"

/** What is wanted of a base image. */
struct wish {
  struct version cuda; // two numbers mean their newest patch
  struct str cudnn;    // major, or empty for the newest
  struct str cause;
  struct span span;
  bool given; // by the user: nothing else may be taken
};

// ---- which CUDA -------------------------------------------------------------

static const struct compat_torch *
extreme_row(const struct resolver *rs, const char *release, bool highest) {
  const struct compat_torch *best = NULL;
  for (size_t i = 0; i < rs->compat->n_torch; i++) {
    const struct compat_torch *row = &rs->compat->torch[i];
    if (strcmp(row->torch, release) != 0 || !strcmp(row->cuda, "cpu"))
      continue;
    if (!best || (resolve_version_cmp(row->cuda, best->cuda) > 0) == highest)
      best = row;
  }
  return best;
}

static bool wish_given(struct resolver *rs, struct wish *w) {
  const struct config_text *t = &rs->cfg->cuda;
  if (!t->set)
    return false;
  *w = (struct wish){.cause = STR("cuda"), .span = t->span, .given = true};
  if (!version_parse(t->text, &w->cuda))
    w->cuda = (struct version){.text = t->text};
  resolve_decide(rs, "cuda", t->text, w->cause, w->span, "%s", "");
  return true;
}

static void wish_of_line(struct resolver *rs, struct wish *w,
                         const struct requirement *by, struct str cuda,
                         const char *how) {
  *w = (struct wish){.cause = resolve_shown(by), .span = by->span};
  if (!version_parse(cuda, &w->cuda))
    BUG("\"" STR_FMT "\" is not a version", STR_ARG(cuda));
  resolve_decide(rs, "cuda", cuda, w->cause, w->span, "%s", how);
}

static bool wish_of_tensorflow(struct resolver *rs, struct wish *w) {
  const struct named *n = &rs->tensorflow;
  const char *release = n->release ? n->release : n->nearest;
  const struct compat_tensorflow *row = resolve_tensorflow_row(rs, release);
  if (!row)
    return false;
  wish_of_line(rs, w, n->by, str_of(row->cuda),
               n->release ? "what it was built with"
                          : "what the release before it was built with");
  return true;
}

static bool wish_of_local(struct resolver *rs, struct wish *w) {
  const struct named *n = &rs->torch;
  if (n->how != NAMED_PIN)
    return false;
  struct str cuda = compat_cuda_of_local(rs->ar, n->pin.local);
  if (cuda.len)
    wish_of_line(rs, w, n->by, cuda, "its local version");
  rs->cuda_of_torch = cuda.len > 0;
  return cuda.len > 0;
}

// pip takes the newest release of a range from PyPI, whose build it is then.
static bool wish_of_range(struct resolver *rs, struct wish *w) {
  const struct named *n = &rs->torch;
  const char *cuda =
      n->how == NAMED_RANGE && n->release && !resolve_user_has_index(rs)
          ? compat_cuda_of_pypi(rs->compat, n->release)
          : NULL;
  if (!cuda)
    return false;
  wish_of_line(rs, w, n->by, str_of(cuda),
               arena_printf(rs->ar,
                            "CUDA of %s on PyPI, the newest that it allows",
                            n->release));
  rs->cuda_of_torch = true;
  return true;
}

static bool wish_of_torch(struct resolver *rs, struct wish *w) {
  const struct named *n = &rs->torch;
  const char *release = n->release ? n->release : n->nearest;
  bool pin = n->how == NAMED_PIN;
  const struct compat_torch *row =
      release ? extreme_row(rs, release, pin) : NULL;
  if (!row)
    return false;
  const char *how = "highest CUDA of its rows";
  if (!pin)
    how = arena_printf(rs->ar, "lowest CUDA of %s, the newest that it allows",
                       release);
  else if (!n->release)
    how = arena_printf(rs->ar, "highest CUDA of %s, the release before it",
                       release);
  wish_of_line(rs, w, n->by, str_of(row->cuda), how);
  rs->cuda_of_torch = true;
  return true;
}

static void wish_default(struct resolver *rs, struct wish *w) {
  *w = (struct wish){.cuda = resolve_version(RESOLVE_DEFAULT_CUDA),
                     .cause = STR("gpu"),
                     .span = rs->cfg->gpu.key};
  resolve_decide(rs, "cuda", w->cuda.text, w->cause, w->span, "%s",
                 "the default");
}

// ---- which image ------------------------------------------------------------

static bool newer_image(const struct compat_cuda_image *a,
                        const struct compat_cuda_image *b) {
  int d = resolve_version_cmp(a->cuda, b->cuda);
  if (d == 0)
    d = resolve_version_cmp(a->ubuntu, b->ubuntu);
  if (d == 0)
    d = resolve_version_cmp(a->cudnn, b->cudnn);
  return d > 0;
}

/** The newest image with this CUDA and, when it is not empty, this cuDNN. */
static const struct compat_cuda_image *find_image(const struct resolver *rs,
                                                  const struct version *cuda,
                                                  struct str cudnn) {
  const struct compat_cuda_image *best = NULL;
  for (size_t i = 0; i < rs->compat->n_cuda_images; i++) {
    const struct compat_cuda_image *im = &rs->compat->cuda_images[i];
    struct version v = resolve_version(im->cuda);
    if (version_starts(&v, cuda) &&
        (cudnn.len == 0 || str_is(cudnn, im->cudnn)) &&
        (!best || newer_image(im, best)))
      best = im;
  }
  return best;
}

// The image with the lowest CUDA at or above V, or with the highest below it.
static const struct compat_cuda_image *
neighbour(const struct resolver *rs, const struct version *v, bool above) {
  const struct compat_cuda_image *best = NULL;
  for (size_t i = 0; i < rs->compat->n_cuda_images; i++) {
    const struct compat_cuda_image *im = &rs->compat->cuda_images[i];
    struct version c = resolve_version(im->cuda);
    if ((version_cmp_public(&c, v) > 0) != above)
      continue;
    if (!best || (resolve_version_cmp(im->cuda, best->cuda) < 0) == above)
      best = im;
  }
  return best;
}

static bool is_cuda_version(const struct version *v) {
  size_t n = v->release.len ? version_n_parts(v) : 0;
  return (n == 2 || n == 3) && !version_is_pre(v) && !v->post &&
         v->local.len == 0 && v->epoch.len == 0;
}

static bool bad_cuda(struct resolver *rs, const struct wish *w) {
  if (!is_cuda_version(&w->cuda)) {
    diag_fail(rs->dg, DIAG_BAD_CUDA, w->span,
              "\"" STR_FMT "\" is not a CUDA version", STR_ARG(w->cuda.text));
    diag_note(rs->dg, SPAN_NONE,
              "write MAJOR.MINOR in quotes, such as \"12.1\"");
    return false;
  }
  const struct compat_cuda_image *below = neighbour(rs, &w->cuda, false),
                                 *above = neighbour(rs, &w->cuda, true);
  diag_fail(rs->dg, DIAG_BAD_CUDA, w->span,
            "there is no base image with CUDA " STR_FMT, STR_ARG(w->cuda.text));
  diag_note(rs->dg, SPAN_NONE, "the nearest: %s%s%s", below ? below->cuda : "",
            below && above ? ", " : "", above ? above->cuda : "");
  return false;
}

// A CUDA that nobody asked for by name may be replaced: the wheels of torch
// bring their own libraries, and a newer driver runs older ones.
static const struct compat_cuda_image *substitute(const struct resolver *rs,
                                                  const struct wish *w) {
  const struct compat_cuda_image *im = neighbour(rs, &w->cuda, true);
  if (!im)
    im = neighbour(rs, &w->cuda, false);
  struct version v = resolve_version(im->cuda);
  return find_image(rs, &v, STR(""));
}

static void warn_substitute(struct resolver *rs, const struct wish *w,
                            const struct compat_cuda_image *im) {
  diag_warn(rs->dg, DIAG_CUDA_IMAGE, w->span,
            "there is no base image with CUDA " STR_FMT ", which " STR_FMT
            " was built with",
            STR_ARG(w->cuda.text), STR_ARG(w->cause));
  diag_note(rs->dg, SPAN_NONE, "CUDA %s is taken", im->cuda);
}

// ---- which cuDNN ------------------------------------------------------------

static struct str major_of(struct str text) {
  struct str major;
  str_cut(text, '.', &major);
  return major;
}

static void warn_cudnn(struct resolver *rs, const struct config_text *t,
                       const struct compat_cuda_image *im) {
  diag_warn(rs->dg, DIAG_CUDNN_IMAGE, t->span,
            "no base image has CUDA %s with cuDNN " STR_FMT, im->cuda,
            STR_ARG(t->text));
  diag_note(rs->dg, SPAN_NONE, "cuDNN %s is taken", im->cudnn);
}

/** The image for CUDA with the cuDNN that is asked for; IM, which has the
 *  newest, when there is none such. */
static const struct compat_cuda_image *
with_cudnn(struct resolver *rs, const struct version *cuda,
           const struct compat_cuda_image *im) {
  if (str_is(rs->in->options.cuda_flavor, "base"))
    return im; // it has none
  const struct config_text *t = &rs->cfg->cudnn;
  const struct compat_tensorflow *tf =
      resolve_tensorflow_row(rs, rs->tensorflow.release);
  struct str wanted = t->set ? t->text : tf ? str_of(tf->cudnn) : STR("");
  const struct compat_cuda_image *found =
      wanted.len ? find_image(rs, cuda, major_of(wanted)) : NULL;
  if (!found) {
    if (t->set)
      warn_cudnn(rs, t, im);
    resolve_decide_from(rs, "cudnn", str_of(im->cudnn), "cuda",
                        "the newest with CUDA %s", im->cuda);
    return im;
  }
  if (t->set) {
    resolve_decide(rs, "cudnn", str_of(found->cudnn), STR("cudnn"), t->span,
                   "%s", "");
  } else {
    const struct requirement *by = rs->tensorflow.by;
    resolve_decide(rs, "cudnn", str_of(found->cudnn), resolve_shown(by),
                   by->span, "what it was built with");
  }
  return found;
}

// ---- the decision -----------------------------------------------------------

static bool is_ten_or_newer(const struct version *v) {
  struct version ten = resolve_version("10.0");
  return version_cmp_public(v, &ten) >= 0;
}

// Cog 0.9 reads "12.2.0" as "12.2"; other patches stand for themselves alone.
static const struct compat_cuda_image *choose_minor(struct resolver *rs,
                                                    const struct wish *w) {
  struct version minor = w->cuda;
  if (version_n_parts(&minor) != 3 || !str_is(version_part(&minor, 2), "0"))
    return NULL;
  minor.release.len = (size_t)str_rfind(minor.release, '.');
  const struct compat_cuda_image *im = find_image(rs, &minor, STR(""));
  if (!im)
    return NULL;
  diag_warn(rs->dg, DIAG_CUDA_IMAGE, w->span,
            "there is no base image with CUDA " STR_FMT, STR_ARG(w->cuda.text));
  diag_note(rs->dg, SPAN_NONE, "CUDA %s is taken", im->cuda);
  return with_cudnn(rs, &minor, im);
}

static const struct compat_cuda_image *choose_image(struct resolver *rs,
                                                    const struct wish *w) {
  const struct compat_cuda_image *im = NULL;
  bool version = is_cuda_version(&w->cuda);
  if (version && is_ten_or_newer(&w->cuda)) {
    im = find_image(rs, &w->cuda, STR(""));
    im = im ? with_cudnn(rs, &w->cuda, im) : choose_minor(rs, w);
  }
  if (im)
    return im;
  bool replaced = rs->in->options.base_image.len > 0;
  if (w->given && !(replaced && version)) {
    bad_cuda(rs, w);
    return NULL;
  }
  im = substitute(rs, w);
  if (!replaced)
    warn_substitute(rs, w, im);
  struct version cuda = resolve_version(im->cuda);
  return with_cudnn(rs, &cuda, im);
}

static void check_tensorflow(struct resolver *rs, const struct wish *w) {
  const struct compat_tensorflow *row =
      resolve_tensorflow_row(rs, rs->tensorflow.release);
  if (!row || !w->given)
    return;
  struct version v = resolve_version(row->cuda);
  if (version_starts(&w->cuda, &v))
    return;
  diag_warn(rs->dg, DIAG_TENSORFLOW_CUDA, w->span,
            "TensorFlow %s was built with CUDA %s, not " STR_FMT,
            row->tensorflow, row->cuda, STR_ARG(w->cuda.text));
  diag_note(rs->dg, rs->tensorflow.by->span, "it is asked for here");
}

static struct str tag_of(struct resolver *rs,
                         const struct compat_cuda_image *im,
                         struct str flavour) {
  // The tags of the flavour "base" have no cuDNN, and none in their names.
  if (str_is(flavour, "base"))
    return str_printf(rs->ar, "%s-base-ubuntu%s", im->cuda, im->ubuntu);
  struct str tag = str_of(im->tag);
  const char *at = memmem(tag.p, tag.len, im->flavour, strlen(im->flavour));
  if (!at || flavour.len == 0)
    return tag;
  struct str front = str_range(tag.p, at);
  return str_printf(rs->ar, STR_FMT STR_FMT "%s", STR_ARG(front),
                    STR_ARG(flavour), at + strlen(im->flavour));
}

static bool check_flavour(struct resolver *rs) {
  static const char *const known[] = {"", "devel", "runtime", "base"};
  struct str flavour = rs->in->options.cuda_flavor;
  for (size_t i = 0; i < ARRAY_LEN(known); i++)
    if (str_is(flavour, known[i]))
      return true;
  return diag_fail(rs->dg, DIAG_BAD_OPTION, SPAN_NONE,
                   "COG_CUDA_FLAVOR is \"" STR_FMT
                   "\", not devel, runtime or base",
                   STR_ARG(flavour));
}

static bool gpu_images(struct resolver *rs) {
  struct wish w;
  if (!check_flavour(rs))
    return false;
  if (!wish_given(rs, &w) && !wish_of_tensorflow(rs, &w) &&
      !wish_of_local(rs, &w) && !wish_of_range(rs, &w) &&
      !wish_of_torch(rs, &w))
    wish_default(rs, &w);
  const struct compat_cuda_image *im = choose_image(rs, &w);
  if (!im)
    return false;
  check_tensorflow(rs, &w);

  struct resolved *out = rs->out;
  struct str flavour = rs->in->options.cuda_flavor;
  rs->cuda = resolve_version(im->cuda);
  out->cuda = str_of(im->cuda);
  out->cudnn = str_is(flavour, "base") ? STR("") : str_of(im->cudnn);
  out->ubuntu = str_of(im->ubuntu);
  struct str tag = tag_of(rs, im, flavour);
  out->base_image = str_printf(rs->ar, "nvidia/cuda:" STR_FMT, STR_ARG(tag));
  if (flavour.len && !str_is(flavour, "devel"))
    out->build_image = str_printf(rs->ar, "nvidia/cuda:%s", im->tag);
  out->python_image = str_printf(rs->ar, "ubuntu:%s", im->ubuntu);
  out->pyenv = true;
  return true;
}

/** Where the interpreter comes from. */
static bool decide_interpreter(struct resolver *rs) {
  const struct str from = rs->in->options.python;
  struct resolved *out = rs->out;
  if (from.len && !str_is(from, "pyenv") && !str_is(from, "uv") &&
      !str_is(from, "base"))
    return diag_fail(rs->dg, DIAG_BAD_OPTION, SPAN_NONE,
                     "COG_PYTHON is \"" STR_FMT "\", not pyenv, uv or base",
                     STR_ARG(from));
  out->own_python =
      str_is(from, "base") || (!out->gpu && rs->in->options.base_image.len > 0);
  out->uv_python = out->gpu && str_is(from, "uv");
  if (out->own_python || out->uv_python)
    out->pyenv = false;
  if (out->own_python)
    out->python_image = (struct str){0};
  if (from.len)
    resolve_decide(
        rs, "interpreter", from, STR("COG_PYTHON"), SPAN_NONE, "%s",
        out->gpu || out->own_python ? "" : "the python image has one already");
  return true;
}

static void decide_base(struct resolver *rs) {
  struct resolved *out = rs->out;
  struct str replaced = rs->in->options.base_image;
  if (replaced.len) {
    out->base_image = replaced;
    out->build_image = (struct str){0};
    resolve_decide(rs, "base", replaced, STR("COG_BASE_IMAGE"), SPAN_NONE, "%s",
                   "");
    return;
  }
  if (!out->gpu)
    out->base_image =
        str_printf(rs->ar, "python:" STR_FMT "-slim", STR_ARG(out->python));
  resolve_decide_from(rs, "base", out->base_image, out->gpu ? "cuda" : "python",
                      "%s",
                      out->gpu ? "its newest patch and newest Ubuntu" : "");
  if (out->build_image.len)
    resolve_decide(rs, "build", out->build_image, STR("COG_CUDA_FLAVOR"),
                   SPAN_NONE, "%s", "commands are run on it");
}

static void decide_deps(struct resolver *rs) {
  struct resolved *out = rs->out;
  struct str replaced = rs->in->options.deps_image;
  if (replaced.len) {
    out->deps_image = replaced;
    resolve_decide(rs, "deps", replaced, STR("COG_DEPS_IMAGE"), SPAN_NONE, "%s",
                   "");
    return;
  }
  // Extensions that are compiled there must run on the base's C library; the
  // plain tags follow the newest Debian, those of a patch that of their day.
  bool pinned = out->gpu && !out->python_is_patch;
  out->deps_image = str_printf(rs->ar, "python:" STR_FMT "%s",
                               STR_ARG(out->python), pinned ? "-bookworm" : "");
  resolve_decide_from(rs, "deps", out->deps_image, "python", "%s",
                      pinned ? "its C library is no newer than the base's"
                             : "");
}

bool resolve_images(struct resolver *rs) {
  if (rs->out->gpu && !gpu_images(rs))
    return false;
  if (!decide_interpreter(rs))
    return false;
  decide_base(rs);
  decide_deps(rs);
  return true;
}
