#include "llb_print_int.h"

// A line of WORD and TEXT, nothing when TEXT is empty.
static void print_line(struct llb_printer *p, const char *word,
                       const char *text) {
  if (!*text)
    return;
  sbuf_addf(p->out, "  %s", word);
  llb_print_arg(p->out, text);
  sbuf_addch(p->out, '\n');
}

static void print_flag(struct llb_printer *p, bool set, const char *word) {
  if (set)
    sbuf_addf(p->out, " %s", word);
}

// ---- source -----------------------------------------------------------------

static void print_source(struct llb_printer *p, const Pb__SourceOp *source) {
  sbuf_adds(p->out, "source");
  llb_print_arg(p->out, source->identifier);
  sbuf_addch(p->out, '\n');
  for (size_t i = 0; i < source->n_attrs; i++) {
    const Pb__StringEntry *e = source->attrs[i];
    sbuf_adds(p->out, "  attr");
    llb_print_arg(p->out, e->key ? e->key : "");
    sbuf_adds(p->out, " =");
    llb_print_arg(p->out, e->value ? e->value : "");
    sbuf_addch(p->out, '\n');
  }
}

// ---- exec -------------------------------------------------------------------

// The name of number N, or the number when it is none of these.
static void print_name(struct llb_printer *p, const char *const *names,
                       size_t n, int32_t value) {
  if (value >= 0 && (size_t)value < n)
    sbuf_addf(p->out, " %s", names[value]);
  else
    sbuf_addf(p->out, " %d", value);
}

static void print_secret(struct llb_printer *p, const Pb__SecretOpt *secret) {
  if (!secret)
    return;
  llb_print_arg(p->out, secret->id);
  sbuf_addf(p->out, " mode %04o", secret->mode);
  if (secret->uid || secret->gid)
    sbuf_addf(p->out, " owner %u:%u", secret->uid, secret->gid);
  print_flag(p, secret->optional, "optional");
}

static void print_mount(struct llb_printer *p, const Pb__Op *op,
                        const Pb__Mount *m) {
  static const char *const types[] = {"bind", "secret", "ssh", "cache",
                                      "tmpfs"};
  static const char *const sharings[] = {"shared", "private", "locked"};
  static const char *const contents[] = {"default", "on", "off"};
  sbuf_adds(p->out, "  mount");
  llb_print_arg(p->out, m->dest);
  print_name(p, types, ARRAY_LEN(types), m->mount_type);
  if (m->cache) {
    llb_print_arg(p->out, m->cache->id);
    print_name(p, sharings, ARRAY_LEN(sharings), m->cache->sharing);
  }
  print_secret(p, m->secret);
  print_secret(p, m->ssh);
  if (m->tmpfs && m->tmpfs->size)
    sbuf_addf(p->out, " %" PRId64 " bytes", m->tmpfs->size);
  if (m->input != LLB_NONE || m->mount_type == LLB_BIND) {
    sbuf_adds(p->out, " from ");
    llb_print_input(p, op, m->input);
  }
  if (*m->selector)
    llb_print_arg(p->out, m->selector);
  print_flag(p, m->readonly, "readonly");
  if (m->content_cache) {
    sbuf_adds(p->out, " content-cache");
    print_name(p, contents, ARRAY_LEN(contents), m->content_cache);
  }
  if (m->output != LLB_NONE && m->mount_type == LLB_BIND)
    sbuf_addf(p->out, " to %" PRId64, m->output);
  sbuf_addch(p->out, '\n');
  llb_print_unknown(p, &m->base);
}

static void print_limits(struct llb_printer *p, const Pb__Meta *meta) {
  for (size_t i = 0; i < meta->n_ulimit; i++)
    sbuf_addf(p->out, "  ulimit %s %" PRId64 ":%" PRId64 "\n",
              meta->ulimit[i]->name, meta->ulimit[i]->soft,
              meta->ulimit[i]->hard);
  if (!meta->n_valid_exit_codes)
    return;
  sbuf_adds(p->out, "  valid exit codes");
  for (size_t i = 0; i < meta->n_valid_exit_codes; i++)
    sbuf_addf(p->out, " %d", meta->valid_exit_codes[i]);
  sbuf_addch(p->out, '\n');
}

static void print_meta(struct llb_printer *p, const Pb__Meta *meta) {
  sbuf_adds(p->out, "  args");
  for (size_t i = 0; i < meta->n_args; i++)
    llb_print_arg(p->out, meta->args[i]);
  sbuf_addch(p->out, '\n');
  for (size_t i = 0; i < meta->n_env; i++)
    print_line(p, "env", meta->env[i]);
  print_line(p, "cwd", meta->cwd);
  print_line(p, "user", meta->user);
  if (meta->proxy_env) {
    print_line(p, "http proxy", meta->proxy_env->http_proxy);
    print_line(p, "https proxy", meta->proxy_env->https_proxy);
    print_line(p, "ftp proxy", meta->proxy_env->ftp_proxy);
    print_line(p, "no proxy", meta->proxy_env->no_proxy);
    print_line(p, "all proxy", meta->proxy_env->all_proxy);
  }
  for (size_t i = 0; i < meta->n_extra_hosts; i++) {
    sbuf_adds(p->out, "  host");
    llb_print_arg(p->out, meta->extra_hosts[i]->host);
    llb_print_arg(p->out, meta->extra_hosts[i]->ip);
    sbuf_addch(p->out, '\n');
  }
  print_line(p, "hostname", meta->hostname);
  print_limits(p, meta);
  print_line(p, "cgroup parent", meta->cgroup_parent);
  if (!meta->remove_mount_stubs_recursive)
    sbuf_adds(p->out, "  keep mount stubs\n");
  llb_print_unknown(p, &meta->base);
}

static void print_exec(struct llb_printer *p, const Pb__Op *op) {
  static const char *const networks[] = {"sandbox", "host", "none"};
  static const char *const securities[] = {"sandbox", "insecure"};
  const Pb__ExecOp *exec = op->exec;
  sbuf_adds(p->out, "exec\n");
  if (exec->meta)
    print_meta(p, exec->meta);
  for (size_t i = 0; i < exec->n_mounts; i++)
    print_mount(p, op, exec->mounts[i]);
  for (size_t i = 0; i < exec->n_secretenv; i++) {
    sbuf_adds(p->out, "  secret env");
    llb_print_arg(p->out, exec->secretenv[i]->name);
    llb_print_arg(p->out, exec->secretenv[i]->id);
    print_flag(p, exec->secretenv[i]->optional, "optional");
    sbuf_addch(p->out, '\n');
  }
  if (exec->network) {
    sbuf_adds(p->out, "  network");
    print_name(p, networks, ARRAY_LEN(networks), exec->network);
    sbuf_addch(p->out, '\n');
  }
  if (exec->security) {
    sbuf_adds(p->out, "  security");
    print_name(p, securities, ARRAY_LEN(securities), exec->security);
    sbuf_addch(p->out, '\n');
  }
}

// ---- file -------------------------------------------------------------------

// Behind the op's inputs the results of its actions are numbered on.
static void print_operand(struct llb_printer *p, const Pb__Op *op,
                          int64_t index) {
  if (index >= 0 && (uint64_t)index >= op->n_inputs)
    sbuf_addf(p->out, "action %" PRIu64, (uint64_t)index - op->n_inputs + 1);
  else
    llb_print_input(p, op, index);
}

static void print_user(struct llb_printer *p, const Pb__Op *op,
                       const Pb__UserOpt *user) {
  if (user && user->user_case == PB__USER_OPT__USER_BY_NAME) {
    llb_print_word(p->out, str_of(user->by_name->name));
    sbuf_adds(p->out, " of ");
    print_operand(p, op, user->by_name->input);
  } else if (user && user->user_case == PB__USER_OPT__USER_BY_ID)
    sbuf_addf(p->out, "%u", user->by_id);
}

static void print_attributes(struct llb_printer *p, const Pb__Op *op,
                             int32_t mode, const Pb__ChownOpt *owner,
                             int64_t timestamp) {
  if (mode != -1)
    sbuf_addf(p->out, " mode %04o", (unsigned)mode);
  if (owner) {
    sbuf_adds(p->out, " owner ");
    print_user(p, op, owner->user);
    sbuf_addch(p->out, ':');
    print_user(p, op, owner->group);
  }
  if (timestamp != -1)
    sbuf_addf(p->out, " time %" PRId64, timestamp);
}

static void print_patterns(struct llb_printer *p, const char *word, char **v,
                           size_t n) {
  for (size_t i = 0; i < n; i++) {
    sbuf_addf(p->out, "\n    %s", word);
    llb_print_arg(p->out, v[i]);
  }
}

static void print_copy(struct llb_printer *p, const Pb__Op *op,
                       const Pb__FileAction *a) {
  const Pb__FileActionCopy *c = a->copy;
  sbuf_adds(p->out, "copy");
  llb_print_arg(p->out, c->src);
  sbuf_adds(p->out, " of ");
  print_operand(p, op, a->secondary_input);
  sbuf_adds(p->out, " to");
  llb_print_arg(p->out, c->dest);
  print_flag(p, c->follow_symlink, "follow");
  print_flag(p, c->dir_copy_contents, "contents");
  print_flag(p, c->attempt_unpack, "unpack");
  print_flag(p, c->create_dest_path, "create-dest");
  print_flag(p, c->allow_wildcard, "wildcard");
  print_flag(p, c->allow_empty_wildcard, "empty-wildcard");
  print_flag(p, c->always_replace_existing_dest_paths, "replace");
  print_attributes(p, op, c->mode, c->owner, c->timestamp);
  if (*c->mode_str)
    llb_print_arg(p->out, c->mode_str);
  print_patterns(p, "include", c->include_patterns, c->n_include_patterns);
  print_patterns(p, "exclude", c->exclude_patterns, c->n_exclude_patterns);
  print_patterns(p, "required", c->required_paths, c->n_required_paths);
}

static bool is_text(struct str s) {
  for (size_t i = 0; i < s.len; i++)
    if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n' && s.p[i] != '\t')
      return false;
  return utf8_is_valid(s);
}

// Text is shown line by line, anything else by its digest.
static void print_data(struct llb_printer *p, struct str data) {
  if (!is_text(data)) {
    sbuf_addf(p->out, "\n    %zu bytes %s", data.len, llb_sha256(&p->ar, data));
    return;
  }
  bool whole = !data.len || str_ends(data, "\n");
  while (data.len) {
    struct str line;
    data = str_cut(data, '\n', &line);
    sbuf_addf(p->out, "\n    |" STR_FMT, STR_ARG(line));
  }
  if (!whole)
    sbuf_adds(p->out, "\n    (no line end)");
}

static void print_action_kind(struct llb_printer *p, const Pb__Op *op,
                              const Pb__FileAction *a) {
  switch (a->action_case) {
  case PB__FILE_ACTION__ACTION__NOT_SET:
  case _PB__FILE_ACTION__ACTION__CASE_IS_INT_SIZE:
    sbuf_adds(p->out, "an unknown action");
    break;
  case PB__FILE_ACTION__ACTION_COPY:
    print_copy(p, op, a);
    break;
  case PB__FILE_ACTION__ACTION_MKFILE:
    sbuf_adds(p->out, "mkfile");
    llb_print_arg(p->out, a->mkfile->path);
    print_attributes(p, op, a->mkfile->mode, a->mkfile->owner,
                     a->mkfile->timestamp);
    print_data(p, (struct str){(const char *)a->mkfile->data.data,
                               a->mkfile->data.len});
    break;
  case PB__FILE_ACTION__ACTION_MKDIR:
    sbuf_adds(p->out, "mkdir");
    llb_print_arg(p->out, a->mkdir->path);
    print_flag(p, a->mkdir->make_parents, "parents");
    print_attributes(p, op, a->mkdir->mode, a->mkdir->owner,
                     a->mkdir->timestamp);
    break;
  case PB__FILE_ACTION__ACTION_RM:
    sbuf_adds(p->out, "rm");
    llb_print_arg(p->out, a->rm->path);
    print_flag(p, a->rm->allow_not_found, "missing-ok");
    print_flag(p, a->rm->allow_wildcard, "wildcard");
    break;
  case PB__FILE_ACTION__ACTION_SYMLINK:
    sbuf_adds(p->out, "symlink");
    llb_print_arg(p->out, a->symlink->newpath);
    sbuf_adds(p->out, " to");
    llb_print_arg(p->out, a->symlink->oldpath);
    print_attributes(p, op, -1, a->symlink->owner, a->symlink->timestamp);
    break;
  }
}

// What is usual is not shown: the first action starts from the op's base, each
// other one from the one before it, and only the last has an output.
static void print_action(struct llb_printer *p, const Pb__Op *op, size_t i) {
  const Pb__FileAction *a = op->file->actions[i];
  bool last = i + 1 == op->file->n_actions;
  sbuf_adds(p->out, "  ");
  print_action_kind(p, op, a);
  if (i && a->input != (int64_t)(op->n_inputs + i - 1)) {
    sbuf_adds(p->out, "\n    on ");
    print_operand(p, op, a->input);
  }
  if (a->output != (last ? 0 : LLB_NONE))
    sbuf_addf(p->out, "\n    output %" PRId64, a->output);
  sbuf_addch(p->out, '\n');
  llb_print_unknown(p, &a->base);
}

static void print_file(struct llb_printer *p, const Pb__Op *op) {
  sbuf_adds(p->out, "file on ");
  if (op->file->n_actions)
    print_operand(p, op, op->file->actions[0]->input);
  sbuf_addch(p->out, '\n');
  for (size_t i = 0; i < op->file->n_actions; i++)
    print_action(p, op, i);
}

// ---- layers -----------------------------------------------------------------

static void print_edge(struct llb_printer *p, const Pb__Op *op,
                       const Pb__EdgeInput *edge) {
  sbuf_addch(p->out, ' ');
  if (edge)
    llb_print_input(p, op, edge->input);
  else
    sbuf_adds(p->out, "nothing");
}

static void print_merge(struct llb_printer *p, const Pb__Op *op) {
  sbuf_adds(p->out, "merge");
  for (size_t i = 0; i < op->merge->n_inputs; i++)
    print_edge(p, op, op->merge->inputs[i]);
  sbuf_addch(p->out, '\n');
}

static void print_diff(struct llb_printer *p, const Pb__Op *op) {
  sbuf_adds(p->out, "diff");
  print_edge(p, op, op->diff->lower);
  print_edge(p, op, op->diff->upper);
  sbuf_addch(p->out, '\n');
}

void llb_print_kind(struct llb_printer *p, const Pb__Op *op) {
  switch (op->op_case) {
  case PB__OP__OP__NOT_SET:
  case _PB__OP__OP__CASE_IS_INT_SIZE:
    sbuf_adds(p->out, "op of an unknown kind on");
    for (size_t i = 0; i < op->n_inputs; i++) {
      sbuf_addch(p->out, ' ');
      llb_print_input(p, op, (int64_t)i);
    }
    sbuf_addch(p->out, '\n');
    return;
  case PB__OP__OP_EXEC:
    print_exec(p, op);
    break;
  case PB__OP__OP_SOURCE:
    print_source(p, op->source);
    break;
  case PB__OP__OP_FILE:
    print_file(p, op);
    break;
  case PB__OP__OP_MERGE:
    print_merge(p, op);
    break;
  case PB__OP__OP_DIFF:
    print_diff(p, op);
    break;
  }
  llb_print_unknown(p, &op->exec->base); // any member: all begin with a base
}
