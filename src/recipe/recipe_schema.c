// The schema of the inputs that the model's server reads, for releases that
// read one. Source: cog 0.23.1 and coglet 0.23.1, as they were run: the server
// of 0.17.0 and later reads .cog/openapi_schema.json in its working directory;
// earlier ones make their own.
#include "cogfe/json.h"

#include "cogfe/limits.h"
#include "cogfe/recipe.h"
#include "cogfe/schema.h"
#include "cogfe/version.h"

#define LEFT_BEHIND ".cog/openapi_schema.json"

static struct schema_ref schema_ref_of(const struct config_pointer *p) {
  if (!p->set)
    return (struct schema_ref){.file = {0}};
  return (struct schema_ref){p->file, p->name, p->span};
}

/** Whether the server of R reads a schema. */
static bool reads_schema(const struct resolved *r) {
  struct version version, first;
  if (r->sdk.kind == RESOLVED_SDK_OFF)
    return false;
  // What a wheel holds is not known; to older releases the file is nothing.
  return !version_parse(r->sdk.version, &version) ||
         !version_parse(STR("0.17.0"), &first) ||
         version_cmp(&version, &first) >= 0;
}

static struct context *sources_of(const struct recipe_input *in) {
  return in->sources ? in->sources : in->files;
}

static bool has_file(const struct recipe_input *in,
                     const struct config_pointer *p, bool *out,
                     struct diags *dg) {
  struct context_stat st = {.kind = CONTEXT_FILE};
  if (p->set && !context_stat(sources_of(in), p->file, p->span, &st, dg))
    return false;
  *out = *out && st.kind == CONTEXT_FILE;
  return true;
}

bool recipe_read_schema(const struct recipe_input *in,
                        const struct recipe *recipe, struct arena *ar,
                        struct schema *out, struct diags *dg) {
  const struct config *c = recipe->config;
  const struct str version = recipe->resolved->sdk.version;
  const struct schema_input what = {.files = sources_of(in),
                                    .predict = schema_ref_of(&c->predictor),
                                    .train = schema_ref_of(&c->train),
                                    .version =
                                        version.len ? version : STR("dev")};
  return schema_make(&what, ar, out, dg);
}

// ---- other schemas ----------------------------------------------------------

static json_t *load_schema(struct str text) {
  json_error_t e;
  return json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, &e);
}

/** The file that COG_OPENAPI_SCHEMA names. */
static bool read_given(const struct recipe_input *in, struct arena *ar,
                       struct str *out, struct diags *dg) {
  const struct str path = in->args->openapi_schema;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_SCHEMA_JSON_BYTES);
  if (!context_read(in->files, path, LIMIT_SCHEMA_JSON_BYTES, SPAN_NONE, &text,
                    dg))
    return false;
  json_t *root = load_schema(sbuf_str(&text));
  const bool ok = json_is_object(root);
  json_decref(root);
  *out = str_dup(ar, sbuf_str(&text));
  return ok || diag_fail(dg, DIAG_BAD_OPTION, SPAN_NONE,
                         "COG_OPENAPI_SCHEMA names " STR_FMT
                         ", which holds no JSON object",
                         STR_ARG(path));
}

/** Whether both describe the same inputs and outputs. */
static bool is_same_schema(struct str a, struct str b) {
  json_t *x = load_schema(a), *y = load_schema(b);
  json_object_del(x, "info");
  json_object_del(y, "info");
  const bool same = x && y && json_equal(x, y);
  json_decref(x);
  json_decref(y);
  return same;
}

/** Warns of what an earlier `cog build` left in the context. */
static bool compare_left_behind(const struct recipe_input *in,
                                const struct config_pointer *at,
                                struct str json, struct diags *dg) {
  struct context_stat st;
  cleanup_sbuf struct sbuf text;
  sbuf_init(&text, LIMIT_SCHEMA_JSON_BYTES);
  if (!context_stat(in->files, STR(LEFT_BEHIND), SPAN_NONE, &st, dg))
    return false;
  if (st.kind != CONTEXT_FILE || st.size > LIMIT_SCHEMA_JSON_BYTES)
    return true;
  if (!context_read(in->files, STR(LEFT_BEHIND), LIMIT_SCHEMA_JSON_BYTES,
                    SPAN_NONE, &text, dg))
    return false;
  if (is_same_schema(sbuf_str(&text), json))
    return true;
  diag_warn(dg, DIAG_SCHEMA_LEFT_BEHIND, at->span,
            LEFT_BEHIND " describes other inputs than the model has, and is "
                        "not used");
  diag_note(dg, SPAN_NONE,
            "remove it, or say COG_OPENAPI_SCHEMA=" LEFT_BEHIND
            " if it is the one to take");
  return true;
}

// ---- the schema of a build --------------------------------------------------

static bool find_schema(const struct recipe_input *in,
                        const struct recipe *recipe, struct arena *ar,
                        struct plan_schema *out, struct diags *dg) {
  const struct config *c = recipe->config;
  const struct config_pointer *at =
      c->predictor.set ? &c->predictor : &c->train;
  const struct str given = in->args->openapi_schema;
  struct schema schema;
  bool there = at->set && reads_schema(recipe->resolved);
  *out = (struct plan_schema){0};
  if (str_is(given, "off") || !there)
    return true;
  out->from = given;
  if (given.len)
    return read_given(in, ar, &out->json, dg);
  if (c->predictor.set)
    context_expect(sources_of(in), ar, c->predictor.file);
  if (c->train.set)
    context_expect(sources_of(in), ar, c->train.file);
  context_expect(in->files, ar, STR(LEFT_BEHIND));
  if (!has_file(in, &c->predictor, &there, dg) ||
      !has_file(in, &c->train, &there, dg))
    return false;
  if (!there) // [pointer-missing] says so
    return true;
  if (!recipe_read_schema(in, recipe, ar, &schema, dg)) {
    diag_note(dg, SPAN_NONE,
              "COG_OPENAPI_SCHEMA=FILE gives the schema, and =off builds "
              "without one, so that no input is checked");
    return false;
  }
  out->json = schema.json;
  out->concurrency = schema.concurrency;
  return compare_left_behind(in, at, schema.json, dg);
}

bool recipe_add_schema(struct recipe_input *in, struct recipe *recipe,
                       struct arena *ar, struct diags *dg) {
  struct plan_schema *schema = arena_new(ar, struct plan_schema);
  if (!find_schema(in, recipe, ar, schema, dg))
    return false;
  in->schema = schema;
  if (schema->json.len && recipe->plan)
    recipe_plan(in, ar, recipe);
  return true;
}
