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

// BuildKit allows 250 gRPC streams and counts those that it is still closing.
#define LIMIT_RPC_STREAMS 100

// A request: BuildKit before 0.14 takes 4 MiB, later ones 16 MiB.
#define LIMIT_RPC_REQUEST_BYTES (4 * 1024 * 1024)
#define LIMIT_RPC_REQUEST_BYTES_NEW (16 * 1024 * 1024)

// An answer: BuildKit from 0.14 sends at most 16 MiB. The large ones echo a
// definition.
#define LIMIT_RPC_ANSWER_BYTES (16 * 1024 * 1024)

// One read of a file: fits every engine's messages, and few are in flight.
#define LIMIT_RPC_READ_BYTES (1024 * 1024)

// Memory for an answer once it is decoded: a message of nothing but empty
// parts takes many times its length.
#define LIMIT_RPC_DECODED_BYTES (64 * 1024 * 1024)

// A file shown in an error goes through three encodings into a header of each
// hop to the client.
#define LIMIT_STATUS_SOURCE_BYTES (256 * 1024)

#endif
