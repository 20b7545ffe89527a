// What annotations mean.
// Source: https://docs.python.org/3/library/typing.html (3.12); the types that
// are inputs and outputs: cog 0.23.1 docs/python.md.
#include "schema_int.h"

#include "cogfe/limits.h"

typedef struct schema_type type;
typedef struct pysig_expr expr;

struct type_reader {
  struct schema_maker *m;
  const struct schema_scope *scope;
  bool output;
};

static const type *read_type(const struct type_reader *r, const expr *e,
                             int depth);

static type *new_type(const struct type_reader *r, enum schema_kind kind) {
  type *t = arena_new(r->m->ar, type);
  t->kind = kind;
  return t;
}

static const type *unknown_type(const struct type_reader *r, const char *why) {
  type *t = new_type(r, SCHEMA_T_UNKNOWN);
  t->why = why;
  return t;
}

static const type *nullable_type(const struct type_reader *r, const type *t) {
  type *copy = arena_memdup(r->m->ar, t, sizeof *t);
  copy->nullable = true;
  return copy;
}

// ---- unions -----------------------------------------------------------------

struct union_parts {
  type *whole;
  bool none;
};

/** MEMBER as one of U's, or its own members if it is a union itself. */
static void add_member(const struct type_reader *r, struct union_parts *u,
                       const type *member) {
  u->none = u->none || member->nullable;
  if (member->kind == SCHEMA_T_NONE) {
    u->none = true;
  } else if (member->kind == SCHEMA_T_UNION) {
    for (size_t i = 0; i < member->members.n; i++)
      vec_push(r->m->ar, &u->whole->members, member->members.v[i]);
  } else {
    vec_push(r->m->ar, &u->whole->members, member);
  }
}

static const type *end_union(const struct type_reader *r,
                             const struct union_parts *u) {
  type *t = u->whole;
  for (size_t i = 0; i < t->members.n; i++)
    if (t->members.v[i]->kind == SCHEMA_T_UNKNOWN ||
        t->members.v[i]->kind == SCHEMA_T_UNREAD)
      return t->members.v[i];
  if (!t->members.n)
    return new_type(r, SCHEMA_T_NONE);
  if (t->members.n == 1)
    return u->none ? nullable_type(r, t->members.v[0]) : t->members.v[0];
  t->nullable = u->none;
  return t;
}

static void add_bar_members(const struct type_reader *r, struct union_parts *u,
                            const expr *e, int depth) {
  if (e->kind != PYSIG_EXPR_BINARY || !str_is(e->name, "|")) {
    add_member(r, u, read_type(r, e, depth));
    return;
  }
  if (depth < LIMIT_PYTHON_DEPTH)
    add_bar_members(r, u, e->left, depth + 1);
  add_member(r, u, read_type(r, e->items.v[0].value, depth + 1));
}

// ---- names ------------------------------------------------------------------

/** What a name makes of the types in its brackets. */
enum type_shape {
  SHAPE_PLAIN,
  SHAPE_LIST,
  SHAPE_DICT,
  SHAPE_OPTIONAL,
  SHAPE_UNION,
  SHAPE_ITERATOR,
  SHAPE_JOINED,
  SHAPE_LITERAL,
  SHAPE_ANNOTATED,
  SHAPE_REQUIRED, // of a TypedDict: what is in brackets
};

static const struct type_row {
  const char *name;
  enum type_shape shape;
  enum schema_kind kind;
  bool ours; // Cog does not know it
} type_rows[] = {
    {"None", SHAPE_PLAIN, SCHEMA_T_NONE, false},
    {"str", SHAPE_PLAIN, SCHEMA_T_STR, false},
    {"int", SHAPE_PLAIN, SCHEMA_T_INT, false},
    {"float", SHAPE_PLAIN, SCHEMA_T_FLOAT, false},
    {"bool", SHAPE_PLAIN, SCHEMA_T_BOOL, false},
    {"Path", SHAPE_PLAIN, SCHEMA_T_FILE, false},
    {"File", SHAPE_PLAIN, SCHEMA_T_FILE, false},
    {"Secret", SHAPE_PLAIN, SCHEMA_T_SECRET, false},
    {"Any", SHAPE_PLAIN, SCHEMA_T_OBJECT, false},
    {"dict", SHAPE_DICT, SCHEMA_T_OBJECT, false},
    {"Dict", SHAPE_DICT, SCHEMA_T_OBJECT, false},
    {"list", SHAPE_LIST, SCHEMA_T_LIST, false},
    {"List", SHAPE_LIST, SCHEMA_T_LIST, false},
    {"Optional", SHAPE_OPTIONAL, 0, false},
    {"Union", SHAPE_UNION, 0, false},
    {"Iterator", SHAPE_ITERATOR, SCHEMA_T_ITERATOR, false},
    {"AsyncIterator", SHAPE_ITERATOR, SCHEMA_T_ITERATOR, false},
    {"Generator", SHAPE_ITERATOR, SCHEMA_T_ITERATOR, true},
    {"AsyncGenerator", SHAPE_ITERATOR, SCHEMA_T_ITERATOR, true},
    {"ConcatenateIterator", SHAPE_JOINED, SCHEMA_T_JOINED, false},
    {"AsyncConcatenateIterator", SHAPE_JOINED, SCHEMA_T_JOINED, false},
    {"Literal", SHAPE_LITERAL, SCHEMA_T_LITERAL, true},
    {"Annotated", SHAPE_ANNOTATED, 0, false},
    {"Required", SHAPE_REQUIRED, 0, false},
    {"NotRequired", SHAPE_REQUIRED, 0, false},
};

static const struct type_row *find_type_name(struct str name) {
  for (size_t i = 0; i < ARRAY_LEN(type_rows); i++)
    if (str_is(name, type_rows[i].name))
      return &type_rows[i];
  return NULL;
}

// ---- brackets ---------------------------------------------------------------

static const type *read_literal(const struct type_reader *r, const expr *e) {
  type *t = new_type(r, SCHEMA_T_LITERAL);
  bool none = false;
  t->values.kind = SCHEMA_LIST;
  for (size_t i = 0; i < e->items.n; i++) {
    const struct schema_value v =
        schema_eval(r->m, r->scope, e->items.v[i].value);
    if (v.kind == SCHEMA_UNKNOWN || v.kind >= SCHEMA_LIST)
      return unknown_type(r, "a Literal of more than texts and numbers");
    if (v.kind == SCHEMA_NONE)
      none = true;
    else
      vec_push(r->m->ar, &t->values.items, v);
  }
  t->nullable = none;
  return t->values.items.n ? t : unknown_type(r, "a Literal of nothing");
}

static const type *read_members(const struct type_reader *r, const expr *e,
                                bool optional, int depth) {
  struct union_parts u = {new_type(r, SCHEMA_T_UNION), optional};
  if (!e->items.n || (optional && e->items.n > 1))
    return unknown_type(r, optional ? "an Optional of nothing or of several"
                                    : "a Union of nothing");
  for (size_t i = 0; i < e->items.n; i++)
    add_member(r, &u, read_type(r, e->items.v[i].value, depth + 1));
  return end_union(r, &u);
}

static bool is_opaque(const struct type_reader *r, const expr *e) {
  for (size_t i = 1; i < e->items.n; i++)
    if (str_is(schema_origin(r->m, r->scope->file, e->items.v[i].value),
               "Opaque"))
      return true;
  return false;
}

/** What Opaque leaves of a type: whether it is a list, and whether it may be
 *  None. */
static const type *opaque_type(const struct type_reader *r, const expr *e,
                               int depth) {
  type *object = new_type(r, SCHEMA_T_OBJECT);
  object->opaque = true;
  const type *t = read_type(r, e, depth);
  const struct str origin = e->kind == PYSIG_EXPR_SUBSCRIPT
                                ? schema_origin(r->m, r->scope->file, e->left)
                                : (struct str){0};
  const bool optional = str_is(origin, "Optional") || t->nullable;
  const bool list = t->kind == SCHEMA_T_LIST || str_is(origin, "List") ||
                    str_is(origin, "list");
  type *out = object;
  if (list) {
    out = new_type(r, SCHEMA_T_LIST);
    out->item = object;
  }
  out->nullable = optional;
  return out;
}

static const type *read_brackets(const struct type_reader *r, const expr *e,
                                 const struct type_row *row, int depth) {
  const expr *first = e->items.n ? e->items.v[0].value : NULL;
  type *t = new_type(r, row->kind);
  if (!first)
    return unknown_type(r, "brackets with nothing in them");
  switch (row->shape) {
  case SHAPE_LITERAL:
    return read_literal(r, e);
  case SHAPE_OPTIONAL:
  case SHAPE_UNION:
    return read_members(r, e, row->shape == SHAPE_OPTIONAL, depth);
  case SHAPE_ANNOTATED:
    if (is_opaque(r, e))
      return opaque_type(r, first, depth + 1);
    return read_type(r, first, depth + 1);
  case SHAPE_REQUIRED:
    return read_type(r, first, depth + 1);
  case SHAPE_DICT:
    if (r->output && e->items.n == 2)
      t->item = read_type(r, e->items.v[1].value, depth + 1);
    else if (r->output)
      return unknown_type(r, "a dict that has no two types in its brackets");
    break;
  case SHAPE_LIST:
  case SHAPE_ITERATOR:
  case SHAPE_JOINED:
    if (e->items.n > 1 && !row->ours)
      return unknown_type(r, "several types where one can stand");
    t->item = read_type(r, first, depth + 1);
    break;
  case SHAPE_PLAIN:
    return unknown_type(r, "brackets behind a type that has none");
  }
  if (t->item &&
      (t->item->kind == SCHEMA_T_UNKNOWN || t->item->kind == SCHEMA_T_UNREAD))
    return t->item;
  return t;
}

// ---- classes of the project -------------------------------------------------

/** The values of an Enum, when all are plain. */
static const type *enum_type(const struct type_reader *r,
                             const struct schema_found *found) {
  type *t = new_type(r, SCHEMA_T_LITERAL);
  const struct schema_scope scope = {.file = found->file,
                                     .class = found->class};
  t->values.kind = SCHEMA_LIST;
  t->enumeration = true;
  for (size_t i = 0; i < found->class->body.assigns.n; i++) {
    const struct pysig_assign *a = &found->class->body.assigns.v[i];
    if (!a->value || str_starts(a->name, "_"))
      continue;
    const struct schema_value v = schema_eval(r->m, &scope, a->value);
    if (v.kind < SCHEMA_BOOL || v.kind > SCHEMA_TEXT)
      return unknown_type(r, "an Enum whose values cannot be read");
    vec_push(r->m->ar, &t->values.items, v);
  }
  return t->values.items.n ? t : unknown_type(r, "an Enum without values");
}

static bool is_enum(struct schema_maker *m, const struct schema_found *found) {
  for (size_t i = 0; i < found->class->bases.n; i++) {
    const struct pysig_item *base = &found->class->bases.v[i];
    const struct str origin = schema_origin(m, found->file, base->value);
    if (!base->name.len &&
        (str_is(origin, "Enum") || str_is(origin, "StrEnum") ||
         str_is(origin, "IntEnum")))
      return true;
  }
  return false;
}

static const type *class_type(const struct type_reader *r,
                              const struct schema_found *found) {
  bool typed_dict = false;
  if (is_enum(r->m, found))
    return enum_type(r, found);
  if (schema_is_model(r->m, found->file, found->class, &typed_dict)) {
    type *t = new_type(r, SCHEMA_T_MODEL);
    if (!r->output && typed_dict)
      t->kind = SCHEMA_T_OBJECT;
    t->file = found->file;
    t->class = found->class;
    return t;
  }
  type *t = new_type(r, SCHEMA_T_UNKNOWN);
  t->why = "a class of its own, and no BaseModel";
  t->of_class = true;
  return t;
}

/** A class that stands beside one that FILE imports, which Cog takes too. */
static bool find_beside(const struct type_reader *r, const expr *e,
                        struct schema_found *out) {
  const struct schema_file *file = r->scope->file;
  if (e->kind != PYSIG_EXPR_NAME)
    return false;
  for (size_t i = 0; i < file->py->body.imports.n; i++) {
    const struct pysig_import *import = &file->py->body.imports.v[i];
    if (!import->original.len || str_is(import->name, "*"))
      continue;
    const expr name = {.kind = PYSIG_EXPR_NAME, .name = import->name};
    const struct schema_found found = schema_find(r->m, file, &name);
    for (size_t c = 0; found.class && c < found.file->py->body.classes.n; c++)
      if (str_eq(found.file->py->body.classes.v[c]->name, e->name)) {
        *out = (struct schema_found){
            .file = found.file, .class = found.file->py->body.classes.v[c]};
        return true;
      }
  }
  return false;
}

/** What the project itself calls E, or NULL. */
static const type *project_type(const struct type_reader *r, const expr *e,
                                int depth) {
  struct schema_found found = schema_find(r->m, r->scope->file, e);
  const struct pysig_assign *a = found.assign;
  if (!found.class && !a && r->output && find_type_name(e->name) == NULL)
    find_beside(r, e, &found);
  if (found.class)
    return class_type(r, &found);
  if (!a || a->unknown || !a->value || depth > LIMIT_PYTHON_DEPTH)
    return NULL;
  const struct schema_scope scope = {.file = found.file};
  const struct type_reader there = {r->m, &scope, r->output};
  const type *t = read_type(&there, a->value, depth + 4);
  schema_depart(r->m, SCHEMA_ANNOTATIONS);
  return t->kind == SCHEMA_T_UNREAD ? NULL : t;
}

// ---- any --------------------------------------------------------------------

static size_t count_dots(const expr *e) {
  size_t n = 0;
  for (; e->kind == PYSIG_EXPR_ATTRIBUTE; e = e->left)
    n++;
  return n;
}

/** Whether NAME is imported from typing, by itself or with its module. */
static bool is_typings(const struct type_reader *r, const expr *name) {
  const bool dotted = name->kind == PYSIG_EXPR_ATTRIBUTE;
  const struct pysig_import *i = schema_import(
      r->m, r->scope->file, dotted ? name->left->name : name->name);
  return i && (str_is(i->module, "typing") ||
               str_is(i->module, "typing_extensions"));
}

/** Notes what of the way NAME is written Cog does not see through. */
static void depart_by_name(const struct type_reader *r, const expr *name,
                           const struct type_row *row) {
  if (row->shape == SHAPE_ANNOTATED && name->kind == PYSIG_EXPR_NAME &&
      !schema_import(r->m, r->scope->file, name->name))
    schema_depart(r->m, SCHEMA_ANNOTATIONS);
  if (r->output && str_is(STR("List"), row->name) && !is_typings(r, name))
    schema_depart(r->m, SCHEMA_ANNOTATIONS);
  if (row->ours)
    schema_depart(r->m, row->shape == SHAPE_LITERAL ? SCHEMA_LITERAL
                                                    : SCHEMA_ANNOTATIONS);
  if (count_dots(name) > 1 ||
      (name->kind == PYSIG_EXPR_NAME && !str_is(name->name, row->name)))
    schema_depart(r->m, SCHEMA_ANNOTATIONS);
  if (r->scope->file != r->m->main)
    schema_depart(r->m, SCHEMA_IMPORTS);
}

/** Whether List, which Python does not know by itself, is imported; Cog minds
 *  only with outputs. */
static bool is_list_missing(const struct type_reader *r, const expr *name) {
  return r->output && pysig_is(name, "List") &&
         !schema_import(r->m, r->scope->file, name->name) &&
         !schema_import(r->m, r->scope->file, STR("*"));
}

static const type *bare_type(const struct type_reader *r,
                             const struct type_row *row) {
  switch (row->shape) {
  case SHAPE_PLAIN:
  case SHAPE_DICT:
    return new_type(r, row->kind);
  case SHAPE_LIST:
    return new_type(r, SCHEMA_T_LIST);
  case SHAPE_OPTIONAL:
  case SHAPE_UNION:
  case SHAPE_ITERATOR:
  case SHAPE_JOINED:
  case SHAPE_LITERAL:
  case SHAPE_ANNOTATED:
  case SHAPE_REQUIRED:
    break;
  }
  return unknown_type(r, "a type that needs another one in brackets");
}

/** NAME, with the brackets of E behind it unless that is NULL. */
static const type *named_type(const struct type_reader *r, const expr *name,
                              const expr *e, int depth) {
  const struct type_row *row =
      find_type_name(schema_origin(r->m, r->scope->file, name));
  if (!row) // to Cog a type is what its name says
    row = find_type_name(name->name);
  const bool cogs_first = !r->output || e;
  const type *own = row && cogs_first ? NULL : project_type(r, name, depth);
  if (own && !(row && own->of_class))
    return own;
  if (!row)
    return unknown_type(
        r, arena_printf(r->m->ar, STR_FMT ", %s", STR_ARG(name->text),
                        schema_find(r->m, r->scope->file, name).unread
                            ? "a type of a package"
                            : "a type that this file does not define"));
  depart_by_name(r, name, row);
  if (is_list_missing(r, name))
    return unknown_type(r, "List, which this file does not import from typing");
  return e ? read_brackets(r, e, row, depth) : bare_type(r, row);
}

/** Whether E is made of nothing but names, dots, brackets, texts and "|". */
static bool is_annotation(const expr *e) {
  if (e->kind == PYSIG_EXPR_SUBSCRIPT)
    for (size_t i = 0; i < e->items.n; i++)
      if (e->items.v[i].name.len || !is_annotation(e->items.v[i].value))
        return false;
  if (e->kind == PYSIG_EXPR_BINARY)
    return str_is(e->name, "|") && is_annotation(e->left) &&
           is_annotation(e->items.v[0].value);
  return e->kind == PYSIG_EXPR_NAME || e->kind == PYSIG_EXPR_ATTRIBUTE ||
         e->kind == PYSIG_EXPR_STRING || e->kind == PYSIG_EXPR_SUBSCRIPT;
}

static const type *unread_type_of(const struct type_reader *r) {
  type *t = new_type(r, SCHEMA_T_UNREAD);
  t->why = "more than a type";
  return t;
}

static void depart_by_form(const struct type_reader *r, const expr *e) {
  if (e->comment)
    schema_depart(r->m, SCHEMA_COMMENTS);
  if (e->grouped || e->trailing)
    schema_depart(r->m, SCHEMA_ANNOTATIONS);
}

static const type *read_type(const struct type_reader *r, const expr *e,
                             int depth) {
  if (depth > LIMIT_PYTHON_DEPTH || !r->m->budget)
    return unknown_type(r, "a type that is nested too deep");
  r->m->budget--;
  depart_by_form(r, e);
  if (e->kind == PYSIG_EXPR_STRING)
    return read_type(r, pysig_parse_expr(e->name, r->m->ar), depth + 1);
  if (e->kind == PYSIG_EXPR_NAME || e->kind == PYSIG_EXPR_ATTRIBUTE)
    return named_type(r, e, NULL, depth);
  if (e->kind == PYSIG_EXPR_BINARY && str_is(e->name, "|")) {
    struct union_parts u = {new_type(r, SCHEMA_T_UNION), false};
    add_bar_members(r, &u, e, depth);
    return end_union(r, &u);
  }
  if (e->kind != PYSIG_EXPR_SUBSCRIPT)
    return unread_type_of(r);
  const type *t = named_type(r, e->left, e, depth);
  return t->kind == SCHEMA_T_UNKNOWN && !is_annotation(e) ? unread_type_of(r)
                                                          : t;
}

const struct schema_type *schema_type(struct schema_maker *m,
                                      const struct schema_scope *scope,
                                      const struct pysig_expr *e, bool output) {
  const struct type_reader r = {m, scope, output};
  return read_type(&r, e, 0);
}
