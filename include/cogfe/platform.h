/** platform: what an image runs on, as BuildKit and image configs name it.
 *
 *  A value that options, engine calls, LLB and image configs pass on to each
 *  other; part of base, because all of them need it. Texts are borrowed.
 */
#ifndef COGFE_PLATFORM_H
#define COGFE_PLATFORM_H

#include "cogfe/str.h"

/** Normalized: "linux", "amd64", "arm64", "arm" + "v7". An empty OS means that
 *  no platform is given. */
struct platform {
  struct str os;
  struct str arch;
  struct str variant;    // mostly empty
  struct str os_version; // Windows only
};

#endif
