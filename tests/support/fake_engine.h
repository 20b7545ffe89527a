/** fake_engine: just enough of an engine to run a whole build in the test's
 *  process: build_frontend() in a thread, its two descriptors connected to an
 *  HTTP/2 server that has a few files and images.
 *
 *  It stands in for what cannot be made to happen on demand with a real one:
 *  an engine that goes away, answers with errors, or is old.
 */
#ifndef COGFE_TESTS_FAKE_ENGINE_H
#define COGFE_TESTS_FAKE_ENGINE_H

#include "gateway_test.h"

struct fake_file {
  const char *path;
  const char *text; // NULL: a FIFO
};

struct fake_engine {
  enum gw_engine kind;
  const struct fake_file *files; // of every tree alike
  size_t n_files;
  const char *const *env;  // of the frontend
  size_t gone_after;       // closes the connection after N requests, 0: never
  const char *fail_method; // answers this one with an error

  // What came of it; lives in the test's arena.
  int exit_status;
  size_t requests;
  size_t warnings;
  struct str warned;                // a line for each
  size_t images;                    // looked up
  size_t solves, solves_with_cache; // the second: with caches to import
  bool returned;
  struct str error;       // message of the returned error, if any
  struct str error_bytes; // all of it
  struct str definition;  // of the last Solve
  struct str config;      // containerimage.config of the result
  struct str metadata;    // `key=value` lines of the result
  struct str refs;        // the platforms of a result with several refs
};

/** Runs one build. Fails the test when the frontend does not end within 20 s.
 */
void fake_engine_run(struct fake_engine *e, struct arena *ar);

#endif
