// The answers to `--call=outline` and `--call=targets`.
#include "builder_subrequest.h"

#include "builder_from_cog.h"

// ---- outline

/** A heading and, below it, rows of two columns. */
static void add_heading(struct sbuf *text, const char *first,
                        const char *second) {
  sbuf_addf(text, "%s%-40s %s\n", text->len ? "\n" : "", first, second);
}

/** What holds without an argument that takes the place of a decision: its
 * value, and its cause in cog.yaml. */
struct replaced {
  const char *argument, *decision;
  struct str value;
};

static struct replaced find_replaced(const struct resolved *r,
                                     const char *argument) {
  const struct replaced rows[] = {
      {"COG_BASE_IMAGE", "base", r->base_image},
      {"COG_DEPS_IMAGE", "deps", r->deps_image},
      {"COG_SDK_VERSION", "sdk", r->sdk.version},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (!strcmp(rows[i].argument, argument))
      return rows[i];
  return (struct replaced){0};
}

static json_t *replaced_place(const struct resolved *r,
                              const struct replaced *what) {
  const struct resolved_decision *d =
      what->decision ? resolved_decision(r, what->decision) : NULL;
  return d ? answer_location(d->span) : NULL;
}

static json_t *argument(const struct question *q,
                        const struct recipe_arg_row *row, struct str *value) {
  const struct resolved *r = q->recipe->resolved;
  const struct replaced replaced = find_replaced(r, row->name);
  *value = builder_pairs_get(&q->b->opts.all,
                             str_printf(q->b->ar, "build-arg:%s", row->name));
  if (!value->p)
    *value = replaced.value.p ? replaced.value : STR("");
  json_t *arg = json_object();
  answer_set(arg, "name", str_of(row->name));
  answer_set(arg, "description",
             str_printf(q->b->ar, "%s Default: %s.", row->help, row->fallback));
  answer_set(arg, "value", *value);
  json_t *location = replaced_place(r, &replaced);
  if (location)
    json_object_set_new(arg, "location", location);
  return arg;
}

static void add_arguments(const struct question *q, struct answer *a) {
  json_t *args = json_array();
  size_t n;
  const struct recipe_arg_row *rows = recipe_arg_rows(&n);
  add_heading(&a->text, "BUILD ARG", "VALUE");
  for (size_t i = 0; i < n; i++) {
    struct str value;
    json_array_append_new(args, argument(q, &rows[i], &value));
    sbuf_addf(&a->text, "%-40s ", rows[i].name);
    if (value.len)
      sbuf_addstr(&a->text, value);
    else
      sbuf_addf(&a->text, "(%s)", rows[i].fallback);
    sbuf_addch(&a->text, '\n');
  }
  json_object_set_new(a->json, "args", args);
}

/** A kind of mount whose ids the client may want to know. */
struct mount_kind {
  enum config_mount_type type;
  const char *list; // of the answer
  const char *key;  // of an id in it
  const char *heading;
};

/** The ids of one kind while they are collected. */
struct mount_ids {
  const struct mount_kind *kind;
  struct str_vec seen;
  json_t *list;
  struct sbuf *text;
};

static bool is_mount_seen(struct mount_ids *ids, const char *id) {
  for (size_t i = 0; i < ids->seen.n; i++)
    if (str_is(ids->seen.v[i], id))
      return true;
  return false;
}

static void add_outline_mount(struct arena *ar, struct mount_ids *ids,
                              const struct plan_mount *m, struct span span) {
  if (m->type != ids->kind->type || is_mount_seen(ids, m->id))
    return;
  vec_push(ar, &ids->seen, str_of(m->id));
  json_t *row = json_object();
  answer_set(row, ids->kind->key, str_of(m->id));
  if (m->required)
    json_object_set_new(row, "required", json_true());
  json_t *location = answer_location(span);
  if (location)
    json_object_set_new(row, "location", location);
  json_array_append_new(ids->list, row);
  if (ids->seen.n == 1)
    add_heading(ids->text, ids->kind->heading, "REQUIRED");
  sbuf_addf(ids->text, "%-40s %s\n", m->id, m->required ? "true" : "");
}

/** What the steps of the target mount, each id once. */
static void add_mounts(const struct question *q, struct answer *a,
                       const struct plan_needs *needs,
                       const struct mount_kind *kind) {
  struct mount_ids ids = {.kind = kind, .list = json_array(), .text = &a->text};
  for (size_t i = 0; i < needs->stages.n; i++) {
    const struct plan_stage *stage = needs->stages.v[i];
    for (size_t j = 0; j < stage->steps.n; j++) {
      const struct plan_step *step = &stage->steps.v[j];
      for (size_t k = 0; step->op == PLAN_RUN && k < step->u.run.n_mounts; k++)
        add_outline_mount(q->b->ar, &ids, &step->u.run.mounts[k], step->span);
    }
  }
  json_object_set_new(a->json, kind->list, ids.list);
}

/** What was decided and why, one line each. */
static void add_decisions(const struct question *q, struct answer *a) {
  cleanup_sbuf struct sbuf lines;
  sbuf_init(&lines, 64 * 1024);
  const struct resolved *r = q->recipe->resolved;
  for (size_t i = 0; i < r->decisions.n; i++) {
    resolved_decision_print(&lines, &r->decisions.v[i]);
    sbuf_addch(&lines, '\n');
  }
  answer_set(a->json, "description", str_trim(sbuf_str(&lines)));
  add_heading(&a->text, "RESOLVED", "");
  sbuf_addstr(&a->text, sbuf_str(&lines));
}

bool answer_outline(const struct question *q, struct answer *a) {
  struct str name = q->b->opts.target;
  struct plan_needs needs = {0}; // a target of texts runs nothing
  if (!document_find(name)) {
    const struct plan_stage *target =
        builder_find_target(q->b, q->recipe->plan);
    if (!target)
      return false;
    name = str_of(target->name);
    needs = plan_stage_needs(target, q->b->ar);
  }
  a->json = json_object();
  answer_set(a->json, "name", name);
  add_arguments(q, a);
  static const struct mount_kind kinds[] = {
      {CONFIG_MOUNT_SECRET, "secrets", "name", "SECRET"},
      {CONFIG_MOUNT_SSH, "ssh", "name", "SSH"},
      {CONFIG_MOUNT_CACHE, "cache", "ID", "CACHE MOUNT"},
  };
  for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
    add_mounts(q, a, &needs, &kinds[i]);
  add_decisions(q, a);
  json_object_set_new(a->json, "sources", answer_sources(q));
  return true;
}

// ---- targets

static json_t *add_target(json_t *list, struct sbuf *text, const char *name,
                          const char *mark, const char *help) {
  json_t *target = json_object();
  answer_set(target, "name", str_of(name));
  answer_set(target, "description", str_of(help));
  json_array_append_new(list, target);
  char shown[64];
  snprintf(shown, sizeof shown, "%s%s", name, mark);
  sbuf_addf(text, "%-40s %s\n", shown, help);
  return target;
}

/** The target that S goes on from, else the image. */
static struct str base_of(const struct plan_stage *s) {
  while (s->parent) {
    s = s->parent;
    if (s->help)
      return str_of(s->name);
  }
  return s->image;
}

static void add_outline_stage(const struct plan *plan,
                              const struct plan_stage *s, json_t *list,
                              struct sbuf *text) {
  const bool is_default = s == plan->model;
  json_t *target =
      add_target(list, text, s->name, is_default ? " (default)" : "", s->help);
  if (is_default)
    json_object_set_new(target, "default", json_true());
  answer_set(target, "base", base_of(s));
}

/** Our targets by the names that a Dockerfile has for them. */
static void add_from_cog(const struct plan *plan, json_t *list,
                         struct sbuf *text) {
  size_t n;
  const struct from_cog_name *names = from_cog_names(&n);
  for (size_t i = 0; i < n; i++)
    add_target(list, text, names[i].name, "",
               plan_find_stage(plan, str_of(names[i].stage))->help);
}

static void add_all(const struct plan *plan, json_t *list, struct sbuf *text) {
  add_outline_stage(plan, plan->model, list, text); // the default comes first
  for (size_t i = 0; i < plan->stages.n; i++)
    if (plan->stages.v[i]->help && plan->stages.v[i] != plan->model)
      add_outline_stage(plan, plan->stages.v[i], list, text);
  size_t n;
  const struct document_kind *kinds = document_kinds(&n);
  for (size_t i = 0; i < n; i++)
    add_target(list, text, kinds[i].name, "", kinds[i].help);
}

bool answer_targets(const struct question *q, struct answer *a) {
  json_t *list = json_array();
  add_heading(&a->text, "TARGET", "DESCRIPTION");
  (from_cog_is(q->in) ? add_from_cog : add_all)(q->recipe->plan, list,
                                                &a->text);
  a->json = json_object();
  json_object_set_new(a->json, "targets", list);
  json_object_set_new(a->json, "sources", answer_sources(q));
  return true;
}
