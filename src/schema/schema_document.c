// The document around inputs and output.
// Source: cog 0.23.1, as its generator writes it (docs/schema.md).
#include "schema_int.h"

#include "cogfe/limits.h"

// Texts of JSON with ' in the place of ", and % where a word of `struct mode`
// stands: its number is that of the field.

/** What predicting and training are called. */
struct mode {
  const char *words[7];
};

enum word { INPUT, OUTPUT, REQUEST, RESPONSE, PATH, NAME, TITLE };

static const struct mode predicting = {{"Input", "Output", "PredictionRequest",
                                        "PredictionResponse", "predictions",
                                        "prediction", "Predict"}};
static const struct mode training = {{"TrainingInput", "TrainingOutput",
                                      "TrainingRequest", "TrainingResponse",
                                      "trainings", "training", "Train"}};

static const char request[] =
    "{'properties':{'id':{'title':'Id','type':'string'},"
    "'input':{'$ref':'#/components/schemas/%0'}},"
    "'title':'%2','type':'object'}";

static const char response[] =
    "{'properties':{"
    "'completed_at':{'format':'date-time','title':'Completed At',"
    "'type':'string'},"
    "'created_at':{'format':'date-time','title':'Created At','type':'string'},"
    "'error':{'title':'Error','type':'string'},"
    "'id':{'title':'Id','type':'string'},"
    "'input':{'$ref':'#/components/schemas/%0'},"
    "'logs':{'title':'Logs','type':'string'},"
    "'metrics':{'title':'Metrics','type':'object'},"
    "'output':{'$ref':'#/components/schemas/%1'},"
    "'started_at':{'format':'date-time','title':'Started At','type':'string'},"
    "'status':{'title':'Status','type':'string'},"
    "'version':{'title':'Version','type':'string'}},"
    "'title':'%3','type':'object'}";

static const char common_schemas[] =
    ",'Status':{'description':'An enumeration.',"
    "'enum':['starting','processing','succeeded','canceled','failed'],"
    "'title':'Status','type':'string'},"
    "'HTTPValidationError':{'properties':{'detail':{"
    "'items':{'$ref':'#/components/schemas/ValidationError'},"
    "'title':'Detail','type':'array'}},"
    "'title':'HTTPValidationError','type':'object'},"
    "'ValidationError':{'properties':{"
    "'loc':{'items':{'anyOf':[{'type':'string'},{'type':'integer'}]},"
    "'title':'Location','type':'array'},"
    "'msg':{'title':'Message','type':'string'},"
    "'type':{'title':'Error Type','type':'string'}},"
    "'required':['loc','msg','type'],"
    "'title':'ValidationError','type':'object'}";

#define ANSWER(schema, description)                                            \
  "{'content':{'application/json':{'schema':" schema                           \
  "}},'description':'" description "'}"

#define REFUSAL                                                                \
  ANSWER("{'$ref':'#/components/schemas/HTTPValidationError'}",                \
         "Validation Error")

static const char common_paths[] =
    "'/':{'get':{'operationId':'root__get',"
    "'responses':{'200':" ANSWER(
        "{}",
        "Successful Response") "},"
                               "'summary':'Root'}},"
                               "'/health-check':{'get':{'operationId':'healthcheck_health_check_get',"
                               "'responses':{'200':" ANSWER(
                                   "{}",
                                   "Successful Response") "},"
                                                          "'summary':'Healthcheck'}}";

static const char mode_path_start[] =
    ",'/%4':{'post':{'description':'Run a single %5 on the model',"
    "'operationId':'%7_%4_post',"
    "'requestBody':{'content':{'application/json':{"
    "'schema':{'$ref':'#/components/schemas/%2'}}}},"
    "'responses':{'200':" ANSWER("{'$ref':'#/components/schemas/%3'}",
                                 "Successful Response") ",'422':" REFUSAL "},"
                                                        "'summary':'%6'";

static const char mode_path_end[] =
    "}},'/%4/{%5_id}/cancel':{'post':{"
    "'operationId':'cancel_%4__%5_id__cancel_post',"
    "'parameters':[{'in':'path','name':'%5_id','required':true,"
    "'schema':{'title':'%8 Id','type':'string'}}],"
    "'responses':{'200':" ANSWER(
        "{}", "Successful Response") ",'422':" REFUSAL "},'summary':'Cancel'}}";

/** The word that the digit N stands for. */
static void add_word(struct sbuf *out, const struct mode *mode, char n) {
  const char *word = mode->words[n == '7' ? TITLE : n == '8' ? NAME : n - '0'];
  const char change = n == '7' || n == '8' ? 0x20 : 0; // the other case
  sbuf_addch(out, (char)(word[0] ^ change));
  sbuf_adds(out, word + 1);
}

static void add_template(struct sbuf *out, const char *text,
                         const struct mode *mode) {
  for (; *text; text++) {
    if (*text == '%')
      add_word(out, mode, *++text);
    else
      sbuf_addch(out, *text == '\'' ? '"' : *text);
  }
}

// ---- inputs -----------------------------------------------------------------

static void add_key(struct sbuf *out, struct str name) {
  sbuf_adds(out, out->ptr[out->len - 1] == '{' ? "" : ",\n");
  sbuf_add_json_string(out, name);
  sbuf_addch(out, ':');
}

static void document_add_inputs(struct schema_maker *m, struct sbuf *out,
                                const struct schema_inputs *inputs,
                                const struct mode *mode) {
  struct str_vec required = {0};
  sbuf_adds(out, "{\"properties\":{");
  for (size_t i = 0; i < inputs->props.n; i++) {
    add_key(out, inputs->props.v[i].name);
    sbuf_addstr(out, inputs->props.v[i].property);
    if (inputs->props.v[i].required)
      vec_push(m->ar, &required, inputs->props.v[i].name);
  }
  sbuf_addch(out, '}');
  if (required.n) {
    sbuf_adds(out, ",\"required\":");
    sbuf_addstr(out, str_json_list(m->ar, required.v, required.n));
  }
  add_template(out, ",'title':'%0','type':'object'}", mode);
}

static void add_part(struct schema_maker *m, struct sbuf *out,
                     const struct schema_part *part, const struct mode *mode) {
  add_key(out, str_of(mode->words[INPUT]));
  document_add_inputs(m, out, &part->inputs, mode);
  add_key(out, str_of(mode->words[OUTPUT]));
  sbuf_addstr(out, part->output);
  add_key(out, str_of(mode->words[REQUEST]));
  add_template(out, request, mode);
  add_key(out, str_of(mode->words[RESPONSE]));
  add_template(out, response, mode);
  for (size_t i = 0; i < part->inputs.props.n; i++) {
    if (!part->inputs.props.v[i].component.len)
      continue;
    add_key(out, part->inputs.props.v[i].component_name);
    sbuf_addstr(out, part->inputs.props.v[i].component);
  }
}

static void add_mode_paths(struct sbuf *out, const struct schema_part *part,
                           const struct mode *mode) {
  add_template(out, mode_path_start, mode);
  sbuf_adds(out, part->streaming ? ",\"x-cog-streaming\":true" : "");
  add_template(out, mode_path_end, mode);
}

struct str schema_document(struct schema_maker *m,
                           const struct schema_part *predict,
                           const struct schema_part *train) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, LIMIT_SCHEMA_JSON_BYTES);
  add_template(
      &out, "{'openapi':'3.0.2','info':{'title':'Cog','version':", &predicting);
  sbuf_add_json_string(&out, m->in->version);
  sbuf_adds(&out, "},\"paths\":{");
  add_template(&out, common_paths, &predicting);
  if (predict->set)
    add_mode_paths(&out, predict, &predicting);
  if (train->set)
    add_mode_paths(&out, train, &training);
  sbuf_adds(&out, "},\"components\":{\"schemas\":{");
  if (predict->set)
    add_part(m, &out, predict, &predicting);
  if (train->set)
    add_part(m, &out, train, &training);
  add_template(&out, common_schemas, &predicting);
  sbuf_adds(&out, "}}}\n");
  return schema_text(m, &out);
}
