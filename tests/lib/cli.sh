# What tests of the whole program share; sourced by tests/cli/*.sh in the
# checkout's top directory, with the PROGRAM under test.
#
#   cli_begin PROGRAM      a directory of its own, dir, with the program in it; for
#                          tests that start it by its name
#   is WHAT GOT WANTED     says what differs, and remembers that it does
#   try COMMAND            answer: its status and what it said on standard error
#   exit $failed

failed=0

cli_begin() {
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  chmod 755 "$dir" # for another user
  cp "$1" "$dir/cog-frontend"
  export PATH="$dir:$PATH" LC_ALL=C.UTF-8 TERM=xterm
  unset NO_COLOR BUILDKIT_SESSION_ID SOURCE_DATE_EPOCH
}

is() {
  [ "$2" = "$3" ] && return
  printf 'not ok: %s\n--- got\n%s\n--- want\n%s\n' "$1" "$2" "$3"
  failed=1
}

# Standard output is the caller's.
try() {
  status=0
  sh -c "$1" 2>err || status=$?
  answer="$status $(cat err)"
}

# cannot_write WHERE WHY: the answer of a program that could not.
cannot_write() {
  echo "3 error: cannot write to $1: $2 [io]"
}
