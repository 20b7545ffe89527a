#include "gateway_test.h"

#include "cogfe/limits.h"

static struct sbuf out;

static int setup(void **state) {
  sbuf_init(&out, 1 << 20);
  return gw_setup(state);
}

static int teardown(void **state) {
  sbuf_release(&out);
  return gw_teardown(state);
}

#define test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static struct gateway_call *read_file(const char *path, uint64_t off,
                                      uint32_t len) {
  const struct gateway_read_file req = {STR("r1"), str_of(path), off, len};
  return gateway_call_read_file(gw(), &req);
}

static void reads_a_range_of_a_file(void **state) {
  gw_expect("ReadFile",
            STR("\x0a\x02r1\x12\x08"
                "cog.yaml\x1a\x05\x08\x80\x08\x10\x04"),
            STR("\x0a\x04"
                "a: 1"));
  struct gateway_call *c = read_file("cog.yaml", 1024, 4);
  gw_run();
  assert_true(gateway_read_file_result(c, &out, cm_dg(state)));
  assert_str(sbuf_str(&out), "a: 1");
}

static void reads_nothing_past_the_end(void **state) {
  // Length 0 is a range, too: the field is there, and empty.
  gw_expect("ReadFile", STR("\x0a\x02r1\x12\x01x\x1a\x00"), STR(""));
  struct gateway_call *c = read_file("x", 0, 0);
  gw_run();
  assert_true(gateway_read_file_result(c, &out, cm_dg(state)));
  assert_int_equal(out.len, 0);
}

static void refuses_more_bytes_than_asked_for(void **state) {
  gw_expect("ReadFile", (struct str){0}, STR("\x0a\x02no"));
  struct gateway_call *c = read_file("x", 0, 1);
  gw_run();
  assert_false(gateway_read_file_result(c, &out, cm_dg(state)));
  assert_str(cm_rendered(state), "error: the engine sent 2 bytes of x where 1 "
                                 "were asked for [protocol]\n");
}

static void refuses_bytes_that_the_buffer_may_not_hold(void **state) {
  gw_expect("ReadFile", (struct str){0}, STR("\x0a\x04more"));
  struct gateway_call *c = read_file("cog.yaml", 0, 4);
  gw_run();
  out.max = 3;
  assert_false(gateway_read_file_result(c, &out, cm_dg(state)));
  assert_str(cm_rendered(state),
             "error: cog.yaml is larger than 3 bytes [too-large]\n");
}

static void tells_a_missing_file_from_other_failures(void **state) {
  struct h2_answer missing = {
      .grpc_status = "2", .grpc_message = "open x: no such file or directory"};
  // A step of the build that makes the tree failed: Any{1 type_url} says so.
  struct h2_answer step = {
      .grpc_status = "2",
      .grpc_message = "stat /bin/sh: no such file or directory",
      .details =
          STR("CAISAm5vGi4KLGdpdGh1Yi5jb20vbW9ieS9idWlsZGtpdC9lcnJkZWZzLlZlcnRl"
              "eCtqc29u")};
  struct h2_answer fifo = {.grpc_status = "2",
                           .grpc_message = "x is not a regular file"};
  gw_expect_answer("ReadFile", (struct str){0}, &missing);
  gw_expect_answer("ReadFile", (struct str){0}, &fifo);
  gw_expect_answer("ReadFile", (struct str){0}, &step);
  struct gateway_call *a = read_file("x", 0, 1), *b = read_file("x", 0, 1);
  struct gateway_call *c = read_file("x", 0, 1);
  assert_false(gateway_call_missing(a));
  gw_run();
  assert_true(gateway_call_missing(a));
  assert_false(gateway_call_ok(a));
  assert_true(gateway_call_done(b));
  assert_false(gateway_call_missing(b));
  assert_true(gateway_call_done(c));
  assert_false(gateway_call_missing(c));
  assert_false(gateway_read_file_result(b, &out, cm_dg(state)));
}

static const struct {
  const char *name;
  struct str wire; // Stat.mode as a varint
  enum gateway_file_type type;
  uint32_t mode;
} modes[] = {
    {"regular", STR("\xa4\x03"), GATEWAY_FILE_REGULAR, 0644},
    {"directory", STR("\xed\x83\x80\x80\x08"), GATEWAY_FILE_DIR, 0755},
    {"sticky directory", STR("\xff\x83\xc0\x80\x08"), GATEWAY_FILE_DIR, 01777},
    {"link", STR("\xff\x83\x80\x40"), GATEWAY_FILE_SYMLINK, 0777},
    {"fifo", STR("\xa4\x83\x80\x10"), GATEWAY_FILE_OTHER, 0644},
    {"socket", STR("\xa4\x83\x80\x08"), GATEWAY_FILE_OTHER, 0644},
    {"device", STR("\xa4\x83\x80\x20"), GATEWAY_FILE_OTHER, 0644},
    {"char device", STR("\xa4\x83\x80\x21"), GATEWAY_FILE_OTHER, 0644},
    {"irregular", STR("\xa4\x83\x20"), GATEWAY_FILE_OTHER, 0644},
    {"set-user-id", STR("\xed\x83\x80\x04"), GATEWAY_FILE_REGULAR, 04755},
    {"set-group-id", STR("\xed\x83\x80\x02"), GATEWAY_FILE_REGULAR, 02755},
};

static void understands_the_modes_of_go(void **state) {
  for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
    print_message("  %s\n", modes[i].name);
    struct str mode = modes[i].wire;
    struct str answer = str_printf(cm_ar(state), "\x0a%c\x10" STR_FMT,
                                   (int)(1 + mode.len), STR_ARG(mode));
    gw_expect("StatFile", STR("\x0a\x02r1\x12\x01p"), answer);
    struct gateway_call *c = gateway_call_stat_file(gw(), STR("r1"), STR("p"));
    gw_run();
    struct gateway_stat st;
    assert_true(gateway_stat_file_result(c, cm_ar(state), &st, cm_dg(state)));
    assert_int_equal(st.type, modes[i].type);
    assert_int_equal(st.mode, modes[i].mode);
    gateway_call_free(c);
  }
}

static void stats_a_file_with_all_its_fields(void **state) {
  gw_expect("StatFile",
            STR("\x0a\x02r1\x12\x03"
                "a/b"),
            STR("\x0a\x17\x0a\x01"
                "b\x10\xa4\x03\x18\xe8\x07\x20\x64\x28\x96\x01\x30\x80\x94"
                "\xeb\xdc\x03\x3a\x01t"));
  struct gateway_call *c = gateway_call_stat_file(gw(), STR("r1"), STR("a/b"));
  gw_run();
  struct gateway_stat st;
  assert_true(gateway_stat_file_result(c, cm_ar(state), &st, cm_dg(state)));
  assert_str(st.path, "b");
  assert_int_equal(st.uid, 1000);
  assert_int_equal(st.gid, 100);
  assert_int_equal(st.size, 150);
  assert_int_equal(st.mtime_ns, 1000000000);
  assert_str(st.linkname, "t");
}

static void wants_a_stat_that_says_something(void **state) {
  const struct str answers[] = {
      STR(""), STR("\x0a\x0b\x28\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")};
  for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
    gw_expect("StatFile", (struct str){0}, answers[i]);
    struct gateway_call *c = gateway_call_stat_file(gw(), STR("r1"), STR("p"));
    gw_run();
    struct gateway_stat st;
    assert_false(gateway_stat_file_result(c, cm_ar(state), &st, cm_dg(state)));
    assert_int_equal(cm_dg(state)->errors, i + 1);
  }
}

static void lists_a_directory_by_name(void **state) {
  gw_expect("ReadDir", STR("\x0a\x02r1\x12\x01/\x1a\x02*l"),
            STR("\x0a\x03\x0a\x01z\x0a\x05\x0a\x01"
                "a\x10\x01\x0a\x03\x0a\x01m"));
  struct gateway_call *c =
      gateway_call_read_dir(gw(), STR("r1"), STR("/"), STR("*l"));
  gw_run();
  struct gateway_stat_vec list;
  assert_true(gateway_read_dir_result(c, cm_ar(state), &list, cm_dg(state)));
  assert_int_equal(list.n, 3);
  assert_str(list.v[0].path, "a");
  assert_str(list.v[1].path, "m");
  assert_str(list.v[2].path, "z");
}

static void sends_names_that_are_not_utf8_with_a_mark(void **state) {
  (void)state;
  gw_expect("StatFile",
            STR("\x0a\x02r1\x12\x05"
                "a\xef\xbf\xbd"
                "b"),
            STR(""));
  gateway_call_stat_file(gw(), STR("r1"),
                         STR("a\xff"
                             "b"));
  gw_run();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      test(reads_a_range_of_a_file),
      test(reads_nothing_past_the_end),
      test(refuses_more_bytes_than_asked_for),
      test(refuses_bytes_that_the_buffer_may_not_hold),
      test(tells_a_missing_file_from_other_failures),
      test(understands_the_modes_of_go),
      test(stats_a_file_with_all_its_fields),
      test(wants_a_stat_that_says_something),
      test(lists_a_directory_by_name),
      test(sends_names_that_are_not_utf8_with_a_mark),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
