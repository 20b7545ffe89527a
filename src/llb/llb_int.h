/** llb_int: the inside of the LLB builder, shared by its files. */
#ifndef COGFE_LLB_INT_H
#define COGFE_LLB_INT_H

#include "ops.pb-c.h" // before base.h, since it names a member "free"

#include "cogfe/base.h"
#include "cogfe/llb.h"

/** A file that source positions name: one of ours, or the serialized
 *  SourceInfo of a spliced definition. */
struct llb_info {
  const struct source *src; // NULL: RAW
  struct str language;
  struct str definition;
  struct str raw;
};

/** An op is serialized as soon as it is added, since its digest is what later
 *  ops name it by; nothing of it changes afterwards. */
struct llb_op {
  size_t next;                   // op of the same bucket, 0: none
  struct str bytes;              // pb.Op
  const char *digest;            // "sha256:…"
  struct str meta;               // pb.OpMetadata
  VEC(size_t) inputs;            // numbers of ops, all below its own
  VEC(Pb__Location *) locations; // source_index: into llb.infos
  struct str_vec outputs;        // of exec: where each output is mounted
};

enum { LLB_BUCKETS = 1024 };

struct llb {
  struct arena *ar;
  struct arena *message; // of the op being made, until its bytes are there
  size_t bytes;          // of all ops
  struct llb_opts opts;
  VEC(struct llb_op) ops;        // number 1 is ops.v[0]
  size_t by_digest[LLB_BUCKETS]; // the newest op of each, 0: none
  VEC(struct llb_info) infos;
  const char *fault; // the first text that no engine takes
  struct span fault_span;
  struct span place; // of the op being added
};

/** What an op in the making takes from others. */
struct llb_inputs {
  VEC(struct llb_ref) refs;
};

enum { LLB_NONE = -1 }; // as an index on the wire: scratch, no output

// As llb_ref.output: the root of a command that keeps none.
static const size_t LLB_NO_OUTPUT = SIZE_MAX;

/** Starts an op: faults from here on are at META's place. META may be NULL. */
void llb_begin(struct llb *l, const struct llb_meta *meta);

/** Remembers that the graph cannot be written, unless something was before. */
void llb_fault(struct llb *l, const char *fmt, ...) PRINTF_LIKE(2, 3);

/** TEXT for a message, ending in a NUL; a fault when no engine takes it. */
char *llb_text(struct llb *l, struct str text);
char **llb_texts(struct llb *l, const struct str *v, size_t n);

/** Entries sorted by key. */
Pb__StringEntry **llb_map(struct llb *l, const struct llb_attr *v, size_t n);

/** Whether a git address is reached over ssh. */
bool llb_git_is_ssh(struct str remote);

/** NULL for NULL and for a platform without an OS. */
Pb__Platform *llb_platform(struct llb *l, const struct platform *p);

/** The index in the op's inputs under which it reaches REF, which is appended
 *  when it is not there; LLB_NONE for scratch. */
int64_t llb_input(struct llb *l, struct llb_inputs *in, struct llb_ref ref);

/** The same, but each call appends. */
int64_t llb_input_new(struct llb *l, struct llb_inputs *in, struct llb_ref ref);

/** Finishes an op (its inputs and constraints are filled in here): its number,
 *  which is an older one's if it has the same bytes. OUTPUTS may be NULL. */
size_t llb_add(struct llb *l, Pb__Op *op, const struct llb_inputs *in,
               const struct llb_meta *meta, const struct str_vec *outputs);

/** The same for an op of which only the bytes matter. */
size_t llb_add_bytes(struct llb *l, const struct llb_op *op);

/** The place of SPAN, whose file becomes one of L's. */
Pb__Location *llb_location(struct llb *l, const struct span *span);

/** The number of the op with DIGEST, 0 for none. */
size_t llb_find(const struct llb *l, const char *digest);

/** The op of a reference that is not scratch. */
struct llb_op *llb_op_of(const struct llb *l, struct llb_ref ref);

/** "sha256:…" of BYTES, in AR. */
char *llb_sha256(struct arena *ar, struct str bytes);

/** MSG serialized into AR. */
struct str llb_pack(struct arena *ar, const ProtobufCMessage *msg);

/** BYTES read as a message of TYPE, all of it in AR; NULL when it is none. */
void *llb_unpack(struct arena *ar, const ProtobufCMessageDescriptor *type,
                 struct str bytes);

/** A new message of TYPE in AR, with its defaults. */
void *llb_message(struct arena *ar, const ProtobufCMessageDescriptor *type);

/** The bytes of a field, borrowed. */
static inline struct str llb_bytes(ProtobufCBinaryData b) {
  return (struct str){(const char *)b.data, b.len};
}

#endif
