// Variables that pip reads while the image is built.
#include "lint/lint_int.h"

/** Those that decide which packages pip takes, or from where. Source: pip 26.3
 *  and uv 0.13, their options as variables. */
static const char *const deciding[] = {
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_NO_INDEX",
    "PIP_PRE",
    "PIP_CONSTRAINT",
    "PIP_NO_BINARY",
    "PIP_ONLY_BINARY",
    "PIP_REQUIRE_HASHES",
    "PIP_PREFER_BINARY",
    "UV_INDEX",
    "UV_DEFAULT_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_CONSTRAINT",
    "UV_OVERRIDE",
    "UV_PRERELEASE",
    "UV_RESOLUTION",
};

void lint_pip_environment(struct lint *l) {
  const struct config_envs *all = &l->config->environment;
  for (size_t i = 0; i < all->n; i++)
    for (size_t k = 0; k < ARRAY_LEN(deciding); k++) {
      if (!str_is(all->v[i].name, deciding[k]))
        continue;
      diag_warn(l->dg, DIAG_PIP_ENVIRONMENT, all->v[i].span,
                "\"%s\" decides which packages are installed, and stays in the "
                "image",
                deciding[k]);
      diag_note(l->dg, SPAN_NONE,
                "for the build alone, write the option among the packages, or "
                "use docker build --build-arg");
    }
}
