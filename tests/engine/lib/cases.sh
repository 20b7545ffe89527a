# Cases: what a test_*.sh is written with.
#
#   builds_hello() { ...; }
#   it "builds the example from a directory" builds_hello
#
# A case is a function that runs in a shell of its own, stops at its first
# failing command, and may say `fail WHY` or `skip WHY`. CASE_DIR is a fresh
# directory for it; its output is shown when it fails, and kept in LOG_DIR.

# on_engine NAME...: whether one of these is up, for a case that one engine is
# enough for: on_engine 26.1-containerd && it …
on_engine() {
  local name
  for name; do
    [ "$ENGINE" != "$name" ] || return 0
  done
  return 1
}

# it NAME FUNCTION [ARG...]: runs a case on the engine that is up, and prints
# its line.
it() {
  local name=$1 start=$SECONDS status log
  shift
  # shellcheck disable=SC2053 # a pattern
  [[ $name == $CASE_PATTERN ]] || return 0
  log=$LOG_DIR/$ENGINE/$(basename "$TEST_FILE" .sh).${name//[!A-Za-z0-9]/-}.log
  CASE_DIR=$RUN_DIR/case
  rm -rf "$CASE_DIR" && mkdir -p "$CASE_DIR" "${log%/*}"
  # In the background, since bash runs no trap while it waits for a command in
  # the foreground; and not in a condition, where `set -e` has no effect.
  (
    trap - EXIT
    set -euo pipefail
    cd "$CASE_DIR"
    "$@"
  ) >"$log" 2>&1 </dev/null &
  ends_in_time $! >>"$log"
  status=$?
  case $status in
  0)
    echo "ok    $ENGINE: $name ($((SECONDS - start)) s)"
    PASSED=$((PASSED + 1))
    ;;
  77)
    echo "skip  $ENGINE: $name: $(tail -n 1 "$log")"
    SKIPPED=$((SKIPPED + 1))
    ;;
  *)
    # At once, since another engine's lines may come at any time.
    printf '%s\n' "FAIL  $ENGINE: $name ($((SECONDS - start)) s)
$(show_tail "$log" 2>&1)"
    FAILED=$((FAILED + 1))
    ;;
  esac
}

# ends_in_time PID: waits for a child of this shell, and returns its status. One
# that takes longer than the longest case by far is stopped, and fails.
ends_in_time() {
  local limit=${CASE_SECONDS:-1800} clock ended status
  spawn /dev/null sleep "$limit"
  clock=$SPAWNED
  wait -n -p ended "$1" "$clock"
  status=$?
  if [ "${ended:-}" = "$clock" ]; then
    echo "the case did not end within $limit s"
    stop_tree "$1"
    return 1
  fi
  kill -KILL "$clock" && wait "$clock" 2>/dev/null
  return "$status"
}

fail() {
  echo "$*"
  exit 1
}

skip() {
  echo "$*"
  exit 77
}

# build ARG...: `docker build`, with the network of the machine and the index
# of the tests. Its output is in the file `out` too. An engine that collected a
# layer while it unpacked another one is asked again.
build() {
  local input=/dev/null word try status
  for word; do
    [ "$word" != - ] || input=build-input
  done
  [ "$input" = /dev/null ] || cat >"$input"
  for try in 1 2 3; do
    status=0
    build_once "$@" <"$input" || status=$?
    [ "$status" != 0 ] && build_lost_a_layer || break
  done
  return "$status"
}

build_once() {
  timeout --kill-after=10 "${BUILD_TIMEOUT:-600}" \
    "${ENGINE_CLIENT[@]}" build --network=host --progress=plain \
    --build-arg "PIP_INDEX_URL=${INDEX:-$SERVER/simple}" "$@" 2>&1 | tee out
}

# build_lost_a_layer: whether the last build failed for what is a fault of
# engines with the containerd store. Source: moby/buildkit issue 6521.
build_lost_a_layer() {
  grep -q 'failed to prepare extraction snapshot.*does not exist' out
}

# build_fails ARG...: the same, for a build that must end with an error, and
# by itself.
build_fails() {
  local status=0
  build "$@" || status=$?
  [ "$status" != 0 ] || fail "the build did not fail"
  [ "$status" -lt 124 ] || fail "the build did not end"
}

# shows TEXT...: each TEXT must be in the output of the last build.
shows() {
  local text
  for text; do
    grep -qF -- "$text" out || fail "the output lacks: $text"
  done
}

# shows_not TEXT...: none may be in it.
shows_not() {
  local text
  for text; do
    ! grep -qF -- "$text" out || fail "the output has: $text"
  done
}

# in_image IMAGE COMMAND ARG...: what COMMAND prints in a new container, under
# the image's own entrypoint.
in_image() {
  docker run --rm --network=none "$@"
}

# same WHAT EXPECTED ACTUAL
same() {
  [ "$2" = "$3" ] || fail "$1: expected <$2>, got <$3>"
}
