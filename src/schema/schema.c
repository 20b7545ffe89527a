// Finds what the pointers of cog.yaml name, and has its parts read.
#include "schema_int.h"

#include "cogfe/limits.h"

static const struct {
  const char *slug, *help;
} rules[] = {
#define SCHEMA_RULE(code, slug, help) {slug, help},
#include "cogfe/schema_rules.def"
#undef SCHEMA_RULE
};

const char *schema_rule_slug(enum schema_rule rule) {
  return rules[rule].slug;
}

const char *schema_rule_help(enum schema_rule rule) {
  return rules[rule].help;
}

// ---- the definition ---------------------------------------------------------

/** A method and the class that has it. */
struct method {
  const struct pysig_function *function;
  struct schema_found owner;
};

static const struct pysig_function *own_method(struct schema_maker *m,
                                               const struct pysig_class *class,
                                               const char *name) {
  const struct pysig_function *found = NULL;
  for (size_t i = 0; i < class->body.functions.n; i++)
    if (str_is(class->body.functions.v[i]->name, name)) {
      if (found && str_is(found->name, "train"))
        schema_depart(m, SCHEMA_DEFINITIONS);
      found = class->body.functions.v[i];
    }
  return found;
}

static struct schema_found find_parent(struct schema_maker *m,
                                       const struct schema_file *file,
                                       const struct pysig_item *base) {
  const struct pysig_expr *e = base->value;
  if (base->name.len)
    return (struct schema_found){0};
  if (e->kind == PYSIG_EXPR_SUBSCRIPT) {
    schema_depart(m, SCHEMA_DEFINITIONS);
    e = e->left;
  }
  return schema_find(m, file, e);
}

/** The method NAME of the class that OWNER is, or of a parent. */
static bool find_method(struct schema_maker *m,
                        const struct schema_found *owner, const char *name,
                        int depth, struct method *out) {
  out->function = own_method(m, owner->class, name);
  out->owner = *owner;
  for (size_t i = 0; i < owner->class->bases.n && !out->function; i++) {
    const struct schema_found parent =
        find_parent(m, owner->file, &owner->class->bases.v[i]);
    if (parent.class && depth < LIMIT_PYTHON_DEPTH &&
        find_method(m, &parent, name, depth + 1, out) &&
        str_is(STR("train"), name))
      schema_depart(m, SCHEMA_DEFINITIONS);
  }
  return out->function != NULL;
}

static void warn_both(struct schema_maker *m, const struct method *run,
                      const struct method *predict) {
  diag_warn(m->dg, DIAG_RUN_AND_PREDICT,
            pysig_place(run->owner.file->py->src, run->function->name),
            "the class has run() beside predict(): the model server refuses "
            "it");
  diag_note(m->dg,
            pysig_place(predict->owner.file->py->src, predict->function->name),
            "rename one of them; run() is what the schema describes");
}

static bool is_static_method(const struct pysig_function *f) {
  for (size_t i = 0; i < f->decorators.n; i++)
    if (pysig_is(f->decorators.v[i], "staticmethod"))
      return true;
  return false;
}

static void set_target(struct schema_target *t, const struct method *method) {
  t->scope.file = method->owner.file;
  t->scope.class = method->owner.class;
  t->function = method->function;
  t->method = !is_static_method(method->function);
}

/** The method of a class that the server calls. */
static bool target_of_class(struct schema_maker *m,
                            const struct schema_found *class,
                            struct schema_target *t) {
  struct method method, predict;
  const char *first = t->train ? "train" : "run";
  if (find_method(m, class, first, 0, &method)) {
    if (!t->train && find_method(m, class, "predict", 0, &predict))
      warn_both(m, &method, &predict);
  } else if (t->train || !find_method(m, class, "predict", 0, &method)) {
    return schema_fail(m, class->file, DIAG_SCHEMA_TARGET, class->class->name,
                       "the class " STR_FMT " has no method %s",
                       STR_ARG(class->class->name),
                       t->train ? "train" : "run or predict");
  }
  set_target(t, &method);
  return true;
}

static const struct pysig_class *last_class(struct schema_maker *m,
                                            const struct schema_file *file,
                                            struct str name) {
  const struct pysig_class *found = NULL;
  for (size_t i = 0; i < file->py->body.classes.n; i++)
    if (str_eq(file->py->body.classes.v[i]->name, name)) {
      if (found)
        schema_depart(m, SCHEMA_DEFINITIONS);
      found = file->py->body.classes.v[i];
    }
  return found;
}

static const struct pysig_function *
last_function(struct schema_maker *m, const struct schema_file *file,
              struct str name) {
  const struct pysig_function *found = NULL;
  for (size_t i = 0; i < file->py->body.functions.n; i++)
    if (str_eq(file->py->body.functions.v[i]->name, name)) {
      if (found)
        schema_depart(m, SCHEMA_DEFINITIONS);
      found = file->py->body.functions.v[i];
    }
  return found;
}

static bool find_definition_of(struct schema_maker *m,
                               const struct schema_ref *ref,
                               const struct schema_file *file,
                               struct schema_target *t) {
  const struct schema_found class = {.file = file,
                                     .class = last_class(m, file, ref->name)};
  if (class.class)
    return target_of_class(m, &class, t);
  t->scope.file = file;
  t->function = last_function(m, file, ref->name);
  if (!t->function)
    t->function =
        last_function(m, file, t->train ? STR("train") : STR("predict"));
  return t->function ||
         diag_fail(m->dg, DIAG_SCHEMA_TARGET, ref->span,
                   STR_FMT " has no class and no function " STR_FMT
                           " at its top",
                   STR_ARG(ref->file), STR_ARG(ref->name));
}

// ---- output and decorators --------------------------------------------------

static bool read_output(struct schema_maker *m, const struct schema_target *t,
                        const struct schema_type **type, struct str *json) {
  const struct pysig_expr *e = t->function->result;
  const char *why = NULL;
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, LIMIT_SCHEMA_JSON_BYTES);
  if (!e) {
    schema_fail(m, t->scope.file, DIAG_SCHEMA_OUTPUT, t->function->name,
                STR_FMT "() has no return type", STR_ARG(t->function->name));
    diag_note(m->dg, SPAN_NONE, "write one behind the parameters: -> str");
    return false;
  }
  m->where = STR("return");
  *type = schema_type(m, &t->scope, e, true);
  sbuf_adds(&out, "{\"title\":\"Output\",");
  if ((*type)->nullable)
    why = "a type that may be None";
  else if (schema_add_output(m, &out, *type, &why))
    why = NULL;
  sbuf_addch(&out, '}');
  m->where = (struct str){0};
  *json = schema_text(m, &out);
  if (!why)
    return true;
  schema_fail(m, t->scope.file, DIAG_SCHEMA_OUTPUT, e->text,
              STR_FMT "() returns %s, which no output can be",
              STR_ARG(t->function->name), why);
  diag_note(m->dg, SPAN_NONE,
            "outputs are str, int, float, bool, Path, File, dict, lists and "
            "iterators of these, Literal, Enum and BaseModel");
  return false;
}

/** The decorator NAME of cog, or NULL. */
static const struct pysig_expr *find_decorator(struct schema_maker *m,
                                               const struct schema_target *t,
                                               const char *name) {
  for (size_t i = 0; i < t->function->decorators.n; i++) {
    const struct pysig_expr *d = t->function->decorators.v[i];
    const struct pysig_expr *what = d->kind == PYSIG_EXPR_CALL ? d->left : d;
    if (schema_is_cogs(m, t->scope.file, what, name))
      return d;
  }
  return NULL;
}

static bool read_streaming(struct schema_maker *m,
                           const struct schema_target *t,
                           const struct schema_type *output, bool *out) {
  const struct pysig_expr *d = find_decorator(m, t, "streaming");
  *out = d && !t->train;
  if (!d || output->kind == SCHEMA_T_ITERATOR ||
      output->kind == SCHEMA_T_JOINED)
    return true;
  return schema_fail(m, t->scope.file, DIAG_SCHEMA_DECORATOR, d->text,
                     "@streaming is for what returns an iterator: write "
                     "-> Iterator[…], or leave it out");
}

/** `max=N` of a call; 1 without one, 0 for what it cannot be. */
static int64_t concurrency_of(struct schema_maker *m,
                              const struct schema_target *t,
                              const struct pysig_expr *d) {
  if (d->kind != PYSIG_EXPR_CALL || !d->items.n)
    return 1;
  if (d->items.n > 1 || !str_is(d->items.v[0].name, "max"))
    return 0;
  const struct schema_value v = schema_eval(m, &t->scope, d->items.v[0].value);
  return v.kind == SCHEMA_INT && v.whole > 0 && v.whole <= INT_MAX ? v.whole
                                                                   : 0;
}

static bool read_concurrent(struct schema_maker *m,
                            const struct schema_target *t) {
  const struct pysig_expr *d = find_decorator(m, t, "concurrent");
  if (!d)
    return true;
  const int64_t max = concurrency_of(m, t, d);
  if (!max)
    return schema_fail(m, t->scope.file, DIAG_SCHEMA_DECORATOR, d->text,
                       "@concurrent takes max=N and nothing else, N being a "
                       "whole number of at least 1");
  if (max > 1 && !t->function->async)
    return schema_fail(m, t->scope.file, DIAG_SCHEMA_DECORATOR, d->text,
                       "only async functions can run several predictions at a "
                       "time: write async def, or max=1");
  if (!t->train) {
    m->out->concurrency = (int)max;
    m->out->place = pysig_place(t->scope.file->py->src, d->text);
  }
  return true;
}

// ---- all --------------------------------------------------------------------

static const struct schema_file *open_ref(struct schema_maker *m,
                                          const struct schema_ref *ref) {
  const char *path;
  struct pysig_fault fault = {0};
  if (!ref->name.len)
    return diag_fail(m->dg, DIAG_SCHEMA_SOURCE, ref->span,
                     "the pointer names nothing in its file: write "
                     "predict.py:Predictor, say"),
           NULL;
  if (!context_path(m->ar, ref->file, ref->span, &path, m->dg))
    return NULL;
  const struct schema_file *f = schema_file(m, str_of(path), &fault);
  if (f->py || m->failed)
    return f->py ? f : NULL;
  diag_fail(m->dg, DIAG_SCHEMA_SOURCE, fault.span.src ? fault.span : ref->span,
            STR_FMT " %s", STR_ARG(ref->file),
            fault.why ? fault.why : "is not in the build context");
  return NULL;
}

static bool read_part(struct schema_maker *m, const struct schema_ref *ref,
                      bool train, struct schema_part *out) {
  struct schema_target t = {.train = train};
  const struct schema_type *output = NULL;
  if (!ref->file.len)
    return true;
  out->set = true;
  const struct schema_file *file = open_ref(m, ref);
  if (!file || !find_definition_of(m, ref, file, &t))
    return false;
  m->main = t.scope.file;
  bool ok = schema_read_inputs(m, &t, &out->inputs);
  ok = read_output(m, &t, &output, &out->output) && ok;
  ok = ok && read_streaming(m, &t, output, &out->streaming);
  return ok && read_concurrent(m, &t);
}

bool schema_make(const struct schema_input *in, struct arena *ar,
                 struct schema *out, struct diags *dg) {
  struct schema_maker m = {
      .in = in, .ar = ar, .dg = dg, .out = out, .budget = LIMIT_SCHEMA_STEPS};
  struct schema_part predict = {0}, train = {0};
  if (!in->predict.file.len && !in->train.file.len)
    return diag_fail(dg, DIAG_SCHEMA_SOURCE, in->predict.span,
                     "no file is named: write predict.py:Predictor, say");
  *out = (struct schema){0};
  const bool ok = read_part(&m, &in->predict, false, &predict);
  m.predict = &predict.inputs;
  if (!read_part(&m, &in->train, true, &train) || !ok || m.failed)
    return false;
  out->streaming = predict.streaming;
  out->json = schema_document(&m, &predict, &train);
  return !m.overflow || diag_fail(dg, DIAG_SCHEMA_SOURCE, in->predict.span,
                                  "the schema would have more than %d bytes",
                                  LIMIT_SCHEMA_JSON_BYTES);
}
