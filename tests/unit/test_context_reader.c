#include "scratch.h"
#include "tarball.h"

#include "cogfe/context.h"

#include <fcntl.h>

static void tells_archives_by_their_first_bytes(void **state) {
  static const struct {
    const char *bytes;
    size_t len;
    enum context_archive want;
  } rows[] = {
      {"", 0, CONTEXT_NO_ARCHIVE},
      {"BZh9", 4, CONTEXT_BZIP2},
      {"BZ", 2, CONTEXT_NO_ARCHIVE},
      {"\x1f\x8b\x08\x00", 4, CONTEXT_GZIP},
      {"\x1f\x8b\x00\x00", 4, CONTEXT_NO_ARCHIVE},
      {"\xfd"
       "7zXZ\0",
       6, CONTEXT_XZ},
      {"\xfd"
       "7zXZ",
       5, CONTEXT_NO_ARCHIVE},
      {"\x28\xb5\x2f\xfd", 4, CONTEXT_ZSTD},
      {"PK\x03\x04", 4, CONTEXT_ZIP},
      {"PK\x05\x06", 4, CONTEXT_ZIP},
      {"# syntax=x\n", 11, CONTEXT_NO_ARCHIVE},
  };
  (void)state;
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    print_message("  %zu\n", i);
    assert_int_equal(context_sniff(rows[i].bytes, rows[i].len), rows[i].want);
  }
}

static void tells_a_tar_by_its_checksum(void **state) {
  struct sbuf tar;
  (void)state;
  sbuf_init(&tar, 4096);
  tarball_file(&tar, "\xc3\xa9", "x");
  char h[512];
  memcpy(h, tar.ptr, sizeof h);
  sbuf_release(&tar);
  assert_int_equal(context_sniff(h, 512), CONTEXT_TAR);
  assert_int_equal(context_sniff(h, 511), CONTEXT_NO_ARCHIVE);
  memset(h + 257, 0, 8); // without "ustar", as the oldest have it
  assert_int_equal(context_sniff(h, 512), CONTEXT_NO_ARCHIVE);
  unsigned sum = 0;
  for (size_t i = 0; i < 512; i++)
    sum += i >= 148 && i < 156 ? ' ' : (unsigned char)h[i];
  snprintf(h + 148, 8, "%06o", sum);
  h[155] = ' ';
  assert_int_equal(context_sniff(h, 512), CONTEXT_TAR);
  snprintf(h + 148, 8, "%6o ", sum - 512); // signed bytes, as some summed
  assert_int_equal(context_sniff(h, 512), CONTEXT_TAR);
  memset(h, 0, sizeof h);
  assert_int_equal(context_sniff(h, 512), CONTEXT_NO_ARCHIVE);
}

static void reads_a_file_anywhere(void **state) {
  struct context_reader r;
  char buf[8];
  size_t got;
  scratch_write(state, "f", STR("0123456789"));
  int fd = open(scratch_path(state, "f"), O_RDONLY | O_CLOEXEC);
  bool ok = context_reader_fd(&r, cm_ar(state), fd, "f", cm_dg(state));
  assert_true(ok);
  assert_int_equal(r.size, 10);
  assert_true(r.read_at(r.self, 8, buf, sizeof buf, &got, cm_dg(state)));
  assert_int_equal(got, 2);
  assert_memory_equal(buf, "89", 2);
  assert_true(r.read_at(r.self, 0, buf, 3, &got, cm_dg(state)));
  assert_int_equal(got, 3);
  assert_memory_equal(buf, "012", 3);
  assert_true(r.read_at(r.self, 10, buf, 3, &got, cm_dg(state)));
  assert_int_equal(got, 0);
  close(fd);
  assert_false(r.read_at(r.self, 0, buf, 3, &got, cm_dg(state)));
  assert_false(context_reader_fd(&r, cm_ar(state), fd, "f", cm_dg(state)));
  assert_int_equal(cm_dg(state)->errors, 2);
}

static void a_tar_may_begin_with_any_name(void **state) {
  struct sbuf tar;
  (void)state;
  sbuf_init(&tar, 4096);
  tarball_file(&tar, "BZhou/cog.yaml", "x");
  assert_int_equal(context_sniff(tar.ptr, tar.len), CONTEXT_TAR);
  sbuf_release(&tar);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      scratch_test(tells_archives_by_their_first_bytes),
      scratch_test(tells_a_tar_by_its_checksum),
      scratch_test(a_tar_may_begin_with_any_name),
      scratch_test(reads_a_file_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
