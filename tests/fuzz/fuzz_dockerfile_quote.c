#include "cogfe/dockerfile.h"
#include "dfreader.h"
#include "shword.h"

#include "fuzz.h"

// Any UTF-8 text without NUL: a shell and the builders' readers give it back.

static void check_word(struct arena *ar, struct str text) {
  cleanup_sbuf struct sbuf word;
  sbuf_init(&word, SIZE_MAX / 8);
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
  sbuf_init(&out, SIZE_MAX / 8);
  sbuf_adds(&out, "RUN ");
  dockerfile_quote_lines(&out, text, 4);
  sbuf_addch(&out, '\n');
  const struct str line = df_run(ar, df_join(ar, sbuf_str(&out)));
  if (!line.p || !str_eq(sh_word(ar, line), text))
    BUG("not read as it was: %s", out.ptr);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  const struct str text = {(const char *)p, len};
  if (memchr(p, 0, len) || !str_is_utf8(text))
    return 0;
  struct arena ar;
  arena_init(&ar);
  if (str_find(text, '\n') < 0)
    check_word(&ar, text);
  if (!str_ends(text, "\n"))
    check_lines(&ar, text);
  arena_release(&ar);
  return 0;
}
