// A copy of the plan as one file op: what is left out, and when it was made.
#include "llb/llb_plan_int.h"

struct copier {
  struct llb *l;
  const struct llb_plan_input *in;
  struct arena *ar;
};

/** What a copy does, in the order of the op. */
struct actions {
  VEC(struct llb_action) list;
};

static void add_patterns(struct copier *c, const struct plan_copy *copy,
                         struct llb_copy *first) {
  struct str *patterns = arena_array(c->ar, struct str, copy->n_exclude);
  for (size_t i = 0; i < copy->n_exclude; i++)
    patterns[i] = path_pattern(c->ar, copy->exclude[i]);
  first->exclude = patterns;
  first->n_exclude = copy->n_exclude;
}

/** FROM without what COPY leaves out, for engines that ignore patterns: they
 *  copy everything into a tree of its own and take away again. */
static struct llb_ref tree_without(struct copier *c,
                                   const struct plan_copy *copy,
                                   struct llb_ref from) {
  struct actions actions = {0};
  const struct llb_action all = {
      .type = LLB_COPY,
      .copy = {.from = from,
               .src = STR("/"),
               .dest = STR("/"),
               .flags = LLB_COPY_TREE},
  };
  vec_push(c->ar, &actions.list, all);
  for (size_t i = 0; i < copy->n_exclude; i++) {
    struct llb_action rm = {.type = LLB_RM};
    rm.rm.path = str_printf(c->ar, STR_FMT "/" STR_FMT, STR_ARG(copy->source),
                            STR_ARG(copy->exclude[i]));
    rm.rm.allow_missing = true;
    vec_push(c->ar, &actions.list, rm);
  }
  const struct llb_meta meta = {
      .name = STR("[internal] take the source out of the build context")};
  return llb_file(c->l, LLB_SCRATCH, actions.list.v, actions.list.n, &meta);
}

/** The tree that COPY reads from; its patterns, where the engine has them, are
 *  added to FIRST. */
static void set_copy_source(struct copier *c, const struct plan_copy *copy,
                            struct llb_ref from, struct llb_copy *first) {
  first->from = from;
  if (!copy->n_exclude)
    return;
  if (c->in->caps.copy_patterns)
    add_patterns(c, copy, first);
  else if (c->in->has_source && copy->from.source == PLAN_SOURCE_CONTEXT)
    first->from = c->in->source;
  else
    first->from = tree_without(c, copy, from);
}

/** The directory that DEST stands in: "/src" for "/src/a" and "/src/a/". */
static struct str directory_of(struct str dest) {
  if (str_ends(dest, "/"))
    dest.len--;
  return str_take(dest, (size_t)str_rfind(dest, '/'));
}

/** Sets the time of the directories above DEST, which the copy has touched, by
 *  laying the same directories over them. They are the model's own; others'
 *  have modes that are not known. */
static void add_directory_times(struct copier *c, struct str dest,
                                struct actions *actions) {
  const struct str dir = directory_of(dest);
  if (!str_starts(dest, PLAN_SOURCE_DIR "/"))
    return;
  struct llb_action mkdir = {.type = LLB_MKDIR};
  mkdir.mkdir.path = dir;
  mkdir.mkdir.parents = true;
  mkdir.mkdir.made = PLAN_FIXED_TIME;
  const struct llb_meta meta = {
      .name = str_printf(c->ar, "[internal] directory " STR_FMT, STR_ARG(dir))};
  const struct llb_action action = {
      .type = LLB_COPY,
      .copy = {.from = llb_file(c->l, LLB_SCRATCH, &mkdir, 1, &meta),
               .src = STR("/"),
               .dest = STR("/"),
               .flags = LLB_COPY_TREE,
               .made = PLAN_FIXED_TIME},
  };
  vec_push(c->ar, &actions->list, action);
}

struct llb_ref llb_plan_copy(struct llb *l, const struct llb_plan_input *in,
                             struct arena *ar, const struct plan_copy *copy,
                             struct llb_ref from, struct llb_ref base,
                             const struct llb_meta *meta) {
  struct copier c = {l, in, ar};
  struct actions actions = {0};
  struct llb_action first = {
      .type = LLB_COPY,
      .copy = {.src = copy->source,
               .dest = copy->dest,
               .flags = LLB_COPY_TREE,
               .made = copy->fixed_time ? PLAN_FIXED_TIME : 0},
  };
  // With patterns engines follow every link that is copied, not only SRC, and
  // fail for one that leads nowhere or to its own parent. Source: buildkit
  // v0.32.2 cache/contenthash/checksum.go includedPaths().
  if (copy->n_exclude)
    first.copy.flags &= ~(unsigned)LLB_COPY_FOLLOW;
  set_copy_source(&c, copy, from, &first.copy);
  vec_push(ar, &actions.list, first);
  if (copy->fixed_time)
    add_directory_times(&c, copy->dest, &actions);
  return llb_file(l, base, actions.list.v, actions.list.n, meta);
}
