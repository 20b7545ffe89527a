// RUN: a step of the plan as shell lines that a person can read and that do
// the same. Three shapes of argv come from the plan:
//
//   python -m pip …           words, quoted where they need it
//   /bin/sh -c SCRIPT $0 …    a script of ours: its lines, with the arguments
//                             in the places of "$@" and "$1"
//   /bin/sh [-e] -c TEXT      a user's item: as it stands where every reader of
//                             Dockerfiles hands it on unchanged, else quoted
#include "dockerfile_int.h"

enum { LINE_CHARS = 78 };

static bool is_shell(const struct plan_run *run) {
  return run->argc > 2 && str_is(str_of(run->argv[0]), "/bin/sh");
}

static bool is_script(const struct plan_run *run) {
  return is_shell(run) && run->argc > 3 && str_is(str_of(run->argv[1]), "-c") &&
         !str_is(str_of(run->argv[2]), "--"); // of a user's command
}

// ---- words ------------------------------------------------------------------

static void quote(struct sbuf *out, struct str word) {
  if (str_find(word, '\n') >= 0)
    dockerfile_quote_lines(out, word, (int)strlen(DOCKERFILE_DEEPER));
  else
    dockerfile_quote_word(out, word);
}

static size_t column(const struct sbuf *out) {
  const ptrdiff_t end = str_rfind(sbuf_str(out), '\n');
  return out->len - (size_t)(end + 1);
}

/** argv, broken into lines where they get long. */
static void add_shell_words(struct sbuf *out, const struct plan_run *run) {
  for (size_t i = 0; i < run->argc; i++) {
    cleanup_sbuf struct sbuf word;
    sbuf_init(&word, SBUF_NO_MAX);
    quote(&word, str_of(run->argv[i]));
    const bool lines = str_find(sbuf_str(&word), '\n') >= 0;
    if (i && !lines && column(out) + 1 + word.len > LINE_CHARS)
      sbuf_adds(out, DOCKERFILE_MORE DOCKERFILE_INDENT);
    else if (i)
      sbuf_addch(out, ' ');
    sbuf_addstr(out, sbuf_str(&word));
  }
}

static void add_pair(struct sbuf *out, const char *pair) {
  struct str name;
  const struct str value = str_cut(str_of(pair), '=', &name);
  sbuf_addf(out, STR_FMT "=", STR_ARG(name));
  if (value.len)
    quote(out, value);
}

/** argv and its variables as one simple command of the shell. */
static struct str simple_command(struct arena *ar, const struct plan_run *run) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, SBUF_NO_MAX);
  for (size_t i = 0; i < run->n_env; i++) {
    add_pair(&out, run->env[i]);
    sbuf_adds(&out, DOCKERFILE_MORE);
  }
  add_shell_words(&out, run);
  return str_dup(ar, sbuf_str(&out));
}

// ---- lists of commands ------------------------------------------------------

static void add_joined_lines(struct sbuf *out, const struct str_vec *lines,
                             const char *operator) {
  for (size_t i = 0; i < lines->n; i++) {
    if (i)
      sbuf_addf(out, "%s" DOCKERFILE_MORE, operator);
    sbuf_addstr(out, lines->v[i]);
  }
}

static void push_all(struct arena *ar, struct str_vec *lines,
                     const struct str_vec *more) {
  for (size_t i = 0; i < more->n; i++)
    vec_push(ar, lines, more->v[i]);
}

// ---- scripts of ours --------------------------------------------------------

static bool skip_prefix(struct str *text, const char *prefix) {
  if (!str_starts(*text, prefix))
    return false;
  *text = str_skip(*text, strlen(prefix));
  return true;
}

/** A line of the script with the arguments in the places of its parameters. */
static struct str script_line(struct arena *ar, struct str line,
                              const struct plan_run *run) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, SBUF_NO_MAX);
  while (line.len) {
    if (skip_prefix(&line, " \"$@\"")) {
      for (size_t i = 4; i < run->argc; i++) {
        sbuf_adds(&out, DOCKERFILE_MORE DOCKERFILE_INDENT);
        dockerfile_quote_word(&out, str_of(run->argv[i]));
      }
    } else if (skip_prefix(&line, "\"$1\"") || skip_prefix(&line, "$1")) {
      dockerfile_quote_word(&out, str_of(run->argv[4]));
    } else {
      sbuf_addch(&out, line.p[0]);
      line = str_skip(line, 1);
    }
  }
  return str_dup(ar, sbuf_str(&out));
}

/** The script, one command a line as ours all are. Its first, `set -e`, stands
 *  in front of what goes before the rest. */
static void add_script(struct dockerfile *d, const struct plan_run *run,
                       const struct dockerfile_around *around) {
  struct str_vec lines = {0};
  struct str script = str_of(run->argv[2]), line;
  if (!str_next_line(&script, &line) || !str_is(line, "set -e"))
    BUG("a script of the plan goes on after an error");
  vec_push(d->ar, &lines, line);
  for (size_t i = 0; i < run->n_env; i++) {
    cleanup_sbuf struct sbuf export;
    sbuf_init(&export, SBUF_NO_MAX);
    sbuf_adds(&export, "export ");
    add_pair(&export, run->env[i]);
    vec_push(d->ar, &lines, str_dup(d->ar, sbuf_str(&export)));
  }
  push_all(d->ar, &lines, &around->before);
  while (str_next_line(&script, &line))
    vec_push(d->ar, &lines, script_line(d->ar, line, run));
  push_all(d->ar, &lines, &around->after);
  add_joined_lines(d->out, &lines, ";");
}

// ---- a user's items ---------------------------------------------------------

static bool is_graph(char c) {
  return c > ' ' && c < 0x7f;
}

/** Whether TEXT can stand on a RUN line as it is: one line that no reader takes
 *  for flags, an array, a comment or a heredoc, and of which none cuts off an
 *  end or joins it to the next line. */
static bool stands_for_itself(struct str text) {
  if (!text.len || !is_graph(text.p[0]) || strchr("-[#", text.p[0]) ||
      !is_graph(text.p[text.len - 1]) || text.p[text.len - 1] == '\\')
    return false;
  for (size_t i = 0; i < text.len; i++) {
    const unsigned char c = (unsigned char)text.p[i];
    if ((c < ' ' && c != '\t') || c == 0x7f)
      return false;
  }
  return !str_contains(text, "<<");
}

/** A user's one-line item, without anything around it. */
static bool add_run_item(struct dockerfile *d, const struct plan_run *run) {
  if (!is_shell(run) || run->argc != 3 || run->n_env ||
      !stands_for_itself(str_of(run->argv[2])))
    return false;
  sbuf_adds(d->out, run->argv[2]);
  return true;
}

// ---- the step ---------------------------------------------------------------

static void add_shell(struct dockerfile *d, const struct plan_run *run,
                      const struct dockerfile_around *around) {
  if (is_script(run)) {
    add_script(d, run, around);
    return;
  }
  const bool alone = !around->before.n && !around->after.n;
  if (alone && add_run_item(d, run))
    return;
  struct str_vec lines = {0};
  if (around->before.n)
    vec_push(d->ar, &lines, STR("set -e"));
  push_all(d->ar, &lines, &around->before);
  vec_push(d->ar, &lines, simple_command(d->ar, run));
  push_all(d->ar, &lines, &around->after);
  add_joined_lines(d->out, &lines, around->before.n ? ";" : " &&");
}

static bool check_word(struct dockerfile *d, const struct plan_step *step,
                       const char *word) {
  return !str_ends(str_of(word), "\n") ||
         diag_fail(d->dg, DIAG_BAD_TEXT, step->span,
                   "a text that ends in a line feed cannot stand in a"
                   " Dockerfile: %s",
                   word);
}

/** Whether every word can be written; a script of ours is not a word. */
static bool check_run_words(struct dockerfile *d,
                            const struct plan_step *step) {
  const struct plan_run *run = &step->u.run;
  bool ok = true;
  for (size_t i = is_script(run) ? 3 : 0; i < run->argc; i++)
    ok = check_word(d, step, run->argv[i]) && ok;
  for (size_t i = 0; i < run->n_env; i++)
    ok = check_word(d, step, run->env[i]) && ok;
  return ok;
}

bool dockerfile_run(struct dockerfile *d, const struct plan_step *step) {
  struct dockerfile_around around = {0};
  cleanup_sbuf struct sbuf flags;
  sbuf_init(&flags, SBUF_NO_MAX);
  const bool plain = dockerfile_mount_plain(d, step, &around);
  if (!dockerfile_mount_flags(d, step, &flags, &around) || !plain ||
      !check_run_words(d, step))
    return false;
  sbuf_adds(d->out, "RUN ");
  sbuf_addstr(d->out, sbuf_str(&flags));
  add_shell(d, &step->u.run, &around);
  sbuf_addch(d->out, '\n');
  return true;
}

// ---- files ------------------------------------------------------------------

/** `printf '%s\n'` with a line for each of TEXT, which ends in a line feed. */
static void add_printf(struct sbuf *out, struct str text) {
  struct str line;
  sbuf_adds(out, "printf '%s\\n'");
  while (text.len) {
    text = str_cut(text, '\n', &line);
    sbuf_adds(out, DOCKERFILE_MORE);
    dockerfile_quote_item(out, line);
  }
}

void dockerfile_write(struct sbuf *out, const struct plan_write *write) {
  const struct str data = write->data, path = write->path;
  const ptrdiff_t end = str_rfind(data, '\n');
  const struct str lines = str_take(data, (size_t)(end + 1));
  const struct str rest = str_skip(data, lines.len);
  sbuf_adds(out, "RUN ");
  if (write->parents) {
    sbuf_adds(out, "mkdir -p ");
    dockerfile_quote_word(out, str_take(path, (size_t)str_rfind(path, '/')));
    sbuf_adds(out, " && ");
  }
  if (lines.len && rest.len)
    sbuf_adds(out, "{ ");
  if (lines.len)
    add_printf(out, lines);
  if (lines.len && rest.len)
    sbuf_adds(out, ";" DOCKERFILE_MORE);
  if (rest.len) {
    sbuf_adds(out, "printf %s ");
    dockerfile_quote_word(out, rest);
  }
  if (lines.len && rest.len)
    sbuf_adds(out, "; }");
  sbuf_adds(out, data.len ? DOCKERFILE_MORE "> " : ": > ");
  dockerfile_quote_word(out, path);
  sbuf_addch(out, '\n');
}
