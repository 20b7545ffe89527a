#include "cogfe/compat.h"
#include "cogfe/limits.h"

/** What a field has to be, so that nobody needs to ask later. */
enum field {
  TEXT,
  VERSION,
  VERSION_OR_CPU,
  VERSION_OR_NONE,
  VERSIONS, // with blanks between
  VERSIONS_OR_NONE,
};

struct column {
  const char *name;
  enum field field;
};

static const struct column cuda_image_columns[] = {
    {"tag", TEXT},       {"cuda", VERSION}, {"cudnn", VERSION},
    {"ubuntu", VERSION}, {"flavour", TEXT}, {"source", TEXT},
};

static const struct column torch_columns[] = {
    {"torch", VERSION},
    {"cuda", VERSION_OR_CPU},
    {"local_suffix", TEXT},
    {"torchvision", VERSIONS_OR_NONE},
    {"torchaudio", VERSIONS_OR_NONE},
    {"extra_index_url", TEXT},
    {"find_links", TEXT},
    {"pythons", VERSIONS},
    {"source", TEXT},
};

static const struct column torch_pypi_columns[] = {
    {"torch", VERSION},
    {"cuda", VERSION},
    {"source", TEXT},
};

static const struct column tensorflow_columns[] = {
    {"tensorflow", VERSION}, {"cuda", VERSION}, {"cudnn", VERSION},
    {"pythons", VERSIONS},   {"source", TEXT},
};

static const struct column sdk_columns[] = {
    {"from", VERSION},
    {"to", VERSION},
    {"python_min", VERSION},
    {"source", TEXT},
};

static const struct column sdk_needs_columns[] = {
    {"from", VERSION},          {"to", VERSION},
    {"package", TEXT},          {"at_least", VERSION_OR_NONE},
    {"below", VERSION_OR_NONE}, {"source", TEXT},
};

static const struct column python_columns[] = {
    {"python", VERSION},
    {"end", TEXT},
    {"ended", TEXT},
    {"source", TEXT},
};

// A row of a table is a struct of as many texts as the table has columns.
_Static_assert(sizeof(struct compat_cuda_image) ==
                   ARRAY_LEN(cuda_image_columns) * sizeof(char *),
               "columns of cuda-images.csv");
_Static_assert(sizeof(struct compat_torch) ==
                   ARRAY_LEN(torch_columns) * sizeof(char *),
               "columns of torch.csv");
_Static_assert(sizeof(struct compat_torch_pypi) ==
                   ARRAY_LEN(torch_pypi_columns) * sizeof(char *),
               "columns of torch-pypi.csv");
_Static_assert(sizeof(struct compat_tensorflow) ==
                   ARRAY_LEN(tensorflow_columns) * sizeof(char *),
               "columns of tensorflow.csv");
_Static_assert(sizeof(struct compat_sdk) ==
                   ARRAY_LEN(sdk_columns) * sizeof(char *),
               "columns of sdk.csv");
_Static_assert(sizeof(struct compat_sdk_need) ==
                   ARRAY_LEN(sdk_needs_columns) * sizeof(char *),
               "columns of sdk-needs.csv");
_Static_assert(sizeof(struct compat_python) ==
                   ARRAY_LEN(python_columns) * sizeof(char *),
               "columns of python.csv");

static const struct table {
  const char *file;
  const struct column *columns;
  size_t n_columns;
  size_t rows, n_rows; // where struct compat has them
} tables[] = {
#define TABLE(file, columns, field)                                            \
  {                                                                            \
    file, columns, ARRAY_LEN(columns), offsetof(struct compat, field),         \
        offsetof(struct compat, n_##field)                                     \
  }
    TABLE("cuda-images.csv", cuda_image_columns, cuda_images),
    TABLE("torch.csv", torch_columns, torch),
    TABLE("torch-pypi.csv", torch_pypi_columns, torch_pypi),
    TABLE("tensorflow.csv", tensorflow_columns, tensorflow),
    TABLE("sdk.csv", sdk_columns, sdk),
    TABLE("sdk-needs.csv", sdk_needs_columns, sdk_needs),
    TABLE("python.csv", python_columns, python),
#undef TABLE
};

const char *compat_file(size_t i) {
  return i < ARRAY_LEN(tables) ? tables[i].file : NULL;
}

/** One file on its way into a table. */
struct reader {
  const struct table *table;
  const struct source *src;
  struct arena *ar;
  struct diags *dg;
  int line;
  VEC(const char *) fields; // of all rows, one behind the other
};

static struct span span_of_part(const struct reader *rd, struct str line,
                                struct str part) {
  int from = (int)(part.p - line.p) + 1, len = (int)part.len;
  return (struct span){rd->src, rd->line, from, rd->line, from + len};
}

static bool is_version_text(struct str text) {
  struct version v;
  return version_parse(text, &v);
}

static bool are_versions(struct str list) {
  struct str one;
  do {
    list = str_cut(list, ' ', &one);
    if (!is_version_text(one))
      return false;
  } while (list.len);
  return true;
}

static bool fits_field(enum field field, struct str text) {
  switch (field) {
  case TEXT:
    return true;
  case VERSION:
    return is_version_text(text);
  case VERSION_OR_CPU:
    return str_is(text, "cpu") || is_version_text(text);
  case VERSION_OR_NONE:
    return text.len == 0 || is_version_text(text);
  case VERSIONS:
    return are_versions(text);
  case VERSIONS_OR_NONE:
    return text.len == 0 || are_versions(text);
  }
  BUG("field kind %d", (int)field);
}

static size_t count_fields(struct str line) {
  size_t n = 1;
  for (size_t i = 0; i < line.len; i++)
    n += line.p[i] == ',';
  return n;
}

static bool read_table_row(struct reader *rd, struct str line) {
  const struct table *t = rd->table;
  if (count_fields(line) != t->n_columns)
    return diag_fail(rd->dg, DIAG_BAD_TABLE, span_of_part(rd, line, line),
                     "%zu fields, where %s has %zu columns", count_fields(line),
                     t->file, t->n_columns);
  bool ok = true;
  struct str rest = line, field;
  for (size_t i = 0; i < t->n_columns; i++) {
    rest = str_cut(rest, ',', &field);
    if (!fits_field(t->columns[i].field, field))
      ok = diag_fail(rd->dg, DIAG_BAD_TABLE, span_of_part(rd, line, field),
                     "\"" STR_FMT "\" is no value of the column %s",
                     STR_ARG(field), t->columns[i].name);
    vec_push(rd->ar, &rd->fields, str_cstr(rd->ar, field));
  }
  return ok;
}

static bool check_header(struct reader *rd, struct str line) {
  const struct table *t = rd->table;
  bool same = count_fields(line) == t->n_columns;
  struct str rest = line, field;
  for (size_t i = 0; same && i < t->n_columns; i++) {
    rest = str_cut(rest, ',', &field);
    same = str_is(field, t->columns[i].name);
  }
  if (same)
    return true;
  cleanup_sbuf struct sbuf want;
  sbuf_init(&want, 1024);
  for (size_t i = 0; i < t->n_columns; i++)
    sbuf_addf(&want, "%s%s", i ? "," : "", t->columns[i].name);
  diag_fail(rd->dg, DIAG_BAD_TABLE, span_of_part(rd, line, line),
            "these are not the columns of %s", t->file);
  diag_note(rd->dg, SPAN_NONE, "write " STR_FMT, STR_ARG(sbuf_str(&want)));
  return false;
}

static bool check_size(const struct table *t, const struct source *src,
                       struct diags *dg) {
  size_t rows = 0;
  for (size_t i = 0; i < src->text.len; i++)
    rows += src->text.p[i] == '\n';
  if (src->text.len <= LIMIT_TABLE_BYTES && rows <= LIMIT_TABLE_ROWS)
    return true;
  return diag_fail(dg, DIAG_TOO_LARGE, SPAN_NONE,
                   "%s has %zu bytes in %zu lines, the limits are %d and %d",
                   t->file, src->text.len, rows, LIMIT_TABLE_BYTES,
                   LIMIT_TABLE_ROWS);
}

static const struct table *find_table(const char *file) {
  for (size_t i = 0; i < ARRAY_LEN(tables); i++)
    if (!strcmp(tables[i].file, file))
      return &tables[i];
  BUG("no table %s", file);
}

static bool read_rows(struct reader *rd) {
  struct str rest = rd->src->text, line = {"", 0};
  str_next_line(&rest, &line);
  rd->line = 1;
  bool ok = check_header(rd, line);
  while (ok && str_next_line(&rest, &line)) {
    rd->line++;
    if (line.len && !read_table_row(rd, line))
      ok = false;
  }
  if (ok && rd->fields.n == 0)
    ok = diag_fail(rd->dg, DIAG_BAD_TABLE, span_of_part(rd, line, line),
                   "%s has no rows", rd->table->file);
  return ok;
}

bool compat_read(struct compat *c, const char *file, const struct source *src,
                 struct arena *ar, struct diags *dg) {
  const struct table *t = find_table(file);
  struct reader rd = {.table = t, .src = src, .ar = ar, .dg = dg};
  if (!check_size(t, src, dg) || !read_rows(&rd))
    return false;
  const void *rows = rd.fields.v;
  size_t n = rd.fields.n / t->n_columns;
  memcpy((char *)c + t->rows, &rows, sizeof rows);
  memcpy((char *)c + t->n_rows, &n, sizeof n);
  return true;
}
