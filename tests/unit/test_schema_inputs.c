// What parameters and return types become, one row each; docs/schema.md has the
// rules. (test_schema_cases.c compares whole projects with Cog's generator.)
#include "cogfe/json.h"

#include "cm.h"
#include "cogfe/schema.h"
#include "context/context_int.h"
#include "schema/schema_int.h"

// ---- a project in memory ----------------------------------------------------

struct memory_file {
  const char *path, *text;
};

struct project {
  const struct memory_file *files;
  size_t n;
};

static const struct memory_file *find_memory(const struct project *p,
                                             const char *path) {
  for (size_t i = 0; i < p->n; i++)
    if (strcmp(p->files[i].path, path) == 0)
      return &p->files[i];
  return NULL;
}

static bool memory_stat(void *self, const char *path, struct context_stat *out,
                        struct diags *dg) {
  const struct memory_file *f = find_memory(self, path);
  (void)dg;
  *out = (struct context_stat){.kind = f ? CONTEXT_FILE : CONTEXT_MISSING,
                               .size = f ? strlen(f->text) : 0};
  return true;
}

static bool memory_read(void *self, const char *path, uint64_t off, size_t len,
                        struct sbuf *out, struct diags *dg) {
  const struct str text = str_of(find_memory(self, path)->text);
  (void)dg;
  sbuf_addstr(out, str_take(str_skip(text, (size_t)off), len));
  return true;
}

static bool make(void **state, const struct memory_file *files, size_t n,
                 const char *name, struct schema *out) {
  static const struct context_ops ops = {.stat = memory_stat,
                                         .read = memory_read};
  struct arena *ar = cm_ar(state);
  struct project *p = arena_new(ar, struct project);
  *p = (struct project){files, n};
  struct schema_input in = {.files = context_open_ops(ar, &ops, p),
                            .version = STR("test")};
  in.predict.file = STR("predict.py");
  in.predict.name = str_of(name);
  cm_dg(state)->list.n = cm_dg(state)->errors = 0;
  return schema_make(&in, ar, out, cm_dg(state));
}

/** The part of the document at PATH, or the first error. */
static struct str part_of(void **state, const struct schema *schema,
                          const char *path) {
  json_error_t e;
  json_t *root =
      json_loadb(schema->json.p, schema->json.len, JSON_REJECT_DUPLICATES, &e);
  if (!root)
    fail_msg("%s: " STR_FMT, e.text, STR_ARG(schema->json));
  const json_t *at = root;
  struct str rest = str_of(path), name;
  while (rest.len) {
    rest = str_cut(rest, '/', &name);
    at = json_object_get(at, str_cstr(cm_ar(state), name));
  }
  const struct str text =
      at ? str_json(cm_ar(state), at, JSON_COMPACT | JSON_ENCODE_ANY)
         : STR("nothing");
  json_decref(root);
  return text;
}

static struct str made(void **state, const char *source, const char *path) {
  const struct memory_file files[] = {{"predict.py", source}};
  struct schema schema;
  if (!make(state, files, 1, "P", &schema))
    return str_of(diag_first_error(cm_dg(state))->msg);
  return part_of(state, &schema, path);
}

struct row {
  const char *text, *want;
};

// ---- inputs -----------------------------------------------------------------

#define IMPORTS                                                                \
  "import cog, typing\nfrom cog import Input, Path, Secret\n"                  \
  "from typing import *\nN = 3\nNAMES = ['a', 'b']\n"                          \
  "D = {'k': 1, 'l': 2}\n"

static void check_inputs(void **state, const struct row *rows, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const struct str got =
        made(state,
             arena_printf(cm_ar(state), IMPORTS "def P(%s) -> str: pass\n",
                          rows[i].text),
             "components/schemas/Input");
    if (!str_is(got, rows[i].want))
      fail_msg("%s\ngot  " STR_FMT "\nwant %s", rows[i].text, STR_ARG(got),
               rows[i].want);
  }
}

#define ONE(property)                                                          \
  "{\"properties\":{\"x\":{" property "}},\"title\":\"Input\","                \
  "\"type\":\"object\"}"
#define MUST(property)                                                         \
  "{\"properties\":{\"x\":{" property "}},\"required\":[\"x\"],"               \
  "\"title\":\"Input\",\"type\":\"object\"}"
#define REF "\"allOf\":[{\"$ref\":\"#/components/schemas/x\"}]"

static void types(void **state) {
  static const struct row rows[] = {
      {"x: int", MUST("\"title\":\"X\",\"type\":\"integer\",\"x-order\":0")},
      {"x: 'str'", MUST("\"title\":\"X\",\"type\":\"string\",\"x-order\":0")},
      {"x: (float)", MUST("\"title\":\"X\",\"type\":\"number\",\"x-order\":0")},
      {"x: bool | None",
       ONE("\"title\":\"X\",\"type\":\"boolean\",\"nullable\":true,"
           "\"x-order\":0")},
      {"x: Optional[cog.Path] = None",
       ONE("\"title\":\"X\",\"format\":\"uri\",\"type\":\"string\","
           "\"default\":null,\"nullable\":true,\"x-order\":0")},
      {"x: typing.List[int]",
       MUST("\"title\":\"X\",\"type\":\"array\",\"items\":{"
            "\"type\":\"integer\"},\"x-order\":0")},
      {"x: int | str | None",
       MUST("\"title\":\"X\",\"anyOf\":[{\"type\":\"integer\","
            "\"nullable\":true},{\"type\":\"string\",\"nullable\":true}],"
            "\"nullable\":true,\"x-order\":0")},
      {"x: Literal['a', 'b'] = 'a'",
       ONE(REF ",\"default\":\"a\",\"x-order\":0")},
      {"x: Secret = Input(default=None)",
       ONE("\"title\":\"X\",\"format\":\"password\",\"type\":\"string\","
           "\"writeOnly\":true,\"x-cog-secret\":true,\"default\":null,"
           "\"nullable\":true,\"x-order\":0")},
      {"x: Dict[str, Unknown] = {}",
       ONE("\"title\":\"X\",\"type\":\"object\",\"default\":{},"
           "\"x-order\":0")},
      {"x: list[list[int]]", "\"x\" is a list of lists, which no input can be"},
      {"x: Tuple[int, int]",
       "\"x\" is Tuple, a type that this file does not define, which no input "
       "can be"},
      {"x: int | Path", "\"x\" is one of several types, and a file or a secret "
                        "among them, which no input can be"},
      {"x", "the parameter \"x\" has no type: the model server would drop it "
            "from every request"},
  };
  check_inputs(state, rows, ARRAY_LEN(rows));
}

#define INT(more) "\"title\":\"X\",\"type\":\"integer\"," more "\"x-order\":0"
#define TEXT(more) "\"title\":\"X\",\"type\":\"string\"," more "\"x-order\":0"

static void defaults(void **state) {
  static const struct row rows[] = {
      {"x: int = cog.Input(5)", ONE(INT("\"default\":5,"))},
      {"x: int = Input(default=N)", ONE(INT("\"default\":3,"))},
      {"x: int = Input(default=(2 ** 4 - - 1) // 2)",
       ONE(INT("\"default\":8,"))},
      {"x: int = Input(default=[1, N][-1])", ONE(INT("\"default\":3,"))},
      {"x: int = Input(default=None)", MUST(INT(""))},
      {"x: int = Input(...)", MUST(INT(""))},
      {"x: int = len('abc')", ONE(INT(""))},
      {"x: str = Input(default='a\\n' \"b\\x41\" r'\\d')",
       ONE(TEXT("\"default\":\"a\\nbA\\\\d\","))},
      {"x: str = 'a' + NAMES[1]", ONE(TEXT("\"default\":\"ab\","))},
      {"x: str = f'{N}'", ONE(TEXT(""))},
      {"x: str = 'a\\0'", ONE(TEXT(""))},
      {"x: str = Input(description='one' # two\n ' three')",
       MUST(TEXT("\"description\":\"one three\","))},
      {"x: int = 2.0", ONE(INT("\"default\":2,"))},
      {"x: float = Input(le=18446744073709551615)",
       MUST("\"title\":\"X\",\"type\":\"number\",\"maximum\":"
            "1.8446744073709552e19,\"x-order\":0")},
      {"x: int = '3'", "the default of \"x\" is no whole number: the model "
                       "would refuse it as an input"},
      {"x: int = Input(default=4, le=N)",
       "the default of \"x\" is more than le: the model would refuse it as an "
       "input"},
      {"x: str = Input(default='aB', regex='(?i)^[a-c]+$', min_length=1)",
       ONE(TEXT("\"minLength\":1,\"pattern\":\"(?i)^[a-c]+$\","
                "\"default\":\"aB\","))},
      {"x: str = Input(default='ad', regex='^[a-c]+$')",
       "the default of \"x\" does not match regex: the model would refuse it "
       "as an input"},
      {"x: int = Input(ge=- 1, le=0x10, default_factory=int)",
       "Input() takes no default_factory"},
      {"x: list[int] = [*range(2), N]",
       ONE("\"title\":\"X\",\"type\":\"array\",\"items\":{"
           "\"type\":\"integer\"},\"default\":[0,1,3],\"x-order\":0")},
  };
  check_inputs(state, rows, ARRAY_LEN(rows));
}

static void choices(void **state) {
  static const struct row rows[] = {
      {"NAMES", "[\"a\",\"b\"]"},
      {"('a', 'b')", "[\"a\",\"b\"]"},
      {"list(D) + ['m']", "[\"k\",\"l\",\"m\"]"},
      {"list(D.values())", "[1,2]"},
      {"sorted(['b', 'a'])", "[\"a\",\"b\"]"},
      {"[ # one\n 'a', # two\n]", "[\"a\"]"},
      {"range(1, 6, 2)", "[1,3,5]"},
      {"[i for i in NAMES]", "the choices of \"x\" cannot be read without "
                             "running the model"},
      {"NAMES[1:]", "the choices of \"x\" cannot be read without running the "
                    "model"},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    assert_str(
        made(state,
             arena_printf(cm_ar(state),
                          IMPORTS
                          "def P(x: str = Input(choices=%s)) -> str: pass\n",
                          rows[i].text),
             "components/schemas/x/enum"),
        rows[i].want);
}

/** No list of choices takes the place of another part. */
static void choices_keep_apart(void **state) {
  static const char source[] =
      "from cog import Input\n"
      "def P(Output: str = Input(choices=['a', 'b'])) -> int: pass\n";
  assert_str(made(state, source, "components/schemas/Output"),
             "{\"title\":\"Output\",\"type\":\"integer\"}");
  assert_str(made(state, source, "components/schemas/choices_Output/enum"),
             "[\"a\",\"b\"]");
}

static void shared_inputs(void **state) {
  static const char source[] =
      "from cog import Input\n"
      "A = Input(default='module')\n"
      "class Inputs:\n"
      "  B = Input(default='attribute')\n"
      "  @staticmethod\n"
      "  def c(text, default='method'):\n"
      "    'doc'\n"
      "    return Input(default=default, description=text)\n"
      "class P:\n"
      "  D = Input(default='own')\n"
      "  def run(self, a: str = A, b: str = Inputs.B,\n"
      "          c: str = Inputs.c('t'), d: str = D,\n"
      "          e: str = Inputs.c('t', default='call')) -> str: pass\n";
  static const struct row rows[] = {
      {"a/default", "\"module\""}, {"b/default", "\"attribute\""},
      {"c/default", "\"method\""}, {"c/description", "\"t\""},
      {"d/default", "\"own\""},    {"e/default", "\"call\""}};
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    assert_str(made(state, source,
                    arena_printf(cm_ar(state),
                                 "components/schemas/Input/properties/%s",
                                 rows[i].text)),
               rows[i].want);
}

// ---- outputs ----------------------------------------------------------------

static void outputs(void **state) {
  static const struct row rows[] = {
      {"Iterator[Path]",
       "{\"title\":\"Output\",\"type\":\"array\",\"x-cog-array-type\":"
       "\"iterator\",\"items\":{\"format\":\"uri\",\"type\":\"string\"}}"},
      {"Generator[str, None, None]",
       "{\"title\":\"Output\",\"type\":\"array\",\"x-cog-array-type\":"
       "\"iterator\",\"items\":{\"type\":\"string\"}}"},
      {"Literal[1, 2]",
       "{\"title\":\"Output\",\"enum\":[1,2],\"type\":\"integer\"}"},
      {"Kind", "{\"title\":\"Output\",\"enum\":[\"a\",\"b\"],\"type\":"
               "\"string\"}"},
      {"Child", "{\"title\":\"Output\",\"type\":\"object\",\"properties\":{"
                "\"a\":{\"type\":\"integer\",\"title\":\"A\"},"
                "\"b\":{\"type\":\"string\",\"nullable\":true,\"title\":\"B\"},"
                "\"own\":{\"type\":\"object\",\"title\":\"Own\"}},"
                "\"required\":[\"a\",\"own\"]}"},
      {"Row", "{\"title\":\"Output\",\"type\":\"object\",\"properties\":{"
              "\"n\":{\"type\":\"integer\",\"title\":\"N\"},"
              "\"m\":{\"type\":\"integer\",\"title\":\"M\"}},"
              "\"required\":[\"n\"]}"},
      {"Optional[str]",
       "P() returns a type that may be None, which no output can be"},
      {"None", "P() returns None, which no output can be"},
      {"Plain", "P() returns a class of its own, and no BaseModel, which no "
                "output can be"},
  };
  static const char head[] =
      "from cog import BaseModel, Path\nfrom typing import *\n"
      "from enum import Enum\n"
      "class Kind(str, Enum):\n  A = 'a'\n  B = 'b'\n"
      "class Parent(BaseModel):\n  a: int\n  b: str | None = None\n"
      "class Child(Parent):\n  C: ClassVar[int] = 1\n  own: 'Child'\n"
      "class Row(TypedDict):\n  n: int\n  m: NotRequired[int]\n"
      "class Plain: pass\n";
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    assert_str(made(state,
                    arena_printf(cm_ar(state), "%sdef P(x: int) -> %s: pass\n",
                                 head, rows[i].text),
                    "components/schemas/Output"),
               rows[i].want);
}

// ---- files ------------------------------------------------------------------

static void names_lead_through_files(void **state) {
  static const struct memory_file files[] = {
      {"predict.py", "from models import Answer, LIMIT\nfrom cog import Input\n"
                     "from lib.base import Base as B\n"
                     "class P(B):\n  pass\n"},
      {"models/__init__.py", "from .answer import *\nLIMIT = 7\n"},
      {"models/answer.py", "from typing import List\nimport pydantic as p\n"
                           "class Answer(p.BaseModel):\n  words: List[str]\n"},
      {"lib/base.py",
       "from cog import Input\nfrom models import Answer, LIMIT as L\n"
       "class Base:\n"
       "  def predict(self, n: int = Input(default=L)) -> Answer: pass\n"},
  };
  struct schema schema;
  if (!make(state, files, ARRAY_LEN(files), "P", &schema))
    fail_msg("%s", diag_first_error(cm_dg(state))->msg);
  assert_str(part_of(state, &schema,
                     "components/schemas/Output/properties/words/items/type"),
             "\"string\"");
  assert_str(
      part_of(state, &schema, "components/schemas/Input/properties/n/default"),
      "7");
}

static void circles_end(void **state) {
  static const struct memory_file files[] = {
      {"predict.py", "from a import X\nA = B\nB = A\n"
                     "class P(P):\n  def run(self, x: int = A) -> X: pass\n"},
      {"a.py", "from b import X\n"},
      {"b.py", "from a import X\n"},
  };
  struct schema schema;
  assert_false(make(state, files, ARRAY_LEN(files), "P", &schema));
  assert_string_equal(diag_first_error(cm_dg(state))->msg,
                      "run() returns X, a type that this file does not define, "
                      "which no output can be");
}

static void decorators(void **state) {
  static const char source[] =
      "import cog as c\nfrom cog import streaming\nfrom typing import Iterator\n"
      "class P:\n  @streaming\n  @c.concurrent(max=4)\n"
      "  async def run(self, x: int) -> Iterator[str]: pass\n";
  const struct memory_file files[] = {{"predict.py", source}};
  struct schema schema;
  assert_true(make(state, files, 1, "P", &schema));
  assert_int_equal(schema.concurrency, 4);
  assert_int_equal(schema.place.line, 6);
  assert_str(part_of(state, &schema, "paths//predictions/post"), "nothing");
  assert_true(str_contains(schema.json, "\"x-cog-streaming\":true"));
}

// ---- patterns ---------------------------------------------------------------

/** Those that coglet 0.23.1 takes and refuses, as it was seen. */
static void patterns(void **state) {
  (void)state;
  static const char *const taken[] = {
      "^a$",   "a++",    "(?=a)b",   "(?<=a)b",   "\\p{L}+",   "(?i)a",
      "(?s).", "(?x)a",  "[\\w-]",   "[]a]",      "^\\d{2,}$", "(?:a|b)*",
      "\\.",   "a{1,3}", "(?P<n>a)", "\\bword\\b"};
  static const char *const refused[] = {
      "a\\Z",  "(a)\\1", "a{,3}", "^{x}$", "[[a]",      "[\\w-.]", "(?a)a",
      "(?#c)", "\\N{X}", "(a",    "a)",    "(?(1)a|b)", "*a",      "[b-a]"};
  for (size_t i = 0; i < ARRAY_LEN(taken); i++)
    if (schema_pattern_fault(str_of(taken[i])))
      fail_msg("%s: %s", taken[i], schema_pattern_fault(str_of(taken[i])));
  for (size_t i = 0; i < ARRAY_LEN(refused); i++)
    if (!schema_pattern_fault(str_of(refused[i])))
      fail_msg("%s is taken", refused[i]);
}

static void finding(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *text;
    enum schema_match want;
  } rows[] = {
      {"^\\d+x\\d+$", "512x512", SCHEMA_MATCH_YES},
      {"^\\d+x\\d+$", "512", SCHEMA_MATCH_NO},
      {"b", "abc", SCHEMA_MATCH_YES},
      {"^(a|bc)*?d$", "abcabcd", SCHEMA_MATCH_YES},
      {"^a{2,3}$", "aaaa", SCHEMA_MATCH_NO},
      {"^[^ab]+$", "xyz", SCHEMA_MATCH_YES},
      {"^(a*)*b$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac",
       SCHEMA_MATCH_UNKNOWN},
      {"(?=a)", "a", SCHEMA_MATCH_UNKNOWN},
      {"^\\w+$", "\xC3\xBC", SCHEMA_MATCH_UNKNOWN},
      {"", "", SCHEMA_MATCH_YES},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (schema_pattern_find(str_of(rows[i].pattern), str_of(rows[i].text)) !=
        rows[i].want)
      fail_msg("%s in %s", rows[i].pattern, rows[i].text);
}

/** Nothing takes long or much, however it is nested. */
static void limits(void **state) {
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, 1 << 20);
  sbuf_adds(&text, "A0 = ['x']\n");
  for (int i = 1; i < 60; i++)
    sbuf_addf(&text, "A%d = A%d + A%d\n", i, i - 1, i - 1);
  sbuf_adds(&text, "def P(x: list[str] = A59) -> str: pass\n");
  assert_str(made(state, text.ptr, "components/schemas/Input/required"),
             "nothing"); // a default that only Python knows
  sbuf_clear(&text);
  sbuf_adds(&text, "def P(x: ");
  for (int i = 0; i < 5000; i++)
    sbuf_adds(&text, "list[");
  for (int i = 0; i < 5000; i++)
    sbuf_addch(&text, ']');
  sbuf_adds(&text, ") -> str: pass\n");
  assert_true(str_starts(made(state, text.ptr, ""), "\"x\" is "));
  sbuf_clear(&text);
  sbuf_adds(&text, "from cog import BaseModel\nclass M0(BaseModel): a: int\n");
  for (int i = 1; i < 40; i++)
    sbuf_addf(&text, "class M%d(BaseModel): a: M%d; b: M%d; c: M%d\n", i, i - 1,
              i - 1, i - 1);
  sbuf_adds(&text, "def P(x: int) -> M39: pass\n");
  assert_non_null(made(state, text.ptr, "").p);
  sbuf_clear(&text);
  sbuf_adds(&text, "def P(x: str = '");
  for (int i = 0; i < 40; i++)
    sbuf_adds(&text, "twenty-five bytes of text");
  sbuf_adds(&text, "' * 1, y: list[str] = [");
  for (int i = 0; i < 20000; i++)
    sbuf_adds(&text, "'\\1\\1\\1\\1\\1\\1\\1\\1\\1', ");
  sbuf_adds(&text, "]) -> str: pass\n");
  assert_str(made(state, text.ptr, ""),
             "the schema would have more than 1048576 bytes");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(types),
      cm_test(defaults),
      cm_test(choices),
      cm_test(choices_keep_apart),
      cm_test(shared_inputs),
      cm_test(outputs),
      cm_test(names_lead_through_files),
      cm_test(circles_end),
      cm_test(decorators),
      cm_test(patterns),
      cm_test(finding),
      cm_test(limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
