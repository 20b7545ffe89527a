#include "version/version_int.h"

struct str scan_while(struct str *rest, bool (*is)(char)) {
  size_t n = 0;
  while (n < rest->len && is(rest->p[n]))
    n++;
  struct str taken = str_take(*rest, n);
  *rest = str_skip(*rest, n);
  return taken;
}

void scan_blanks(struct str *rest) {
  scan_while(rest, is_blank);
}

bool scan_word(struct str *rest, const char *word) {
  size_t n = strlen(word);
  if (rest->len < n || !str_is_nocase(str_take(*rest, n), word))
    return false;
  *rest = str_skip(*rest, n);
  return true;
}

bool scan_specifier_op(struct str *rest, enum specifier_op *out) {
  // Longer ones first: "===" begins with "==", "<=" with "<".
  static const struct {
    const char *text;
    enum specifier_op op;
  } ops[] = {
      {"===", SPECIFIER_SAME},      {"==", SPECIFIER_EQ}, {"!=", SPECIFIER_NE},
      {"~=", SPECIFIER_COMPATIBLE}, {"<=", SPECIFIER_LE}, {">=", SPECIFIER_GE},
      {"<", SPECIFIER_LT},          {">", SPECIFIER_GT},
  };
  for (size_t i = 0; i < ARRAY_LEN(ops); i++)
    if (scan_word(rest, ops[i].text)) {
      *out = ops[i].op;
      return true;
    }
  return false;
}

static bool is_package_char(char c) {
  return is_alnum(c) || c == '-' || c == '_' || c == '.';
}

struct str scan_name(struct str *rest) {
  struct str all = *rest;
  if (!is_alnum(peek(all)))
    return str_take(all, 0);
  struct str name = scan_while(rest, is_package_char);
  while (!is_alnum(name.p[name.len - 1]))
    name.len--;
  *rest = str_skip(all, name.len);
  return name;
}
