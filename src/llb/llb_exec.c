#include "llb/llb_int.h"

// A relative one would be joined to the working directory, which no user of
// cog.yaml can mean, since that is the base image's.
static void check_absolute(struct llb *l, struct str dest) {
  if (!str_starts(dest, "/"))
    llb_fault(l, "mount target \"" STR_FMT "\" is not an absolute path",
              STR_ARG(dest));
}

static bool is_root(const struct llb_mount *m) {
  return m->type == LLB_BIND && str_is(m->dest, "/");
}

static bool has_output(const struct llb_mount *m) {
  return m->type == LLB_BIND && !m->readonly && (!m->discard || is_root(m));
}

// ---- mounts -----------------------------------------------------------------

static Pb__SecretOpt *secret_opt(struct llb *l, const struct llb_mount *m) {
  Pb__SecretOpt *opt = llb_message(l->message, &pb__secret_opt__descriptor);
  uint32_t mode = m->type == LLB_SSH ? 0600 : 0400; // the wire has no default
  opt->id = llb_text(l, m->id);
  opt->uid = m->uid;
  opt->gid = m->gid;
  opt->mode = m->mode ? m->mode : mode;
  opt->optional = m->optional;
  return opt;
}

static void set_type(struct llb *l, Pb__Mount *to, const struct llb_mount *m) {
  to->mount_type = m->type;
  switch (m->type) {
  case LLB_BIND:
    break;
  case LLB_SECRET:
    to->secret = secret_opt(l, m);
    to->output = 0; // not looked at; 0 is what the Go client leaves there
    break;
  case LLB_SSH:
    to->ssh = secret_opt(l, m);
    to->output = 0;
    break;
  case LLB_CACHE:
    to->cache = llb_message(l->message, &pb__cache_opt__descriptor);
    to->cache->id = llb_text(l, m->id);
    to->cache->sharing = m->sharing;
    break;
  case LLB_TMPFS:
    to->tmpfs = llb_message(l->message, &pb__tmpfs_opt__descriptor);
    to->tmpfs->size = m->size;
    break;
  }
}

static const struct llb_mount *find_root(const struct llb_exec *exec) {
  for (size_t i = 0; i < exec->n_mounts; i++)
    if (is_root(&exec->mounts[i]))
      return &exec->mounts[i];
  return NULL;
}

// Makes the message of M; OUTPUTS gets the place of a mount with an output.
static Pb__Mount *exec_mount(struct llb *l, const struct llb_mount *m,
                             struct llb_inputs *in, struct str_vec *outputs) {
  Pb__Mount *to = llb_message(l->message, &pb__mount__descriptor);
  check_absolute(l, m->dest);
  to->input = llb_input(l, in, m->input);
  to->selector = llb_text(l, m->selector);
  to->dest = llb_text(l, m->dest);
  to->readonly = m->readonly;
  to->output = LLB_NONE;
  if (has_output(m)) {
    to->output = (int64_t)outputs->n;
    vec_push(l->ar, outputs, str_dup(l->ar, m->dest));
  }
  set_type(l, to, m);
  return to;
}

static const struct llb_mount **sorted(struct llb *l, const struct llb_mount *v,
                                       size_t n) {
  const struct llb_mount **by_dest =
      arena_array(l->message, const struct llb_mount *, n);
  for (size_t i = 0; i < n; i++) {
    size_t at = i;
    for (; at && str_cmp(v[i].dest, by_dest[at - 1]->dest) < 0; at--)
      by_dest[at] = by_dest[at - 1];
    by_dest[at] = &v[i];
  }
  return by_dest;
}

// ---- what runs --------------------------------------------------------------

static Pb__ProxyEnv *proxy_env(struct llb *l, const struct llb_proxy *proxy) {
  if (!proxy || !(proxy->http.len || proxy->https.len || proxy->ftp.len ||
                  proxy->no.len || proxy->all.len))
    return NULL;
  Pb__ProxyEnv *to = llb_message(l->message, &pb__proxy_env__descriptor);
  to->http_proxy = llb_text(l, proxy->http);
  to->https_proxy = llb_text(l, proxy->https);
  to->ftp_proxy = llb_text(l, proxy->ftp);
  to->no_proxy = llb_text(l, proxy->no);
  to->all_proxy = llb_text(l, proxy->all);
  return to;
}

static void set_hosts(struct llb *l, Pb__Meta *to,
                      const struct llb_exec *exec) {
  to->n_extra_hosts = exec->n_hosts;
  to->extra_hosts = arena_array(l->message, Pb__HostIP *, exec->n_hosts);
  for (size_t i = 0; i < exec->n_hosts; i++) {
    Pb__HostIP *host = llb_message(l->message, &pb__host_ip__descriptor);
    host->host = llb_text(l, exec->hosts[i].name);
    host->ip = llb_text(l, exec->hosts[i].ip);
    to->extra_hosts[i] = host;
  }
}

static void set_limits(struct llb *l, Pb__Meta *to,
                       const struct llb_exec *exec) {
  to->n_ulimit = exec->n_ulimits;
  to->ulimit = arena_array(l->message, Pb__Ulimit *, exec->n_ulimits);
  for (size_t i = 0; i < exec->n_ulimits; i++) {
    Pb__Ulimit *limit = llb_message(l->message, &pb__ulimit__descriptor);
    limit->name = llb_text(l, exec->ulimits[i].name);
    limit->soft = exec->ulimits[i].soft;
    limit->hard = exec->ulimits[i].hard;
    to->ulimit[i] = limit;
  }
  to->n_valid_exit_codes = exec->n_valid_exit_codes;
  to->valid_exit_codes =
      arena_memdup(l->message, exec->valid_exit_codes,
                   exec->n_valid_exit_codes * sizeof *exec->valid_exit_codes);
}

static Pb__Meta *process(struct llb *l, const struct llb_exec *exec) {
  Pb__Meta *to = llb_message(l->message, &pb__meta__descriptor);
  to->n_args = exec->n_args;
  to->args = llb_texts(l, exec->args, exec->n_args);
  to->n_env = exec->n_env;
  to->env = llb_texts(l, exec->env, exec->n_env);
  to->cwd = llb_text(l, path_clean_rooted(l->message, exec->cwd));
  to->user = llb_text(l, exec->user);
  to->proxy_env = proxy_env(l, exec->proxy);
  set_hosts(l, to, exec);
  to->hostname = llb_text(l, exec->hostname);
  set_limits(l, to, exec);
  to->cgroup_parent = llb_text(l, exec->cgroup_parent);
  // Directories that the engine made to mount on do not stay in the layer.
  to->remove_mount_stubs_recursive = true;
  return to;
}

static void set_secret_env(struct llb *l, Pb__ExecOp *to,
                           const struct llb_exec *exec) {
  to->n_secretenv = exec->n_secret_env;
  to->secretenv = arena_array(l->message, Pb__SecretEnv *, exec->n_secret_env);
  for (size_t i = 0; i < exec->n_secret_env; i++) {
    Pb__SecretEnv *secret =
        llb_message(l->message, &pb__secret_env__descriptor);
    secret->id = llb_text(l, exec->secret_env[i].id);
    secret->name = llb_text(l, exec->secret_env[i].name);
    secret->optional = exec->secret_env[i].optional;
    to->secretenv[i] = secret;
  }
}

static size_t add_exec(struct llb *l, const struct llb_exec *exec,
                       const struct llb_meta *meta) {
  llb_begin(l, meta);
  const struct llb_mount **mounts = sorted(l, exec->mounts, exec->n_mounts);
  Pb__ExecOp to = PB__EXEC_OP__INIT;
  struct llb_inputs in = {0};
  struct str_vec outputs = {0};
  to.meta = process(l, exec);
  to.n_mounts = exec->n_mounts;
  to.mounts = arena_array(l->message, Pb__Mount *, exec->n_mounts);
  for (size_t i = 0; i < exec->n_mounts; i++)
    to.mounts[i] = exec_mount(l, mounts[i], &in, &outputs);
  to.network = exec->network;
  to.security = exec->security;
  set_secret_env(l, &to, exec);

  Pb__Op op = PB__OP__INIT;
  op.op_case = PB__OP__OP_EXEC;
  op.exec = &to;
  op.platform = llb_platform(l, &exec->platform);
  return llb_add(l, &op, &in, meta, &outputs);
}

// A command may hold thousands of variables, which its bytes hold too.
struct llb_ref llb_exec(struct llb *l, const struct llb_exec *exec,
                        const struct llb_meta *meta) {
  const struct llb_mount *root = find_root(exec);
  if (!exec->n_args || !root)
    BUG("a command needs an argument and a root");
  struct arena messages;
  arena_init(&messages);
  l->message = &messages;
  const size_t number = add_exec(l, exec, meta);
  l->message = l->ar;
  arena_release(&messages);
  return (struct llb_ref){number, has_output(root) ? 0 : LLB_NO_OUTPUT};
}

struct llb_ref llb_exec_mount(const struct llb *l, struct llb_ref exec,
                              struct str dest) {
  const struct str_vec *outputs = &llb_op_of(l, exec)->outputs;
  for (size_t i = outputs->n; i-- > 0;)
    if (str_eq(outputs->v[i], dest))
      return (struct llb_ref){exec.op, i};
  BUG("no output at \"" STR_FMT "\"", STR_ARG(dest));
}
