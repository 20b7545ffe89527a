/** The parts of resolve(), in the order in which they run: each reads what the
 *  ones before it decided, decides its own, and says why. */
#ifndef COGFE_RESOLVE_INT_H
#define COGFE_RESOLVE_INT_H

#include "cogfe/resolve.h"

/** How the requirements name torch or TensorFlow. */
enum named_how {
  NAMED_NOT,
  NAMED_BARE,  // without a version, or by a URL
  NAMED_PIN,   // "==2.1.0"
  NAMED_RANGE, // any other specifiers
};

struct named {
  enum named_how how;
  const struct requirement *by; // the line that counts; NULL: NAMED_NOT
  struct version pin;           // NAMED_PIN
  /** The release of the tables that this means: of a pin that very one (of
   *  TensorFlow the newest that it begins), of a range the newest that every
   *  line with the name allows. NULL: none. */
  const char *release;
  /** For a pin that the tables do not have: the release closest below it, good
   *  enough to guess CUDA by. */
  const char *nearest;
};

struct resolver {
  const struct resolve_input *in;
  const struct config *cfg;
  const struct compat *compat;
  struct requirements reqs;
  struct arena *ar;
  struct diags *dg;
  struct resolved *out;

  bool python_known;
  struct version python;
  struct named torch, tensorflow;
  struct version cuda; // with GPU: of the base image
  bool cuda_of_torch;  // torch's line decided it
  /** The row whose index and suffix the lines get, or NULL. */
  const struct compat_torch *row;
};

/** Where nothing in the project says it. Source: what Cog 0.9.20 takes for a
 *  cog.yaml that gives neither. */
#define RESOLVE_DEFAULT_PYTHON "3.12"
#define RESOLVE_DEFAULT_CUDA "11.8"

// resolve_named.c: which release of torch and of TensorFlow is asked for.
void resolve_named(struct resolver *rs);
const struct compat_tensorflow *
resolve_tensorflow_row(const struct resolver *rs, const char *release);

/** The release in the tables that a line naming torch pins, or NULL. */
const char *resolve_torch_pin(const struct resolver *rs,
                              const struct requirement *r);

// resolve_python.c
bool resolve_python(struct resolver *rs);

// resolve_cuda.c: CUDA, cuDNN and the images.
bool resolve_images(struct resolver *rs);

// resolve_torch.c: the row that the lines follow, and what is odd about torch.
void resolve_torch_row(struct resolver *rs);

/** For a torch without GPU that is pinned above all of the tables: the CPU row
 *  of their newest release, whose index will have it too. Else NULL. */
const struct compat_torch *resolve_newer_torch_row(const struct resolver *rs);

// resolve_lines.c: indexes and lines.
void resolve_lines(struct resolver *rs);

// resolve_sdk.c: which release of the SDK.
bool resolve_sdk(struct resolver *rs);

// resolve_sdk_pair.c: what is installed with the SDK, and what cannot be.
void resolve_sdk_pair(struct resolver *rs, bool of_list);

/** The row for the CUDA of the image, or for the CPU, that goes with the pinned
 *  TORCHVISION; NULL when there is none. */
const struct compat_torch *resolve_torchvision_row(const struct resolver *rs,
                                                   struct str torchvision);

/** Whether the user says where torch comes from: an index behind a line of its
 *  family, or an option line for it. */
bool resolve_user_has_index(const struct resolver *rs);

bool resolve_is_index(const struct requirement_option *o);

/** Whether R names torch or what is released together with it. */
bool resolve_is_torch_family(const struct requirement *r);

/** Whether R installs what the SDK step installs. */
bool resolve_is_sdk(const struct requirement *r);

/** Whether R, a line of the user's, is meant for the image: its marker does not
 *  rule it out. */
bool resolve_applies(const struct resolver *rs, const struct requirement *r);

/** A version of the tables, and the order of two. */
struct version resolve_version(const char *text);
int resolve_version_cmp(const char *a, const char *b);

/** "12.1" of "12.1.1"; lives in the arena. */
struct str resolve_minor(struct arena *ar, const struct version *v);

/** The text of R without comments and options, for messages. */
struct str resolve_shown(const struct requirement *r);

/** Writes a decision down: VALUE because of CAUSE at SPAN, and how. */
void resolve_decide(struct resolver *rs, const char *name, struct str value,
                    struct str cause, struct span span, const char *reason, ...)
    PRINTF_LIKE(6, 7);

/** The same because of the decision FROM, where that one stands: "python 3.11
 *  (cog.yaml:3)". */
void resolve_decide_from(struct resolver *rs, const char *name,
                         struct str value, const char *from, const char *reason,
                         ...) PRINTF_LIKE(5, 6);

#endif
