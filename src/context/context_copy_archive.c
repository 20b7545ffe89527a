// An archive for a copy. Its index says what is in the tree in the end and
// where the entry of each is; a second pass picks those entries out. What is
// sorted needs entries at any place, which a plain tar in a file has; anything
// else is made one first.
#include "cogfe/base.h"

#include "context_copy_int.h"

#include "cogfe/limits.h"

#include <archive.h>
#include <archive_entry.h>

/** One file of the copy. */
struct item {
  const struct node *node;
  const struct node *leader; // what it is a hard link to; NULL: has a body
  uint64_t place;            // of its entry, or NODE_NO_PLACE
};

struct pass {
  struct copier *copier;
  struct archive_context *from;
  struct arena ar;
  struct item *items; // sorted by place, the leader of each place first
  size_t n;
  struct tarout *unpacked; // where unpack_place() puts entries
};

// ---- paths ------------------------------------------------------------------

/** The path of NODE below TOP, in BUF; empty when it does not fit. */
static struct str node_path(const struct node *node, const struct node *top,
                            char buf[LIMIT_PATH_BYTES]) {
  size_t at = LIMIT_PATH_BYTES - 1;
  buf[at] = '\0';
  for (const struct node *n = node; n != top; n = n->up) {
    const bool slash = n != node;
    if (n->name.len + slash > at)
      return (struct str){buf + at, 0};
    if (slash)
      buf[--at] = '/';
    at -= n->name.len;
    memcpy(buf + at, n->name.p, n->name.len);
  }
  return (struct str){buf + at, LIMIT_PATH_BYTES - 1 - at};
}

/** The order in which a walk over directories meets them: as of bytes, with '/'
 *  below all others. */
static int compare_paths(struct str a, struct str b) {
  const size_t n = a.len < b.len ? a.len : b.len;
  for (size_t i = 0; i < n; i++)
    if (a.p[i] != b.p[i])
      return a.p[i] == '/'   ? -1
             : b.p[i] == '/' ? 1
                             : (unsigned char)a.p[i] - (unsigned char)b.p[i];
  return (a.len > b.len) - (a.len < b.len);
}

static int node_by_path(const void *a, const void *b, void *top) {
  char x[LIMIT_PATH_BYTES], y[LIMIT_PATH_BYTES];
  return compare_paths(node_path(((const struct item *)a)->node, top, x),
                       node_path(((const struct item *)b)->node, top, y));
}

static int by_place(const void *a, const void *b, void *top) {
  const uint64_t x = ((const struct item *)a)->place;
  const uint64_t y = ((const struct item *)b)->place;
  return x != y ? (x > y) - (x < y) : node_by_path(a, b, top);
}

// ---- what is in the copy ----------------------------------------------------

static bool is_too_long(struct pass *p, const struct node *node) {
  return diag_fail(
      p->copier->dg, DIAG_TOO_LARGE, SPAN_NONE,
      "%s has a file \"" STR_FMT "\" whose path is longer than the limit of %d",
      p->from->reader.name, STR_ARG(node->name), LIMIT_PATH_BYTES - 1);
}

/** Whether NODE and all above it are what stands there in the end; of those
 *  above, which were made before it, it is known. */
static bool is_alive(const struct node *node, const struct node *top) {
  const struct node *up = node->up;
  return node->up_id == up->id && (up == top || up->alive);
}

/** A directory that is hidden comes with what is not hidden in it. */
static void show_parents(struct node *node, const struct node *top, size_t *n) {
  for (; node != top && !node->shown; node = node->up) {
    node->shown = true;
    ++*n;
  }
}

/** Marks the nodes that have a place in the copy and counts them. */
static bool choose_entries(struct pass *p) {
  const struct node *top = p->from->top;
  for (struct node *n = p->from->index.top.next; n; n = n->next) {
    char buf[LIMIT_PATH_BYTES];
    n->alive = n != top && is_alive(n, top);
    if (!n->alive)
      continue;
    const struct str path = node_path(n, top, buf);
    if (path.len == 0)
      return is_too_long(p, n);
    if (!copier_hides(p->copier, path))
      show_parents(n, top, &p->n);
  }
  return context_ignore_check(p->copier->how->ignore, p->copier->dg);
}

/** Whether NODE has an entry in the copy. */
static bool has_entry(const struct pass *p, const struct node *node) {
  return node->shown &&
         (node->place != NODE_NO_PLACE || p->copier->how->reproducible);
}

static void collect_nodes(struct pass *p) {
  p->items = arena_array(&p->ar, struct item, p->n);
  p->n = 0;
  for (struct node *n = p->from->index.top.next; n; n = n->next)
    if (has_entry(p, n))
      p->items[p->n++] = (struct item){.node = n, .place = n->place};
}

/** Files of one place are one file under several names. */
static void find_leaders(struct pass *p) {
  for (size_t i = 1; i < p->n; i++) {
    struct item *before = &p->items[i - 1], *item = &p->items[i];
    if (item->place == before->place && item->place != NODE_NO_PLACE)
      item->leader = before->leader ? before->leader : before->node;
  }
}

static void sort_nodes(struct pass *p,
                       int (*compare)(const void *, const void *, void *)) {
  if (p->n)
    qsort_r(p->items, p->n, sizeof *p->items, compare, p->from->top);
}

// ---- bodies -----------------------------------------------------------------

static bool damaged(struct pass *p, struct stream *s) {
  if (s->failed)
    return false;
  s->failed = true;
  return diag_fail(p->copier->dg, DIAG_BAD_ARCHIVE, SPAN_NONE,
                   "%s is damaged: the body of \"%s\" has not the length "
                   "that its header says",
                   p->from->reader.name, s->entry.ptr);
}

/** Counts what a zip unpacks to; what a tar comes out of is counted there. */
static bool count_read(struct stream *s, size_t len) {
  return s->kind != CONTEXT_ZIP || bytes_inflated(s, len);
}

/** The body of SIZE bytes of the stream's entry, holes as zeros. */
static bool copy_body(struct pass *p, struct stream *s, struct tarout *to,
                      uint64_t size) {
  uint64_t done = 0;
  for (;;) {
    const void *piece;
    size_t len;
    la_int64_t off;
    const int r = archive_read_data_block(s->entries, &piece, &len, &off);
    if (s->failed)
      return false;
    if (r == ARCHIVE_EOF)
      return tarout_zeros(to, size - done);
    if (r != ARCHIVE_OK)
      return stream_damaged(s, s->entries);
    if ((uint64_t)off < done || (uint64_t)off > size ||
        len > size - (uint64_t)off)
      return damaged(p, s);
    if (!count_read(s, len) || !tarout_zeros(to, (uint64_t)off - done) ||
        (len && !tarout_data(to, piece, len)))
      return false;
    done = (uint64_t)off + len;
  }
}

// ---- entries ----------------------------------------------------------------

/** Only a thread whose locale is "C" gives names as they are; a zip is read in
 *  another one. */
static locale_t use_c(const struct stream *s) {
  return s && s->utf8 ? uselocale(s->before) : (locale_t)0;
}

static void end_c(locale_t before) {
  if (before)
    uselocale(before);
}

static void set_name(struct pass *p, struct archive_entry *e,
                     const struct item *item) {
  char buf[LIMIT_PATH_BYTES], link[LIMIT_PATH_BYTES];
  const struct node *top = p->from->top;
  archive_entry_copy_pathname(
      e, copier_name(p->copier, node_path(item->node, top, buf).p));
  archive_entry_copy_hardlink(e, NULL);
  if (!item->leader)
    return;
  archive_entry_copy_hardlink(
      e, copier_name(p->copier, node_path(item->leader, top, link).p));
  archive_entry_unset_size(e);
  archive_entry_sparse_clear(e);
}

/** Begins ITEM's entry, which E is in the archive. */
static bool begin(struct pass *p, const struct stream *s,
                  struct archive_entry *e, const struct item *item) {
  const locale_t before = use_c(s);
  set_name(p, e, item);
  if (item->node->kind != NODE_FILE)
    archive_entry_unset_size(e);
  const bool ok = copier_begin(p->copier, e);
  end_c(before);
  return ok;
}

/** The entry E that S has just read, for ITEM. */
static bool copy_entry(struct pass *p, struct stream *s,
                       struct archive_entry *e, const struct item *item) {
  const uint64_t size = (uint64_t)archive_entry_size(e);
  if (!begin(p, s, e, item))
    return false;
  return item->leader || item->node->kind != NODE_FILE ||
         copy_body(p, s, &p->copier->tar, size);
}

// ---- in the order of the archive --------------------------------------------

/** How many of the LEFT items from ITEMS on are of one place. */
static size_t place_len(const struct item *items, size_t left) {
  size_t n = 1;
  while (n < left && items[n].leader)
    n++;
  return n;
}

/** What is done with entry E, which S has just read, for the N items whose
 *  place it is. */
typedef bool (*place_fn)(struct pass *p, struct stream *s,
                         struct archive_entry *e, struct item *items, size_t n);

static bool copy_place(struct pass *p, struct stream *s,
                       struct archive_entry *e, struct item *items, size_t n) {
  if (n == 1)
    return copy_entry(p, s, e, &items[0]);
  // The links to it have its header, and come behind its body.
  struct archive_entry *header = archive_entry_clone(e);
  if (!header)
    base_out_of_memory();
  bool ok = copy_entry(p, s, e, &items[0]);
  for (size_t i = 1; ok && i < n; i++)
    ok = begin(p, s, header, &items[i]);
  archive_entry_free(header);
  return ok;
}

static bool changed(struct pass *p) {
  return copier_changed(p->copier, p->from->reader.name);
}

static bool walk_entries(struct pass *p, struct stream *s, place_fn fn) {
  struct archive_entry *e;
  for (size_t i = 0;;) {
    struct item *items = p->items + i;
    if (!stream_next(s, &e))
      return false;
    if (!e)
      return i == p->n || items->place == NODE_NO_PLACE || changed(p);
    if (i == p->n || items->place != stream_place(s))
      continue;
    const size_t n = place_len(items, p->n - i);
    if (!fn(p, s, e, items, n))
      return false;
    i += n;
  }
}

static bool walk_archive(struct pass *p, place_fn fn) {
  struct stream s;
  const bool ok = stream_start(&s, &p->from->reader, p->copier->dg) &&
                  (s.kind == p->from->kind || changed(p)) && stream_open(&s) &&
                  walk_entries(p, &s, fn);
  stream_close(&s);
  return ok;
}

// ---- sorted -----------------------------------------------------------------

/** Puts the entry into the plain tar, under any name. */
static bool unpack_place(struct pass *p, struct stream *s,
                         struct archive_entry *e, struct item *items,
                         size_t n) {
  const uint64_t place = tarout_place(p->unpacked);
  const uint64_t size = (uint64_t)archive_entry_size(e);
  for (size_t i = 0; i < n; i++)
    items[i].place = place;
  archive_entry_copy_pathname(e, "-");
  if (items->node->kind != NODE_FILE)
    archive_entry_unset_size(e);
  return tarout_header(p->unpacked, e) &&
         (items->node->kind != NODE_FILE || copy_body(p, s, p->unpacked, size));
}

static bool implied_directory(struct pass *p, const struct item *item) {
  struct archive_entry *e = archive_entry_new();
  if (!e)
    base_out_of_memory();
  archive_entry_set_mode(e, AE_IFDIR | 0755);
  const bool ok = begin(p, NULL, e, item);
  archive_entry_free(e);
  return ok;
}

/** ITEM, whose entry is in the plain tar FROM. */
static bool copy_from(struct pass *p, const struct context_reader *from,
                      const struct item *item) {
  if (item->place == NODE_NO_PLACE)
    return implied_directory(p, item);
  struct stream s;
  struct archive_entry *e;
  const bool ok =
      stream_resume(&s, from, CONTEXT_TAR, item->place, p->copier->dg) &&
      stream_next(&s, &e) && (e || changed(p)) && copy_entry(p, &s, e, item);
  stream_close(&s);
  return ok;
}

static bool copy_sorted(struct pass *p, const struct context_reader *from) {
  sort_nodes(p, node_by_path);
  for (size_t i = 0; i < p->n; i++)
    if (!copy_from(p, from, &p->items[i]))
      return false;
  return true;
}

/** Makes the plain tar in FILE, which READER then gives. */
static bool unpack_entry(struct pass *p, struct keep *file,
                         struct context_reader *reader) {
  const struct context_sink to = {.write = keep_write, .self = file};
  struct diags *dg = p->copier->dg;
  struct tarout tar;
  tarout_open(&tar, &to, dg);
  p->unpacked = &tar;
  return tarout_close(&tar, walk_archive(p, unpack_place)) &&
         context_reader_fd(reader, &p->ar, file->fd, p->from->reader.name, dg);
}

static bool copy_reproducibly(struct pass *p) {
  if (p->from->kind == CONTEXT_TAR && !p->from->sequential)
    return copy_sorted(p, &p->from->reader);
  struct keep file;
  struct context_reader reader;
  if (!keep_open(&file, p->copier->how->tmp, p->copier->dg))
    return false;
  const bool ok = unpack_entry(p, &file, &reader) && copy_sorted(p, &reader);
  base_close_fd(&file.fd);
  return ok;
}

bool copy_archive(struct copier *c, struct archive_context *from) {
  struct pass p = {.copier = c, .from = from};
  arena_init(&p.ar);
  bool ok = choose_entries(&p);
  if (ok) {
    collect_nodes(&p);
    sort_nodes(&p, by_place);
    find_leaders(&p);
    ok = c->how->reproducible ? copy_reproducibly(&p)
                              : walk_archive(&p, copy_place);
  }
  arena_release(&p.ar);
  return ok;
}
