#!/bin/bash
# Runs the tests that need a real engine, on each of the engines: an ok, FAIL
# or skip line for each case, and a count at the end. Several jobs run side by
# side, as many at a time as there are processors; each has an engine of its own.
#
# usage: tests/engine/run.sh [--engine NAME]... [--case PATTERN] [TEST]...
#   NAME     20.10, 26.1-containerd, 26.1-graph or sid; all when none is given
#   PATTERN  only the cases whose name matches this glob
#   TEST     hello for test_hello.sh; those of tests_of when none is given
#
# For Debian 12, as root; installs what is missing with apt-get. The frontend
# is build/release-static/cog-frontend. Logs are kept in build/engine-logs. A case
# that takes longer than CASE_SECONDS (1800) is stopped, and has failed.
set -u
ENGINE_TESTS=$(cd "$(dirname "$0")" && pwd)
PROJECT=$(cd "$ENGINE_TESTS/../.." && pwd)
LOG_DIR=${COGFE_LOGS:-$PROJECT/build/engine-logs}
for part in base apt images frontend engine servers cases example \
  same_image registry python pyenv pypi models; do
  . "$ENGINE_TESTS/lib/$part.sh"
done
. "$PROJECT/tests/lib/packages.sh"

# COGFE_COUNTS and COGFE_LOGS are set when this is one of several jobs that run
# side by side: the file for the numbers of passed, failed and skipped cases, and
# a directory of its own for logs.
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

# What takes half of the time of an engine that runs everything: gpu compiles
# CPython, the others build whole projects.
SLOW_TESTS="gpu equivalence corpus"

# tests_of ENGINE: all on the oldest engine and on the one that merges layers;
# on the others what they are there for, since each engine takes its minutes.
# A line for each job, which has an engine to itself.
tests_of() {
  case $1 in
  26.1-containerd) echo "$SLOW_TESTS" && echo servers && other_tests ;;
  26.1-graph) echo engine hello failures options named layers ;;
  sid) echo engine hello calls from_cog attest cache examples ;;
  *) echo "$(other_tests) ${SLOW_TESTS#gpu}" ;;
  esac
}

other_tests() {
  local test names=()
  for test in "$ENGINE_TESTS"/test_*.sh; do
    test=$(basename "${test/test_/}" .sh)
    [[ " $SLOW_TESTS servers " == *" $test "* ]] || names+=("$test")
  done
  echo "${names[*]}"
}

# jobs_of ENGINE...: a line for each job: the engine, and its tests.
jobs_of() {
  local engine tests
  for engine; do
    if [ ${#TESTS[@]} -gt 0 ]; then
      echo "${TESTS[*]}"
    else
      tests_of "$engine"
    fi | while read -r tests; do
      echo "$engine $tests"
    done
  done
}

# run_job ENGINE TEST...: the tests on an engine and with servers of their own.
run_job() {
  local files
  engine_start "$1" || {
    echo "skip  $1: Debian's archive has no engine that installs today"
    SKIPPED=$((SKIPPED + 1))
    return
  }
  images_load "$IMAGES"
  frontend_load
  servers_start
  shift
  files=("${@/#/$ENGINE_TESTS/test_}")
  for TEST_FILE in "${files[@]/%/.sh}"; do
    . "$TEST_FILE"
  done
  engine_stop
}

# add_counts JOB: those of a job that has ended.
add_counts() {
  local passed=0 failed=1 skipped=0
  read -r passed failed skipped 2>/dev/null <"$RUN_DIR/$1.counts" ||
    echo "FAIL  ${JOBS[$1]%% *}: its tests came to no end"
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed))
  SKIPPED=$((SKIPPED + skipped))
}

run_side_by_side() {
  local job running=0 tests
  declare -A job_of=()
  for job in "${!JOBS[@]}"; do
    [ "$running" -lt "$(nproc)" ] || wait_for_one
    read -r -a tests <<<"${JOBS[$job]}"
    COGFE_COUNTS=$RUN_DIR/$job.counts COGFE_LOGS=$LOG_DIR/$job "$0" \
      --engine "${tests[0]}" --case "$CASE_PATTERN" "${tests[@]:1}" &
    job_of[$!]=$job
    running=$((running + 1))
  done
  while [ "$running" -gt 0 ]; do
    wait_for_one
  done
}

wait_for_one() {
  local ended
  wait -n -p ended "${!job_of[@]}"
  add_counts "${job_of[$ended]}"
  unset "job_of[$ended]"
  running=$((running - 1))
}

stop_the_others() {
  local pids
  pids=$(jobs -p)
  [ -z "$pids" ] || kill $pids 2>/dev/null
  wait
}

# end_of_run: the numbers, for who started this job or for a person.
end_of_run() {
  [ -z "$COUNTS" ] || {
    echo "$PASSED $FAILED $SKIPPED" >"$COUNTS"
    exit
  }
  echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
  [ "$FAILED" = 0 ]
  exit
}

run_begin test
[ -n "$COUNTS" ] || rm -rf "$LOG_DIR"
mkdir -p "$LOG_DIR"
[ -x "$PROJECT/build/release-static/cog-frontend" ] ||
  die "build the frontend first: cmake --workflow --preset release-static"
install_engine_packages || die "cannot install what the engines need"
if [ "${TESTS[*]}" = servers ] && why=$(models_cannot) && [ -n "$why" ]; then
  models_skip "$why"
  end_of_run
fi
at_exit stop_the_others
# What takes minutes to make, side by side.
for engine in "${CHOSEN[@]}"; do
  engine_debian "$engine" >/dev/null &
done
IMAGES=$(images_archive) || exit
wait
mapfile -t JOBS < <(jobs_of "${CHOSEN[@]}")
if [ ${#JOBS[@]} -gt 1 ]; then
  run_side_by_side
else
  at_exit engine_stop
  run_job ${JOBS[0]}
fi
end_of_run
