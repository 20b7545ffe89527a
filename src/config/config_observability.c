// What the keys of `observability` may say.
// Source: the cog 0.23.1 package, _trace.py (samplers, the two formats).
#include "cogfe/base.h"

#include "config/config_int.h"

static const char *const samplers[] = {
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
};

static const char *const header_formats[] = {"w3c", "jaeger"};

static void check_one_of(struct config_reader *r, const struct config_text *t,
                         const char *what, const char *const *words, size_t n) {
  if (!t->set)
    return;
  for (size_t i = 0; i < n; i++)
    if (str_is(t->text, words[i]))
      return;
  diag_fail(r->dg, DIAG_CONFIG_VALUE, t->span, "there is no %s \"" STR_FMT "\"",
            what, STR_ARG(t->text));
  config_note_suggestion(r, t->text, words, n);
  const char *list = words[0];
  for (size_t i = 1; i < n; i++)
    list = arena_printf(r->ar, "%s, %s", list, words[i]);
  diag_note(r->dg, SPAN_NONE, "use one of %s", list);
}

/** 0 or 1, perhaps with a fraction. */
static bool is_ratio(struct str text) {
  struct str whole, fraction = str_cut(text, '.', &whole);
  const bool has_fraction = whole.len < text.len;
  if (!str_is(whole, "0") && !str_is(whole, "1"))
    return false;
  if (!has_fraction)
    return true;
  if (!number_is_decimal(fraction))
    return false;
  return str_is(whole, "0") || strspn(fraction.p, "0") >= fraction.len;
}

static void check_sampler_arg(struct config_reader *r,
                              const struct config_traces *t) {
  if (!t->sampler_arg.set)
    return;
  if (!t->sampler.set || !str_ends(t->sampler.text, "ratio")) {
    diag_fail(r->dg, DIAG_CONFIG_VALUE, t->sampler_arg.span,
              "only a ratio sampler takes a \"sampler_arg\"");
    diag_note(r->dg, SPAN_NONE,
              "leave it out, or write \"sampler: parentbased_traceidratio\"");
  } else if (!is_ratio(t->sampler_arg.text)) {
    diag_fail(r->dg, DIAG_CONFIG_VALUE, t->sampler_arg.span,
              "\"" STR_FMT "\" is not a part of the traces",
              STR_ARG(t->sampler_arg.text));
    diag_note(r->dg, SPAN_NONE,
              "write a number from 0 to 1 in quotes, such as \"0.1\"");
  }
}

static void check_module(struct config_reader *r,
                         const struct config_observability *o) {
  const struct str path = o->config.text;
  if (!o->config.set)
    return;
  if (!str_ends(path, ".py") || path_leads_out(path_clean(r->ar, path))) {
    diag_fail(r->dg, DIAG_CONFIG_VALUE, o->config.span,
              "\"" STR_FMT "\" is no Python file of the project",
              STR_ARG(path));
    diag_note(r->dg, SPAN_NONE,
              "write its path from the top of the build context, such as "
              "telemetry.py");
  } else if (!o->traces.enabled.value && !o->metrics.value) {
    diag_fail(r->dg, DIAG_CONFIG_VALUE, o->config.key,
              "\"observability.config\" is of no use with traces and metrics "
              "off");
    diag_note(r->dg, SPAN_NONE, "write \"traces: true\" beside it");
  }
}

void config_check_observability(struct config_reader *r) {
  const struct config_observability *o = &r->cfg->observability;
  check_one_of(r, &o->traces.sampler, "sampler", samplers, ARRAY_LEN(samplers));
  check_sampler_arg(r, &o->traces);
  check_one_of(r, &o->traces.header_format, "format of trace headers",
               header_formats, ARRAY_LEN(header_formats));
  check_module(r, o);
}
