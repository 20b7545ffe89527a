#include "pyword.h"

#include "child.h"

static const char script[] =
    "import ast, sys, warnings\n"
    "warnings.simplefilter('error')\n"
    "def last(body, name):\n"
    "    found = [n for n in body if getattr(n, 'name', None) == name and\n"
    "             isinstance(n, (ast.ClassDef, ast.FunctionDef,\n"
    "                            ast.AsyncFunctionDef))]\n"
    "    return found[-1] if found else None\n"
    "def parameters(text, name):\n"
    "    node = last(ast.parse(text).body, name)\n"
    "    skip = isinstance(node, ast.ClassDef)\n"
    "    if skip:\n"
    "        node = last(node.body, 'predict') or last(node.body, 'run')\n"
    "    a = node.args\n"
    "    names = (a.posonlyargs + a.args)[skip:] + a.kwonlyargs\n"
    "    return ''.join(n.arg + ' ' for n in names)\n"
    "def answer(kind, name, text):\n"
    "    if kind == 'compile':\n"
    "        compile(text, 'text', 'exec')\n"
    "        return '1'\n"
    "    if kind == 'string':\n"
    "        return '1' + ast.literal_eval(text).encode().hex()\n"
    "    return '1' + parameters(text, name)\n"
    "read, write = sys.stdin.buffer, sys.stdout.buffer\n"
    "while line := read.readline():\n"
    "    kind, name, n = line.decode().split(' ')\n"
    "    text = read.read(int(n))\n"
    "    try:\n"
    "        out = answer(kind, name, text.decode('utf-8-sig'))\n"
    "    except Exception as e:\n"
    "        out = '0' + repr(e).replace('\\0', '')\n"
    "    write.write(out.encode('utf-8', 'replace') + b'\\0')\n"
    "    write.flush()\n";

/** The answer without its first character, which is FIRST, else NULL. */
static struct str ask(struct arena *ar, const char *kind, struct str name,
                      struct str text, char first) {
  static const char *const argv[] = {"/usr/bin/python3", "-c", script, NULL};
  static struct child python = {.argv = argv, .patience_ms = 30000};
  cleanup_sbuf struct sbuf question, out;
  sbuf_init(&question, SBUF_NO_MAX);
  sbuf_init(&out, SBUF_NO_MAX);
  sbuf_addf(&question, "%s " STR_FMT " %zu\n", kind, STR_ARG(name), text.len);
  sbuf_addstr(&question, text);
  if (!child_ask(&python, sbuf_str(&question), &out) || !out.len)
    BUG("python3 does not answer");
  if (out.ptr[0] != first)
    return (struct str){0};
  return str_dup(ar, str_skip(sbuf_str(&out), 1));
}

struct str py_compile(struct arena *ar, struct str text) {
  return ask(ar, "compile", STR("-"), text, '0');
}

static int hex(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

struct str py_string(struct arena *ar, struct str text) {
  const struct str answer = ask(ar, "string", STR("-"), text, '1');
  if (!answer.p)
    return answer;
  char *bytes = arena_array(ar, char, answer.len / 2 + 1);
  for (size_t i = 0; i + 1 < answer.len; i += 2)
    bytes[i / 2] = (char)(hex(answer.p[i]) * 16 + hex(answer.p[i + 1]));
  return (struct str){bytes, answer.len / 2};
}

struct str py_parameters(struct arena *ar, struct str text, struct str name) {
  return ask(ar, "parameters", name, text, '1');
}
