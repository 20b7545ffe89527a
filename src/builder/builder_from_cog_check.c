// A mistake in a long Dockerfile.
#include "cogfe/json.h"

#include "builder_from_cog.h"

#include "cogfe/limits.h"

/** What the Dockerfile's frontend says of the file, as the answer to a
 * question; without text when it knows no such question. */
static struct str lint_dockerfile(struct builder *b,
                                  const struct gateway_solve *build) {
  struct gateway_solve req = *build;
  struct gateway_result result;
  struct diags said;
  diag_init(&said, b->ar);
  req.frontend_opt = (struct gateway_map){0};
  for (size_t i = 0; i < build->frontend_opt.n; i++)
    if (!str_is(build->frontend_opt.v[i].key, "requestid"))
      vec_push(b->ar, &req.frontend_opt, build->frontend_opt.v[i]);
  vec_push(b->ar, &req.frontend_opt,
           (struct gateway_entry){STR("requestid"), STR("frontend.lint")});
  cleanup_call struct gateway_call *call =
      gateway_call_solve(b->engine->g, &req);
  engine_wait(b->engine, call);
  if (!gateway_solve_result(call, b->ar, &result, &said))
    return (struct str){0};
  const struct str *text = gateway_map_get(&result.metadata, "result.json");
  return text ? *text : (struct str){0};
}

static int place_number(const json_t *place, const char *key) {
  const json_int_t n = json_integer_value(json_object_get(place, key));
  return n < 0 || n >= INT_MAX ? 0 : (int)n;
}

/** The first range of a location of the answer. */
static struct span span_of_location(const struct source *src,
                                    const json_t *location) {
  const json_t *range = json_array_get(json_object_get(location, "ranges"), 0);
  const json_t *start = json_object_get(range, "start");
  const json_t *end = json_object_get(range, "end");
  const int line = place_number(start, "line");
  if (line == 0)
    return SPAN_NONE;
  const int end_line = place_number(end, "line");
  return (struct span){.src = src,
                       .line = line,
                       .col = place_number(start, "character") + 1,
                       .end_line = end_line > line ? end_line : line,
                       .end_col = place_number(end, "character") + 1};
}

static bool report(struct builder *b, const struct builder_input *in,
                   const json_t *answer) {
  const json_t *error = json_object_get(answer, "buildError");
  const char *message = json_string_value(json_object_get(error, "message"));
  return !message ||
         diag_fail(b->dg, DIAG_ENGINE,
                   span_of_location(&in->dockerfile,
                                    json_object_get(error, "location")),
                   "%s", message);
}

/** Questions about a Dockerfile that are answered with its mistakes came with
 *  BuildKit 0.14, which this capability is of, too. */
static bool may_ask(const struct builder *b, const struct builder_input *in) {
  return in->dockerfile.text.len > LIMIT_HATCH_UNASKED_BYTES &&
         !str_is(b->opts.requestid, "frontend.lint") &&
         (b->opts.args.dockerfile_syntax.len ||
          gateway_has(gateway_caps(b->engine->g), GATEWAY_CAP_COPY_REPLACE));
}

bool from_cog_check(struct builder *b, const struct builder_input *in,
                    const struct gateway_solve *req) {
  if (!may_ask(b, in))
    return true;
  const struct str text = lint_dockerfile(b, req);
  json_t *answer = json_loadb(text.p ? text.p : "", text.len, 0, NULL);
  const bool ok = report(b, in, answer);
  json_decref(answer);
  return ok;
}

bool from_cog_could_read(struct builder *b, const struct builder_input *in,
                         const struct gateway_call *call) {
  if (!gateway_call_unreadable(call) ||
      in->dockerfile.text.len <= LIMIT_HATCH_UNASKED_BYTES)
    return true;
  diag_fail(b->dg, DIAG_ENGINE, SPAN_NONE,
            "there is a mistake in %s, and the engine's error is longer than "
            "can be read: it holds the whole file",
            in->dockerfile.name);
  diag_note(b->dg, SPAN_NONE,
            "it is shown by docker build --build-arg "
            "BUILDKIT_SYNTAX=docker/dockerfile:1%s",
            may_ask(b, in) ? "" : ", and by engines since BuildKit 0.14");
  return false;
}
