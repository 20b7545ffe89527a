#include "cogfe/base.h"

#include "yamldoc/yamldoc_int.h"

/** libyaml's words and ours. The first row that fits counts: CONTEXT and
 *  PROBLEM are parts of libyaml's texts, CHAR stands where it stopped (0: any).
 *  AT_CONTEXT: the mistake is where the construct began, not where it was seen
 *  to fail. To add one: a row, and a line in test_yamldoc_error.c. */
struct words {
  const char *context, *problem;
  char character;
  bool at_context;
  const char *msg, *note;
};

static const struct words table[] = {
    {"quoted scalar", "unexpected end of stream", 0, true,
     "this quotation mark is never closed", NULL},
    {"quoted scalar", "unexpected document indicator", 0, true,
     "this quotation mark is never closed", NULL},
    {"", "unknown escape character", 0, false,
     "this character means nothing behind a \\ in double quotes",
     "write \\\\ for a backslash, or use single quotes"},
    {"quoted scalar", "hexdecimal", 0, false,
     "this is not the hexadecimal number that \\x, \\u or \\U wants", NULL},
    {"", "cannot start any token", '\t', false, "a tab cannot indent a line",
     "use spaces"},
    {"", "a tab character", 0, false, "a tab cannot indent a line",
     "use spaces"},
    {"", "cannot start any token", 0, false,
     "text cannot begin with this character", "put the text in quotes"},
    {"simple key", "expected ':'", 0, true,
     "this is neither \"key: value\" nor an item of the list above",
     "indent it like its neighbours; a list item begins with \"- \""},
    {"", "mapping values are not allowed", 0, false,
     "a \": \" is not possible here",
     "indent a key like the keys above it; put text that holds \": \" in "
     "quotes"},
    {"", "sequence entries are not allowed", 0, false,
     "a list item is not possible here",
     "begin the list on a line of its own, below its key"},
    {"", "mapping keys are not allowed", 0, false,
     "a \"? \" is not possible here", "put the text in quotes"},
    {"block mapping", "expected key", 0, false,
     "this is not one more \"key: value\" of the map that it stands in",
     "indent it like its neighbours; a list item begins with \"- \""},
    {"block collection", "expected '-'", 0, false,
     "this is not one more item of the list that it stands in",
     "begin it with \"- \", below the items above it"},
    {"flow sequence", "expected ',' or ']'", 0, false,
     "a \",\" or the \"]\" that closes the list is missing before this", NULL},
    {"flow mapping", "expected ',' or '}'", 0, false,
     "a \",\" or the \"}\" that closes the map is missing before this",
     "text that begins with { goes in quotes"},
    {"block scalar", "comment or line break", 0, false,
     "nothing can follow | or > on its line",
     "put the text on the next lines, indented"},
    {"anchor", "alphabetic", 0, true, "a name must follow &",
     "text that begins with & goes in quotes"},
    {"alias", "alphabetic", 0, true, "a name must follow *",
     "text that begins with * goes in quotes"},
    {"", "undefined tag handle", 0, false, "this tag is not known",
     "text that begins with ! goes in quotes"},
    {"", "<document start>", 0, false,
     "this does not belong to what stands above it",
     "a cog.yaml is one map: lines of \"key: value\""},
    {"", "node content", 0, false, "a value is missing before this", NULL},
};

static bool has_part(const char *text, const char *part) {
  return strstr(text ? text : "", part) != NULL;
}

static const struct words *find_words(const yaml_parser_t *yaml, char at) {
  for (size_t i = 0; i < ARRAY_LEN(table); i++) {
    const struct words *w = &table[i];
    if (has_part(yaml->context, w->context) &&
        has_part(yaml->problem, w->problem) &&
        (!w->character || w->character == at))
      return w;
  }
  return NULL;
}

/** `"text" more`: libyaml only sees that the map or document goes on. */
static const struct words behind_quote = {
    .msg = "text cannot follow the closing quotation mark",
    .note = "put all of it in quotes; a quotation mark inside is written '' "
            "in single quotes and \\\" in double ones",
};

static bool follows_quote(const yaml_parser_t *yaml, struct str text,
                          size_t off) {
  if (yaml->error != YAML_PARSER_ERROR || has_part(yaml->context, "flow"))
    return false;
  while (off && (text.p[off - 1] == ' ' || text.p[off - 1] == '\t'))
    off--;
  return off && (text.p[off - 1] == '"' || text.p[off - 1] == '\'');
}

bool yamldoc_check_utf8(const struct source *src, struct diags *dg) {
  for (struct str rest = src->text; rest.len;) {
    size_t n = utf8_len(rest);
    if (n == 0) {
      size_t off = (size_t)(rest.p - src->text.p);
      diag_fail(dg, DIAG_YAML_ENCODING, source_span(src, off, 1),
                "this is not UTF-8 text");
      diag_note(dg, SPAN_NONE, "save the file as UTF-8");
      return false;
    }
    rest = str_skip(rest, n);
  }
  return true;
}

/** libyaml's reader stops at control characters; it knows only the byte. */
static bool control_character(const yaml_parser_t *yaml,
                              const struct yamldoc_places *places,
                              struct diags *dg) {
  size_t off = places->bom + yaml->problem_offset;
  return diag_fail(dg, DIAG_YAML_ENCODING, source_span(places->src, off, 1),
                   "the character U+%04X is not possible in YAML",
                   (unsigned)yaml->problem_value);
}

bool yamldoc_syntax_error(const yaml_parser_t *yaml,
                          const struct yamldoc_places *places,
                          struct diags *dg) {
  if (yaml->error == YAML_MEMORY_ERROR)
    base_out_of_memory();
  if (yaml->error == YAML_READER_ERROR)
    return control_character(yaml, places, dg);

  size_t at = yaml->problem_mark.index;
  size_t off = yamldoc_place_off(places, at);
  struct str rest = str_skip(places->src->text, off);
  const struct words *w = find_words(yaml, rest.len ? rest.p[0] : 0);
  if (follows_quote(yaml, places->src->text, off))
    w = &behind_quote;
  bool at_context = w && w->at_context;
  size_t place = at_context ? yaml->context_mark.index : at;
  diag_fail(dg, DIAG_YAML_SYNTAX, yamldoc_place_span(places, place, place + 1),
            "%s", w ? w->msg : yaml->problem);
  if (w && w->note)
    diag_note(dg, SPAN_NONE, "%s", w->note);
  bool block = has_part(yaml->context, "block mapping") ||
               has_part(yaml->context, "block collection") ||
               has_part(yaml->context, "flow");
  if (block && yaml->context_mark.index < place) {
    size_t from = yaml->context_mark.index;
    diag_note(dg, yamldoc_place_span(places, from, from + 1),
              "the %s begins here",
              has_part(yaml->context, "mapping") ? "map" : "list");
  }
  return false;
}
