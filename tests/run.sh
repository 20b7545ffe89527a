#!/bin/sh
# Builds and runs every test: unit and golden tests, the same under the
# sanitizers, the release executable, the fuzz targets, and the engine tests. As
# root, on Debian 12 or Ubuntu; installs what is missing. Ends with
# `N passed, N failed, …`.
#
#   tests/run.sh             everything, and a cut through the models that are
#                            served with real packages
#   tests/run.sh --all       with every model
#   tests/run.sh --servers   these alone: a matrix, or why it was skipped
#   tests/run.sh --quick     without the sanitizers, the fuzzing and the engines
set -eu
cd "$(dirname "$0")/.."
. tests/lib/packages.sh

quick= servers=
case ${1-} in
'') ;;
--quick) quick=1 ;;
--all) export SERVERS=all ;;
--servers) servers=1 && export SERVERS=all ;;
*)
  echo "usage: tests/run.sh [--all | --servers | --quick]" >&2
  exit 2
  ;;
esac

install_test_packages

step() { printf '\n==> %s\n' "$*"; }

if [ -n "$servers" ]; then
  cmake --preset release-static >/dev/null
  cmake --build --preset release-static >/dev/null
  exec tests/engine/run.sh --engine 26.1-containerd servers
fi

step "unit and golden tests"
cmake --preset dev >/dev/null
cmake --build --preset dev
ctest --preset dev -j "$(nproc)"

step "the release executable"
cmake --preset release-static >/dev/null
cmake --build --preset release-static
tests/release.sh build/release-static/cog-frontend

step "formatting and static checks"
tests/lint.sh
[ -z "$quick" ] || exit 0

step "the same tests under the address and undefined behaviour sanitizers"
cmake --preset asan >/dev/null
cmake --build --preset asan
ctest --preset asan -j "$(nproc)"

step "fuzzing, 20 seconds for each target"
FUZZ_SEED=1 tests/fuzz/run.sh 20

step "schemas in the real server"
status=0
tests/schema/serve.sh build/release-static/cog-frontend || status=$?
[ "$status" = 0 ] || [ "$status" = 77 ] # skipped without a network

step "engines"
tests/engine/run.sh
