#!/bin/sh
# docs/cog.schema.json and `check` agree on real files and on the test cases.
#
# usage: tests/cli/schema.sh PROGRAM
set -eu
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
unset BUILDKIT_SESSION_ID
python3 -c 'import jsonschema, yaml' 2>/dev/null || {
  echo "no python3-jsonschema and python3-yaml, skipped"
  exit 77
}
exec python3 tests/cli/schema.py "$program" testdata/cases ../shared/corpus/cases
