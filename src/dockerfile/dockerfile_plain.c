// Mounts for builders that have none. A command finds the same things in the
// same places, and they are away again before its layer ends:
//
//   COPY wheels /wheels.mount             what a bind mount shows
//   RUN set -e;
//       [ ! -e /wheels ] || mv /wheels /wheels.kept;
//       mv /wheels.mount /wheels;
//       …the command…;
//       rm -rf /wheels;
//       [ ! -e /wheels.kept ] || mv /wheels.kept /wheels
#include "dockerfile_int.h"

bool dockerfile_is_plain(const struct dockerfile *d,
                         const struct plan_mount *m) {
  const bool named_by_copy =
      m->type == CONFIG_MOUNT_BIND && m->from.source == PLAN_SOURCE_CONTEXT;
  return d->opts->compat == DOCKERFILE_PLAIN ||
         (d->opts->other_platform && (named_by_copy || m->implicit));
}

static struct str quoted(struct arena *ar, const char *path,
                         const char *suffix) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, SBUF_NO_MAX);
  dockerfile_quote_word(&out, str_printf(ar, "%s%s", path, suffix));
  return str_dup(ar, sbuf_str(&out));
}

static void before(struct dockerfile *d, struct dockerfile_around *around,
                   struct str line) {
  vec_push(d->ar, &around->before, line);
}

static void after(struct dockerfile *d, struct dockerfile_around *around,
                  struct str line) {
  vec_push(d->ar, &around->after, line);
}

/** An empty directory as the mount M has it. */
static void make_directory(struct dockerfile *d, const struct plan_mount *m,
                           struct str target,
                           struct dockerfile_around *around) {
  // Source: runc mounts a tmpfs with mode 1777.
  const unsigned mode = m->type == CONFIG_MOUNT_TMPFS ? 01777
                        : m->owned                    ? m->mode
                                                      : 0755;
  before(d, around,
         str_printf(d->ar, "mkdir -p -m %04o " STR_FMT, mode, STR_ARG(target)));
  if (m->uid || m->gid)
    before(d, around,
           str_printf(d->ar, "chown %u:%u " STR_FMT, m->uid, m->gid,
                      STR_ARG(target)));
}

/** Copies what M shows to its place, where nothing stands. A stage is the whole
 *  of an image, of which a layer would keep a copy. */
static bool bring_own(struct dockerfile *d, const struct plan_step *step,
                      const struct plan_mount *m) {
  if (m->from.source == PLAN_SOURCE_STAGE && strcmp(m->source, "/") == 0)
    return diag_fail(d->dg, DIAG_UNSUPPORTED, step->span,
                     "what commands made on the devel image cannot be carried"
                     " to a smaller one without RUN --mount");
  return m->from.source == PLAN_SOURCE_NONE ||
         dockerfile_copy(d, &m->from, str_of(m->source), str_of(m->target),
                         step->span);
}

/** Copies what M shows beside its place, from where the command takes it. */
static bool bring(struct dockerfile *d, const struct plan_step *step,
                  const struct plan_mount *m, struct str target,
                  struct dockerfile_around *around) {
  const struct str aside = quoted(d->ar, m->target, ".mount");
  const ptrdiff_t slash = str_rfind(str_of(m->target), '/');
  const char *parent =
      str_cstr(d->ar, str_take(str_of(m->target), (size_t)slash));
  if (slash > 0)
    before(d, around,
           str_printf(d->ar, "mkdir -p " STR_FMT,
                      STR_ARG(quoted(d->ar, parent, ""))));
  before(d, around,
         str_printf(d->ar, "mv " STR_FMT " " STR_FMT, STR_ARG(aside),
                    STR_ARG(target)));
  return dockerfile_copy(d, &m->from, str_of(m->source),
                         str_printf(d->ar, "%s.mount", m->target), step->span);
}

static bool put_file_in_place(struct dockerfile *d,
                              const struct plan_step *step,
                              const struct plan_mount *m,
                              struct dockerfile_around *around) {
  const struct str target = quoted(d->ar, m->target, "");
  const struct str kept = quoted(d->ar, m->target, ".kept");
  before(d, around,
         str_printf(d->ar, "[ ! -e " STR_FMT " ] || mv " STR_FMT " " STR_FMT,
                    STR_ARG(target), STR_ARG(target), STR_ARG(kept)));
  if (m->from.source != PLAN_SOURCE_NONE)
    return bring(d, step, m, target, around);
  make_directory(d, m, target, around);
  return true;
}

static void put_away(struct dockerfile *d, const struct plan_mount *m,
                     struct dockerfile_around *around) {
  const struct str target = quoted(d->ar, m->target, "");
  const struct str kept = quoted(d->ar, m->target, ".kept");
  after(d, around, str_printf(d->ar, "rm -rf " STR_FMT, STR_ARG(target)));
  after(d, around,
        str_printf(d->ar, "[ ! -e " STR_FMT " ] || mv " STR_FMT " " STR_FMT,
                   STR_ARG(kept), STR_ARG(kept), STR_ARG(target)));
}

static bool refuse_mount(struct dockerfile *d, const struct plan_step *step,
                         const struct plan_mount *m) {
  diag_fail(d->dg, DIAG_UNSUPPORTED, step->span,
            "the %s \"%s\" cannot be had without RUN --mount",
            m->type == CONFIG_MOUNT_SSH ? "ssh agent" : "secret", m->id);
  diag_note(d->dg, SPAN_NONE,
            "a copy of it would stay in a layer of the image");
  return false;
}

static bool replace_mount(struct dockerfile *d, const struct plan_step *step,
                          const struct plan_mount *m,
                          struct dockerfile_around *around) {
  switch (m->type) {
  case CONFIG_MOUNT_SECRET:
  case CONFIG_MOUNT_SSH:
    return m->implicit || refuse_mount(d, step, m);
  case CONFIG_MOUNT_CACHE:
  case CONFIG_MOUNT_TMPFS:
  case CONFIG_MOUNT_BIND:
    return m->leftover ? bring_own(d, step, m)
                       : put_file_in_place(d, step, m, around);
  }
  BUG("no such mount");
}

/** Removes what mounts of the plan's own leave. */
static void remove_leavings(struct dockerfile *d, const struct plan_run *run,
                            struct dockerfile_around *around) {
  cleanup_sbuf struct sbuf rm;
  sbuf_init(&rm, SBUF_NO_MAX);
  sbuf_adds(&rm, "rm -rf");
  for (size_t i = 0; i < run->n_mounts; i++)
    if (run->mounts[i].leftover && dockerfile_is_plain(d, &run->mounts[i]))
      sbuf_addf(&rm, " %s", run->mounts[i].leftover);
  if (rm.len > strlen("rm -rf"))
    after(d, around, str_dup(d->ar, sbuf_str(&rm)));
}

bool dockerfile_mount_plain(struct dockerfile *d, const struct plan_step *step,
                            struct dockerfile_around *around) {
  const struct plan_run *run = &step->u.run;
  bool ok = true;
  for (size_t i = 0; i < run->n_mounts; i++)
    if (dockerfile_is_plain(d, &run->mounts[i]))
      ok = replace_mount(d, step, &run->mounts[i], around) && ok;
  // What lies in another's place goes first.
  for (size_t i = run->n_mounts; i-- > 0;)
    if (dockerfile_is_plain(d, &run->mounts[i]) && !run->mounts[i].leftover &&
        !run->mounts[i].implicit)
      put_away(d, &run->mounts[i], around);
  remove_leavings(d, run, around);
  return ok;
}
