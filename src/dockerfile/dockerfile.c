// A plan as the text of a Dockerfile: its stages in order, each step under a
// comment that says where it comes from.
#include "dockerfile_int.h"

// docker 20.10 reads lines of this many bytes. Source: bufio.MaxScanTokenSize.
enum { LINE_BYTES_MAX = 65535 };

// ---- comments ---------------------------------------------------------------

/** One line of comment; what would end it becomes a space. */
static void add_comment(struct sbuf *out, struct str text) {
  sbuf_adds(out, "# ");
  for (size_t i = 0; i < text.len; i++)
    sbuf_addch(out, (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i]);
  sbuf_addch(out, '\n');
}

/** What the step is for, and the key that asks for it. */
static void add_step_comment(struct dockerfile *d,
                             const struct plan_step *step) {
  // The title of an item is its command, which stands below.
  const bool item = str_starts(str_of(step->title), "run: ");
  sbuf_addch(d->out, '\n');
  if (!step->key)
    add_comment(d->out, str_of(step->title));
  else if (item || step->op == PLAN_ENV)
    add_comment(d->out, str_of(step->key));
  else
    add_comment(d->out, str_printf(d->ar, "%s: %s", step->key, step->title));
}

// ---- variables and labels ---------------------------------------------------

static bool check_value(struct dockerfile *d, struct span span, struct str name,
                        struct str value) {
  return str_find(value, '\n') < 0 ||
         diag_fail(d->dg, DIAG_BAD_TEXT, span,
                   "the value of \"" STR_FMT "\" holds a line feed, which a"
                   " Dockerfile cannot",
                   STR_ARG(name));
}

/** `NAME=value`, joined with the value that is there as plan_env_how says. */
static void add_assignment(struct sbuf *out, const struct plan_env *env) {
  const struct str name = env->name;
  // Every image has a PATH, or its builder's.
  const bool there = str_is(name, "PATH");
  sbuf_addf(out, STR_FMT "=", STR_ARG(name));
  if (env->how == PLAN_ENV_APPEND && there)
    sbuf_addf(out, "$" STR_FMT ":", STR_ARG(name));
  else if (env->how == PLAN_ENV_APPEND)
    sbuf_addf(out, "${" STR_FMT ":+$" STR_FMT ":}", STR_ARG(name),
              STR_ARG(name));
  dockerfile_quote_word(out, env->value);
  if (env->how == PLAN_ENV_PREPEND && there)
    sbuf_addf(out, ":$" STR_FMT, STR_ARG(name));
  else if (env->how == PLAN_ENV_PREPEND)
    sbuf_addf(out, "${" STR_FMT ":+:$" STR_FMT "}", STR_ARG(name),
              STR_ARG(name));
}

static bool names_variable(const struct plan_step *steps, size_t n,
                           struct str name) {
  for (size_t i = 0; i < n; i++)
    if (str_eq(steps[i].u.env.name, name))
      return true;
  return false;
}

// Each is looked for among those before it.
enum { ENV_GROUP_MAX = 100 };

/** How many of the N steps one ENV can hold: those of one key, and no variable
 *  twice, since a reference to one means its value before the instruction. */
static size_t env_group(const struct plan_step *steps, size_t n) {
  size_t len = 1;
  while (len < n && len < ENV_GROUP_MAX && steps[len].op == PLAN_ENV &&
         steps[len].key == steps[0].key &&
         !names_variable(steps, len, steps[len].u.env.name))
    len++;
  return len;
}

static bool add_env_instruction(struct dockerfile *d,
                                const struct plan_stage *s,
                                const struct plan_step *steps, size_t n) {
  if (steps[0].key)
    add_step_comment(d, &steps[0]);
  else if (steps != s->steps.v)
    sbuf_addch(d->out, '\n');
  sbuf_adds(d->out, "ENV ");
  for (size_t i = 0; i < n; i++) {
    const struct plan_env *env = &steps[i].u.env;
    if (!check_value(d, steps[i].span, env->name, env->value))
      return false;
    sbuf_adds(d->out, i ? DOCKERFILE_MORE : "");
    add_assignment(d->out, env);
  }
  sbuf_addch(d->out, '\n');
  return true;
}

static void add_label_instruction(struct dockerfile *d, size_t i,
                                  struct str key, struct str value) {
  sbuf_adds(d->out, i ? DOCKERFILE_MORE : "LABEL ");
  dockerfile_quote_word(d->out, key);
  sbuf_addch(d->out, '=');
  dockerfile_quote_word(d->out, value);
}

static bool add_labels(struct dockerfile *d) {
  const struct dockerfile_opts *o = d->opts;
  for (size_t i = 0; i < o->n_labels; i++) {
    const struct imageconfig_label *label = &o->labels[i];
    const struct span nowhere = {0};
    if (!check_value(d, nowhere, label->key, label->value))
      return false;
    if (!label->key.len || str_find(label->key, '=') >= 0 ||
        str_find(label->key, '\n') >= 0)
      return diag_fail(d->dg, DIAG_BAD_TEXT, nowhere,
                       "the label \"" STR_FMT "\" cannot stand in a Dockerfile",
                       STR_ARG(label->key));
    sbuf_adds(d->out, i ? "" : "\n");
    add_label_instruction(d, i, label->key, label->value);
  }
  sbuf_adds(d->out, o->n_labels ? "\n" : "");
  return true;
}

// ---- steps ------------------------------------------------------------------

static bool is_source(const struct plan_step *step) {
  return step->op == PLAN_COPY &&
         (step->u.copy.from.source == PLAN_SOURCE_CONTEXT ||
          step->u.copy.from.source == PLAN_SOURCE_CONFIG);
}

/** The config under its name in the image: copied where the context has it. */
static bool add_config(struct dockerfile *d, const struct plan_step *step) {
  const struct dockerfile_opts *o = d->opts;
  if (!o->config_path.len) {
    dockerfile_write(d->out, &(struct plan_write){.path = step->u.copy.dest,
                                                  .data = o->config_text});
    return true;
  }
  const struct plan_ref context = {.source = PLAN_SOURCE_CONTEXT};
  return dockerfile_copy(
      d, &context, str_printf(d->ar, "/" STR_FMT, STR_ARG(o->config_path)),
      step->u.copy.dest, step->span);
}

static bool add_copy_instruction(struct dockerfile *d,
                                 const struct plan_step *step) {
  const struct plan_copy *copy = &step->u.copy;
  if (copy->from.source == PLAN_SOURCE_CONFIG)
    return add_config(d, step);
  if (dockerfile_needs_source(d, step)) {
    sbuf_addf(d->out,
              "COPY --from=" DOCKERFILE_SOURCE " " STR_FMT " " STR_FMT "\n",
              STR_ARG(copy->dest), STR_ARG(copy->dest));
    return true;
  }
  return dockerfile_copy(d, &copy->from, copy->source, copy->dest, step->span);
}

static bool add_step_instruction(struct dockerfile *d,
                                 const struct plan_step *step) {
  add_step_comment(d, step);
  switch (step->op) {
  case PLAN_RUN:
    return dockerfile_run(d, step);
  case PLAN_COPY:
    return add_copy_instruction(d, step);
  case PLAN_WRITE:
    dockerfile_write(d->out, &step->u.write);
    return true;
  case PLAN_MERGE:
    BUG("a plan with merged layers is for engines that have them");
  case PLAN_ENV:
    break; // in groups, add_env()
  }
  BUG("no such step");
}

/** Whether the lines since FROM can be read by every builder. */
static bool check_lines(struct dockerfile *d, size_t from, struct span span) {
  struct str rest = str_skip(sbuf_str(d->out), from), line;
  while (rest.len) {
    rest = str_cut(rest, '\n', &line);
    if (line.len > LINE_BYTES_MAX)
      return diag_fail(d->dg, DIAG_BAD_TEXT, span,
                       "a line of %zu bytes cannot stand in a Dockerfile, which"
                       " has at most %d",
                       line.len, LINE_BYTES_MAX);
  }
  return true;
}

static bool add_steps(struct dockerfile *d, const struct plan_stage *s) {
  bool ok = true;
  for (size_t i = 0, n; i < s->steps.n; i += n) {
    const struct plan_step *step = &s->steps.v[i];
    const size_t from = d->out->len;
    n = 1;
    if (d->opts->bare && is_source(step))
      continue;
    if (step->op == PLAN_ENV) {
      n = env_group(step, s->steps.n - i);
      ok = add_env_instruction(d, s, step, n) && ok;
    } else {
      ok = add_step_instruction(d, step) && ok;
    }
    ok = check_lines(d, from, step->span) && ok;
  }
  return ok;
}

// ---- stages -----------------------------------------------------------------

static void add_json_form(struct sbuf *out, const char *instruction,
                          const char **words, size_t n) {
  sbuf_addf(out, "%s ", instruction);
  dockerfile_quote_json(out, words, n);
  sbuf_addch(out, '\n');
}

static void add_healthcheck(struct sbuf *out,
                            const struct plan_healthcheck *h) {
  sbuf_addf(out,
            "HEALTHCHECK --interval=%us --timeout=%us --start-period=%us "
            "--retries=%u" DOCKERFILE_MORE,
            h->interval, h->timeout, h->start, h->retries);
  add_json_form(out, "CMD", h->argv, h->argc);
}

static void add_runtime_instructions(struct dockerfile *d,
                                     const struct plan_runtime *r) {
  sbuf_addf(d->out, "\n# how the image is run\nWORKDIR %s\n", r->workdir);
  if (d->opts->bare)
    return;
  if (r->user)
    sbuf_addf(d->out, "USER %s\n", r->user);
  sbuf_addf(d->out, "EXPOSE %s\n", r->expose);
  add_json_form(d->out, "ENTRYPOINT", r->entrypoint, r->n_entrypoint);
  add_json_form(d->out, "CMD", r->cmd, r->n_cmd);
  if (r->healthcheck)
    add_healthcheck(d->out, r->healthcheck);
  for (size_t i = 0; i < r->n_labels; i++)
    add_label_instruction(d, i, r->labels[i].key, r->labels[i].value);
  sbuf_adds(d->out, r->n_labels ? "\n" : "");
}

static bool add_stage_instructions(struct dockerfile *d,
                                   const struct plan_stage *s) {
  const size_t from = d->out->len;
  bool ok = dockerfile_add_helpers(d, s);
  sbuf_addch(d->out, '\n');
  if (s->help)
    add_comment(d->out, str_printf(d->ar, "%s: %s", s->name,
                                   d->opts->bare && s == d->target
                                       ? "the model without source and server"
                                       : s->help));
  ok = dockerfile_add_from(d, s, s->name) && ok;
  ok = check_lines(d, from, SPAN_NONE) && ok;
  ok = add_steps(d, s) && ok;
  for (size_t i = 0; s == d->target && i < d->opts->n_more; i++)
    ok = add_step_instruction(d, &d->opts->more[i]) && ok;
  if (s->runtime)
    add_runtime_instructions(d, s->runtime);
  return ok;
}

// ---- the whole --------------------------------------------------------------

static const char head[] =
    "# The image of cog.yaml, made by cog-frontend; yours to edit, since nothing\n"
    "# reads cog.yaml when it is built:\n"
    "#\n"
    "#   docker build -t NAME .\n";

bool dockerfile_emit(struct sbuf *out, const struct plan *p,
                     const struct dockerfile_opts *o, struct arena *ar,
                     struct diags *dg) {
  struct dockerfile d = {
      .out = out,
      .plan = p,
      .opts = o,
      .target = o->target ? o->target : p->model,
      .ar = ar,
      .dg = dg,
  };
  const size_t from = out->len;
  bool ok = true;
  sbuf_adds(out, head);
  for (size_t i = 0; i < p->stages.n; i++)
    if (dockerfile_stage_needed(d.target, p->stages.v[i]))
      ok = add_stage_instructions(&d, p->stages.v[i]) && ok;
  ok = add_labels(&d) && ok;
  if (!utf8_is_valid(str_skip(sbuf_str(out), from)))
    return diag_fail(dg, DIAG_BAD_TEXT, SPAN_NONE,
                     "a Dockerfile cannot hold text that is not UTF-8");
  return ok;
}
