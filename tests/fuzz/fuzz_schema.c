#include "cogfe/json.h"

#include "cogfe/schema.h"

#include "fuzz.h"

// Any source: what is made of it is a JSON document, or there is an error.

struct one_file {
  struct str text;
};

static bool one_stat(void *self, const char *path, struct context_stat *out,
                     struct diags *dg) {
  const struct one_file *f = self;
  (void)dg;
  const bool there =
      strcmp(path, "predict.py") == 0 || strcmp(path, "more/__init__.py") == 0;
  *out = (struct context_stat){.kind = there ? CONTEXT_FILE : CONTEXT_MISSING,
                               .size = there ? f->text.len : 0};
  return true;
}

static bool one_read(void *self, const char *path, uint64_t off, size_t len,
                     struct sbuf *out, struct diags *dg) {
  const struct one_file *f = self;
  (void)path;
  (void)dg;
  sbuf_addstr(out, str_take(str_skip(f->text, (size_t)off), len));
  return true;
}

static void check_document(struct str json) {
  json_error_t e;
  json_t *root = json_loadb(json.p, json.len, JSON_REJECT_DUPLICATES, &e);
  if (!root)
    BUG("%s: " STR_FMT, e.text, STR_ARG(json));
  json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len) {
  static const struct context_ops ops = {.stat = one_stat, .read = one_read};
  struct arena ar;
  struct diags dg;
  struct schema schema;
  arena_init(&ar);
  diag_init(&dg, &ar);
  struct one_file file = {{(const char *)p, len}};
  struct schema_input in = {.files = context_open_ops(&ar, &ops, &file),
                            .version = STR("0.0.0")};
  in.predict.file = in.train.file = STR("predict.py");
  in.predict.name = STR("Predictor");
  in.train.name = STR("train");
  const bool ok = schema_make(&in, &ar, &schema, &dg);
  if (ok != (dg.errors == 0))
    BUG("neither a schema nor an error");
  if (ok)
    check_document(schema.json);
  arena_release(&ar);
  return 0;
}
