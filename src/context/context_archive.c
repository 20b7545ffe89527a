#include "cogfe/base.h"

#include "context_copy_int.h"

#include "cogfe/limits.h"

#include <archive.h>
#include <archive_entry.h>

// ---- trouble ----------------------------------------------------------------

static bool refuse_entry(const struct archive_context *c, const char *name,
                         const char *why, struct diags *dg) {
  return diag_fail(dg, DIAG_BAD_ARCHIVE, SPAN_NONE,
                   "%s is refused: its entry \"%s\" %s", c->reader.name, name,
                   why);
}

static bool too_many(const struct archive_context *c, struct diags *dg) {
  return diag_fail(dg, DIAG_TOO_LARGE, SPAN_NONE,
                   "%s has too many entries, or too many bytes of names; "
                   "the limits are %d and %d",
                   c->reader.name, LIMIT_ARCHIVE_ENTRIES,
                   LIMIT_ARCHIVE_NAME_BYTES);
}

static bool cannot_put(const struct archive_context *c, const char *name,
                       enum index_answer answer, struct diags *dg) {
  switch (answer) {
  case INDEX_FOUND:
    return true;
  case INDEX_OUTSIDE:
    return refuse_entry(c, name, "leads out of the archive through a link", dg);
  case INDEX_CIRCLE:
    return refuse_entry(c, name, "leads through a circle of links", dg);
  case INDEX_MISSING:
  case INDEX_NOT_DIR:
    return refuse_entry(c, name, "stands below what is not a directory", dg);
  case INDEX_LIMIT:
    return too_many(c, dg);
  }
  BUG("answer %d", (int)answer);
}

// ---- the one pass -----------------------------------------------------------

// Checks NAME and gives it clean, or empty for the top itself.
static bool entry_path(struct archive_context *c, const char *name,
                       struct str *out, struct diags *dg) {
  if (!name || !*name)
    return refuse_entry(c, "", "has no name that can be read", dg);
  struct str path = str_of(name), part;
  if (path.len >= LIMIT_PATH_BYTES)
    return refuse_entry(c, name, "has a name longer than any path", dg);
  if (str_starts(path, "/"))
    return refuse_entry(c, name, "has an absolute name", dg);
  for (struct str rest = path; rest.len;) {
    rest = str_cut(rest, '/', &part);
    if (str_is(part, ".."))
      return refuse_entry(c, name, "has \"..\" in its name", dg);
  }
  while (str_ends(path, "/") || str_is(path, ".") || str_ends(path, "/."))
    path.len--;
  *out = path;
  return true;
}

// What people call the files that say how to build: worth keeping on the way
// through a compressed archive, because each costs a second pass otherwise.
static bool looks_like_config(struct str name) {
  static const char *const ends[] = {".yaml", ".yml",  ".txt",
                                     ".in",   ".toml", ".lock"};
  const ptrdiff_t dot = str_rfind(name, '.');
  for (size_t i = 0; dot >= 0 && i < ARRAY_LEN(ends); i++)
    if (str_is(str_skip(name, (size_t)dot), ends[i]))
      return true;
  return false;
}

// The model's own source: a pointer of cog.yaml nearly always names a file at
// the top, which may be below the one directory of the archive.
static bool looks_like_model(struct str path) {
  if (!str_ends(path, ".py"))
    return false;
  size_t slashes = 0;
  for (size_t i = 0; i < path.len; i++)
    slashes += path.p[i] == '/';
  return slashes <= 1;
}

// How many bytes may be kept in all when the file PATH is one of those kept.
// Data may be called *.txt too, and must not take the room of the rest.
static size_t room_for_file(const struct archive_context *c, struct str path) {
  const struct str name = path_base(path);
  if (str_is(name, c->config) || str_ends(name, ".dockerignore") ||
      (str_starts(name, "requirements") && looks_like_config(name)))
    return LIMIT_KEPT_BYTES;
  return looks_like_config(name) || looks_like_model(path)
             ? LIMIT_KEPT_OTHER_BYTES
             : 0;
}

static bool keep_body(struct archive_context *c, struct stream *s,
                      struct str path, struct node *what) {
  if (!c->sequential || what->kind != NODE_FILE)
    return true;
  const size_t before = c->kept.len, room = room_for_file(c, path);
  if (before >= room)
    return true;
  const size_t left = room - before;
  const size_t max =
      left < LIMIT_KEPT_FILE_BYTES ? left : LIMIT_KEPT_FILE_BYTES;
  bool whole;
  if (what->size != UINT64_MAX && what->size > max)
    return true;
  if (!stream_body(s, max, &c->kept, &whole))
    return false;
  if (!whole)
    return true;
  what->kept = before;
  what->size = c->kept.len - before;
  return true;
}

static enum node_kind entry_kind(struct archive_entry *entry) {
  switch (archive_entry_filetype(entry)) {
  case AE_IFREG:
    return NODE_FILE;
  case AE_IFDIR:
    return NODE_DIR;
  case AE_IFLNK:
    return NODE_LINK;
  default:
    return NODE_OTHER;
  }
}

// A hard link is the same file as the one it names, as it stands by then.
static bool put_hardlink(struct archive_context *c, struct str path,
                         const char *name, const char *target,
                         struct diags *dg) {
  struct str to;
  struct node *node = NULL;
  if (!entry_path(c, target, &to, dg))
    return false;
  if (index_find(&c->index, &c->index.top, to, false, &node) != INDEX_FOUND ||
      node->kind == NODE_DIR)
    return refuse_entry(c, name,
                        "is a hard link to no file that comes before it", dg);
  struct node what = *node;
  return cannot_put(c, name, index_put(&c->index, path, &what, &node), dg);
}

static bool put_entry(struct archive_context *c, struct stream *s,
                      struct archive_entry *entry, struct diags *dg) {
  const char *name = archive_entry_pathname(entry);
  const char *hardlink = archive_entry_hardlink(entry);
  const char *symlink = archive_entry_symlink(entry);
  struct str path;
  if (!entry_path(c, name, &path, dg))
    return false;
  if (path.len == 0)
    return true;
  if (hardlink)
    return put_hardlink(c, path, name, hardlink, dg);
  struct node what = {.kind = entry_kind(entry), .kept = NODE_NOT_KEPT};
  what.place = stream_place(s);
  what.link = what.kind == NODE_LINK ? str_of(symlink) : (struct str){0};
  what.size = archive_entry_size_is_set(entry)
                  ? (uint64_t)archive_entry_size(entry)
                  : UINT64_MAX;
  if (!keep_body(c, s, path, &what))
    return false;
  struct node *node;
  return cannot_put(c, name, index_put(&c->index, path, &what, &node), dg);
}

static bool put_all(struct archive_context *c, struct stream *s,
                    struct diags *dg) {
  for (;;) {
    struct archive_entry *entry;
    if (!stream_next(s, &entry))
      return false;
    if (!entry)
      return true;
    if (s->ordinal > LIMIT_ARCHIVE_ENTRIES)
      return too_many(c, dg);
    if (!put_entry(c, s, entry, dg))
      return false;
  }
}

static bool read_all(struct archive_context *c, struct stream *s,
                     struct diags *dg) {
  c->kind = s->kind;
  if (c->kind == CONTEXT_NO_ARCHIVE) {
    diag_fail(dg, DIAG_BAD_ARCHIVE, SPAN_NONE, "%s is not an archive",
              c->reader.name);
    diag_note(dg, SPAN_NONE,
              "a context may be a tar, plain or in gzip, bzip2, xz or zstd, or "
              "a zip");
    return false;
  }
  if (!stream_open(s))
    return false;
  c->sequential = stream_is_sequential(s);
  return put_all(c, s, dg);
}

// ---- the top ----------------------------------------------------------------

// The one directory that everything stands in, or NULL.
static struct node *only_directory(const struct archive_context *c) {
  const struct node *top = &c->index.top;
  struct node *only = NULL;
  for (struct node *n = top->next; n; n = n->next) {
    if (n->up != top)
      continue;
    if (only)
      return NULL;
    only = n;
  }
  return only && only->kind == NODE_DIR ? only : NULL;
}

static struct node *find_top(struct archive_context *c, struct str config) {
  struct node *node;
  struct node *only = only_directory(c);
  if (only && (path_is_below(config, only->name) ||
               index_find(&c->index, &c->index.top, config, true, &node) ==
                   INDEX_MISSING))
    return only;
  return &c->index.top;
}

// ---- answers ----------------------------------------------------------------

// False, with a reason in DG, for what is worse than missing.
static bool find_node(struct archive_context *c, const char *path,
                      struct node **out, struct diags *dg) {
  *out = NULL;
  enum index_answer answer =
      index_find(&c->index, c->top, str_of(path), true, out);
  switch (answer) {
  case INDEX_FOUND:
  case INDEX_MISSING:
  case INDEX_NOT_DIR:
    return true;
  case INDEX_OUTSIDE:
    return diag_fail(dg, DIAG_OUTSIDE, SPAN_NONE,
                     "\"%s\" leads out of the build context through a link",
                     path);
  case INDEX_CIRCLE:
    return diag_fail(dg, DIAG_NOT_A_FILE, SPAN_NONE,
                     "\"%s\" leads through a circle of links", path);
  case INDEX_LIMIT:
    return too_many(c, dg);
  }
  BUG("answer %d", (int)answer);
}

static enum context_kind kind_of_node(const struct node *node) {
  switch (node->kind) {
  case NODE_DIR:
    return CONTEXT_DIR;
  case NODE_FILE:
    return CONTEXT_FILE;
  case NODE_LINK:
  case NODE_OTHER:
    return CONTEXT_OTHER;
  }
  BUG("node of kind %d", (int)node->kind);
}

static uint64_t size_of(const struct node *node) {
  return node->kind == NODE_FILE ? node->size : 0;
}

static bool archive_stat_path(void *self, const char *path,
                              struct context_stat *out, struct diags *dg) {
  struct node *node;
  if (!find_node(self, path, &node, dg))
    return false;
  *out = (struct context_stat){0};
  if (node)
    *out = (struct context_stat){kind_of_node(node), size_of(node)};
  return true;
}

static bool load_node(struct archive_context *c, const struct node *node,
                      struct stream *s, struct diags *dg) {
  struct archive_entry *entry;
  bool whole;
  if (!stream_next(s, &entry))
    return false;
  sbuf_release(&c->body);
  sbuf_init(&c->body, node->size + 1);
  if (entry && !stream_body(s, node->size, &c->body, &whole))
    return false;
  if (!entry || !whole || c->body.len != node->size)
    return diag_fail(dg, DIAG_BAD_ARCHIVE, SPAN_NONE,
                     "%s changed while it was read", c->reader.name);
  c->body_of = node;
  return true;
}

static bool load_body(struct archive_context *c, const char *path,
                      const struct node *node, struct diags *dg) {
  if (c->body_of == node)
    return true;
  c->body_of = NULL;
  if (c->reader.size == CONTEXT_SIZE_UNKNOWN) {
    diag_fail(dg, DIAG_IO, SPAN_NONE,
              "\"%s\" went by in %s, which cannot be read twice", path,
              c->reader.name);
    diag_note(dg, SPAN_NONE, "give the archive as a file");
    return false;
  }
  struct stream s;
  bool ok = stream_resume(&s, &c->reader, c->kind, node->place, dg) &&
            load_node(c, node, &s, dg);
  stream_close(&s);
  return ok;
}

static bool archive_read_path(void *self, const char *path, uint64_t off,
                              size_t len, struct sbuf *out, struct diags *dg) {
  struct archive_context *c = self;
  struct node *node;
  if (!find_node(c, path, &node, dg))
    return false;
  struct str body;
  if (node->kept != NODE_NOT_KEPT) {
    body = (struct str){c->kept.ptr + node->kept, node->size};
  } else {
    if (!load_body(c, path, node, dg))
      return false;
    body = sbuf_str(&c->body);
  }
  sbuf_addstr(out, str_take(str_skip(body, off), len));
  return true;
}

struct list {
  struct arena *ar;
  struct context_entries *out;
};

static void push_entry(void *self, const struct node *node) {
  struct list *l = self;
  vec_push(l->ar, l->out,
           (struct context_entry){.name = str_dup(l->ar, node->name),
                                  .kind = kind_of_node(node),
                                  .size = size_of(node)});
}

static bool list_node(struct archive_context *c, const char *path,
                      struct arena *ar, struct context_entries *out,
                      struct diags *dg) {
  struct node *dir;
  if (!find_node(c, path, &dir, dg))
    return false;
  index_each(dir, push_entry, &(struct list){ar, out});
  return true;
}

static bool archive_list_paths(void *self, const char *const *paths, size_t n,
                               struct arena *ar, struct context_entries *out,
                               struct diags *dg) {
  for (size_t i = 0; i < n; i++)
    if (!list_node(self, paths[i], ar, &out[i], dg))
      return false;
  return true;
}

static bool archive_copy_all(void *self, struct copier *to) {
  return copy_archive(to, self);
}

static void archive_close_context(void *self) {
  struct archive_context *c = self;
  index_release(&c->index);
  sbuf_release(&c->kept);
  sbuf_release(&c->body);
  arena_release(&c->ar);
}

static const struct context_ops archive_ops = {
    .stat = archive_stat_path,
    .read = archive_read_path,
    .list = archive_list_paths,
    .copy = archive_copy_all,
    .close = archive_close_context,
};

struct context *context_open_archive(struct arena *ar,
                                     const struct context_reader *reader,
                                     const char *config, struct diags *dg) {
  struct archive_context *c = arena_new(ar, struct archive_context);
  arena_init(&c->ar);
  c->reader = *reader;
  c->config = path_base(str_of(config)).p;
  sbuf_init(&c->kept, LIMIT_KEPT_BYTES);
  sbuf_init(&c->body, 0);
  index_init(&c->index, &c->ar);
  struct stream s;
  bool ok = stream_start(&s, reader, dg) && read_all(c, &s, dg);
  stream_close(&s);
  if (!ok) {
    archive_close_context(c);
    return NULL;
  }
  c->top = find_top(c, str_of(config));
  struct context *context = context_open_ops(ar, &archive_ops, c);
  context->root_prefix = str_cstr(ar, c->top->name);
  return context;
}
