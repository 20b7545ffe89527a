#!/bin/sh
# The manual page: groff takes it without a warning, and it has every command,
# flag and build argument.
#
# usage: tests/cli/man.sh PROGRAM
set -eu
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
page=$(mktemp)
trap 'rm -f "$page"' EXIT
"$program" man >"$page"
failed=0

words() {
  sed -n 's/^[A-Z]*(\([^"]*, \)*"\([A-Za-z_-]*\)".*/\2/p' "$1"
}

for word in $(words src/cli/cli_commands.def) \
  $(sed -n 's/^FLAG([^"]*"\([a-z-]*\)".*/\1/p' src/cli/cli_flags.def) \
  $(sed -n 's/^ARG("\([A-Z_]*\)".*/\1/p' src/recipe/recipe_args.def); do
  escaped=$(printf '%s' "$word" | sed 's/-/\\\\-/g')
  grep -q -- "$escaped" "$page" || { echo "not ok: no $word"; failed=1; }
done

if command -v groff >/dev/null; then
  warnings=$(groff -man -ww -z "$page" 2>&1)
  [ -z "$warnings" ] || { echo "not ok: $warnings"; failed=1; }
else
  echo "skip: no groff"
fi
exit "$failed"
