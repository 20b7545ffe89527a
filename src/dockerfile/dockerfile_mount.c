// Mounts of RUN: as flags, and what stands in for them without.
#include "dockerfile_int.h"

// ---- flags ------------------------------------------------------------------

/** Whether every reader takes VALUE as it stands: buildah splits at commas and
 *  knows no quotes there, newer frontends expand variables and older do not. */
static bool fits_flag(struct str value) {
  for (size_t i = 0; i < value.len; i++)
    if ((unsigned char)value.p[i] <= ' ' || strchr(",\"'$\\`", value.p[i]))
      return false;
  return true;
}

static bool add_mount_option(struct dockerfile *d, const struct plan_step *step,
                             struct sbuf *out, const char *name,
                             struct str value) {
  if (!fits_flag(value))
    return diag_fail(d->dg, DIAG_BAD_TEXT, step->span,
                     "the %s \"" STR_FMT "\" of a mount cannot stand in a"
                     " Dockerfile",
                     name, STR_ARG(value));
  sbuf_addf(out, ",%s=" STR_FMT, name, STR_ARG(value));
  return true;
}

static void add_owner(struct sbuf *out, const struct plan_mount *m,
                      unsigned usual_mode) {
  if (m->mode != usual_mode)
    sbuf_addf(out, ",mode=%04o", m->mode);
  if (m->uid)
    sbuf_addf(out, ",uid=%u", m->uid);
  if (m->gid)
    sbuf_addf(out, ",gid=%u", m->gid);
}

/** What a bind or a cache shows: an image or stage, or the build context. */
static bool add_mount_from(struct dockerfile *d, const struct plan_step *step,
                           const struct plan_mount *m, struct sbuf *out) {
  struct str path = str_of(m->source);
  if (m->from.source == PLAN_SOURCE_NONE)
    return true;
  if (m->from.source == PLAN_SOURCE_CONTEXT) {
    path = str_skip(path, 1); // relative to the context, as people write it
  } else {
    struct str from;
    if (!dockerfile_from(d, &m->from, step->span, &from))
      return false;
    sbuf_addf(out, ",from=" STR_FMT, STR_ARG(from));
  }
  return path.len == 0 || str_is(path, "/") ||
         add_mount_option(d, step, out, "source", path);
}

static bool add_cache(struct dockerfile *d, const struct plan_step *step,
                      const struct plan_mount *m, struct sbuf *out) {
  if (!add_mount_option(d, step, out, "id", str_of(m->id)) ||
      !add_mount_from(d, step, m, out) ||
      !add_mount_option(d, step, out, "target", str_of(m->target)))
    return false;
  if (m->sharing == CONFIG_SHARING_LOCKED)
    sbuf_adds(out, ",sharing=locked");
  if (m->sharing == CONFIG_SHARING_PRIVATE)
    sbuf_adds(out, ",sharing=private");
  if (m->owned)
    add_owner(out, m, 0755);
  if (m->readonly)
    sbuf_adds(out, ",readonly");
  return true;
}

static bool add_bind(struct dockerfile *d, const struct plan_step *step,
                     const struct plan_mount *m, struct sbuf *out) {
  if (!add_mount_from(d, step, m, out) ||
      !add_mount_option(d, step, out, "target", str_of(m->target)))
    return false;
  if (!m->readonly)
    sbuf_adds(out, ",rw");
  return true;
}

/** Reads the secret into its variable, byte for byte: the substitution alone
 *  would drop line feeds at its end. An optional one that is missing is an
 *  empty text, as engines have it. */
static void read_secret(struct dockerfile *d, const struct plan_mount *m,
                        struct str file, struct dockerfile_around *around) {
  cleanup_sbuf struct sbuf path;
  sbuf_init(&path, SBUF_NO_MAX);
  dockerfile_quote_word(&path, file);
  vec_push(d->ar, &around->before,
           str_printf(d->ar, "%s=\"$(cat %s%s; echo .)\"", m->env, path.ptr,
                      m->required ? "" : " 2>/dev/null"));
  vec_push(d->ar, &around->before,
           str_printf(d->ar, "export %s=\"${%s%%.}\"", m->env, m->env));
}

/** The same for one of the plan's own, which may be missing, but not empty. */
static void read_spare(struct dockerfile *d, const struct plan_mount *m,
                       struct str file, struct dockerfile_around *around) {
  vec_push(d->ar, &around->before,
           str_printf(d->ar,
                      "[ ! -e " STR_FMT " ] || export %s=\"$(cat " STR_FMT
                      ")\"",
                      STR_ARG(file), m->env, STR_ARG(file)));
  vec_push(d->ar, &around->before,
           str_printf(d->ar,
                      "[ ! -e " STR_FMT " ] || [ -n \"$%s\" ] || { echo 'the "
                      "secret %s is empty' >&2; exit 1; }",
                      STR_ARG(file), m->env, m->id));
}

static bool add_secret_mount(struct dockerfile *d, const struct plan_step *step,
                             const struct plan_mount *m, struct sbuf *out,
                             struct dockerfile_around *around) {
  const struct str target = str_of(plan_secret_target(d->ar, m));
  if (!add_mount_option(d, step, out, "id", str_of(m->id)) ||
      !add_mount_option(d, step, out, "target", target))
    return false;
  if (m->required)
    sbuf_adds(out, ",required=true");
  add_owner(out, m, 0400);
  if (m->env && m->implicit)
    read_spare(d, m, target, around);
  else if (m->env)
    read_secret(d, m, target, around);
  for (size_t i = 0; m->ca && i < plan_n_ca_lines; i++)
    vec_push(d->ar, &around->before, str_of(plan_ca_lines[i]));
  return true;
}

/** The place that builders choose by themselves is not written: it is another
 *  in each, and the variable that they set has it. */
static bool add_ssh_mount(struct dockerfile *d, const struct plan_step *step,
                          const struct plan_mount *m, struct sbuf *out) {
  if (!str_is(str_of(m->id), "default") &&
      !add_mount_option(d, step, out, "id", str_of(m->id)))
    return false;
  if (!str_starts(str_of(m->target), "/run/buildkit/ssh_agent.") &&
      !add_mount_option(d, step, out, "target", str_of(m->target)))
    return false;
  if (m->required)
    sbuf_adds(out, ",required=true");
  add_owner(out, m, 0600);
  return true;
}

static bool add_mount_flag(struct dockerfile *d, const struct plan_step *step,
                           const struct plan_mount *m, struct sbuf *out,
                           struct dockerfile_around *around) {
  switch (m->type) {
  case CONFIG_MOUNT_BIND:
    sbuf_adds(out, "--mount=type=bind");
    return add_bind(d, step, m, out);
  case CONFIG_MOUNT_CACHE:
    sbuf_adds(out, "--mount=type=cache");
    return add_cache(d, step, m, out);
  case CONFIG_MOUNT_TMPFS:
    sbuf_adds(out, "--mount=type=tmpfs");
    return add_mount_option(d, step, out, "target", str_of(m->target));
  case CONFIG_MOUNT_SECRET:
    sbuf_adds(out, "--mount=type=secret");
    return add_secret_mount(d, step, m, out, around);
  case CONFIG_MOUNT_SSH:
    sbuf_adds(out, "--mount=type=ssh");
    return add_ssh_mount(d, step, m, out);
  }
  BUG("no such mount");
}

bool dockerfile_mount_flags(struct dockerfile *d, const struct plan_step *step,
                            struct sbuf *out,
                            struct dockerfile_around *around) {
  bool ok = true;
  for (size_t i = 0; i < step->u.run.n_mounts; i++) {
    if (dockerfile_is_plain(d, &step->u.run.mounts[i]))
      continue;
    ok = add_mount_flag(d, step, &step->u.run.mounts[i], out, around) && ok;
    sbuf_adds(out, DOCKERFILE_MORE);
  }
  return ok;
}
