#!/bin/sh
# Holds every #include below src/ and of the public headers to the table in
# tests/layers.txt.
set -eu
cd "$(dirname "$0")/.."

grep -rnE '^#include' src include/cogfe --include='*.c' --include='*.h' |
  awk -v table=tests/layers.txt '
  # The module or library that the header is of: its name is MODULE or
  # MODULE_WHAT.
  function owner_of(stem) {
    if (stem in owner) return owner[stem]
    while (!(stem in modules) && !(stem in library) && sub(/_[^_]*$/, "", stem));
    return stem
  }
  BEGIN {
    while ((getline line < table) > 0) {
      if (line ~ /^#/ || line !~ /:/) continue
      module = line; sub(/:.*/, "", module)
      rest = line; sub(/^[^:]*:/, "", rest)
      n = split(rest, may, /[ \t]+/)
      modules[module] = 1
      allowed[module, module] = allowed[module, "base"] = 1
      for (i = 1; i <= n; i++) allowed[module, may[i]] = 1
    }
    # The headers of base do not carry its name.
    split("arena str sbuf vec banned json limits number path platform utf8", b, " ")
    for (i in b) owner[b[i]] = "base"
    split("yaml archive jansson nettle protobuf-c nghttp2 zlib", l, " ")
    for (i in l) library[l[i]] = 1
  }
  {
    split($0, part, ":"); file = part[1]; line = part[2]
    split(file, path, "/"); module = path[2]
    if (path[1] == "include") {
      module = path[3]; sub(/\.h$/, "", module); module = owner_of(module)
    }
    name = $0; sub(/^[^<"]*[<"]/, "", name); sub(/[>"].*/, "", name)
    sub(/^cogfe\//, "", name)
    stem = name; sub(/\/.*/, "", stem); sub(/\.(h|def|inc)$/, "", stem)
    seen++
    if (name ~ /\.pb-c\.h$/ || name ~ /_int\.h$/) {
      # A module'"'"'s own: generated messages, shared helpers.
      if (name !~ "/") next
    }
    stem = owner_of(stem)
    if (!(stem in modules) && !(stem in library)) next # libc, own headers
    if (!((module, stem) in allowed)) {
      printf "%s:%s: %s may not include %s\n", file, line, module, name
      bad++
    }
  }
  END {
    if (seen < 50) { print "only " seen " includes were read"; exit 1 }
    exit bad > 0
  }'
