// The plan as a person likes to read it. As JSON: cli_plan_json.c.
#include "cli/cli_plan.h"

// ---- tables -----------------------------------------------------------------

enum { COLUMNS = 4, GAP = 2 };

static const size_t ANY_WIDTH = SIZE_MAX;

struct row {
  struct str cell[COLUMNS];
};

struct table {
  VEC(struct row) rows;
  size_t indent;
  /** A wider cell does not widen its column: what follows it in the row goes
   *  to the next line. */
  size_t max[COLUMNS];
  size_t width[COLUMNS];
};

struct printer {
  struct sbuf *out;
  struct arena *ar;
  const char *head, *off; // colour
};

/** S as a terminal may get it: cog.yaml's values are anything. */
static struct str shown_text(struct arena *ar, struct str s) {
  const struct str text = str_dup(ar, utf8_repaired(ar, s));
  char *p = str_cstr(ar, text);
  for (size_t i = 0; i < text.len; i++) {
    const unsigned char c = (unsigned char)p[i], next = (unsigned char)p[i + 1];
    if (c < 0x20 || c == 0x7F)
      p[i] = c == '\n' || c == '\t' ? ' ' : '?';
    else if (c == 0xC2 && next < 0xA0) // U+0080 to U+009F
      p[i] = p[i + 1] = '?';
  }
  return (struct str){p, text.len};
}

static void add_table_row(struct printer *p, struct table *t, struct row row) {
  for (size_t i = 0; i < COLUMNS; i++) {
    row.cell[i] = shown_text(p->ar, row.cell[i]);
    const size_t width = utf8_width(row.cell[i]);
    if (width > t->width[i] && width <= t->max[i])
      t->width[i] = width;
  }
  vec_push(p->ar, &t->rows, row);
}

static size_t used_columns(const struct row *row) {
  size_t n = COLUMNS;
  while (n && row->cell[n - 1].len == 0)
    n--;
  return n;
}

static void print_row(struct printer *p, const struct table *t,
                      const struct row *row) {
  const size_t n = used_columns(row);
  size_t column = t->indent;
  cli_add_padded(p->out, STR(""), column);
  for (size_t i = 0; i < n; i++) {
    column += t->width[i] + GAP;
    if (i + 1 == n) {
      sbuf_addstr(p->out, row->cell[i]);
    } else if (utf8_width(row->cell[i]) <= t->width[i]) {
      cli_add_padded(p->out, row->cell[i], t->width[i] + GAP);
    } else {
      sbuf_addf(p->out, STR_FMT "\n", STR_ARG(row->cell[i]));
      cli_add_padded(p->out, STR(""), column);
    }
  }
  sbuf_addch(p->out, '\n');
}

static struct str place_text(struct printer *p, struct span span) {
  if (!span.src)
    return STR("");
  return str_printf(p->ar, "%s:%d", span.src->name, span.line);
}

// ---- decisions --------------------------------------------------------------

static struct str because(struct printer *p,
                          const struct resolved_decision *d) {
  if (d->cause.len && d->reason.len)
    return str_printf(p->ar, STR_FMT ", " STR_FMT, STR_ARG(d->cause),
                      STR_ARG(d->reason));
  return d->cause.len ? d->cause : d->reason;
}

static void add_weights_rows(struct printer *p, struct table *t,
                             const struct plan_weights *weights) {
  for (size_t i = 0; i < weights->n; i++) {
    const struct plan_weight *w = &weights->v[i];
    const struct str size = str_size(p->ar, w->bytes);
    const struct str what =
        w->dir ? str_printf(p->ar, STR_FMT " in %zu file%s, a layer",
                            STR_ARG(size), w->files, w->files == 1 ? "" : "s")
               : str_printf(p->ar, STR_FMT ", a layer", STR_ARG(size));
    add_table_row(p, t, (struct row){{STR("weights"), w->path, STR(""), what}});
  }
}

/** The sizes that are known of the choices for a GPU image, the chosen one
 *  first. */
static void add_sizes(struct printer *p, struct table *t,
                      const struct resolved *r) {
  for (size_t pass = 0; r->gpu && !r->own_python && pass < 2; pass++)
    for (size_t i = 0; i < CLI_N_SIZES; i++) {
      const struct cli_size *s = &cli_sizes[i];
      const bool chosen = i == cli_size_of(r);
      if (chosen != (pass == 0))
        continue;
      add_table_row(
          p, t,
          (struct row){{STR("size"),
                        str_printf(p->ar, "about %d MB", s->megabytes), STR(""),
                        str_printf(p->ar, "%s%s, %s", chosen ? "" : "or ",
                                   s->what, s->choice)}});
    }
}

static void print_decisions(struct printer *p, const struct recipe *recipe) {
  const struct resolved *r = recipe->resolved;
  // Long enough for a version and a Python image, too short for a CUDA image.
  struct table t = {.max = {ANY_WIDTH, 24, 24, ANY_WIDTH}};
  for (size_t i = 0; i < r->decisions.n; i++) {
    const struct resolved_decision *d = &r->decisions.v[i];
    add_table_row(p, &t,
                  (struct row){{str_of(d->name), d->value,
                                place_text(p, d->span), because(p, d)}});
  }
  add_weights_rows(p, &t, recipe->plan->weights);
  add_sizes(p, &t, r);
  for (size_t i = 0; i < t.rows.n; i++)
    print_row(p, &t, &t.rows.v[i]);
}

// ---- steps ------------------------------------------------------------------

static struct str env_row_text(struct printer *p, const struct plan_env *env) {
  switch (env->how) {
  case PLAN_ENV_SET:
    break;
  case PLAN_ENV_PREPEND:
    return str_printf(p->ar, STR_FMT "=" STR_FMT ":$" STR_FMT,
                      STR_ARG(env->name), STR_ARG(env->value),
                      STR_ARG(env->name));
  case PLAN_ENV_APPEND:
    return str_printf(p->ar, STR_FMT "=$" STR_FMT ":" STR_FMT,
                      STR_ARG(env->name), STR_ARG(env->name),
                      STR_ARG(env->value));
  }
  return str_printf(p->ar, STR_FMT "=" STR_FMT, STR_ARG(env->name),
                    STR_ARG(env->value));
}

/** A line without a number: what is not a step of its own. */
static void add_fact(struct printer *p, struct table *t, struct str text) {
  add_table_row(p, t, (struct row){{STR(""), STR(""), text, STR("")}});
}

static void add_stage_origin(struct printer *p, struct table *t,
                             const struct plan_stage *s) {
  if (s->parent)
    add_fact(p, t, str_printf(p->ar, "from stage %s", s->parent->name));
  else if (s->image.len)
    add_fact(p, t, str_printf(p->ar, "from " STR_FMT, STR_ARG(s->image)));
}

static void add_step_row(struct printer *p, struct table *t,
                         const struct plan_step *step, size_t *number) {
  if (step->op == PLAN_ENV) {
    add_fact(p, t, env_row_text(p, &step->u.env));
    return;
  }
  const struct str n = str_printf(p->ar, "%zu", ++*number);
  add_table_row(p, t,
                (struct row){{n, place_text(p, step->span), str_of(step->title),
                              STR("")}});
}

static void add_argv(struct sbuf *out, const char **v, size_t n) {
  for (size_t i = 0; i < n; i++)
    sbuf_addf(out, " %s", v[i]);
}

static void add_runtime_rows(struct printer *p, struct table *t,
                             const struct plan_runtime *r) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, SBUF_NO_MAX);
  sbuf_adds(&text, "runs");
  add_argv(&text, r->entrypoint, r->n_entrypoint);
  add_argv(&text, r->cmd, r->n_cmd);
  sbuf_addf(&text, " in %s, port %s", r->workdir, r->expose);
  add_fact(p, t, sbuf_str(&text)); // which copies it
}

static void add_stage_rows(struct printer *p, struct table *t,
                           const struct plan_stage *s) {
  size_t number = 0;
  add_stage_origin(p, t, s);
  for (size_t i = 0; i < s->steps.n; i++)
    add_step_row(p, t, &s->steps.v[i], &number);
  if (s->runtime)
    add_runtime_rows(p, t, s->runtime);
}

/** One table for the steps of all stages, so that their columns agree. */
static void print_stages(struct printer *p, const struct plan *plan) {
  struct table t = {.indent = 2, .max = {ANY_WIDTH, 24, ANY_WIDTH, ANY_WIDTH}};
  size_t *ends = arena_array(p->ar, size_t, plan->stages.n);
  for (size_t i = 0; i < plan->stages.n; i++) {
    add_stage_rows(p, &t, plan->stages.v[i]);
    ends[i] = t.rows.n;
  }
  size_t row = 0;
  for (size_t i = 0; i < plan->stages.n; i++) {
    const struct plan_stage *s = plan->stages.v[i];
    sbuf_addf(p->out, "\n%s%s%s%s%s\n", p->head, s->name, p->off,
              s->help ? ": " : "", s->help ? s->help : "");
    for (; row < ends[i]; row++)
      print_row(p, &t, &t.rows.v[row]);
  }
}

// ---- the command ------------------------------------------------------------

static void print_plan(struct cli *c, const struct recipe *recipe,
                       struct sbuf *out) {
  const bool colour = cli_colour(c->out);
  struct printer p = {.out = out,
                      .ar = c->ar,
                      .head = colour ? "\033[1m" : "",
                      .off = colour ? "\033[0m" : ""};
  sbuf_addf(out, "%s%s%s for " STR_FMT "\n\n", p.head, c->input.config.name,
            p.off, STR_ARG(platform_id(c->ar, &c->input.recipe.platform)));
  print_decisions(&p, recipe);
  print_stages(&p, recipe->plan);
}

bool cli_plan(struct cli *c, struct sbuf *out) {
  struct recipe recipe;
  if (!cli_make_plan(c, &recipe))
    return false;
  if (str_is(c->flags.format, "json"))
    cli_plan_json(c, &recipe, out);
  else
    print_plan(c, &recipe, out);
  return true;
}
