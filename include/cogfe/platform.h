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

struct arena;

/** Reads `os/arch/variant` or a part of it, takes the rest from FALLBACK, and
 *  normalizes it. *OUT lives in AR; false when TEXT is no platform.
 *  Source: docs/dev/gateway.md, Platforms. */
bool platform_parse(struct arena *ar, struct str text,
                    const struct platform *fallback, struct platform *out);

/** Whether P is Linux on a machine that there are images for, whatever its
 *  variant. When it is not, *MEANT is the name that was probably meant, or
 *  NULL. */
bool platform_is_linux(struct arena *ar, const struct platform *p,
                       const char **meant);

/** `linux/arm64` or `linux/arm/v7`: the platform's ID everywhere. In AR. */
struct str platform_id(struct arena *ar, const struct platform *p);

#endif
