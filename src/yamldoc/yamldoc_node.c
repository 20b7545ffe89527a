#include "cogfe/base.h"

#include "yamldoc/yamldoc_int.h"

#include "cogfe/limits.h"

static bool is_white_byte(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void set_place(const struct yamldoc_places *p, struct yamldoc_node *n,
                      size_t from, size_t to) {
  n->off = yamldoc_place_off(p, from);
  n->len = yamldoc_place_off(p, to) - n->off;
  n->span = yamldoc_place_span(p, from, to);
}

/** libyaml's event begins at the node's anchor or tag: the index at which the
 *  node itself does, behind those and the white space and comments that follow
 *  them. */
static size_t skip_properties(const struct yamldoc_places *p,
                              const yaml_event_t *ev) {
  size_t index = ev->start_mark.index;
  size_t off = yamldoc_place_off(p, index);
  size_t end = yamldoc_place_off(p, ev->end_mark.index);
  const char *text = p->src->text.p;
  bool word = off < end && (text[off] == '&' || text[off] == '!');
  bool comment = false, properties = word;
  for (; properties && off < end; off++) {
    char c = text[off];
    if (comment || is_white_byte(c)) {
      comment = comment && c != '\n';
      word = false;
    } else if (c == '#' && !word) {
      comment = true;
    } else if (!word) {
      word = c == '&' || c == '!';
      if (!word)
        break;
    }
    index += utf8_begins(c);
  }
  return index;
}

/** libyaml's event of a block scalar ends where the next token begins: the
 *  index behind its last text. */
static size_t trim_end(const struct yamldoc_places *p, size_t from, size_t to) {
  size_t off = yamldoc_place_off(p, to);
  while (to > from && is_white_byte(p->src->text.p[off - 1])) {
    off--;
    to--;
  }
  return to;
}

static bool count_node(struct yamldoc_reader *r, size_t weight,
                       struct span span) {
  r->n_nodes++;
  r->expanded += weight;
  if (r->n_nodes > LIMIT_YAML_NODES)
    return diag_fail(r->dg, DIAG_YAML_LIMIT, span,
                     "the file has more than %d values", LIMIT_YAML_NODES);
  if (r->expanded > LIMIT_YAML_EXPANDED)
    return diag_fail(r->dg, DIAG_YAML_LIMIT, span,
                     "with its aliases written out the file has more than %d "
                     "values",
                     LIMIT_YAML_EXPANDED);
  return true;
}

static bool count_text(struct yamldoc_reader *r, size_t bytes,
                       struct span span) {
  r->expanded_bytes += bytes;
  if (r->expanded_bytes <= LIMIT_YAML_EXPANDED_BYTES)
    return true;
  return diag_fail(r->dg, DIAG_YAML_LIMIT, span,
                   "with its aliases written out the file has more than %d "
                   "bytes of text",
                   LIMIT_YAML_EXPANDED_BYTES);
}

static bool tag_fits(enum yamldoc_tag tag, enum yamldoc_kind kind) {
  switch (tag) {
  case YAMLDOC_TAG_NONE:
    return true;
  case YAMLDOC_TAG_SEQ:
    return kind == YAMLDOC_LIST;
  case YAMLDOC_TAG_MAP:
    return kind == YAMLDOC_MAP;
  case YAMLDOC_TAG_STR:
  case YAMLDOC_TAG_NULL:
  case YAMLDOC_TAG_BOOL:
  case YAMLDOC_TAG_INT:
  case YAMLDOC_TAG_FLOAT:
    break;
  }
  return kind == YAMLDOC_SCALAR;
}

static enum yamldoc_tag find_tag(struct str name) {
  static const struct {
    const char *name;
    enum yamldoc_tag tag;
  } rows[] = {
      {"tag:yaml.org,2002:str", YAMLDOC_TAG_STR},
      {"tag:yaml.org,2002:null", YAMLDOC_TAG_NULL},
      {"tag:yaml.org,2002:bool", YAMLDOC_TAG_BOOL},
      {"tag:yaml.org,2002:int", YAMLDOC_TAG_INT},
      {"tag:yaml.org,2002:float", YAMLDOC_TAG_FLOAT},
      {"tag:yaml.org,2002:seq", YAMLDOC_TAG_SEQ},
      {"tag:yaml.org,2002:map", YAMLDOC_TAG_MAP},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    if (str_is(name, rows[i].name))
      return rows[i].tag;
  return YAMLDOC_TAG_NONE;
}

/** The tag as it is mostly written: `!!str`. */
static const char *short_tag(struct arena *ar, struct str name) {
  static const char prefix[] = "tag:yaml.org,2002:";
  if (!str_starts(name, prefix))
    return str_cstr(ar, name);
  name = str_skip(name, sizeof(prefix) - 1);
  return arena_printf(ar, "!!" STR_FMT, STR_ARG(name));
}

static bool set_tag(struct yamldoc_reader *r, struct yamldoc_node *n,
                    const yaml_char_t *tag, struct span span) {
  if (!tag)
    return true;
  struct str name = str_of((const char *)tag);
  // The bare `!` means "not what it looks like": text, for a scalar.
  if (str_is(name, "!")) {
    n->tag = n->kind == YAMLDOC_SCALAR ? YAMLDOC_TAG_STR : YAMLDOC_TAG_NONE;
    return true;
  }
  n->tag = find_tag(name);
  if (n->tag != YAMLDOC_TAG_NONE && tag_fits(n->tag, n->kind))
    return true;
  if (n->tag != YAMLDOC_TAG_NONE)
    return diag_fail(r->dg, DIAG_YAML_TAG, span,
                     "the tag \"%s\" does not fit %s", short_tag(r->ar, name),
                     yamldoc_describe(n));
  diag_fail(r->dg, DIAG_YAML_TAG, span, "the tag \"%s\" is not known",
            short_tag(r->ar, name));
  diag_note(r->dg, SPAN_NONE, "text that begins with ! goes in quotes");
  return false;
}

static enum yamldoc_style scalar_style(const yaml_event_t *ev) {
  switch (ev->data.scalar.style) {
  case YAML_SINGLE_QUOTED_SCALAR_STYLE:
    return YAMLDOC_SINGLE_QUOTED;
  case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
    return YAMLDOC_DOUBLE_QUOTED;
  case YAML_LITERAL_SCALAR_STYLE:
    return YAMLDOC_LITERAL;
  case YAML_FOLDED_SCALAR_STYLE:
    return YAMLDOC_FOLDED;
  case YAML_ANY_SCALAR_STYLE:
  case YAML_PLAIN_SCALAR_STYLE:
    break;
  }
  return YAMLDOC_PLAIN;
}

/** Sets kind, style and content; the tag as libyaml gives it. */
static const yaml_char_t *set_node_kind(struct yamldoc_reader *r,
                                        struct yamldoc_node *n,
                                        const yaml_event_t *ev) {
  if (ev->type == YAML_SCALAR_EVENT) {
    n->kind = YAMLDOC_SCALAR;
    n->style = scalar_style(ev);
    n->text = str_dup(r->ar, (struct str){(const char *)ev->data.scalar.value,
                                          ev->data.scalar.length});
    return ev->data.scalar.tag;
  }
  if (ev->type == YAML_SEQUENCE_START_EVENT) {
    bool flow = ev->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    n->kind = YAMLDOC_LIST;
    n->style = flow ? YAMLDOC_FLOW : YAMLDOC_BLOCK;
    return ev->data.sequence_start.tag;
  }
  bool flow = ev->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
  n->kind = YAMLDOC_MAP;
  n->style = flow ? YAMLDOC_FLOW : YAMLDOC_BLOCK;
  return ev->data.mapping_start.tag;
}

struct yamldoc_node *yamldoc_node_new(struct yamldoc_reader *r,
                                      const yaml_event_t *ev) {
  const struct yamldoc_places *p = &r->places;
  struct span whole =
      yamldoc_place_span(p, ev->start_mark.index, ev->end_mark.index);
  if (!count_node(r, 1, whole))
    return NULL;
  struct yamldoc_node *n = arena_new(r->ar, struct yamldoc_node);
  const yaml_char_t *tag = set_node_kind(r, n, ev);
  size_t from = skip_properties(p, ev), to = ev->end_mark.index;
  if (n->style == YAMLDOC_LITERAL || n->style == YAMLDOC_FOLDED)
    to = trim_end(p, from, to);
  set_place(p, n, from, to);
  n->weight = 1;
  n->text_bytes = n->text.len;
  if (!count_text(r, n->text_bytes, n->span))
    return NULL;
  size_t start = ev->start_mark.index;
  struct span tag_span = yamldoc_place_span(p, start, trim_end(p, start, from));
  return set_tag(r, n, tag, tag_span) ? n : NULL;
}

struct yamldoc_node *yamldoc_node_alias(struct yamldoc_reader *r,
                                        const yaml_event_t *ev,
                                        const struct yamldoc_node *target) {
  const struct yamldoc_places *p = &r->places;
  size_t from = ev->start_mark.index, to = ev->end_mark.index;
  const struct span at = yamldoc_place_span(p, from, to);
  if (!count_node(r, target->weight, at) ||
      !count_text(r, target->text_bytes, at))
    return NULL;
  struct yamldoc_node *n = arena_new(r->ar, struct yamldoc_node);
  *n = *target;
  n->target = target;
  set_place(p, n, from, to);
  return n;
}

void yamldoc_node_close(struct yamldoc_reader *r, struct yamldoc_node *n,
                        const yaml_event_t *ev,
                        const struct yamldoc_node *last) {
  if (n->style == YAMLDOC_FLOW) {
    struct span end = yamldoc_place_span(&r->places, ev->start_mark.index,
                                         ev->end_mark.index);
    n->len = yamldoc_place_off(&r->places, ev->end_mark.index) - n->off;
    n->span.end_line = end.end_line;
    n->span.end_col = end.end_col;
  } else if (last) {
    // libyaml ends a block where the next token begins, behind comments.
    n->len = last->off + last->len - n->off;
    n->span.end_line = last->span.end_line;
    n->span.end_col = last->span.end_col;
  }
}
