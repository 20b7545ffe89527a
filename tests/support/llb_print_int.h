/** llb_print_int: what the printers of LLB share: the definition around the ops
 *  (llb_print.c), and the kinds of ops (llb_print_op.c). */
#ifndef COGFE_LLB_PRINT_INT_H
#define COGFE_LLB_PRINT_INT_H

#include "llb/llb_int.h"

struct llb_printer {
  struct sbuf *out;
  struct arena ar; // all that was read
  Pb__Definition *def;
  const char **digests; // of each op
  const Pb__Op **ops;
  Pb__SourceInfo **infos; // NULL: cannot be read
  size_t n_infos;
};

/** The number (from 1) of the op with DIGEST; 0 when it is not there. */
size_t llb_print_number(const struct llb_printer *p, const char *digest);

/** What is known of op I (from 0), or NULL. */
const Pb__OpMetadata *llb_print_metadata(struct llb_printer *p, size_t i);

/** S as it is when it is a plain word, else quoted and escaped. */
void llb_print_word(struct sbuf *out, struct str s);

/** A space and S as a word. */
void llb_print_arg(struct sbuf *out, const char *s);

/** Input INDEX of OP: the number of an op, with ".OUTPUT" unless that is 0;
 *  "scratch" for -1. */
void llb_print_input(struct llb_printer *p, const Pb__Op *op, int64_t index);

/** A line for each field that this program does not know. */
void llb_print_unknown(struct llb_printer *p, const ProtobufCMessage *msg);

/** What comes behind the op's number, and the lines of its kind. */
void llb_print_kind(struct llb_printer *p, const Pb__Op *op);

#endif
