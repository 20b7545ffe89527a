#!/bin/bash
# What packages and context cost on a context of 850 MB, beside bsdtar, which
# does less: it takes one file out, or copies the tar as it is.
#
# usage: tests/bench/context.sh [ROUNDS] [PROGRAM]
#   ROUNDS   11 when it is not given; the two of a row take turns
#   PROGRAM  build/release-static/cog-frontend when it is not given
#
# Makes the context in a directory of its own below TMPDIR (3.5 GB), 600 MB of
# it in six files that nothing compresses and the rest in 12,500 texts, and reads
# it once before it measures.
set -eu
cd "$(dirname "$0")/../.."
rounds=${1:-11}
program=$(realpath "${2:-build/release-static/cog-frontend}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
gcc -O2 -o "$dir/measure" tests/bench/measure.c
cp testdata/cases/migration/cog.yaml "$dir"
cd "$dir"

mkdir -p tree/weights tree/data
mv cog.yaml tree
for i in 1 2 3 4 5 6; do
  head -c 100000000 /dev/urandom >tree/weights/$i.bin
done
for i in $(seq 250); do
  mkdir tree/data/$i
  seq -f "$i: line %.0f of a text that is no secret" 30000 |
    head -c 1000000 | split -b 20000 -a 3 - tree/data/$i/text-
done
tar -C tree --sort=name -cf ctx.tar .
rm -r tree
gzip -k ctx.tar
zstd -q ctx.tar
echo "$(stat -c %s ctx.tar) bytes, $(tar -tf ctx.tar | wc -l) entries;" \
  "gzip $(stat -c %s ctx.tar.gz), zstd $(stat -c %s ctx.tar.zst)"

# run FILE SINK COMMAND...: its wall ms, processor ms and peak kB, appended.
run() {
  local file=$1 sink=$2
  shift 2
  if [ "$sink" = pipe ]; then
    ./measure "$@" 2>err | cat >/dev/null
  else
    ./measure "$@" 2>err >/dev/null
  fi
  sed -n 's/.*cpu_ms \(.*\) wall_ms \(.*\) peak_kb \(.*\)/\2 \1 \3/p' err >>"$file"
}

# median FILE COLUMN
median() {
  sort -n -k "$2,$2" "$1" | awk -v c="$2" '
    { v[NR] = $c } END { printf "%.1f", v[int((NR + 1) / 2)] }'
}

# row NAME SINK OURS THEIRS: two commands that take turns.
row() {
  local i
  rm -f ours theirs
  run warm "$2" $3
  run warm "$2" $4
  for ((i = 0; i < rounds; i++)); do
    run ours "$2" $3
    run theirs "$2" $4
  done
  awk -v name="$1" -v a="$(median ours 1)" -v b="$(median theirs 1)" \
    -v c="$(median ours 2)" -v d="$(median theirs 2)" \
    -v e="$(sort -n -k 3 ours | tail -n 1 | cut -d ' ' -f 3)" 'BEGIN {
      printf "%-34s %7.0f %7.0f %5.2f  %7.0f %7.0f %5.2f  %5.0f\n",
        name, a, b, a / b, c, d, c / d, e }'
}

echo "$rounds rounds, medians of ms and the largest peak of ours in kB"
printf '%-34s %7s %7s %5s  %7s %7s %5s  %5s\n' '' wall bsdtar ratio \
  cpu bsdtar ratio peak
for file in ctx.tar ctx.tar.gz ctx.tar.zst; do
  row "packages $file" null "$program packages $file" \
    "bsdtar -xOf $file ./cog.yaml"
done
for sink in pipe null; do
  row "context ctx.tar, to a $sink" $sink "$program context ctx.tar" \
    "bsdtar -cf - @ctx.tar"
done
for file in ctx.tar.gz ctx.tar.zst; do
  row "context $file, to a pipe" pipe "$program context $file" \
    "bsdtar -cf - @$file"
done
