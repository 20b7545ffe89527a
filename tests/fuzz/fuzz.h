/** fuzz: what a fuzz target offers; libFuzzer or replay.c calls it. */
#ifndef COGFE_TESTS_FUZZ_H
#define COGFE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/** Any LEN bytes: no crash, no hang, no leak. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

#endif
