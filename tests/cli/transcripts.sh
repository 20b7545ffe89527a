#!/bin/sh
# Holds the program to the transcripts testdata/cli/*.txt. In one, a line
#
#   $ COMMAND   is run by sh, in a new directory in which `cases` is a copy of
#               testdata/cases; files that commands make stay until its end
#   > TEXT      is a line of standard output,
#   ! TEXT      one of standard error,
#   = N         an exit status other than 0,
#
# and anything else is a remark. With UPDATE_GOLDEN=1 they are written anew.
#
# usage: tests/cli/transcripts.sh PROGRAM
set -eu
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin"
cp -R testdata/cases "$dir/cases"
ln -s "$program" "$dir/bin/cog-frontend"
# The release build has no tests, and so no printer of its own.
printer=$(dirname "$program")/tests/llb-print
[ -x "$printer" ] || printer=build/dev/tests/llb-print
ln -s "$(realpath "$printer")" "$dir/bin/llb-print"
unset NO_COLOR BUILDKIT_SESSION_ID
export LC_ALL=C.UTF-8 PATH="$dir/bin:$PATH"

run() {
  status=0
  (cd "$dir/here" && sh -c "$1" >../out 2>../err </dev/null) || status=$?
  awk '{ print ($0 == "" ? ">" : "> " $0) }' "$dir/out"
  awk '{ print "! " $0 }' "$dir/err"
  [ "$status" = 0 ] || echo "= $status"
}

replay() {
  rm -rf "$dir/here"
  mkdir "$dir/here"
  ln -s ../cases "$dir/here/cases"
  while IFS= read -r line; do
    case $line in
    '$ '*) printf '%s\n' "$line" && run "${line#??}" ;;
    '>' | '> '* | '! '* | '= '*) ;;
    *) printf '%s\n' "$line" ;;
    esac
  done <"$1"
}

failed=0
for transcript in testdata/cli/*.txt; do
  replay "$transcript" >"$dir/got"
  if [ "${UPDATE_GOLDEN-}" ]; then
    cat "$dir/got" >"$transcript"
  elif ! diff -u --label "$transcript" --label got "$transcript" "$dir/got"; then
    failed=1
  fi
done
exit "$failed"
