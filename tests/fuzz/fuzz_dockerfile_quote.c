#include <jansson.h> // before base.h, which bans printf

#include "cli/cli_int.h"
#include "cogfe/dockerfile.h"
#include "cogfe/pysig.h"
#include "dfreader.h"
#include "pyword.h"
#include "shword.h"

#include "fuzz.h"

#include <fnmatch.h>

// Any UTF-8 text without NUL: what each quoting function writes, a shell, the
// builders' readers or Python give back.

static void check_word(struct arena *ar, struct str text) {
  cleanup_sbuf struct sbuf word;
  sbuf_init(&word, SBUF_NO_MAX);
  dockerfile_quote_word(&word, text);
  struct str read;
  if (!str_eq(sh_word(ar, sbuf_str(&word)), text))
    BUG("sh reads %s otherwise", word.ptr);
  for (enum df_reader r = DF_BUILDKIT; r <= DF_IMAGEBUILDER; r++)
    if (!df_word(ar, sbuf_str(&word), r, &read) || !str_eq(read, text))
      BUG("reader %d reads %s otherwise", (int)r, word.ptr);
}

static void check_lines(struct arena *ar, struct str text) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, SBUF_NO_MAX);
  sbuf_adds(&out, "RUN ");
  dockerfile_quote_lines(&out, text, 4);
  sbuf_addch(&out, '\n');
  const struct str line = df_run(ar, df_join(ar, sbuf_str(&out)));
  if (!line.p || !str_eq(sh_word(ar, line), text))
    BUG("not read as it was: %s", out.ptr);
}

/** COPY takes its source for a pattern, which has to match that one name. */
static void check_path(struct arena *ar, struct str text) {
  cleanup_sbuf struct sbuf word;
  sbuf_init(&word, SBUF_NO_MAX);
  dockerfile_quote_path(&word, text);
  struct str pattern;
  for (enum df_reader r = DF_BUILDKIT; r <= DF_IMAGEBUILDER; r++)
    if (!df_word(ar, sbuf_str(&word), r, &pattern) ||
        fnmatch(pattern.p, str_cstr(ar, text), FNM_PATHNAME))
      BUG("reader %d reads %s otherwise", (int)r, word.ptr);
}

static void check_json(struct arena *ar, struct str text) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, SBUF_NO_MAX);
  const char *words[] = {str_cstr(ar, text), "-"};
  sbuf_adds(&out, "CMD ");
  dockerfile_quote_json(&out, words, ARRAY_LEN(words));
  sbuf_addch(&out, '\n');
  const struct str line = str_skip(df_join(ar, sbuf_str(&out)), strlen("CMD "));
  json_t *list = json_loadb(line.p, line.len, 0, NULL);
  const char *read = json_string_value(json_array_get(list, 0));
  if (json_array_size(list) != 2 || !read || !str_is(text, read))
    BUG("not read as it was: %s", out.ptr);
  json_decref(list);
}

static void check_shell_word(struct arena *ar, struct str text) {
  cleanup_sbuf struct sbuf word;
  sbuf_init(&word, SBUF_NO_MAX);
  cli_add_shell_word(&word, text);
  if (!str_eq(sh_word(ar, sbuf_str(&word)), text))
    BUG("sh reads %s otherwise", word.ptr);
}

static void check_python(struct arena *ar, struct str text) {
  cleanup_sbuf struct sbuf word;
  sbuf_init(&word, SBUF_NO_MAX);
  pysig_quote(&word, text);
  if (!str_eq(py_string(ar, sbuf_str(&word)), text))
    BUG("python reads %s otherwise", word.ptr);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  const struct str text = {(const char *)p, len};
  if (memchr(p, 0, len) || !utf8_is_valid(text))
    return 0;
  struct arena ar;
  arena_init(&ar);
  const bool one_line = str_find(text, '\n') < 0;
  if (one_line)
    check_word(&ar, text);
  if (!str_ends(text, "\n"))
    check_lines(&ar, text);
  if (one_line && text.len && str_find(text, '\\') < 0)
    check_path(&ar, text);
  check_json(&ar, text);
  check_shell_word(&ar, text);
  check_python(&ar, text);
  arena_release(&ar);
  return 0;
}
