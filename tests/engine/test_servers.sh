# Models with the real cog package and the real server, see lib/models.sh: each
# is built, gets READY, answers, refuses what is not right, and stops.

pypi_start
: >"$RUN_DIR/matrix"
while read -r -a row <&3; do
  model_case "${row[@]}"
done 3< <(models_rows)
models_print

# real_model NAME ARG...: builds it as the image `served`, with the default cog; or
# what a case has made of it in `context`.
real_model() {
  local name=$1
  shift
  [ -d context ] || cp -r "$MODELS/$name" context
  rm -f context/ask.py
  INDEX=$PYPI/simple build -f context/cog.yaml -t served "$@" context
}

# runs_real ARG...: starts it; MODEL_CONTAINER is its container.
runs_real() {
  MODEL_CONTAINER=$(docker run --detach --network=none "$@")
}

health_of_a_model() {
  real_model health --build-arg COG_HEALTHCHECK=1
  # It waits in setup() for /tmp/go, and its worker dies when it is asked to.
  runs_real --health-interval=1s served
  sleep 5
  health_is starting "$MODEL_CONTAINER"
  docker exec "$MODEL_CONTAINER" touch /tmp/go
  health_is healthy "$MODEL_CONTAINER"
  model_asks <<<'wait_for("READY")
import threading
threading.Thread(target=predict, kwargs={"seconds": 8}).start()
wait_for("BUSY")'
  same "failing checks" 0 "$(docker inspect \
    --format '{{.State.Health.FailingStreak}}' "$MODEL_CONTAINER")"
  model_asks <<<'fetch("/predictions", {"input": {"seconds": -1}})'
  health_is unhealthy "$MODEL_CONTAINER"
  docker rm --force "$MODEL_CONTAINER"
}
it "health: starting, healthy when it is at work, unhealthy without a worker" \
  health_of_a_model

health_of_a_failed_setup() {
  real_model health --build-arg COG_HEALTHCHECK=3s
  runs_real --health-interval=1s --env FAIL=1 served
  health_is unhealthy "$MODEL_CONTAINER"
  docker rm --force "$MODEL_CONTAINER"
}
it "health: unhealthy when setup() failed" health_of_a_failed_setup

health_of_a_silent_server() {
  real_model health --build-arg COG_HEALTHCHECK=1s \
    --build-arg COG_SDK_VERSION=0.9.20
  runs_real --health-interval=1s --health-retries=1 served
  docker exec "$MODEL_CONTAINER" touch /tmp/go
  health_is healthy "$MODEL_CONTAINER"
  model_asks <<<'predict(seconds=12)'
  same "health" healthy "$(docker inspect --format '{{.State.Health.Status}}' \
    "$MODEL_CONTAINER")"
  docker inspect --format '{{json .State.Health.Log}}' "$MODEL_CONTAINER"
  docker rm --force "$MODEL_CONTAINER"
}
it "health: healthy when the server says nothing, being at work" \
  health_of_a_silent_server

# The directories of predictions are made below /tmp/coglet, which a build step
# has left as root's.
user_of_a_model() {
  local words
  cp -r "$MODELS/path" context
  sed -i 's/^build:/&\n  run: [mkdir -p \/tmp\/coglet\/predictions]/' \
    context/cog.yaml
  real_model path --build-arg COG_USER=1234
  for words in "" "--read-only --tmpfs /tmp"; do
    runs_real $words served
    cat - "$MODELS/path/ask.py" <<<'wait_for("READY")
same("user", 1234, os.getuid())' | model_asks || model_failed "no answer"
    model_stops path || model_failed "it does not stop as it should"
    docker rm "$MODEL_CONTAINER"
  done
}
it "user: files in and out, in a root that is read-only too" user_of_a_model
