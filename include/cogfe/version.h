/** version: versions, specifiers and requirements of the Python world.
 *
 *  Versions and specifiers are those of PEP 440, requirements those of PEP 508,
 *  files of requirements those that pip reads. Nothing is looked up and no file
 *  is opened: a file that another one names is an item of the result, and the
 *  caller parses it in turn. A requirement keeps the bytes that it was read
 *  from, so that it can be handed on as the user wrote it.
 *
 *      struct version a, b;
 *      if (version_parse(STR("2.1.0+cu118"), &a) &&
 *          version_parse(STR("2.1"), &b))
 *        use(version_cmp_public(&a, &b)); // 0
 *
 *  Source: PEP 440, PEP 503 and PEP 508 (peps.python.org, read 2026-11); pip
 *  25.3, "Requirements File Format".
 */
#ifndef COGFE_VERSION_H
#define COGFE_VERSION_H

#include "cogfe/diag.h"

enum version_pre {
  VERSION_PRE_NONE,
  VERSION_PRE_A,
  VERSION_PRE_B,
  VERSION_PRE_RC,
};

/** One version. Numbers stay decimal text, because PEP 440 bounds none of
 *  them; an empty one is 0. Views of the text that was parsed. */
struct version {
  struct str text;    // as written, without blanks around it
  struct str epoch;   // "1" of "1!2.0"
  struct str release; // "2.1.0"
  enum version_pre pre;
  struct str pre_n;
  bool post;
  struct str post_n;
  bool dev;
  struct str dev_n;
  struct str local; // "cu118" of "2.1.0+cu118"; empty is none
};

/** Reads all of TEXT as one version, in any of the spellings that PEP 440
 *  normalises. False, with *OUT unspecified, when it is none. */
bool version_parse(struct str text, struct version *out);

/** The order of PEP 440: below, equal to or above 0. */
int version_cmp(const struct version *a, const struct version *b);

/** The same without local versions: 2.1.0+cu118 equals 2.1.0. */
int version_cmp_public(const struct version *a, const struct version *b);

/** Alpha, beta, candidate or development release. */
bool version_is_pre(const struct version *v);

/** The I-th number of the release (0 is the major one), "0" past the last. */
struct str version_part(const struct version *v, size_t i);
size_t version_n_parts(const struct version *v);

/** Whether V's release begins with all numbers of PREFIX's, same epoch. */
bool version_starts(const struct version *v, const struct version *prefix);

/** V as PEP 440 normalises it: "v1.0-Alpha_1" is "1.0a1". Lives in AR. */
struct str version_normal(struct arena *ar, const struct version *v);

enum specifier_op {
  SPECIFIER_COMPATIBLE, // ~=
  SPECIFIER_EQ,         // ==
  SPECIFIER_NE,         // !=
  SPECIFIER_LE,         // <=
  SPECIFIER_GE,         // >=
  SPECIFIER_LT,         // <
  SPECIFIER_GT,         // >
  SPECIFIER_SAME,       // ===, compared as text
};

struct specifier {
  enum specifier_op op;
  struct str text;        // the operand as written, with ".*"
  struct version version; // without ".*"; unset for SPECIFIER_SAME
  bool wildcard;          // == and != only
};

/** All of them must hold; an empty set allows everything. */
struct specifier_set {
  struct specifier *v;
  size_t n;
  size_t cap;
};

/** Reads "~=2.1, !=2.1.3": specifiers with commas between; the array lives in
 *  AR. False when something in TEXT is none. */
bool specifier_set_parse(struct arena *ar, struct str text,
                         struct specifier_set *out);

/** Whether V satisfies every specifier. */
bool specifier_set_matches(const struct specifier_set *set,
                           const struct version *v);

/** The one version that SET asks for with == or ===, or NULL. */
const struct specifier *specifier_set_pin(const struct specifier_set *set);

enum requirement_kind {
  REQUIREMENT_PACKAGE, // a name, with anything that PEP 508 allows
  REQUIREMENT_FILE,    // a URL, a path or a repository without a name in front
  REQUIREMENT_OPTION,  // a line of options only
  REQUIREMENT_INCLUDE, // -r FILE or -c FILE; PATH names it, CONSTRAINT is -c
  REQUIREMENT_UNKNOWN, // none of these: pip decides
};

enum requirement_option_kind {
  OPTION_INDEX,       // -i, --index-url
  OPTION_EXTRA_INDEX, // --extra-index-url
  OPTION_FIND_LINKS,  // -f, --find-links
  OPTION_REQUIREMENT, // -r, --requirement
  OPTION_CONSTRAINT,  // -c, --constraint
  OPTION_EDITABLE,    // -e, --editable
  OPTION_HASH,        // --hash
  OPTION_OTHER,
  OPTION_UNKNOWN, // none that pip reads in a file: it refuses the whole file
};

struct requirement_option {
  enum requirement_option_kind kind;
  struct str name;  // "--extra-index-url"
  struct str value; // without quotes; empty when there is none
  /** Where name and value stand in the requirement's text. */
  size_t off, len;
};

/** One logical line: continuation lines belong to it. */
struct requirement {
  enum requirement_kind kind;
  /** The whole line as written, comment and line feeds inside it included. */
  struct str text;
  /** TEXT with spaces for what pip does not see: the comment, and backslashes
   *  with the line feeds behind them. As long as TEXT; specifiers, URL, marker
   *  and options are views of it, so their offsets hold for both. */
  struct str line;
  struct span span;
  /** Name as PEP 503 normalises it ("open-clip-torch"), lives in the arena;
   *  also of `#egg=NAME` and of a wheel's file name. Empty when unknown. */
  struct str name;
  struct str extras; // between the brackets
  struct str url;    // behind "@", or all of a REQUIREMENT_FILE
  struct str marker; // behind ";", as text
  bool no_marker;    // nothing stands behind the ";"
  struct str path;   // REQUIREMENT_INCLUDE
  struct specifier_set specifiers;
  VEC(struct requirement_option) options;
  /** A bound for pip's -c, not a wish to install. */
  bool constraint;
};

struct requirements {
  struct requirement *v;
  size_t n;
  size_t cap;
};

/** Appends the lines of the file SRC to OUT, in order and without blank lines
 *  and those with nothing but a comment. CONSTRAINT says that the file was
 *  named by -c. SRC is borrowed; the rest lives in AR. A line that is no
 *  requirement is a warning and kept. Fails past a limit of limits.h. */
bool requirements_parse(const struct source *src, bool constraint,
                        struct arena *ar, struct requirements *out,
                        struct diags *dg);

/** Appends one item of a list in cog.yaml, read as a file of requirements is:
 *  an item with line feeds gives several. LINES are the places of its N_LINES
 *  lines; one past them has the place of the last. None (0) is no place. */
bool requirements_parse_item(struct str text, const struct span *lines,
                             size_t n_lines, struct arena *ar,
                             struct requirements *out, struct diags *dg);

/** The path that PATH means inside the file FROM ("reqs/base.txt" naming
 *  "../c.txt" is "c.txt"): relative, normalised, in AR. False for an absolute
 *  path, a URL, and one that leaves the context. */
bool requirement_include_path(struct arena *ar, struct str from,
                              struct str path, struct str *out);

/** NAME as PEP 503 normalises it: lower case, runs of "-", "_" and "." as one
 *  "-". Lives in AR. */
struct str requirement_normal_name(struct arena *ar, struct str name);

enum marker_result {
  MARKER_FALSE,
  MARKER_TRUE,
  MARKER_UNKNOWN, // not a marker, or it asks for what nobody knows here
};

/** What a marker is held against: CPython on Linux. */
struct marker_env {
  struct str python;  // "3.11" or "3.11.4"
  struct str machine; // as uname says: "x86_64", "aarch64"
};

/** Whether all of MARKER is one, by the grammar of PEP 508. */
bool marker_is_valid(struct str marker);

/** Evaluates a PEP 508 marker; an empty one is true. `extra` is never set. */
enum marker_result marker_eval(struct str marker, const struct marker_env *env);

#endif
