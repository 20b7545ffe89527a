/** emit_secret: secrets that only a shell in front of a command can bring to
 *  it. The words of that shell are the same in LLB and in a Dockerfile. */
#ifndef COGFE_EMIT_SECRET_H
#define COGFE_EMIT_SECRET_H

#include "cogfe/emit.h"

/** Where the certificates of a plan_mount.ca are, and where the image's own are
 *  joined with them: in memory, so that no layer has either. */
#define EMIT_CA_SECRET "/run/secrets/cog-ca"
#define EMIT_CA_BUNDLE "/dev/shm/cog-ca.pem"

/** Lines of a shell after which apt-get, pip, curl, git and what else reads the
 *  usual variables trust them. One command a line. */
extern const char *const emit_ca_lines[];
extern const size_t emit_n_ca_lines;

/** Whether the variable of M is set by a shell in front of the command, since
 *  an engine gives it with the line feed at the end of a file, and empty for a
 *  secret that is missing; or since the engine cannot at all. */
bool emit_secret_by_shell(const struct emit_input *in,
                          const struct plan_mount *m);

/** Where the file of M is, also when only its variable is wanted. In AR. */
const char *emit_secret_target(struct arena *ar, const struct plan_mount *m);

/** RUN's argv, behind a shell for each mount that needs one. In AR. */
struct str_vec emit_secret_args(const struct emit_input *in, struct arena *ar,
                                const struct plan_run *run);

#endif
