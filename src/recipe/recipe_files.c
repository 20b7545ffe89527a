// What among the files of the context hardly anybody wants in an image as it
// is: keys and passwords, and what git-lfs leaves in the place of large files.
#include "recipe_weights_int.h"

// ---- credentials ------------------------------------------------------------

static bool has_suffix_of(struct str text, const char *const *suffixes,
                          size_t n) {
  for (size_t i = 0; i < n; i++)
    if (str_ends(text, suffixes[i]) && text.len > strlen(suffixes[i]))
      return true;
  return false;
}

/** ".env" and ".env.production", but not ".env.example". */
static bool is_env_file(struct str name) {
  static const char *const samples[] = {".example", ".sample", ".template",
                                        ".dist", ".md"};
  return str_is(name, ".env") ||
         (str_starts(name, ".env.") &&
          !has_suffix_of(name, samples, ARRAY_LEN(samples)));
}

/** Whether the name of a file says that it holds a key or a password. */
static bool is_credential(struct str path) {
  static const char *const names[] = {
      "id_rsa",  "id_dsa",           "id_ecdsa",         "id_ed25519",
      ".netrc",  ".git-credentials", ".pypirc",          "kaggle.json",
      ".pgpass", ".htpasswd",        ".dockerconfigjson"};
  static const char *const ends[] = {".key",
                                     ".p12",
                                     ".pfx",
                                     ".ppk",
                                     ".aws/credentials",
                                     ".docker/config.json",
                                     ".huggingface/token"};
  const struct str name = path_base(path);
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_is(name, names[i]))
      return true;
  return is_env_file(name) || has_suffix_of(path, ends, ARRAY_LEN(ends));
}

/** "a" or "a (and 2 more)". */
static const char *first_of(struct weights_finder *f, struct str path,
                            size_t n) {
  const char *shown = arena_printf(f->ar, "\"" STR_FMT "\"", STR_ARG(path));
  return n > 1 ? arena_printf(f->ar, "%s (and %zu more)", shown, n - 1) : shown;
}

static void warn_keys(struct weights_finder *f, struct diags *dg) {
  struct str first = {0};
  size_t n = 0;
  for (size_t i = 0; i < f->files.n; i++) {
    const struct context_file *file = &f->files.v[i];
    if (!file->size || !is_credential(file->path))
      continue;
    first = n++ ? first : file->path;
  }
  if (!n)
    return;
  diag_warn(dg, DIAG_SECRET_IN_CONTEXT, SPAN_NONE,
            "%s would be in the image, and looks like a key or a password",
            first_of(f, first, n));
  diag_note(dg, SPAN_NONE,
            "name it in .dockerignore; a run item gets a secret by "
            "--mount=type=secret, a model by the environment that it is "
            "started with");
}

// ---- git-lfs ----------------------------------------------------------------

#define POINTER "version https://git-lfs.github.com/spec/v1\n"

// A pointer has 126 to 138 bytes; with the lines of extensions some more.
enum { POINTER_MIN = 110, POINTER_MAX = 400 };

static bool may_be_pointer(struct str path) {
  static const char *const ends[] = {
      ".bin",  ".pt",     ".pth", ".ckpt",    ".safetensors",
      ".onnx", ".gguf",   ".h5",  ".pkl",     ".npz",
      ".npy",  ".tflite", ".pb",  ".msgpack", ".model",
      ".zip",  ".gz",     ".tar", ".parquet", ".pdiparams"};
  return has_suffix_of(path, ends, ARRAY_LEN(ends));
}

static bool is_tracked_by_git(const struct weights_finder *f) {
  for (size_t i = 0; i < f->files.n; i++)
    if (str_is(path_base(f->files.v[i].path), ".gitattributes"))
      return true;
  return false;
}

/** Whether the file holds a pointer. One that cannot be read holds none. */
static bool is_pointer(struct weights_finder *f, struct context *tree,
                       const struct context_file *file) {
  cleanup_sbuf struct sbuf text;
  struct diags mute;
  diag_init(&mute, f->ar);
  sbuf_init(&text, POINTER_MAX);
  return context_read(tree, file->path, POINTER_MAX, SPAN_NONE, &text, &mute) &&
         str_starts(sbuf_str(&text), POINTER);
}

static void warn_pointers(struct weights_finder *f, struct context *tree,
                          struct diags *dg) {
  const bool tracked = is_tracked_by_git(f);
  struct str first = {0};
  size_t n = 0, read = 0;
  for (size_t i = 0; i < f->files.n && read < LIMIT_LFS_POINTERS; i++) {
    const struct context_file *file = &f->files.v[i];
    if (file->size < POINTER_MIN || file->size > POINTER_MAX ||
        weights_is_source(file->path) ||
        (!tracked && !may_be_pointer(file->path)))
      continue;
    read++;
    if (is_pointer(f, tree, file))
      first = n++ ? first : file->path;
  }
  if (!n)
    return;
  diag_warn(dg, DIAG_LFS_POINTER, SPAN_NONE,
            "%s is a pointer of git-lfs, and not the file that it stands for",
            first_of(f, first, n));
  diag_note(dg, SPAN_NONE,
            "`git lfs pull` fetches the files; engines that fetch a git URL "
            "themselves do not, so build from a checkout");
}

void weights_warn_files(struct weights_finder *f, struct context *tree,
                        struct diags *dg) {
  warn_keys(f, dg);
  warn_pointers(f, tree, dg);
}
