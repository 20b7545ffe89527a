// Archives as real programs make them, what reading them costs, and bombs.
#include "scratch.h"
#include "tarball.h"

#include "cogfe/context.h"
#include "cogfe/limits.h"

#include <fcntl.h>

static struct context *context;
static struct sbuf text;
static int fd = -1;
static bool far_away; // the archive, see struct counter

static int setup(void **state) {
  context = NULL;
  far_away = false;
  sbuf_init(&text, 64 << 20);
  return scratch_setup(state);
}

static int teardown(void **state) {
  context_close(context);
  sbuf_release(&text);
  base_close_fd(&fd);
  return scratch_teardown(state);
}

#define stream_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

/** A reader that counts what goes through it. One that is FAR gives all that is
 *  asked for at once, as an engine does. */
struct counter {
  struct context_reader from;
  bool far;
  uint64_t bytes;
  size_t reads;
};

static bool count_read(void *self, uint64_t off, void *buf, size_t len,
                       size_t *got, struct diags *dg) {
  struct counter *c = self;
  size_t done = 0;
  do {
    if (!c->from.read_at(c->from.self, off + done, (char *)buf + done,
                         len - done, got, dg))
      return false;
    done += *got;
  } while (c->far && *got && done < len);
  *got = done;
  c->bytes += done;
  c->reads++;
  return true;
}

static struct counter counter;

static bool open_file(void **state, const char *name) {
  context_close(context);
  context = NULL;
  base_close_fd(&fd);
  fd = open(scratch_path(state, name), O_RDONLY | O_CLOEXEC);
  assert_true(fd >= 0);
  counter = (struct counter){.far = far_away};
  assert_true(
      context_reader_fd(&counter.from, cm_ar(state), fd, name, cm_dg(state)));
  struct context_reader r = counter.from;
  r.read_at = count_read;
  r.near = !far_away;
  r.self = &counter;
  context = context_open_archive(cm_ar(state), &r, "cog.yaml", cm_dg(state));
  return context;
}

static void opens(void **state, const char *name) {
  if (!open_file(state, name))
    fail_msg("%s: %s", name, cm_rendered(state).p);
}

static struct str read_text(void **state, const char *path) {
  sbuf_clear(&text);
  if (!context_read(context, str_of(path), LIMIT_CONFIG_BYTES, SPAN_NONE, &text,
                    cm_dg(state)))
    fail_msg("%s: %s", path, cm_rendered(state).p);
  return sbuf_str(&text);
}

static void refuses(void **state, const char *name, const char *part) {
  assert_false(open_file(state, name));
  if (!str_contains(cm_rendered(state), part))
    fail_msg("%s\nis not in:\n%s", part, cm_rendered(state).p);
  cm_dg(state)->errors = cm_dg(state)->list.n = 0;
}

// ---- formats ----------------------------------------------------------------

static void make_tree(void **state) {
  scratch_run(state,
              "mkdir -p t/sub && cd t && echo 'build: {}' >cog.yaml &&"
              "echo torch >sub/requirements.txt &&"
              "head -c 300000 /dev/urandom >weights &&"
              "echo 'import x' >predict.py && ln -s predict.py main.py &&"
              "ln sub/requirements.txt hard.txt &&"
              "echo utf >'caf\xc3\xa9 \xe6\x9d\xb1.yaml'");
}

static void check_tree(void **state, const char *name) {
  print_message("  %s\n", name);
  opens(state, name);
  assert_str(read_text(state, "cog.yaml"), "build: {}\n");
  assert_str(read_text(state, "hard.txt"), "torch\n");
  assert_str(read_text(state, "sub/requirements.txt"), "torch\n");
  assert_str(read_text(state, "predict.py"), "import x\n");
  assert_str(read_text(state, "main.py"), "import x\n");
  assert_str(read_text(state, "caf\xc3\xa9 \xe6\x9d\xb1.yaml"), "utf\n");
  struct context_stat st;
  assert_true(
      context_stat(context, STR("weights"), SPAN_NONE, &st, cm_dg(state)));
  assert_int_equal(st.size, 300000);
}

static void reads_each_format_of_tar(void **state) {
  static const char *const formats[] = {"v7", "oldgnu", "gnu", "ustar", "pax"};
  make_tree(state);
  for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
    scratch_run(state, "tar --format=%s -C t -cf t.%s .", formats[i],
                formats[i]);
    check_tree(state, arena_printf(cm_ar(state), "t.%s", formats[i]));
  }
}

static void reads_each_compression(void **state) {
  static const char *const programs[] = {"gzip", "bzip2", "xz", "zstd"};
  make_tree(state);
  scratch_run(state, "tar -C t -cf t.tar .");
  for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
    scratch_needs(state, programs[i]);
    scratch_run(state, "%s -c t.tar >t.tar.%s", programs[i], programs[i]);
    check_tree(state, arena_printf(cm_ar(state), "t.tar.%s", programs[i]));
  }
}

static void reads_a_zip(void **state) {
  scratch_needs(state, "zip");
  make_tree(state);
  scratch_run(state, "cd t && zip -qry ../t.zip .");
  check_tree(state, "t.zip");
  scratch_run(state, "cd t && zip -qr - . | cat >../streamed.zip");
  check_tree(state, "streamed.zip");
}

static void reads_names_of_a_zip_marked_as_utf8(void **state) {
  scratch_needs(state, "python3");
  scratch_run(state, "python3 -c 'import zipfile\n"
                     "z = zipfile.ZipFile(\"t.zip\", \"w\")\n"
                     "z.writestr(\"caf\\xe9/\\u6771.yaml\", \"utf\")\n"
                     "z.close()'");
  opens(state, "t.zip");
  assert_string_equal(context_root_prefix(context), "caf\xc3\xa9");
  assert_str(read_text(state, "\xe6\x9d\xb1.yaml"), "utf");
}

static void reads_pipes(void **state) {
  static const char *const names[] = {"t.tar", "t.tar.gz", "t.zip"};
  scratch_needs(state, "zip");
  make_tree(state);
  scratch_run(state, "tar -C t -cf t.tar . && gzip -k t.tar &&"
                     "cd t && zip -qr - . | cat >../t.zip");
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    print_message("  %s\n", names[i]);
    char *command =
        arena_printf(cm_ar(state), "cat '%s'", scratch_path(state, names[i]));
    FILE *f = popen(command, "r");
    struct context_reader r;
    assert_non_null(f);
    assert_true(
        context_reader_fd(&r, cm_ar(state), fileno(f), "-", cm_dg(state)));
    assert_int_equal(r.size, CONTEXT_SIZE_UNKNOWN);
    context_close(context);
    context = context_open_archive(cm_ar(state), &r, "cog.yaml", cm_dg(state));
    assert_int_equal(pclose(f), 0); // cat could write all of it
    if (!context)
      fail_msg("%s", cm_rendered(state).p);
    assert_str(read_text(state, "cog.yaml"), "build: {}\n");
    assert_str(read_text(state, "sub/requirements.txt"), "torch\n");
  }
}

static void reads_sparse_files_with_their_holes(void **state) {
  static const char *const formats[] = {"gnu", "posix --sparse-version=0.0",
                                        "posix --sparse-version=0.1",
                                        "posix --sparse-version=1.0"};
  scratch_run(state, "truncate -s 300000 cog.yaml && echo end >>cog.yaml &&"
                     "echo after >z.txt");
  for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
    print_message("  %s\n", formats[i]);
    scratch_run(state, "tar -S --format=%s -cf t.tar cog.yaml z.txt",
                formats[i]);
    opens(state, "t.tar");
    struct str got = read_text(state, "cog.yaml");
    assert_int_equal(got.len, 300004);
    for (size_t j = 0; j < 300000; j++)
      assert_int_equal(got.p[j], 0);
    assert_str(str_skip(got, 300000), "end\n");
    assert_str(read_text(state, "z.txt"), "after\n");
  }
}

static void what_is_no_archive_is_said_so(void **state) {
  scratch_write(state, "empty", STR(""));
  refuses(state, "empty", "empty is not an archive");
  scratch_write(state, "text", STR("# syntax=x\nbuild: {}\n"));
  refuses(state, "text", "text is not an archive");
  scratch_run(state, "echo hello | gzip >t.gz");
  refuses(state, "t.gz", "t.gz is compressed, but not of a tar");
  scratch_run(state, "tar -cf t.tar text && gzip -c t.tar | gzip >t.gz.gz");
  refuses(state, "t.gz.gz", "compressed more than once");
  // A bit of the checksum, which stands before the last four bytes.
  scratch_run(state, "gzip -c t.tar >t.bad.gz && python3 -c '"
                     "b = bytearray(open(\"t.bad.gz\", \"rb\").read()); "
                     "b[-6] ^= 1; open(\"t.bad.gz\", \"wb\").write(b)'");
  refuses(state, "t.bad.gz", "incorrect data check");
}

// ---- cost -------------------------------------------------------------------

// Appends to file F a tar entry whose body is a hole in it.
static void add_hole(FILE *f, const char *name, uint64_t size) {
  struct sbuf header;
  sbuf_init(&header, 512);
  tarball_header(&header, name, TARBALL_FILE, size, "");
  fwrite(header.ptr, 1, header.len, f);
  fseeko(f, (off_t)size, SEEK_CUR);
  sbuf_release(&header);
}

static void add_file(FILE *f, const char *name, const char *body) {
  struct sbuf tar;
  sbuf_init(&tar, 4096);
  tarball_file(&tar, name, body);
  fwrite(tar.ptr, 1, tar.len, f);
  sbuf_release(&tar);
}

static FILE *create(void **state, const char *name) {
  FILE *f = fopen(scratch_path(state, name), "wb");
  assert_non_null(f);
  return f;
}

static void finish(FILE *f) {
  static const char zeros[1024];
  fwrite(zeros, 1, sizeof zeros, f);
  assert_int_equal(fclose(f), 0);
}

static void costs(size_t reads, uint64_t bytes) {
  print_message("  %zu reads, %" PRIu64 " bytes\n", counter.reads,
                counter.bytes);
  assert_in_range(counter.reads, 1, reads);
  assert_in_range(counter.bytes, 1, bytes);
}

static void a_large_plain_tar_costs_its_headers(void **state) {
  FILE *f = create(state, "big.tar");
  add_file(f, "cog.yaml", "one");
  add_hole(f, "weights", 1 << 30);
  add_file(f, "cog.yaml", "two");
  finish(f);
  opens(state, "big.tar");
  assert_str(read_text(state, "cog.yaml"), "two");
  costs(10, 20 * 1000);
}

static void many_weights_cost_a_small_read_each(void **state) {
  FILE *f = create(state, "many.tar");
  for (int i = 0; i < 1000; i++)
    add_hole(f, arena_printf(cm_ar(state), "w/%d", i), 1 << 20);
  add_file(f, "cog.yaml", "last");
  finish(f);
  opens(state, "many.tar");
  assert_str(read_text(state, "cog.yaml"), "last");
  costs(1010, 4200 * 1000);
}

static void many_small_files_cost_few_reads(void **state) {
  FILE *f = create(state, "small.tar");
  for (int i = 0; i < 3000; i++)
    add_file(f, arena_printf(cm_ar(state), "d/%d.py", i), "pass");
  add_file(f, "cog.yaml", "last");
  finish(f);
  far_away = true;
  opens(state, "small.tar");
  costs(20, 3100 * 1000);
}

static void bodies_of_a_near_file_are_passed_over(void **state) {
  FILE *f = create(state, "near.tar");
  for (int i = 0; i < 1000; i++)
    add_hole(f, arena_printf(cm_ar(state), "d/%d.jpg", i), 20480);
  add_file(f, "cog.yaml", "last");
  finish(f);
  opens(state, "near.tar");
  costs(1010, 4200 * 1000);
  far_away = true;
  opens(state, "near.tar");
  costs(40, 22000 * 1000);
}

static void a_compressed_tar_is_read_once_for_its_config(void **state) {
  make_tree(state);
  scratch_run(state, "tar -C t -cf - . | gzip >t.tgz");
  opens(state, "t.tgz");
  uint64_t once = counter.bytes;
  read_text(state, "cog.yaml");
  read_text(state, "sub/requirements.txt");
  read_text(state, "hard.txt");
  assert_int_equal(counter.bytes, once);
  read_text(state, "predict.py");
  assert_true(counter.bytes <= 2 * once);
  read_text(state, "main.py"); // the same file: still at hand
  assert_true(counter.bytes <= 2 * once);
}

// ---- damage -----------------------------------------------------------------

static void a_zip_without_its_end_is_said_so(void **state) {
  scratch_needs(state, "zip");
  scratch_run(state, "echo x >cog.yaml && zip -q t.zip cog.yaml &&"
                     "head -c 60 t.zip >cut.zip");
  refuses(state, "cut.zip", "no directory of a zip is at its end, byte 60");
}

static void archives_cut_anywhere_are_errors(void **state) {
  static const struct {
    const char *name;
    const char *make;
  } rows[] = {
      {"t.gz", "gzip <t.tar"},
      {"t.bz2", "bzip2 <t.tar"},
      {"t.xz", "xz <t.tar"},
      {"t.zst", "zstd -q <t.tar"},
      {"t.zip", "zip -qr - cog.yaml noise | cat"},
  };
  scratch_needs(state, "zip");
  scratch_needs(state, "zstd");
  scratch_run(state, "echo x >cog.yaml && head -c 5000 /dev/urandom >noise &&"
                     "tar -cf t.tar cog.yaml noise");
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    print_message("  %s\n", rows[i].name);
    scratch_run(state, "%s >%s", rows[i].make, rows[i].name);
    struct tarball_reader from = {.bytes = scratch_read(state, rows[i].name)};
    size_t whole = from.bytes.len;
    for (from.bytes.len = 0; from.bytes.len < whole; from.bytes.len += 7) {
      for (int pipe = 0; pipe < 2; pipe++) {
        from.pipe = pipe;
        from.next = 0;
        struct context_reader r = tarball_reader(&from);
        context =
            context_open_archive(cm_ar(state), &r, "cog.yaml", cm_dg(state));
        // A zip's files stand before its directory.
        if (context && !(pipe && i == 4))
          fail_msg("%zu of %zu bytes are taken", from.bytes.len, whole);
        context_close(context);
        context = NULL;
        cm_dg(state)->errors = cm_dg(state)->list.n = 0;
      }
    }
  }
}

// Opens and reads with the N-th read failing, or saying "the end"; returns
// whether all went well before there was an N-th one.
static bool survives(void **state, struct str bytes, size_t n, bool end) {
  struct diags *dg = cm_dg(state);
  struct tarball_reader from = {.bytes = bytes, .max_read = 300};
  *(end ? &from.end_at : &from.fail_at) = n;
  struct context_reader r = tarball_reader(&from);
  context = context_open_archive(cm_ar(state), &r, "cog.yaml", dg);
  sbuf_clear(&text);
  bool ok = context &&
            context_read(context, STR("predict.py"), 100, SPAN_NONE, &text, dg);
  assert_int_equal(dg->errors > 0, !ok);
  if (ok)
    assert_str(sbuf_str(&text), "pass\n");
  context_close(context);
  context = NULL;
  dg->errors = dg->list.n = 0;
  return ok && from.reads < n;
}

static void every_failing_read_is_an_error(void **state) {
  static const char *const names[] = {"t.tar", "t.tar.gz", "t.zip"};
  scratch_needs(state, "zip");
  scratch_run(state, "echo x >cog.yaml && echo pass >predict.py &&"
                     "head -c 4000 /dev/urandom >noise &&"
                     "tar -cf t.tar cog.yaml predict.py noise &&"
                     "gzip -k t.tar && zip -q t.zip cog.yaml predict.py noise");
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    for (int end = 0; end < 2; end++) {
      print_message("  %s %d\n", names[i], end);
      struct str bytes = scratch_read(state, names[i]);
      for (size_t n = 1; !survives(state, bytes, n, end); n++)
        assert_true(n < 1000);
    }
}

// ---- limits -----------------------------------------------------------------

static void a_bomb_is_refused(void **state) {
  struct sbuf tar;
  sbuf_init(&tar, 1024);
  tarball_header(&tar, "zeros", TARBALL_FILE, 4000000000, "");
  scratch_write(state, "header", sbuf_str(&tar));
  sbuf_release(&tar);
  // gzip members in a row are one file.
  scratch_run(state, "gzip <header >bomb.tgz && truncate -s 64M zeros &&"
                     "gzip zeros && for i in $(seq 40); do cat zeros.gz; done "
                     ">>bomb.tgz");
  refuses(state, "bomb.tgz", "unpacks to too many times its size");
}

static void a_placeholder_of_zeros_is_no_bomb(void **state) {
  scratch_run(state, "truncate -s 64M weights && echo x >cog.yaml &&"
                     "tar -cf - cog.yaml weights | gzip -1 >t.tgz");
  opens(state, "t.tgz");
  assert_str(read_text(state, "cog.yaml"), "x\n");
}

static void a_header_without_end_is_refused(void **state) {
  scratch_needs(state, "python3");
  // A sparse map of 30 MB, which libarchive would build a list of.
  scratch_run(state, "python3 - >t.tar <<'E'\n"
                     "import sys, tarfile, io\n"
                     "t = tarfile.open(fileobj=sys.stdout.buffer, mode='w|',"
                     "                 format=tarfile.PAX_FORMAT)\n"
                     "n = 5000000\n"
                     "body = b'%%d\\n' %% n + b'0\\n0\\n' * n + b'0' * 512\n"
                     "i = tarfile.TarInfo('GNUSparseFile.0/x')\n"
                     "i.size = len(body)\n"
                     "i.pax_headers = {'GNU.sparse.major': '1',"
                     "  'GNU.sparse.minor': '0', 'GNU.sparse.name': 'x',"
                     "  'GNU.sparse.realsize': '1000'}\n"
                     "t.addfile(i, io.BytesIO(body))\n"
                     "t.close()\n"
                     "E\n");
  refuses(state, "t.tar", "has a header of too many bytes");
}

static void too_many_entries_are_refused(void **state) {
  struct sbuf tar;
  sbuf_init(&tar, 8 << 20);
  for (int i = 0; i < 10000; i++)
    tarball_other(&tar, "again", TARBALL_DIR);
  scratch_write(state, "headers", sbuf_str(&tar));
  sbuf_release(&tar);
  scratch_run(state, "gzip headers && for i in $(seq 101); do cat headers.gz; "
                     "done >t.tgz");
  refuses(state, "t.tgz", "too many entries");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      stream_test(reads_each_format_of_tar),
      stream_test(reads_each_compression),
      stream_test(reads_a_zip),
      stream_test(reads_names_of_a_zip_marked_as_utf8),
      stream_test(reads_pipes),
      stream_test(reads_sparse_files_with_their_holes),
      stream_test(what_is_no_archive_is_said_so),
      stream_test(a_large_plain_tar_costs_its_headers),
      stream_test(many_weights_cost_a_small_read_each),
      stream_test(many_small_files_cost_few_reads),
      stream_test(bodies_of_a_near_file_are_passed_over),
      stream_test(a_compressed_tar_is_read_once_for_its_config),
      stream_test(a_zip_without_its_end_is_said_so),
      stream_test(archives_cut_anywhere_are_errors),
      stream_test(every_failing_read_is_an_error),
      stream_test(a_bomb_is_refused),
      stream_test(a_placeholder_of_zeros_is_no_bomb),
      stream_test(a_header_without_end_is_refused),
      stream_test(too_many_entries_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
