#include "shword.h"

#include "child.h"

struct str sh_word(struct arena *ar, struct str text) {
  static const char *const argv[] = {"/bin/sh", NULL};
  static struct child shell = {.argv = argv, .patience_ms = 10000};
  cleanup_sbuf struct sbuf question, answer;
  sbuf_init(&question, SBUF_NO_MAX);
  sbuf_init(&answer, SBUF_NO_MAX);
  sbuf_adds(&question, "set -- ");
  sbuf_addstr(&question, text);
  sbuf_adds(&question, "\nprintf '%s %s\\0' \"$#\" \"$1\"\n");
  if (!child_ask(&shell, sbuf_str(&question), &answer) ||
      !str_starts(sbuf_str(&answer), "1 "))
    return (struct str){0};
  return str_dup(ar, str_skip(sbuf_str(&answer), 2));
}
