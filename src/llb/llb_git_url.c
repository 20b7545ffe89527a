// URLs of git repositories, as `docker build` takes them. Source:
// docs/dev/gateway.md, The context; buildkit v0.32.2
// frontend/dockerui/context.go DetectGitContext and
// frontend/dockerfile/dfgitutil/git_ref.go.
#include "llb/llb_int.h"

/** The URL up to what says more about the checkout: `#…` or `?…`. */
static struct str address(struct str url) {
  size_t n = 0;
  while (n < url.len && url.p[n] != '#' && url.p[n] != '?')
    n++;
  return str_take(url, n);
}

/** user@host:path, as git and ssh write it. */
static bool is_scp_form(struct str url) {
  const ptrdiff_t at = str_find(url, '@'), colon = str_find(url, ':');
  return at > 0 && colon > at && str_find(str_take(url, (size_t)at), '/') < 0;
}

static bool is_http(struct str url) {
  return str_starts(url, "http://") || str_starts(url, "https://");
}

bool llb_is_git(struct str url) {
  const struct str plain = address(url);
  if (str_starts(url, "./") || str_starts(url, "../"))
    return false;
  return str_starts(url, "github.com/") || str_starts(url, "git://") ||
         str_starts(url, "ssh://") || is_scp_form(plain) ||
         (is_http(plain) && str_ends(plain, ".git"));
}

bool llb_git_is_ssh(struct str remote) {
  return str_starts(remote, "ssh://") || is_scp_form(remote);
}

// ---- what stands behind the address

struct reader {
  struct arena *ar;
  struct diags *dg;
  struct llb_git *git;
};

static bool refuse_query(struct reader *r, struct str key, const char *why) {
  diag_fail(r->dg, DIAG_BAD_CONTEXT, SPAN_NONE,
            "\"" STR_FMT "\" in a git URL %s", STR_ARG(key), why);
  diag_note(r->dg, SPAN_NONE,
            "it may have ref, tag, branch, subdir, checksum, commit, "
            "keep-git-dir, submodules, mtime and fetch-by-commit, once each");
  return false;
}

/** Gives TO its VALUE, unless it has another one already. */
static bool set_once(struct reader *r, struct str key, struct str *to,
                     struct str value) {
  if (value.len == 0)
    return refuse_query(r, key, "has no value");
  if (to->len && !str_eq(*to, value))
    return refuse_query(r, key, "contradicts what the URL says before it");
  *to = value;
  return true;
}

/** Go's words for a truth value; without a value it is true. */
static bool set_query_flag(struct reader *r, struct str key, bool *to,
                           struct str value) {
  *to = true;
  return value.len == 0 || number_parse_go_bool(value, to) ||
         refuse_query(r, key, "is neither true nor false");
}

static bool set_mtime(struct reader *r, struct str key, struct str value) {
  if (!str_is(value, "checkout") && !str_is(value, "commit"))
    return refuse_query(r, key, "is neither checkout nor commit");
  return set_once(r, key, &r->git->mtime, value);
}

static bool set_submodules(struct reader *r, struct str key, struct str value) {
  bool wanted;
  if (!set_query_flag(r, key, &wanted, value))
    return false;
  r->git->skip_submodules = !wanted;
  return true;
}

static bool set_ref(struct reader *r, struct str key, const char *prefix,
                    struct str value) {
  if (value.len && !str_starts(value, prefix))
    value = str_printf(r->ar, "%s" STR_FMT, prefix, STR_ARG(value));
  return set_once(r, key, &r->git->ref, value);
}

enum key { REF, TAG, BRANCH, SUBDIR, CHECKSUM, MTIME, SUBMODULES, KEEP, FETCH };

static const struct {
  const char *name;
  enum key key;
} keys[] = {
    {"ref", REF},           {"tag", TAG},
    {"branch", BRANCH},     {"subdir", SUBDIR},
    {"checksum", CHECKSUM}, {"commit", CHECKSUM},
    {"mtime", MTIME},       {"submodules", SUBMODULES},
    {"keep-git-dir", KEEP}, {"fetch-by-commit", FETCH},
};

static bool set_query(struct reader *r, enum key key, struct str name,
                      struct str value) {
  struct llb_git *g = r->git;
  switch (key) {
  case REF:
    return set_once(r, name, &g->ref, value);
  case TAG:
    return set_ref(r, name, "refs/tags/", value);
  case BRANCH:
    return set_ref(r, name, "refs/heads/", value);
  case SUBDIR:
    return set_once(r, name, &g->subdir, value);
  case CHECKSUM:
    return set_once(r, name, &g->checksum, value);
  case MTIME:
    return set_mtime(r, name, value);
  case SUBMODULES:
    return set_submodules(r, name, value);
  case KEEP:
    return set_query_flag(r, name, &g->keep_git_dir, value);
  case FETCH:
    return set_query_flag(r, name, &g->fetch_by_commit, value);
  }
  BUG("no such key");
}

static bool take_query(struct reader *r, struct str name, struct str value) {
  for (size_t i = 0; i < ARRAY_LEN(keys); i++)
    if (str_is(name, keys[i].name))
      return set_query(r, keys[i].key, name, value);
  return refuse_query(r, name, "is not known");
}

/** TEXT of a query, where `+` stands for a space. */
static struct str decoded(struct arena *ar, struct str text) {
  char *spaced = str_cstr(ar, text);
  for (size_t i = 0; i < text.len; i++)
    if (spaced[i] == '+')
      spaced[i] = ' ';
  return str_percent_decoded(ar, (struct str){spaced, text.len});
}

static bool read_query(struct reader *r, struct str query) {
  while (query.len) {
    struct str item, key;
    query = str_cut(query, '&', &item);
    const struct str value = str_cut(item, '=', &key);
    if (item.len && !take_query(r, decoded(r->ar, key), decoded(r->ar, value)))
      return false;
  }
  return true;
}

/** The directory without the slashes around it. */
static struct str trim_slashes(struct str path) {
  while (str_starts(path, "/"))
    path = str_skip(path, 1);
  while (str_ends(path, "/"))
    path.len--;
  return path;
}

bool llb_git_parse(struct arena *ar, struct str url, struct llb_git *out,
                   struct diags *dg) {
  *out = (struct llb_git){.remote = address(url)};
  if (str_starts(out->remote, "github.com/"))
    out->remote = str_printf(ar, "https://" STR_FMT, STR_ARG(out->remote));
  struct str query, rest = str_skip(url, address(url).len);
  const struct str fragment = str_cut(rest, '#', &query);
  out->subdir = trim_slashes(str_cut(fragment, ':', &out->ref));
  struct reader r = {.ar = ar, .dg = dg, .git = out};
  if (!read_query(&r, str_skip(query, 1)))
    return false;
  out->subdir = trim_slashes(out->subdir);
  return true;
}
