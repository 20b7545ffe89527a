#!/bin/bash
# Runs the tests that need a real engine, on each of the engines: an ok, FAIL
# or skip line for each case, and a count at the end. Several engines run side
# by side, as many at a time as there are processors.
#
# usage: tests/engine/run.sh [--engine NAME]... [--case PATTERN] [TEST]...
#   NAME     20.10, 26.1-containerd, 26.1-graph or sid; all when none is given
#   PATTERN  only the cases whose name matches this glob
#   TEST     hello for test_hello.sh; those of tests_of when none is given
#
# For Debian 12, as root; installs what is missing with apt-get. The frontend
# is build/release-static/cog-frontend. Logs are kept in build/engine-logs.
set -u
ENGINE_TESTS=$(cd "$(dirname "$0")" && pwd)
PROJECT=$(cd "$ENGINE_TESTS/../.." && pwd)
LOG_DIR=$PROJECT/build/engine-logs
for part in base apt images frontend engine servers cases example \
  same_image registry python pyenv; do
  . "$ENGINE_TESTS/lib/$part.sh"
done
. "$PROJECT/tests/lib/packages.sh"

# COGFE_COUNTS is set when this is one of several that run side by side: the
# file for the numbers of passed, failed and skipped cases.
COUNTS=${COGFE_COUNTS:-} CHOSEN=() TESTS=() CASE_PATTERN='*'
PASSED=0 FAILED=0 SKIPPED=0
while [ $# -gt 0 ]; do
  case $1 in
  --engine) CHOSEN+=("${2:?}") && shift ;;
  --case) CASE_PATTERN=${2:?} && shift ;;
  -*) die "usage: run.sh [--engine NAME]... [--case PATTERN] [TEST]..." ;;
  *) TESTS+=("$1") ;;
  esac
  shift
done
[ ${#CHOSEN[@]} -gt 0 ] || CHOSEN=("${ENGINES[@]}")

# tests_of ENGINE: all on the oldest engine and on the one that merges layers;
# on the others what they are there for, since each engine takes its minutes.
# gpu compiles CPython and is run by name: it has not passed as a whole yet.
tests_of() {
  local test
  case $1 in
  26.1-graph) echo engine hello failures options named layers ;;
  sid) echo engine hello calls hatch attest cache examples ;;
  *)
    for test in "$ENGINE_TESTS"/test_*.sh; do
      test=$(basename "${test/test_/}" .sh)
      [ "$test" = gpu ] || echo "$test"
    done
    ;;
  esac
}

# run_engine NAME: its tests, with servers of their own.
run_engine() {
  local files
  [ ${#TESTS[@]} -gt 0 ] || TESTS=($(tests_of "$1"))
  files=("${TESTS[@]/#/$ENGINE_TESTS/test_}")
  files=("${files[@]/%/.sh}")
  engine_start "$1" || {
    echo "skip  $1: Debian's archive has no engine that installs today"
    SKIPPED=$((SKIPPED + 1))
    return
  }
  images_load "$IMAGES"
  frontend_load
  servers_start
  for TEST_FILE in "${files[@]}"; do
    . "$TEST_FILE"
  done
  engine_stop
}

# add_counts NAME: those of an engine that has ended.
add_counts() {
  local passed=0 failed=1 skipped=0
  read -r passed failed skipped 2>/dev/null <"$RUN_DIR/$1.counts" ||
    echo "FAIL  $1: its tests came to no end"
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed))
  SKIPPED=$((SKIPPED + skipped))
}

run_side_by_side() {
  local engine running=0
  declare -A name_of=()
  for engine; do
    [ "$running" -lt "$(nproc)" ] || wait_for_one
    COGFE_COUNTS=$RUN_DIR/$engine.counts "$0" --engine "$engine" \
      --case "$CASE_PATTERN" "${TESTS[@]}" &
    name_of[$!]=$engine
    running=$((running + 1))
  done
  while [ "$running" -gt 0 ]; do
    wait_for_one
  done
}

wait_for_one() {
  local ended
  wait -n -p ended
  add_counts "${name_of[$ended]}"
  running=$((running - 1))
}

stop_the_others() {
  local pids
  pids=$(jobs -p)
  [ -z "$pids" ] || kill $pids 2>/dev/null
  wait
}

run_begin test
[ -n "$COUNTS" ] || rm -rf "$LOG_DIR"
mkdir -p "$LOG_DIR"
[ -x "$PROJECT/build/release-static/cog-frontend" ] ||
  die "build the frontend first: cmake --workflow --preset release-static"
install_engine_packages || die "cannot install what the engines need"
IMAGES=$(images_archive) || exit
if [ ${#CHOSEN[@]} -gt 1 ]; then
  at_exit stop_the_others
  run_side_by_side "${CHOSEN[@]}"
else
  at_exit engine_stop
  run_engine "${CHOSEN[0]}"
fi

[ -z "$COUNTS" ] || {
  echo "$PASSED $FAILED $SKIPPED" >"$COUNTS"
  exit
}
echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
[ "$FAILED" = 0 ]
