#!/bin/sh
# No static function below src/ has the name of a function in another file: a
# name found by grep, in a backtrace or in a profile is one function.
set -eu
cd "$(dirname "$0")/.."

# A definition begins in the first column and ends its head with "{"; heads of
# several lines are joined. Prints "NAME FILE" for each function.
functions() {
  awk '
    FNR == 1 { head = "" }
    /^[A-Za-z_].*[(*A-Za-z0-9_]$/ && !/^(struct|enum|union|typedef) [a-z_]+$/ || /^[A-Za-z_].*,$/ {
      head = head " " $0; next
    }
    head != "" || /^[A-Za-z_].*\(.*\{$/ {
      head = head " " $0
      if ($0 ~ /[,(]$/) next
      if (head ~ /\{$/ && match(head, /[A-Za-z_0-9]+\(/))
        print substr(head, RSTART, RLENGTH - 1), FILENAME
      head = ""
    }' "$@"
}

functions src/*/*.c | sort -u | awk '
  { seen++ }
  $1 == name { printf "%s and %s both have a function %s\n", file, $2, $1; bad++ }
  { name = $1; file = $2 }
  END {
    if (seen < 1000) { print "only " seen + 0 " functions were read"; exit 1 }
    exit bad > 0
  }'
