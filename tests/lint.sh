#!/bin/sh
# What can be said of the source without running it: clang-format, clang-tidy
# (the tidy preset), shellcheck and ruff find nothing. tests/lib/packages.sh
# names the packages; ruff is fetched from PyPI once and kept.
set -eu
cd "$(dirname "$0")/.."
ruff_version=0.17.6
ruff=${COGFE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cog-frontend}/ruff-$ruff_version

# Debian's Python, whatever stands in front of it.
install_ruff() {
  [ ! -x "$ruff/bin/ruff" ] || return 0
  rm -rf "$ruff"
  /usr/bin/python3 -m venv "$ruff"
  "$ruff/bin/pip" install -q --disable-pip-version-check \
    "ruff==$ruff_version"
}

# scripts PATTERN: those whose first line matches.
scripts() {
  git ls-files '*.sh' .ci/run |
    xargs awk -v pattern="$1" 'FNR == 1 && $0 ~ pattern { print FILENAME }'
}

git ls-files '*.c' '*.h' | xargs clang-format-14 --dry-run -Werror

# What is sourced has no first line that names its shell.
scripts '^#!' | xargs shellcheck --severity=warning
scripts '^#( |$)' | grep ^tests/engine/ |
  xargs shellcheck --severity=warning --shell=bash
scripts '^#( |$)' | grep ^tests/lib/ |
  xargs shellcheck --severity=warning --shell=sh

install_ruff
"$ruff/bin/ruff" check --quiet

cmake --preset tidy >/dev/null
cmake --build --preset tidy -- --quiet
