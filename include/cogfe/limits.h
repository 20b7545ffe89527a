/** Limits on hostile input: every number that keeps what we read bounded, with
 *  the reason for its size. To add one: a row here, a diagnostic that names it
 *  where it is passed, and a case that passes it. */
#ifndef COGFE_LIMITS_H
#define COGFE_LIMITS_H

// The longest cog.yaml of 217 real ones has 11 kB; BuildKit's own frontends
// stop at some megabytes.
#define LIMIT_CONFIG_BYTES (1024 * 1024)

// A frozen requirements file with hashes reaches some 300 kB.
#define LIMIT_REQUIREMENTS_BYTES (2 * 1024 * 1024)

// A list is read to its end by a person; past this the file is not a cog.yaml.
#define LIMIT_DIAGNOSTICS 200

#endif
