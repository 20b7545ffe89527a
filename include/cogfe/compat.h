/** compat: which versions go together — tables of facts, no decisions.
 *
 *  The rows stand in src/compat/NAME.csv and are part of the program; a row's
 *  `source` says where it was read. tests/tables/refresh.py adds new releases
 *  of torch and of cog; others are a row there, and the goldens that it
 *  changes.
 *
 *      const struct compat *c = compat_builtin();
 *      for (size_t i = 0; i < c->n_torch; i++)
 *        use(c->torch[i].torch, c->torch[i].cuda);
 *
 *  Rows keep the order of their file. Every field is text and never NULL; an
 *  empty one says "none". The fields of a struct are the columns of its file,
 *  in order.
 */
#ifndef COGFE_COMPAT_H
#define COGFE_COMPAT_H

#include "cogfe/version.h"

/** A tag of nvidia/cuda. Source: Cog's pkg/config/cuda_compatibility.json, all
 *  releases. */
struct compat_cuda_image {
  const char *tag;     // "12.1.1-cudnn8-devel-ubuntu22.04"
  const char *cuda;    // "12.1.1"
  const char *cudnn;   // major only: "8"
  const char *ubuntu;  // "22.04"
  const char *flavour; // "devel"
  const char *source;
};

/** One build of a torch release. Source: Cog's
 *  pkg/config/torch_compatibility.json, all releases; the Pythons of older ones
 *  are those of torchvision's README. */
struct compat_torch {
  const char *torch;        // "2.1.0"
  const char *cuda;         // "12.1" or "cpu"
  const char *local_suffix; // "cu121"; empty where the wheel is plain
  /** The releases that go with it, without suffix, separated by blanks: one of
   *  its own, or all that allow it. */
  const char *torchvision, *torchaudio;
  const char *extra_index_url;
  const char *find_links;
  const char *pythons; // minor versions, separated by blanks
  const char *source;
};

/** The build of a torch release that PyPI has, since its CUDA is a package of
 *  its own. Written by tests/tables/refresh.py. */
struct compat_torch_pypi {
  const char *torch; // "2.5.1"
  const char *cuda;  // "12.4"
  const char *source;
};

/** A TensorFlow release and what it was built with. Source: Cog's
 *  table of TensorFlow in pkg/config, all releases. */
struct compat_tensorflow {
  const char *tensorflow; // "2.13.0"
  const char *cuda;       // "11.8"
  const char *cudnn;      // "8.6"
  const char *pythons;
  const char *source;
};

/** A run of releases of the `cog` package with the same oldest Python. */
struct compat_sdk {
  const char *from; // first release
  const char *to;   // last, the newest known one in the last row
  const char *python_min;
  const char *source;
};

/** What a run of releases of the `cog` package wants of another package. Where
 *  releases of one row differ, it is what at least one of them allows. */
struct compat_sdk_need {
  const char *from, *to; // releases of cog
  const char *package;   // its name, normalized
  const char *at_least;  // "" is any
  const char *below;     // "" is any
  const char *source;
};

/** A Python that can be built for, oldest first. */
struct compat_python {
  const char *python; // "3.11"
  const char *end;    // when upstream stops fixing it: "2027-10"
  const char *ended;  // "yes" when that was so as the table was made
  const char *source;
};

struct compat {
  const struct compat_cuda_image *cuda_images;
  size_t n_cuda_images;
  const struct compat_torch *torch;
  size_t n_torch;
  const struct compat_torch_pypi *torch_pypi;
  size_t n_torch_pypi;
  const struct compat_tensorflow *tensorflow;
  size_t n_tensorflow;
  const struct compat_sdk *sdk;
  size_t n_sdk;
  const struct compat_sdk_need *sdk_needs;
  size_t n_sdk_needs;
  const struct compat_python *python;
  size_t n_python;
};

/** The tables of this program. */
const struct compat *compat_builtin(void);

/** The names of the files that compat_read() knows ("torch.csv"), in order;
 *  NULL behind the last. */
const char *compat_file(size_t i);

/** Replaces the table of *C that the file called FILE holds by the rows of SRC,
 *  which has the same columns as the program's own. The rows live in AR. False,
 *  with the place of every mistake in DG, when a row cannot be used.
 *
 *      struct compat c = *compat_builtin();
 *      ok = compat_read(&c, "torch.csv", &src, ar, dg);
 */
bool compat_read(struct compat *c, const char *file, const struct source *src,
                 struct arena *ar, struct diags *dg);

/** Whether the list PYTHONS of a row holds the minor version of V. */
bool compat_has_python(const char *pythons, const struct version *v);

/** The one of RELEASES, a list of a row of torch, that V is; else empty. */
struct str compat_companion(const char *releases, const struct version *v);

/** The CUDA of the build of the torch RELEASE that PyPI has, or NULL. */
const char *compat_cuda_of_pypi(const struct compat *c, const char *release);

/** The row of V's minor version, or NULL. */
const struct compat_python *compat_find_python(const struct compat *c,
                                               const struct version *v);

/** The row of sdk releases that V falls into: the last that begins at or
 *  below it; NULL for one older than all. */
const struct compat_sdk *compat_find_sdk(const struct compat *c,
                                         const struct version *v);

/** The newest row of sdk releases that runs on PYTHON, or NULL. */
const struct compat_sdk *compat_newest_sdk(const struct compat *c,
                                           const struct version *python);

/** What the release V of the SDK wants of PACKAGE, a normalized name, or NULL.
 */
const struct compat_sdk_need *compat_sdk_need(const struct compat *c,
                                              const struct version *v,
                                              struct str package);

/** The CUDA version that a local version names: "cu118" is "11.8". Empty when
 *  it names none; lives in AR. */
struct str compat_cuda_of_local(struct arena *ar, struct str local);

#endif
