#include "cogfe/base.h"

#include "cogfe/number.h"

int number_hex_digit(char c) {
  if (number_is_digit(c))
    return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool number_is_decimal(struct str text) {
  for (size_t i = 0; i < text.len; i++)
    if (!number_is_digit(text.p[i]))
      return false;
  return text.len > 0;
}

bool number_parse(struct str text, unsigned base, uint64_t max,
                  uint64_t *value) {
  uint64_t v = 0;
  if (text.len == 0)
    return false;
  for (size_t i = 0; i < text.len; i++) {
    const unsigned digit = (unsigned char)text.p[i] - '0';
    if (digit >= base || digit > max || v > (max - digit) / base)
      return false;
    v = v * base + digit;
  }
  *value = v;
  return true;
}

/** The power of two that UNIT stands for; false when it is no unit. */
static bool read_size_unit(struct str unit, unsigned *shift) {
  static const char letters[] = "bkmgt";
  *shift = 0;
  if (unit.len == 0)
    return true;
  const char *at = strchr(letters, unit.p[0] | 0x20);
  const struct str rest = str_skip(unit, 1);
  if (unit.p[0] == '\0' || !at ||
      (rest.len && (at == letters ||
                    (!str_is_nocase(rest, "b") && !str_is_nocase(rest, "ib")))))
    return false;
  *shift = 10 * (unsigned)(at - letters);
  return true;
}

bool number_parse_size(struct str text, uint64_t *bytes) {
  size_t digits = 0;
  while (digits < text.len && number_is_digit(text.p[digits]))
    digits++;
  unsigned shift;
  uint64_t value;
  if (!read_size_unit(str_trim(str_skip(text, digits)), &shift) ||
      !number_parse(str_take(text, digits), 10, INT64_MAX >> shift, &value))
    return false;
  *bytes = value << shift;
  return true;
}

bool number_parse_seconds(struct str text, uint64_t max, uint64_t *seconds) {
  static const char units[] = "smh";
  static const uint64_t lengths[] = {1, 60, 3600};
  const char unit = text.len ? text.p[text.len - 1] : '\0';
  const char *at = unit ? strchr(units, unit) : NULL;
  uint64_t value;
  if (!at || !number_parse(str_take(text, text.len - 1), 10,
                           max / lengths[at - units], &value))
    return false;
  *seconds = value * lengths[at - units];
  return true;
}

bool number_parse_go_bool(struct str text, bool *value) {
  static const char *const words[][6] = {
      {"0", "f", "F", "false", "FALSE", "False"},
      {"1", "t", "T", "true", "TRUE", "True"},
  };
  for (size_t truth = 0; truth < ARRAY_LEN(words); truth++)
    for (size_t i = 0; i < ARRAY_LEN(words[0]); i++)
      if (str_is(text, words[truth][i])) {
        *value = truth;
        return true;
      }
  return false;
}
