/** diag: where text came from, what is wrong with it, and how that is shown.
 *
 *  The error contract of the whole project: a function that can fail takes
 *  `struct diags *dg` last; when it reports failure it has added at least one
 *  error; when it reports success it has added none (warnings are fine).
 *  Callers add context with a note, they do not rewrite the message.
 *
 *      if (!version_parse(text, &v))
 *        return diag_fail(dg, DIAG_BAD_VERSION, span,
 *                         "\"" STR_FMT "\" is not …", STR_ARG(text));
 *
 *  A message is lower case without a full stop: what is wrong; a note says
 *  what to do. This module does not decide where a diagnostic is shown.
 */
#ifndef COGFE_DIAG_H
#define COGFE_DIAG_H

#include "cogfe/base.h"

/** A file as it was read; spans point into it. NAME as the user knows it. */
struct source {
  const char *name;
  struct str text;
};

/** A piece of a source: from LINE:COL up to, not including, END_LINE:END_COL.
 *  All are 1-based, columns count characters (code points), not bytes. */
struct span {
  const struct source *src;
  int line, col;
  int end_line, end_col;
};

/** No place in a file: a span without a source. */
#define SPAN_NONE ((struct span){0})

enum diag_severity {
  DIAG_ERROR,
  DIAG_WARNING,
};

/** One row of diag_codes.def each. */
enum diag_code {
#define DIAG(code, severity, slug, help) DIAG_##code,
#include "cogfe/diag_codes.def"
#undef DIAG
  DIAG_N_CODES,
};

struct diag_note {
  struct span span; // may be none
  const char *text;
};

struct diag {
  enum diag_code code;
  enum diag_severity severity;
  struct span span; // may be none
  const char *msg;
  VEC(struct diag_note) notes;
  /** The engine's own google.rpc.Status, to be handed back byte for byte;
   *  empty for errors of ours. */
  struct str engine_status;
};

/** The byte at which a line of a source begins. */
struct diag_place {
  const struct source *src;
  int line;
  size_t off;
};

/** All that one build has to say, in the order it was found. */
struct diags {
  struct arena *ar; // borrowed; every text of the list lives in it
  VEC(struct diag) list;
  size_t errors;
  size_t dropped; // past LIMIT_DIAGNOSTICS; errors among them are counted above
  bool strict;    // warnings are added as errors
  bool skip[DIAG_N_CODES]; // warnings that are not added, see diag_skip()
  bool mute; // the newest diagnostic was not kept, nor are its notes
  struct diag_place place; // where diag_is_ignored() looked last
};

void diag_init(struct diags *dg, struct arena *ar);

/** Adds an error (one that is there already only counts) and returns false, so
 * that callers can `return diag_fail(…)`. The text is copied into the arena;
 * control characters in it are replaced, because it goes to a terminal, and
 * what looks like a secret is masked. */
bool diag_fail(struct diags *dg, enum diag_code code, struct span span,
               const char *fmt, ...) PRINTF_LIKE(4, 5);

/** Adds a warning, or an error when DG is strict. Nothing happens when
 *  diag_skip() or a comment on a line of SPAN (diag_is_ignored()) turned CODE
 *  off. */
void diag_warn(struct diags *dg, enum diag_code code, struct span span,
               const char *fmt, ...) PRINTF_LIKE(4, 5);

/** Adds a note to the newest diagnostic: what to do, or another place. */
void diag_note(struct diags *dg, struct span span, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/** Adds an error that the engine reported: MSG is its text, STATUS the
 *  serialized google.rpc.Status (copied), which goes back to it unchanged. */
bool diag_fail_engine(struct diags *dg, struct str msg, struct str status);

/** The stable name of CODE as shown in brackets, its one line of help, and
 *  what it is when nobody is strict. */
const char *diag_slug(enum diag_code code);
const char *diag_help(enum diag_code code);
enum diag_severity diag_severity_of(enum diag_code code);

/** Turns the warning called SLUG off, in any case of letters; with "all",
 *  every one. A name that is none of ours does nothing. */
void diag_skip(struct diags *dg, struct str slug);

/** Where the pages of docs/rules can be read. */
#define DIAG_RULES_URL                                                         \
  "https://github.com/cog-frontend/cog-frontend/blob/main/docs/rules/"

/** Whether docs/rules has a page about CODE: all warnings have one, and the
 *  errors of the schema, whose place is the model's own source. */
bool diag_has_page(enum diag_code code);

/** The page about CODE, in AR; NULL when it has none. */
const char *diag_url(struct arena *ar, enum diag_code code);

/** Whether one of the lines of SPAN has the comment
 *  `# cog-frontend: ignore=SLUG[,SLUG]` with CODE's slug in it. Only warnings
 *  can be turned off. DG remembers the place, so that warnings in the order of
 *  a file cost one walk through it. */
bool diag_is_ignored(struct diags *dg, struct span span, enum diag_code code);

/** The names that such a comment in LINE lists, with what follows them; a NULL
 *  pointer when LINE has none. */
struct str diag_ignore_list(struct str line);

/** Takes the next name of such a list off *REST, a view of it; false when
 *  there is none. */
bool diag_ignore_next(struct str *rest, struct str *name);

/** A piece of a line that looks like a secret. */
enum diag_secret_kind {
  DIAG_SECRET_URL,   // the password or token before a host
  DIAG_SECRET_TOKEN, // of a form that a service gives out
  DIAG_SECRET_VALUE, // of a NAME=value whose name says so
};

struct diag_secret {
  enum diag_secret_kind kind;
  struct str text;     // a view of the line
  const char *service; // that gives such tokens out; else NULL
};

/** Finds the first secret of LINE behind *FROM bytes, and moves *FROM behind
 *  it; false when there is none. Variables, paths, numbers and stand-ins such
 *  as "<token>" are none. */
bool diag_next_secret(struct str line, size_t *from, struct diag_secret *out);

/** Whether a variable called NAME is there to hold a secret, and whether VALUE
 *  could be one. */
bool diag_is_secret_name(struct str name);
bool diag_is_secret_value(struct str value);

/** Appends TEXT with a "*" for each character of its secrets: places stay what
 *  they are. */
void diag_add_masked(struct sbuf *out, struct str text);

/** The same as a text of its own in AR, or TEXT itself when it has none. What
 *  of a source is shown or sent, as an excerpt say, is this. */
struct str diag_masked(struct arena *ar, struct str text);

/** Writes all diagnostics for a person: message, excerpt, caret, notes. */
void diag_render(struct sbuf *out, const struct diags *dg, bool colour);

/** Writes one, as diag_render() does. */
void diag_render_one(struct sbuf *out, const struct diag *d, bool colour);

/** Writes `name:line:col: message` and the notes, one line each: for places
 *  that show the excerpt by themselves. */
void diag_render_short(struct sbuf *out, const struct diag *d);

/** Puts the diagnostics of each source into the order of their places; those
 *  without a place come first, as they were found. */
void diag_sort(struct diags *dg);

/** The first error, or NULL. */
const struct diag *diag_first_error(const struct diags *dg);

/** LINE (1-based) of SRC without its line end; empty past the last. */
struct str source_line(const struct source *src, int line);

/** The span of the LEN bytes at byte OFF of SRC's text. */
struct span source_span(const struct source *src, size_t off, size_t len);

#endif
