# One model in three shapes: our cog.yaml, and the Dockerfiles that Cog 0.9 and
# Cog 0.22 would make of it, step for step, for tests and benchmarks that
# compare what an edit costs.
#
# The model is said by these variables; an edit is a change of one of them:
MODEL_GPU=     # not empty: stands on the CUDA image, Python is added
MODEL_APT=()   # system packages
MODEL_PIP=()   # requirements
MODEL_RUN=()   # commands
MODEL_ENV=()   # NAME=value

# What the shapes fetch has stand-ins that cost the same in all of them: tini is
# the distribution's package, uv is pip that writes no bytecode, and pyenv is
# what SHAPE_PYENV, a git URL, has.
SHAPE_UV_PIP=${SHAPE_UV_PIP:-python -m pip install --no-compile}
SHAPE_CUDA=nvidia/cuda:12.1.1-cudnn8-devel-ubuntu22.04

# yaml_list KEY ITEM...: a list of strings; nothing when there are no items.
yaml_list() {
  local key=$1 item
  shift
  [ $# -gt 0 ] || return 0
  echo "$key:"
  for item; do
    # In YAML's single quotes that quote is the only one to be written twice.
    printf "%s  - '%s'\n" "${key%%[! ]*}" "${item//\'/\'\'}"
  done
}

# shape_ours: cog.yaml.
shape_ours() {
  cat <<EOF
# syntax=$FRONTEND
build:
  gpu: ${MODEL_GPU:-false}
  python_version: "3.11"
EOF
  [ -z "$MODEL_GPU" ] || echo '  cuda: "12.1.1"'
  yaml_list "  python_packages" "${MODEL_PIP[@]}"
  yaml_list "  system_packages" "${MODEL_APT[@]}"
  yaml_list "  run" "${MODEL_RUN[@]}"
  yaml_list "environment" "${MODEL_ENV[@]}"
  echo 'predict: "predict.py:Predictor"'
}

shape_from() {
  if [ -n "$MODEL_GPU" ]; then
    echo "FROM $SHAPE_CUDA"
  else
    echo "FROM python:3.11-slim"
  fi
  echo "ENV DEBIAN_FRONTEND=noninteractive"
  echo "ENV PYTHONUNBUFFERED=1"
  echo "ENV NVIDIA_DRIVER_CAPABILITIES=all"
}

shape_apt() {
  [ $# -gt 0 ] || return 0
  echo "RUN --mount=type=cache,target=/var/cache/apt,sharing=locked" \
    "apt-get update -qq && apt-get install -qqy --no-install-recommends $*" \
    "&& rm -rf /var/lib/apt/lists/*"
}

shape_tini() {
  shape_apt tini curl
  echo 'RUN ln -sf /usr/bin/tini /sbin/tini'
  echo 'ENTRYPOINT ["/sbin/tini", "--"]'
}

shape_pip_settings() {
  echo "ARG PIP_INDEX_URL"
  echo "ARG PIP_FIND_LINKS"
  echo "ARG PIP_DISABLE_PIP_VERSION_CHECK=1"
}

shape_requirements() {
  local lines
  printf -v lines '%s\\n' "${MODEL_PIP[@]}"
  echo "RUN printf '$lines' >/tmp/requirements.txt"
}

shape_run() {
  local item
  for item in "${MODEL_RUN[@]}"; do
    echo "RUN $item"
  done
}

shape_end() {
  cat <<'EOF'
WORKDIR /src
EXPOSE 5000
CMD ["python", "-m", "cog.server.http"]
COPY . /src
EOF
}

# shape_0_9: the packages in a stage of their own, the rest one line of steps;
# there is no `environment`. Source: docs/dev/resolution.md,
# Layout of the image.
shape_0_9() {
  local pip="RUN --mount=type=cache,target=/root/.cache/pip pip install -t /dep"
  echo "FROM python:3.11 AS deps"
  shape_pip_settings
  shape_requirements
  echo "$pip -r /tmp/requirements.txt cog==0.9.20"
  shape_from
  shape_tini
  if [ -n "$MODEL_GPU" ]; then
    echo 'ENV PATH="/root/.pyenv/shims:/root/.pyenv/bin:$PATH"'
    shape_apt make build-essential libssl-dev zlib1g-dev libbz2-dev \
      libreadline-dev libsqlite3-dev wget curl llvm libncurses5-dev \
      libncursesw5-dev xz-utils tk-dev libffi-dev liblzma-dev git \
      ca-certificates
    shape_pip_settings
    echo "RUN git clone --quiet $SHAPE_PYENV /root/.pyenv &&" \
      "pyenv install 3.11 && pyenv global 3.11 && python -m pip install 'wheel<1'"
  fi
  shape_apt "${MODEL_APT[@]}"
  echo 'RUN --mount=type=bind,from=deps,source=/dep,target=/dep' \
    'cp -rf /dep/* "$(python -c "import site; print(site.getsitepackages()[0])")"' \
    "${MODEL_GPU:+&& pyenv rehash}"
  shape_run
  shape_end
}

# shape_0_22: one line of steps, the packages by uv. Source: replicate/cog
# v0.22.0 pkg/dockerfile/standard_generator.go GenerateInitialSteps.
shape_0_22() {
  local variable install
  install="RUN --mount=type=cache,target=/root/.cache $SHAPE_UV_PIP"
  shape_from
  shape_tini
  for variable in "${MODEL_ENV[@]}"; do
    printf 'ENV %s="%s"\n' "${variable%%=*}" "${variable#*=}"
  done
  shape_apt "${MODEL_APT[@]}"
  if [ -n "$MODEL_GPU" ]; then
    shape_apt wget curl xz-utils git ca-certificates
    echo 'RUN uv python install 3.11 &&' \
      'ln -sf "$(uv python find 3.11)" /usr/local/bin/python'
  fi
  shape_pip_settings
  shape_requirements
  echo "$install -r /tmp/requirements.txt"
  echo "$install cog==0.22.0"
  echo 'RUN ldconfig'
  shape_run
  shape_end
}
