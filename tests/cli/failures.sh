#!/bin/sh
# What the program does when the machine fails it: closed pipes, full disks,
# directories that may not be read, terminals. Each answer is one line on
# standard error, exit status 3, and no half of a file.
#
# usage: tests/cli/failures.sh PROGRAM
set -eu
cd "$(dirname "$0")/../.."
. tests/lib/cli.sh
cli_begin "$1"
cp -R testdata/cases/migration testdata/cases/hello testdata/cases/unknown-keys \
  testdata/cases/fal-stream "$dir"
cd "$dir"

# ---- output that goes nowhere ------------------------------------------------

for command in plan 'plan --format json' packages requirements dockerfile \
  check llb; do
  try "cog-frontend $command migration --strict=no >/dev/full" # wrong use first
  is "$command, wrong use" "${answer%% *}" 2
  try "cog-frontend $command hello --platform linux/amd64 >/dev/full"
  case $command in
  check) is "check has nothing to write" "$answer" "0 " ;;
  *) is "$command to a full disk" "$answer" \
    "$(cannot_write 'standard output' 'No space left on device')" ;;
  esac
done

# Warnings of the input are not told either: one line is.
try 'cog-frontend check unknown-keys >/dev/full'
is "check to a full disk" "$answer" \
  "$(cannot_write 'standard output' 'No space left on device')"

# The reader is gone before the program starts.
try '{ sleep 0.5; cog-frontend plan migration; echo $? >status; } | :'
is "a closed pipe" "$(cat status) $(cat err)" "$(cannot_write 'standard output' 'Broken pipe')"

try 'cog-frontend plan migration >&-'
is "standard output is closed" "$answer" \
  "$(cannot_write 'standard output' 'Bad file descriptor')"

try 'cog-frontend plan migration 2>&- >out'
is "standard error is closed" "$answer" "0 "

# ---- no half of a file -------------------------------------------------------

# A limit on the size of files stands for a disk that fills up on the way.
try 'ulimit -f 1; cog-frontend plan migration >half'
is "half of a file" "$answer" "$(cannot_write 'standard output' 'File too large')"
is "a file that was empty is empty again" "$(wc -c <half)" 0

printf 'before\n' >half
try 'ulimit -f 1; cog-frontend plan migration >>half'
is "half of what is appended" "$answer" "$(cannot_write 'standard output' 'File too large')"
is "what was there before is still there" "$(cat half)" before

# Files in a directory: all of them, or none.
mkdir app
echo before >app/Dockerfile
try 'ulimit -f 1; cog-frontend fal fal-stream -o app --force'
is "a file of a directory that is half" "$answer" \
  '3 error: cannot write app/Dockerfile: File too large [io]'
is "nothing but what was there" "$(ls -A app) $(cat app/Dockerfile)" \
  "Dockerfile before"
try 'ulimit -f 1; cog-frontend fal fal-stream -o fresh'
is "no directory of half a file" "$(ls -d fresh 2>&1 >/dev/null | wc -l)" 1

if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
  mkdir disk
  try 'unshare -m sh -c "mount -t tmpfs -o size=4k tmpfs disk &&
    cog-frontend fal fal-stream -o disk; s=\$?; ls -A disk; exit \$s" >listed'
  is "a disk that is full" "$answer" \
    '3 error: cannot write disk/fal_app.py: No space left on device [io]'
  is "nothing on the full disk" "$(cat listed)" ""
else
  echo "skip: no namespace for a small disk"
fi

# ---- input that cannot be read -----------------------------------------------

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  as_other='setpriv --reuid 65534 --regid 65534 --clear-groups'
else
  as_other=
fi
mkdir shut locked
cp hello/cog.yaml locked
cp hello/cog.yaml shut.tar
mkdir -m 555 sealed
chmod 000 shut shut.tar locked/cog.yaml
if $as_other test -r shut; then
  echo "skip: this user reads everything"
else
  try "$as_other cog-frontend check shut"
  is "a directory that may not be read" "$answer" \
    '3 error: cannot open "shut": Permission denied [io]'
  try "$as_other cog-frontend check shut.tar"
  is "an archive that may not be read" "$answer" \
    '3 error: cannot open "shut.tar": Permission denied [io]'
  try "$as_other cog-frontend fal fal-stream -o sealed"
  is "a directory that may not be written" "$answer" \
    '3 error: cannot make sealed/Dockerfile: Permission denied [io]'
  try "$as_other cog-frontend check locked"
  is "a config that may not be read" "$answer" \
    '3 error: cannot open "cog.yaml": Permission denied [io]'
fi
chmod 700 shut

try 'cog-frontend check - <hello'
is "a directory as standard input" "${answer%% *}" 3

# ---- terminals ---------------------------------------------------------------

on_terminal() {
  script -qec "$1" /dev/null </dev/null | tr -d '\r'
}

if command -v script >/dev/null; then
  escape=$(printf '\033')
  coloured() {
    on_terminal "$1" | grep -c "$escape" || true
  }
  [ "$(coloured 'cog-frontend check unknown-keys')" != 0 ] ||
    is "colour on a terminal" none some
  is "no colour with NO_COLOR" \
    "$(coloured 'NO_COLOR=1 cog-frontend check unknown-keys')" 0
  is "no colour on a dumb terminal" \
    "$(coloured 'TERM=dumb cog-frontend check unknown-keys')" 0
  is "an empty NO_COLOR is none" \
    "$(coloured 'NO_COLOR= cog-frontend plan hello | cat')" 0
  is "a graph is not written to a terminal" \
    "$(on_terminal 'TERM=dumb cog-frontend llb hello; echo $?')" \
    "error: a graph is binary, and standard output is a terminal [usage]
  note: pipe it into buildctl build, or into buildctl debug dump-llb to look at it
2"
  is "a context is not typed in" \
    "$(on_terminal 'TERM=dumb cog-frontend plan - </dev/tty; echo $?')" \
    "error: standard input is a terminal [usage]
  note: write: tar c . | cog-frontend plan -
2"
else
  echo "skip: no script(1) to make a terminal"
fi

exit "$failed"
