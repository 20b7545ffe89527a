#!/bin/sh
# The command context when things go wrong: no half of a file, no tar that looks
# whole, one line on standard error; and what it shows on a terminal.
#
# usage: tests/cli/context.sh PROGRAM
set -eu
cd "$(dirname "$0")/../.."
. tests/lib/cli.sh
cli_begin "$1"
mkdir "$dir/m"
cp testdata/cases/hello/cog.yaml "$dir/m"
cd "$dir"
head -c 300000 /dev/zero >m/large
export TMPDIR="$dir"

# is_clean WHAT: no file is left that was not there before.
is_clean() {
  is "$1" "$(ls | tr '\n' ' ')" "$(cat before)"
}
touch err status before
ls | tr '\n' ' ' >before

# ---- output that goes nowhere ------------------------------------------------

try '{ sleep 0.5; cog-frontend context m; echo $? >status; } | :'
is "a closed pipe" "$(cat status) $(cat err)" \
  "$(cannot_write 'standard output' 'Broken pipe')"
try '{ cog-frontend context m; echo $? >status; } | head -c 100 >/dev/null'
is "a pipe that is closed on the way" "$(cat status) $(cat err)" \
  "$(cannot_write 'standard output' 'Broken pipe')"
try 'cog-frontend context m >/dev/full'
is "a full disk" "$answer" \
  "$(cannot_write 'standard output' 'No space left on device')"
try 'cog-frontend context m -o /dev/full'
is "a device that is full" "$answer" \
  "$(cannot_write '"/dev/full"' 'No space left on device')"
try 'cog-frontend context m >&-'
is "standard output is closed" "$answer" \
  "$(cannot_write 'standard output' 'Bad file descriptor')"

# ---- no half of a file -------------------------------------------------------

# A limit on the size of files stands for a disk that fills up on the way.
try 'ulimit -f 200; cog-frontend context m -o out.tar'
is "a new file that does not fit" "$answer" \
  "$(cannot_write '"out.tar"' 'File too large')"
is_clean "nothing is left of it"

echo before >out.tar
try 'ulimit -f 200; cog-frontend context m -o out.tar'
is "an old file that is to be replaced" "$answer $(cat out.tar)" \
  "$(cannot_write '"out.tar"' 'File too large') before"
try 'ulimit -f 200; cog-frontend context m >>out.tar'
is "what is appended" "$answer $(cat out.tar)" \
  "$(cannot_write 'standard output' 'File too large') before"
chmod 640 out.tar
ln -s out.tar link.tar
cog-frontend context m -o link.tar
is "a file is replaced behind a link, with its mode" \
  "$(readlink link.tar) $(stat -c %a out.tar) $(tar -tf out.tar | wc -l)" \
  "out.tar 640 3"
rm link.tar out.tar

mkfifo gate
for signal in HUP:1 QUIT:3 USR1:10 ALRM:14 TERM:15 XCPU:24 IO:29; do
  # shellcheck disable=SC3045
  (ulimit -c 0 && exec env --default-signal=QUIT cog-frontend context - \
    -o out.tar <gate 2>/dev/null) &
  pid=$!
  exec 3>gate
  until ls out.tar.* >/dev/null 2>&1; do sleep 0.1; done
  kill -s "${signal%:*}" $pid
  status=0
  wait $pid 2>/dev/null || status=$?
  exec 3>&-
  is "a signal: ${signal%:*}" "$status" $((128 + ${signal#*:}))
done
rm gate
is_clean "nothing is left after a signal"

ln -s nowhere dangling
try 'cog-frontend context m -o dangling'
is "a link that leads to nothing" "$answer $(readlink dangling)" \
  '3 error: cannot write to "dangling": it is a link that leads to nothing [io] nowhere'
rm dangling

# A pipe that does not block, and is full before anybody reads.
python3 - <<'END' >got
import fcntl, os, subprocess, sys, time
r, w = os.pipe()
fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
tar = subprocess.Popen(["cog-frontend", "context", "m"], stdout=w)
os.close(w)
time.sleep(0.5)
data = open(r, "rb").read()
print(tar.wait(), len(data) > 300000, data == subprocess.check_output(["cog-frontend", "context", "m"]))
END
is "a pipe that does not block" "$(cat got)" "0 True True"
rm got

# ---- the temporary file ------------------------------------------------------

try 'tar -c m | TMPDIR=/nowhere cog-frontend context -'
is "no directory for temporary files" "$answer" \
  '3 error: cannot keep a temporary file in "/nowhere": No such file or directory [io]
  note: TMPDIR names another directory'
try 'tar -c m | (ulimit -f 200; cog-frontend context - >/dev/null)'
is "no room for a temporary file" "$(cat err)" \
  "error: cannot keep a temporary file in \"$dir\": File too large [io]
  note: TMPDIR names another directory"
is_clean "no temporary file is left"

# ---- input that is not as it should be ---------------------------------------

# What was written is no tar when the rest cannot be read.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  as_other='setpriv --reuid 65534 --regid 65534 --clear-groups'
else
  as_other=
fi
echo secret >m/secret
chmod 000 m/secret
if $as_other test -r m/secret; then
  echo "skip: this user reads everything"
else
  try "$as_other cog-frontend context m >/dev/null"
  is "a file that may not be read" "$answer" \
    '3 error: cannot open "secret": Permission denied [io]'
  try "$as_other cog-frontend context m 2>/dev/null | tar -t >/dev/null"
  is "what was written until then is no tar" "${answer%% *}" 2
  try "$as_other cog-frontend context m 2>/dev/null | bsdtar -tf - >/dev/null"
  is "for others neither" "${answer%% *}" 1
  try "$as_other cog-frontend context m >half"
  is "and it is taken back out of a file" "$(wc -c <half)" 0
  rm half
fi
rm -f m/secret

# gzip members in a row are one file: 2.7 GB of zeros.
tar -c m >bomb
truncate -s 64M zeros
gzip zeros
{
  gzip -c <bomb
  for i in $(seq 42); do cat zeros.gz; done
} >bomb.tgz
try 'cog-frontend context bomb.tgz'
is "a bomb" "$answer" \
  '1 error: bomb.tgz unpacks to too many times its size: the limit is 200 [too-large]'
rm bomb bomb.tgz zeros.gz

# Names are bytes.
touch "m/two
lines" "m/$(printf '\377')"
cog-frontend context m >out.tar
mkdir x
tar -xf out.tar -C x 2>/dev/null
rm x/Dockerfile
is "a name of two lines, and one that is not UTF-8" "$(diff -r m x)" ""
rm -r x out.tar "m/two
lines" "m/$(printf '\377')"

# ---- terminals ---------------------------------------------------------------

# on_terminal COMMAND: what is seen on a terminal.
on_terminal() {
  script -qec "$1" /dev/null </dev/null | tr '\r' '\n'
}

truncate -s 150M m/large # not written as holes, with --reproducible
if command -v script >/dev/null; then
  is "a tar is not written to a terminal" \
    "$(on_terminal 'TERM=dumb cog-frontend context m; echo $?')" \
    "error: a tar is binary, and standard output is a terminal [usage]

  note: --output=FILE writes it to a file; else pipe it into docker build -

2"
  is "progress of a large one" \
    "$(on_terminal 'cog-frontend context m --reproducible -o out.tar' |
      grep MB | tr '\n' ',')" \
    "written: 100 MB,written: 110 MB,written: 120 MB,written: 130 MB,written: 140 MB,written: 150 MB,"
  is "progress of a pipe" \
    "$(on_terminal 'cat out.tar |
       cog-frontend context - -o /dev/null --keep-dockerfile x' |
      grep -m 1 MB)" \
    "read: 100 MB"
  is "no progress of a small one" \
    "$(on_terminal 'cog-frontend context m >out.tar')" ""
else
  echo "skip: no script(1) to make a terminal"
fi
is "no progress without a terminal" \
  "$(cog-frontend context m --reproducible 2>&1 >/dev/null)" ""

exit "$failed"
