// The models of an app for fal: what it is given and what it answers.
#include "document_fal.h"

// ---- names ------------------------------------------------------------------

// What the body of the input model uses or pydantic keeps for itself.
static const char *const taken[] = {
    "Any", "List", "Literal", "Optional", "Field", "BaseModel",
    "str", "int",  "float",   "bool",     "dict",  "model_config"};

bool fal_can_name(const struct pysig *sig, const char **why, struct arena *ar) {
  for (size_t i = 0; i < sig->params.n; i++) {
    const struct str name = sig->params.v[i].name;
    bool usable = name.p[0] != '_';
    for (size_t j = 0; j < ARRAY_LEN(taken); j++)
      usable = usable && !str_is(name, taken[j]);
    if (!usable) {
      *why = arena_printf(ar,
                          "has a parameter \"" STR_FMT
                          "\", which no field of a model can be called",
                          STR_ARG(name));
      return false;
    }
  }
  return true;
}

// ---- types ------------------------------------------------------------------

static void add_base(struct sbuf *out, const struct pysig_type *t, bool result,
                     struct fal_names *names) {
  switch (t->kind) {
  case PYSIG_ANY:
  case PYSIG_NOTHING:
    names->any = true;
    sbuf_adds(out, "Any");
    return;
  case PYSIG_SECRET:
    names->secret = true;
    sbuf_adds(out, "str");
    return;
  case PYSIG_STR:
    sbuf_adds(out, "str");
    return;
  case PYSIG_INT:
    sbuf_adds(out, "int");
    return;
  case PYSIG_FLOAT:
    sbuf_adds(out, "float");
    return;
  case PYSIG_BOOL:
    sbuf_adds(out, "bool");
    return;
  case PYSIG_DICT:
    sbuf_adds(out, "dict");
    return;
  case PYSIG_PATH:
    names->file = names->file || result;
    names->fetch = names->fetch || !result;
    sbuf_adds(out, result ? "File" : "str");
    return;
  case PYSIG_LITERAL:
    names->literal = true;
    for (size_t i = 0; i < t->n_literals; i++)
      sbuf_addf(out, "%s" STR_FMT, i ? ", " : "Literal[",
                STR_ARG(t->literals[i].text));
    sbuf_addch(out, ']');
    return;
  }
  BUG("no such type");
}

static bool is_listed(const struct pysig_type *t) {
  return t->list || (t->stream && !t->joined);
}

static void add_type(struct sbuf *out, const struct pysig_type *t, bool result,
                     struct fal_names *names) {
  names->optional = names->optional || t->optional;
  names->list = names->list || is_listed(t);
  sbuf_adds(out, t->optional ? "Optional[" : "");
  sbuf_adds(out, is_listed(t) ? "List[" : "");
  add_base(out, t, result, names);
  sbuf_adds(out, is_listed(t) ? "]" : "");
  sbuf_adds(out, t->optional ? "]" : "");
}

struct pysig_type fal_field_type(const struct pysig_param *p) {
  struct pysig_type t = p->type;
  bool fits = p->choices.kind == PYSIG_ITEMS && p->choices.n_items > 0;
  for (size_t i = 0; fits && i < p->choices.n_items; i++)
    fits = p->choices.items[i].kind == PYSIG_TEXT ||
           (p->choices.items[i].kind == PYSIG_NUMBER && t.kind == PYSIG_INT);
  if (fits && (t.kind == PYSIG_STR || t.kind == PYSIG_INT)) {
    t.kind = PYSIG_LITERAL;
    t.literals = p->choices.items;
    t.n_literals = p->choices.n_items;
  }
  t.optional = t.optional || p->value.kind == PYSIG_NONE;
  return t;
}

// ---- fields -----------------------------------------------------------------

/** Options that pydantic's Field() has, some under another name. */
static const struct {
  const char *cog, *pydantic;
} options[] = {
    {"description", "description"},
    {"ge", "ge"},
    {"le", "le"},
    {"min_length", "min_length"},
    {"max_length", "max_length"},
    {"regex", "pattern"},
};

static const char *option_name(struct str cog) {
  for (size_t i = 0; i < ARRAY_LEN(options); i++)
    if (str_is(cog, options[i].cog))
      return options[i].pydantic;
  return NULL;
}

static bool is_plain_value(const struct pysig_value *v) {
  return v->kind >= PYSIG_NONE;
}

static void comment(struct sbuf *out, struct str name, const char *is,
                    struct str text) {
  sbuf_addf(out, "    # in the model: " STR_FMT "%s" STR_FMT "\n",
            STR_ARG(name), is, STR_ARG(text));
}

/** What the model's source says and the field does not. */
static void add_comments(struct sbuf *out, const struct pysig_param *p) {
  const struct pysig_type t = fal_field_type(p);
  if (p->type.unread)
    comment(out, p->name, ": ", p->type.text);
  if (p->type.kind == PYSIG_PATH)
    sbuf_adds(out, p->type.list ? "    # URLs of files\n"
                                : "    # the URL of a file\n");
  if (p->value.kind == PYSIG_UNREAD)
    comment(out, STR("default"), "=", p->value.text);
  if (p->choices.kind != PYSIG_NO_VALUE && t.kind != PYSIG_LITERAL)
    comment(out, STR("choices"), "=", p->choices.text);
  for (size_t i = 0; i < p->options.n; i++) {
    const struct pysig_option *o = &p->options.v[i];
    if (option_name(o->name) && !is_plain_value(&o->value))
      comment(out, o->name, "=", o->value.text);
  }
}

struct arguments {
  struct str_vec list;
};

static void add_field_argument(struct arena *ar, struct arguments *args,
                               const char *name, struct str value) {
  vec_push(ar, &args->list, str_concat(ar, str_printf(ar, "%s=", name), value));
}

static struct arguments field_arguments(struct arena *ar,
                                        const struct pysig_param *p) {
  struct arguments args = {0};
  if (is_plain_value(&p->value))
    add_field_argument(ar, &args, "default", p->value.text);
  for (size_t i = 0; i < p->options.n; i++) {
    const struct pysig_option *o = &p->options.v[i];
    const char *name = option_name(o->name);
    if (name && is_plain_value(&o->value) && o->value.kind != PYSIG_NONE)
      add_field_argument(ar, &args, name, o->value.text);
  }
  return args;
}

void fal_add_call(struct sbuf *out, const char *name,
                  const struct str_vec *args, int indent) {
  enum { LINE_CHARS = 79 };
  const size_t column = out->len - (size_t)(str_rfind(sbuf_str(out), '\n') + 1);
  size_t width = column + strlen(name) + 2;
  for (size_t i = 0; i < args->n; i++)
    width += args->v[i].len + (i ? 2 : 0);
  const bool fits = width <= LINE_CHARS;
  sbuf_addf(out, "%s(", name);
  for (size_t i = 0; i < args->n; i++) {
    if (!fits)
      sbuf_addf(out, "\n%*s", indent + 4, "");
    sbuf_addstr(out, args->v[i]);
    sbuf_adds(out, !fits ? "," : i + 1 < args->n ? ", " : "");
  }
  if (!fits)
    sbuf_addf(out, "\n%*s", indent, "");
  sbuf_addch(out, ')');
}

static void add_model_field(struct sbuf *out, const struct pysig_param *p,
                            struct fal_names *names, struct arena *ar) {
  const struct pysig_type t = fal_field_type(p);
  const struct arguments args = field_arguments(ar, p);
  add_comments(out, p);
  sbuf_addf(out, "    " STR_FMT ": ", STR_ARG(p->name));
  add_type(out, &t, false, names);
  if (args.list.n) {
    names->field = true;
    sbuf_adds(out, " = ");
    fal_add_call(out, "Field", &args.list, 4);
  }
  sbuf_addch(out, '\n');
}

// ---- models -----------------------------------------------------------------

void fal_add_input(struct sbuf *out, const struct fal_app *app,
                   struct fal_names *names, struct arena *ar) {
  sbuf_adds(out, "\n\nclass Input(BaseModel):\n");
  if (!app->sig)
    sbuf_adds(out, "    # Write what the model is given, for example:\n"
                   "    #     prompt: str = Field(description=\"...\")\n");
  for (size_t i = 0; app->sig && i < app->sig->params.n; i++)
    add_model_field(out, &app->sig->params.v[i], names, ar);
  if (!app->sig || !app->sig->params.n)
    sbuf_adds(out, "    pass\n");
}

void fal_add_output(struct sbuf *out, const struct fal_app *app,
                    struct fal_names *names) {
  sbuf_adds(out, "\n\nclass Output(BaseModel):\n");
  const struct pysig_type any = {.unread = !app->sig};
  const struct pysig_type *t = app->sig ? &app->sig->result : &any;
  if (t->unread && t->text.len)
    comment(out, STR("predict()"), " -> ", t->text);
  sbuf_adds(out, "    output: ");
  add_type(out, t, true, names);
  sbuf_adds(out, "\n");
}
