/** recipe: from the files of a context to the plan, without an engine.
 *
 *  Reads a cog.yaml and what it names, and runs the pure stages over it:
 * config, resolve, plan. A build of the engine and a command that a person
 * types differ in where the files come from and in what is done with the plan,
 * not in this.
 *
 *      struct recipe_input in = {.files = context, .config = &src, …};
 *      struct recipe r;
 *      if (!recipe_make(&in, ar, &r, dg))
 *        return false;
 */
#ifndef COGFE_RECIPE_H
#define COGFE_RECIPE_H

#include "cogfe/config.h"
#include "cogfe/context.h"
#include "cogfe/plan.h"
#include "cogfe/platform.h"
#include "cogfe/resolve.h"
#include "cogfe/schema.h"

// ---- build arguments --------------------------------------------------------

/** The arguments of the table (recipe_args.def); an empty text is "not
 *  given". */
struct recipe_args {
  struct str base_image, deps_image, cuda_flavor;
  struct str python, installer, uv, strip, precompile, apt_recommends;
  struct str pyenv;
  struct str sdk, sdk_version, sdk_wheel;
  struct str user, healthcheck;
  struct str weights, weights_path;
  struct str strict, check;
  struct str openapi_schema;
  struct str dockerfile_syntax;
  struct str scan_stage, scan_context;
  struct str ca_secret, secrets_hash;
  struct str compat; // of the Dockerfile that is printed
  struct str cache_ns, keep_git_dir, multi_platform, hostname, epoch;
  /** NAME=value for pip and for pyenv, in the order of recipe_args_take(). */
  VEC(const char *) pip_env;
  VEC(const char *) pyenv_env;
  VEC(const char *) uv_env;
};

/** Takes the argument NAME=VALUE (borrowed); what is kept besides lives in AR.
 *  False when the table has no NAME. */
bool recipe_args_take(struct recipe_args *args, struct arena *ar,
                      struct str name, struct str value);

/** SOURCE_DATE_EPOCH as a number of seconds; *GIVEN is false without it. Fails
 *  for what is no number, or a time that LLB cannot hold. */
bool recipe_args_epoch(const struct recipe_args *args, bool *given,
                       int64_t *seconds, struct diags *dg);

/** Whether COG_USER is a number or a name, perhaps with `:` and one of a group.
 */
bool recipe_args_check_user(const struct recipe_args *args, struct diags *dg);

/** COG_HEALTHCHECK as the seconds that the server has to start; 0 for no check.
 *  Fails for what is neither a truth value nor a time. */
bool recipe_args_healthcheck(const struct recipe_args *args, unsigned *seconds,
                             struct diags *dg);

/** Tells DG which warnings are off and whether they are errors, as COG_STRICT
 *  and BUILDKIT_DOCKERFILE_CHECK have it: to be called before the first one.
 *  Fails when the latter cannot be read. */
bool recipe_args_check(const struct recipe_args *args, struct diags *dg);

/** Warns of an argument that looks like one of ours and is none. */
void recipe_args_warn_unknown(struct str name, struct diags *dg);

/** One row of the table, for documentation. */
struct recipe_arg_row {
  const char *name;
  const char *fallback; // what holds when it is not given, for people
  const char *help;
};

/** The rows in the order of the table; *N is their number. */
const struct recipe_arg_row *recipe_arg_rows(size_t *n);

/** Whether a text is one of Go's words for true ("1", "t", "TRUE" …). */
bool recipe_truth(struct str text);

/** Whether a file of this name is taken for a config: *.yaml or *.yml. */
bool recipe_is_yaml(struct str path);

// ---- named contexts

/** Warns of a context called NAME, as people write it, when the build asks for
 *  none of that name but for one that is nearly so. IMAGES: the names of those
 *  that it asks for, likewise. */
void recipe_warn_unused_context(struct str name, const struct str_vec *images,
                                struct diags *dg);

// ---- stages

/** Warns of NAME, which --no-cache-filter gave, when it is a stage of none of
 *  the N PLANS, and says which was probably meant. */
void recipe_warn_unknown_stage(struct str name, const struct plan *const *plans,
                               size_t n, struct diags *dg);

// ---- compatibility tables ---------------------------------------------------

/** The program's tables, of which those that FILES has under the same name
 *  (compat_file()) replace the program's. *OUT lives in AR. Fails with the
 *  place of every mistake. */
bool recipe_load_tables(struct context *files, struct arena *ar,
                        const struct compat **out, struct diags *dg);

// ---- weights ----------------------------------------------------------------

struct recipe_weights_input {
  struct context *tree;                // what is copied to the image
  const struct context_ignore *ignore; // what TREE has and the image has not
  const struct recipe_args *args;
  struct str dir;     // where the named context `weights` is laid, or empty
  bool even_when_off; // also when COG_WEIGHTS is off, for what is to be said of
                      // it
};

/** Finds what of the context is a layer of its own: by the rule in
 *  recipe_weights.c, or what the patterns of COG_WEIGHTS match; nothing when
 *  that is `off`. Looks at all names of the tree, within LIMIT_WALK_*. *OUT
 * lives in AR. */
bool recipe_find_weights(const struct recipe_weights_input *in,
                         struct arena *ar, struct plan_weights *out,
                         struct diags *dg);

/** Where COG_WEIGHTS_PATH lays the named context: absolute, in AR. */
bool recipe_weights_dir(const struct recipe_args *args, struct arena *ar,
                        struct str *dir, struct diags *dg);

// ---- the recipe -------------------------------------------------------------

struct recipe_input {
  struct context *files;
  struct context *sources;     // FILES, or where Python files are had sooner
  const struct source *config; // the text of cog.yaml, under its name
  struct str config_path;      // where it is, relative to its own source
  bool config_in_context;      // as cog.yaml at the top of FILES
  /** The files beside the config; NULL: nothing but the config is there. */
  struct context *beside;
  struct platform platform;
  const struct recipe_args *args;
  bool merge;  // as plan_input.merge
  bool wheels; // as plan_input.wheels
  bool uv;     // the build brings the named context PLAN_UV
  const struct plan_weights *weights; // as plan_input.weights
  struct str weights_dir;             // as plan_input.weights_dir
  const struct plan_schema *schema;   // as plan_input.schema
  const struct compat *compat;        // NULL: the program's own tables
};

/** Every stage's value; PLAN borrows from the others. */
struct recipe {
  const struct config *config;
  const struct requirements *requirements;
  const struct resolved *resolved;
  const struct plan *plan;
};

/** Reads what pip is asked for: the items of python_packages, or the file that
 *  python_requirements names; -r and -c lines are replaced by the files of the
 *  context that they name. Everything lives in AR. */
bool recipe_load_requirements(const struct recipe_input *input,
                              const struct config *config, struct arena *ar,
                              struct requirements *out, struct diags *dg);

/** Whether NAME can be an image's: a registry, a path in lower case, a tag, a
 *  digest. Source: distribution reference v0.5 regexp.go. */
bool recipe_is_image_name(struct str name);

/** Adds an error for each argument of INPUT whose value cannot be meant. The
 *  wheel is looked for among INPUT's files. Uses AR for what it passes by. */
void recipe_check_args(const struct recipe_input *input, struct arena *ar,
                       struct diags *dg);

/** Makes the recipe; everything lives in AR and borrows from INPUT's values.
 *  Fails with every mistake of the files in DG; what was made until then is in
 *  OUT, the rest is NULL. */
bool recipe_make(const struct recipe_input *input, struct arena *ar,
                 struct recipe *out, struct diags *dg);

/** Reads the schema (schema.h) of what RECIPE's config names, whatever its SDK
 *  and the arguments say. *OUT lives in AR. Fails as schema_make() does. */
bool recipe_read_schema(const struct recipe_input *input,
                        const struct recipe *recipe, struct arena *ar,
                        struct schema *out, struct diags *dg);

/** Gives INPUT the schema that the image gets, and makes the plan of RECIPE, if
 *  it has one, again: none where the server reads none, where
 * COG_OPENAPI_SCHEMA says so, or where the context has no such file (of which
 * lint warns). Everything lives in AR. Warns of another schema in the context;
 * fails as schema_make() does. */
bool recipe_add_schema(struct recipe_input *input, struct recipe *recipe,
                       struct arena *ar, struct diags *dg);

/** Makes the plan of RECIPE again, after the weights or the schema of INPUT
 *  became known. */
void recipe_plan(const struct recipe_input *input, struct arena *ar,
                 struct recipe *recipe);

/** The last stage: warns of what is likely to be a mistake in what
 *  recipe_make() made of INPUT, as far as it came. FILES (NULL: none) are
 *  looked at, except for those that IGNORE (NULL: nothing) hides. */
void recipe_lint(const struct recipe_input *input, const struct recipe *recipe,
                 struct context *files, const struct context_ignore *ignore,
                 struct arena *ar, struct diags *dg);

/** Announces what recipe_lint() will ask FILES for, so that it comes along with
 *  something else. */
void recipe_lint_expect(const struct recipe *recipe, struct context *files,
                        struct arena *ar);

#endif
