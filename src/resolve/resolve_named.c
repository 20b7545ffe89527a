#include "resolve/resolve_int.h"

bool resolve_applies(const struct resolver *rs, const struct requirement *r) {
  struct marker_env env = {
      .python = rs->python_known ? rs->python.text : STR(""),
      .machine = str_is(rs->in->architecture, "amd64")   ? STR("x86_64")
                 : str_is(rs->in->architecture, "arm64") ? STR("aarch64")
                                                         : STR(""),
  };
  return marker_eval(r->marker, &env) != MARKER_FALSE;
}

// Which of two lines that name the same package says more: one with versions
// to install, one with versions that bound it, one with the name alone.
static int weight(const struct requirement *r) {
  if (r->specifiers.n)
    return r->constraint ? 2 : 3;
  return r->constraint ? 0 : 1;
}

static const struct requirement *find_line(const struct resolver *rs,
                                           const char *name) {
  const struct requirement *best = NULL;
  for (size_t i = 0; i < rs->reqs.n; i++) {
    const struct requirement *r = &rs->reqs.v[i];
    bool names = r->kind == REQUIREMENT_PACKAGE || r->kind == REQUIREMENT_FILE;
    if (!names || !str_is(r->name, name) || !resolve_applies(rs, r))
      continue;
    if (weight(r) > (best ? weight(best) : 0))
      best = r;
  }
  return best;
}

static struct named name_how(const struct requirement *r) {
  struct named n = {.how = NAMED_NOT, .by = r};
  if (!r)
    return n;
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  if (r->specifiers.n == 0)
    n.how = NAMED_BARE;
  else if (pin && version_parse(pin->text, &n.pin))
    n.how = NAMED_PIN;
  else
    n.how = NAMED_RANGE;
  return n;
}

/** What releases are looked for in a column of a table. */
struct wanted {
  const struct requirement *by;
  const struct version *pin;    // or
  const struct version *python; // a range, for this Python or for any (NULL)
  bool begins;                  // a release that the pin begins will do
  const struct resolver *rs;    // a range: of all lines with the name of BY
};

static bool is_final(const struct version *v) {
  return !version_is_pre(v) && !v->post;
}

// PEP 440: "==2.3" is 2.3.0.
static bool pin_means(const struct wanted *w, const struct version *release) {
  const struct specifier *s = specifier_set_pin(&w->by->specifiers);
  if (!w->begins || s->op == SPECIFIER_SAME || !is_final(w->pin))
    return version_cmp_public(release, w->pin) == 0;
  return version_starts(release, w->pin);
}

// pip holds a package to all lines that name it, constraints among them.
static bool all_lines_allow(const struct wanted *w,
                            const struct version *release) {
  const struct resolver *rs = w->rs;
  for (size_t i = 0; rs && i < rs->reqs.n; i++) {
    const struct requirement *r = &rs->reqs.v[i];
    if (str_eq(r->name, w->by->name) &&
        !specifier_set_matches(&r->specifiers, release) &&
        resolve_applies(rs, r))
      return false;
  }
  return specifier_set_matches(&w->by->specifiers, release);
}

static bool is_release_wanted(const struct wanted *w,
                              const struct version *release,
                              const char *pythons) {
  if (w->pin)
    return pin_means(w, release);
  if (w->python && !compat_has_python(pythons, w->python))
    return false;
  return all_lines_allow(w, release);
}

static void keep_newer(const char **best, const char *text) {
  if (!*best || resolve_version_cmp(text, *best) > 0)
    *best = text;
}

static const char *newest_torch(const struct compat *c,
                                const struct wanted *w) {
  const char *best = NULL;
  for (size_t i = 0; i < c->n_torch; i++) {
    const struct compat_torch *row = &c->torch[i];
    struct version v = resolve_version(row->torch);
    if (is_release_wanted(w, &v, row->pythons))
      keep_newer(&best, row->torch);
  }
  return best;
}

static const char *newest_tensorflow(const struct compat *c,
                                     const struct wanted *w) {
  const char *best = NULL;
  for (size_t i = 0; i < c->n_tensorflow; i++) {
    struct version v = resolve_version(c->tensorflow[i].tensorflow);
    if (is_release_wanted(w, &v, c->tensorflow[i].pythons))
      keep_newer(&best, c->tensorflow[i].tensorflow);
  }
  return best;
}

typedef const char *(*newest_fn)(const struct compat *c,
                                 const struct wanted *w);

// The newest release in the tables at or below PIN, by means of "<=PIN".
static const char *closest_below(const struct compat *c, newest_fn newest,
                                 const struct requirement *by,
                                 const struct version *pin) {
  struct specifier below = {.op = SPECIFIER_LE, .version = *pin};
  struct requirement bound = *by;
  bound.specifiers = (struct specifier_set){&below, 1, 1};
  struct wanted w = {.by = &bound};
  return newest(c, &w);
}

static const char *pinned_torch(const struct resolver *rs,
                                const struct requirement *by,
                                const struct version *pin) {
  struct wanted w = {.by = by, .pin = pin};
  return newest_torch(rs->compat, &w);
}

// Some releases of TensorFlow, such as 2.16, begin with a patch.
static const char *pinned_tensorflow(const struct resolver *rs,
                                     const struct requirement *by,
                                     const struct version *pin) {
  struct wanted w = {.by = by, .pin = pin, .begins = true};
  return newest_tensorflow(rs->compat, &w);
}

static const char *newest_of_range(const struct resolver *rs,
                                   const struct requirement *by,
                                   newest_fn newest) {
  struct wanted w = {.by = by, .rs = rs};
  w.python = rs->python_known ? &rs->python : NULL;
  const char *release = newest(rs->compat, &w);
  w.python = NULL;
  return release ? release : newest(rs->compat, &w);
}

typedef const char *(*pinned_fn)(const struct resolver *rs,
                                 const struct requirement *by,
                                 const struct version *pin);

static void find_release(struct resolver *rs, struct named *n, newest_fn newest,
                         pinned_fn pinned) {
  if (n->how == NAMED_PIN) {
    n->release = pinned(rs, n->by, &n->pin);
    if (!n->release)
      n->nearest = closest_below(rs->compat, newest, n->by, &n->pin);
  } else if (n->how == NAMED_RANGE) {
    n->release = newest_of_range(rs, n->by, newest);
  }
}

const char *resolve_torch_pin(const struct resolver *rs,
                              const struct requirement *r) {
  struct named n = name_how(r);
  return n.how == NAMED_PIN ? pinned_torch(rs, r, &n.pin) : NULL;
}

const struct compat_tensorflow *
resolve_tensorflow_row(const struct resolver *rs, const char *release) {
  const struct compat *c = rs->compat;
  for (size_t i = 0; release && i < c->n_tensorflow; i++)
    if (!strcmp(c->tensorflow[i].tensorflow, release))
      return &c->tensorflow[i];
  return NULL;
}

void resolve_named(struct resolver *rs) {
  rs->torch = name_how(find_line(rs, "torch"));
  rs->tensorflow = name_how(find_line(rs, "tensorflow"));
  find_release(rs, &rs->torch, newest_torch, pinned_torch);
  find_release(rs, &rs->tensorflow, newest_tensorflow, pinned_tensorflow);
}
