#include "cogfe/base.h"

#include "cogfe/platform.h"

static struct str lower(struct arena *ar, struct str s) {
  char *p = str_cstr(ar, s);
  for (size_t i = 0; i < s.len; i++)
    if (p[i] >= 'A' && p[i] <= 'Z')
      p[i] = (char)(p[i] - 'A' + 'a');
  return (struct str){p, s.len};
}

struct alias {
  const char *arch, *variant; // as written; an empty variant is any
  const char *to_arch, *to_variant;
};

// Source: containerd platforms v0.2 database.go normalizeArch.
static const struct alias aliases[] = {
    {"x86_64", "", "amd64", ""},      {"x86-64", "", "amd64", ""},
    {"amd64", "v1", "amd64", ""},     {"i386", "", "386", ""},
    {"aarch64", "", "arm64", ""},     {"arm64", "8", "arm64", ""},
    {"arm64", "v8", "arm64", ""},     {"arm64", "v8.0", "arm64", ""},
    {"arm64", "9", "arm64", "v9"},    {"arm64", "9.0", "arm64", "v9"},
    {"arm64", "v9.0", "arm64", "v9"}, {"armhf", "", "arm", "v7"},
    {"armel", "", "arm", "v6"},       {"arm", "5", "arm", "v5"},
    {"arm", "6", "arm", "v6"},        {"arm", "7", "arm", "v7"},
    {"arm", "8", "arm", "v8"},
};

static void normalize_platform(struct platform *p) {
  if (str_is(p->os, "macos"))
    p->os = STR("darwin");
  if (str_is(p->arch, "aarch64"))
    p->arch = STR("arm64");
  for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
    const struct alias *a = &aliases[i];
    if (!str_is(p->arch, a->arch) || !str_is(p->variant, a->variant))
      continue;
    p->arch = str_of(a->to_arch);
    p->variant = str_of(a->to_variant);
    break;
  }
  if (str_is(p->arch, "arm") && p->variant.len == 0)
    p->variant = STR("v7");
}

static bool is_os(struct str s) {
  static const char *const names[] = {"linux", "windows", "darwin", "macos",
                                      "freebsd"};
  for (size_t i = 0; i < ARRAY_LEN(names); i++)
    if (str_is(s, names[i]))
      return true;
  return false;
}

static bool is_platform_word(struct str s) {
  if (s.len == 0)
    return false;
  for (size_t i = 0; i < s.len; i++) {
    char c = s.p[i];
    bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
              c == '-' || c == '.';
    if (!ok)
      return false;
  }
  return true;
}

bool platform_parse(struct arena *ar, struct str text,
                    const struct platform *fallback, struct platform *out) {
  struct str part[3] = {0};
  struct str rest = lower(ar, str_trim(text));
  size_t n = 0;
  for (bool more = true; more; n++) {
    if (n == ARRAY_LEN(part))
      return false;
    more = str_find(rest, '/') >= 0;
    rest = str_cut(rest, '/', &part[n]);
    if (!is_platform_word(part[n]))
      return false;
  }
  *out = *fallback;
  if (n == 1 && is_os(part[0])) {
    out->os = part[0];
  } else if (n == 1) {
    out->arch = part[0];
    out->variant = (struct str){0};
  } else {
    *out = (struct platform){part[0], part[1], part[2], {0}};
  }
  normalize_platform(out);
  return true;
}

bool platform_is_linux(struct arena *ar, const struct platform *p,
                       const char **meant) {
  // Source: golang.org/doc/install/source, GOARCH of linux.
  static const char *const names[] = {
      "linux/amd64",   "linux/arm64",   "linux/386",      "linux/arm",
      "linux/loong64", "linux/mips64",  "linux/mips64le", "linux/ppc64",
      "linux/ppc64le", "linux/riscv64", "linux/s390x",
  };
  const struct platform plain = {p->os, p->arch, {0}, {0}};
  struct str_guess g = {.text = platform_id(ar, &plain)};
  for (size_t i = 0; i < ARRAY_LEN(names); i++) {
    if (str_is(g.text, names[i]))
      return true;
    str_guess_consider(&g, names[i]);
  }
  *meant = g.best;
  return false;
}

struct str platform_id(struct arena *ar, const struct platform *p) {
  return str_printf(ar, STR_FMT "/" STR_FMT "%s" STR_FMT, STR_ARG(p->os),
                    STR_ARG(p->arch), p->variant.len ? "/" : "",
                    STR_ARG(p->variant));
}
