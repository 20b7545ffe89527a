/** Helpers shared inside config: readers of one value each, and the checks.
 *
 *  A reader gets the pair of its key and fills FIELD, a member of struct
 *  config. It reports what is wrong and leaves the field as not given; whether
 *  anything was wrong is seen by the number of errors at the end. Pairs whose
 *  value is null never reach one. */
#ifndef COGFE_CONFIG_INT_H
#define COGFE_CONFIG_INT_H

#include "cogfe/config.h"
#include "cogfe/yamldoc.h"

struct config_reader {
  struct arena *ar;
  struct diags *dg;
  struct config *cfg;
};

typedef void config_read_fn(struct config_reader *r,
                            const struct yamldoc_pair *pair, void *field);

config_read_fn config_read_bool;     // struct config_bool
config_read_fn config_read_int;      // struct config_int
config_read_fn config_read_text;     // struct config_text
config_read_fn config_read_pointer;  // struct config_pointer
config_read_fn config_read_list;     // struct config_list
config_read_fn config_read_packages; // struct config_list
config_read_fn config_read_runs;     // struct config_runs
config_read_fn config_read_envs;     // struct config_envs
config_read_fn config_read_weights;  // struct config_weights

/** Warns of KEY, which is none of the N words; they are what it may mean. */
void config_unknown_key(struct config_reader *r, const struct yamldoc_node *key,
                        const char *const *words, size_t n);

/** The word that TEXT was probably meant to be, or NULL. */
const char *config_suggest(struct str text, const char *const *words, size_t n);

/** Adds the note `did you mean "…"?` when there is such a word. */
void config_note_suggestion(struct config_reader *r, struct str text,
                            const char *const *words, size_t n);

/** Reports that KEY's value VALUE is no WANTED ("a list", "text"). */
void config_wrong_type(struct config_reader *r, const struct yamldoc_node *key,
                       const struct yamldoc_node *value, const char *wanted);

/** The text of the scalar VALUE without white space at its ends, with its
 *  places. False when it is no scalar (reported), holds a NUL (reported), or
 *  is null or blank. */
bool config_scalar(struct config_reader *r, const struct yamldoc_node *key,
                   const struct yamldoc_node *value, struct config_text *out);

/** True when VALUE is a list; else reports it, with the list form as a note
 *  when it is a block of text. */
bool config_want_list(struct config_reader *r, const struct yamldoc_node *key,
                      const struct yamldoc_node *value);

/** Whole words for true and false, as YAML 1.1 and flags have them. */
bool config_parse_bool(struct str text, bool *value);

/** [A-Za-z_][A-Za-z0-9_]* */
bool config_is_env_name(struct str name);

/** One mount of a run item in the making. */
struct config_mount_draft;

/** FLAG: it is written as --mount, where the type may be left out. */
struct config_mount_draft *config_mount_new(struct config_reader *r,
                                            struct span span, bool flag);

/** Sets option NAME of the mount. VALUE is not set when it was given without
 *  one (`readonly`). */
void config_mount_option(struct config_reader *r,
                         struct config_mount_draft *draft,
                         const struct config_text *name,
                         const struct config_text *value);

/** Makes the mount with Dockerfile's defaults; *NTH_SSH counts the ssh mounts
 *  of the run item. False when it cannot be made. */
bool config_mount_finish(struct config_reader *r,
                         const struct config_mount_draft *draft,
                         size_t *nth_ssh, struct config_mount *out);

/** What `observability` says together. */
void config_check_observability(struct config_reader *r);

/** What the keys mean together. */
void config_check(struct config_reader *r);

#endif
