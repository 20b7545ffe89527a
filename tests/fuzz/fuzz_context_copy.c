#include "cogfe/context.h"

#include "fuzz.h"
#include "tarball.h"

// An archive and the copy of it. A copy that succeeds is an archive of which
// the copy is the same again; one that fails is none. The first byte has flags,
// the second how many bytes come at once, as for fuzz_context_tar.

enum { MEND_SUMS = 2, REPRODUCIBLE = 4, IGNORE = 8 };

enum { COPY_MAX = 4 << 20 };

static struct context_copy how;
static struct arena ar;
static struct diags dg;

static bool take(void *self, const void *p, size_t len, struct diags *to) {
  struct sbuf *out = self;
  sbuf_add(out, p, len);
  return !out->overflow || diag_fail(to, DIAG_IO, SPAN_NONE, "no more room");
}

static struct context *open_tar(struct str bytes, size_t max_read) {
  struct tarball_reader *from = arena_new(&ar, struct tarball_reader);
  *from = (struct tarball_reader){.bytes = bytes, .max_read = max_read};
  const struct context_reader reader = tarball_reader(from);
  const size_t errors = dg.errors;
  struct context *c = context_open_archive(&ar, &reader, "cog.yaml", &dg);
  if ((dg.errors == errors) != (c != NULL))
    BUG("success and errors do not agree");
  return c;
}

/** The copy of BYTES, in OUT; false when there is none. */
static bool copy(struct str bytes, size_t max_read, struct sbuf *out) {
  const struct context_sink to = {.write = take, .self = out};
  struct context *c = open_tar(bytes, max_read);
  if (!c)
    return false;
  const size_t errors = dg.errors;
  const bool ok = context_copy(c, &how, &to, &dg);
  context_close(c);
  if ((dg.errors == errors) != ok)
    BUG("success and errors do not agree");
  if (ok)
    return true;
  c = out->overflow ? NULL : open_tar(sbuf_str(out), 0);
  if (c)
    BUG("what is broken off can be read");
  return false;
}

static void check_again(const struct sbuf *first) {
  struct sbuf second;
  sbuf_init(&second, COPY_MAX);
  if (!copy(sbuf_str(first), 0, &second))
    BUG("the copy cannot be copied");
  if (!str_eq(sbuf_str(first), sbuf_str(&second)))
    BUG("the copy of the copy is another");
  sbuf_release(&second);
}

static void set_how(unsigned flags) {
  static const struct source src = {".dockerignore", STR("*.txt\nd\n!d/*/a\n")};
  static const struct context_added added = {"Dockerfile", STR("FROM a\n")};
  static const struct context_renamed renamed = {"cog.yaml", "cog.yml"};
  static struct context_ignore ignore;
  how = (struct context_copy){.added = &added, .n_added = 1, .tmp = "/tmp"};
  how.reproducible = flags & REPRODUCIBLE;
  if (!(flags & IGNORE) || !context_ignore_parse(&ar, &src, &ignore, &dg))
    return;
  how.ignore = &ignore;
  how.renamed = &renamed;
  how.n_renamed = 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  if (len < 2)
    return 0;
  struct sbuf tar, out;
  sbuf_init(&tar, 1 << 20);
  sbuf_init(&out, COPY_MAX);
  arena_init(&ar);
  diag_init(&dg, &ar);
  set_how(p[0]);
  sbuf_add(&tar, p + 2, len - 2);
  if (p[0] & MEND_SUMS)
    tarball_mend(&tar);
  if (copy(sbuf_str(&tar), p[1], &out))
    check_again(&out);
  sbuf_release(&tar);
  sbuf_release(&out);
  arena_release(&ar);
  return 0;
}
