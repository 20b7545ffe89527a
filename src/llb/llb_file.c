#include "llb/llb_int.h"

// The wire's 0 would be "no permissions" and "1970".
enum { KEEP_MODE = -1, NO_TIMESTAMP = -1 };

// ---- paths ------------------------------------------------------------------

static char *path(struct llb *l, struct str given) {
  return llb_text(l, path_clean_rooted(l->ar, given));
}

// A "/" or "/." at the end of a destination says that it is a directory.
static char *dest_path(struct llb *l, struct str given) {
  struct str to = path_clean_rooted(l->ar, given);
  const char *end = str_ends(given, "/.")  ? "/."
                    : str_ends(given, "/") ? "/"
                                           : "";
  if (str_is(to, "/"))
    to.len = 0; // END has the slash
  if (!*end && !to.len)
    end = "/";
  return llb_text(l, str_concat(l->ar, to, str_of(end)));
}

// ---- owners -----------------------------------------------------------------

static bool parse_id(struct str s, uint32_t *id) {
  uint64_t n;
  if (!number_parse(s, 10, UINT32_MAX, &n))
    return false;
  *id = (uint32_t)n;
  return true;
}

static Pb__UserOpt *user_opt(struct llb *l, struct str name, int64_t base) {
  if (!name.len)
    return NULL;
  Pb__UserOpt *to = llb_message(l->ar, &pb__user_opt__descriptor);
  if (parse_id(name, &to->by_id)) {
    to->user_case = PB__USER_OPT__USER_BY_ID;
    return to;
  }
  if (base == LLB_NONE)
    llb_fault(l, "user \"" STR_FMT "\" cannot be looked up in an empty tree",
              STR_ARG(name));
  to->user_case = PB__USER_OPT__USER_BY_NAME;
  to->by_name = llb_message(l->ar, &pb__named_user_opt__descriptor);
  to->by_name->name = llb_text(l, name);
  to->by_name->input = base;
  return to;
}

static Pb__ChownOpt *chown_opt(struct llb *l, struct llb_owner owner,
                               int64_t base) {
  if (!owner.user.len && !owner.group.len)
    return NULL;
  Pb__ChownOpt *to = llb_message(l->ar, &pb__chown_opt__descriptor);
  to->user = user_opt(l, owner.user, base);
  to->group = user_opt(l, owner.group, base);
  return to;
}

/** OWN: seconds since 1970, 0 for none. */
static int64_t action_timestamp(const struct llb *l, int64_t own) {
  const int64_t seconds = l->opts.has_epoch ? l->opts.epoch : own;
  int64_t ns;
  if (!l->opts.has_epoch && !own)
    return NO_TIMESTAMP;
  if (__builtin_mul_overflow(seconds, 1000000000, &ns))
    BUG("no such time: %" PRId64 " s", seconds);
  return ns;
}

// ---- actions ----------------------------------------------------------------

static bool has_copy_flag(const struct llb_copy *c, unsigned flag) {
  return (c->flags & flag) != 0;
}

static Pb__FileActionCopy *copy_action(struct llb *l, const struct llb_copy *c,
                                       int64_t base) {
  Pb__FileActionCopy *to =
      llb_message(l->ar, &pb__file_action_copy__descriptor);
  to->src = path(l, c->src);
  to->dest = dest_path(l, c->dest);
  to->owner = chown_opt(l, c->owner, base);
  to->mode = c->mode ? c->mode : KEEP_MODE;
  to->follow_symlink = has_copy_flag(c, LLB_COPY_FOLLOW);
  to->dir_copy_contents = has_copy_flag(c, LLB_COPY_CONTENTS);
  to->attempt_unpack = has_copy_flag(c, LLB_COPY_UNPACK);
  to->create_dest_path = has_copy_flag(c, LLB_COPY_CREATE_DEST);
  to->allow_wildcard = has_copy_flag(c, LLB_COPY_WILDCARD);
  to->allow_empty_wildcard = has_copy_flag(c, LLB_COPY_EMPTY_WILDCARD);
  to->timestamp = action_timestamp(l, c->made);
  to->n_include_patterns = c->n_include;
  to->include_patterns = llb_texts(l, c->include, c->n_include);
  to->n_exclude_patterns = c->n_exclude;
  to->exclude_patterns = llb_texts(l, c->exclude, c->n_exclude);
  to->always_replace_existing_dest_paths = has_copy_flag(c, LLB_COPY_REPLACE);
  return to;
}

// The kind of TO; BASE is the input that names of owners are looked up in.
static void set_action(struct llb *l, Pb__FileAction *to,
                       const struct llb_action *a, int64_t base) {
  switch (a->type) {
  case LLB_COPY:
    to->action_case = PB__FILE_ACTION__ACTION_COPY;
    to->copy = copy_action(l, &a->copy, base);
    break;
  case LLB_MKFILE:
    to->action_case = PB__FILE_ACTION__ACTION_MKFILE;
    to->mkfile = llb_message(l->ar, &pb__file_action_mk_file__descriptor);
    to->mkfile->path = path(l, a->mkfile.path);
    to->mkfile->mode = a->mkfile.mode ? a->mkfile.mode : 0644;
    to->mkfile->data.len = a->mkfile.data.len;
    to->mkfile->data.data =
        arena_memdup(l->ar, a->mkfile.data.p, a->mkfile.data.len);
    to->mkfile->owner = chown_opt(l, a->mkfile.owner, base);
    to->mkfile->timestamp = action_timestamp(l, 0);
    break;
  case LLB_MKDIR:
    to->action_case = PB__FILE_ACTION__ACTION_MKDIR;
    to->mkdir = llb_message(l->ar, &pb__file_action_mk_dir__descriptor);
    to->mkdir->path = path(l, a->mkdir.path);
    to->mkdir->mode = a->mkdir.mode ? a->mkdir.mode : 0755;
    to->mkdir->make_parents = a->mkdir.parents;
    to->mkdir->owner = chown_opt(l, a->mkdir.owner, base);
    to->mkdir->timestamp = action_timestamp(l, a->mkdir.made);
    break;
  case LLB_RM:
    to->action_case = PB__FILE_ACTION__ACTION_RM;
    to->rm = llb_message(l->ar, &pb__file_action_rm__descriptor);
    to->rm->path = path(l, a->rm.path);
    to->rm->allow_not_found = a->rm.allow_missing;
    to->rm->allow_wildcard = a->rm.wildcard;
    break;
  case LLB_SYMLINK:
    to->action_case = PB__FILE_ACTION__ACTION_SYMLINK;
    to->symlink = llb_message(l->ar, &pb__file_action_symlink__descriptor);
    to->symlink->oldpath = llb_text(l, a->symlink.target);
    to->symlink->newpath = path(l, a->symlink.path);
    to->symlink->owner = chown_opt(l, a->symlink.owner, base);
    to->symlink->timestamp = action_timestamp(l, 0);
    break;
  }
}

// The wire's index space: first the op's inputs, then the results of its
// actions. All inputs must be known before an action can be numbered.
static void chain(Pb__FileAction *const *actions, size_t n, int64_t base,
                  size_t n_inputs) {
  for (size_t i = 0; i < n; i++) {
    actions[i]->input = i ? (int64_t)(n_inputs + i - 1) : base;
    actions[i]->output = i == n - 1 ? 0 : LLB_NONE;
  }
}

struct llb_ref llb_file(struct llb *l, struct llb_ref base,
                        const struct llb_action *actions, size_t n,
                        const struct llb_meta *meta) {
  if (!n)
    return base;
  llb_begin(l, meta);
  struct llb_inputs in = {0};
  int64_t base_input = llb_input(l, &in, base);
  Pb__FileOp file = PB__FILE_OP__INIT;
  file.n_actions = n;
  file.actions = arena_array(l->ar, Pb__FileAction *, n);
  for (size_t i = 0; i < n; i++) {
    Pb__FileAction *to = llb_message(l->ar, &pb__file_action__descriptor);
    to->secondary_input = LLB_NONE;
    if (actions[i].type == LLB_COPY)
      to->secondary_input = llb_input(l, &in, actions[i].copy.from);
    set_action(l, to, &actions[i], base_input);
    file.actions[i] = to;
  }
  chain(file.actions, n, base_input, in.refs.n);

  Pb__Op op = PB__OP__INIT;
  op.op_case = PB__OP__OP_FILE;
  op.file = &file;
  return (struct llb_ref){llb_add(l, &op, &in, meta, NULL), 0};
}
