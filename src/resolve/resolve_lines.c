#include "resolve/resolve_int.h"

// ---- indexes ----------------------------------------------------------------

static struct str without_slash(struct str url) {
  while (str_ends(url, "/"))
    url.len--;
  return url;
}

static void add_index(struct resolver *rs, enum resolved_index_kind kind,
                      struct str url, bool added, struct span span) {
  vec_push(rs->ar, &rs->out->indexes,
           (struct resolved_index){kind, url, added, span});
}

static void add_row_index(struct resolver *rs, const struct compat_torch *row,
                          const struct requirement *by) {
  if (*row->find_links)
    add_index(rs, RESOLVED_FIND_LINKS, str_of(row->find_links), true, by->span);
  if (*row->extra_index_url)
    add_index(rs, RESOLVED_INDEX_EXTRA, str_of(row->extra_index_url), true,
              by->span);
}

static enum resolved_index_kind index_kind(const struct requirement_option *o,
                                           bool alone) {
  if (o->kind == OPTION_FIND_LINKS)
    return RESOLVED_FIND_LINKS;
  // Behind a requirement it is meant for that one; as the main index it would
  // take PyPI away from all the others.
  return o->kind == OPTION_INDEX && alone ? RESOLVED_INDEX_MAIN
                                          : RESOLVED_INDEX_EXTRA;
}

static bool only_indexes(const struct requirement *r) {
  for (size_t i = 0; i < r->options.n; i++)
    if (!resolve_is_index(&r->options.v[i]) || r->options.v[i].value.len == 0)
      return false;
  return r->kind == REQUIREMENT_OPTION;
}

// Indexes of the user go to the top, those behind a requirement too: pip reads
// past them there. An option line with others among them stays as it is.
static void add_user_indexes(struct resolver *rs, const struct requirement *r) {
  bool alone = r->kind == REQUIREMENT_OPTION;
  for (size_t i = 0; i < r->options.n && (!alone || only_indexes(r)); i++) {
    const struct requirement_option *o = &r->options.v[i];
    if (resolve_is_index(o) && o->value.len)
      add_index(rs, index_kind(o, alone), o->value, false, r->span);
  }
}

static int index_cmp(const void *a, const void *b) {
  const struct resolved_index *x = a, *y = b;
  int d = (int)x->kind - (int)y->kind;
  if (!d)
    d = str_cmp(without_slash(x->url), without_slash(y->url));
  if (!d)
    d = x->added - y->added; // the user's own stands for both
  return d ? d : str_cmp(x->url, y->url);
}

// pip takes the last main index that is named.
static void keep_last_main_index(struct resolved *out) {
  size_t n = 0;
  bool seen = false;
  for (size_t i = out->indexes.n; i-- > 0;) {
    bool is_main = out->indexes.v[i].kind == RESOLVED_INDEX_MAIN;
    if (!is_main || !seen)
      out->indexes.v[out->indexes.n - ++n] = out->indexes.v[i];
    seen |= is_main;
  }
  out->indexes.v += out->indexes.n - n;
  out->indexes.n = n;
}

static void sort_indexes(struct resolved *out) {
  if (out->indexes.n == 0)
    return;
  keep_last_main_index(out);
  qsort(out->indexes.v, out->indexes.n, sizeof *out->indexes.v, index_cmp);
  size_t n = 1;
  for (size_t i = 1; i < out->indexes.n; i++) {
    struct resolved_index *last = &out->indexes.v[n - 1],
                          *ix = &out->indexes.v[i];
    if (ix->kind != last->kind ||
        !str_eq(without_slash(ix->url), without_slash(last->url)))
      out->indexes.v[n++] = *ix;
  }
  out->indexes.n = n;
}

static bool has_option(const struct requirement *r,
                       enum requirement_option_kind kind) {
  for (size_t i = 0; i < r->options.n; i++)
    if (r->options.v[i].kind == kind)
      return true;
  return false;
}

// ---- lines ------------------------------------------------------------------

/** R's text with another version in its pin (VERSION empty: the same) and
 *  without the indexes behind it. */
static struct str rewrite(struct resolver *rs, const struct requirement *r,
                          struct str version) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, r->text.len + version.len);
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  size_t at = 0;
  if (pin && version.len) {
    at = (size_t)(pin->text.p - r->line.p);
    sbuf_addstr(&out, str_take(r->text, at));
    sbuf_addstr(&out, version);
    at += pin->text.len;
  }
  for (size_t i = 0; i < r->options.n; i++) {
    const struct requirement_option *o = &r->options.v[i];
    if (!resolve_is_index(o))
      continue;
    size_t end = o->off; // without the blanks and line breaks before it
    while (end > at && strchr(" \t\r\n", r->line.p[end - 1]))
      end--;
    sbuf_add(&out, r->text.p + at, end - at);
    at = o->off + o->len;
  }
  sbuf_addstr(&out, str_skip(r->text, at));
  return str_dup(rs->ar, sbuf_str(&out));
}

// Wheels for other machines than x86-64 are without suffix.
static bool has_index_suffix(const struct resolver *rs,
                             const struct compat_torch *row) {
  return *row->local_suffix && str_is(rs->in->architecture, "amd64");
}

static struct str suffixed(struct resolver *rs, const struct compat_torch *row,
                           struct str version) {
  if (!has_index_suffix(rs, row))
    return version;
  return str_printf(rs->ar, STR_FMT "+%s", STR_ARG(version), row->local_suffix);
}

// The wheels of torchaudio got suffixes when PyTorch got real indexes.
static struct str torchaudio_version(struct resolver *rs, struct str version) {
  return *rs->row->extra_index_url ? suffixed(rs, rs->row, version) : version;
}

/** The row that R, a line of the torch family, is pinned to, and the version
 *  that it gets; NULL when the line stays as it is. */
static const struct compat_torch *line_row(struct resolver *rs,
                                           const struct requirement *r,
                                           struct str *version) {
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  const struct compat_torch *row = rs->row;
  if (!pin || pin->op != SPECIFIER_EQ)
    return NULL;
  if (pin->version.local.len) // the user's choice; PyPI does not have it
    return str_is(r->name, "torch") && r == rs->torch.by ? row : NULL;
  if (str_is(r->name, "torch")) {
    const char *release = resolve_torch_pin(rs, r);
    if (!row || !release || strcmp(release, row->torch) != 0)
      return NULL;
    *version = suffixed(rs, row, str_of(row->torch));
    return row;
  }
  if (str_is(r->name, "torchaudio")) {
    struct str companion =
        compat_companion(row ? row->torchaudio : "", &pin->version);
    *version = companion.len ? torchaudio_version(rs, companion) : companion;
    return companion.len ? row : NULL;
  }
  // torchvision finds its row without a torch that is pinned, too.
  if (rs->torch.how != NAMED_PIN)
    row = resolve_torchvision_row(rs, pin->text);
  struct str companion =
      compat_companion(row ? row->torchvision : "", &pin->version);
  *version = companion.len ? suffixed(rs, row, companion) : companion;
  return companion.len ? row : NULL;
}

static void decide_version(struct resolver *rs, const struct compat_torch *row,
                           const struct requirement *r, struct str version) {
  const char *from =
      *row->extra_index_url ? row->extra_index_url : row->find_links;
  const char *name = str_cstr(rs->ar, r->name);
  if (!resolved_decision(rs->out, name))
    resolve_decide(rs, name, version, resolve_shown(r), r->span, "%s%s",
                   *from ? "from " : "", from);
}

static struct str torch_line(struct resolver *rs, const struct requirement *r,
                             bool own_index) {
  struct str version = {"", 0};
  const struct compat_torch *row = NULL;
  if (!own_index && !has_option(r, OPTION_HASH) && !r->constraint &&
      resolve_applies(rs, r))
    row = line_row(rs, r, &version);
  if (!row && r == rs->torch.by && !own_index && !r->constraint)
    row = resolve_newer_torch_row(rs);
  if (row) {
    add_row_index(rs, row, r);
    decide_version(rs, row, r, version.len ? version : rs->torch.pin.text);
  }
  return rewrite(rs, r, version);
}

// "==2.16" means the newest 2.16.x, but pip takes it for 2.16.0.
static struct str tensorflow_line(struct resolver *rs,
                                  const struct requirement *r) {
  struct named *n = &rs->tensorflow;
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  if (r != n->by || n->how != NAMED_PIN || !n->release || n->pin.local.len ||
      pin->op != SPECIFIER_EQ || has_option(r, OPTION_HASH))
    return r->text;
  struct version release = resolve_version(n->release);
  if (version_cmp_public(&n->pin, &release) == 0)
    return r->text;
  return rewrite(rs, r, str_of(n->release));
}

static void add_resolved_line(struct resolver *rs, const struct requirement *r,
                              bool own_index) {
  add_user_indexes(rs, r);
  if (only_indexes(r))
    return;
  if (resolve_is_sdk(r))
    return; // resolve_sdk() says what becomes of it
  struct str text = r->text;
  if (resolve_is_torch_family(r))
    text = torch_line(rs, r, own_index);
  else if (r->kind == REQUIREMENT_PACKAGE && str_is(r->name, "tensorflow"))
    text = tensorflow_line(rs, r);
  struct resolved_line line = {.text = text,
                               .rewritten = !str_eq(text, r->text),
                               .constraint = r->constraint,
                               .span = r->span,
                               .requirement = r};
  vec_push(rs->ar, &rs->out->lines, line);
}

/** The first torch that runs with numpy 2. Source: PyTorch 2.3.0's release
 *  notes. */
#define FIRST_TORCH_WITH_NUMPY_2 "2.3"

static bool is_torch_before_numpy_2(const struct resolver *rs) {
  const struct named *n = &rs->torch;
  struct version v, first = resolve_version(FIRST_TORCH_WITH_NUMPY_2);
  if (n->release)
    v = resolve_version(n->release);
  else if (n->how == NAMED_PIN)
    v = n->pin;
  else
    return false;
  return version_cmp_public(&v, &first) < 0;
}

static bool has_no_index(const struct requirement *r) {
  for (size_t i = 0; i < r->options.n; i++)
    if (str_is(r->options.v[i].name, "--no-index"))
      return true;
  return false;
}

/** Whether pip may choose between numpy 1 and 2. It may not where there are
 *  hashes, one of which our line would need, or no index to find numpy in. */
static bool leaves_numpy_open(const struct resolver *rs) {
  if (rs->in->options.no_index)
    return false;
  const struct version one = resolve_version("1.26.4"),
                       two = resolve_version("2.2.6");
  for (size_t i = 0; i < rs->reqs.n; i++) {
    const struct requirement *r = &rs->reqs.v[i];
    if (has_option(r, OPTION_HASH) || has_no_index(r))
      return false;
    if (str_is(r->name, "numpy") && resolve_applies(rs, r) &&
        (r->url.len || !specifier_set_matches(&r->specifiers, &one) ||
         !specifier_set_matches(&r->specifiers, &two)))
      return false;
  }
  return true;
}

static void add_numpy_bound(struct resolver *rs) {
  if (!is_torch_before_numpy_2(rs) || !leaves_numpy_open(rs))
    return;
  const struct requirement *by = rs->torch.by;
  struct requirements one = {0};
  if (!requirements_parse_item(STR("numpy<2"), &by->span, 1, rs->ar, &one,
                               rs->dg))
    BUG("numpy<2 is a requirement");
  vec_push(rs->ar, &rs->out->lines,
           (struct resolved_line){.text = one.v[0].text,
                                  .added = true,
                                  .span = by->span,
                                  .requirement = &one.v[0]});
  resolve_decide(rs, "numpy", STR("<2"), resolve_shown(by), by->span,
                 "torch before " FIRST_TORCH_WITH_NUMPY_2
                 " fails with numpy 2; a numpy pinned in the packages counts");
}

void resolve_lines(struct resolver *rs) {
  bool own_index = resolve_user_has_index(rs);
  for (size_t i = 0; i < rs->reqs.n; i++)
    add_resolved_line(rs, &rs->reqs.v[i], own_index);
  add_numpy_bound(rs);
  sort_indexes(rs->out);
}
