/** tarlist: what a tar holds, as text. */
#ifndef COGFE_TESTS_TARLIST_H
#define COGFE_TESTS_TARLIST_H

#include "cogfe/base.h"

/** A line for each entry of TAR, in its order, in AR:
 *
 *      d 755 a/
 *      f 644 a/b "text"         (at most some bytes of it)
 *      l a/c -> b
 *      h a/d -> a/b
 *      o 644 fifo
 *
 *  with " uid:gid" and " @mtime[.nanoseconds]" where they are not 0, the sizes
 *  of bodies with holes as "[total, of which written]", and attributes as
 *  " name=value". Ends in "damaged: …" when TAR is not whole. */
struct str tarlist(struct arena *ar, struct str tar);

#endif
