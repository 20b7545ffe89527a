#include "cogfe/base.h"

#include "cogfe/utf8.h"

struct range {
  uint32_t from, to;
  int width;
};

static const struct range ranges[] = {
#define WIDTH(from, to, width) {from, to, width},
#include "base/utf8_width.def"
#undef WIDTH
};

static int range_cmp(const void *key, const void *row) {
  const uint32_t *c = key;
  const struct range *r = row;
  return *c < r->from ? -1 : *c > r->to;
}

int utf8_char_width(uint32_t c) {
  const struct range *r =
      bsearch(&c, ranges, ARRAY_LEN(ranges), sizeof(*ranges), range_cmp);
  return r ? r->width : 1;
}
