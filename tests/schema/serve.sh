#!/bin/sh
# Every schema that is made of a project is taken by the real server: it becomes
# ready, shows the schema, takes a request that fits it and refuses one that does
# not. The projects are those of ../shared/schema/cases, when they are there, and
# testdata/examples. Packages come from PyPI, once; without a network the script
# says that it was skipped.
#
# usage: tests/schema/serve.sh PROGRAM [NAME…]
set -eu
program=$(realpath "$1")
shift
cd "$(dirname "$0")/../.."
release=0.23.1
cache=${COGFE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cog-frontend}
venv=$cache/schema-$release
if [ ! -e "$venv/done" ]; then
  rm -rf "$venv"
  mkdir -p "$cache"
  if ! { python3 -m venv "$venv" &&
    "$venv/bin/pip" install -q "cog==$release" "coglet==$release"; }; then
    rm -rf "$venv"
    echo "skip: cog $release cannot be fetched"
    exit 77
  fi
  touch "$venv/done"
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$venv/bin/python" tests/schema/serve.py "$program" "$dir" "$@"
