#!/bin/sh
# Fuzzes the targets tests/fuzz/fuzz_NAME.c with libFuzzer, one on each core,
# and says what each came to. What is found stays in build/fuzz/found; it
# becomes a case of testdata before it is mended.
#
# usage: tests/fuzz/run.sh [SECONDS [NAME...]]    (20 seconds, every target)
#
# FUZZ_SEED=N walks the same way each time; without it each run goes its own.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-20}
[ $# = 0 ] || shift
found=build/fuzz/found

# The seeds of a target: its own, and files of projects for what reads those.
seeds() {
  [ ! -d "testdata/fuzz/$1" ] || echo "testdata/fuzz/$1"
  case $1 in
  schema)
    echo testdata/fuzz/pysig
    [ ! -d ../shared/schema/cases ] || echo ../shared/schema/cases
    ;;
  yamldoc | config | resolve | requirements | lint)
    echo testdata/cases
    [ ! -d ../shared/corpus/cases ] || echo ../shared/corpus/cases
    ;;
  esac
}

# The largest of LOG's last lines of libFuzzer: runs, coverage, seconds.
summary() {
  awk -v name="$1" '
    / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
    /^Done / { runs = $2 }
    END { printf "%-18s %9d runs, %5d edges\n", name, runs, cov }' "$2"
}

fuzz_one() {
  corpus=build/fuzz/corpus/$1 log=build/fuzz/$1.log
  mkdir -p "$corpus" "$found"
  # shellcheck disable=SC2046 # words
  if "build/fuzz/tests/fuzz_$1" -max_total_time="$seconds" -timeout=25 \
    -seed="${FUZZ_SEED:-0}" -rss_limit_mb=2048 -max_len=16384 \
    -artifact_prefix="$found/$1-" \
    "$corpus" $(seeds "$1") >"$log" 2>&1; then
    summary "$1" "$log"
  else
    tail -n 40 "$log"
    echo "$1: FAILED, see $log and $found"
    return 1
  fi
}

if [ "${FUZZ_ONE-}" ]; then
  fuzz_one "$1"
  exit
fi

# shellcheck disable=SC2046 # words
[ $# != 0 ] || set -- $(ls tests/fuzz/fuzz_*.c | sed 's|.*/fuzz_||; s|\.c$||')
cmake --preset fuzz >/dev/null
# shellcheck disable=SC2046 # words
cmake --build --preset fuzz --target $(printf 'fuzz_%s ' "$@") -- --quiet
printf '%s\n' "$@" |
  FUZZ_ONE=1 xargs -P "$(nproc)" -n 1 "tests/fuzz/run.sh" "$seconds"
