# The models of tests/engine/models with real packages: built, started, asked and
# stopped. What a model's ask.py is written with is in servers/client.py.
#
# A row is `RELEASE INSTALLER MODEL`: a release of the cog package, what installs
# it, a directory of models. SERVERS=all asks for every row; without it there is a
# cut through them, for a run of everything.

MODELS=$ENGINE_TESTS/models
MODEL_STEPS=(Python build READY answer 422 stop)
MODEL_RELEASES=(0.9.20 0.12.0 0.16.12 0.17.2 0.18.0 0.19.3 0.20.0 0.22.0 0.23.1)
MODEL_KINDS=(function async iterator streaming path secret train)
MODEL_PROJECTS=(scikit-learn onnxruntime)

models_rows() {
  local name
  if [ "${SERVERS:-}" != all ]; then
    echo "0.9.20 pip class"
    echo "0.20.0 pip class"
    echo "0.23.1 uv class"
    echo "0.23.1 pip async"
    return
  fi
  for name in "${MODEL_RELEASES[@]}"; do
    echo "$name pip class"
  done
  for name in 0.17.2 0.23.1; do
    echo "$name uv class"
  done
  for name in "${MODEL_KINDS[@]}" "${MODEL_PROJECTS[@]}"; do
    echo "0.23.1 pip $name"
  done
}

# models_cannot: why no model can be built, when that is so.
models_cannot() {
  local dir
  pypi_reachable cog || { echo "no package index here, and none kept" && return; }
  dir=$(mktemp -d)
  apt_elsewhere bookworm deb "$dir" update --error-on=any >/dev/null 2>&1 ||
    echo "Debian's archive cannot be reached"
  rm -rf "$dir"
}

# models_skip WHY: a line for each row that is not run.
models_skip() {
  local row
  while read -r row; do
    echo "skip  $row: $1"
    SKIPPED=$((SKIPPED + 1))
  done < <(models_rows)
}

# model_case ROW: runs it, and puts its line into the matrix.
model_case() {
  CASE_DIR=
  it "cog $1 by $2: $3" model_serves "$@"
  [ -z "$CASE_DIR" ] || model_line "$@" >>"$RUN_DIR/matrix"
}

# model_line ROW: what the case that ran last has shown.
model_line() {
  local step value
  printf '%-8s %-4s %-14s' "$@"
  for step in "${MODEL_STEPS[@]}"; do
    value=$(sed -n "s/^done $step *//p" "$CASE_DIR/steps" 2>/dev/null)
    grep -qs "^done $step" "$CASE_DIR/steps" || value=FAIL
    printf ' %-7s' "${value:-ok}"
  done
  echo
}

models_print() {
  local step
  [ -s "$RUN_DIR/matrix" ] || return 0
  printf '\n%-8s %-4s %-14s' cog by model
  printf ' %-7s' "${MODEL_STEPS[@]}"
  printf '\n%s\n\n' "$(cat "$RUN_DIR/matrix")"
}

model_step() {
  echo "done $*" | tee -a "$CASE_DIR/steps"
}

model_serves() {
  local release=$1 installer=$2 model=$3 words=()
  cp -r "$MODELS/$model" context
  mv context/{ask.py,command} . 2>/dev/null || [ -e ask.py ]
  INDEX=$PYPI/simple build -f context/cog.yaml -t served --build-arg \
    "COG_SDK_VERSION=$release" --build-arg "COG_INSTALLER=$installer" context
  model_step Python "$(in_image served python -c \
    'import platform; print(platform.python_version())')"
  model_step build
  [ ! -e command ] || read -r -a words <./command
  MODEL_CONTAINER=$(docker run --detach --network=none served "${words[@]}")
  cat - ask.py <<<'wait_for("READY"); done("READY")' | model_asks || model_failed "the answers are not right"
  model_stops "$model" || model_failed "it does not stop as it should"
  model_step stop
  docker rm "$MODEL_CONTAINER"
}

# model_asks <ASK: has the container ask itself.
model_asks() {
  cat "$ENGINE_TESTS/servers/client.py" - |
    docker exec --interactive "$MODEL_CONTAINER" python - |
    tee -a "$CASE_DIR/steps"
}

# model_stops MODEL: exit status 0, and the model class has to end what it is at,
# which it cannot before it was told to stop.
model_stops() {
  local status stop
  [ "$1" != class ] || model_is_at_work || return
  docker stop --time 30 "$MODEL_CONTAINER" &
  stop=$!
  [ "$1" != class ] || { sleep 2 &&
    docker exec "$MODEL_CONTAINER" touch /tmp/go; } || return
  wait "$stop" || return
  status=$(docker inspect --format '{{.State.ExitCode}}' "$MODEL_CONTAINER")
  [ "$1" != class ] ||
    docker cp "$MODEL_CONTAINER:/tmp/finished" - >/dev/null || return
  [ "$status" = 0 ] || { echo "exit status $status" && return 1; }
}

# model_is_at_work: what of it says so, since servers of 0.9 and 0.12 answer no
# health check meanwhile. A slot may be free a moment late.
model_is_at_work() {
  docker exec "$MODEL_CONTAINER" python -c '
import time, urllib.error, urllib.request
request = urllib.request.Request(
    "http://127.0.0.1:5000/predictions",
    b"{\"input\": {\"text\": \"a\", \"wait\": true}}",
    {"Content-Type": "application/json"})
for _ in range(300):
    try:
        urllib.request.urlopen(request)
        break
    except OSError as error:
        print(error, getattr(error, "read", str)(), flush=True)
    time.sleep(0.2)' >"$CASE_DIR/at-work" 2>&1 &
  timeout 90 "${ENGINE_CLIENT[@]}" exec "$MODEL_CONTAINER" sh -c \
    'until [ -e /tmp/started ]; do sleep 0.1; done' && return
  cat "$CASE_DIR/at-work"
  return 1
}

model_failed() {
  docker logs "$MODEL_CONTAINER"
  docker rm --force "$MODEL_CONTAINER"
  fail "$1"
}
