#!/bin/bash
# How the cost of the program grows with each kind of input: environment, run
# items, patterns, secrets, members of a zip. Prints a table with exponents.
#
# usage: tests/bench/cost.sh [ROUNDS]      (5 when none is given)
set -eu
cd "$(dirname "$0")/../.."
program=build/release-static/cog-frontend
[ -x "$program" ] || {
  echo "build the program first: cmake --workflow --preset release-static" >&2
  exit 1
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
gcc -O2 -static -o "$dir/measure" tests/bench/measure.c
python3 tests/bench/cost.py "$dir/measure" "$program" "${1:-5}"
