// Whether a file of the context is one of its weights, by its name and size.
#include "recipe_weights_int.h"

#define WEIGHTS_BYTES (10 * 1024 * 1024)

static const char *const source_suffixes[] = {".py", ".pyi", ".ipynb"};

static const char *const other_suffixes[] = {
    ".whl",  ".log",                                             //
    ".jpg",  ".jpeg", ".png", ".webp", ".svg", ".gif",  ".avif", //
    ".heic", ".bmp",  ".tif", ".tiff",                           // images
    ".mp4",  ".mov",  ".avi", ".wmv",  ".mkv", ".webm",          // videos
    ".mp3",  ".wav",  ".ogg", ".flac", ".aac", ".m4a",  ".opus", // sound
};

static bool has_file_suffix(struct str path, const char *const *suffixes,
                            size_t n) {
  const ptrdiff_t dot = str_rfind(path, '.');
  for (size_t i = 0; dot >= 0 && i < n; i++)
    if (str_is_nocase(str_skip(path, (size_t)dot), suffixes[i]))
      return true;
  return false;
}

bool weights_is_source(struct str path) {
  return has_file_suffix(path, source_suffixes, ARRAY_LEN(source_suffixes));
}

bool weights_can_be_named(struct str path) {
  for (size_t i = 0; i < path.len; i++)
    if ((unsigned char)path.p[i] < ' ' || path.p[i] == '\\' ||
        path.p[i] == 0x7F)
      return false;
  return utf8_is_valid(path) && str_eq(str_trim(path), path);
}

bool weights_is_large(const struct context_file *file) {
  return file->size >= WEIGHTS_BYTES && weights_can_be_named(file->path) &&
         !weights_is_source(file->path) &&
         !has_file_suffix(file->path, other_suffixes,
                          ARRAY_LEN(other_suffixes));
}
