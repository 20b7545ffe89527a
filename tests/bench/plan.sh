#!/bin/bash
# What `check` and `plan` cost: each over every directory of the corpus beside
# the checkout (else of testdata/cases), one process a directory, beside a
# program that does nothing.
#
# usage: tests/bench/plan.sh [ROUNDS]      (5 when none is given)
#
# Own time is what the process used itself; wall time is what passes, and more
# on a machine that has other work.
set -eu
cd "$(dirname "$0")/../.."
rounds=${1:-5}
program=$PWD/build/release-static/cog-frontend
cases=../shared/corpus/cases
[ -d "$cases" ] || cases=testdata/cases
[ -x "$program" ] || {
  echo "build the program first: cmake --workflow --preset release-static" >&2
  exit 1
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
gcc -O2 -static -o "$dir/spawn" tests/bench/spawn.c
ls -d "$cases"/*/ >"$dir/list"

# measure NAME PROGRAM ARG...
measure() {
  local name=$1
  shift
  "$dir/spawn" "$@" <"$dir/list" 2>/dev/null >>"$dir/$name"
}

# column FILE N: median, smallest, largest.
column() {
  awk -v c="$2" '{ print $c }' "$1" | sort -n | awk '{ v[NR] = $1 } END {
    printf "%.2f (%.2f to %.2f)", v[int((NR + 1) / 2)], v[1], v[NR] }'
}

for ((i = 0; i < rounds; i++)); do
  measure true /bin/true
  measure check "$program" check
  measure plan "$program" plan
done
echo "$(wc -l <"$dir/list") directories of $cases, $rounds rounds:" \
  "median (smallest to largest)"
printf '%-8s %-24s %-24s %s\n' '' 'own time, ms' 'wall, ms' 'peak, KiB'
for name in check plan true; do
  printf '%-8s %-24s %-24s %s\n' "$name" "$(column "$dir/$name" 2)" \
    "$(column "$dir/$name" 1)" "$(column "$dir/$name" 3)"
done
