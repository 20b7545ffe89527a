// The answers to `--call=outline` and `--call=targets`.
#include "build_subrequest.h"

// ---- outline

/** A heading and, below it, rows of two columns. */
static void add_heading(struct sbuf *text, const char *first,
                        const char *second) {
  sbuf_addf(text, "%s%-40s %s\n", text->len ? "\n" : "", first, second);
}

static void add_arguments(const struct question *q, struct answer *a) {
  json_t *args = json_array();
  size_t n;
  const struct recipe_arg_row *rows = recipe_arg_rows(&n);
  add_heading(&a->text, "BUILD ARG", "VALUE");
  for (size_t i = 0; i < n; i++) {
    const struct str given = build_pairs_get(
        &q->b->opts.all, str_printf(q->b->ar, "build-arg:%s", rows[i].name));
    json_t *arg = json_object();
    answer_set(arg, "name", str_of(rows[i].name));
    answer_set(arg, "description", str_of(rows[i].help));
    answer_set(arg, "value", given.p ? given : STR(""));
    json_array_append_new(args, arg);
    sbuf_addf(&a->text, "%-40s ", rows[i].name);
    if (given.p)
      sbuf_addstr(&a->text, given);
    else
      sbuf_addf(&a->text, "(%s)", rows[i].fallback);
    sbuf_addch(&a->text, '\n');
  }
  json_object_set_new(a->json, "args", args);
}

static bool is_seen(const struct str_vec *seen, struct str id) {
  for (size_t i = 0; i < seen->n; i++)
    if (str_eq(seen->v[i], id))
      return true;
  return false;
}

/** The ids of the run items' mounts of TYPE, each once. */
static json_t *mount_ids(const struct question *q, enum config_mount_type type,
                         struct sbuf *text, const char *heading) {
  json_t *list = json_array();
  struct str_vec seen = {0};
  const struct config_runs *runs[] = {&q->recipe->config->pre_install,
                                      &q->recipe->config->run};
  for (size_t r = 0; r < ARRAY_LEN(runs); r++)
    for (size_t i = 0; i < runs[r]->n; i++)
      for (size_t j = 0; j < runs[r]->v[i].n_mounts; j++) {
        const struct config_mount *m = &runs[r]->v[i].mounts[j];
        if (m->type != type || is_seen(&seen, m->id))
          continue;
        vec_push(q->b->ar, &seen, m->id);
        json_t *row = json_object();
        answer_set(row, type == CONFIG_MOUNT_CACHE ? "ID" : "name", m->id);
        if (m->required)
          json_object_set_new(row, "required", json_true());
        json_t *location = answer_location(m->span);
        if (location)
          json_object_set_new(row, "location", location);
        json_array_append_new(list, row);
        if (json_array_size(list) == 1)
          add_heading(text, heading, "REQUIRED");
        sbuf_addstr(text, m->id);
        sbuf_addf(text, "%*s %s\n", (int)(m->id.len < 40 ? 40 - m->id.len : 0),
                  "", m->required ? "true" : "");
      }
  return list;
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
  if (!texts_find(name)) {
    const struct plan_stage *target = build_find_target(q->b, q->recipe->plan);
    if (!target)
      return false;
    name = str_of(target->name);
  }
  a->json = json_object();
  answer_set(a->json, "name", name);
  add_arguments(q, a);
  json_object_set_new(a->json, "secrets",
                      mount_ids(q, CONFIG_MOUNT_SECRET, &a->text, "SECRET"));
  json_object_set_new(a->json, "ssh",
                      mount_ids(q, CONFIG_MOUNT_SSH, &a->text, "SSH"));
  add_decisions(q, a);
  json_object_set_new(a->json, "sources", answer_sources(q->in));
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

static void add_stage(const struct plan *plan, const struct plan_stage *s,
                      json_t *list, struct sbuf *text) {
  const bool is_default = s == plan->model;
  json_t *target =
      add_target(list, text, s->name, is_default ? " (default)" : "", s->help);
  if (is_default)
    json_object_set_new(target, "default", json_true());
  answer_set(target, "base", s->parent ? str_of(s->parent->name) : s->image);
}

bool answer_targets(const struct question *q, struct answer *a) {
  const struct plan *plan = q->recipe->plan;
  json_t *list = json_array();
  add_heading(&a->text, "TARGET", "DESCRIPTION");
  add_stage(plan, plan->model, list, &a->text); // the default comes first
  for (size_t i = 0; i < plan->stages.n; i++)
    if (plan->stages.v[i]->help && plan->stages.v[i] != plan->model)
      add_stage(plan, plan->stages.v[i], list, &a->text);
  size_t n;
  const struct texts_kind *kinds = texts_kinds(&n);
  for (size_t i = 0; i < n; i++)
    add_target(list, &a->text, kinds[i].name, "", kinds[i].help);
  a->json = json_object();
  json_object_set_new(a->json, "targets", list);
  json_object_set_new(a->json, "sources", answer_sources(q->in));
  return true;
}
