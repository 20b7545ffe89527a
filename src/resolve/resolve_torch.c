#include "resolve/resolve_int.h"

// ---- what the user gave -----------------------------------------------------

bool resolve_is_index(const struct requirement_option *o) {
  return o->kind == OPTION_INDEX || o->kind == OPTION_EXTRA_INDEX ||
         o->kind == OPTION_FIND_LINKS;
}

static bool has_index(const struct requirement *r) {
  for (size_t i = 0; i < r->options.n; i++)
    if (resolve_is_index(&r->options.v[i]))
      return true;
  return false;
}

// torch and what is released together with it.
bool resolve_is_torch_family(const struct requirement *r) {
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
        (resolve_is_index(o) && str_contains(o->value, "pytorch")))
      return true;
  }
  return false;
}

// The user chose an index for torch: ours would only compete with it.
bool resolve_user_has_index(const struct resolver *rs) {
  for (size_t i = 0; i < rs->reqs.n; i++) {
    const struct requirement *r = &rs->reqs.v[i];
    if (r->kind == REQUIREMENT_OPTION
            ? is_index_for_torch(r)
            : resolve_is_torch_family(r) && has_index(r))
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
  for (size_t i = 0; i < rs->compat->n_torch; i++) {
    const struct compat_torch *row = &rs->compat->torch[i];
    bool cpu = !strcmp(row->cuda, "cpu");
    if (!is(row, text) || cpu == rs->out->gpu)
      continue;
    if (cpu)
      return row;
    struct version v = resolve_version(row->cuda);
    bool fits = version_cmp_public(&v, &rs->cuda) <= 0;
    if (fits && (!best || resolve_version_cmp(row->cuda, best->cuda) >= 0))
      best = row;
  }
  return best;
}

static bool is_release_of_row(const struct compat_torch *row,
                              const char *text) {
  return !strcmp(row->torch, text);
}

static bool has_torchvision(const struct compat_torch *row, const char *text) {
  struct version pin;
  return version_parse(str_of(text), &pin) &&
         compat_companion(row->torchvision, &pin).len;
}

static struct str cudas_of(const struct resolver *rs, const char *release) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, 1024);
  for (size_t i = 0; i < rs->compat->n_torch; i++) {
    const struct compat_torch *row = &rs->compat->torch[i];
    if (strcmp(row->torch, release) != 0 || !strcmp(row->cuda, "cpu"))
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
  if (resolve_user_has_index(rs) || rs->row)
    return;
  diag_warn(rs->dg, DIAG_TORCH_LOCAL, rs->torch.by->span,
            STR_FMT " is not on PyPI, and no index that has it is given",
            STR_ARG(resolve_shown(rs->torch.by)));
  diag_note(rs->dg, SPAN_NONE,
            "add --extra-index-url https://download.pytorch.org/whl/" STR_FMT
            " to the packages, or leave out +" STR_FMT,
            STR_ARG(local), STR_ARG(local));
}

static bool is_newest_cpu_row(const struct resolver *rs, size_t i) {
  const struct compat_torch *row = &rs->compat->torch[i];
  if (strcmp(row->cuda, "cpu") != 0)
    return false;
  for (size_t k = 0; k < rs->compat->n_torch; k++)
    if (resolve_version_cmp(rs->compat->torch[k].torch, row->torch) > 0)
      return false;
  return true;
}

const struct compat_torch *resolve_newer_torch_row(const struct resolver *rs) {
  const struct named *n = &rs->torch;
  if (rs->out->gpu || n->how != NAMED_PIN || n->release || !n->nearest ||
      n->pin.local.len)
    return NULL;
  for (size_t i = 0; i < rs->compat->n_torch; i++)
    if (is_newest_cpu_row(rs, i))
      return strcmp(rs->compat->torch[i].torch, n->nearest) == 0
                 ? &rs->compat->torch[i]
                 : NULL;
  return NULL;
}

static void warn_unknown_torch(struct resolver *rs, const struct named *n) {
  if ((n->how != NAMED_PIN && n->how != NAMED_RANGE) || n->release)
    return;
  diag_warn(rs->dg, DIAG_UNKNOWN_RELEASE, n->by->span,
            STR_FMT " is no release that the compatibility tables have",
            STR_ARG(resolve_shown(n->by)));
  diag_note(rs->dg, SPAN_NONE, "the line is left as it is%s%s%s",
            n == &rs->torch && !resolve_user_has_index(rs) &&
                    resolve_newer_torch_row(rs)
                ? ", with PyTorch's index for the CPU"
                : "",
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
  const struct config_text *cuda = &rs->cfg->cuda;
  for (size_t i = 0; i < runs->n; i++) {
    if (!installs_torch(runs->v[i].command.text))
      continue;
    diag_warn(rs->dg, DIAG_TORCH_IN_RUN, runs->v[i].span,
              "torch that is installed here does not decide the CUDA version");
    diag_note(rs->dg, cuda->span, "%s",
              cuda->set ? "it has to go with the one that is given"
                        : "list it in python_packages, or give build.cuda");
  }
}

// A local version names its row, whatever the image has.
static const struct compat_torch *row_of_local(const struct resolver *rs) {
  const struct named *n = &rs->torch;
  for (size_t i = 0; i < rs->compat->n_torch; i++) {
    const struct compat_torch *row = &rs->compat->torch[i];
    if (is_release_of_row(row, n->release) &&
        str_is(n->pin.local, row->local_suffix))
      return row;
  }
  return NULL;
}

static void choose_row(struct resolver *rs) {
  const struct named *n = &rs->torch;
  if (n->pin.local.len) {
    rs->row = row_of_local(rs);
    return;
  }
  rs->row = best_row(rs, n->release, is_release_of_row);
  if (!rs->out->gpu || rs->cuda_of_torch)
    return;
  if (!rs->row || !row_has_cuda(rs, rs->row))
    warn_cuda(rs, rs->row);
}

void resolve_torch_row(struct resolver *rs) {
  const struct named *n = &rs->torch;
  warn_unknown_torch(rs, &rs->torch);
  warn_unknown_torch(rs, &rs->tensorflow);
  if (n->how == NAMED_NOT && rs->out->gpu) {
    check_run(rs, &rs->cfg->pre_install);
    check_run(rs, &rs->cfg->run);
  }
  if (n->how == NAMED_PIN && n->release)
    choose_row(rs);
  if (n->how == NAMED_PIN && n->pin.local.len) {
    warn_local(rs, n->pin.local);
    warn_local_index(rs, n->pin.local);
  }
}

const struct compat_torch *resolve_torchvision_row(const struct resolver *rs,
                                                   struct str torchvision) {
  return best_row(rs, str_cstr(rs->ar, torchvision), has_torchvision);
}
