#include "wheel_int.h"

static bool input_read_fd(const struct wheel_input *in, uint64_t off, void *buf,
                          size_t len) {
  char *p = buf;
  while (len) {
    ssize_t n = pread(in->fd, p, len, (off_t)off);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    p += n;
    off += (uint64_t)n;
    len -= (size_t)n;
  }
  return true;
}

static bool input_read_bytes(const struct wheel_input *in, uint64_t off,
                             void *buf, size_t len) {
  memcpy(buf, in->bytes + off, len);
  return true;
}

struct wheel_input wheel_input_fd(int fd, uint64_t size) {
  return (struct wheel_input){.size = size, .read = input_read_fd, .fd = fd};
}

struct wheel_input wheel_input_bytes(struct str bytes) {
  return (struct wheel_input){
      .size = bytes.len, .read = input_read_bytes, .bytes = bytes.p};
}

bool wheel_fail(struct sbuf *why, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  sbuf_vaddf(why, fmt, ap);
  va_end(ap);
  return false;
}

bool wheel_read(const struct wheel_input *in, uint64_t off, void *buf,
                size_t len, struct sbuf *why) {
  if (off > in->size || len > in->size - off)
    return wheel_fail(why, "it is cut off, or its directory is damaged");
  if (len && !in->read(in, off, buf, len))
    return wheel_fail(why, "it cannot be read");
  return true;
}
