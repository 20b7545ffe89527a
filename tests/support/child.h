/** child: a program that answers one question after the other, so that a test
 *  can ask it thousands of times. */
#ifndef COGFE_TESTS_CHILD_H
#define COGFE_TESTS_CHILD_H

#include "cogfe/base.h"

#include <sys/types.h>

/** One such program; starts when it is asked first. */
struct child {
  const char *const *argv; // argv[0] is its path; ends with NULL
  int patience_ms;         // for an answer
  pid_t pid;               // 0: not running
  int in, out;
};

/** Writes QUESTION and appends what comes up to a NUL to ANSWER, without it.
 *  False when none comes in time or the program ends; it is started
 *  anew the next time. */
bool child_ask(struct child *c, struct str question, struct sbuf *answer);

#endif
