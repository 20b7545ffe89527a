// Which files of the context are layers of their own, below the source.
//
// A file is one when it has WEIGHTS_BYTES or more and its name does
// not say that it is source, media or a log. The topmost directories that hold
// such files become one layer each, with all that is in them; one with Python
// in it does not, because an edit would push all of it again: there, and at the
// top, the files are layers one by one.
// Source: replicate/cog v0.9.20 pkg/weights/weights.go, which leaves
// directories with Python in them alone altogether.
#include "cogfe/recipe.h"

#include "cogfe/limits.h"

#define WEIGHTS_BYTES (10 * 1024 * 1024)

static const char *const source_suffixes[] = {".py", ".pyi", ".ipynb"};

static const char *const other_suffixes[] = {
    ".whl",  ".log",                                             //
    ".jpg",  ".jpeg", ".png", ".webp", ".svg", ".gif",  ".avif", //
    ".heic", ".bmp",  ".tif", ".tiff",                           // images
    ".mp4",  ".mov",  ".avi", ".wmv",  ".mkv", ".webm",          // videos
    ".mp3",  ".wav",  ".ogg", ".flac", ".aac", ".m4a",  ".opus", // sound
};

// Nobody's model reads its weights from these.
static const char *const other_directories[] = {".cog", ".git", "__pycache__"};

struct finder {
  struct arena *ar;
  const struct context_ignore *ignore;   // of the build; NULL: none
  const struct context_ignore *patterns; // NULL: by the rule
  struct context_files files;
  bool *chosen; // of FILES, in their order
  /** By depth, the newest directory that is no layer: none is looked through
   *  twice. */
  struct str refused[LIMIT_WALK_DEPTH + 1];
  struct plan_weights *out;
};

// ---- one file ---------------------------------------------------------------

static bool has_suffix(struct str path, const char *const *suffixes, size_t n) {
  const ptrdiff_t dot = str_rfind(path, '.');
  for (size_t i = 0; dot >= 0 && i < n; i++)
    if (str_is_nocase(str_skip(path, (size_t)dot), suffixes[i]))
      return true;
  return false;
}

static bool is_source(struct str path) {
  return has_suffix(path, source_suffixes, ARRAY_LEN(source_suffixes));
}

/** Names that a pattern, or a line of a Dockerfile, cannot hold stay with the
 *  source. */
static bool can_be_named(struct str path) {
  for (size_t i = 0; i < path.len; i++)
    if ((unsigned char)path.p[i] < ' ' || path.p[i] == '\\' ||
        path.p[i] == 0x7F)
      return false;
  return str_is_utf8(path) && str_eq(str_trim(path), path);
}

static bool is_large(const struct context_file *file) {
  return file->size >= WEIGHTS_BYTES && can_be_named(file->path) &&
         !is_source(file->path) &&
         !has_suffix(file->path, other_suffixes, ARRAY_LEN(other_suffixes));
}

static bool is_chosen(const struct finder *f, const struct context_file *file) {
  if (f->patterns)
    return can_be_named(file->path) &&
           context_ignore_hides(f->patterns, file->path);
  return is_large(file);
}

// ---- all files --------------------------------------------------------------

static bool has_exceptions(const struct context_ignore *ignore) {
  for (size_t i = 0; i < ignore->patterns.n; i++)
    if (str_starts(ignore->patterns.v[i], "!"))
      return true;
  return false;
}

static bool enter(void *self, struct str path) {
  const struct finder *f = self;
  const struct str name = str_skip(path, (size_t)(str_rfind(path, '/') + 1));
  for (size_t i = 0; i < ARRAY_LEN(other_directories); i++)
    if (str_is(name, other_directories[i]))
      return false;
  return !f->ignore || has_exceptions(f->ignore) ||
         !context_ignore_hides(f->ignore, path);
}

static void drop_hidden(struct finder *f) {
  size_t n = 0;
  for (size_t i = 0; f->ignore && i < f->files.n; i++)
    if (!context_ignore_hides(f->ignore, f->files.v[i].path))
      f->files.v[n++] = f->files.v[i];
  if (f->ignore)
    f->files.n = n;
}

static void choose(struct finder *f) {
  f->chosen = arena_array(f->ar, bool, f->files.n);
  for (size_t i = 0; i < f->files.n; i++)
    f->chosen[i] = is_chosen(f, &f->files.v[i]);
}

// ---- directories ------------------------------------------------------------

static bool is_below(struct str path, struct str dir) {
  return path.len > dir.len && path.p[dir.len] == '/' &&
         str_eq(str_take(path, dir.len), dir);
}

static bool is_in_layer(const struct finder *f, struct str path) {
  for (size_t i = 0; i < f->out->n; i++)
    if (str_eq(path, f->out->v[i].path) || is_below(path, f->out->v[i].path))
      return true;
  return false;
}

static bool is_seen(const struct finder *f, struct str dir) {
  for (size_t i = 0; i < f->files.unseen.n; i++)
    if (str_eq(f->files.unseen.v[i], dir) ||
        is_below(f->files.unseen.v[i], dir))
      return false;
  return true;
}

/** Whether a file that was not chosen may be in a layer with those that were.
 */
static bool may_come_along(const struct finder *f, struct str path) {
  return !f->patterns && !is_source(path);
}

/** Takes DIR, which holds the file I, as a whole if it can be. Its files stand
 *  side by side, because all are sorted. */
static bool take_directory(struct finder *f, struct str dir, size_t i,
                           size_t *end) {
  size_t first = i;
  while (first > 0 && is_below(f->files.v[first - 1].path, dir))
    first--;
  struct plan_weight w = {.path = dir, .dir = true};
  bool holds = f->patterns; // a file that was chosen, itself
  for (i = first; i < f->files.n && is_below(f->files.v[i].path, dir); i++) {
    const struct context_file *file = &f->files.v[i];
    if (!f->chosen[i] && !may_come_along(f, file->path))
      return false;
    const size_t slash = (size_t)str_rfind(file->path, '/');
    holds |= f->chosen[i] && slash == dir.len;
    w.files++;
    w.bytes += file->size;
  }
  if (!holds || !is_seen(f, dir) || !can_be_named(dir))
    return false;
  vec_push(f->ar, f->out, w);
  *end = i;
  return true;
}

/** Takes the file I, or the topmost directory above it that can be taken.
 *  Returns the first file behind what was taken. */
static size_t take(struct finder *f, size_t i) {
  const struct context_file *file = &f->files.v[i];
  size_t end, depth = 0;
  for (size_t slash = 0; slash < file->path.len; slash++) {
    const struct str dir = str_take(file->path, slash);
    if (file->path.p[slash] != '/' || str_eq(f->refused[depth++], dir))
      continue;
    if (take_directory(f, dir, i, &end))
      return end;
    f->refused[depth - 1] = dir;
  }
  const struct plan_weight one = {file->path, false, 1, file->size};
  vec_push(f->ar, f->out, one);
  return i + 1;
}

static void group(struct finder *f) {
  for (size_t i = 0; i < f->files.n;)
    i = f->chosen[i] ? take(f, i) : i + 1;
}

// ---- too many ---------------------------------------------------------------

static int by_size(const void *a, const void *b) {
  const struct plan_weight *x = a, *y = b;
  if (x->bytes != y->bytes)
    return x->bytes < y->bytes ? 1 : -1;
  return str_cmp(x->path, y->path);
}

static int by_path(const void *a, const void *b) {
  return str_cmp(((const struct plan_weight *)a)->path,
                 ((const struct plan_weight *)b)->path);
}

static void keep_largest(struct finder *f, struct diags *dg) {
  struct plan_weights *w = f->out;
  if (w->n <= LIMIT_WEIGHTS_LAYERS)
    return;
  diag_warn(
      dg, DIAG_WEIGHTS_LIMIT, (struct span){0},
      "%zu weights are too many for a layer each; the largest %d have one",
      w->n, LIMIT_WEIGHTS_LAYERS);
  diag_note(dg, (struct span){0},
            "put them into a directory that holds no Python: it is one layer");
  qsort(w->v, w->n, sizeof *w->v, by_size);
  w->n = LIMIT_WEIGHTS_LAYERS;
  qsort(w->v, w->n, sizeof *w->v, by_path);
}

static void warn_unseen(const struct finder *f, struct diags *dg) {
  if (!f->files.unseen.n)
    return;
  diag_warn(dg, DIAG_WEIGHTS_LIMIT, (struct span){0},
            "the context has more directories than are searched for weights; "
            "\"" STR_FMT "\" was left out",
            STR_ARG(f->files.unseen.v[0]));
  diag_note(dg, (struct span){0},
            "keep what the image does not need away with .dockerignore");
}

/** Files that are weights by the rule, and no layer because COG_WEIGHTS says
 *  something else. */
static void warn_in_source(const struct finder *f, bool off, struct diags *dg) {
  const struct context_file *largest = NULL;
  size_t n = 0;
  for (size_t i = 0; i < f->files.n; i++) {
    const struct context_file *file = &f->files.v[i];
    if (!is_large(file) || is_in_layer(f, file->path))
      continue;
    n++;
    if (!largest || file->size > largest->size)
      largest = file;
  }
  if (!largest)
    return;
  diag_warn(dg, DIAG_WEIGHTS_IN_SOURCE, (struct span){0},
            "\"" STR_FMT "\" (" STR_FMT ") %s part of the source's layer",
            STR_ARG(largest->path), STR_ARG(str_size(f->ar, largest->size)),
            n > 1 ? arena_printf(f->ar, "and %zu more are", n - 1) : "is");
  diag_note(
      dg, (struct span){0}, "every edit of the source pushes it again; %s",
      off ? "without COG_WEIGHTS=off it is a layer of its own"
          : "a pattern of COG_WEIGHTS that matches it makes it a layer of "
            "its own");
}

// ---- COG_WEIGHTS ------------------------------------------------------------

static struct str base_name(struct str path) {
  return str_skip(path, (size_t)(str_rfind(path, '/') + 1));
}

static size_t min(size_t a, size_t b) {
  return a < b ? a : b;
}

/** Edits that make TEXT match PATTERN, in which a "*" is any text. */
static size_t edits(struct str text, struct str pattern) {
  enum { LENGTH_MAX = 250 }; // a few microseconds
  size_t rows[2][LENGTH_MAX + 1] = {{0}};
  pattern = str_take(pattern, LENGTH_MAX);
  for (size_t j = 0; j < pattern.len; j++)
    rows[0][j + 1] = rows[0][j] + (pattern.p[j] != '*');
  for (size_t i = 0; i < text.len; i++) {
    const size_t *prev = rows[i % 2];
    size_t *cur = rows[(i + 1) % 2];
    cur[0] = i + 1;
    for (size_t j = 0; j < pattern.len; j++) {
      const bool any = pattern.p[j] == '*';
      const bool same = pattern.p[j] == text.p[i] || pattern.p[j] == '?';
      const size_t other = min(cur[j], prev[j + 1]) + !any;
      cur[j + 1] = any ? min(other, prev[j]) : min(other, prev[j] + !same);
    }
  }
  return rows[text.len % 2][pattern.len];
}

/** How far PATH is from what PATTERN asks for: as a whole, or only its name,
 *  in another directory. */
static size_t distance(struct str path, struct str pattern) {
  const struct str name = base_name(pattern);
  const size_t whole = edits(path, pattern);
  if (strspn(name.p, "*") >= name.len)
    return whole;
  return min(whole, edits(base_name(path), name) + 1);
}

static void note_nearest(const struct finder *f, struct str pattern,
                         struct diags *dg) {
  const struct context_file *nearest = NULL;
  size_t best = SIZE_MAX;
  for (size_t i = 0; i < f->files.n && i < LIMIT_WEIGHTS_COMPARED; i++) {
    const size_t d = distance(f->files.v[i].path, pattern);
    if (d < best) {
      best = d;
      nearest = &f->files.v[i];
    }
  }
  if (nearest)
    diag_note(dg, (struct span){0}, "the nearest file is \"" STR_FMT "\"",
              STR_ARG(nearest->path));
  else
    diag_note(dg, (struct span){0}, "the context holds no files");
}

static bool matches_any(const struct finder *f,
                        const struct context_ignore *pattern) {
  for (size_t i = 0; i < f->files.n; i++)
    if (context_ignore_hides(pattern, f->files.v[i].path))
      return true;
  return false;
}

/** Warns of each pattern that, by itself, matches nothing. */
static bool check_patterns(struct finder *f, struct diags *dg) {
  const struct str_vec *texts = &f->patterns->patterns;
  for (size_t i = 0; i < texts->n; i++) {
    struct context_ignore one;
    const struct source src = {"COG_WEIGHTS", texts->v[i]};
    if (str_starts(texts->v[i], "!"))
      continue;
    if (!context_ignore_parse(f->ar, &src, &one, dg))
      return false;
    if (matches_any(f, &one))
      continue;
    diag_warn(dg, DIAG_WEIGHTS_NONE, (struct span){0},
              "COG_WEIGHTS: no file of the context matches \"" STR_FMT "\"",
              STR_ARG(texts->v[i]));
    note_nearest(f, texts->v[i], dg);
  }
  return true;
}

/** The patterns of TEXT, which spaces part. */
static bool parse_patterns(struct arena *ar, struct str text,
                           struct context_ignore *out, struct diags *dg) {
  char *lines = str_cstr(ar, text);
  for (char *p = lines; *p; p++)
    if (*p == ' ')
      *p = '\n';
  struct source *src = arena_new(ar, struct source);
  *src = (struct source){"COG_WEIGHTS", {lines, text.len}};
  return context_ignore_parse(ar, src, out, dg);
}

// ---- the named context ------------------------------------------------------

/** GIVEN without empty parts and "."; false for "..", and when nothing is left.
 */
static bool clean_dir(struct arena *ar, struct str given, struct str *out) {
  struct str part;
  *out = str_starts(given, "/") ? STR("") : STR(PLAN_SOURCE_DIR);
  const size_t least = out->len;
  while (given.len) {
    given = str_cut(given, '/', &part);
    if (str_is(part, ".."))
      return false;
    if (part.len && !str_is(part, "."))
      *out = str_printf(ar, STR_FMT "/" STR_FMT, STR_ARG(*out), STR_ARG(part));
  }
  return out->len > least;
}

bool recipe_weights_dir(const struct recipe_args *args, struct arena *ar,
                        struct str *dir, struct diags *dg) {
  const struct str given = args->weights_path;
  *dir = STR(PLAN_SOURCE_DIR "/weights");
  if (!given.len || (can_be_named(given) && clean_dir(ar, given, dir)))
    return true;
  diag_fail(dg, DIAG_BAD_OPTION, (struct span){0},
            "COG_WEIGHTS_PATH cannot be \"" STR_FMT "\"", STR_ARG(given));
  diag_note(dg, (struct span){0},
            "it is a directory of the image, such as /weights, or one below"
            " " PLAN_SOURCE_DIR ", such as models");
  return false;
}

/** The files of the context win over those of the named one, since the source
 *  is laid over the weights; which ones is not known before both are there. */
static void warn_covered(const struct finder *f, struct str dir,
                         struct diags *dg) {
  const struct str top = STR(PLAN_SOURCE_DIR);
  if (!is_below(dir, top))
    return;
  const struct str inside = str_skip(dir, top.len + 1);
  for (size_t i = 0; i < f->files.n; i++) {
    const struct str path = f->files.v[i].path;
    if (!is_below(path, inside) && !str_eq(path, inside))
      continue;
    diag_warn(dg, DIAG_WEIGHTS_COVERED, (struct span){0},
              "the context too has \"" STR_FMT "\", where the named context "
              "weights is laid; its \"" STR_FMT "\" covers that of the other",
              STR_ARG(inside), STR_ARG(path));
    diag_note(dg, (struct span){0}, "COG_WEIGHTS_PATH names another place");
    return;
  }
}

// ---- all of it --------------------------------------------------------------

/** What is made of the paths of all files lives in ALL. */
static bool find(const struct recipe_weights_input *in, struct arena *ar,
                 struct arena *all, struct plan_weights *out,
                 struct diags *dg) {
  const bool off = str_is(in->args->weights, "off");
  if (off && !in->look)
    return true;
  struct finder f = {.ar = all, .ignore = in->ignore, .out = out};
  struct context_ignore patterns;
  if (in->args->weights.len && !off) {
    if (!parse_patterns(ar, in->args->weights, &patterns, dg))
      return false;
    f.patterns = &patterns;
  }
  if (!context_walk(in->tree, enter, &f, all, &f.files, dg))
    return false;
  drop_hidden(&f);
  if (f.patterns && !check_patterns(&f, dg))
    return false;
  if (!off) {
    choose(&f);
    group(&f);
  }
  keep_largest(&f, dg);
  if (in->args->weights.len)
    warn_in_source(&f, off, dg);
  warn_unseen(&f, dg);
  if (in->dir.len)
    warn_covered(&f, in->dir, dg);
  return true;
}

bool recipe_find_weights(const struct recipe_weights_input *in,
                         struct arena *ar, struct plan_weights *out,
                         struct diags *dg) {
  struct arena all; // a context has many files and few weights
  struct plan_weights found = {0};
  *out = (struct plan_weights){0};
  arena_init(&all);
  const bool ok = find(in, ar, &all, &found, dg);
  for (size_t i = 0; ok && i < found.n; i++) {
    found.v[i].path = str_dup(ar, found.v[i].path);
    vec_push(ar, out, found.v[i]);
  }
  arena_release(&all);
  return ok;
}
