// What is installed in one call with the SDK: the server in the same release,
// and bounds that its release does not know of; and the lines of the project
// that cannot go with it.
// Source: the metadata of cog and coglet on PyPI, and how the servers start
// (cog 0.9.20 to 0.23.1, seen 2026-12).
#include "resolve/resolve_int.h"

/** The SDK's release, as far as it is known. */
struct sdk {
  struct resolver *rs;
  bool known; // not for "prerelease", nor a wheel whose name says nothing
  struct version version;
  const char *shown; // "cog 0.23.1"
};

static bool is_release_before(const struct version *v, const char *release) {
  const struct version than = resolve_version(release);
  return version_cmp_public(v, &than) < 0;
}

/** The version in a wheel's name: NAME-VERSION-….whl. */
static struct str version_of_wheel(struct str wheel) {
  struct str name, version;
  str_cut(str_cut(path_base(wheel), '-', &name), '-', &version);
  return version;
}

static struct sdk sdk_of(struct resolver *rs) {
  const struct resolved_sdk *r = &rs->out->sdk;
  struct sdk s = {.rs = rs};
  const struct str text =
      r->kind == RESOLVED_SDK_WHEEL ? version_of_wheel(r->wheel) : r->version;
  s.known = version_parse(text, &s.version);
  s.shown = s.known ? arena_printf(rs->ar, "cog " STR_FMT, STR_ARG(text))
                    : "the newest cog";
  return s;
}

static void add_requirement(struct sdk *s, struct str requirement) {
  vec_push(s->rs->ar, &s->rs->out->sdk.requirements, requirement);
}

// ---- lines of the project
// -----------------------------------------------------

bool resolve_is_sdk(const struct requirement *r) {
  bool names = r->kind == REQUIREMENT_PACKAGE || r->kind == REQUIREMENT_FILE;
  return names && (str_is(r->name, "cog") || str_is(r->name, "coglet"));
}

/** A line for the image that has NAME, or NULL. */
static const struct requirement *line_with(const struct resolver *rs,
                                           const char *name) {
  for (size_t i = 0; i < rs->reqs.n; i++)
    if (str_is(rs->reqs.v[i].name, name) && resolve_applies(rs, &rs->reqs.v[i]))
      return &rs->reqs.v[i];
  return NULL;
}

/** A line with `cog`: the release may be said there, and Cog's own tool does
 *  not look for it. */
static void warn_cog_line(struct sdk *s, const struct requirement *r,
                          bool of_list) {
  struct diags *dg = s->rs->dg;
  const struct resolved_decision *d = resolved_decision(s->rs->out, "sdk");
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  if (of_list && pin) {
    diag_warn(dg, DIAG_SDK_IN_LIST, r->span,
              "this line chooses the release of the cog package, which Cog's "
              "own tool ignores");
    diag_note(dg, SPAN_NONE,
              "write \"sdk_version: \\\"" STR_FMT
              "\\\"\" below \"build\" in its "
              "place",
              STR_ARG(pin->text));
    return;
  }
  const bool off = s->rs->out->sdk.kind == RESOLVED_SDK_OFF;
  diag_warn(
      dg, DIAG_SDK_IN_LIST, r->span,
      "this line has no effect: " STR_FMT " says %s",
      STR_ARG(d && d->cause.len ? d->cause : STR("the table of releases")),
      off ? "that the cog package is left out" : s->shown);
  diag_note(dg, SPAN_NONE, "remove it");
}

static void warn_cog_lines(struct sdk *s, bool of_list) {
  for (size_t i = 0; i < s->rs->reqs.n; i++) {
    const struct requirement *r = &s->rs->reqs.v[i];
    if (str_is(r->name, "cog") && resolve_is_sdk(r))
      warn_cog_line(s, r, of_list);
  }
}

// ---- the server
// -----------------------------------------------------------------

static void leave_coglet_out(struct sdk *s, const struct requirement *r,
                             const char *why) {
  diag_warn(s->rs->dg, DIAG_SDK_IN_LIST, r->span, "coglet is left out: %s",
            why);
  diag_note(s->rs->dg, SPAN_NONE, "remove the line");
}

/** The server's release is the user's: R. */
static void use_coglet_line(struct sdk *s, const struct requirement *r) {
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  struct diags *dg = s->rs->dg;
  struct version v;
  add_requirement(s, resolve_shown(r));
  if (!pin || !s->known || !version_parse(pin->text, &v))
    return;
  if (version_cmp_public(&v, &s->version) < 0) {
    diag_fail(dg, DIAG_SDK_CONFLICT, r->span,
              "\"" STR_FMT "\" cannot be installed with %s, which needs a "
              "coglet of its own release or a later one",
              STR_ARG(resolve_shown(r)), s->shown);
    diag_note(dg, SPAN_NONE, "write coglet==" STR_FMT ", or leave it out",
              STR_ARG(s->version.text));
  } else if (is_release_before(&s->version, "0.20") &&
             !is_release_before(&v, "0.20")) {
    diag_warn(dg, DIAG_SDK_PAIR, r->span,
              "the server of coglet " STR_FMT " does not start with %s",
              STR_ARG(pin->text), s->shown);
    diag_note(dg, SPAN_NONE, "write coglet==" STR_FMT ", or leave it out",
              STR_ARG(s->version.text));
  }
}

// cog 0.17 and later start coglet, whose releases have the same numbers. Their
// own requirement has no upper bound, and 0.17 to 0.19 do not work with the
// coglet of today.
static void add_coglet(struct sdk *s) {
  struct resolver *rs = s->rs;
  const struct requirement *r = line_with(rs, "coglet");
  if (s->known && is_release_before(&s->version, "0.17")) {
    if (r)
      leave_coglet_out(s, r,
                       arena_printf(rs->ar,
                                    "the server of %s does not start beside it",
                                    s->shown));
  } else if (r) {
    use_coglet_line(s, r);
  } else if (!s->known) {
    // A bound that names a pre-release lets pip take one.
    add_requirement(s, STR("coglet>=0.17.0a0"));
  } else if (!s->version.dev && !s->version.local.len) {
    add_requirement(s,
                    str_printf(rs->ar, "coglet==" STR_FMT,
                               STR_ARG(version_normal(rs->ar, &s->version))));
  }
}

// ---- bounds
// ---------------------------------------------------------------------

/** Packages that want pydantic 2; one that is pinned to a release before SINCE
 *  does not. */
static const struct {
  const char *name, *since; // NULL: every release
} wants_pydantic_2[] = {
    {"pydantic-settings", NULL},
    {"pydantic-core", NULL},
    {"pydantic-extra-types", NULL},
    {"pydantic-ai", NULL},
    {"langchain", "0.3"},
    {"langchain-core", "0.3"},
    {"langgraph", "0.2.20"},
    {"gradio", "5"},
    {"instructor", "1"},
    {"litellm", "1"},
    {"mcp", NULL},
    {"vllm", "0.4"},
    {"anthropic", "0.60"},
    {"google-genai", NULL},
    {"albumentations", "1.4.11"},
    {"albucore", "0.0.20"},
    {"mistralai", "1"},
    {"ollama", "0.4.5"},
};

static bool wants_pydantic(const struct resolver *rs, const char *name,
                           const char *since) {
  const struct requirement *r = line_with(rs, name);
  if (!r)
    return false;
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  return !pin || !since || !is_release_before(&pin->version, since);
}

// These releases accept pydantic 2 and answer every prediction with 500 then.
static void add_pydantic(struct sdk *s) {
  if (!s->known || is_release_before(&s->version, "0.10") ||
      !is_release_before(&s->version, "0.17") || line_with(s->rs, "pydantic"))
    return;
  for (size_t i = 0; i < ARRAY_LEN(wants_pydantic_2); i++)
    if (wants_pydantic(s->rs, wants_pydantic_2[i].name,
                       wants_pydantic_2[i].since))
      return;
  add_requirement(s, STR("pydantic<2"));
}

/** ">=1.9,<2" */
static struct str bounds_of(struct resolver *rs,
                            const struct compat_sdk_need *need) {
  const bool both = *need->at_least && *need->below;
  return str_printf(rs->ar, "%s%s%s%s%s", *need->at_least ? ">=" : "",
                    need->at_least, both ? "," : "", *need->below ? "<" : "",
                    need->below);
}

static bool fits_need(const struct compat_sdk_need *need,
                      const struct version *v) {
  return (!*need->at_least || !is_release_before(v, need->at_least)) &&
         (!*need->below || is_release_before(v, need->below));
}

static void check_line(struct sdk *s, const struct requirement *r) {
  struct resolver *rs = s->rs;
  const struct specifier *pin = specifier_set_pin(&r->specifiers);
  struct version v;
  if (r->kind != REQUIREMENT_PACKAGE || !pin || !resolve_applies(rs, r) ||
      !version_parse(pin->text, &v))
    return;
  const struct compat_sdk_need *need =
      compat_sdk_need(rs->compat, &s->version, r->name);
  if (!need || fits_need(need, &v))
    return;
  diag_fail(rs->dg, DIAG_SDK_CONFLICT, r->span,
            "\"" STR_FMT
            "\" cannot be installed with %s, which needs %s" STR_FMT,
            STR_ARG(resolve_shown(r)), s->shown, need->package,
            STR_ARG(bounds_of(rs, need)));
  const struct resolved_decision *d = resolved_decision(rs->out, "sdk");
  diag_note(rs->dg, d ? d->span : SPAN_NONE,
            "change the version, or choose another release of cog with "
            "build.sdk_version");
}

// What Cog 0.23 installs for traces and metrics; a release of the project's own
// counts.
static void add_telemetry(struct sdk *s) {
  static const char *const packages[] = {
      "opentelemetry-api", "opentelemetry-sdk",
      "opentelemetry-exporter-otlp-proto-http",
      "opentelemetry-exporter-otlp-proto-grpc"};
  const struct config_observability *o = &s->rs->cfg->observability;
  const struct config_bool *on =
      o->traces.enabled.value ? &o->traces.enabled : &o->metrics;
  if (!on->value)
    return;
  if (s->known && is_release_before(&s->version, "0.23")) {
    diag_warn(s->rs->dg, DIAG_CONFIG_IGNORED_KEY, on->span,
              "%s sends no traces and no metrics; cog 0.23 and later do",
              s->shown);
    diag_note(s->rs->dg, SPAN_NONE,
              "ask for a later release with build.sdk_version");
  }
  // They go together: one release of the project's own leaves none to choose.
  bool own = false;
  for (size_t i = 0; i < ARRAY_LEN(packages); i++)
    own = own || line_with(s->rs, packages[i]);
  for (size_t i = 0; i < ARRAY_LEN(packages); i++)
    if (!line_with(s->rs, packages[i]))
      add_requirement(
          s, str_printf(s->rs->ar, "%s%s", packages[i], own ? "" : "==1.44.0"));
}

void resolve_sdk_pair(struct resolver *rs, bool of_list) {
  struct sdk s = sdk_of(rs);
  warn_cog_lines(&s, of_list);
  if (rs->out->sdk.kind == RESOLVED_SDK_OFF) {
    const struct requirement *r = line_with(rs, "coglet");
    if (r)
      leave_coglet_out(&s, r, "COG_SDK=off leaves the cog package out");
    return;
  }
  if (rs->out->sdk.kind == RESOLVED_SDK_INDEX)
    add_requirement(&s, rs->out->sdk.requirement);
  add_coglet(&s);
  add_pydantic(&s);
  add_telemetry(&s);
  for (size_t i = 0; s.known && i < rs->reqs.n; i++)
    check_line(&s, &rs->reqs.v[i]);
}
