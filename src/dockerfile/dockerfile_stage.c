// FROM, which stages there are, and those that the plan does not have.
#include "dockerfile_int.h"

// ---- the plan's stages ------------------------------------------------------

static bool reads(const struct plan_ref *ref, const struct plan_stage *s) {
  return ref->source == PLAN_SOURCE_STAGE &&
         dockerfile_stage_needed(ref->stage, s);
}

bool dockerfile_stage_needed(const struct plan_stage *by,
                             const struct plan_stage *s) {
  if (by == s || (by->parent && dockerfile_stage_needed(by->parent, s)))
    return true;
  for (size_t i = 0; i < by->steps.n; i++) {
    const struct plan_step *step = &by->steps.v[i];
    if (step->op == PLAN_COPY && reads(&step->u.copy.from, s))
      return true;
    for (size_t j = 0; step->op == PLAN_RUN && j < step->u.run.n_mounts; j++)
      if (reads(&step->u.run.mounts[j].from, s))
        return true;
  }
  return false;
}

// Images that are known to have no SHELL. Source: their Dockerfiles, 2025-06.
static const char *const known_images[] = {
    "python:", "nvidia/cuda:", "ubuntu:"};

static bool is_known_image(struct str image) {
  for (size_t i = 0; i < ARRAY_LEN(known_images); i++)
    if (str_starts(image, known_images[i]))
      return true;
  return false;
}

bool dockerfile_add_from(struct dockerfile *d, const struct plan_stage *s,
                         const char *name) {
  struct str from = str_of(s->parent ? s->parent->name : NULL);
  if (!s->parent && !dockerfile_image(d, s->image, SPAN_NONE, &from))
    return false;
  sbuf_addf(d->out, "FROM " STR_FMT " AS %s\n", STR_ARG(from), name);
  if (!s->parent && !is_known_image(s->image))
    sbuf_adds(d->out, "SHELL [\"/bin/sh\", \"-c\"]\n");
  return true;
}

// ---- pyenv ------------------------------------------------------------------

static bool is_commit(struct str ref) {
  for (size_t i = 0; i < ref.len; i++)
    if (!strchr("0123456789abcdef", ref.p[i]))
      return false;
  return ref.len == 40;
}

static struct str word(struct arena *ar, struct str text) {
  cleanup_sbuf struct sbuf out;
  sbuf_init(&out, SBUF_NO_MAX);
  dockerfile_quote_word(&out, text);
  return str_dup(ar, sbuf_str(&out));
}

static void add_fetch(struct dockerfile *d, struct str url, struct str ref) {
  if (str_starts(url, "github.com/"))
    url = str_printf(d->ar, "https://" STR_FMT, STR_ARG(url));
  sbuf_adds(
      d->out,
      "RUN apt-get update -qq &&" DOCKERFILE_MORE
      "DEBIAN_FRONTEND=noninteractive apt-get install -qqy" DOCKERFILE_MORE
          DOCKERFILE_INDENT "--no-install-recommends ca-certificates git\n"
      "RUN git init -q /pyenv &&" DOCKERFILE_MORE
      "cd /pyenv &&" DOCKERFILE_MORE);
  sbuf_addf(d->out,
            "git fetch -q --depth=1 " STR_FMT DOCKERFILE_MORE DOCKERFILE_INDENT
                STR_FMT " &&" DOCKERFILE_MORE
            "git checkout -q FETCH_HEAD &&" DOCKERFILE_MORE,
            STR_ARG(word(d->ar, url)),
            STR_ARG(word(d->ar, ref.len ? ref : STR("HEAD"))));
  if (is_commit(ref))
    sbuf_addf(d->out,
              "[ \"$(git rev-parse HEAD)\" =" DOCKERFILE_MORE DOCKERFILE_INDENT
                  STR_FMT " ] &&" DOCKERFILE_MORE,
              STR_ARG(ref));
  sbuf_adds(d->out, "rm -rf .git\n");
}

/** The checkout by a RUN, since only BuildKit has an ADD of git repositories;
 *  alone in a stage of its own, so that `--build-context pyenv=…` replaces it
 *  as it does for the frontend. */
static bool add_pyenv(struct dockerfile *d, const struct plan_stage *user) {
  const struct str given = d->opts->pyenv;
  struct str url, ref;
  const struct str fragment = str_cut(
      given.len ? given : STR(PLAN_PYENV_URL "#" PLAN_PYENV_COMMIT), '#', &url);
  const struct str dir = str_cut(fragment, ':', &ref);
  if (str_find(given, '\n') >= 0)
    return diag_fail(d->dg, DIAG_BAD_TEXT, SPAN_NONE,
                     "the URL of pyenv holds a line feed");
  sbuf_adds(d->out, "\n# pyenv, which builds Python\n");
  while (user->parent) // where apt-get is known to work
    user = user->parent;
  if (!dockerfile_add_from(d, user, DOCKERFILE_PYENV_FETCH))
    return false;
  add_fetch(d, url, ref);
  sbuf_adds(d->out, "\nFROM scratch AS " DOCKERFILE_PYENV "\n");
  const struct plan_stage fetch = {.name = DOCKERFILE_PYENV_FETCH};
  return dockerfile_copy(
      d, &(struct plan_ref){.source = PLAN_SOURCE_STAGE, .stage = &fetch},
      str_printf(d->ar, "/pyenv/" STR_FMT, STR_ARG(dir)), STR("/"), SPAN_NONE);
}

// ---- the source -------------------------------------------------------------

/** Whether the context may have what the I-th exclusion of COPY names: the
 *  first is .cog, the others were found. */
static bool is_weights_stage(const struct dockerfile *d, size_t i) {
  return i > 0 || !d->opts->without_cog_directory;
}

static size_t count_left_out(const struct dockerfile *d,
                             const struct plan_copy *copy) {
  size_t n = 0;
  for (size_t i = 0; i < copy->n_exclude; i++)
    n += is_weights_stage(d, i);
  return n;
}

bool dockerfile_needs_source(const struct dockerfile *d,
                             const struct plan_step *step) {
  return step->op == PLAN_COPY && !d->opts->bare &&
         count_left_out(d, &step->u.copy) > 0;
}

static void add_source_comment(struct dockerfile *d,
                               const struct plan_copy *copy) {
  sbuf_adds(d->out, "\n# " DOCKERFILE_SOURCE ": the build context without ");
  if (copy->n_exclude == 1)
    sbuf_addf(d->out,
              STR_FMT ". With that in .dockerignore, a\n# `COPY . " STR_FMT
                      "` below does the"
                      " same.\n",
              STR_ARG(copy->exclude[0]), STR_ARG(copy->dest));
  else
    sbuf_adds(d->out, "what is a layer of its own below. Docker\n"
                      "# with `COPY --exclude` needs no such stage.\n");
}

/** The context without what the copy leaves out, in a stage of its own: removed
 *  where it is used, a layer would keep it. */
static bool add_source_stage(struct dockerfile *d,
                             const struct plan_stage *user,
                             const struct plan_step *step) {
  const struct plan_copy *copy = &step->u.copy;
  add_source_comment(d, copy);
  const struct plan_stage here = {.image = user->image, .parent = user->parent};
  if (!dockerfile_add_from(d, &here, DOCKERFILE_SOURCE) ||
      !dockerfile_copy(d, &copy->from, copy->source, copy->dest, step->span))
    return false;
  sbuf_adds(d->out, "RUN rm -rf");
  const bool many = count_left_out(d, copy) > 1;
  for (size_t i = 0; i < copy->n_exclude; i++)
    if (is_weights_stage(d, i))
      sbuf_addf(d->out, "%s" STR_FMT, many ? DOCKERFILE_MORE : " ",
                STR_ARG(word(d->ar, str_printf(d->ar, STR_FMT STR_FMT,
                                               STR_ARG(copy->dest),
                                               STR_ARG(copy->exclude[i])))));
  sbuf_addch(d->out, '\n');
  return true;
}

bool dockerfile_add_helpers(struct dockerfile *d, const struct plan_stage *s) {
  bool ok = true;
  for (size_t i = 0; i < s->steps.n; i++) {
    const struct plan_step *step = &s->steps.v[i];
    if (step->op != PLAN_COPY)
      continue;
    if (step->u.copy.from.source == PLAN_SOURCE_PYENV)
      ok = add_pyenv(d, s) && ok;
    if (dockerfile_needs_source(d, step))
      ok = add_source_stage(d, s, step) && ok;
  }
  return ok;
}
