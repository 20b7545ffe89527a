// Signatures of Python sources, read back as one line; what is read is held
// against CPython itself.
#include "cm.h"

#include "cogfe/limits.h"
#include "cogfe/pysig.h"
#include "pyword.h"

// ---- printing ---------------------------------------------------------------

static void print_type(struct sbuf *out, const struct pysig_type *t) {
  static const char *const names[] = {"any",    "none",   "str",  "int",
                                      "float",  "bool",   "dict", "path",
                                      "secret", "literal"};
  sbuf_addf(out, "%s%s%s%s%s", t->unread ? "?" : "",
            t->optional ? "optional " : "",
            t->joined   ? "joined "
            : t->stream ? "stream "
                        : "",
            t->list ? "list " : "", names[t->kind]);
  for (size_t i = 0; i < t->n_literals; i++)
    sbuf_addf(out, "|" STR_FMT, STR_ARG(t->literals[i].text));
}

static void print_value(struct sbuf *out, const char *name,
                        const struct pysig_value *v) {
  if (v->kind == PYSIG_NO_VALUE)
    return;
  sbuf_addf(out, " %s%s" STR_FMT, name, v->kind == PYSIG_UNREAD ? "?" : "=",
            STR_ARG(v->text));
}

static void print(struct sbuf *out, const struct pysig *sig) {
  sbuf_addf(out, "%s%s" STR_FMT "(", sig->of_class ? "." : "",
            sig->async ? "async " : "", STR_ARG(sig->method));
  for (size_t i = 0; i < sig->params.n; i++) {
    const struct pysig_param *p = &sig->params.v[i];
    sbuf_addf(out, "%s" STR_FMT ": ", i ? ", " : "", STR_ARG(p->name));
    print_type(out, &p->type);
    print_value(out, "", &p->value);
    print_value(out, "choices", &p->choices);
    for (size_t j = 0; j < p->options.n; j++) {
      sbuf_addf(out, " " STR_FMT, STR_ARG(p->options.v[j].name));
      print_value(out, "", &p->options.v[j].value);
    }
  }
  sbuf_adds(out, ") -> ");
  print_type(out, &sig->result);
}

/** The signature of P in TEXT, or what the reader says of the file; CPython
 *  agrees on the parameters. */
static struct str signature(void **state, const char *text) {
  struct arena *ar = cm_ar(state);
  struct source *src = arena_new(ar, struct source);
  *src = (struct source){"p.py", str_of(text)};
  struct pysig_fault fault;
  const struct pysig *sig = pysig_read(src, STR("P"), ar, &fault);
  cleanup_sbuf struct sbuf out, names;
  sbuf_init(&out, 1 << 20);
  sbuf_init(&names, 1 << 20);
  if (!sig) {
    sbuf_addf(&out, "%d:%d %s", fault.span.line, fault.span.col, fault.why);
    return str_dup(ar, sbuf_str(&out));
  }
  print(&out, sig);
  for (size_t i = 0; i < sig->params.n; i++)
    sbuf_addf(&names, STR_FMT " ", STR_ARG(sig->params.v[i].name));
  const struct str want = py_parameters(ar, src->text, STR("P"));
  if (!want.p || !str_eq(want, sbuf_str(&names)))
    fail_msg("CPython reads <" STR_FMT ">, we <%s> in:\n%s", STR_ARG(want),
             names.ptr, text);
  return str_dup(ar, sbuf_str(&out));
}

struct row {
  const char *text, *want;
};

static void same(struct str got, const struct row *row) {
  if (!str_is(got, row->want))
    fail_msg("%s\ngot:  " STR_FMT "\nwant: %s", row->text, STR_ARG(got),
             row->want);
}

// ---- parameters -------------------------------------------------------------

static void parameters(void **state) {
  static const struct row rows[] = {
      {"", ".predict() -> none"},
      {", ", ".predict() -> none"},
      {", x", ".predict(x: any) -> none"},
      {", x: str", ".predict(x: str) -> none"},
      {", x: str = 'a'", ".predict(x: str =\"a\") -> none"},
      {",\n   x: str, # one\n\n\n   y=1,\n",
       ".predict(x: str, y: any =1) -> none"},
      {", *, x: int", ".predict(x: int) -> none"},
      {", *args, x: int, **more", ".predict(x: int) -> none"},
      {", x: str = Input(description=\"a\" 'b' +\n 'c', default=None)",
       ".predict(x: str =None description =\"abc\") -> none"},
      {", x: str = Input('a', ge=-1_0, le=+.5e3, regex=r'\\d+')",
       ".predict(x: str =\"a\" ge =-1_0 le =.5e3 regex =\"\\\\d+\") -> none"},
      {", x: str = cog.Input(...)", ".predict(x: str) -> none"},
      {", x: str = Input(choices=['a', 'b',], default=('a'))",
       ".predict(x: str =\"a\" choices=[\"a\", \"b\"]) -> none"},
      {", x: int = Input(default=2 ** 8, ge=MIN, choices=list(range(3)))",
       ".predict(x: int ?2 ** 8 choices?list(range(3)) ge ?MIN) -> none"},
      {", x: int = Input(default=1) or 2",
       ".predict(x: int ?Input(default=1) or 2) -> none"},
      {", x=lambda a, b: (a, b), y=2",
       ".predict(x: any ?lambda a, b: (a, b), y: any =2) -> none"},
      {", x=[1, (2, 3), (4,), {'a': None}], y={}",
       ".predict(x: any =[1, [2, 3], [4], {\"a\": None}], y: any ={}) -> none"},
      {", x=[i for i in y]", ".predict(x: any ?[i for i in y]) -> none"},
      {", x=not True", ".predict(x: any ?not True) -> none"},
      {", x=b'a', y=f'{z}', z=u'\\N{BULLET}'",
       ".predict(x: any ?b'a', y: any ?f'{z}', z: any ?u'\\N{BULLET}') -> "
       "none"},
      {", x=0x1F, y=0b1_1, z=1e5, v=00, w=1j, u=9_9",
       ".predict(x: any =0x1F, y: any =0b1_1, z: any =1e5, v: any =00, w: any "
       "?1j, u: any =9_9) -> none"},
      {", x=1 if True else 2", ".predict(x: any ?1 if True else 2) -> none"},
      {", x={1, 2}", ".predict(x: any ?{1, 2}) -> none"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    same(signature(state, arena_printf(cm_ar(state),
                                       "class P:\n  def predict(self%s) -> "
                                       "None: pass\n",
                                       rows[i].text)),
         &rows[i]);
}

static void annotations(void **state) {
  static const struct row rows[] = {
      {"str", "str"},
      {"Path", "path"},
      {"cog.Path", "path"},
      {"File", "path"},
      {"Secret", "secret"},
      {"Any", "any"},
      {"dict", "dict"},
      {"Dict[str, Any]", "dict"},
      {"list", "list any"},
      {"List[str]", "list str"},
      {"typing.List[cog.Path]", "list path"},
      {"list[list[str]]", "?any"},
      {"Optional[str]", "optional str"},
      {"Optional[List[Path]]", "optional list path"},
      {"List[Optional[Path]]", "?any"},
      {"str | None", "optional str"},
      {"None | list[int]", "optional list int"},
      {"Union[str, None]", "optional str"},
      {"Union[str, int]", "?any"},
      {"Union[str, int, None]", "?any"},
      {"str | int | None", "?optional any"},
      {"Iterator[str]", "stream str"},
      {"Generator[str, None, None]", "stream str"},
      {"AsyncIterator[Path]", "stream path"},
      {"ConcatenateIterator[str]", "joined str"},
      {"ConcatenateIterator", "joined str"},
      {"Literal['a', \"b\", 3]", "literal|\"a\"|\"b\"|3"},
      {"Literal[X]", "?any"},
      {"Annotated[str, 'x']", "str"},
      {"'Path'", "?any"},
      {"Output", "?any"},
      {"Callable[[int], str]", "?any"},
      {"np.ndarray[1:2]", "?any"},
      {"-1", "?any"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
    struct arena *ar = cm_ar(state);
    const char *text = arena_printf(ar, "def P(x: %s = 1) -> %s:\n  pass\n",
                                    rows[i].text, rows[i].text);
    const struct row row = {text, arena_printf(ar, "P(x: %s =1) -> %s",
                                               rows[i].want, rows[i].want)};
    same(signature(state, text), &row);
  }
}

// ---- finding ----------------------------------------------------------------

static void definitions(void **state) {
  static const struct row rows[] = {
      {"class P(B):\n def setup(self): 1\n def predict(self, x): pass\n",
       ".predict(x: any) -> any"},
      {"\xEF\xBB\xBF# -*-\r\nclass P:\r\n\tasync def predict(self, "
       "x):\r\n\t\tpass",
       ".async predict(x: any) -> any"},
      {"class P:\n def run(self, a): pass\n", ".run(a: any) -> any"},
      {"class P:\n def run(self, a): pass\n def predict(self, b): pass\n",
       ".predict(b: any) -> any"},
      {"class P:\n def predict(self, a): pass\n"
       "class P:\n def predict(self, b): pass\n",
       ".predict(b: any) -> any"},
      {"class P: pass\ndef P(a): pass\n", "P(a: any) -> any"},
      {"def P(a): pass\nclass P:\n def predict(self, b): pass\n",
       ".predict(b: any) -> any"},
      {"class Q:\n class P:\n  def predict(self, a): pass\n"
       "class P:\n @x(1)\n # no\n\n def other(self, c):\n"
       "  def predict(d): pass\n @y\n def predict(self, b):\n  pass\n",
       ".predict(b: any) -> any"},
      {"'''\nclass P:\n  def predict(self, x): pass\n'''\ndef P(y): pass\n",
       "P(y: any) -> any"},
      {"A = 'x'\nB: list = [A, A]\nC = B; D = 1 + 1\n"
       "def P(a=A, b=B, c=C, d=D, e=E): pass\n",
       "P(a: any =\"x\", b: any =[\"x\", \"x\"], c: any =[\"x\", \"x\"], d: any "
       "?D, e: any ?E) -> any"},
      {"A = ('x', ['y', 2])\n"
       "def P(a=A[0], b=A[1][1], c=A[2], d=A[-1], e=A[0:1], f=A[0].x): pass\n",
       "P(a: any =\"x\", b: any =2, c: any ?A[2], d: any ?A[-1], e: any "
       "?A[0:1], f: any ?A[0].x) -> any"},
      {"A = A\nX = Y\nY = X\ndef P(a=A, b=X): pass\n",
       "P(a: any ?A, b: any ?X) -> any"},
      {"", "1:1 has no class and no function P"},
      {"class P(B): pass\n", "1:7 has no predict() in its class P"},
      {"if 1:\n def P(): pass\n", "3:1 has no class and no function P"},
      {"class P:\n def predict(): pass\n", "2:14 is a method without self"},
      {"def P(a, /, b): pass\n",
       "1:10 has parameters that are given by place alone"},
      {"def P(gr\xC3\xB6\xC3\x9F): pass\n",
       "1:7 has a parameter \"gr\xC3\xB6\xC3\x9F\", which is no plain name"},
      {"def P(class): pass\n",
       "1:7 has a parameter \"class\", which is no plain name"},
      {"def P(a, a): pass\n", "1:10 has two parameters of one name"},
      {"x = 'open\ndef P(): pass\n", "1:5 holds something that is no Python"},
      {"x = '''open\ndef P(): pass\n", "1:5 holds something that is no Python"},
      {"x = )\ndef P(): pass\n", "1:5 holds something that is no Python"},
      {"def P(a", "1:8 holds something that is no Python"},
      {"def P", "1:6 has a definition that is no Python"},
      {"def P(a b): pass\n", "1:9 has a list of parameters that is no Python"},
      {"def P(a)\n", "1:9 has a definition that is no Python"},
      {"\xFF", "0:0 is not UTF-8 text"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    same(signature(state, rows[i].text), &rows[i]);
}

/** Nothing takes long or much, however it is nested. */
static void limits(void **state) {
  struct arena *ar = cm_ar(state);
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, 4 << 20);
  sbuf_adds(&text, "def P(a=");
  for (int i = 0; i < 50; i++)
    sbuf_addch(&text, '[');
  for (int i = 0; i < 50; i++)
    sbuf_addch(&text, ']');
  sbuf_adds(&text, "): pass\n");
  assert_true(str_starts(signature(state, text.ptr), "P(a: any ?[[[["));

  sbuf_clear(&text);
  sbuf_adds(&text, "A0 = 'x'\n");
  for (int i = 1; i < 30; i++)
    sbuf_addf(&text, "A%d = [A%d, A%d, A%d, A%d]\n", i, i - 1, i - 1, i - 1,
              i - 1);
  sbuf_adds(&text, "def P(a=A1, b=A29): pass\n");
  assert_str(signature(state, text.ptr),
             "P(a: any =[\"x\", \"x\", \"x\", \"x\"], b: any ?A29) -> any");

  sbuf_clear(&text);
  sbuf_adds(&text, "def P(");
  for (int i = 0; i <= LIMIT_PYTHON_PARAMETERS; i++)
    sbuf_addf(&text, "a%d, ", i);
  sbuf_adds(&text, "): pass\n");
  assert_true(
      str_contains(signature(state, text.ptr), "has more than 500 parameters"));

  sbuf_clear(&text);
  while (text.len <= LIMIT_PYTHON_BYTES)
    sbuf_adds(&text, "# a line of a comment\n");
  struct source src = {"p.py", sbuf_str(&text)};
  struct pysig_fault fault;
  assert_null(pysig_read(&src, STR("P"), ar, &fault));
  assert_string_equal(fault.why, "is larger than any source that is read");
}

// ---- strings ----------------------------------------------------------------

static void strings_come_back(void **state) {
  static const char *const texts[] = {
      "",
      "it's \"both\"",
      "back\\slash\\",
      "\"\"\"",
      "tab\tline\nfeed\rreturn",
      "\x01\x1f\x7f",
      "caf\xc3\xa9 \xe2\x9c\x93 \xf0\x9f\x90\x84",
      "\xe2\x80\xa8\xe2\x80\xae\xc2\x85\xef\xbb\xbf",
      "\\N{BULLET} \\u1234 \\x41 {x}",
  };
  struct arena *ar = cm_ar(state);
  for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
    cleanup_sbuf struct sbuf out;
    sbuf_init(&out, 1 << 20);
    pysig_quote(&out, str_of(texts[i]));
    assert_true(str_find(sbuf_str(&out), '\n') < 0);
    assert_str(py_string(ar, sbuf_str(&out)), texts[i]);
  }
}

/** What a literal means to us and to CPython. */
static void escapes(void **state) {
  static const char *const literals[] = {
      "'\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\\"'",
      "'\\1\\12\\101\\1012\\377'",
      "'\\x41\\u00e9\\U0001f404'",
      "'\\\n\\\r\nx'",
      "'''a\n''b\"\"\"c\r\nd'''",
      "r'\\n\\''",
      "R\"\"\"\\\"\"\"\"",
      "u'a'",
  };
  struct arena *ar = cm_ar(state);
  for (size_t i = 0; i < ARRAY_LEN(literals); i++) {
    struct source src = {"p.py",
                         str_printf(ar, "def P(a=%s): pass\n", literals[i])};
    struct pysig_fault fault;
    const struct pysig *sig = pysig_read(&src, STR("P"), ar, &fault);
    assert_non_null(sig);
    assert_int_equal(sig->params.v[0].value.kind, PYSIG_TEXT);
    const struct str ours = py_string(ar, sig->params.v[0].value.text);
    assert_str(ours, str_cstr(ar, py_string(ar, str_of(literals[i]))));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(parameters), cm_test(annotations),       cm_test(definitions),
      cm_test(limits),     cm_test(strings_come_back), cm_test(escapes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
