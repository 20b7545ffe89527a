#!/bin/bash
# What the frontend itself costs: its size, and in a warm build of a GPU model's
# cog.yaml its own time and memory, beside a frontend that exits at once.
#
# usage: tests/bench/frontend.sh [ROUNDS]      (11 when none is given)
#
# The steps of the plan are not part of it: they have no network here and fail
# after the frontend has returned its result. For Debian 12, as root.
set -u
PROJECT=$(cd "$(dirname "$0")/../.." && pwd)
ENGINE_TESTS=$PROJECT/tests/engine
LOG_DIR=$PROJECT/build/bench-logs
ROUNDS=${1:-11}
for part in base apt images frontend engine servers cases; do
  . "$ENGINE_TESTS/lib/$part.sh"
done
. "$PROJECT/tests/lib/packages.sh"
BINARY=$PROJECT/build/release-static/cog-frontend

# image NAME FILE: a frontend image of FILE behind the measuring program.
image() {
  local dir=$RUN_DIR/image
  rm -rf "$dir" && mkdir -p "$dir"
  cp "$2" "$dir/frontend" && cp "$RUN_DIR/measure" "$dir/measure"
  cat >"$dir/Dockerfile" <<'EOF'
FROM scratch
COPY measure frontend /
LABEL moby.buildkit.frontend.network.none="true"
ENTRYPOINT ["/measure"]
EOF
  docker build --quiet -t "$1" "$dir" >/dev/null || die "cannot build $1"
}

# run_build IMAGE: one build; FIGURES is what the engine's log says of it.
run_build() {
  local before after
  before=$(wc -l <"$ENGINE_LOG")
  sed "1s|.*|# syntax=$1|" "$CONFIG" >"$RUN_DIR/context/cog.yaml"
  docker build --network=none -f "$RUN_DIR/context/cog.yaml" \
    "$RUN_DIR/context" >"$LOG_DIR/build.log" 2>&1
  for after in 1 2 3 4 5; do
    FIGURES=$(tail -n "+$((before + 1))" "$ENGINE_LOG" |
      grep -o 'measured: .*' | tail -n 1)
    [ -z "$FIGURES" ] || return 0
    sleep 0.2
  done
  show_tail "$LOG_DIR/build.log"
  die "$1 was not measured"
}

# median FILE COLUMN: with the smallest and the largest.
median() {
  awk -v c="$2" '{ print $c }' "$1" | sort -n |
    awk '{ v[NR] = $1 } END {
      printf "%.2f (%.2f to %.2f)", v[int((NR + 1) / 2)], v[1], v[NR] }'
}

[ -x "$BINARY" ] ||
  die "build the frontend first: cmake --workflow --preset release-static"
run_begin bench
mkdir -p "$LOG_DIR" "$RUN_DIR/context"
install_build_packages && install_engine_packages || die "cannot install"
CONFIG=$PROJECT/testdata/cases/migration/cog.yaml

gcc -O2 -static -o "$RUN_DIR/measure" "$PROJECT/tests/bench/measure.c" ||
  die "cannot compile"
printf 'int main(void) { return 0; }\n' >"$RUN_DIR/exits.c"
gcc -O2 -static -s -o "$RUN_DIR/exits" "$RUN_DIR/exits.c" || die "cannot compile"

IMAGES=$(images_archive) || exit
at_exit engine_stop
engine_start 20.10
images_load "$IMAGES"
docker tag python:3.11 python:3.10.6 # the deps image of the config
image bench-ours "$BINARY"
image bench-exits "$RUN_DIR/exits"

run_build bench-ours # warm
for ((i = 0; i < ROUNDS; i++)); do
  run_build bench-ours && echo "$FIGURES" >>"$RUN_DIR/ours"
  run_build bench-exits && echo "$FIGURES" >>"$RUN_DIR/exits.figures"
done

echo "size: $(stat -c %s "$BINARY") bytes," \
  "$(gzip -9c "$BINARY" | wc -c) with gzip -9"
echo "$ROUNDS rounds, median (smallest to largest)"
printf '%-24s %-26s %-26s %s\n' frontend 'own time, ms' 'wall, ms' 'peak, KiB'
for row in "cog-frontend ours" "exits-at-once exits.figures"; do
  set -- $row
  printf '%-24s %-26s %-26s %s\n' "$1" "$(median "$RUN_DIR/$2" 3)" \
    "$(median "$RUN_DIR/$2" 5)" "$(median "$RUN_DIR/$2" 7)"
done
