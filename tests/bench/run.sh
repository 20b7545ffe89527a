#!/bin/bash
# How long builds take: ours beside Dockerfiles of the shapes that Cog 0.9 and
# Cog 0.22 make, cold, warm, and after each kind of edit.
#
# usage: tests/bench/run.sh [--engine NAME]... [--model NAME]...
#                           [--builder ADDRESS] [ROUNDS]
#   --engine   26.1-containerd (layers are merged) or 26.1-graph (copied)
#   --builder  a buildkitd that is there already, unix:///… or tcp://…, instead
#              of an engine; it lets builds use network.host, and its images are
#              pushed to a registry on loopback
#   --model    cpu, gpu, or weights: cpu with 800 MB of weights beside it
#   ROUNDS     5 when none is given
#
# The shapes take turns in every round. What the network would cost is the same
# for all of them: apt, pyenv and uv have stand-ins that take a fixed time
# (tests/bench/stand-in), and pip has an index with a latency and a bandwidth.
# Writes build/bench-logs/build.csv, .txt and .svg. For Debian 12, as root.
set -u
PROJECT=$(cd "$(dirname "$0")/../.." && pwd)
ENGINE_TESTS=$PROJECT/tests/engine
BENCH=$PROJECT/tests/bench
LOG_DIR=$PROJECT/build/bench-logs
for part in base apt images frontend engine servers cases registry shapes; do
  . "$ENGINE_TESTS/lib/$part.sh"
done
. "$PROJECT/tests/lib/packages.sh"
CHOSEN=() MODELS=() BUILDER= ROUNDS=5
UV=bench-uv:latest
while [ $# -gt 0 ]; do
  case $1 in
  --engine) CHOSEN+=("${2:?}") && shift ;;
  --model) MODELS+=("${2:?}") && shift ;;
  --builder) BUILDER=${2:?} && shift ;;
  -*) die "$(sed -n 's/^# usage: //p' "$0") …" ;;
  *) ROUNDS=$1 ;;
  esac
  shift
done
[ -z "$BUILDER" ] || CHOSEN=(26.1-containerd) # whose client it is
[ ${#CHOSEN[@]} -gt 0 ] || CHOSEN=(26.1-containerd 26.1-graph)
[ ${#MODELS[@]} -gt 0 ] || MODELS=(cpu gpu weights)

# --- what stands in for the network -------------------------------------------

index_start() {
  local i port=$RUN_DIR/index.port
  mkdir -p "$RUN_DIR/wheels"
  "$COGFE_PYTHON" "$BENCH/wheels.py" "$RUN_DIR/wheels" >"$RUN_DIR/requirements" ||
    die "cannot make the wheels"
  spawn "$LOG_DIR/index.log" "$COGFE_PYTHON" "$BENCH/slow_index.py" "$port" \
    "$RUN_DIR/wheels" 30 50
  at_exit stop_process "$SPAWNED"
  for ((i = 0; i < 100; i++)); do
    [ -e "$port" ] && break
    sleep 0.1
  done
  INDEX=http://127.0.0.1:$(cat "$port")/simple
}

# stand_in_images: the base images again, with apt-get's stand-in in them, and
# an interpreter where the others' stand-ins find one.
stand_in_images() {
  local dir=$RUN_DIR/stand-in image
  rm -rf "$dir" && cp -r "$BENCH/stand-in" "$dir"
  head -c 100000 /dev/zero | tr '\0' x >"$dir/random"
  printf 'FROM scratch\nCOPY uv /uv\n' >"$dir/Dockerfile"
  docker build -t "$UV" "$dir" >"$LOG_DIR/stand-in.log" 2>&1 ||
    die "cannot make the stand-in of uv"
  docker tag python:3.11 python:3.11-bookworm # what GPU models install in
  for image in python:3.11-slim ubuntu:22.04 "$SHAPE_CUDA"; do
    {
      echo "FROM python:3.11 AS full"
      echo "FROM $image"
      echo 'COPY apt-get /usr/local/sbin/apt-get'
      echo 'COPY apt-get /usr/local/bin/apt-get'
      echo 'COPY random /opt/stand-in/random'
      echo 'COPY tini /usr/bin/tini'
      if [ "$image" != python:3.11-slim ]; then
        echo 'COPY --from=full /usr/local/ /opt/stand-in/python/'
        echo 'COPY --from=full /usr/local/lib/libpython3* /usr/local/lib/'
        echo 'COPY pyenv /opt/stand-in/pyenv/'
        echo 'COPY git uv /usr/local/bin/'
        echo 'RUN ldconfig'
      fi
    } >"$dir/Dockerfile"
    docker build --network=none -t "$image" "$dir" >"$LOG_DIR/stand-in.log" 2>&1 || {
      show_tail "$LOG_DIR/stand-in.log"
      die "cannot make the stand-in of $image"
    }
  done
}

# --- a builder that is there already ------------------------------------------

# builder_start: gives the builder the engine's images, from a registry. Where
# images come from is said with each build, by the names that they have.
builder_start() {
  local image
  BUILDER_IMAGES=()
  CASE_DIR=$RUN_DIR
  registry_start
  for image in python:3.11-slim python:3.11 python:3.11-bookworm ubuntu:22.04 \
    "$SHAPE_CUDA" "$UV" "$FRONTEND"; do
    docker tag "$image" "$REGISTRY/$image" &&
      docker push --quiet "$REGISTRY/$image" >/dev/null || die "cannot push $image"
    [[ $image == "$UV" || $image == "$FRONTEND" ]] ||
      BUILDER_IMAGES+=(--build-context "$image=docker-image://$REGISTRY/$image")
  done
  FRONTEND=$REGISTRY/$FRONTEND UV=$REGISTRY/$UV ENGINE=buildkit
  docker buildx create --name bench --driver remote "$BUILDER" >/dev/null ||
    die "there is no builder at $BUILDER"
}

# builder_forget: what no build has made yet, but for the images below it.
builder_forget() {
  local image
  docker buildx prune --builder bench --all --force >/dev/null 2>&1
  for image in python:3.11-slim python:3.11 "$SHAPE_CUDA" ubuntu:22.04; do
    printf 'FROM %s\nRUN true\n' "$REGISTRY/$image" |
      docker buildx build --builder bench --output type=cacheonly \
        - >"$LOG_DIR/pull.log" 2>&1 || {
      show_tail "$LOG_DIR/pull.log"
      die "the builder does not pull $image"
    }
  done
}

# --- the model and its edits --------------------------------------------------

model() {
  MODEL_GPU= MODEL_APT=(ffmpeg libsndfile1 sox) BENCH_ARGS=()
  mapfile -t MODEL_PIP <"$RUN_DIR/requirements"
  MODEL_RUN=("sleep 1; echo pget >/usr/local/bin/pget")
  MODEL_ENV=(MODE=fast)
  [ "$1" != gpu ] || MODEL_GPU=true
  rm -rf "$RUN_DIR/context"
  cp -a "$RUN_DIR/source" "$RUN_DIR/context"
  [ "$1" != weights ] || cp -a "$RUN_DIR/weights" "$RUN_DIR/context"
}

# user_files: what models are copied from, with its times, so that clients send
# only what an edit has changed.
user_files() {
  local i
  mkdir "$RUN_DIR/source" "$RUN_DIR/weights"
  for i in {1..200}; do
    echo "# module $i" >"$RUN_DIR/source/module_$i.py"
  done
  printf 'def Predictor(text: str) -> str:\n    return text\n' \
    >"$RUN_DIR/source/predict.py"
  for i in {1..4}; do
    head -c 200000000 /dev/urandom >"$RUN_DIR/weights/part-$i.bin"
  done
}

edit_cold() {
  if [ -n "$BUILDER" ]; then
    builder_forget
  else
    docker builder prune --all --force >/dev/null 2>&1
  fi
}
edit_warm() { :; }
edit_apt() { MODEL_APT+=(imagemagick); }
edit_pip() { MODEL_PIP+=(bench-more==1.0.0); }
edit_run() { MODEL_RUN+=("sleep 1; echo more >/usr/local/bin/more"); }
edit_env() { MODEL_ENV=(MODE=slow); }
edit_source() { echo '# edited' >>"$RUN_DIR/context/predict.py"; }
edit_weights() { echo more >>"$RUN_DIR/context/weights/part-1.bin"; }
edit_label() { BENCH_ARGS=(--label edited=yes); }

# shapes_of MODEL: ours_uv is ours with COG_PYTHON=uv.
shapes_of() {
  case $1 in
  gpu) echo ours ours_uv 0_9 0_22 ;;
  *) echo ours 0_9 0_22 ;;
  esac
}

shape_ours_uv() {
  shape_ours
}

edits_of() {
  case $1 in
  weights) echo cold source weights ;;
  gpu) echo cold apt source ;;
  *) echo cold warm apt pip run env source label ;;
  esac
}

# build_here ARG...: a build whose image is kept where builds are timed.
build_here() {
  if [ -n "$BUILDER" ]; then
    docker buildx build --builder bench --push --allow network.host \
      "${BUILDER_IMAGES[@]}" -t "$REGISTRY/bench-$1-$edit" "${@:2}"
  else
    docker build -t "bench-$1-$edit" "${@:2}"
  fi
}

# timed_build SHAPE: MILLISECONDS of one build. Each edit has an image of its own,
# since one that loses its name takes layers along that a later one has.
timed_build() {
  local file=$RUN_DIR/Dockerfile start end
  [[ $1 != ours* ]] || file=$RUN_DIR/context/cog.yaml
  [ "$1" != ours_uv ] ||
    BENCH_ARGS+=(--build-arg COG_PYTHON=uv
      --build-context "uv=docker-image://$UV")
  "shape_$1" >"$file"
  sync # or what was written before is a part of what is timed
  start=$(date +%s%N)
  build_here "$1" --network=host --progress=plain -f "$file" \
    --build-arg "PIP_INDEX_URL=$INDEX" \
    --build-arg "COG_PYENV=$SERVER/git/pyenv.git#main" \
    ${BENCH_ARGS[@]+"${BENCH_ARGS[@]}"} "$RUN_DIR/context" \
    >"$log" 2>&1 </dev/null || {
    show_tail "$log"
    die "$1 does not build"
  }
  end=$(date +%s%N)
  MILLISECONDS=$(((end - start) / 1000000))
}

# round MODEL SHAPE NUMBER: every edit, each on the model as it was.
round() {
  local edit log
  for edit in $(edits_of "$1"); do
    log=$LOG_DIR/$ENGINE.$1.$2.$edit.log
    model "$1"
    "edit_$edit"
    timed_build "$2"
    echo "$ENGINE,$1,$2,$edit,$3,$MILLISECONDS" | tee -a "$CSV"
  done
}

run_begin bench
cd "$RUN_DIR" || exit
mkdir -p "$LOG_DIR"
CSV=$LOG_DIR/build.csv
[ -x "$PROJECT/build/release-static/cog-frontend" ] ||
  die "build the frontend first: cmake --workflow --preset release-static"
install_engine_packages && install_packages gnuplot-nox || die "cannot install"
IMAGES=$(images_archive) || exit
ENGINE=${CHOSEN[0]} # whose logs have the servers' too
servers_start
index_start
git_repository pyenv "$BENCH/stand-in/pyenv"
SHAPE_PYENV=$SERVER/git/pyenv.git
user_files
echo engine,model,shape,edit,round,milliseconds >"$CSV"
at_exit engine_stop
for engine in "${CHOSEN[@]}"; do
  engine_start "$engine"
  images_load "$IMAGES"
  stand_in_images
  frontend_load
  [ -z "$BUILDER" ] || builder_start
  for ((round = 1; round <= ROUNDS; round++)); do
    for model in "${MODELS[@]}"; do
      for shape in $(shapes_of "$model"); do
        round "$model" "$shape" "$round"
      done
    done
  done
  engine_stop
done
"$COGFE_PYTHON" "$BENCH/summary.py" "$CSV" "$LOG_DIR/build" |
  tee "$LOG_DIR/build.txt"
