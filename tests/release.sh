#!/bin/sh
# The executable of the image: it needs nothing but the kernel, has at most the
# size that was set for it, and does on the command line what the other builds
# of it do.
#
# usage: tests/release.sh build/release-static/cog-frontend
set -eu
program=$(realpath "$1")
cd "$(dirname "$0")/.."
limit=1048576 # bytes after gzip -9: what a first build has to fetch
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "release: $*"
  exit 1
}

readelf --program-headers "$program" | grep -q INTERP &&
  fail "it needs a dynamic linker"

# What limits the harm of a mistake in memory: a random address, nothing that
# is written and run, tables of functions that are read-only once it runs,
# canaries, and calls of libc that know the size of what they fill.
library=$(dirname "$program")/libcogfe.a
segments=$(readelf --program-headers --wide "$program")
dynamic=$(readelf --dynamic --wide "$program")
says() { echo "$1" | grep -Eq "$2"; }
says "$segments" 'file type is DYN' || fail "it is not position-independent"
says "$segments" '^ *GNU_RELRO' || fail "it has no RELRO segment"
says "$dynamic" 'FLAGS.*BIND_NOW' || fail "it binds lazily: RELRO is not full"
says "$segments" '^ *GNU_STACK .* RW ' || fail "its stack is not RW"
says "$segments" ' RWE | WE ' && fail "a segment is writable and executable"
# calls NAME: how many files of ours call it.
calls() {
  nm -A "$library" | grep -E " U $1\$" | cut -d : -f 2 | sort -u | wc -l
}
[ "$(calls __stack_chk_fail)" -ge 50 ] || fail "no stack protector"
[ "$(calls '__v?snprintf_chk')" -ge 3 ] || fail "_FORTIFY_SOURCE is not set"

size=$(gzip -9c "$program" | wc -c)
[ "$size" -le "$limit" ] || fail "$size bytes with gzip, the limit is $limit"

# Behind a frame of its own, one of zstd 0.5 to 0.7, whose decoders are not
# there: an error.
tar -C testdata/examples/hello -cf "$work/context.tar" .
zstd -q "$work/context.tar"
"$program" check "$work/context.tar.zst" || fail "it does not read zstd"
head -c 1024 "$work/context.tar" | zstd -q >"$work/head.zst"
for version in 5 6 7; do
  printf "\\04$version\\0265\\057\\0375%0100d" 0 |
    cat "$work/head.zst" - >"$work/old.tar.zst"
  status=0
  "$program" check "$work/old.tar.zst" >"$work/out" 2>&1 || status=$?
  [ "$status" = 1 ] && grep -q "Zstd decompression failed" "$work/out" ||
    fail "a frame of zstd 0.$version ends with $status"
done

cmake --install "$(dirname "$program")" --prefix "$work/usr" >/dev/null
for file in bin/cog-frontend share/man/man1/cog-frontend.1 \
  share/bash-completion/completions/cog-frontend \
  share/zsh/site-functions/_cog-frontend share/doc/cog-frontend/LICENSE; do
  [ -s "$work/usr/$file" ] || fail "cmake --install makes no $file"
done

for script in tests/cli/*.sh; do
  status=0
  "$script" "$program" || status=$?
  [ "$status" = 0 ] || [ "$status" = 77 ] || fail "$script fails with it"
done
echo "release: $(stat -c %s "$program") bytes, $size with gzip"
