#include "cm.h"

#include <fcntl.h>

#include "cogfe/limits.h"
#include "cogfe/wheel.h"

// ---- archives made here -----------------------------------------------------

// A member as its two headers say it; what is 0 or NULL is as it should be.
struct part {
  const char *name;
  const char *body;
  const char *local_name;
  const char *extra; // of the directory, N bytes
  size_t extra_len;
  uint32_t flags, local_flags_off; // the latter is xor-ed into the header's
  uint32_t method, mode;
  uint32_t size, packed; // in both headers
  uint32_t local_crc;
  uint32_t back; // its header is said to be this much earlier
};

struct archive {
  struct part v[3]; // those with a name
  const char *before, *behind;
  uint32_t more; // members that the end counts and that are not there
  uint32_t disk;
};

static void put(struct sbuf *b, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; i++)
    sbuf_addch(b, (char)(value >> 8 * i));
}

static void put_numbers(struct sbuf *b, const struct part *p, uint32_t crc) {
  uint32_t len = (uint32_t)strlen(p->body ? p->body : "");
  put(b, p->method, 2);
  put(b, 0, 4); // the time
  put(b, crc, 4);
  put(b, p->packed ? p->packed : len, 4);
  put(b, p->size ? p->size : len, 4);
}

static void put_local(struct sbuf *b, const struct part *p) {
  const char *name = p->local_name ? p->local_name : p->name;
  put(b, 0x04034b50, 4);
  put(b, 20, 2);
  put(b, p->flags ^ p->local_flags_off, 2);
  put_numbers(b, p, p->local_crc);
  put(b, strlen(name), 2);
  put(b, 0, 2);
  sbuf_adds(b, name);
  sbuf_adds(b, p->body ? p->body : "");
}

static void put_line(struct sbuf *b, const struct part *p, size_t off) {
  put(b, 0x02014b50, 4);
  put(b, 0x0314, 2);
  put(b, 20, 2);
  put(b, p->flags, 2);
  put_numbers(b, p, 0);
  put(b, strlen(p->name), 2);
  put(b, p->extra_len, 2);
  put(b, 0, 2 + 2 + 2); // comment, disk, internal
  put(b, (uint64_t)p->mode << 16, 4);
  put(b, off - p->back, 4);
  sbuf_adds(b, p->name);
  sbuf_add(b, p->extra, p->extra_len);
}

static void put_end(struct sbuf *b, const struct archive *a, size_t n,
                    size_t directory) {
  size_t end = b->len;
  put(b, 0x06054b50, 4);
  put(b, a->disk, 4);
  put(b, n + a->more, 2);
  put(b, n + a->more, 2);
  put(b, end - directory, 4);
  put(b, directory, 4);
  put(b, 0, 2);
}

static struct str archive_make(struct arena *ar, const struct archive *a) {
  cleanup_sbuf struct sbuf b;
  sbuf_init(&b, SBUF_NO_MAX);
  sbuf_adds(&b, a->before ? a->before : "");
  size_t off[3] = {0}, n = 0;
  for (; n < ARRAY_LEN(a->v) && a->v[n].name; n++) {
    off[n] = b.len;
    put_local(&b, &a->v[n]);
  }
  size_t directory = b.len;
  for (size_t i = 0; i < n; i++)
    put_line(&b, &a->v[i], off[i]);
  put_end(&b, a, n, directory);
  sbuf_adds(&b, a->behind ? a->behind : "");
  return str_dup(ar, sbuf_str(&b));
}

// The reason why BYTES are refused; "" when they are not.
static struct str read_zip(void **state, struct str bytes,
                           struct wheel_zip *zip) {
  cleanup_sbuf struct sbuf why;
  sbuf_init(&why, 64 * 1024);
  struct wheel_input in = wheel_input_bytes(bytes);
  bool ok = wheel_zip_read(cm_ar(state), &in, zip, &why);
  assert_int_equal(ok, why.len == 0);
  return str_dup(cm_ar(state), sbuf_str(&why));
}

// ---- what is read -----------------------------------------------------------

static const struct archive good = {
    .v = {{.name = "a/x.so", .body = "elf", .mode = 0100711},
          {.name = "a/y.py", .body = "y = 1\n", .mode = 0100664},
          {.name = "b/", .mode = 040755}}};

static void members_are_as_the_directory_has_them(void **state) {
  struct wheel_zip zip;
  struct str bytes = archive_make(cm_ar(state), &good);
  assert_str(read_zip(state, bytes, &zip), "");
  assert_int_equal(zip.n, 3);
  assert_str(zip.v[0].name, "a/x.so");
  assert_true(zip.v[0].is_executable);
  assert_memory_equal(bytes.p + zip.v[0].body, "elf", 3);
  assert_int_equal(zip.v[1].size, 6);
  assert_false(zip.v[1].is_executable);
  assert_str(zip.v[2].name, "b");
  assert_true(zip.v[2].is_dir);
}

// Written by Python's zipfile: with sizes behind the bodies, with zip64 fields.
static const char *const written[] = {"deflated", "stored", "stream", "zip64"};

static void archives_of_zipfile_are_read(void **state) {
  for (size_t i = 0; i < ARRAY_LEN(written); i++) {
    const char *path =
        arena_printf(cm_ar(state), "testdata/fuzz/wheel/%s", written[i]);
    print_message("  %s\n", path);
    cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    cleanup_sbuf struct sbuf why;
    sbuf_init(&why, 64 * 1024);
    struct wheel_input in =
        wheel_input_fd(fd, (uint64_t)lseek(fd, 0, SEEK_END));
    struct wheel_zip zip;
    wheel_zip_read(cm_ar(state), &in, &zip, &why);
    assert_str(sbuf_str(&why), "");
    assert_int_equal(zip.n, 4);
    assert_int_equal(zip.v[1].size, 90);
    assert_true(zip.v[1].is_executable);
    assert_false(zip.v[2].is_executable);
    assert_true(zip.v[3].is_dir);
  }
}

static void an_archive_cut_anywhere_is_refused(void **state) {
  struct str bytes = archive_make(cm_ar(state), &good);
  for (size_t len = 0; len < bytes.len; len++) {
    struct wheel_zip zip;
    assert_true(read_zip(state, str_take(bytes, len), &zip).len > 0);
  }
}

// ---- what is refused --------------------------------------------------------

#define ZIP64_TWICE "\1\0\0\0\1\0\0\0"
#define OTHER_PATH "\x75\x70\0\0"
#define CUT_FIELD "\1\0\x09\0"

// clang-format off
static const struct {
  const char *want; // a part of the reason
  struct archive a;
} refused[] = {
    {"\"../a\" leads out", {.v = {{.name = "../a"}}}},
    {"\"a/../../b\" leads out", {.v = {{.name = "a/../../b"}}}},
    {"\"/a\" is an absolute path", {.v = {{.name = "/a"}}}},
    {"\"a//b\" is not a clean path", {.v = {{.name = "a//b"}}}},
    {"\"./a\" is not a clean path", {.v = {{.name = "./a"}}}},
    {"\"a\\b\" is not a clean path", {.v = {{.name = "a\\b"}}}},
    {"\"\" is not a clean path", {.v = {{.name = "", .local_name = ""}}}},
    {"control characters", {.v = {{.name = "a\nb"}}}},
    {"not UTF-8", {.v = {{.name = "a\xff", .flags = 0x800}}}},
    {"\"caf\xc3\xa9\" is not said to be UTF-8", {.v = {{.name = "caf\xc3\xa9"}}}},
    {"\"a\" is in it twice", {.v = {{.name = "a"}, {.name = "b"}, {.name = "a"}}}},
    {"differ by case alone", {.v = {{.name = "a/B"}, {.name = "A/b"}}}},
    {"\"a\" is a file, and the directory of \"A/c\"",
     {.v = {{.name = "A/c"}, {.name = "a-b"}, {.name = "a"}}}},
    {"\"l\" is a link", {.v = {{.name = "l", .body = "/etc", .mode = 0120777}}}},
    {"\"p\" is of a kind", {.v = {{.name = "p", .mode = 0010644}}}},
    {"\"d\" is of a kind", {.v = {{.name = "d", .mode = 0040755}}}},
    {"\"d\" is of a kind", {.v = {{.name = "d/", .mode = 0100755}}}},
    {"\"d/\" is a directory with a body", {.v = {{.name = "d/", .body = "abc"}}}},
    {"encrypted", {.v = {{.name = "a", .flags = 1}}}},
    {"method 12", {.v = {{.name = "a", .method = 12}}}},
    {"stored with two sizes", {.v = {{.name = "a", .body = "abc", .size = 4}}}},
    {"bad extra field", {.v = {{.name = "a", .extra = OTHER_PATH, .extra_len = 4}}}},
    {"bad extra field", {.v = {{.name = "a", .extra = ZIP64_TWICE, .extra_len = 8}}}},
    {"bad extra field", {.v = {{.name = "a", .extra = CUT_FIELD, .extra_len = 4}}}},
    {"bad extra field", {.v = {{.name = "a", .size = 0xffffffff}}}},
    {"\"a\" has a header unlike", {.v = {{.name = "a", .local_name = "b"}}}},
    {"\"a\" has a header unlike", {.v = {{.name = "a", .local_crc = 1}}}},
    {"\"a\" has a header unlike", {.v = {{.name = "a", .local_flags_off = 2}}}},
    {"\"b\" has no header", {.v = {{.name = "a"}, {.name = "b", .back = 1}}}},
    {"overlaps", {.v = {{.name = "a", .method = 8, .packed = 40, .body = "x"},
                        {.name = "b", .body = "abc"}}}},
    {"overlaps its directory", {.v = {{.name = "a", .method = 8, .packed = 40}}}},
    {"cut off", {.v = {{.name = "a", .method = 8, .packed = 4000}}}},
    {"a bomb", {.v = {{.name = "a", .method = 8, .size = 0xf0000000, .body = "x"}}}},
    {"before its first member", {.v = {{.name = "a"}}, .before = "#!/bin/sh\n"}},
    {"behind its end", {.v = {{.name = "a"}}, .behind = "x"}},
    {"directory is damaged", {.v = {{.name = "a"}}, .more = 1}},
    {"archive of several", {.v = {{.name = "a"}}, .disk = 1}},
};
// clang-format on

static void archives_that_readers_differ_on_are_refused(void **state) {
  for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
    print_message("  %zu: %s\n", i, refused[i].want);
    struct wheel_zip zip;
    struct str bytes = archive_make(cm_ar(state), &refused[i].a);
    struct str why = read_zip(state, bytes, &zip);
    if (!str_contains(why, refused[i].want))
      fail_msg("the reason is \"" STR_FMT "\"", STR_ARG(why));
  }
}

// A name that Linux does not take, and one that it does.
static void a_name_has_as_many_bytes_as_linux_takes(void **state) {
  for (size_t n = LIMIT_PATH_BYTES - 1; n <= LIMIT_PATH_BYTES; n++) {
    char *name = arena_alloc(cm_ar(state), n + 1);
    memset(name, 'a', n);
    struct archive a = {.v = {{.name = name}}};
    struct wheel_zip zip;
    struct str why = read_zip(state, archive_make(cm_ar(state), &a), &zip);
    assert_int_equal(why.len > 0, n == LIMIT_PATH_BYTES);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(members_are_as_the_directory_has_them),
      cm_test(archives_of_zipfile_are_read),
      cm_test(an_archive_cut_anywhere_is_refused),
      cm_test(archives_that_readers_differ_on_are_refused),
      cm_test(a_name_has_as_many_bytes_as_linux_takes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
