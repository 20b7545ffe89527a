#include "cogfe/base.h"

#include "context_int.h"

#include "cogfe/limits.h"

#include <search.h>

// Names come from hostile archives, so those in a directory are kept in a
// balanced tree: no choice of names makes a lookup slow. (tsearch of glibc is
// red-black.)
static int compare_nodes(const void *a, const void *b) {
  return str_cmp(((const struct node *)a)->name,
                 ((const struct node *)b)->name);
}

void index_init(struct index *ix, struct arena *ar) {
  *ix = (struct index){.ar = ar};
  ix->top.kind = NODE_DIR;
  ix->last = &ix->top;
}

// The nodes themselves are the arena's.
static void keep_node(void *node) {
  (void)node;
}

static void forget_names(struct node *dir) {
  tdestroy(dir->names, keep_node);
  dir->names = NULL;
  dir->recent = NULL;
}

void index_release(struct index *ix) {
  for (struct node *n = &ix->top; n; n = n->next)
    forget_names(n);
}

// An archive mostly names the files of a directory one after the other, each
// with the directories above it.
static bool is_recent(const struct node *dir, struct str name) {
  return dir->recent && str_eq(dir->recent->name, name);
}

static struct node *find_child(struct node *dir, struct str name) {
  if (is_recent(dir, name))
    return dir->recent;
  const struct node key = {.name = name};
  void *found = tfind(&key, &dir->names, compare_nodes);
  if (!found)
    return NULL;
  return dir->recent = *(struct node **)found;
}

static bool take_bytes(struct index *ix, size_t len) {
  ix->name_bytes += len;
  return ix->name_bytes <= LIMIT_ARCHIVE_NAME_BYTES;
}

static struct node *new_node(struct index *ix, struct node *dir,
                             struct str name) {
  struct node *n = arena_new(ix->ar, struct node);
  n->up = dir;
  n->up_id = dir->id;
  n->name = str_dup(ix->ar, name);
  n->kind = NODE_DIR;
  n->place = NODE_NO_PLACE;
  return n;
}

/** Gives N, which is in the tree, its place among the others, if limits allow
 *  it. */
static bool append_node(struct index *ix, struct node *n) {
  if (ix->n >= LIMIT_ARCHIVE_ENTRIES || !take_bytes(ix, n->name.len)) {
    tdelete(n, &n->up->names, compare_nodes);
    return false;
  }
  n->id = ++ix->ids;
  ix->last->next = n;
  ix->last = n;
  ix->n++;
  return true;
}

// Most are new, so that to look first would be to search twice.
static struct node *lookup_or_add(struct index *ix, struct node *dir,
                                  struct str name) {
  if (is_recent(dir, name))
    return dir->recent;
  const struct arena_mark mark = arena_mark(ix->ar);
  struct node *n = new_node(ix, dir, name);
  struct node *const *at = tsearch(n, &dir->names, compare_nodes);
  if (!at)
    base_out_of_memory();
  dir->recent = *at;
  if (*at != n)
    arena_rewind(ix->ar, mark);
  else if (!append_node(ix, n))
    dir->recent = NULL;
  return dir->recent;
}

// ---- walking ----------------------------------------------------------------

/** A walk along a path, which grows by the links on it. */
struct walk {
  struct index *ix;
  struct node *top; // no link leads above it
  struct node *at;
  struct str rest;
  int links;
  bool create; // directories that are missing
};

static struct str next_part(struct walk *w) {
  struct str part = {0};
  while (w->rest.len && part.len == 0)
    w->rest = str_cut(w->rest, '/', &part);
  return part;
}

static enum index_answer enter_link(struct walk *w, const struct node *link) {
  if (++w->links > LIMIT_LINKS)
    return INDEX_CIRCLE;
  if (str_starts(link->link, "/"))
    return INDEX_OUTSIDE;
  char *to = w->ix->rest[w->links % 2];
  size_t len = link->link.len + 1 + w->rest.len;
  if (len > sizeof w->ix->rest[0])
    return INDEX_CIRCLE;
  if (link->link.len)
    memcpy(to, link->link.p, link->link.len);
  to[link->link.len] = '/';
  if (w->rest.len)
    memcpy(to + link->link.len + 1, w->rest.p, w->rest.len);
  w->rest = (struct str){to, len};
  return INDEX_FOUND;
}

static enum index_answer enter_part(struct walk *w, struct str part) {
  if (++w->ix->steps > LIMIT_ARCHIVE_STEPS)
    return INDEX_LIMIT;
  if (w->at->kind != NODE_DIR)
    return INDEX_NOT_DIR;
  if (str_is(part, "."))
    return INDEX_FOUND;
  if (str_is(part, "..")) {
    if (w->at == w->top)
      return INDEX_OUTSIDE;
    w->at = w->at->up;
    return INDEX_FOUND;
  }
  struct node *n =
      w->create ? lookup_or_add(w->ix, w->at, part) : find_child(w->at, part);
  if (!n)
    return w->create ? INDEX_LIMIT : INDEX_MISSING;
  if (n->kind == NODE_LINK)
    return enter_link(w, n);
  w->at = n;
  return INDEX_FOUND;
}

static enum index_answer walk_index(struct walk *w) {
  for (;;) {
    struct str part = next_part(w);
    if (part.len == 0)
      return INDEX_FOUND;
    enum index_answer answer = enter_part(w, part);
    if (answer != INDEX_FOUND)
      return answer;
  }
}

// Cuts PATH (clean enough: no slash at its end) into directory and name.
static struct str split(struct str path, struct str *dir) {
  ptrdiff_t slash = str_rfind(path, '/');
  *dir = str_take(path, slash < 0 ? 0 : (size_t)slash);
  return slash < 0 ? path : str_skip(path, (size_t)slash + 1);
}

enum index_answer index_find(struct index *ix, struct node *top,
                             struct str path, bool follow, struct node **out) {
  struct str dir, name = split(path, &dir);
  struct walk w = {.ix = ix, .top = top, .at = top};
  w.rest = follow ? path : dir;
  enum index_answer answer = walk_index(&w);
  if (answer != INDEX_FOUND)
    return answer;
  *out = follow ? w.at : find_child(w.at, name);
  return *out ? INDEX_FOUND : INDEX_MISSING;
}

// ---- putting ----------------------------------------------------------------

// What stood in a directory goes when something else takes its place. Its nodes
// stay in the list, with an id that no directory has any more.
static void replace_node(struct index *ix, struct node *n,
                         const struct node *what) {
  if (n->kind == NODE_DIR && what->kind != NODE_DIR) {
    n->id = ++ix->ids;
    forget_names(n);
  }
  n->kind = what->kind;
  n->size = what->size;
  n->place = what->place;
  n->kept = what->kept;
}

enum index_answer index_put(struct index *ix, struct str path,
                            const struct node *what, struct node **out) {
  struct str dir, name = split(path, &dir);
  struct walk w = {.ix = ix, .top = &ix->top, .at = &ix->top, .create = true};
  w.rest = dir;
  enum index_answer answer = walk_index(&w);
  if (answer != INDEX_FOUND)
    return answer;
  if (w.at->kind != NODE_DIR)
    return INDEX_NOT_DIR;
  if (!take_bytes(ix, what->link.len))
    return INDEX_LIMIT;
  struct node *n = lookup_or_add(ix, w.at, name);
  if (!n)
    return INDEX_LIMIT;
  replace_node(ix, n, what);
  n->link = what->link.len ? str_dup(ix->ar, what->link) : what->link;
  *out = n;
  return INDEX_FOUND;
}

// ---- listing ----------------------------------------------------------------

struct listing {
  void (*fn)(void *self, const struct node *node);
  void *self;
};

// A node of the tree is passed several times, once of them in order.
static void list_child(const void *at, VISIT visit, void *self) {
  const struct listing *l = self;
  if (visit == postorder || visit == leaf)
    l->fn(l->self, *(struct node *const *)at);
}

void index_each(const struct node *dir,
                void (*fn)(void *self, const struct node *node), void *self) {
  struct listing l = {fn, self};
  twalk_r(dir->names, list_child, &l);
}
