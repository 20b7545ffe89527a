// What expressions are worth, as far as that can be said without Python.
#include "schema_int.h"

#include "cogfe/limits.h"

typedef struct schema_value value;
typedef struct pysig_expr expr;

static const value unknown_value = {0};

static value eval(struct schema_maker *m, const struct schema_scope *scope,
                  const expr *e, int depth);

static bool is_number_value(const value *v) {
  return v->kind == SCHEMA_INT || v->kind == SCHEMA_REAL;
}

static value int_value(int64_t whole) {
  return (value){.kind = SCHEMA_INT, .whole = whole, .real = (double)whole};
}

static value real_value(double real) {
  return (value){.kind = SCHEMA_REAL, .real = real};
}

// ---- literals ---------------------------------------------------------------

/** Digits of BASE with single "_" between them; false past 64 bits, too. */
static bool parse_whole(struct str s, int base, int64_t *out) {
  bool digit = false;
  *out = 0;
  for (size_t i = 0; i < s.len; i++) {
    const int d = number_hex_digit(s.p[i]);
    if (s.p[i] == '_' && (digit || i == 0)) {
      digit = false;
      continue;
    }
    if (d < 0 || d >= base || __builtin_mul_overflow(*out, base, out) ||
        __builtin_add_overflow(*out, d, out))
      return false;
    digit = true;
  }
  return digit;
}

static bool parse_real(struct str text, double *out) {
  char digits[64];
  size_t n = 0;
  int end = 0;
  for (size_t i = 0; i < text.len; i++) {
    if (text.p[i] == '_')
      continue;
    if (!strchr("0123456789.eE+-", text.p[i]) || !text.p[i] ||
        n + 1 == sizeof digits)
      return false;
    digits[n++] = text.p[i];
  }
  digits[n] = '\0';
  return sscanf(digits, "%lf%n", out, &end) == 1 && (size_t)end == n &&
         *out - *out == 0; // finite
}

static value number_literal(struct str text) {
  static const struct {
    const char *letters;
    int base;
  } prefixes[] = {{"xX", 16}, {"oO", 8}, {"bB", 2}};
  int64_t whole;
  double real;
  for (size_t i = 0; i < ARRAY_LEN(prefixes) && text.len > 2; i++)
    if (text.p[0] == '0' && strchr(prefixes[i].letters, text.p[1]))
      return parse_whole(str_skip(text, 2), prefixes[i].base, &whole)
                 ? int_value(whole)
                 : unknown_value;
  if (text.p[0] != '_' && parse_whole(text, 10, &whole))
    return text.p[0] != '0' || !whole ? int_value(whole) : unknown_value;
  return parse_real(text, &real) ? real_value(real) : unknown_value;
}

bool schema_is_literal(const expr *e) {
  if (e->grouped || e->comment || (e->kind == PYSIG_EXPR_STRING && !e->plain))
    return false;
  for (size_t i = 0; i < e->items.n; i++)
    if (e->items.v[i].name.len || !schema_is_literal(e->items.v[i].value))
      return false;
  return e->kind == PYSIG_EXPR_NUMBER || e->kind == PYSIG_EXPR_STRING ||
         e->kind == PYSIG_EXPR_LIST || e->kind == PYSIG_EXPR_TUPLE ||
         e->kind == PYSIG_EXPR_SET || e->kind == PYSIG_EXPR_DICT ||
         e->kind == PYSIG_EXPR_SIGN || pysig_is(e, "None") ||
         pysig_is(e, "True") || pysig_is(e, "False");
}

bool schema_is_known(const value *v) {
  for (size_t i = 0; i < v->items.n; i++)
    if (!schema_is_known(&v->items.v[i]) ||
        (v->kind == SCHEMA_PAIRS && i % 2 == 0 &&
         v->items.v[i].kind >= SCHEMA_LIST)) // no JSON has such a key
      return false;
  return v->kind != SCHEMA_UNKNOWN;
}

bool schema_same(const value *a, const value *b) {
  if (is_number_value(a) && is_number_value(b))
    return a->real <= b->real && a->real >= b->real;
  if (a->kind != b->kind || a->on != b->on || a->items.n != b->items.n ||
      !str_eq(a->text, b->text))
    return false;
  for (size_t i = 0; i < a->items.n; i++)
    if (!schema_same(&a->items.v[i], &b->items.v[i]))
      return false;
  return true;
}

// ---- containers -------------------------------------------------------------

/** An item, or with `*` all of its own. */
static void push_value(struct schema_maker *m, value *list,
                       const struct pysig_item *item, value v) {
  if (!str_is(item->name, "*")) {
    vec_push(m->ar, &list->items, v);
    return;
  }
  schema_depart(m, SCHEMA_VALUES);
  for (size_t i = 0; v.kind == SCHEMA_LIST && i < v.items.n; i++)
    vec_push(m->ar, &list->items, v.items.v[i]);
  if (v.kind != SCHEMA_LIST)
    vec_push(m->ar, &list->items, unknown_value);
}

static value eval_items(struct schema_maker *m, const struct schema_scope *s,
                        const expr *e, int depth) {
  value list = {.kind =
                    e->kind == PYSIG_EXPR_DICT ? SCHEMA_PAIRS : SCHEMA_LIST};
  if (e->comment)
    schema_depart(m, SCHEMA_COMMENTS);
  for (size_t i = 0; i < e->items.n; i++) {
    const value v = eval(m, s, e->items.v[i].value, depth + 1);
    if (list.kind == SCHEMA_PAIRS && i % 2 == 0 && v.kind == SCHEMA_NONE)
      schema_depart(m, SCHEMA_VALUES); // which is "null" and not Go's word
    push_value(m, &list, &e->items.v[i], v);
  }
  return list;
}

/** Every second of a dict's: its keys, or from 1 on its values. */
static value half_of(struct schema_maker *m, const value *dict, size_t from) {
  value list = {.kind = SCHEMA_LIST};
  for (size_t i = from; i < dict->items.n; i += 2)
    vec_push(m->ar, &list.items, dict->items.v[i]);
  return list;
}

// ---- calls ------------------------------------------------------------------

static int compare_values(const void *a, const void *b) {
  const value *x = a, *y = b;
  if (x->kind == SCHEMA_TEXT && y->kind == SCHEMA_TEXT)
    return str_cmp(x->text, y->text);
  return x->real < y->real ? -1 : x->real > y->real;
}

static value sorted_value(struct schema_maker *m, value v) {
  const size_t n = v.items.n;
  if (v.kind != SCHEMA_LIST || !n)
    return v;
  for (size_t i = 0; i < n; i++)
    if (!(v.items.v[i].kind == SCHEMA_TEXT || is_number_value(&v.items.v[i])) ||
        (v.items.v[i].kind == SCHEMA_TEXT) !=
            (v.items.v[0].kind == SCHEMA_TEXT))
      return unknown_value;
  v.items.v = arena_memdup(m->ar, v.items.v, n * sizeof(value));
  qsort(v.items.v, n, sizeof(value), compare_values);
  return v;
}

static value range_value(struct schema_maker *m, const value *args, size_t n) {
  enum { ITEMS_MAX = 1000 }; // of choices that anybody can look through
  value list = {.kind = SCHEMA_LIST};
  for (size_t i = 0; i < n; i++)
    if (args[i].kind != SCHEMA_INT || args[i].whole > INT32_MAX ||
        args[i].whole < INT32_MIN)
      return unknown_value;
  const int64_t from = n > 1 ? args[0].whole : 0,
                to = n > 1 ? args[1].whole : args[0].whole,
                step = n > 2 ? args[2].whole : 1;
  for (int64_t i = from; step && (step > 0 ? i < to : i > to); i += step) {
    if (list.items.n == ITEMS_MAX)
      return unknown_value;
    vec_push(m->ar, &list.items, int_value(i));
  }
  return step ? list : unknown_value;
}

/** `D.keys()` and `D.values()`. */
static value eval_method(struct schema_maker *m, const struct schema_scope *s,
                         const expr *e, int depth) {
  const bool keys = str_is(e->left->name, "keys");
  if ((!keys && !str_is(e->left->name, "values")) || e->items.n)
    return unknown_value;
  const value dict = eval(m, s, e->left->left, depth + 1);
  return dict.kind == SCHEMA_PAIRS ? half_of(m, &dict, !keys) : unknown_value;
}

static value eval_call(struct schema_maker *m, const struct schema_scope *s,
                       const expr *e, int depth) {
  value args[3] = {0};
  if (e->left->kind == PYSIG_EXPR_ATTRIBUTE)
    return eval_method(m, s, e, depth);
  const bool range = pysig_is(e->left, "range"),
             sorted = pysig_is(e->left, "sorted");
  if (!e->items.n || e->items.n > (range ? 3 : 1) ||
      !(range || sorted || pysig_is(e->left, "list") ||
        pysig_is(e->left, "tuple")))
    return unknown_value;
  for (size_t i = 0; i < e->items.n; i++) {
    if (e->items.v[i].name.len)
      return unknown_value;
    args[i] = eval(m, s, e->items.v[i].value, depth + 1);
  }
  if (range)
    return range_value(m, args, e->items.n);
  value list = args[0].kind == SCHEMA_PAIRS ? half_of(m, &args[0], 0) : args[0];
  if (list.kind != SCHEMA_LIST)
    return unknown_value;
  return sorted ? sorted_value(m, list) : list;
}

// ---- operators --------------------------------------------------------------

static value whole_result(char op, int64_t a, int64_t b) {
  int64_t out = 0;
  bool over = true;
  if (op == '+')
    over = __builtin_add_overflow(a, b, &out);
  else if (op == '-')
    over = __builtin_sub_overflow(a, b, &out);
  else if (op == '*')
    over = __builtin_mul_overflow(a, b, &out);
  return over ? unknown_value : int_value(out);
}

static value whole_power(int64_t a, int64_t b) {
  value out = int_value(1);
  if (b < 0 || b > 63)
    return unknown_value;
  for (int64_t i = 0; i < b && out.kind == SCHEMA_INT; i++)
    out = whole_result('*', out.whole, a);
  return out;
}

/** Python's "//" and "%" go down, not towards zero. */
static value whole_division(bool rest, int64_t a, int64_t b) {
  if (!b || (a == INT64_MIN && b == -1))
    return unknown_value;
  int64_t quotient = a / b, remainder = a % b;
  if (remainder && (remainder < 0) != (b < 0)) {
    quotient--;
    remainder += b;
  }
  return int_value(rest ? remainder : quotient);
}

static value number_result(struct str op, const value *a, const value *b) {
  const bool whole = a->kind == SCHEMA_INT && b->kind == SCHEMA_INT;
  double out;
  if (whole && str_is(op, "**"))
    return whole_power(a->whole, b->whole);
  if (whole && (str_is(op, "//") || str_is(op, "%")))
    return whole_division(str_is(op, "%"), a->whole, b->whole);
  if (op.len != 1)
    return unknown_value;
  if (whole && op.p[0] != '/')
    return whole_result(op.p[0], a->whole, b->whole);
  switch (op.p[0]) {
  case '+':
    out = a->real + b->real;
    break;
  case '-':
    out = a->real - b->real;
    break;
  case '*':
    out = a->real * b->real;
    break;
  case '/':
    out = a->real / b->real;
    break;
  default:
    return unknown_value;
  }
  return out - out == 0 ? real_value(out) : unknown_value;
}

static value eval_binary(struct schema_maker *m, const struct schema_scope *s,
                         const expr *e, int depth) {
  const value a = eval(m, s, e->left, depth + 1),
              b = eval(m, s, e->items.v[0].value, depth + 1);
  schema_depart(m, SCHEMA_VALUES);
  if (is_number_value(&a) && is_number_value(&b))
    return number_result(e->name, &a, &b);
  if (!str_is(e->name, "+") || a.kind != b.kind)
    return unknown_value;
  if (a.kind == SCHEMA_TEXT && a.text.len + b.text.len < LIMIT_PYTHON_BYTES)
    return (value){.kind = SCHEMA_TEXT,
                   .text = str_concat(m->ar, a.text, b.text)};
  if (a.kind != SCHEMA_LIST || m->budget < a.items.n + b.items.n)
    return unknown_value;
  m->budget -= a.items.n + b.items.n;
  value list = {.kind = SCHEMA_LIST};
  for (size_t i = 0; i < a.items.n; i++)
    vec_push(m->ar, &list.items, a.items.v[i]);
  for (size_t i = 0; i < b.items.n; i++)
    vec_push(m->ar, &list.items, b.items.v[i]);
  return list;
}

static value eval_sign(struct schema_maker *m, const struct schema_scope *s,
                       const expr *e, int depth) {
  value v = eval(m, s, e->items.v[0].value, depth + 1);
  if (e->items.v[0].value->kind != PYSIG_EXPR_NUMBER || e->text.len < 2 ||
      strchr(" \t\n\\", e->text.p[1]))
    schema_depart(m, SCHEMA_VALUES);
  if (!is_number_value(&v) || v.whole == INT64_MIN)
    return unknown_value;
  if (str_is(e->name, "-")) {
    v.whole = -v.whole;
    v.real = -v.real;
  }
  return v;
}

static value eval_subscript(struct schema_maker *m,
                            const struct schema_scope *s, const expr *e,
                            int depth) {
  const value all = eval(m, s, e->left, depth + 1);
  schema_depart(m, SCHEMA_VALUES);
  if (e->items.n != 1)
    return unknown_value;
  const value at = eval(m, s, e->items.v[0].value, depth + 1);
  const int64_t n = (int64_t)all.items.n;
  if (all.kind == SCHEMA_LIST && at.kind == SCHEMA_INT && at.whole >= -n &&
      at.whole < n)
    return all.items.v[at.whole < 0 ? at.whole + n : at.whole];
  for (size_t i = all.items.n; all.kind == SCHEMA_PAIRS && i >= 2; i -= 2)
    if (schema_same(&all.items.v[i - 2], &at))
      return all.items.v[i - 1];
  return unknown_value;
}

// ---- names ------------------------------------------------------------------

/** What the call of a shared input gives for NAME; NULL when it is none of its
 *  parameters. *OUTSIDE: the expression is the caller's. */
static const expr *bound(const struct schema_scope *s, struct str name,
                         bool *outside) {
  const struct pysig_function *f = s->function;
  size_t place = 0;
  for (size_t i = 0; f && i < f->params.n; i++) {
    const struct pysig_parameter *p = &f->params.v[i];
    const bool self = str_is(p->name, "self") || str_is(p->name, "cls");
    *outside = true;
    for (size_t a = 0; a < s->call->items.n && str_eq(p->name, name); a++)
      if (str_eq(s->call->items.v[a].name, name) ||
          (!s->call->items.v[a].name.len && a == place))
        return s->call->items.v[a].value;
    *outside = false;
    if (str_eq(p->name, name))
      return p->value;
    place += !self;
  }
  return NULL;
}

static const struct pysig_assign *class_assign(const struct pysig_class *c,
                                               struct str name) {
  for (size_t i = c ? c->body.assigns.n : 0; i-- > 0;)
    if (str_eq(c->body.assigns.v[i].name, name) &&
        (c->body.assigns.v[i].value || c->body.assigns.v[i].unknown))
      return &c->body.assigns.v[i];
  return NULL;
}

static value eval_assign(struct schema_maker *m, const struct schema_file *file,
                         const struct pysig_class *class,
                         const struct pysig_assign *a, int depth) {
  const struct schema_scope scope = {.file = file, .class = class};
  return a && a->value && !a->unknown ? eval(m, &scope, a->value, depth + 1)
                                      : unknown_value;
}

static value eval_name(struct schema_maker *m, const struct schema_scope *s,
                       const expr *e, int depth) {
  bool outside = false;
  if (pysig_is(e, "None"))
    return (value){.kind = SCHEMA_NONE};
  if (pysig_is(e, "True") || pysig_is(e, "False"))
    return (value){.kind = SCHEMA_BOOL, .on = pysig_is(e, "True")};
  const expr *given = bound(s, e->name, &outside);
  const struct schema_scope definition = {.file = s->file, .class = s->class};
  if (given)
    return eval(m, outside && s->caller ? s->caller : &definition, given,
                depth + 1);
  const struct pysig_assign *own = class_assign(s->class, e->name);
  if (own)
    return eval_assign(m, s->file, s->class, own, depth);
  const struct schema_found found = schema_find(m, s->file, e);
  return eval_assign(m, found.file, NULL, found.assign, depth);
}

/** `Class.name` and `module.name`. */
static value eval_attribute(struct schema_maker *m,
                            const struct schema_scope *s, const expr *e,
                            int depth) {
  const struct schema_found owner = schema_find(m, s->file, e->left);
  if (owner.class)
    return eval_assign(m, owner.file, owner.class,
                       class_assign(owner.class, e->name), depth);
  const struct schema_found found = schema_find(m, s->file, e);
  return eval_assign(m, found.file, NULL, found.assign, depth);
}

// ---- any --------------------------------------------------------------------

static value eval_kind(struct schema_maker *m, const struct schema_scope *scope,
                       const expr *e, int depth);

/** A whole number of more than 64 bits is none to Cog. */
static value eval_number(struct schema_maker *m, const expr *e) {
  const value v = number_literal(e->name);
  if (v.kind == SCHEMA_REAL && number_is_decimal(e->name))
    schema_depart(m, SCHEMA_VALUES);
  return v;
}

/** Whether Cog reads an expression like E, if it is a literal otherwise. */
static bool is_plain_kind(const expr *e) {
  return e->kind != PYSIG_EXPR_CALL && e->kind != PYSIG_EXPR_ATTRIBUTE &&
         (e->kind != PYSIG_EXPR_NAME || schema_is_literal(e));
}

static value eval(struct schema_maker *m, const struct schema_scope *scope,
                  const expr *e, int depth) {
  const value v = eval_kind(m, scope, e, depth);
  if (v.kind != SCHEMA_UNKNOWN && !is_plain_kind(e))
    schema_depart(m, SCHEMA_VALUES);
  return v;
}

static value eval_kind(struct schema_maker *m, const struct schema_scope *scope,
                       const expr *e, int depth) {
  if (depth > LIMIT_PYTHON_DEPTH || !m->budget)
    return unknown_value;
  m->budget--;
  if (e->grouped)
    schema_depart(m, SCHEMA_VALUES);
  switch (e->kind) {
  case PYSIG_EXPR_NAME:
    return eval_name(m, scope, e, depth);
  case PYSIG_EXPR_NUMBER:
    return eval_number(m, e);
  case PYSIG_EXPR_STRING:
    if (!e->plain)
      schema_depart(m, SCHEMA_STRINGS);
    if (memchr(e->name.p, '\0', e->name.len))
      return unknown_value; // which few readers of JSON take
    return (value){.kind = SCHEMA_TEXT, .text = e->name};
  case PYSIG_EXPR_ATTRIBUTE:
    return eval_attribute(m, scope, e, depth);
  case PYSIG_EXPR_SUBSCRIPT:
    return eval_subscript(m, scope, e, depth);
  case PYSIG_EXPR_CALL:
    return eval_call(m, scope, e, depth);
  case PYSIG_EXPR_LIST:
  case PYSIG_EXPR_TUPLE:
  case PYSIG_EXPR_SET:
  case PYSIG_EXPR_DICT:
    return eval_items(m, scope, e, depth);
  case PYSIG_EXPR_BINARY:
    return eval_binary(m, scope, e, depth);
  case PYSIG_EXPR_SIGN:
    return eval_sign(m, scope, e, depth);
  case PYSIG_EXPR_ELLIPSIS:
  case PYSIG_EXPR_OTHER:
    break;
  }
  return unknown_value;
}

struct schema_value schema_eval(struct schema_maker *m,
                                const struct schema_scope *scope,
                                const struct pysig_expr *e) {
  return eval(m, scope, e, 0);
}

struct schema_value schema_eval_choices(struct schema_maker *m,
                                        const struct schema_scope *scope,
                                        const struct pysig_expr *e) {
  value v = eval(m, scope, e, 0);
  if (e->kind == PYSIG_EXPR_TUPLE || e->kind == PYSIG_EXPR_SET ||
      e->kind == PYSIG_EXPR_DICT)
    schema_depart(m, SCHEMA_VALUES);
  if (v.kind == SCHEMA_PAIRS)
    v = half_of(m, &v, 0);
  return v.kind == SCHEMA_LIST && schema_is_known(&v) ? v : unknown_value;
}

// ---- as JSON ----------------------------------------------------------------

void schema_add_number(struct sbuf *out, double real) {
  char text[400];
  int digits = 1, exponent = 0;
  double back = 0;
  for (; digits < 17; digits++) {
    snprintf(text, sizeof text, "%.*e", digits - 1, real);
    if (sscanf(text, "%lf", &back) == 1 && back <= real && back >= real)
      break;
  }
  snprintf(text, sizeof text, "%.*e", digits - 1, real);
  sscanf(strchr(text, 'e') + 1, "%d", &exponent);
  if (real <= 0 && real >= 0)
    sbuf_adds(out, "0");
  else if (exponent < -6 || exponent >= 18) // no reader's whole number
    sbuf_adds(out, text);
  else
    sbuf_addf(out, "%.*f", digits - 1 > exponent ? digits - 1 - exponent : 0,
              real);
}

/** A key of a dict as JSON has it: a text. */
static struct str key_text(struct arena *ar, const value *key) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_PYTHON_BYTES);
  if (key->kind == SCHEMA_TEXT)
    return key->text;
  schema_add_value(&text, key);
  return str_dup(ar, sbuf_str(&text));
}

struct json_pair {
  struct str key;
  const value *value;
};

static int compare_pairs(const void *a, const void *b) {
  const struct json_pair *x = a, *y = b;
  const int order = str_cmp(x->key, y->key);
  return order ? order : x->value < y->value ? -1 : 1;
}

/** In the order of the keys; of a key that is there twice the last counts. */
static void add_pairs(struct sbuf *out, const value *v) {
  struct arena ar;
  arena_init(&ar);
  const size_t n = v->items.n / 2;
  struct json_pair *pairs = arena_array(&ar, struct json_pair, n);
  for (size_t i = 0; i < n; i++)
    pairs[i] = (struct json_pair){key_text(&ar, &v->items.v[2 * i]),
                                  &v->items.v[2 * i + 1]};
  if (n)
    qsort(pairs, n, sizeof *pairs, compare_pairs);
  sbuf_addch(out, '{');
  bool first = true;
  for (size_t i = 0; i < n; i++) {
    if (i + 1 < n && str_eq(pairs[i].key, pairs[i + 1].key))
      continue;
    sbuf_adds(out, first ? "" : ",");
    sbuf_add_json_string(out, pairs[i].key);
    sbuf_addch(out, ':');
    schema_add_value(out, pairs[i].value);
    first = false;
  }
  sbuf_addch(out, '}');
  arena_release(&ar);
}

void schema_add_value(struct sbuf *out, const value *v) {
  switch (v->kind) {
  case SCHEMA_UNKNOWN:
  case SCHEMA_NONE:
    sbuf_adds(out, "null");
    break;
  case SCHEMA_BOOL:
    sbuf_adds(out, v->on ? "true" : "false");
    break;
  case SCHEMA_INT:
    sbuf_addf(out, "%" PRId64, v->whole);
    break;
  case SCHEMA_REAL:
    schema_add_number(out, v->real);
    break;
  case SCHEMA_TEXT:
    sbuf_add_json_string(out, v->text);
    break;
  case SCHEMA_LIST:
    sbuf_addch(out, '[');
    for (size_t i = 0; i < v->items.n; i++) {
      sbuf_adds(out, i ? "," : "");
      schema_add_value(out, &v->items.v[i]);
    }
    sbuf_addch(out, ']');
    break;
  case SCHEMA_PAIRS:
    add_pairs(out, v);
    break;
  }
}
