// The distribution's packages.
#include "plan_int.h"

// The downloaded packages are kept in a directory of the cache mount that the
// docker-clean hook of Debian's and Ubuntu's images does not empty. Packages
// are arguments; nothing of cog.yaml is inside the script. A version that the
// user pins may be older than what is installed already.
static const char apt_script[] =
    "set -e\n"
    "mkdir -p /var/cache/apt/cog/partial\n"
    "apt-get update -qq\n"
    "apt-get install -qqy%s --allow-downgrades"
    " -o Dir::Cache::archives=/var/cache/apt/cog -- \"$@\"\n"
    "%s";

// Where the entrypoint of Cog's images is.
#define TINI_SCRIPT "[ -e /sbin/tini ] || ln -s /usr/bin/tini /sbin/tini\n"

// In every image: tini is the entrypoint; curl and its certificates were
// brought by Cog 0.9's tini step, and many run items use them.
static const char *const every_image[] = {"ca-certificates", "curl", "tini"};

// What Cog 0.9 left in GPU images beside CPython's, and run items rely on.
// Source: docs/dev/resolution.md, Layout of the image.
static const char *const gpu_image[] = {"git", "llvm", "wget"};

const char *const plan_cpython_packages[] = {
    "build-essential", "ca-certificates",  "curl",
    "libbz2-dev",      "libffi-dev",       "liblzma-dev",
    "libncurses5-dev", "libncursesw5-dev", "libreadline-dev",
    "libsqlite3-dev",  "libssl-dev",       "make",
    "tk-dev",          "xz-utils",         "zlib1g-dev",
};
const size_t plan_n_cpython_packages = ARRAY_LEN(plan_cpython_packages);

// What Python is linked with, by the Ubuntu of the image: the libraries that
// the packages above are the headers of. The last row is for what is newer.
// Source: packages.ubuntu.com, "depends" of those packages in each release
// (2025-06).
static const struct {
  const char *ubuntu;
  const char *names[10];
} runtime_libraries[] = {
    {"16.04",
     {"libbz2-1.0", "libffi6", "liblzma5", "libncurses5", "libncursesw5",
      "libreadline6", "libsqlite3-0", "libssl1.0.0", "libtk8.6", "zlib1g"}},
    {"18.04",
     {"libbz2-1.0", "libffi6", "liblzma5", "libncurses5", "libncursesw5",
      "libreadline7", "libsqlite3-0", "libssl1.1", "libtk8.6", "zlib1g"}},
    {"20.04",
     {"libbz2-1.0", "libffi7", "liblzma5", "libncurses6", "libncursesw6",
      "libreadline8", "libsqlite3-0", "libssl1.1", "libtk8.6", "zlib1g"}},
    {"22.04",
     {"libbz2-1.0", "libffi8", "liblzma5", "libncurses6", "libncursesw6",
      "libreadline8", "libsqlite3-0", "libssl3", "libtk8.6", "zlib1g"}},
    {"24.04",
     {"libbz2-1.0", "libffi8", "liblzma5", "libncurses6", "libncursesw6",
      "libreadline8t64", "libsqlite3-0", "libssl3t64", "libtk8.6", "zlib1g"}},
};

/** The image at the bottom of S: packages of one distribution share a cache. */
static struct str bottom_image(const struct plan_stage *s) {
  while (s->parent)
    s = s->parent;
  return s->image;
}

void plan_add_apt(struct plan_builder *b, struct plan_stage *s,
                  const struct plan_apt *apt) {
  const char *script = arena_printf(
      b->ar, apt_script, apt->recommends ? "" : " --no-install-recommends",
      apt->with_tini ? TINI_SCRIPT : "");
  struct plan_argv argv = PLAN_ARGV(b, "/bin/sh", "-c", script, "apt");
  for (size_t i = 0; i < apt->names->n; i++)
    plan_arg(b, &argv, str_cstr(b->ar, apt->names->v[i]));

  struct plan_run *run =
      plan_add_run(b, s, apt->title, apt->key, apt->span, &argv);
  plan_add_apt_caches(b, s, run);
  plan_add_ca(b, run);
}

void plan_add_apt_caches(struct plan_builder *b, const struct plan_stage *s,
                         struct plan_run *run) {
  const char *image = str_cstr(b->ar, bottom_image(s));
  const struct plan_mount mounts[] = {
      plan_cache_mount(arena_printf(b->ar, "cog-apt-cache-%s", image),
                       "/var/cache/apt", CONFIG_SHARING_LOCKED,
                       "/var/cache/apt/cog /var/cache/apt/*.bin"),
      plan_cache_mount(arena_printf(b->ar, "cog-apt-lists-%s", image),
                       "/var/lib/apt/lists", CONFIG_SHARING_LOCKED,
                       "/var/lib/apt/lists/*"),
  };
  plan_add_mounts(b, run, mounts, ARRAY_LEN(mounts));
}

static void add_names(struct plan_builder *b, struct str_vec *names,
                      const char *const *more, size_t n) {
  for (size_t i = 0; i < n; i++)
    vec_push(b->ar, names, str_of(more[i]));
}

static int package_by_name(const void *a, const void *b) {
  return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/** Whether SORTED has NAME. */
static bool has_name(const struct str_vec *sorted, struct str name) {
  return sorted->n &&
         bsearch(&name, sorted->v, sorted->n, sizeof name, package_by_name);
}

static void add_runtime_libraries(struct plan_builder *b,
                                  struct str_vec *names) {
  size_t row = 0;
  while (row + 1 < ARRAY_LEN(runtime_libraries) &&
         !str_is(b->in->resolved->ubuntu, runtime_libraries[row].ubuntu))
    row++;
  add_names(b, names, runtime_libraries[row].names,
            ARRAY_LEN(runtime_libraries[row].names));
}

/** The image's own packages, sorted and once each. */
static struct str_vec own_packages(struct plan_builder *b,
                                   bool build_packages) {
  struct str_vec all = {0}, names = {0};
  add_names(b, &all, every_image, ARRAY_LEN(every_image));
  if (build_packages) {
    add_names(b, &all, plan_cpython_packages, plan_n_cpython_packages);
    add_names(b, &all, gpu_image, ARRAY_LEN(gpu_image));
  } else if (b->in->resolved->pyenv) {
    add_runtime_libraries(b, &all);
  }
  qsort(all.v, all.n, sizeof *all.v, package_by_name);
  for (size_t i = 0; i < all.n; i++)
    if (i == 0 || !str_eq(all.v[i - 1], all.v[i]))
      vec_push(b->ar, &names, all.v[i]);
  return names;
}

/** A package of the user's, by its place in the list. */
struct listed {
  struct str name;
  size_t place;
};

static int listed_by_name(const void *a, const void *b) {
  const struct listed *x = a, *y = b;
  const int d = str_cmp(x->name, y->name);
  return d ? d : (x->place > y->place) - (x->place < y->place);
}

/** For each of the user's packages whether it is the first of its name. */
static bool *first_of_name(struct plan_builder *b) {
  const struct resolved *r = b->in->resolved;
  const size_t n = r->system_packages.n;
  struct listed *sorted = arena_array(b->ar, struct listed, n);
  bool *first = arena_array(b->ar, bool, n);
  for (size_t i = 0; i < n; i++)
    sorted[i] = (struct listed){r->system_packages.v[i].text, i};
  if (n)
    qsort(sorted, n, sizeof *sorted, listed_by_name);
  for (size_t i = 0; i < n; i++)
    first[sorted[i].place] =
        i == 0 || !str_eq(sorted[i - 1].name, sorted[i].name);
  return first;
}

/** Adds to NAMES, which is sorted, the user's packages that NAMES and OWN have
 *  not, as they stand in the file. */
static void add_user_packages(struct plan_builder *b, struct str_vec *names,
                              const struct str_vec *own) {
  const struct resolved *r = b->in->resolved;
  const struct str_vec before = *names;
  const bool *first = first_of_name(b);
  for (size_t i = 0; i < r->system_packages.n; i++) {
    const struct str name = r->system_packages.v[i].text;
    if (first[i] && !has_name(&before, name) && !has_name(own, name))
      vec_push(b->ar, names, name);
  }
}

static const char *count_names(struct plan_builder *b,
                               const struct str_vec *names) {
  return plan_count(b, names->n, "package", "packages");
}

/** Compilers and headers, the same in every GPU image, in a step that no edit
 *  of the packages runs again. */
static void add_build_packages(struct plan_builder *b, struct plan_stage *base,
                               const struct str_vec *own) {
  plan_add_apt(
      b, base,
      &(struct plan_apt){
          .title = arena_printf(b->ar, "apt-get install %s of every GPU image",
                                count_names(b, own)),
          .key = "build.gpu",
          .span = b->in->config->gpu.span,
          .names = own,
          .with_tini = true,
      });
}

static void add_packages(struct plan_builder *b, struct plan_stage *base,
                         bool build_packages) {
  const struct str_vec own = own_packages(b, build_packages);
  struct str_vec names = {0};
  if (build_packages)
    add_build_packages(b, base, &own);
  else
    names = own;
  add_user_packages(b, &names, &own);
  if (names.n == 0)
    return;
  plan_add_apt(b, base,
               &(struct plan_apt){
                   .title = arena_printf(b->ar, "apt-get install %s",
                                         count_names(b, &names)),
                   .key = "build.system_packages",
                   .span = b->in->config->system_packages.key,
                   .names = &names,
                   .with_tini = !build_packages,
                   .recommends = b->in->resolved->system_packages.n &&
                                 !b->in->options->no_recommends,
               });
}

/** The machine's library directories, as Debian names them. */
static const char *multiarch(struct str architecture) {
  return str_is(architecture, "arm64") ? "aarch64-linux-gnu"
                                       : "x86_64-linux-gnu";
}

void plan_add_base(struct plan_builder *b, struct plan_stage *base,
                   bool build_packages) {
  plan_add_env(b, base, "DEBIAN_FRONTEND", STR("noninteractive"), PLAN_ENV_SET);
  plan_add_env(b, base, "PYTHONUNBUFFERED", STR("1"), PLAN_ENV_SET);
  plan_add_env(b, base, "LD_LIBRARY_PATH",
               str_printf(b->ar,
                          "/usr/lib/%s:/usr/local/nvidia/lib64:"
                          "/usr/local/nvidia/bin",
                          multiarch(b->in->architecture)),
               PLAN_ENV_APPEND);
  plan_add_env(b, base, "NVIDIA_DRIVER_CAPABILITIES", STR("all"), PLAN_ENV_SET);
  add_packages(b, base, build_packages && b->in->resolved->gpu);
}
