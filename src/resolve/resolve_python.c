#include "resolve/resolve_int.h"

static struct str known_pythons(const struct resolver *rs) {
  const struct compat *c = rs->compat;
  return str_printf(rs->ar, "%s to %s", c->python[0].python,
                    c->python[c->n_python - 1].python);
}

static bool is_plain_version(const struct version *v) {
  return !version_is_pre(v) && !v->post && v->epoch.len == 0 &&
         v->local.len == 0;
}

static bool bad_python(struct resolver *rs, const struct config_text *t,
                       const char *note) {
  diag_fail(rs->dg, DIAG_BAD_PYTHON, t->span,
            "there is no Python \"" STR_FMT "\" to build for",
            STR_ARG(t->text));
  diag_note(rs->dg, SPAN_NONE, "%s " STR_FMT, note, STR_ARG(known_pythons(rs)));
  return false;
}

static bool given_python(struct resolver *rs, const struct config_text *t) {
  struct version *v = &rs->python;
  if (!version_parse(t->text, v) || !is_plain_version(v) ||
      version_n_parts(v) < 2 || version_n_parts(v) > 3)
    return bad_python(rs, t,
                      "write MAJOR.MINOR in quotes, such as \"3.12\"; known:");
  v->text = version_normal(rs->ar, v);
  const struct compat_python *row = compat_find_python(rs->compat, v);
  if (!row)
    return bad_python(rs, t, "known:");
  if (!strcmp(row->ended, "yes")) {
    diag_warn(rs->dg, DIAG_PYTHON_ENDED, t->span,
              "Python %s has had no fixes since %s", row->python, row->end);
    diag_note(rs->dg, SPAN_NONE, "newer releases of packages may not install");
  }
  resolve_decide(rs, "python", v->text, STR("python_version"), t->span, "%s",
                 "");
  return true;
}

static const char *pythons_of_torch(const struct resolver *rs) {
  const struct compat *c = rs->compat;
  const char *release = rs->torch.release;
  for (size_t i = 0; release && i < c->n_torch; i++)
    if (!strcmp(c->torch[i].torch, release))
      return c->torch[i].pythons;
  return NULL;
}

// The newest Python that both frameworks allow, whichever are named.
static const struct compat_python *newest_allowed(const struct resolver *rs) {
  const struct compat_tensorflow *tf =
      resolve_tensorflow_row(rs, rs->tensorflow.release);
  const char *torch = pythons_of_torch(rs);
  for (size_t i = rs->compat->n_python; i-- > 0;) {
    const struct compat_python *row = &rs->compat->python[i];
    struct version v = resolve_version(row->python);
    if ((torch || tf) && (!torch || compat_has_python(torch, &v)) &&
        (!tf || compat_has_python(tf->pythons, &v)))
      return row;
  }
  return NULL;
}

// Where the Python would stand, and what stands there instead of a whole one.
static void warn_chosen(struct resolver *rs, const char *text) {
  const struct config_text *given = &rs->cfg->python_version;
  struct span top = {rs->cfg->src, 1, 1, 1, 1};
  if (given->set)
    diag_warn(rs->dg, DIAG_PYTHON_CHOSEN, given->span,
              "Python \"" STR_FMT "\" may be any: Python %s is taken",
              STR_ARG(given->text), text);
  else
    diag_warn(rs->dg, DIAG_PYTHON_CHOSEN,
              rs->cfg->build.src ? rs->cfg->build : top,
              "no python_version is given: Python %s is taken", text);
}

static void choose_python(struct resolver *rs) {
  resolve_named(rs);
  const struct compat_python *row = newest_allowed(rs);
  const char *text = row ? row->python : RESOLVE_DEFAULT_PYTHON;
  rs->python = resolve_version(text);
  struct str cause = {"", 0};
  struct span span = {0};
  if (row) {
    const struct named *n =
        rs->tensorflow.release ? &rs->tensorflow : &rs->torch;
    cause = resolve_shown(n->by);
    span = n->by->span;
  } else if (rs->cfg->build.src) {
    cause = STR("build");
    span = rs->cfg->build;
  }
  const char *why = row ? "the newest that its row allows" : "the default";
  resolve_decide(rs, "python", rs->python.text, cause, span, "%s", why);
  warn_chosen(rs, text);
  if (row)
    diag_note(rs->dg, span, STR_FMT ": %s", STR_ARG(cause), why);
  else
    diag_note(rs->dg, SPAN_NONE, "%s", why);
  diag_note(rs->dg, SPAN_NONE,
            "write python_version: \"%s\" to keep it when defaults change",
            text);
}

// "3" alone: whatever is newest, as the tags of python images mean it.
static bool is_major(const struct resolver *rs, const struct config_text *t) {
  const struct compat *c = rs->compat;
  struct version newest = resolve_version(c->python[c->n_python - 1].python), v;
  return version_parse(t->text, &v) && is_plain_version(&v) &&
         version_n_parts(&v) == 1 && version_starts(&newest, &v);
}

static bool find_python(struct resolver *rs) {
  const struct config_text *given = &rs->cfg->python_version;
  if (given->set && !is_major(rs, given))
    return given_python(rs, given);
  choose_python(rs);
  return true;
}

bool resolve_python(struct resolver *rs) {
  rs->python_known = find_python(rs);
  // Markers and the rows of ranges depend on the Python, where it is known.
  resolve_named(rs);
  if (!rs->python_known)
    return false;
  rs->out->python = rs->python.text;
  rs->out->python_minor = resolve_minor(rs->ar, &rs->python);
  rs->out->python_is_patch = version_n_parts(&rs->python) == 3;
  return true;
}
