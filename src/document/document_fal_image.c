// What an app for fal says of its image: where the context is, what of it is
// not uploaded, and the secrets of its run items.
//
// Source: fal 1.83.0 fal/container.py: context_dir is otherwise the directory
// in which fal was started, and dockerignore that of the file .dockerignore,
// read as gitignore patterns without "!", or a list that hides *.md and others.
#include "document_fal.h"

// ---- the context ------------------------------------------------------------

struct str_vec fal_ignored(const struct context_ignore *ignore,
                           struct arena *ar) {
  struct str_vec out = {0};
  for (size_t i = 0; ignore && i < ignore->patterns.n; i++) {
    const struct str pattern = ignore->patterns.v[i];
    if (str_starts(pattern, "!"))
      out.n = 0;
    else
      vec_push(ar, &out, str_printf(ar, "/" STR_FMT, STR_ARG(pattern)));
  }
  return out;
}

bool fal_copies(struct str text) {
  struct str line;
  while (text.len) {
    text = str_cut(text, '\n', &line);
    if (str_starts(line, "COPY ") && !str_starts(line, "COPY --from="))
      return true;
  }
  return false;
}

void fal_add_context(struct sbuf *out, const struct fal_app *app) {
  sbuf_adds(out, "\nPWD = Path(__file__).resolve().parent\n"
                 "# The directory of cog.yaml, here or above: what Dockerfile "
                 "copies is there.\n"
                 "# When this file lies elsewhere, write CONTEXT = "
                 "Path(\"...\").\n"
                 "CONTEXT = next(\n    ");
  sbuf_adds(out, app->copies ? "" : "(");
  sbuf_adds(out, "d for d in (PWD, *PWD.parents) if (d / ");
  pysig_quote(out, app->config_path);
  sbuf_addf(out, ").exists()%s\n)\n", app->copies ? "" : "), PWD");
  if (!app->name.len)
    sbuf_adds(out, "# fal replaces an app of yours that has the same name.\n"
                   "NAME = re.sub(\"[^a-z0-9]+\", \"-\", "
                   "CONTEXT.name.lower()).strip(\"-\") or \"model\"\n");
}

// ---- secrets ----------------------------------------------------------------

/** The variable of the deployer's shell that has the secret. */
static struct str secret_variable(const struct config_mount *m,
                                  struct arena *ar) {
  if (m->env.set)
    return m->env.text;
  char *name = str_cstr(ar, m->id);
  for (char *p = name; *p; p++)
    *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A')
         : strchr("-. /", *p)   ? '_'
                                : *p;
  return str_of(name);
}

static void add_fal_secret(struct sbuf *out, const struct config_mount *m,
                           struct arena *ar) {
  sbuf_adds(out, "            ");
  pysig_quote(out, m->id);
  sbuf_adds(out, m->required ? ": os.environ[" : ": os.environ.get(");
  pysig_quote(out, secret_variable(m, ar));
  sbuf_adds(out, m->required ? "],\n" : ", \"\"),\n");
}

static bool is_given(const struct str_vec *ids, struct str id) {
  for (size_t i = 0; i < ids->n; i++)
    if (str_eq(ids->v[i], id))
      return true;
  return false;
}

static void add_run_secrets(struct sbuf *out, const struct config_runs *runs,
                            struct str_vec *seen, struct arena *ar) {
  for (size_t i = 0; i < runs->n; i++)
    for (size_t j = 0; j < runs->v[i].n_mounts; j++) {
      const struct config_mount *m = &runs->v[i].mounts[j];
      if (m->type != CONFIG_MOUNT_SECRET || is_given(seen, m->id))
        continue;
      vec_push(ar, seen, m->id);
      add_fal_secret(out, m, ar);
    }
}

static bool wants_secret(const struct config_runs *runs) {
  for (size_t i = 0; i < runs->n; i++)
    for (size_t j = 0; j < runs->v[i].n_mounts; j++)
      if (runs->v[i].mounts[j].type == CONFIG_MOUNT_SECRET)
        return true;
  return false;
}

bool fal_has_secrets(const struct config *c) {
  return wants_secret(&c->pre_install) || wants_secret(&c->run);
}

// ---- the image --------------------------------------------------------------

static void add_fal_ignore(struct sbuf *out, const struct str_vec *patterns) {
  sbuf_adds(out, "        dockerignore=[");
  for (size_t i = 0; i < patterns->n; i++) {
    sbuf_adds(out, i ? ", " : "");
    pysig_quote(out, patterns->v[i]);
  }
  sbuf_adds(out, "],\n");
}

void fal_add_image(struct sbuf *out, const struct fal_app *app,
                   struct arena *ar) {
  struct str_vec seen = {0};
  sbuf_adds(out, "    image = ContainerImage.from_dockerfile(\n"
                 "        f\"{PWD}/Dockerfile\",\n"
                 "        context_dir=CONTEXT,\n");
  add_fal_ignore(out, &app->ignored);
  if (fal_has_secrets(app->config)) {
    sbuf_adds(out, "        secrets={\n");
    add_run_secrets(out, &app->config->pre_install, &seen, ar);
    add_run_secrets(out, &app->config->run, &seen, ar);
    sbuf_adds(out, "        },\n");
  }
  sbuf_adds(out, "    )\n");
}
