// A git repository as a source. Source: docs/dev/gateway.md, Git
// sources; buildkit v0.32.2 client/llb/source.go Git.
#include "llb/llb_int.h"

/** Host and path without scheme and user, as the identifier wants it. */
static struct str host_and_path(struct arena *ar, struct str url) {
  struct str rest = url;
  const char *scheme = memmem(url.p, url.len, "://", 3);
  if (scheme)
    rest = str_skip(url, (size_t)(scheme - url.p) + 3);
  const ptrdiff_t slash = str_find(rest, '/'), at = str_find(rest, '@');
  if (at >= 0 && (slash < 0 || at < slash))
    rest = str_skip(rest, (size_t)at + 1);
  if (scheme)
    return rest;
  struct str host;
  const struct str path = str_cut(rest, ':', &host);
  return path.len
             ? str_printf(ar, STR_FMT "/" STR_FMT, STR_ARG(host), STR_ARG(path))
             : rest;
}

struct attrs {
  VEC(struct llb_attr) list;
};

static void add_attr(struct arena *ar, struct attrs *attrs, const char *name,
                     struct str value) {
  if (value.len)
    vec_push(ar, &attrs->list, (struct llb_attr){name, value});
}

static struct str flag(bool on) {
  return on ? STR("true") : (struct str){0};
}

static struct attrs attributes(struct arena *ar, const struct llb_git *g) {
  const bool ssh = llb_git_is_ssh(g->remote);
  const bool http = str_starts(g->remote, "http");
  struct attrs attrs = {0};
  add_attr(ar, &attrs, "git.fullurl", g->remote);
  add_attr(ar, &attrs, "git.keepgitdir", flag(g->keep_git_dir));
  add_attr(ar, &attrs, "git.mountsshsock", ssh ? STR("default") : STR(""));
  // The names under which clients offer credentials of their own accord.
  add_attr(ar, &attrs, "git.authheadersecret",
           http ? STR("GIT_AUTH_HEADER") : STR(""));
  add_attr(ar, &attrs, "git.authtokensecret",
           http ? STR("GIT_AUTH_TOKEN") : STR(""));
  add_attr(ar, &attrs, "git.checksum", g->checksum);
  add_attr(ar, &attrs, "git.skipsubmodules", flag(g->skip_submodules));
  add_attr(ar, &attrs, "git.mtime", g->mtime);
  add_attr(ar, &attrs, "git.fetchbycommit", flag(g->fetch_by_commit));
  return attrs;
}

struct llb_source llb_git_source(struct arena *ar, const struct llb_git *git) {
  struct str id = host_and_path(ar, git->remote);
  if (git->ref.len || git->subdir.len)
    id = str_printf(ar, STR_FMT "#" STR_FMT, STR_ARG(id), STR_ARG(git->ref));
  if (git->subdir.len)
    id = str_printf(ar, STR_FMT ":" STR_FMT, STR_ARG(id), STR_ARG(git->subdir));
  const struct attrs attrs = attributes(ar, git);
  return (struct llb_source){
      .identifier = str_printf(ar, "git://" STR_FMT, STR_ARG(id)),
      .attrs = attrs.list.v,
      .n_attrs = attrs.list.n,
  };
}

struct llb_ref llb_git(struct llb *l, const struct llb_git *git,
                       const struct llb_meta *meta) {
  const struct llb_source src = llb_git_source(l->ar, git);
  return llb_source(l, &src, meta);
}
