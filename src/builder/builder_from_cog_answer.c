// Questions about a Dockerfile that goes on from the model: the answer of the
// Dockerfile's frontend and ours as one.
#include "builder_subrequest.h"

#include "builder_from_cog.h"

#include "cogfe/limits.h"

/** Makes every place in V, which is ours, point BY sources further. */
static void shift_sources(json_t *v, json_int_t by) {
  const json_t *index = json_object_get(v, "sourceIndex");
  const char *key;
  json_t *child;
  size_t i;
  if (json_integer_value(index) >= 0 && index)
    json_object_set_new(v, "sourceIndex",
                        json_integer(json_integer_value(index) + by));
  json_object_foreach(v, key, child) shift_sources(child, by);
  json_array_foreach(v, i, child) shift_sources(child, by);
}

static void join_text(json_t *to, const char *key, const json_t *more) {
  const json_t *first = json_object_get(to, key);
  json_object_set_new(to, key,
                      json_sprintf("%s\n%s", json_string_value(first),
                                   json_string_value(more)));
}

/** Adds FROM, which is ours, to the answer TO: lists follow each other, so do
 *  descriptions; of what there can be only one the first stays. */
static void join_answers(json_t *to, json_t *from) {
  const char *key;
  json_t *value;
  json_object_foreach(from, key, value) {
    json_t *first = json_object_get(to, key);
    if (json_is_array(first) && json_is_array(value))
      json_array_extend(first, value);
    else if (json_string_length(first) && !strcmp(key, "description"))
      join_text(to, key, value);
    else if (!first || json_is_null(first))
      json_object_set(to, key, value);
  }
}

static void join_result_text(struct answer *a, struct str theirs) {
  struct sbuf both;
  sbuf_init(&both, LIMIT_RPC_REQUEST_BYTES);
  sbuf_addstr(&both, theirs);
  sbuf_addch(&both, '\n');
  sbuf_addstr(&both, sbuf_str(&a->text));
  sbuf_release(&a->text);
  a->text = both;
}

static struct str part(const struct gateway_result *result, const char *key) {
  const struct str *value = gateway_map_get(&result->metadata, key);
  return value ? *value : (struct str){0};
}

bool from_cog_join(const struct question *q, struct answer *a) {
  struct gateway_result result;
  if (!from_cog_ask(q->b, q->in, &result))
    return false;
  const struct str text = part(&result, "result.json");
  json_t *theirs = json_loadb(text.p ? text.p : "", text.len, 0, NULL);
  if (!json_is_object(theirs)) {
    json_decref(theirs);
    return diag_fail(q->b->dg, DIAG_PROTOCOL, SPAN_NONE,
                     "the Dockerfile frontend's answer is no JSON object");
  }
  shift_sources(
      a->json, (json_int_t)json_array_size(json_object_get(theirs, "sources")));
  join_answers(theirs, a->json);
  json_decref(a->json);
  a->json = theirs;
  join_result_text(a, part(&result, "result.txt"));
  if (str_is(part(&result, "result.statuscode"), "1"))
    a->status = "1";
  return true;
}
