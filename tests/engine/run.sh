#!/bin/bash
# Runs the tests that need a real engine, on each of the engines: an ok, FAIL
# or skip line for each case, and a count at the end.
#
# usage: tests/engine/run.sh [--engine NAME]... [--case PATTERN] [TEST]...
#   NAME     20.10, 26.1-containerd, 26.1-graph or sid; all when none is given
#   PATTERN  only the cases whose name matches this glob
#   TEST     hello for test_hello.sh; all when none is given
#
# For Debian 12, as root; installs what is missing with apt-get. The frontend
# is build/release-static/cog-frontend. Logs are kept in build/engine-logs.
set -u
ENGINE_TESTS=$(cd "$(dirname "$0")" && pwd)
PROJECT=$(cd "$ENGINE_TESTS/../.." && pwd)
LOG_DIR=$PROJECT/build/engine-logs
for part in base apt images frontend engine servers cases example registry python; do
  . "$ENGINE_TESTS/lib/$part.sh"
done
. "$PROJECT/tests/lib/packages.sh"

CHOSEN=() TESTS=() CASE_PATTERN='*' PASSED=0 FAILED=0 SKIPPED=0
while [ $# -gt 0 ]; do
  case $1 in
  --engine) CHOSEN+=("${2:?}") && shift ;;
  --case) CASE_PATTERN=${2:?} && shift ;;
  -*) die "usage: run.sh [--engine NAME]... [--case PATTERN] [TEST]..." ;;
  *) TESTS+=("$ENGINE_TESTS/test_$1.sh") ;;
  esac
  shift
done
[ ${#CHOSEN[@]} -gt 0 ] || CHOSEN=("${ENGINES[@]}")
[ ${#TESTS[@]} -gt 0 ] || TESTS=("$ENGINE_TESTS"/test_*.sh)

run_begin test
rm -rf "$LOG_DIR"
mkdir -p "$LOG_DIR"
[ -x "$PROJECT/build/release-static/cog-frontend" ] ||
  die "build the frontend first: cmake --workflow --preset release-static"
install_engine_packages || die "cannot install what the engines need"
IMAGES=$(images_archive) || exit
servers_start
at_exit engine_stop

for engine in "${CHOSEN[@]}"; do
  engine_start "$engine" || {
    echo "skip  $engine: Debian's archive has no engine that installs today"
    SKIPPED=$((SKIPPED + 1))
    continue
  }
  images_load "$IMAGES"
  frontend_load
  for TEST_FILE in "${TESTS[@]}"; do
    . "$TEST_FILE"
  done
  engine_stop
done
echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
[ "$FAILED" = 0 ]
