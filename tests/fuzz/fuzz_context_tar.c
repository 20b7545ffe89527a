#include "cogfe/context.h"
#include "cogfe/limits.h"

#include "fuzz.h"
#include "tarball.h"

// An archive, read as a build reads it, then every file in it. The first byte
// has flags, the second how many bytes come at once (0: all that are wanted).

enum { PIPE = 1, MEND_SUMS = 2 };

enum { DEPTH_MAX = 8 };

static struct context *context;
static struct arena ar;
static struct diags dg;
static struct sbuf body;

static void check(bool ok, size_t *errors) {
  if ((dg.errors == *errors) != ok)
    BUG("success and errors do not agree");
  *errors = dg.errors;
}

static void read_file(struct str path) {
  size_t errors = dg.errors;
  sbuf_clear(&body);
  check(context_read(context, path, 65536, SPAN_NONE, &body, &dg), &errors);
  if (body.len > 65536)
    BUG("%zu bytes where 65536 are the limit", body.len);
}

static void read_dir(struct str path, int depth) {
  struct str_vec names;
  size_t errors = dg.errors;
  bool ok = context_list(context, path, SPAN_NONE, &ar, &names, &dg);
  check(ok, &errors);
  for (size_t i = 0; ok && i < names.n; i++) {
    struct str name = str_printf(&ar, STR_FMT "/" STR_FMT, STR_ARG(path),
                                 STR_ARG(names.v[i]));
    if (!str_ends(name, "/"))
      read_file(name);
    else if (depth < DEPTH_MAX)
      read_dir(name, depth + 1);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  if (len < 2)
    return 0;
  struct sbuf tar;
  sbuf_init(&tar, 1 << 20);
  sbuf_init(&body, 1 << 20);
  arena_init(&ar);
  diag_init(&dg, &ar);
  sbuf_add(&tar, p + 2, len - 2);
  if (p[0] & MEND_SUMS)
    tarball_mend(&tar);
  struct tarball_reader from = {
      .bytes = sbuf_str(&tar), .pipe = p[0] & PIPE, .max_read = p[1]};
  struct context_reader reader = tarball_reader(&from);
  size_t errors = 0;
  context = context_open_archive(&ar, &reader, "cog.yaml", &dg);
  check(context != NULL, &errors);
  if (context) {
    read_file(STR("cog.yaml"));
    read_dir(STR("."), 0);
  }
  context_close(context);
  arena_release(&ar);
  sbuf_release(&tar);
  sbuf_release(&body);
  return 0;
}
