#include "files.h"

#include <dirent.h>
#include <sys/stat.h>

#include "cm.h"

struct str files_read(struct arena *ar, const char *path) {
  FILE *f = fopen(path, "rb");
  struct stat st;
  if (!f)
    return (struct str){NULL, 0};
  assert_int_equal(fstat(fileno(f), &st), 0);
  size_t size = (size_t)st.st_size;
  char *text = arena_alloc(ar, size + 1);
  size_t len = fread(text, 1, size, f);
  fclose(f);
  assert_int_equal(len, size);
  return (struct str){text, size};
}

void files_write(const char *path, struct str text) {
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(text.p, 1, text.len, f), text.len);
  assert_int_equal(fclose(f), 0);
}

static int by_text(const void *a, const void *b) {
  return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

struct str_vec files_list(struct arena *ar, const char *path) {
  struct str_vec names = {0};
  DIR *dir = opendir(path);
  if (!dir)
    return names;
  for (struct dirent *e; (e = readdir(dir));)
    if (e->d_name[0] != '.')
      vec_push(ar, &names, str_dup(ar, str_of(e->d_name)));
  closedir(dir);
  if (names.n)
    qsort(names.v, names.n, sizeof(*names.v), by_text);
  return names;
}
