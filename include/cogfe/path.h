/** path: names of files as text, with `/` between the parts. Nothing here
 *  looks at a file system. */
#ifndef COGFE_PATH_H
#define COGFE_PATH_H

#include "cogfe/str.h"

/** What stands behind the last "/". */
struct str path_base(struct str path);

/** PATH, made short: without empty parts and ".", and without "NAME/..". A
 *  leading "/" stays, and so does a ".." that leads above a path without one.
 *  "." when nothing is left. In AR, with a NUL behind it.
 *  Source: Go's path.Clean(), which BuildKit applies to every path. */
struct str path_clean(struct arena *ar, struct str path);

/** The same as seen from the root: "/a/b", or "/". Nothing leads above it. */
struct str path_clean_rooted(struct arena *ar, struct str path);

/** Whether PATH, which is clean, leads above where it starts. */
bool path_leads_out(struct str path);

/** Whether a part of PATH is "..". */
bool path_has_dotdot(struct str path);

/** DIR/NAME; NAME alone when DIR is empty. In AR, with a NUL behind it. */
struct str path_join(struct arena *ar, struct str dir, struct str name);

/** Whether PATH is below DIR, and not DIR itself. Both are clean. */
bool path_is_below(struct str path, struct str dir);

/** The pattern, as .dockerignore has them, that names PATH and nothing else. In
 *  AR. PATH must not begin or end in white space. */
struct str path_pattern(struct arena *ar, struct str path);

#endif
