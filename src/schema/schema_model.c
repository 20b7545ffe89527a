// Outputs: the JSON of their types, and of the models among them.
#include "schema_int.h"

#include "cogfe/limits.h"

typedef struct schema_type type;

// ---- titles -----------------------------------------------------------------

/** Parts between "_", each with a capital, and blanks between them. */
void schema_add_title(struct schema_maker *m, struct sbuf *out,
                      struct str name) {
  cleanup_sbuf struct sbuf title;
  sbuf_init(&title, LIMIT_PYTHON_BYTES);
  for (size_t i = 0; i < name.len; i++) {
    const bool first = i == 0 || name.p[i - 1] == '_';
    const char c = name.p[i];
    if (first && c >= 'a' && c <= 'z')
      sbuf_addch(&title, (char)(c - 'a' + 'A'));
    else
      sbuf_addch(&title, c == '_' ? ' ' : c);
    if (first && (unsigned char)c >= 0x80)
      schema_depart(m, SCHEMA_NAMES);
  }
  sbuf_add_json_string(out, sbuf_str(&title));
}

// ---- what is a model --------------------------------------------------------

static bool is_model_at(struct schema_maker *m, const struct schema_file *file,
                        const struct pysig_class *class, bool *typed_dict,
                        int depth) {
  for (size_t i = 0; i < class->bases.n && depth < LIMIT_PYTHON_DEPTH; i++) {
    const struct pysig_item *base = &class->bases.v[i];
    const struct str origin = schema_origin(m, file, base->value);
    if (base->name.len)
      continue;
    if (str_is(origin, "BaseModel") || pysig_is(base->value, "BaseModel"))
      return true;
    if (str_is(origin, "TypedDict")) {
      *typed_dict = true;
      return true;
    }
    const struct schema_found found = schema_find(m, file, base->value);
    if (found.class && found.class != class &&
        is_model_at(m, found.file, found.class, typed_dict, depth + 1)) {
      schema_depart(m, SCHEMA_MODELS);
      return true;
    }
  }
  return false;
}

bool schema_is_model(struct schema_maker *m, const struct schema_file *file,
                     const struct pysig_class *class, bool *typed_dict) {
  *typed_dict = false;
  return is_model_at(m, file, class, typed_dict, 0);
}

// ---- fields -----------------------------------------------------------------

struct model_field {
  struct str name;
  const struct pysig_assign *assign;
  const struct schema_file *file;
  bool total; // of a TypedDict's class
};

struct model_fields {
  VEC(struct model_field) list;
  bool typed_dict;
};

static void push_field(struct schema_maker *m, struct model_fields *fields,
                       struct model_field field) {
  for (size_t i = 0; i < fields->list.n; i++)
    if (str_eq(fields->list.v[i].name, field.name)) {
      fields->list.v[i] = field;
      return;
    }
  vec_push(m->ar, &fields->list, field);
}

static bool is_total(const struct pysig_class *class) {
  for (size_t i = 0; i < class->bases.n; i++)
    if (str_is(class->bases.v[i].name, "total"))
      return !pysig_is(class->bases.v[i].value, "False");
  return true;
}

static bool is_class_var(struct schema_maker *m, const struct schema_file *file,
                         const struct pysig_expr *e) {
  const struct pysig_expr *name = e->kind == PYSIG_EXPR_SUBSCRIPT ? e->left : e;
  return str_is(schema_origin(m, file, name), "ClassVar");
}

/** The fields of CLASS's parents, then its own. */
static void collect_fields(struct schema_maker *m, struct model_fields *fields,
                           const struct schema_file *file,
                           const struct pysig_class *class, int depth) {
  bool typed_dict;
  for (size_t i = 0; i < class->bases.n && depth < LIMIT_PYTHON_DEPTH; i++) {
    const struct schema_found found =
        class->bases.v[i].name.len
            ? (struct schema_found){0}
            : schema_find(m, file, class->bases.v[i].value);
    if (found.class && found.class != class &&
        schema_is_model(m, found.file, found.class, &typed_dict)) {
      if (!fields->typed_dict)
        schema_depart(m, SCHEMA_MODELS);
      collect_fields(m, fields, found.file, found.class, depth + 1);
    }
  }
  for (size_t i = 0; i < class->body.assigns.n; i++) {
    const struct pysig_assign *a = &class->body.assigns.v[i];
    if (!a->type || a->unknown)
      continue;
    if (is_class_var(m, file, a->type)) {
      schema_depart(m, SCHEMA_ANNOTATIONS);
      continue;
    }
    push_field(m, fields,
               (struct model_field){a->name, a, file, is_total(class)});
  }
}

/** `NotRequired[…]` and `Required[…]` are 0 and 1, else -1. */
static int required_mark(struct schema_maker *m, const struct model_field *f) {
  const struct pysig_expr *e = f->assign->type;
  if (e->kind != PYSIG_EXPR_SUBSCRIPT)
    return -1;
  const struct str origin = schema_origin(m, f->file, e->left);
  return str_is(origin, "NotRequired") ? 0
         : str_is(origin, "Required")  ? 1
                                       : -1;
}

/** Cog's rule: a default that is a literal makes a field one that may be
 *  absent. Field(…) and constants do not. */
static bool is_required(struct schema_maker *m,
                        const struct model_fields *fields,
                        const struct model_field *f, const type *t) {
  const int mark = required_mark(m, f);
  const struct pysig_expr *value = f->assign->value;
  if (value && (schema_is_literal(value) ||
                (value->kind == PYSIG_EXPR_STRING && !value->grouped)))
    return false;
  if (fields->typed_dict)
    return mark < 0 ? f->total : mark;
  return !t->nullable;
}

/** A model within itself, which is no more than an object, and how deep. */
static bool model_in_itself(struct schema_maker *m, const type *t) {
  for (const struct schema_model_at *at = m->models; at; at = at->around)
    if (at->class == t->class)
      return true;
  return false;
}

static bool add_field(struct schema_maker *m, struct sbuf *out,
                      const struct model_field *f, const type *t,
                      const char **why) {
  sbuf_adds(out, out->ptr[out->len - 1] == '{' ? "" : ",");
  sbuf_add_json_string(out, f->name);
  sbuf_adds(out, ":{");
  if (!schema_add_output(m, out, t, why)) {
    *why = arena_printf(m->ar, "a model whose field %s is %s",
                        str_cstr(m->ar, f->name), *why);
    return false;
  }
  sbuf_adds(out, t->nullable ? ",\"nullable\":true,\"title\":" : ",\"title\":");
  schema_add_title(m, out, f->name);
  sbuf_addch(out, '}');
  return true;
}

static void add_required(struct sbuf *out, const struct str_vec *names,
                         struct arena *ar) {
  if (!names->n)
    return;
  sbuf_adds(out, ",\"required\":");
  sbuf_addstr(out, str_json_list(ar, names->v, names->n));
}

static bool add_fields(struct schema_maker *m, struct sbuf *out,
                       const struct model_fields *fields, const char **why) {
  struct str_vec required = {0};
  sbuf_adds(out, "\"properties\":{");
  for (size_t i = 0; i < fields->list.n; i++) {
    const struct model_field *f = &fields->list.v[i];
    const struct schema_scope scope = {.file = f->file};
    const type *t = schema_type(m, &scope, f->assign->type, true);
    if (t->kind == SCHEMA_T_UNREAD)
      continue; // as Cog has it: an output with more in it does no harm
    if (!add_field(m, out, f, t, why))
      return false;
    if (is_required(m, fields, f, t))
      vec_push(m->ar, &required, f->name);
  }
  sbuf_addch(out, '}');
  add_required(out, &required, m->ar);
  return true;
}

bool schema_add_model(struct schema_maker *m, struct sbuf *out, const type *t,
                      const char **why) {
  enum { NESTED_MAX = 16 }; // models are written out where they are used
  if (model_in_itself(m, t) || out->overflow)
    return true;
  struct model_fields fields = {0};
  struct schema_model_at here = {t->class, m->models,
                                 m->models ? m->models->depth + 1 : 0};
  if (here.depth > NESTED_MAX) {
    *why = "a model with too many in each other";
    return false;
  }
  schema_is_model(m, t->file, t->class, &fields.typed_dict);
  collect_fields(m, &fields, t->file, t->class, 0);
  m->models = &here;
  sbuf_addch(out, ',');
  const bool ok = add_fields(m, out, &fields, why);
  m->models = here.around;
  return ok;
}

// ---- outputs ----------------------------------------------------------------

static bool add_item(struct schema_maker *m, struct sbuf *out,
                     const char *before, const type *item, const char **why) {
  if (item && item->nullable) {
    *why = "a type that may be None within another one";
    return false;
  }
  sbuf_adds(out, before);
  if (!item)
    sbuf_adds(out, "\"type\":\"object\"");
  else if (!schema_add_output(m, out, item, why))
    return false;
  sbuf_addch(out, '}');
  return true;
}

/** The JSON type that all values have, or NULL. */
static const char *json_type_of(const struct schema_value *v) {
  static const char *const names[] = {[SCHEMA_BOOL] = "boolean",
                                      [SCHEMA_INT] = "integer",
                                      [SCHEMA_REAL] = "number",
                                      [SCHEMA_TEXT] = "string"};
  for (size_t i = 1; i < v->items.n; i++)
    if (v->items.v[i].kind != v->items.v[0].kind)
      return NULL;
  return names[v->items.v[0].kind];
}

static void add_enumeration(struct schema_maker *m, struct sbuf *out,
                            const type *t) {
  const char *name = json_type_of(&t->values);
  schema_depart(m, SCHEMA_LITERAL);
  sbuf_adds(out, "\"enum\":");
  schema_add_value(out, &t->values);
  if (name)
    sbuf_addf(out, ",\"type\":\"%s\"", name);
}

bool schema_add_output(struct schema_maker *m, struct sbuf *out, const type *t,
                       const char **why) {
  static const char *const plain[] = {
      [SCHEMA_T_STR] = "\"type\":\"string\"",
      [SCHEMA_T_INT] = "\"type\":\"integer\"",
      [SCHEMA_T_FLOAT] = "\"type\":\"number\"",
      [SCHEMA_T_BOOL] = "\"type\":\"boolean\"",
      [SCHEMA_T_FILE] = "\"format\":\"uri\",\"type\":\"string\"",
      [SCHEMA_T_SECRET] = "\"format\":\"password\",\"type\":\"string\","
                          "\"writeOnly\":true,\"x-cog-secret\":true",
  };
  switch (t->kind) {
  case SCHEMA_T_STR:
  case SCHEMA_T_INT:
  case SCHEMA_T_FLOAT:
  case SCHEMA_T_BOOL:
  case SCHEMA_T_FILE:
  case SCHEMA_T_SECRET:
    sbuf_adds(out, plain[t->kind]);
    return true;
  case SCHEMA_T_OBJECT:
    sbuf_adds(out, "\"type\":\"object\"");
    return !t->item ||
           add_item(m, out, ",\"additionalProperties\":{", t->item, why);
  case SCHEMA_T_LIST:
    return add_item(m, out, "\"type\":\"array\",\"items\":{", t->item, why);
  case SCHEMA_T_ITERATOR:
    return add_item(
        m, out,
        "\"type\":\"array\",\"x-cog-array-type\":\"iterator\",\"items\":{",
        t->item, why);
  case SCHEMA_T_JOINED:
    if (t->item && t->item->kind != SCHEMA_T_STR) {
      *why = "a ConcatenateIterator of another type than str";
      return false;
    }
    return add_item(m, out,
                    "\"type\":\"array\",\"x-cog-array-type\":\"iterator\","
                    "\"x-cog-array-display\":\"concatenate\",\"items\":{",
                    t->item, why);
  case SCHEMA_T_LITERAL:
    add_enumeration(m, out, t);
    return true;
  case SCHEMA_T_MODEL:
    sbuf_adds(out, "\"type\":\"object\"");
    return schema_add_model(m, out, t, why);
  case SCHEMA_T_NONE:
    *why = "None";
    return false;
  case SCHEMA_T_UNION:
    *why = "one of several types";
    return false;
  case SCHEMA_T_UNREAD:
  case SCHEMA_T_UNKNOWN:
    break;
  }
  *why = t->why;
  return false;
}
