#include "tarball.h"

enum { BLOCK = 512 };

static const char zeros[2 * BLOCK];

static void field(char *header, size_t off, size_t len, const char *text) {
  memcpy(header + off, text, strnlen(text, len));
}

void tarball_header(struct sbuf *out, const char *name, int type, uint64_t size,
                    const char *link) {
  char h[BLOCK] = {0};
  char text[16];
  unsigned sum = 0;
  field(h, 0, 100, name);
  field(h, 100, 8, "0000644");
  field(h, 108, 8, "0000000");
  field(h, 116, 8, "0000000");
  snprintf(text, sizeof text, "%011" PRIo64, size);
  field(h, 124, 12, text);
  field(h, 136, 12, "00000000000");
  field(h, 148, 8, "        ");
  h[156] = (char)type;
  field(h, 157, 100, link);
  field(h, 257, 8, "ustar\00000");
  field(h, 263, 2, "00");
  for (size_t i = 0; i < BLOCK; i++)
    sum += (unsigned char)h[i];
  snprintf(text, sizeof text, "%06o", sum & 0777777);
  memcpy(h + 148, text, 7);
  sbuf_add(out, h, BLOCK);
}

void tarball_body(struct sbuf *out, struct str body) {
  sbuf_addstr(out, body);
  sbuf_add(out, zeros, (BLOCK - body.len % BLOCK) % BLOCK);
}

void tarball_file(struct sbuf *out, const char *name, const char *body) {
  tarball_header(out, name, TARBALL_FILE, strlen(body), "");
  tarball_body(out, str_of(body));
}

void tarball_link(struct sbuf *out, const char *name, int type,
                  const char *to) {
  tarball_header(out, name, type, 0, to);
}

void tarball_other(struct sbuf *out, const char *name, int type) {
  tarball_header(out, name, type, 0, "");
}

void tarball_end(struct sbuf *out) {
  sbuf_add(out, zeros, sizeof zeros);
}

void tarball_mend(struct sbuf *tar) {
  for (size_t off = 0; off + BLOCK <= tar->len; off += BLOCK) {
    unsigned char *h = (unsigned char *)tar->ptr + off;
    unsigned sum = 0;
    if (memcmp(h + 257, "ustar", 5) != 0)
      continue;
    memset(h + 148, ' ', 8);
    for (size_t i = 0; i < BLOCK; i++)
      sum += h[i];
    snprintf((char *)h + 148, 7, "%06o", sum);
  }
}

static bool read_at(void *self, uint64_t off, void *buf, size_t len,
                    size_t *got, struct diags *dg) {
  struct tarball_reader *r = self;
  r->reads++;
  *got = 0;
  if (r->pipe && off != r->next)
    BUG("byte %" PRIu64 " of a pipe that stands at %" PRIu64, off, r->next);
  if (r->reads == r->fail_at)
    return diag_fail(dg, DIAG_IO, SPAN_NONE, "the disk is broken");
  if (r->end_at && r->reads >= r->end_at)
    return true;
  struct str part = str_take(str_skip(r->bytes, off), len);
  if (r->max_read)
    part = str_take(part, r->max_read);
  if (part.len)
    memcpy(buf, part.p, part.len);
  *got = part.len;
  r->bytes_read += part.len;
  r->next = off + part.len;
  return true;
}

struct context_reader tarball_reader(struct tarball_reader *r) {
  return (struct context_reader){
      .name = "ctx.tar",
      .size = r->pipe ? CONTEXT_SIZE_UNKNOWN : r->bytes.len,
      .read_at = read_at,
      .self = r,
  };
}
