/* Copies of directories, and of archives that programs make of them. */
#include "scratch.h"
#include "tarlist.h"

#include "cogfe/context.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

struct fixture {
  struct sbuf copy;
  struct context *context;
  struct context_copy how;
  int fd, kept;
};

static struct fixture f;

static int setup(void **state) {
  if (scratch_setup(state) != 0)
    return -1;
  f = (struct fixture){.how.tmp = "/tmp", .fd = -1, .kept = -1};
  sbuf_init(&f.copy, 64 << 20);
  scratch_run(state, "mkdir c");
  return 0;
}

static void close_all(void) {
  context_close(f.context);
  base_close_fd(&f.fd);
  base_close_fd(&f.kept);
  f.context = NULL;
}

static int teardown(void **state) {
  close_all();
  sbuf_release(&f.copy);
  return scratch_teardown(state);
}

#define copy_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static bool take(void *self, const void *p, size_t len, struct diags *dg) {
  (void)self;
  (void)dg;
  sbuf_add(&f.copy, p, len);
  return true;
}

static bool copies(void **state) {
  const struct context_sink to = {.write = take};
  if (!f.context)
    fail_msg("%s", cm_rendered(state).p);
  sbuf_clear(&f.copy);
  return context_copy(f.context, &f.how, &to, cm_dg(state));
}

static bool copies_directory(void **state) {
  close_all();
  f.context =
      context_open_dir(cm_ar(state), scratch_path(state, "c"), cm_dg(state));
  return copies(state);
}

/** The archive NAME, read as a file or as what comes through a pipe. */
static bool copies_archive(void **state, const char *name, bool pipe) {
  struct context_reader r;
  close_all();
  f.fd = open(scratch_path(state, name), O_RDONLY | O_CLOEXEC);
  assert_true(context_reader_fd(&r, cm_ar(state), f.fd, name, cm_dg(state)));
  if (pipe)
    assert_true(
        context_reader_keep(&r, cm_ar(state), "/tmp", &f.kept, cm_dg(state)));
  f.context = context_open_archive(cm_ar(state), &r, "cog.yaml", cm_dg(state));
  return copies(state);
}

static void gives(void **state, const char *want) {
  if (!copies_directory(state))
    fail_msg("%s", cm_rendered(state).p);
  assert_str(tarlist(cm_ar(state), sbuf_str(&f.copy)), want);
}

static void ignores(void **state, const char *text) {
  static struct source src = {.name = ".dockerignore"};
  struct context_ignore *ig = arena_new(cm_ar(state), struct context_ignore);
  src.text = str_of(text);
  assert_true(context_ignore_parse(cm_ar(state), &src, ig, cm_dg(state)));
  f.how.ignore = ig;
}

// ---- entries ----------------------------------------------------------------

static void keeps_what_a_file_is(void **state) {
  scratch_run(state, "cd c && umask 022 && echo hi >b && chmod 4751 b && "
                     "mkdir d && chmod 1777 d && ln -s ../out d/link && "
                     "mkfifo fifo && ln b d/b && echo 1 >a && "
                     "touch -d @5 a && touch -d @1700000000.25 b && "
                     "touch -h -d @7 d/link && touch -d @9 d fifo");
  const bool owns = geteuid() == 0;
  if (owns)
    scratch_run(state, "chown 12:34 c/a");
  gives(state, arena_printf(cm_ar(state),
                            "f 644 a%s @5 \"1\n\"\n"
                            "f 4751 b @1700000000.250000000 \"hi\n\"\n"
                            "d 1777 d/ @9\n"
                            "h d/b -> b @1700000000.250000000\n"
                            "l d/link -> ../out @7\n"
                            "o 644 fifo @9\n",
                            owns ? " 12:34" : ""));
}

static void keeps_attributes(void **state) {
  scratch_run(state, "cd c && echo >a && touch -d @0 a");
  const char *path = scratch_path(state, "c/a");
  if (setxattr(path, "user.two", "2", 1, 0) != 0) {
    print_message("skipped: no attributes in /tmp\n");
    skip();
  }
  assert_int_equal(setxattr(path, "user.one", "1", 1, 0), 0);
  f.how.reproducible = true;
  assert_true(copies_directory(state));
  // The reader gives them from the last to the first.
  assert_str(tarlist(cm_ar(state), sbuf_str(&f.copy)),
             "f 644 a user.one=1 user.two=2 \"\n\"\n");
}

static void keeps_holes(void **state) {
  scratch_run(state, "cd c && truncate -s 10M a && printf end >>a && "
                     "truncate -s 1M b && touch -d @0 a b");
  assert_true(copies_directory(state));
  const struct str list = tarlist(cm_ar(state), sbuf_str(&f.copy));
  if (!str_contains(list, "f 644 a [10485763, "))
    fail_msg("%s", list.p);
  assert_in_range(f.copy.len, 3 * 512, 64 * 1024);
  scratch_write(state, "copy.tar", sbuf_str(&f.copy));
  scratch_run(state, "mkdir x && tar -xf copy.tar -C x && cmp c/a x/a && "
                     "cmp c/b x/b");
  // Once more, from the tar with holes.
  assert_true(copies_archive(state, "copy.tar", false));
  assert_in_range(f.copy.len, 3 * 512, 64 * 1024);
  scratch_write(state, "again.tar", sbuf_str(&f.copy));
  scratch_run(state, "cmp copy.tar again.tar");
  // And with the holes filled.
  f.how.reproducible = true;
  assert_true(copies_archive(state, "copy.tar", false));
  scratch_write(state, "full.tar", sbuf_str(&f.copy));
  scratch_run(state, "mkdir y && tar -xf full.tar -C y && cmp c/a y/a && "
                     "cmp c/b y/b");
}

static void keeps_long_names(void **state) {
  scratch_run(state,
              "cd c && d=$(printf '%%0200d' 0) && mkdir -p $d/$d && "
              "echo 1 >$d/$d/$d && ln -s $d/$d/$d l && touch -d @0 $d/$d/$d "
              "$d/$d $d && ln $d/$d/$d h && touch -h -d @0 l");
  assert_true(copies_directory(state));
  scratch_write(state, "copy.tar", sbuf_str(&f.copy));
  scratch_run(state, "mkdir x && tar -xf copy.tar -C x && diff -r c x && "
                     "test \"$(readlink c/l)\" = \"$(readlink x/l)\" && "
                     "test c/h -ef c/0*/0*/0* && test x/h -ef x/0*/0*/0*");
}

// ---- what is in it ----------------------------------------------------------

static void the_ignore_file_holds(void **state) {
  ignores(state, "secret*\nd\n!d/e/keep\n");
  scratch_run(state,
              "cd c && mkdir -p d/e d/f g && touch secret.key g/secret d/drop "
              "d/e/keep d/e/drop d/f/drop && chmod 700 d && "
              "find . | xargs touch -d @0");
  gives(state, "d 700 d/\nd 755 d/e/\nf 644 d/e/keep\nd 755 g/\n"
               "f 644 g/secret\n");
}

static void the_copy_is_not_in_itself(void **state) {
  struct stat st;
  scratch_run(state, "cd c && touch -d @0 a copy.tar");
  assert_int_equal(stat(scratch_path(state, "c/copy.tar"), &st), 0);
  const struct context_file_id id = {st.st_dev, st.st_ino};
  f.how.not_these = &id;
  f.how.n_not_these = 1;
  gives(state, "f 644 a\n");
}

static void names_come_sorted(void **state) {
  scratch_run(state, "cd c && mkdir a && touch a/z a- B b a.b && "
                     "find . | xargs touch -d @0");
  gives(state, "f 644 B\nd 755 a/\nf 644 a/z\nf 644 a-\nf 644 a.b\n"
               "f 644 b\n");
}

static void a_path_has_an_end(void **state) {
  scratch_run(state,
              "cd c && d=$(printf '%%0240d' 0) && for i in $(seq 17); do "
              "mkdir $d && cd -P $d; done; touch $d");
  assert_false(copies_directory(state));
  assert_int_equal(cm_dg(state)->list.v[0].code, DIAG_TOO_LARGE);
  assert_int_equal(f.copy.len, 0); // not even a block was full
}

// ---- archives of it ---------------------------------------------------------

/** A tree with all that every form can hold. */
static void make_tree(void **state) {
  scratch_run(state,
              "cd c && mkdir -p a/b empty && echo 1 >a/b/c && echo 2 >a- && "
              "echo '{}' >cog.yaml && ln -s a/b link && chmod 755 a- && "
              "seq 100000 >numbers && echo caf\303\251 >a/caf\303\251");
}

static void each_form_gives_the_same_bytes(void **state) {
  static const struct {
    const char *program, *command, *file;
  } forms[] = {
      {"tar", "tar -cf ../x.tar .", "x.tar"},
      {"tar", "tar -cf ../s.tar link numbers cog.yaml a- a empty", "s.tar"},
      {"tar", "cd .. && tar --format=posix -cf t.tar --transform=s/^c/top/ c",
       "t.tar"},
      {"gzip", "tar -czf ../x.tar.gz .", "x.tar.gz"},
      {"bzip2", "tar -cjf ../x.tar.bz2 .", "x.tar.bz2"},
      {"xz", "tar -cJf ../x.tar.xz .", "x.tar.xz"},
      {"zstd", "tar -c --zstd -f ../x.tar.zst .", "x.tar.zst"},
      {"bsdtar", "bsdtar --format zip -cf ../x.zip *", "x.zip"},
  };
  f.how.reproducible = true;
  make_tree(state);
  assert_true(copies_directory(state));
  const struct str want = str_dup(cm_ar(state), sbuf_str(&f.copy));
  for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
    print_message("  %s\n", forms[i].file);
    scratch_needs(state, forms[i].program);
    scratch_run(state, "cd c && %s", forms[i].command);
    for (int pipe = 0; pipe < 2; pipe++) {
      if (!copies_archive(state, forms[i].file, pipe))
        fail_msg("%s", cm_rendered(state).p);
      if (str_eq(sbuf_str(&f.copy), want))
        continue;
      fail_msg("%s\n---\n%s", tarlist(cm_ar(state), sbuf_str(&f.copy)).p,
               tarlist(cm_ar(state), want).p);
    }
  }
}

static void a_zip_is_unpacked_in_its_order(void **state) {
  scratch_needs(state, "bsdtar");
  make_tree(state);
  scratch_run(state, "cd c && find . | xargs touch -h -d @1000000000 && "
                     "bsdtar --format zip -cf ../x.zip link a cog.yaml");
  assert_true(copies_archive(state, "x.zip", false));
  const struct str list = tarlist(cm_ar(state), sbuf_str(&f.copy));
  if (!str_contains(list, "@1000000000 \"{}\n\"\n") ||
      !str_starts(list, "l link -> a/b") ||
      !str_contains(list, "a/caf\xc3\xa9"))
    fail_msg("%s", list.p);
}

/** Its index says little, so that it is found when the copy is on its way. */
static void a_bomb_in_a_zip_ends_the_copy(void **state) {
  scratch_needs(state, "python3");
  scratch_write(
      state, "bomb.py",
      STR("import struct, zlib\n"
          "c = zlib.compressobj(9, zlib.DEFLATED, -15)\n"
          "body = c.compress(bytes(1 << 24)) + c.flush(zlib.Z_FULL_FLUSH)\n"
          "body = body * 160 + b'\\3\\0'\n"
          "what = struct.pack('<HHHHHIIIHH', 20, 0, 8, 0, 33, 0, len(body),\n"
          "                   160 << 24, 5, 0)\n"
          "head = b'PK\\3\\4' + what + b'zeros' + body\n"
          "index = (b'PK\\1\\2\\x14\\3' + what + bytes(14) + b'zeros')\n"
          "end = b'PK\\5\\6' + struct.pack('<HHHHIIH', 0, 0, 1, 1, "
          "len(index),\n"
          "                               len(head), 0)\n"
          "open('x.zip', 'wb').write(head + index + end)\n"));
  scratch_run(state, "python3 bomb.py");
  assert_false(copies_archive(state, "x.zip", false));
  assert_int_equal(cm_dg(state)->list.v[0].code, DIAG_TOO_LARGE);
  if (!str_contains(cm_rendered(state), "unpacks to too many times its size"))
    fail_msg("%s", cm_rendered(state).p);
}

/** Below what is ignored nothing is looked for, unless something there is not
 *  ignored after all. */
static void exceptions_are_found_below_what_is_ignored(void **state) {
  scratch_run(state, "cd c && mkdir d && echo 1 >d/a && echo 2 >d/b && "
                     "touch -d @0 d d/a d/b");
  ignores(state, "d\n!d/b\n");
  assert_true(copies_directory(state));
  const struct str list = tarlist(cm_ar(state), sbuf_str(&f.copy));
  assert_true(str_contains(list, " d/b "));
  assert_false(str_contains(list, " d/a "));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      copy_test(keeps_what_a_file_is),
      copy_test(keeps_attributes),
      copy_test(keeps_holes),
      copy_test(keeps_long_names),
      copy_test(the_ignore_file_holds),
      copy_test(the_copy_is_not_in_itself),
      copy_test(names_come_sorted),
      copy_test(a_path_has_an_end),
      copy_test(each_form_gives_the_same_bytes),
      copy_test(a_zip_is_unpacked_in_its_order),
      copy_test(a_bomb_in_a_zip_ends_the_copy),
      copy_test(exceptions_are_found_below_what_is_ignored),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
