// Options that limit what the steps may use.
#include "builder_options.h"

bool builder_bad_option(const char *option, struct str value, const char *want,
                        struct diags *dg) {
  diag_fail(dg, DIAG_BAD_OPTION, SPAN_NONE, "%s cannot be \"" STR_FMT "\"",
            option, STR_ARG(value));
  diag_note(dg, SPAN_NONE, "%s", want);
  return false;
}

/** Digits; -1 for "no limit" where that may be said. */
static bool read_limit(struct str text, bool unlimited, int64_t *out) {
  *out = -1;
  if (unlimited && str_is(text, "-1"))
    return true;
  uint64_t n;
  if (!number_parse(text, 10, INT64_MAX, &n))
    return false;
  *out = (int64_t)n;
  return true;
}

static bool read_shm_size(struct builder_options *o, struct diags *dg) {
  if (o->shm_size_text.len == 0 ||
      read_limit(o->shm_size_text, false, &o->shm_size))
    return true;
  return builder_bad_option("shm-size", o->shm_size_text,
                            "it is a number of bytes", dg);
}

/** NAME=SOFT[:HARD], several with commas between. */
static bool read_ulimits(struct builder_options *o, struct arena *ar,
                         struct diags *dg) {
  struct str rest = o->ulimit_text, item;
  while (rest.len) {
    rest = str_cut(rest, ',', &item);
    struct llb_ulimit u;
    struct str soft, hard = str_cut(item, '=', &u.name);
    hard = str_cut(hard, ':', &soft);
    if (u.name.len == 0 || !read_limit(soft, true, &u.soft) ||
        !read_limit(hard.len ? hard : soft, true, &u.hard))
      return builder_bad_option("a ulimit", item, "write it as NAME=SOFT:HARD",
                                dg);
    vec_push(ar, &o->ulimits, u);
  }
  return true;
}

/** A number of one of Docker's options; -1 only where it means no limit. */
static void read_resource(const char *option, struct str text, bool unlimited,
                          int64_t *out, struct diags *dg) {
  *out = 0;
  if (text.len && !read_limit(text, unlimited, out))
    builder_bad_option(option, text,
                       unlimited ? "it is a number, or -1 for no limit"
                                 : "it is a number",
                       dg);
}

static void read_cpuset(const char *option, struct str text, struct str *out,
                        struct diags *dg) {
  *out = text;
  for (size_t i = 0; i < text.len; i++)
    if (!strchr("0123456789,-", text.p[i])) {
      builder_bad_option(option, text,
                         "it is a list of numbers and ranges, such as 0-2,4",
                         dg);
      return;
    }
}

static void read_resources(struct builder_options *o, struct diags *dg) {
  struct llb_resources *r = &o->resources;
  read_resource("memory", o->memory_text, false, &r->memory, dg);
  read_resource("memswap", o->memswap_text, true, &r->memory_swap, dg);
  read_resource("cpushares", o->cpu_shares_text, false, &r->cpu_shares, dg);
  read_resource("cpuperiod", o->cpu_period_text, false, &r->cpu_period, dg);
  read_resource("cpuquota", o->cpu_quota_text, true, &r->cpu_quota, dg);
  read_cpuset("cpusetcpus", o->cpuset_cpus, &r->cpuset_cpus, dg);
  read_cpuset("cpusetmems", o->cpuset_mems, &r->cpuset_mems, dg);
}

void builder_options_read_limits(struct builder_options *o, struct arena *ar,
                                 struct diags *dg) {
  read_shm_size(o, dg);
  read_ulimits(o, ar, dg);
  read_resources(o, dg);
}
