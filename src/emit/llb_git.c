// Git URLs as sources. Source: gateway-protocol.md §3.4 and §4.3; buildkit
// v0.32.2 frontend/dockerui/context.go DetectGitContext.
#include "emit/llb_int.h"

/** The URL without its fragment (#ref:subdir). */
static struct str address(struct str url, struct str *fragment) {
  struct str head;
  *fragment = str_cut(url, '#', &head);
  return head;
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
  struct str fragment;
  const struct str plain = address(url, &fragment);
  if (str_starts(url, "./") || str_starts(url, "../"))
    return false;
  return str_starts(url, "github.com/") || str_starts(url, "git://") ||
         str_starts(url, "ssh://") || is_scp_form(plain) ||
         (is_http(plain) && str_ends(plain, ".git"));
}

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

struct llb_ref llb_git(struct llb *l, struct str url, bool keep_git_dir,
                       const struct llb_meta *meta) {
  struct str fragment;
  struct str full = address(url, &fragment);
  if (str_starts(full, "github.com/"))
    full = str_printf(l->ar, "https://" STR_FMT, STR_ARG(full));
  const bool ssh = str_starts(full, "ssh://") || is_scp_form(full);

  VEC(struct llb_attr) attrs = {0};
  vec_push(l->ar, &attrs, (struct llb_attr){"git.fullurl", full});
  if (keep_git_dir)
    vec_push(l->ar, &attrs, (struct llb_attr){"git.keepgitdir", STR("true")});
  if (ssh)
    vec_push(l->ar, &attrs,
             (struct llb_attr){"git.mountsshsock", STR("default")});
  if (is_http(full)) {
    // The names under which clients offer credentials of their own accord.
    vec_push(l->ar, &attrs,
             (struct llb_attr){"git.authheadersecret", STR("GIT_AUTH_HEADER")});
    vec_push(l->ar, &attrs,
             (struct llb_attr){"git.authtokensecret", STR("GIT_AUTH_TOKEN")});
  }
  const struct llb_source src = {
      .identifier = str_printf(l->ar, "git://" STR_FMT "%s" STR_FMT,
                               STR_ARG(host_and_path(l->ar, full)),
                               fragment.len ? "#" : "", STR_ARG(fragment)),
      .attrs = attrs.v,
      .n_attrs = attrs.n,
  };
  return llb_source(l, &src, meta);
}
