/** fake_engine: just enough of an engine to run a whole build in the test's
 *  process: builder_run() in a thread, its two descriptors connected to an
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

/** What the engine does to one request, instead of answering it. */
enum fake_fault {
  FAKE_GOES_AWAY, // closes the connection
  FAKE_ERROR,     // answers with an error
  FAKE_RESET,     // resets the stream
  FAKE_EMPTY,     // answers with a message that says nothing
  FAKE_GARBAGE,   // answers with bytes that are no message
  FAKE_CUT,       // ends the answer inside its message
  FAKE_LONG,      // answers with an error that is longer than can be read
};

struct fake_engine {
  enum gw_engine kind;
  const struct fake_file *files; // of every tree alike
  size_t n_files;
  size_t n_beside;   // the first ones, which only the client's "dockerfile" has
  const char *large; // the one of FILES that is said to have 10 MiB
  struct str archive;     // the file "context", what is behind an http URL
  const char *const *env; // of the frontend
  const char *input;      // name of a definition that comes with the request
  struct str input_definition;
  size_t fault_at; // the request (from 1) that FAULT meets; 0: none
  enum fake_fault fault;
  const char *fail_method; // answers this one with an error
  bool fail_evaluate;      // and a Solve that is to build at once
  /** How many requests have to be waiting before the first, the second, …
   *  answers come, all at once; ends with 0. NULL: each is answered at once. */
  const size_t *rounds;

  const char *commit;        // of every git repository; NULL: not told
  const char *image_config;  // of every image; NULL: one with a few variables
  const char *frontend_json; // result.json of a Solve with a frontend; NULL: a
                             // tree and a config

  // What came of it; lives in the test's arena.
  int exit_status;
  size_t requests;
  struct str faulted; // method of the request that met FAULT
  size_t warnings;
  struct str warned;                // a line for each
  size_t images;                    // looked up
  size_t lists;                     // directories asked for
  size_t solves, solves_with_cache; // the second: with caches to import
  struct str frontend;              // of the last Solve with one
  struct str frontend_opt;          // its `key=value` lines
  struct str frontend_inputs; // the names of its definitions, and their bytes
  bool returned;
  struct str error;       // message of the returned error, if any
  struct str error_bytes; // all of it
  struct str definition;  // of the last Solve
  struct str config;      // containerimage.config of the result
  struct str metadata;    // `key=value` lines of the result
  struct str attested;    // the platforms that something is attested of
  struct str refs;        // the platforms of a result with several refs
};

/** Runs one build. Fails the test when the frontend does not end within 20 s.
 */
void fake_engine_run(struct fake_engine *e, struct arena *ar);

#endif
