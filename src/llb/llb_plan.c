// A plan as LLB: each step one vertex, named `[stage 2/5] what it does`.
#include "llb/llb_plan_int.h"

static const struct llb_plan_image *image_of(const struct llb_plan_input *in,
                                             struct str name) {
  for (size_t i = 0; i < in->n_images; i++)
    if (str_eq(in->images[i].name, name))
      return &in->images[i];
  BUG("nothing stands behind the image " STR_FMT, STR_ARG(name));
}

const struct llb_plan_image *
llb_plan_base_image(const struct llb_plan_input *in,
                    const struct plan_stage *s) {
  static const struct llb_plan_image nothing;
  while (s->parent)
    s = s->parent;
  return s->image.len ? image_of(in, s->image) : &nothing;
}

struct emitter {
  struct llb *l;
  const struct llb_plan_input *in;
  struct arena *ar;
  struct diags *dg;
  VEC(struct emitted_stage {
    const struct plan_stage *stage;
    struct llb_ref tree;
  })
  done;
};

static bool add_plan_stage(struct emitter *e, const struct plan_stage *s,
                           struct llb_ref *out);

static bool ref_tree(struct emitter *e, const struct plan_ref *ref,
                     struct llb_ref *out) {
  switch (ref->source) {
  case PLAN_SOURCE_NONE:
    *out = LLB_SCRATCH;
    return true;
  case PLAN_SOURCE_STAGE:
    return add_plan_stage(e, ref->stage, out);
  case PLAN_SOURCE_IMAGE:
    *out = image_of(e->in, ref->image)->tree;
    return true;
  case PLAN_SOURCE_CONTEXT:
    *out = e->in->context;
    return true;
  case PLAN_SOURCE_CONFIG:
    *out = e->in->config_file;
    return true;
  case PLAN_SOURCE_PYENV:
    *out = e->in->pyenv;
    return true;
  }
  BUG("no such source");
}

/** Mounts that a command has besides its root. */
struct mounts {
  VEC(struct llb_mount) list;
  VEC(struct llb_secret_env) secret_env;
};

static enum llb_sharing sharing(enum config_sharing s) {
  switch (s) {
  case CONFIG_SHARING_SHARED:
    return LLB_SHARED;
  case CONFIG_SHARING_PRIVATE:
    return LLB_PRIVATE;
  case CONFIG_SHARING_LOCKED:
    return LLB_LOCKED;
  }
  BUG("no such sharing");
}

static struct str cache_id(struct emitter *e, const char *id) {
  // As Dockerfiles name them. Source: docs/dev/gateway.md, Cache mounts.
  return str_printf(e->ar, STR_FMT "/%s", STR_ARG(e->in->cache_ns), id);
}

/** What a new cache begins with: a tree, or a directory of somebody's. */
static bool cache_start(struct emitter *e, const struct plan_mount *m,
                        struct llb_mount *mount) {
  if (m->from.source != PLAN_SOURCE_NONE) {
    mount->selector = str_of(m->source);
    return ref_tree(e, &m->from, &mount->input);
  }
  if (!m->owned)
    return true;
  struct llb_action mkdir = {.type = LLB_MKDIR};
  mkdir.mkdir.path = STR("/cache");
  mkdir.mkdir.mode = (int)m->mode;
  mkdir.mkdir.owner = (struct llb_owner){str_printf(e->ar, "%u", m->uid),
                                         str_printf(e->ar, "%u", m->gid)};
  mount->input = llb_file(e->l, LLB_SCRATCH, &mkdir, 1,
                          &(struct llb_meta){.name = STR("[internal] cache")});
  mount->selector = STR("/cache");
  return true;
}

static void add_plan_secret(struct emitter *e, const struct plan_mount *m,
                            struct llb_mount mount, struct mounts *out) {
  const bool by_shell = plan_secret_by_shell(m, e->in->caps.secret_env);
  if (m->env && !by_shell)
    vec_push(
        e->ar, &out->secret_env,
        (struct llb_secret_env){str_of(m->id), str_of(m->env), !m->required});
  if (!m->target && !by_shell)
    return;
  mount.type = LLB_SECRET;
  mount.dest = str_of(plan_secret_target(e->ar, m));
  vec_push(e->ar, &out->list, mount);
}

static bool add_plan_mount(struct emitter *e, const struct plan_mount *m,
                           struct mounts *out) {
  struct llb_mount mount = {
      .dest = str_of(m->target),
      .id = str_of(m->id),
      .optional = !m->required,
      .uid = m->uid,
      .gid = m->gid,
      .mode = m->mode,
  };
  switch (m->type) {
  case CONFIG_MOUNT_SECRET:
    add_plan_secret(e, m, mount, out);
    return true;
  case CONFIG_MOUNT_SSH:
    mount.type = LLB_SSH;
    break;
  case CONFIG_MOUNT_CACHE:
    mount.type = LLB_CACHE;
    mount.id = cache_id(e, m->id);
    mount.sharing = sharing(m->sharing);
    mount.readonly = m->readonly;
    if (!cache_start(e, m, &mount))
      return false;
    break;
  case CONFIG_MOUNT_TMPFS:
    mount.type = LLB_TMPFS;
    mount.size = m->size;
    break;
  case CONFIG_MOUNT_BIND:
    mount.type = LLB_BIND;
    mount.selector = str_of(m->source);
    mount.readonly = m->readonly;
    mount.discard = !m->readonly;
    if (!ref_tree(e, &m->from, &mount.input))
      return false;
    break;
  }
  vec_push(e->ar, &out->list, mount);
  return true;
}

/** Whether the plan itself puts something into root's home, which then is HOME
 *  for the command, whatever the image says. */
static bool expects_home(const struct plan_run *run) {
  for (size_t i = 0; i < run->n_mounts; i++) {
    const struct plan_mount *m = &run->mounts[i];
    if ((m->leftover || m->implicit) && m->target &&
        str_starts(str_of(m->target), "/root/"))
      return true;
  }
  return false;
}

/** What the commands of a stage find set; made once for all that follow a
 *  change, since each of a thousand commands may carry a thousand variables. */
struct stage_env {
  struct str_vec env;
  struct imageconfig_env pending; // not in ENV yet
  size_t bytes;                   // of ENV in a command's op, about
};

enum { FIELD_BYTES = 3 }; // tag and length of a text

static void apply_pending(struct emitter *e, struct stage_env *s) {
  if (!s->pending.changes.n)
    return;
  imageconfig_env_apply(e->ar, &s->env, s->pending.changes.v,
                        s->pending.changes.n);
  s->pending.changes.n = 0;
  s->bytes = 0;
  for (size_t i = 0; i < s->env.n; i++)
    s->bytes += s->env.v[i].len + FIELD_BYTES;
}

static void set_step_env(struct arena *ar, struct str_vec *env, struct str name,
                         struct str value) {
  const struct imageconfig_env_change set = {IMAGECONFIG_ENV_SET, name, value};
  imageconfig_env_apply(ar, env, &set, 1);
}

/** The stage's variables, then the step's, with where a command finds the agent
 *  that its first ssh mount brings. */
static struct str_vec step_env(struct arena *ar, const struct str_vec *stage,
                               const struct plan_run *run) {
  struct str_vec env = *stage;
  if (expects_home(run) && imageconfig_env_get(&env, "HOME").p)
    set_step_env(ar, &env, STR("HOME"), STR("/root"));
  for (size_t i = 0; i < run->n_env; i++) {
    struct str name, value = str_cut(str_of(run->env[i]), '=', &name);
    set_step_env(ar, &env, name, value);
  }
  for (size_t i = 0; i < run->n_mounts; i++)
    if (run->mounts[i].type == CONFIG_MOUNT_SSH) {
      set_step_env(ar, &env, STR("SSH_AUTH_SOCK"),
                   str_of(run->mounts[i].target));
      break;
    }
  return env;
}

/** Whether there is room for N more commands of S, which all carry its
 *  environment. */
static bool has_room(struct emitter *e, const struct stage_env *s, size_t n,
                     const struct span *span) {
  const size_t max = e->in->max_bytes;
  if (!max ||
      (n * s->bytes < max && llb_total_bytes(e->l) + n * s->bytes < max))
    return true;
  diag_fail(e->dg, DIAG_TOO_LARGE, *span,
            "the build's definition would have more than %zu bytes, the most "
            "that the engine takes",
            max);
  if (n * s->bytes >= max / 2)
    diag_note(e->dg, SPAN_NONE,
              "each command carries all of environment, %zu bytes; write large "
              "values into a file of the context, or join commands with &&",
              s->bytes);
  return false;
}

/** The root of a command of S, and where it is another stage's, the directory
 *  of S's own. */
static bool add_root(struct emitter *e, const struct plan_stage *s,
                     struct llb_ref tree, struct mounts *out) {
  struct llb_mount root = {.dest = STR("/"), .input = tree};
  if (s->run_in && !add_plan_stage(e, s->run_in, &root.input))
    return false;
  vec_push(e->ar, &out->list, root);
  if (s->run_in)
    vec_push(e->ar, &out->list,
             (struct llb_mount){.dest = str_of(s->at),
                                .selector = str_of(s->dir),
                                .input = tree});
  return true;
}

static bool add_plan_run(struct emitter *e, const struct plan_stage *s,
                         const struct plan_step *step,
                         const struct llb_plan_image *image,
                         const struct stage_env *stage,
                         const struct llb_meta *meta, struct llb_ref *tree) {
  const struct plan_run *run = &step->u.run;
  struct mounts mounts = {0};
  if (!add_root(e, s, *tree, &mounts))
    return false;
  if (e->in->exec.shm_size)
    vec_push(e->ar, &mounts.list,
             (struct llb_mount){.type = LLB_TMPFS,
                                .dest = STR("/dev/shm"),
                                .size = e->in->exec.shm_size});
  for (size_t i = 0; i < run->n_mounts; i++)
    if (!add_plan_mount(e, &run->mounts[i], &mounts))
      return false;

  const struct str_vec args =
      plan_secret_args(e->ar, run, e->in->caps.secret_env);
  struct arena ar;
  arena_init(&ar);
  const struct str_vec env = step_env(&ar, &stage->env, run);
  const struct llb_plan_exec *how = &e->in->exec;
  *tree = llb_exec(e->l,
                   &(struct llb_exec){
                       .platform = e->in->platform,
                       .args = args.v,
                       .n_args = args.n,
                       .env = env.v,
                       .n_env = env.n,
                       .cwd = image->config.workdir,
                       // As root, whoever the image runs as in the end.
                       .mounts = mounts.list.v,
                       .n_mounts = mounts.list.n,
                       .network = how->network,
                       .proxy = how->proxy,
                       .hosts = how->hosts,
                       .n_hosts = how->n_hosts,
                       .hostname = how->hostname,
                       .cgroup_parent = how->cgroup_parent,
                       .ulimits = how->ulimits,
                       .n_ulimits = how->n_ulimits,
                       .secret_env = mounts.secret_env.v,
                       .n_secret_env = mounts.secret_env.n,
                   },
                   meta);
  arena_release(&ar);
  if (s->run_in)
    *tree = llb_exec_mount(e->l, *tree, str_of(s->at));
  return true;
}

static bool add_plan_copy(struct emitter *e, const struct plan_copy *copy,
                          const struct llb_meta *meta, struct llb_ref *tree) {
  struct llb_ref from;
  if (!ref_tree(e, &copy->from, &from))
    return false;
  *tree = llb_plan_copy(e->l, e->in, e->ar, copy, from, *tree, meta);
  return true;
}

static void add_plan_write(struct emitter *e, const struct plan_write *write,
                           const struct llb_meta *meta, struct llb_ref *tree) {
  struct llb_action actions[] = {{.type = LLB_MKDIR}, {.type = LLB_MKFILE}};
  const struct str path = write->path;
  const size_t skip = !write->parents;
  actions[0].mkdir.path = str_take(path, (size_t)str_rfind(path, '/'));
  actions[0].mkdir.parents = true;
  actions[1].mkfile.path = path;
  actions[1].mkfile.data = write->data;
  *tree =
      llb_file(e->l, *tree, actions + skip, ARRAY_LEN(actions) - skip, meta);
}

static bool add_plan_layer(struct emitter *e, const struct plan_layer *layer,
                           struct llb_ref *out) {
  struct llb_ref lower;
  if (!add_plan_stage(e, layer->upper, out))
    return false;
  if (!layer->lower)
    return true;
  if (!add_plan_stage(e, layer->lower, &lower))
    return false;
  const struct llb_meta meta = {
      .name = str_printf(e->ar, "[internal] what " STR_FMT "%s added",
                         STR_ARG(e->in->step_prefix), layer->upper->name)};
  *out = llb_diff(e->l, lower, *out, &meta);
  return true;
}

static bool add_plan_merge(struct emitter *e, const struct plan_merge *merge,
                           const struct llb_meta *meta, struct llb_ref *tree) {
  VEC(struct llb_ref) trees = {0};
  vec_push(e->ar, &trees, *tree);
  for (size_t i = 0; i < merge->n; i++) {
    struct llb_ref layer;
    if (!add_plan_layer(e, &merge->layers[i], &layer))
      return false;
    vec_push(e->ar, &trees, layer);
  }
  *tree = llb_merge(e->l, trees.v, trees.n, meta);
  return true;
}

/** `[model 2/5] what it does`; with the place in cog.yaml where the client
 *  would not show it. */
static struct str step_name(struct emitter *e, const struct plan_stage *s,
                            size_t number, size_t total,
                            const struct plan_step *step) {
  const struct str name = str_printf(e->ar, "[" STR_FMT "%s %zu/%zu] %s",
                                     STR_ARG(e->in->step_prefix), s->name,
                                     number, total, step->title);
  if (!e->in->caps.no_excerpts || !step->span.src)
    return name;
  return str_printf(e->ar, STR_FMT " (%s:%d)", STR_ARG(name),
                    step->span.src->name, step->span.line);
}

static bool ignores_cache(const struct llb_plan_input *in,
                          const struct plan_stage *s) {
  for (size_t i = 0; in->no_cache_stages && i < in->no_cache_stages->n; i++)
    if (str_is_nocase(in->no_cache_stages->v[i], s->name) ||
        (s->part_of && str_is_nocase(in->no_cache_stages->v[i], s->part_of)))
      return true;
  return in->no_cache;
}

static bool add_plan_steps(struct emitter *e, const struct plan_stage *s,
                           struct llb_ref *tree) {
  const struct plan_stage *below = s->run_in ? s->run_in : s->parent;
  const struct llb_plan_image *image =
      llb_plan_base_image(e->in, s->run_in ? s->run_in : s);
  struct stage_env env = {.env = image->config.env};
  if (below)
    env.pending = imageconfig_stage_env(e->ar, below);
  size_t commands = 0;
  for (size_t i = 0; i < s->steps.n; i++)
    commands += s->steps.v[i].op == PLAN_RUN;
  const size_t total = plan_stage_work(s);
  size_t number = 0;
  for (size_t i = 0; i < s->steps.n; i++) {
    const struct plan_step *step = &s->steps.v[i];
    if (step->op != PLAN_ENV)
      number++;
    const struct llb_meta meta = {
        .name = step_name(e, s, number, total, step),
        .ignore_cache = ignores_cache(e->in, s),
        .resources = step->op == PLAN_RUN ? e->in->exec.resources : NULL,
        .spans = &step->span,
        .n_spans = 1,
    };
    switch (step->op) {
    case PLAN_RUN:
      apply_pending(e, &env);
      if (!has_room(e, &env, commands--, &step->span) ||
          !add_plan_run(e, s, step, image, &env, &meta, tree))
        return false;
      break;
    case PLAN_COPY:
      if (!add_plan_copy(e, &step->u.copy, &meta, tree))
        return false;
      break;
    case PLAN_WRITE:
      add_plan_write(e, &step->u.write, &meta, tree);
      break;
    case PLAN_MERGE:
      if (!add_plan_merge(e, &step->u.merge, &meta, tree))
        return false;
      break;
    case PLAN_ENV:
      vec_push(e->ar, &env.pending.changes,
               imageconfig_env_change_of(&step->u.env));
      break;
    }
  }
  return true;
}

static bool add_plan_stage(struct emitter *e, const struct plan_stage *s,
                           struct llb_ref *out) {
  for (size_t i = 0; i < e->done.n; i++)
    if (e->done.v[i].stage == s) {
      *out = e->done.v[i].tree;
      return true;
    }
  if (s->parent) {
    if (!add_plan_stage(e, s->parent, out))
      return false;
  } else {
    *out = llb_plan_base_image(e->in, s)->tree;
  }
  if (!add_plan_steps(e, s, out))
    return false;
  vec_push(e->ar, &e->done, (struct emitted_stage){s, *out});
  return true;
}

bool llb_add_plan(struct llb *l, const struct llb_plan_input *in,
                  struct arena *ar, struct llb_ref *out, struct diags *dg) {
  struct emitter e = {.l = l, .in = in, .ar = ar, .dg = dg};
  return add_plan_stage(&e, in->target, out);
}
