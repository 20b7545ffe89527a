#!/bin/bash
# Shows the frontend at work: builds it, builds testdata/examples/hello with
# plain `docker build`, and asks the model for an answer.
#
# For Debian 12 or Ubuntu, as root. Installs what is missing. Uses the docker
# engine that is there, else starts one of its own. Where Docker Hub or PyPI
# cannot be reached, that engine gets stand-in base images made of Debian's
# packages and a package index on loopback, and the script says so. May be run
# again; what it started is stopped, what it built is removed, what was
# expensive is kept in ${XDG_CACHE_HOME:-~/.cache}/cog-frontend.
set -u
PROJECT=$(cd "$(dirname "$0")/.." && pwd)
ENGINE_TESTS=$PROJECT/tests/engine
LOG_DIR=$PROJECT/build/demo-logs
for part in base apt images frontend engine servers cases; do
  . "$ENGINE_TESTS/lib/$part.sh"
done
. "$PROJECT/tests/lib/packages.sh"

step() { printf '\n==> %s\n' "$*"; }

# reaches URL: whether it answers at all within a few seconds.
reaches() {
  curl --silent --output /dev/null --max-time 10 "$1"
}

has_network() {
  reaches https://registry-1.docker.io/v2/ && reaches https://pypi.org/simple/
}

has_engine() {
  command -v docker >/dev/null && docker info >/dev/null 2>&1
}

use_engine_of_the_machine() {
  ENGINE=machine
  ENGINE_CLIENT=(env DOCKER_BUILDKIT=1 "$(command -v docker)")
  at_exit remove_images
}

remove_images() {
  "${ENGINE_CLIENT[@]}" image rm --force "$FRONTEND" "$FRONTEND_PUBLISHED" \
    cog-frontend-hello >/dev/null 2>&1
}

# An engine of its own has no network but the machine's.
start_engine() {
  install_engine_packages || die "cannot install the engine"
  at_exit engine_stop
  engine_start 20.10
  BUILD_ARGS=(--network=host)
}

use_stand_ins() {
  local images
  images=$(images_archive) || exit
  servers_start
  images_load "$images"
  BUILD_ARGS+=(--build-arg "PIP_INDEX_URL=$SERVER/simple")
}

# ask_model: the answer of a new container's server.
ask_model() {
  local container
  container=$("${ENGINE_CLIENT[@]}" run --detach --network=none \
    cog-frontend-hello) || return
  "${ENGINE_CLIENT[@]}" exec --interactive "$container" python - <<'EOF'
import json
import time
import urllib.request

SERVER = "http://127.0.0.1:5000"


def ask(path, data=None):
    request = urllib.request.Request(
        SERVER + path, data, {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=10))


for attempt in range(300):
    try:
        if ask("/health-check")["status"] == "READY":
            break
    except OSError:
        pass
    time.sleep(0.2)
print(ask("/predictions", b'{"input": {"name": "wilma"}}')["output"])
EOF
  local status=$?
  "${ENGINE_CLIENT[@]}" rm --force "$container" >/dev/null
  return $status
}

run_begin demo
mkdir -p "$LOG_DIR/machine" "$LOG_DIR/20.10"

step "building the frontend"
install_build_packages && install_packages curl || die "cannot install packages"
cd "$PROJECT" || exit
cmake --preset release-static >"$LOG_DIR/build.log" 2>&1 &&
  cmake --build --preset release-static >>"$LOG_DIR/build.log" 2>&1 || {
  show_tail "$LOG_DIR/build.log"
  die "the frontend does not build"
}
ls -l build/release-static/cog-frontend

step "an engine"
BUILD_ARGS=()
if ! has_network; then
  echo "Docker Hub or PyPI cannot be reached: this starts a dockerd of its" \
    "own, with stand-ins for the base images made of Debian's packages (the" \
    "first time takes a few minutes) and a package index of a few projects."
  start_engine
  use_stand_ins
elif has_engine; then
  use_engine_of_the_machine
else
  echo "There is no docker engine: this starts a dockerd of its own."
  start_engine
fi
frontend_load

step "docker build -f cog.yaml testdata/examples/hello"
"${ENGINE_CLIENT[@]}" build --progress=plain "${BUILD_ARGS[@]}" \
  -f testdata/examples/hello/cog.yaml -t cog-frontend-hello \
  testdata/examples/hello || die "the example does not build"

step "the model's answer"
ask_model || die "the model does not answer"
