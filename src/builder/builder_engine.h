/** builder_engine: the connection to the engine with its two descriptors, so
 * that the rest of the module calls and waits. */
#ifndef COGFE_BUILDER_ENGINE_H
#define COGFE_BUILDER_ENGINE_H

#include "cogfe/gateway.h"
#include "cogfe/limits.h"
#include "cogfe/llb.h"

struct engine {
  struct gateway *g;
  int in, out;
  bool gone; // the engine closed the connection, or it broke
  /** Where steps may be taken from, also those that only give files to read. */
  const struct gateway_cache_import *cache_imports;
  size_t n_cache_imports;
};

/** Makes both descriptors non-blocking and sends what the engine waits for. */
void engine_open(struct engine *e, int in, int out);
void engine_close(struct engine *e);

/** Reads and writes until CALL is done. It always gets done: when the engine
 *  goes away, as failed. */
void engine_wait(struct engine *e, const struct gateway_call *call);

/** Returns STATUS (gateway_last_words()) over a connection that broke, and
 * gives the engine time to take it. False when it cannot be told any more. */
bool engine_last_words(struct engine *e, struct str status);

/** Waits for all N calls. */
void engine_wait_all(struct engine *e, struct gateway_call *const *calls,
                     size_t n);

/** A call that is freed when its scope ends. */
#define cleanup_call __attribute__((cleanup(engine_free_call)))

void engine_free_call(struct gateway_call **call);

/** Registers the definition whose result is TREE; the answer is the engine's
 *  name for it. Nothing runs yet. TREE's source texts are left out, because an
 *  error would bring them back twice (docs/dev/gateway.md, Errors with
 *  sources). NULL when
 *  there is no such definition. */
struct gateway_call *engine_start_ref(struct engine *e, const struct llb *l,
                                      struct llb_ref tree, struct diags *dg);

/** Waits for CALL, which engine_start_ref() made, and gives that name. */
bool engine_finish_ref(struct engine *e, const struct gateway_call *call,
                       struct arena *ar, struct str *ref, struct diags *dg);

#endif
