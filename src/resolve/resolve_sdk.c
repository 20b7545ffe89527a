#include "resolve/resolve_int.h"

/** The version that is asked for, and where. */
struct sdk_wish {
  struct str text;
  struct str cause;
  struct span span;
  bool weak; // from the list of packages: replaced when it does not fit
};

static bool wish_of_list(const struct resolver *rs, struct sdk_wish *w) {
  for (size_t i = 0; i < rs->reqs.n; i++) {
    const struct requirement *r = &rs->reqs.v[i];
    const struct specifier *pin = specifier_set_pin(&r->specifiers);
    if (!pin || !str_is(r->name, "cog") || !resolve_applies(rs, r))
      continue;
    *w = (struct sdk_wish){pin->text, resolve_shown(r), r->span, true};
    return true;
  }
  return false;
}

static bool find_wish(const struct resolver *rs, struct sdk_wish *w) {
  const struct config_text *t = &rs->cfg->sdk_version;
  struct str option = rs->in->options.sdk_version;
  if (option.len)
    *w = (struct sdk_wish){.text = option, .cause = STR("COG_SDK_VERSION")};
  else if (t->set)
    *w = (struct sdk_wish){
        .text = t->text, .cause = STR("sdk_version"), .span = t->span};
  else
    return wish_of_list(rs, w);
  return true;
}

/** Source: cog 0.9.20 and 0.12.0 as they run; 0.16.12 and those with coglet
 *  answer. */
static bool is_silent_at_work(struct str release) {
  struct version have, talking;
  return version_parse(release, &have) &&
         version_parse(STR("0.16"), &talking) &&
         version_cmp(&have, &talking) < 0;
}

static void use(struct resolver *rs, struct str version,
                struct str requirement) {
  rs->out->sdk =
      (struct resolved_sdk){.kind = RESOLVED_SDK_INDEX,
                            .version = version,
                            .silent_at_work = is_silent_at_work(version),
                            .requirement = requirement};
}

static struct str pinned(struct resolver *rs, struct str version) {
  return str_printf(rs->ar, "cog==" STR_FMT, STR_ARG(version));
}

static bool use_newest(struct resolver *rs) {
  const struct compat_sdk *row = compat_newest_sdk(rs->compat, &rs->python);
  if (!row)
    return diag_fail(rs->dg, DIAG_BAD_SDK, rs->cfg->python_version.span,
                     "no release of the cog package runs on Python " STR_FMT,
                     STR_ARG(rs->out->python_minor));
  struct str requirement = pinned(rs, str_of(row->to));
  use(rs, str_of(row->to), requirement);
  resolve_decide_from(rs, "sdk", requirement, "python", "%s",
                      "the newest known for it");
  return true;
}

static bool bad_sdk(struct resolver *rs, const struct sdk_wish *w,
                    const char *why) {
  const struct compat_sdk *row = compat_newest_sdk(rs->compat, &rs->python);
  diag_fail(rs->dg, DIAG_BAD_SDK, w->span, STR_FMT " \"" STR_FMT "\" %s",
            STR_ARG(w->cause), STR_ARG(w->text), why);
  diag_note(rs->dg, SPAN_NONE, "the newest for Python " STR_FMT ": %s",
            STR_ARG(rs->out->python_minor), row ? row->to : "none");
  return false;
}

static bool use_wish(struct resolver *rs, const struct sdk_wish *w) {
  if (str_is(w->text, "prerelease")) {
    // A bound that names a pre-release lets pip take one, for cog alone.
    use(rs, w->text, STR("cog>=0.16.0a0"));
    resolve_decide(rs, "sdk", rs->out->sdk.requirement, w->cause, w->span, "%s",
                   "the newest, whatever it is");
    return true;
  }
  struct version v;
  if (!version_parse(w->text, &v))
    return bad_sdk(rs, w, "is not a version");
  const struct compat_sdk *row = compat_find_sdk(rs->compat, &v);
  if (!row)
    return bad_sdk(rs, w, "is older than every release of the cog package");
  struct version min = resolve_version(row->python_min);
  if (version_cmp_public(&rs->python, &min) < 0)
    return bad_sdk(
        rs, w,
        arena_printf(rs->ar, "needs Python %s or newer", row->python_min));
  struct str version = version_normal(rs->ar, &v);
  use(rs, version, pinned(rs, version));
  resolve_decide(rs, "sdk", rs->out->sdk.requirement, w->cause, w->span, "%s",
                 "");
  return true;
}

// A version in the list of packages is a hint: Cog itself ignores it.
static bool fits_wish(const struct resolver *rs, const struct sdk_wish *w) {
  struct version v;
  if (!version_parse(w->text, &v))
    return false;
  const struct compat_sdk *row = compat_find_sdk(rs->compat, &v);
  struct version min = resolve_version(row ? row->python_min : "0");
  return row && version_cmp_public(&rs->python, &min) >= 0;
}

static void use_wheel(struct resolver *rs, struct str wheel) {
  rs->out->sdk =
      (struct resolved_sdk){.kind = RESOLVED_SDK_WHEEL, .wheel = wheel};
  resolve_decide(rs, "sdk", wheel, STR("COG_WHEEL"), SPAN_NONE, "%s", "");
}

/** Decides the SDK; *OF_LIST: by a line of the packages. */
static bool decide_sdk(struct resolver *rs, bool *of_list) {
  const struct resolve_options *o = &rs->in->options;
  if (o->sdk.len && !str_is(o->sdk, "on") && !str_is(o->sdk, "off"))
    return diag_fail(rs->dg, DIAG_BAD_OPTION, SPAN_NONE,
                     "COG_SDK is \"" STR_FMT "\", not on or off",
                     STR_ARG(o->sdk));
  if (str_is(o->sdk, "off")) {
    rs->out->sdk.kind = RESOLVED_SDK_OFF;
    resolve_decide(rs, "sdk", STR("off"), STR("COG_SDK"), SPAN_NONE, "%s", "");
    return true;
  }
  if (o->sdk_wheel.len) {
    use_wheel(rs, o->sdk_wheel);
    return true;
  }
  if (!rs->python_known)
    return false; // reported where the Python is
  struct sdk_wish w;
  if (!find_wish(rs, &w) || (w.weak && !fits_wish(rs, &w)))
    return use_newest(rs);
  *of_list = w.weak;
  return use_wish(rs, &w);
}

bool resolve_sdk(struct resolver *rs) {
  bool of_list = false;
  if (!decide_sdk(rs, &of_list))
    return false;
  resolve_sdk_pair(rs, of_list);
  return true;
}
