// Questions about a build: `docker build --call=…`.
#include "builder_subrequest.h"

#include "builder_from_cog.h"

#include "cogfe/limits.h"

enum need {
  NOTHING,
  RECIPE,
  DIAGNOSTICS, // the recipe, or what is wrong with it
};

struct subrequest {
  const char *id;
  bool (*answer)(const struct question *q, struct answer *a);
  enum need need;
  const char *description;
};

static const struct subrequest subrequests[] = {
#define SUBREQUEST(id, function, need, description)                            \
  {id, answer_##function, need, description},
#include "builder_subrequests.def"
#undef SUBREQUEST
};

// All answers have the shape of this release of theirs.
static const char version[] = "1.0.0";

void answer_set(json_t *object, const char *key, struct str text) {
  if (text.p)
    json_object_set_new(object, key, base_json_text(text));
}

static json_t *position_json(int line, int col) {
  json_t *p = json_object();
  json_object_set_new(p, "line", json_integer(line));
  json_object_set_new(p, "character", json_integer(col - 1));
  return p;
}

json_t *answer_location(struct span span) {
  if (!span.src)
    return NULL;
  json_t *range = json_object();
  json_object_set_new(range, "start", position_json(span.line, span.col));
  json_object_set_new(range, "end", position_json(span.end_line, span.end_col));
  json_t *ranges = json_array();
  json_array_append_new(ranges, range);
  json_t *location = json_object();
  json_object_set_new(location, "sourceIndex", json_integer(0));
  json_object_set_new(location, "ranges", ranges);
  return location;
}

json_t *answer_base64(struct str text) {
  cleanup_sbuf struct sbuf base64;
  sbuf_init(&base64, 2 * LIMIT_REQUIREMENTS_BYTES);
  sbuf_add_base64(&base64, text.p, text.len);
  return json_stringn(base64.ptr, base64.len);
}

json_t *answer_sources(const struct question *q) {
  json_t *sources = json_array();
  const struct str shown = diag_masked(q->b->ar, q->in->config.text);
  json_array_append_new(sources, answer_base64(shown));
  return sources;
}

bool answer_describe(const struct question *q, struct answer *a) {
  (void)q;
  a->json = json_array();
  for (size_t i = 0; i < ARRAY_LEN(subrequests); i++) {
    const struct subrequest *s = &subrequests[i];
    json_t *parts = json_array();
    static const char *const names[] = {"result.json", "result.txt"};
    for (size_t j = 0; j < ARRAY_LEN(names); j++) {
      json_t *part = json_object();
      answer_set(part, "name", str_of(names[j]));
      json_array_append_new(parts, part);
    }
    json_t *row = json_object();
    answer_set(row, "name", str_of(s->id));
    answer_set(row, "version", str_of(version));
    answer_set(row, "type", STR("rpc"));
    answer_set(row, "description", str_of(s->description));
    json_object_set_new(row, "metadata", parts);
    json_array_append_new(a->json, row);
    sbuf_addf(&a->text, "%-32s %-8s %s\n", s->id, version, s->description);
  }
  return true;
}

static bool return_answer(struct builder *b, const struct answer *a) {
  const struct gateway_entry entries[] = {
      {STR("result.json"),
       str_json(b->ar, a->json, JSON_INDENT(2) | JSON_ENCODE_ANY)},
      {STR("result.txt"), sbuf_str(&a->text)},
      {STR("version"), str_of(version)},
      {STR("result.statuscode"), str_of(a->status)},
  };
  struct gateway_result result = {.kind = GATEWAY_RESULT_NONE};
  for (size_t i = 0; i < ARRAY_LEN(entries); i++)
    if (entries[i].value.p)
      vec_push(b->ar, &result.metadata, entries[i]);
  return builder_return_result(b, &result);
}

static bool ask_question(const struct subrequest *s, const struct question *q) {
  struct answer a = {0};
  sbuf_init(&a.text, LIMIT_RPC_REQUEST_BYTES);
  const bool both = q->recipe && q->recipe->plan && from_cog_is(q->in);
  const bool ok = s->answer(q, &a) && (!both || from_cog_join(q, &a)) &&
                  return_answer(q->b, &a);
  json_decref(a.json);
  sbuf_release(&a.text);
  return ok;
}

static const struct subrequest *find_subrequest(struct builder *b) {
  const struct str id = b->opts.requestid;
  for (size_t i = 0; i < ARRAY_LEN(subrequests); i++)
    if (str_is(id, subrequests[i].id))
      return &subrequests[i];
  diag_fail(b->dg, DIAG_UNSUPPORTED, SPAN_NONE,
            "unsupported request ID \"" STR_FMT "\"", STR_ARG(id));
  diag_note(b->dg, SPAN_NONE, "--call can ask for outline, targets and check");
  return NULL;
}

bool builder_answer(struct builder *b) {
  const struct subrequest *s = find_subrequest(b);
  if (!s)
    return false;
  struct question q = {.b = b};
  if (s->need == NOTHING)
    return ask_question(s, &q);
  struct builder_input *in = arena_new(b->ar, struct builder_input);
  struct recipe *recipe = arena_new(b->ar, struct recipe);
  if (!builder_find_input(b, in) || !builder_load_tables(b))
    return false;
  if (from_cog_is(in) &&
      !in->config.text.p) // nothing of ours is in the question
    return from_cog_build(b, in);
  const struct platform *platform = &b->opts.platforms.v[0];
  struct recipe_input *input = arena_new(b->ar, struct recipe_input);
  const bool made = builder_make_recipe(b, in, platform, input, recipe);
  if (!made && s->need == RECIPE)
    return false;
  if (s->need == DIAGNOSTICS && recipe->resolved)
    recipe_add_schema(input, recipe, b->ar, b->dg);
  if (s->need == DIAGNOSTICS)
    builder_lint(b, in, platform, recipe, in->files);
  q.in = in;
  q.recipe = recipe;
  return ask_question(s, &q);
}
