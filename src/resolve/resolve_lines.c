#include "resolve/resolve_int.h"

// ---- what the user gave -----------------------------------------------------

static bool is_index(const struct requirement_option *o) {
  return o->kind == OPTION_INDEX || o->kind == OPTION_EXTRA_INDEX ||
         o->kind == OPTION_FIND_LINKS;
}

static bool has_option(const struct requirement *r,
                       enum requirement_option_kind kind) {
  for (size_t i = 0; i < r->options.n; i++)
    if (r->options.v[i].kind == kind)
      return true;
  return false;
}

static bool has_index(const struct requirement *r) {
  for (size_t i = 0; i < r->options.n; i++)
    if (is_index(&r->options.v[i]))
      return true;
  return false;
}

// torch and what is released together with it.
static bool is_torch_family(const struct requirement *r) {
  return r->kind == REQUIREMENT_PACKAGE &&
         (str_is(r->name, "torch") || str_is(r->name, "torchvision") ||
          str_is(r->name, "torchaudio"));
}

// An option line that decides where torch comes from: another main index, none
// at all, or one of PyTorch's own or a mirror of it.
static bool is_index_for_torch(const struct requirement *r) {
  for (size_t i = 0; i < r->options.n; i++) {
    const struct requirement_option *o = &r->options.v[i];
    if (o->kind == OPTION_INDEX || str_is(o->name, "--no-index") ||
        (is_index(o) && str_contains(o->value, "pytorch")))
      return true;
  }
  return false;
}

// The user chose an index for torch: ours would only compete with it.
static bool user_has_index(const struct resolver *rs) {
  for (size_t i = 0; i < rs->reqs.n; i++) {
    const struct requirement *r = &rs->reqs.v[i];
    if (r->kind == REQUIREMENT_OPTION ? is_index_for_torch(r)
                                      : is_torch_family(r) && has_index(r))
      return true;
  }
  return false;
}

// ---- the row of torch -------------------------------------------------------

/** Of the rows that IS picks, the one for the CUDA of the image, or the one
 *  with the highest CUDA below it; without GPU the one for the CPU. */
static const struct compat_torch *
best_row(const struct resolver *rs, const char *text,
         bool (*is)(const struct compat_torch *row, const char *text)) {
  const struct compat_torch *best = NULL;
  struct version best_cuda;
  for (size_t i = 0; i < rs->compat->n_torch; i++) {
    const struct compat_torch *row = &rs->compat->torch[i];
    bool cpu = !strcmp(row->cuda, "cpu");
    if (!is(row, text) || cpu == rs->out->gpu)
      continue;
    if (cpu)
      return row;
    struct version v = resolve_version(row->cuda);
    bool fits = version_cmp_public(&v, &rs->cuda) <= 0;
    if (fits && (!best || version_cmp_public(&v, &best_cuda) >= 0)) {
      best = row;
      best_cuda = v;
    }
  }
  return best;
}

static bool is_release(const struct compat_torch *row, const char *text) {
  return !strcmp(row->torch, text);
}

static bool has_torchvision(const struct compat_torch *row, const char *text) {
  return !strcmp(row->torchvision, text);
}

static struct str cudas_of(const struct resolver *rs, const char *release) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1024);
  for (size_t i = 0; i < rs->compat->n_torch; i++) {
    const struct compat_torch *row = &rs->compat->torch[i];
    if (strcmp(row->torch, release) || !strcmp(row->cuda, "cpu"))
      continue;
    sbuf_addf(&out, "%s%s", out.len ? ", " : "", row->cuda);
  }
  return str_dup(rs->ar, sbuf_str(&out));
}

static bool row_has_cuda(const struct resolver *rs,
                         const struct compat_torch *row) {
  struct version v = resolve_version(row->cuda);
  return version_starts(&rs->cuda, &v);
}

static void warn_cuda(struct resolver *rs, const struct compat_torch *row) {
  struct str minor = resolve_minor(rs->ar, &rs->cuda);
  diag_warn(rs->dg, DIAG_TORCH_CUDA, rs->torch.by->span,
            "torch %s has no build for CUDA " STR_FMT, rs->torch.release,
            STR_ARG(minor));
  diag_note(
      rs->dg, rs->cfg->cuda.span, "it has builds for CUDA " STR_FMT "%s%s",
      STR_ARG(cudas_of(rs, rs->torch.release)),
      row ? "; taken: " : "; the line is left as it is", row ? row->cuda : "");
}

static void warn_local(struct resolver *rs, struct str local) {
  struct str cuda = compat_cuda_of_local(rs->ar, local);
  struct version v;
  bool fits =
      rs->out->gpu && version_parse(cuda, &v) && version_starts(&rs->cuda, &v);
  if (fits || (!rs->out->gpu && cuda.len == 0))
    return;
  struct str minor = resolve_minor(rs->ar, &rs->cuda);
  diag_warn(rs->dg, DIAG_TORCH_LOCAL, rs->torch.by->span,
            STR_FMT " is no build for %s" STR_FMT,
            STR_ARG(resolve_shown(rs->torch.by)),
            rs->out->gpu ? "CUDA " : "the CPU",
            STR_ARG(rs->out->gpu ? minor : STR("")));
  if (rs->cfg->cuda.set && rs->out->gpu)
    diag_note(rs->dg, rs->cfg->cuda.span, "which is asked for here");
}

// What PyPI has is without local versions.
static void warn_local_index(struct resolver *rs, struct str local) {
  if (user_has_index(rs))
    return;
  diag_warn(rs->dg, DIAG_TORCH_LOCAL, rs->torch.by->span,
            STR_FMT " is not on PyPI, and no index that has it is given",
            STR_ARG(resolve_shown(rs->torch.by)));
  diag_note(rs->dg, (struct span){0},
            "add --extra-index-url https://download.pytorch.org/whl/" STR_FMT
            " to the packages, or leave out +" STR_FMT,
            STR_ARG(local), STR_ARG(local));
}

static void warn_unknown(struct resolver *rs, const struct named *n) {
  if (n->how != NAMED_PIN || n->release)
    return;
  diag_warn(rs->dg, DIAG_UNKNOWN_RELEASE, n->by->span,
            STR_FMT " is no release that the compatibility tables have",
            STR_ARG(resolve_shown(n->by)));
  diag_note(rs->dg, (struct span){0}, "the line is left as it is%s%s",
            n->nearest ? "; the one before it: " : "",
            n->nearest ? n->nearest : "");
}

static bool names_torch(struct str word) {
  struct str name;
  while (word.len && (word.p[0] == '"' || word.p[0] == '\''))
    word = str_skip(word, 1);
  name = word;
  name.len = 0;
  while (name.len < word.len && !strchr("=<>!~['\"", word.p[name.len]))
    name.len++;
  return str_is_nocase(name, "torch");
}

// "pip install … torch…" in one command of a run item.
static bool installs_torch(struct str command) {
  bool pip = false, install = false;
  for (size_t i = 0; i < command.len;) {
    size_t from = i;
    while (i < command.len && !strchr(" \t\n;&|", command.p[i]))
      i++;
    struct str word = str_take(str_skip(command, from), i - from);
    if (word.len == 0) {
      if (!strchr(" \t", command.p[i]))
        pip = install = false;
      i++;
      continue;
    }
    if (install && names_torch(word))
      return true;
    install = install || (pip && str_is(word, "install"));
    pip = pip || str_contains(word, "pip");
  }
  return false;
}

static void check_run(struct resolver *rs, const struct config_runs *runs) {
  for (size_t i = 0; i < runs->n; i++) {
    if (!installs_torch(runs->v[i].command.text))
      continue;
    diag_warn(rs->dg, DIAG_TORCH_IN_RUN, runs->v[i].span,
              "torch that is installed here does not decide the CUDA version");
    diag_note(rs->dg, (struct span){0},
              "list it in python_packages, or give build.cuda");
  }
}

void resolve_torch_row(struct resolver *rs) {
  const struct named *n = &rs->torch;
  warn_unknown(rs, &rs->torch);
  warn_unknown(rs, &rs->tensorflow);
  if (n->how == NAMED_NOT && rs->out->gpu) {
    check_run(rs, &rs->cfg->pre_install);
    check_run(rs, &rs->cfg->run);
  }
  if (n->how != NAMED_PIN)
    return;
  struct str local = n->pin.local;
  if (local.len) {
    warn_local(rs, local);
    warn_local_index(rs, local);
  }
  if (!n->release)
    return;
  rs->row = best_row(rs, n->release, is_release);
  if (rs->out->gpu && !local.len && !rs->cuda_of_torch &&
      (!rs->row || !row_has_cuda(rs, rs->row)))
    warn_cuda(rs, rs->row);
  if (!rs->row)
    return;
  resolve_decide(rs, "torch",
                 str_printf(rs->ar, "%s for %s%s", rs->row->torch,
                            rs->out->gpu ? "CUDA " : "",
                            rs->out->gpu ? rs->row->cuda : "CPU"),
                 resolve_shown(n->by), n->by->span, "%s", "");
}

// ---- indexes ----------------------------------------------------------------

static struct str without_slash(struct str url) {
  while (str_ends(url, "/"))
    url.len--;
  return url;
}

static void add_index(struct resolver *rs, enum resolved_index_kind kind,
                      struct str url, bool added, struct span span) {
  struct resolved *out = rs->out;
  for (size_t i = 0; i < out->indexes.n; i++) {
    struct resolved_index *ix = &out->indexes.v[i];
    if (ix->kind != kind)
      continue;
    if (str_eq(without_slash(ix->url), without_slash(url)))
      return;
    if (kind == RESOLVED_INDEX_MAIN) { // pip takes the last one
      *ix = (struct resolved_index){kind, url, added, span};
      return;
    }
  }
  vec_push(rs->ar, &out->indexes,
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

// Indexes of the user go to the top, those behind a requirement too: pip reads
// past them there.
static void add_user_indexes(struct resolver *rs, const struct requirement *r) {
  bool alone = r->kind == REQUIREMENT_OPTION;
  for (size_t i = 0; i < r->options.n; i++) {
    const struct requirement_option *o = &r->options.v[i];
    if (is_index(o) && o->value.len)
      add_index(rs, index_kind(o, alone), o->value, false, r->span);
  }
}

static bool only_indexes(const struct requirement *r) {
  for (size_t i = 0; i < r->options.n; i++)
    if (!is_index(&r->options.v[i]) || r->options.v[i].value.len == 0)
      return false;
  return r->kind == REQUIREMENT_OPTION;
}

static int index_cmp(const void *a, const void *b) {
  const struct resolved_index *x = a, *y = b;
  return x->kind != y->kind ? (int)x->kind - (int)y->kind
                            : str_cmp(x->url, y->url);
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
    if (!is_index(o))
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
static bool has_suffix(const struct resolver *rs,
                       const struct compat_torch *row) {
  return *row->local_suffix && str_is(rs->in->architecture, "amd64");
}

static struct str suffixed(struct resolver *rs, const struct compat_torch *row,
                           const char *version) {
  if (!has_suffix(rs, row))
    return str_of(version);
  return str_printf(rs->ar, "%s+%s", version, row->local_suffix);
}

// The wheels of torchaudio got suffixes when PyTorch got real indexes.
static struct str torchaudio_version(struct resolver *rs) {
  return *rs->row->extra_index_url ? suffixed(rs, rs->row, rs->row->torchaudio)
                                   : str_of(rs->row->torchaudio);
}

/** The row that R, a line of the torch family, is pinned to, and the version
 *  that it gets; NULL when the line stays as it is. */
static const struct compat_torch *line_row(struct resolver *rs,
                                           const struct requirement *r,
                                           struct str *version) {
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  const struct compat_torch *row = rs->row;
  if (!pin || pin->op != SPECIFIER_EQ || pin->version.local.len)
    return NULL;
  if (str_is(r->name, "torch")) {
    const char *release = resolve_torch_pin(rs, r);
    if (!row || !release || strcmp(release, row->torch))
      return NULL;
    *version = suffixed(rs, row, row->torch);
    return row;
  }
  if (str_is(r->name, "torchaudio")) {
    if (!row || !str_is(pin->text, row->torchaudio))
      return NULL;
    *version = torchaudio_version(rs);
    return row;
  }
  // torchvision finds its row without torch, too.
  if (!row)
    row = best_row(rs, str_cstr(rs->ar, pin->text), has_torchvision);
  if (!row || !str_is(pin->text, row->torchvision))
    return NULL;
  *version = suffixed(rs, row, row->torchvision);
  return row;
}

static struct str torch_line(struct resolver *rs, const struct requirement *r,
                             bool own_index) {
  struct str version = {"", 0};
  const struct compat_torch *row = NULL;
  if (!own_index && !has_option(r, OPTION_HASH) && !r->constraint)
    row = line_row(rs, r, &version);
  if (row)
    add_row_index(rs, row, r);
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

static void warn_sdk(struct resolver *rs, const struct requirement *r) {
  diag_warn(rs->dg, DIAG_SDK_IN_LIST, r->span,
            "the SDK step installs " STR_FMT ", not this line",
            STR_ARG(r->name));
  diag_note(rs->dg, (struct span){0},
            "remove it; build.sdk_version says which release is wanted");
}

static void add_line(struct resolver *rs, const struct requirement *r,
                     bool own_index) {
  add_user_indexes(rs, r);
  if (only_indexes(r))
    return;
  if (resolve_is_sdk(r)) {
    warn_sdk(rs, r);
    return;
  }
  struct str text = r->text;
  if (is_torch_family(r))
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

void resolve_lines(struct resolver *rs) {
  bool own_index = user_has_index(rs);
  for (size_t i = 0; i < rs->reqs.n; i++)
    add_line(rs, &rs->reqs.v[i], own_index);
  struct resolved *out = rs->out;
  if (out->indexes.n)
    qsort(out->indexes.v, out->indexes.n, sizeof *out->indexes.v, index_cmp);
}
