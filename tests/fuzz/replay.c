#include "cogfe/base.h"

#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"

// Without libFuzzer: runs the target once over each file below the directories
// given. A crash that was found becomes such a file.

enum { FILE_MAX = 16 << 20 };

static bool replay_file(const char *path) {
  FILE *f = fopen(path, "rb");
  if (!f)
    return false;
  cleanup_sbuf struct sbuf b;
  sbuf_init(&b, FILE_MAX);
  char piece[4096];
  size_t n;
  while ((n = fread(piece, 1, sizeof piece, f)) > 0)
    sbuf_add(&b, piece, n);
  fclose(f);
  LLVMFuzzerTestOneInput((const uint8_t *)b.ptr, b.len);
  return true;
}

static size_t replay_dir(const char *path) {
  DIR *dir = opendir(path);
  size_t files = 0;
  struct arena ar;
  arena_init(&ar);
  for (struct dirent *e; dir && (e = readdir(dir));) {
    const char *file = arena_printf(&ar, "%s/%s", path, e->d_name);
    struct stat st;
    if (e->d_name[0] == '.' || stat(file, &st) != 0)
      continue;
    if (S_ISDIR(st.st_mode))
      files += replay_dir(file);
    else if (S_ISREG(st.st_mode))
      files += replay_file(file);
  }
  if (dir)
    closedir(dir);
  arena_release(&ar);
  return files;
}

int main(int argc, char **argv) {
  size_t files = 0;
  for (int i = 1; i < argc; i++)
    if (argv[i][0] != '-') // options are libFuzzer's
      files += replay_dir(argv[i]);
  fprintf(stderr, "%zu inputs\n", files);
  return files ? 0 : 1;
}
