// Inputs: the parameters of predict, run or train as properties of an object.
// Source: cog 0.23.1 cog/input.py (the arguments of Input), and what its
// generator makes of them.
#include "schema_int.h"

#include "cogfe/limits.h"

typedef struct pysig_expr expr;

/** A call of Input, and where it stands. */
struct input_call {
  struct schema_scope scope;
  const expr *call;
};

/** What is known of one parameter. */
struct input {
  const struct schema_file *file; // of the definition
  const struct pysig_parameter *param;
  const struct schema_type *type;
  struct schema_value value; // the default
  bool has_default, computed;
  struct str place; // of the default
  const struct schema_file *place_file;
  struct schema_value choices; // SCHEMA_LIST, or nothing
  struct schema_value description, regex, accept;
  struct schema_value ge, le, min_length, max_length;
  bool deprecated, accept_is_literal;
  struct str bounds; // the first argument that bounds the value
};

// ---- finding Input(…) -------------------------------------------------------

static bool is_input_call(struct schema_maker *m,
                          const struct schema_scope *scope, const expr *e) {
  if (e->kind != PYSIG_EXPR_CALL)
    return false;
  if (e->grouped)
    schema_depart(m, SCHEMA_COG_INPUT);
  if (pysig_is(e->left, "Input"))
    return true;
  if (!schema_is_cogs(m, scope->file, e->left, "Input"))
    return false;
  if (e->left->kind == PYSIG_EXPR_ATTRIBUTE)
    schema_depart(m, SCHEMA_COG_INPUT);
  return true;
}

static const struct pysig_assign *input_attribute(const struct pysig_class *c,
                                                  struct str name) {
  for (size_t i = c ? c->body.assigns.n : 0; i-- > 0;)
    if (str_eq(c->body.assigns.v[i].name, name))
      return &c->body.assigns.v[i];
  return NULL;
}

static const struct pysig_function *input_method(const struct pysig_class *c,
                                                 struct str name) {
  for (size_t i = c ? c->body.functions.n : 0; i-- > 0;)
    if (str_eq(c->body.functions.v[i]->name, name))
      return c->body.functions.v[i];
  return NULL;
}

/** `PROMPT`, `Inputs.prompt`: what is assigned there. */
static bool shared_value(struct schema_maker *m,
                         const struct schema_scope *scope, const expr *e,
                         struct input_call *out) {
  const struct pysig_assign *a = NULL;
  struct schema_found found = {.file = scope->file};
  if (e->kind == PYSIG_EXPR_NAME)
    a = input_attribute(scope->class, e->name);
  out->scope = *scope;
  if (!a && e->kind == PYSIG_EXPR_ATTRIBUTE) {
    found = schema_find(m, scope->file, e->left);
    a = input_attribute(found.class, e->name);
    out->scope =
        (struct schema_scope){.file = found.file, .class = found.class};
  }
  if (!a) {
    found = schema_find(m, scope->file, e);
    a = found.assign;
    out->scope = (struct schema_scope){.file = found.file};
  }
  if (!a || a->unknown || !a->value || !out->scope.file)
    return false;
  out->call = a->value;
  return is_input_call(m, &out->scope, a->value);
}

/** `Inputs.prompt("…")`: what the function returns. */
static bool shared_call(struct schema_maker *m,
                        const struct schema_scope *scope, const expr *e,
                        struct input_call *out) {
  const struct pysig_function *f = NULL;
  struct schema_found found = {0};
  if (e->left->kind == PYSIG_EXPR_ATTRIBUTE) {
    found = schema_find(m, scope->file, e->left->left);
    f = input_method(found.class, e->left->name);
  }
  if (!f) {
    found = schema_find(m, scope->file, e->left);
    f = found.function;
  }
  if (!f || !f->yields)
    return false;
  out->scope = (struct schema_scope){.file = found.file,
                                     .class = found.class,
                                     .function = f,
                                     .call = e,
                                     .caller = scope};
  out->call = f->yields;
  return is_input_call(m, &out->scope, f->yields);
}

static bool find_input(struct schema_maker *m, const struct schema_scope *scope,
                       const expr *e, struct input_call *out) {
  if (is_input_call(m, scope, e)) {
    *out = (struct input_call){*scope, e};
    return true;
  }
  const bool shared =
      e->kind == PYSIG_EXPR_CALL ? shared_call(m, scope, e, out)
      : e->kind == PYSIG_EXPR_NAME || e->kind == PYSIG_EXPR_ATTRIBUTE
          ? shared_value(m, scope, e, out)
          : false;
  if (shared)
    schema_depart(m, SCHEMA_COG_INPUT);
  return shared;
}

// ---- arguments --------------------------------------------------------------

static void read_default_value(struct schema_maker *m,
                               const struct schema_scope *scope, const expr *e,
                               struct input *in) {
  in->place = e->text;
  in->place_file = scope->file;
  if (e->kind == PYSIG_EXPR_ELLIPSIS)
    return;
  in->value = schema_eval(m, scope, e);
  in->has_default = schema_is_known(&in->value);
  in->computed = !in->has_default;
  if (in->computed)
    schema_depart(m, SCHEMA_COMPUTED);
}

static struct schema_value read_text(struct schema_maker *m,
                                     const struct schema_scope *scope,
                                     const expr *e) {
  const struct schema_value v = schema_eval(m, scope, e);
  return v.kind == SCHEMA_TEXT ? v : (struct schema_value){0};
}

/** A bound; what is more than a number as it stands is lost to Cog. */
static struct schema_value read_bound(struct schema_maker *m,
                                      const struct schema_scope *scope,
                                      const expr *e) {
  const struct schema_value v = schema_eval(m, scope, e);
  if ((e->kind != PYSIG_EXPR_NUMBER && e->kind != PYSIG_EXPR_SIGN) ||
      str_contains(e->text, "x") || str_contains(e->text, "X") ||
      str_contains(e->text, "o") || str_contains(e->text, "b"))
    schema_depart(m, SCHEMA_VALUES);
  return v.kind == SCHEMA_INT || v.kind == SCHEMA_REAL
             ? v
             : (struct schema_value){0};
}

static void note_bound(struct input *in, const expr *e) {
  if (!in->bounds.len)
    in->bounds = e->text;
}

static bool read_choices(struct schema_maker *m, const struct input_call *call,
                         const expr *e, struct input *in) {
  if (pysig_is(e, "None")) // as if it were not there
    schema_depart(m, SCHEMA_VALUES);
  else
    in->choices = schema_eval_choices(m, &call->scope, e);
  if (in->choices.kind == SCHEMA_LIST || pysig_is(e, "None"))
    return true;
  schema_fail(m, call->scope.file, DIAG_SCHEMA_CHOICES, e->text,
              "the choices of \"" STR_FMT
              "\" cannot be read without running the model",
              STR_ARG(in->param->name));
  diag_note(m->dg, SPAN_NONE, "write them as a list of texts or numbers");
  return false;
}

static bool read_factory(struct schema_maker *m, const struct input_call *call,
                         const expr *e) {
  schema_fail(m, call->scope.file, DIAG_SCHEMA_DEFAULT, e->text,
              "Input() takes no default_factory");
  diag_note(m->dg, SPAN_NONE,
            "cog raises a TypeError for it: write default=…, or make the value "
            "in the function");
  return false;
}

static bool read_named_argument(struct schema_maker *m,
                                const struct input_call *call, struct str name,
                                const expr *e, struct input *in) {
  const struct schema_scope *s = &call->scope;
  if (str_is(name, "default"))
    read_default_value(m, s, e, in);
  else if (str_is(name, "default_factory"))
    return read_factory(m, call, e);
  else if (str_is(name, "description"))
    in->description = read_text(m, s, e);
  else if (str_is(name, "regex"))
    in->regex = read_text(m, s, e), note_bound(in, e);
  else if (str_is(name, "accept"))
    in->accept = read_text(m, s, e),
    in->accept_is_literal = e->kind == PYSIG_EXPR_STRING;
  else if (str_is(name, "ge"))
    in->ge = read_bound(m, s, e), note_bound(in, e);
  else if (str_is(name, "le"))
    in->le = read_bound(m, s, e), note_bound(in, e);
  else if (str_is(name, "min_length"))
    in->min_length = read_bound(m, s, e), note_bound(in, e);
  else if (str_is(name, "max_length"))
    in->max_length = read_bound(m, s, e), note_bound(in, e);
  else if (str_is(name, "deprecated"))
    in->deprecated = pysig_is(e, "True");
  else if (str_is(name, "choices"))
    return read_choices(m, call, e, in);
  return true;
}

static bool read_input_arguments(struct schema_maker *m,
                                 const struct input_call *call,
                                 struct input *in) {
  bool ok = true;
  for (size_t i = 0; i < call->call->items.n; i++) {
    const struct pysig_item *item = &call->call->items.v[i];
    if (!item->name.len && i == 0) {
      if (item->value->kind != PYSIG_EXPR_ELLIPSIS)
        schema_depart(m, SCHEMA_COG_INPUT);
      read_default_value(m, &call->scope, item->value, in);
    } else {
      ok = read_named_argument(m, call, item->name, item->value, in) && ok;
    }
  }
  return ok;
}

// ---- types ------------------------------------------------------------------

/** The type within a list. */
static const struct schema_type *input_base(const struct schema_type *t) {
  return t->kind == SCHEMA_T_LIST && t->item ? t->item : t;
}

static const char *input_type_fault(const struct schema_type *t, bool inside);

static const char *union_fault(const struct schema_type *t) {
  for (size_t i = 0; i < t->members.n; i++) {
    const struct schema_type *member = t->members.v[i];
    const enum schema_kind base = input_base(member)->kind;
    if (base == SCHEMA_T_FILE || base == SCHEMA_T_SECRET)
      return "one of several types, and a file or a secret among them";
    if (base == SCHEMA_T_LITERAL)
      return "one of several types, and a Literal among them";
    const char *why = input_type_fault(member, false);
    if (why)
      return why;
  }
  return NULL;
}

/** Why T cannot be an input; INSIDE a list. NULL when it can. */
static const char *input_type_fault(const struct schema_type *t, bool inside) {
  switch (t->kind) {
  case SCHEMA_T_STR:
  case SCHEMA_T_INT:
  case SCHEMA_T_FLOAT:
  case SCHEMA_T_BOOL:
  case SCHEMA_T_FILE:
  case SCHEMA_T_SECRET:
  case SCHEMA_T_OBJECT:
    return inside && t->nullable ? "a list of what may be None" : NULL;
  case SCHEMA_T_LITERAL:
    if (inside && t->nullable)
      return "a list of what may be None";
    return t->enumeration ? "an Enum, which the server does not make: use "
                            "Literal"
                          : NULL;
  case SCHEMA_T_LIST:
    return inside    ? "a list of lists"
           : t->item ? input_type_fault(t->item, true)
                     : "a list of an unknown type: write list[str], say";
  case SCHEMA_T_UNION:
    return inside ? "a list of one of several types" : union_fault(t);
  case SCHEMA_T_MODEL:
    return "a model, which only outputs can be: use dict";
  case SCHEMA_T_NONE:
    return "None alone";
  case SCHEMA_T_ITERATOR:
  case SCHEMA_T_JOINED:
    return "an iterator, which only outputs can be";
  case SCHEMA_T_UNREAD:
  case SCHEMA_T_UNKNOWN:
    break;
  }
  return t->why;
}

static bool read_input_type(struct schema_maker *m,
                            const struct schema_target *t, struct input *in) {
  const expr *e = in->param->type;
  in->type = schema_type(m, &t->scope, e, false);
  const char *why = input_type_fault(in->type, false);
  if (!why)
    return true;
  schema_fail(m, t->scope.file, DIAG_SCHEMA_TYPE, e->text,
              "\"" STR_FMT "\" is %s, which no input can be",
              STR_ARG(in->param->name), why);
  diag_note(m->dg, SPAN_NONE,
            "inputs are str, int, float, bool, Path, File, Secret, dict, lists "
            "of these, Literal, Optional and unions of plain types");
  return false;
}

// ---- what goes together -----------------------------------------------------

static bool check_input_options(struct schema_maker *m,
                                const struct input_call *call,
                                const struct input *in) {
  const bool file = input_base(in->type)->kind == SCHEMA_T_FILE;
  if (in->accept.kind == SCHEMA_TEXT && !file && in->accept_is_literal)
    return schema_fail(m, call->scope.file, DIAG_SCHEMA_INPUT, call->call->text,
                       "\"accept\" is for files, and \"" STR_FMT
                       "\" is none: use Path, or leave it out",
                       STR_ARG(in->param->name));
  if (in->type->kind == SCHEMA_T_UNION &&
      (in->bounds.len || in->choices.items.n))
    return schema_fail(m, call->scope.file, DIAG_SCHEMA_INPUT, call->call->text,
                       "\"" STR_FMT "\" is one of several types, which takes "
                       "no choices and no bounds: leave them out",
                       STR_ARG(in->param->name));
  return true;
}

/** Leaves out what would turn all checks of the server off. */
static void check_pattern(struct schema_maker *m, const struct input_call *call,
                          struct input *in) {
  if (in->regex.kind != SCHEMA_TEXT)
    return;
  const char *why = schema_pattern_fault(in->regex.text);
  if (str_contains(in->regex.text, "(?=") ||
      str_contains(in->regex.text, "(?!") ||
      str_contains(in->regex.text, "(?<") ||
      str_contains(in->regex.text, "(?>") ||
      str_contains(in->regex.text, "(?x") ||
      str_contains(in->regex.text, "++") ||
      str_contains(in->regex.text, "*+") || str_contains(in->regex.text, "?+"))
    schema_depart(m, SCHEMA_PATTERN);
  if (!why)
    return;
  schema_depart(m, SCHEMA_PATTERN);
  diag_warn(m->dg, DIAG_SCHEMA_PATTERN,
            pysig_place(call->scope.file->py->src, call->call->text),
            "the pattern of \"" STR_FMT "\" is left out: the model server "
            "refuses %s",
            STR_ARG(in->param->name), why);
  diag_note(m->dg, SPAN_NONE,
            "one such pattern turns the checks of all inputs off; check this "
            "one in the function");
  in->regex = (struct schema_value){0};
}

// ---- the default ------------------------------------------------------------

static const char *fits(const struct schema_type *t,
                        const struct schema_value *v);

static const char *all_fit(const struct schema_type *t,
                           const struct schema_value *v) {
  const char *why = v->kind == SCHEMA_LIST ? NULL : "is no list";
  for (size_t i = 0; !why && t->item && i < v->items.n; i++)
    why = fits(t->item, &v->items.v[i]);
  return why;
}

static bool is_a_choice(const struct schema_value *v,
                        const struct schema_value *list) {
  for (size_t i = 0; i < list->items.n; i++)
    if (schema_same(v, &list->items.v[i]))
      return true;
  return false;
}

static const char *fits_one_of(const struct schema_type *t,
                               const struct schema_value *v) {
  for (size_t i = 0; i < t->members.n; i++)
    if (!fits(t->members.v[i], v))
      return NULL;
  return "is of none of its types";
}

/** Why V is no T; NULL when it is. */
static const char *fits(const struct schema_type *t,
                        const struct schema_value *v) {
  if (v->kind == SCHEMA_NONE && t->nullable)
    return NULL;
  switch (t->kind) {
  case SCHEMA_T_STR:
  case SCHEMA_T_FILE:
  case SCHEMA_T_SECRET:
    return v->kind == SCHEMA_TEXT ? NULL : "is no text";
  case SCHEMA_T_INT:
    return v->kind == SCHEMA_INT ||
                   (v->kind == SCHEMA_REAL && v->real >= -0x1p63 &&
                    v->real < 0x1p63 && !((double)(int64_t)v->real < v->real) &&
                    !((double)(int64_t)v->real > v->real))
               ? NULL
               : "is no whole number";
  case SCHEMA_T_FLOAT:
    return v->kind == SCHEMA_INT || v->kind == SCHEMA_REAL ? NULL
                                                           : "is no number";
  case SCHEMA_T_BOOL:
    return v->kind == SCHEMA_BOOL ? NULL : "is neither True nor False";
  case SCHEMA_T_OBJECT:
    return v->kind == SCHEMA_PAIRS ? NULL : "is no dict";
  case SCHEMA_T_LIST:
    return all_fit(t, v);
  case SCHEMA_T_UNION:
    return fits_one_of(t, v);
  case SCHEMA_T_LITERAL:
    return is_a_choice(v, &t->values) ? NULL : "is none of the choices";
  case SCHEMA_T_UNREAD:
  case SCHEMA_T_UNKNOWN:
  case SCHEMA_T_NONE:
  case SCHEMA_T_ITERATOR:
  case SCHEMA_T_JOINED:
  case SCHEMA_T_MODEL:
    break;
  }
  return NULL;
}

static bool is_set(const struct schema_value *v) {
  return v->kind != SCHEMA_UNKNOWN;
}

static const char *within_bounds(const struct input *in) {
  const struct schema_value *v = &in->value;
  const bool number = v->kind == SCHEMA_INT || v->kind == SCHEMA_REAL;
  const double length = (double)utf8_count(v->text);
  if (number && is_set(&in->ge) && v->real < in->ge.real)
    return "is less than ge";
  if (number && is_set(&in->le) && v->real > in->le.real)
    return "is more than le";
  if (v->kind != SCHEMA_TEXT)
    return NULL;
  if (is_set(&in->min_length) && length < in->min_length.real)
    return "is shorter than min_length";
  if (is_set(&in->max_length) && length > in->max_length.real)
    return "is longer than max_length";
  if (in->regex.kind == SCHEMA_TEXT &&
      schema_pattern_find(in->regex.text, v->text) == SCHEMA_MATCH_NO)
    return "does not match regex";
  return NULL;
}

static const char *among_choices(const struct input *in) {
  const struct schema_value *v = &in->value;
  if (!in->choices.items.n || v->kind == SCHEMA_NONE)
    return NULL;
  for (size_t i = 0; v->kind == SCHEMA_LIST && i < v->items.n; i++)
    if (!is_a_choice(&v->items.v[i], &in->choices))
      return "has an element that is none of the choices";
  return v->kind == SCHEMA_LIST || is_a_choice(v, &in->choices)
             ? NULL
             : "is none of the choices";
}

/** Whether the default is written into the property. */
static bool shows_default(const struct input *in, bool nullable) {
  return in->has_default && (in->value.kind != SCHEMA_NONE || nullable);
}

static bool check_default(struct schema_maker *m, const struct input *in,
                          bool nullable) {
  if (!shows_default(in, nullable) || in->value.kind == SCHEMA_NONE)
    return true;
  const char *why = fits(in->type, &in->value);
  if (!why)
    why = among_choices(in);
  if (!why)
    why = within_bounds(in);
  return !why || schema_fail(m, in->place_file, DIAG_SCHEMA_DEFAULT, in->place,
                             "the default of \"" STR_FMT "\" %s: the model "
                             "would refuse it as an input",
                             STR_ARG(in->param->name), why);
}

// ---- JSON -------------------------------------------------------------------

static void add_number_key(struct sbuf *out, const char *key,
                           const struct schema_value *v, bool whole) {
  if (!is_set(v) || (whole && v->real < 0))
    return;
  sbuf_addf(out, ",\"%s\":", key);
  if (v->kind == SCHEMA_INT)
    schema_add_value(out, v);
  else if (whole)
    sbuf_addf(out, "%" PRId64, v->real < 0x1p53 ? (int64_t)v->real : INT64_MAX);
  else
    schema_add_number(out, v->real);
}

static void add_text_key(struct sbuf *out, const char *key,
                         const struct schema_value *v) {
  if (v->kind != SCHEMA_TEXT)
    return;
  sbuf_addf(out, ",\"%s\":", key);
  sbuf_add_json_string(out, v->text);
}

static void add_variants(struct schema_maker *m, struct sbuf *out,
                         const struct schema_type *t) {
  const char *why;
  sbuf_adds(out, ",\"anyOf\":[");
  for (size_t i = 0; i < t->members.n; i++) {
    sbuf_adds(out, i ? ",{" : "{");
    schema_add_output(m, out, t->members.v[i], &why);
    sbuf_adds(out, t->nullable ? ",\"nullable\":true}" : "}");
  }
  sbuf_adds(out, "]");
}

/** The type of the property, from its first key on. */
static void add_property_type(struct schema_maker *m, struct sbuf *out,
                              const struct input *in, struct str component) {
  const char *why;
  const bool list = in->type->kind == SCHEMA_T_LIST;
  if (in->choices.items.n && !list) {
    sbuf_addf(out,
              "\"allOf\":[{\"$ref\":\"#/components/schemas/" STR_FMT "\"}]",
              STR_ARG(component));
    return;
  }
  sbuf_adds(out, "\"title\":");
  schema_add_title(m, out, in->param->name);
  if (in->choices.items.n) {
    sbuf_addf(
        out,
        ",\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/" STR_FMT
        "\"}",
        STR_ARG(component));
  } else if (in->type->kind == SCHEMA_T_UNION) {
    add_variants(m, out, in->type);
  } else {
    sbuf_addch(out, ',');
    schema_add_output(m, out, in->type, &why);
  }
}

static void add_property(struct schema_maker *m, struct sbuf *out,
                         const struct input *in, bool nullable, size_t order,
                         struct str component) {
  sbuf_addch(out, '{');
  add_property_type(m, out, in, component);
  add_text_key(out, "description", &in->description);
  add_number_key(out, "minimum", &in->ge, false);
  add_number_key(out, "maximum", &in->le, false);
  add_number_key(out, "minLength", &in->min_length, true);
  add_number_key(out, "maxLength", &in->max_length, true);
  add_text_key(out, "pattern", &in->regex);
  sbuf_adds(out, in->deprecated ? ",\"deprecated\":true" : "");
  if (input_base(in->type)->kind == SCHEMA_T_FILE)
    add_text_key(out, "x-cog-accept", &in->accept);
  if (shows_default(in, nullable)) {
    sbuf_adds(out, ",\"default\":");
    schema_add_value(out, &in->value);
  }
  sbuf_addf(out, "%s,\"x-order\":%zu}", nullable ? ",\"nullable\":true" : "",
            order);
}

/** The JSON type of a choice: that of the parameter, whatever the choices
 *  are. */
static const char *choice_type(const struct input *in) {
  const struct schema_type *base = input_base(in->type);
  switch (base->kind) {
  case SCHEMA_T_INT:
    return "integer";
  case SCHEMA_T_FLOAT:
    return "number";
  case SCHEMA_T_BOOL:
    return "boolean";
  case SCHEMA_T_OBJECT:
    return "object";
  case SCHEMA_T_LITERAL:
    return base->values.items.v[0].kind == SCHEMA_INT    ? "integer"
           : base->values.items.v[0].kind == SCHEMA_REAL ? "number"
           : base->values.items.v[0].kind == SCHEMA_BOOL ? "boolean"
                                                         : "string";
  case SCHEMA_T_STR:
  case SCHEMA_T_FILE:
  case SCHEMA_T_SECRET:
  case SCHEMA_T_UNREAD:
  case SCHEMA_T_UNKNOWN:
  case SCHEMA_T_NONE:
  case SCHEMA_T_LIST:
  case SCHEMA_T_ITERATOR:
  case SCHEMA_T_JOINED:
  case SCHEMA_T_UNION:
  case SCHEMA_T_MODEL:
    break;
  }
  return "string";
}

/** Whether the choices are of one JSON type. */
static bool is_uniform(const struct schema_value *list) {
  for (size_t i = 1; i < list->items.n; i++)
    if (list->items.v[i].kind != list->items.v[0].kind)
      return false;
  return true;
}

static struct str component_json(struct schema_maker *m, const struct input *in,
                                 struct str name) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, LIMIT_SCHEMA_JSON_BYTES);
  sbuf_adds(&out, "{\"title\":");
  sbuf_add_json_string(&out, name);
  sbuf_adds(&out, ",\"description\":\"An enumeration.\",\"enum\":");
  schema_add_value(&out, &in->choices);
  if (input_base(in->type)->kind != SCHEMA_T_LITERAL ||
      is_uniform(&in->choices))
    sbuf_addf(&out, ",\"type\":\"%s\"", choice_type(in));
  sbuf_addch(&out, '}');
  return schema_text(m, &out);
}

/** The input of predicting that has choices of this name, seen from training.
 */
static const struct schema_input_prop *
predict_prop(struct schema_maker *m, struct str name, bool train) {
  for (size_t i = 0; train && m->predict && i < m->predict->props.n; i++)
    if (str_eq(m->predict->props.v[i].component_name, name))
      return &m->predict->props.v[i];
  return NULL;
}

/** The name of the list of choices JSON: the parameter's, unless it is taken or
 *  can be none. */
static struct str component_name(struct schema_maker *m, struct str name,
                                 struct str json, bool train) {
  static const char *const taken[] = {"Input",
                                      "Output",
                                      "PredictionRequest",
                                      "Status",
                                      "PredictionResponse",
                                      "HTTPValidationError",
                                      "ValidationError",
                                      "TrainingInput",
                                      "TrainingOutput",
                                      "TrainingRequest",
                                      "TrainingResponse"};
  bool usable = pysig_is_name(name);
  for (size_t i = 0; i < ARRAY_LEN(taken); i++)
    usable = usable && !str_is(name, taken[i]);
  const struct schema_input_prop *other = predict_prop(m, name, train);
  if (usable && (!other || str_eq(other->component, json)))
    return name;
  schema_depart(m, SCHEMA_NAMES);
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, LIMIT_PYTHON_BYTES);
  sbuf_adds(&out, train ? "training_choices_" : "choices_");
  for (size_t i = 0; i < name.len; i++) {
    if ((unsigned char)name.p[i] < 0x80)
      sbuf_addch(&out, name.p[i]);
    else
      sbuf_addf(&out, "%02x", (unsigned char)name.p[i]);
  }
  return str_dup(m->ar, sbuf_str(&out));
}

// ---- one parameter ----------------------------------------------------------

static void push_prop(struct schema_maker *m, const struct schema_target *t,
                      const struct input *in, struct schema_inputs *out) {
  const bool nullable =
      in->type->nullable || (in->type->kind == SCHEMA_T_SECRET &&
                             in->has_default && in->value.kind == SCHEMA_NONE);
  struct schema_input_prop prop = {.name = in->param->name};
  if (in->choices.items.n) {
    prop.component = component_json(m, in, prop.name);
    prop.component_name =
        component_name(m, prop.name, prop.component, t->train);
  }
  prop.required = !in->computed && !shows_default(in, nullable) &&
                  (!in->type->nullable || in->type->kind == SCHEMA_T_UNION);
  size_t place = 0;
  while (place < out->props.n && !str_eq(out->props.v[place].name, prop.name))
    place++;
  cleanup_sbuf struct sbuf json;
  sbuf_init(&json, LIMIT_SCHEMA_JSON_BYTES);
  add_property(m, &json, in, nullable, out->props.n, prop.component_name);
  prop.property = schema_text(m, &json);
  if (predict_prop(m, prop.component_name, t->train))
    prop.component = (struct str){0}; // it is there already
  if (place < out->props.n)
    out->props.v[place] = prop;
  else
    vec_push(m->ar, &out->props, prop);
}

/** Literal is a list of choices. */
static void take_literal(struct schema_maker *m, struct input *in) {
  const struct schema_type *base = input_base(in->type);
  if (base->kind != SCHEMA_T_LITERAL)
    return;
  schema_depart(m, SCHEMA_LITERAL);
  if (!in->choices.items.n)
    in->choices = base->values;
}

static bool read_typed(struct schema_maker *m, const struct schema_target *t,
                       struct input *in, struct schema_inputs *out) {
  struct input_call call = {.scope = t->scope, .call = in->param->value};
  if (!read_input_type(m, t, in))
    return false;
  const bool has_input =
      in->param->value && find_input(m, &t->scope, in->param->value, &call);
  if (has_input) {
    if (!read_input_arguments(m, &call, in) ||
        !check_input_options(m, &call, in))
      return false;
    check_pattern(m, &call, in);
  } else if (in->param->value) {
    read_default_value(m, &t->scope, in->param->value, in);
  }
  if (in->choices.items.n && in->type->kind == SCHEMA_T_LIST)
    schema_depart(m, SCHEMA_LIST_CHOICES);
  take_literal(m, in);
  if (!check_default(m, in, in->type->nullable))
    return false;
  push_prop(m, t, in, out);
  return true;
}

static bool fail_untyped(struct schema_maker *m, const struct schema_target *t,
                         const struct pysig_parameter *p) {
  schema_depart(m, SCHEMA_UNTYPED);
  schema_fail(m, t->scope.file, DIAG_SCHEMA_UNTYPED, p->name,
              "the parameter \"" STR_FMT "\" has no type: the model server "
              "would drop it from every request",
              STR_ARG(p->name));
  diag_note(m->dg, SPAN_NONE, "write " STR_FMT ": str, say", STR_ARG(p->name));
  return false;
}

static bool read_one(struct schema_maker *m, const struct schema_target *t,
                     const struct pysig_parameter *p, bool first,
                     struct schema_inputs *out) {
  struct input in = {.file = t->scope.file, .param = p};
  if (first && (t->method || (str_is(p->name, "self") && !p->type))) {
    if (p->type || p->value)
      schema_depart(m, SCHEMA_DEFINITIONS);
    return true;
  }
  if (p->stars && p->type)
    return schema_fail(m, t->scope.file, DIAG_SCHEMA_TYPE, p->name,
                       "\"%.*s" STR_FMT "\" takes any number of values, which "
                       "no input can: name them one by one, or use a list",
                       p->stars, "**", STR_ARG(p->name));
  if (p->stars)
    return true;
  if (!p->type)
    return fail_untyped(m, t, p);
  return read_typed(m, t, &in, out);
}

bool schema_read_inputs(struct schema_maker *m, const struct schema_target *t,
                        struct schema_inputs *out) {
  bool ok = true;
  for (size_t i = 0; i < t->function->params.n; i++) {
    const struct pysig_parameter *p = &t->function->params.v[i];
    m->where = p->name;
    ok = read_one(m, t, p, i == 0, out) && ok;
  }
  m->where = (struct str){0};
  return ok;
}
