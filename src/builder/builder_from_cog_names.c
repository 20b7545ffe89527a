// The images of ours that a Dockerfile can name.
#include "builder_from_cog.h"

static const struct from_cog_name names[] = {
    {"cog", "model"}, {"cog-base", "base"}, {"cog-deps", "deps"}};

const struct from_cog_name *from_cog_names(size_t *n) {
  *n = ARRAY_LEN(names);
  return names;
}

const struct from_cog_name *from_cog_find(struct str name) {
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_is_nocase(name, names[i].name))
      return &names[i];
  return NULL;
}

static bool is_in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/** Takes the next word of *REST, which may be empty; false at the end. */
static bool next_dockerfile_word(struct str *rest, struct str *word) {
  size_t n = 0;
  if (rest->len == 0)
    return false;
  while (n < rest->len && is_in_word(rest->p[n]))
    n++;
  *word = str_take(*rest, n);
  *rest = str_skip(*rest, n < rest->len ? n + 1 : n);
  return true;
}

/** Whether NAME, or with NULL any of the names, is a word of TEXT. A word more
 *  than the Dockerfile means costs a lookup and changes nothing. */
static bool mentions(struct str text, const char *name) {
  struct str word;
  while (next_dockerfile_word(&text, &word)) {
    const struct from_cog_name *found = from_cog_find(word);
    if (found && (!name || !strcmp(found->name, name)))
      return true;
  }
  return false;
}

bool from_cog_wants_name(const struct builder *b, struct str text,
                         const char *name) {
  struct str line;
  while (str_next_line(&text, &line))
    if (!str_starts(str_trim(line), "#") && mentions(line, name))
      return true;
  for (size_t i = 0; i < b->opts.all.n; i++)
    if (str_starts(b->opts.all.v[i].name, "build-arg:") &&
        mentions(b->opts.all.v[i].value, name))
      return true;
  return false;
}

bool from_cog_wants(const struct builder *b, struct str text) {
  return from_cog_wants_name(b, text, NULL);
}
