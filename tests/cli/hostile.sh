#!/bin/sh
# Files made to cost much are refused with a word about their limit, in no more
# than 20 MB of memory: the program gets no more.
#
# usage: tests/cli/hostile.sh PROGRAM
set -eu
program=$(realpath "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset NO_COLOR BUILDKIT_SESSION_ID
export LC_ALL=C.UTF-8
failed=0

# Sanitizers need more before they begin.
limit='ulimit -d 20480'
(eval "$limit" && "$program" --version) >/dev/null 2>&1 || limit=:

# repeat N TEXT: TEXT N times, without line ends.
repeat() {
  yes "$2" | head -n "$1" | tr -d '\n'
}

# refuses RULE: reads cog.yaml from standard input.
refuses() {
  mkdir -p "$dir/context"
  cat >"$dir/context/cog.yaml"
  status=0
  answer=$(eval "$limit" && "$program" check --format json "$dir/context") ||
    status=$?
  case $status$answer in
  1*'"rule": "'$1'"'*) return ;;
  esac
  printf 'not ok: %s\nstatus %d\n%s\n' "$1" "$status" "$answer" | head -n 20
  failed=1
}

laughs() {
  echo 'a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]'
  for i in 1 2 3 4 5 6 7 8 9; do
    echo "a$i: &a$i [$(repeat 9 "*a$((i - 1)), ")]"
  done
}

laughs | refuses yaml-limit
{ printf 'a: "' && head -c 100000000 /dev/zero | tr '\0' x && echo '"'; } | refuses too-large
{ repeat 100000 '[' && repeat 100000 ']'; } | refuses yaml-limit
repeat 100000 '{a: ' | refuses yaml-limit
{ printf 'build:\n  cuda: "' && repeat 1000000 1 && echo '"'; } |
  refuses bad-value
exit $failed
