// What the build brings that no image may keep: credentials of package indexes,
// an agent for repositories, certificates. All are mounts, which leave nothing
// behind; docs/reference.md and docs/usage.md name their ids.
#include "plan_int.h"

// The modes that Dockerfile's frontend gives to secrets and agents.
enum { SECRET_MODE = 0400, SSH_MODE = 0600, PUBLIC_MODE = 0444 };

static struct plan_mount secret(const char *id, const char *target,
                                unsigned mode) {
  return (struct plan_mount){
      .type = CONFIG_MOUNT_SECRET, .id = id, .target = target, .mode = mode};
}

static struct plan_mount implicit_secret(const char *id, const char *target) {
  struct plan_mount m = secret(id, target, SECRET_MODE);
  m.implicit = true;
  return m;
}

/** The hosts that ssh may talk to come from the build or from the image; one
 *  that neither knows is refused, and nobody is asked. */
static void mount_ssh(struct plan_builder *b, struct plan_run *run) {
  static const char *const strict[] = {
      "GIT_SSH_COMMAND=ssh -o BatchMode=yes -o StrictHostKeyChecking=yes"};
  const struct plan_mount mounts[] = {
      {.type = CONFIG_MOUNT_SSH,
       .id = "default",
       .target = "/run/buildkit/ssh_agent.0",
       .required = true,
       .mode = SSH_MODE},
      implicit_secret("known_hosts", "/etc/ssh/ssh_known_hosts"),
  };
  plan_add_run_env(b, run, strict, ARRAY_LEN(strict));
  plan_add_mounts(b, run, mounts, ARRAY_LEN(mounts));
}

void plan_add_pip_secrets(struct plan_builder *b, struct plan_run *run,
                          bool with_ssh) {
  struct plan_mount index = implicit_secret("pip-index-url", NULL);
  index.env = "PIP_INDEX_URL";
  const struct plan_mount mounts[] = {
      implicit_secret("pip.conf", "/etc/pip.conf"),
      implicit_secret("netrc", "/root/.netrc"),
      index,
  };
  plan_add_mounts(b, run, mounts, ARRAY_LEN(mounts));
  if (with_ssh)
    mount_ssh(b, run);
}

void plan_add_ca(struct plan_builder *b, struct plan_run *run) {
  const char *id = b->in->options->ca_secret;
  if (!id)
    return;
  // apt-get reads them as a user of its own.
  struct plan_mount m = secret(id, "/run/secrets/cog-ca", PUBLIC_MODE);
  m.required = true;
  m.ca = true;
  plan_add_mounts(b, run, &m, 1);
}
