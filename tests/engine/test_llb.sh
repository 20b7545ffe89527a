# The graph that `cog-frontend llb` writes for buildctl is one that an engine
# builds. buildctl is in no Debian: a frontend that does nothing else hands the
# graph over, with the client's directories `context` and `dockerfile`.

COMMAND=$PROJECT/build/release-static/cog-frontend

# llb_frontend: the image llb-frontend, with the definition on standard input.
llb_frontend() {
  cmake --build "$PROJECT/build/release-static" --target llb-frontend
  mkdir frontend
  cp "$PROJECT/build/release-static/llb-frontend" frontend
  cat >frontend/llb
  docker build -t llb-frontend -f - frontend <<'EOF_DOCKERFILE'
FROM scratch
COPY llb-frontend llb /
ENTRYPOINT ["/llb-frontend"]
EOF_DOCKERFILE
}

# Steps of the graph have the engine's own network, which leads nowhere here: the
# base image has what they would fetch, and an apt-get that fetches nothing.
graph_is_built() {
  docker build -t offline - <<'EOF_DOCKERFILE'
FROM python:3.11-slim
RUN echo '#!/bin/sh' >/usr/bin/apt-get && touch /usr/bin/tini
EOF_DOCKERFILE
  example context
  cat >context/cog.yaml <<'EOF_CONFIG'
build:
  python_version: "3.11"
  run:
    - echo "$GREETING" >/greeting && python --version >/python
environment:
  - GREETING=Good day
predict: "predict.py:Predictor"
EOF_CONFIG
  mkdir context/.cog
  touch context/.cog/tmp context/secret.key
  echo '*.key' >context/.dockerignore
  "$COMMAND" llb context --build-arg COG_BASE_IMAGE=offline \
    --build-arg COG_SDK=off | llb_frontend
  echo '# syntax=llb-frontend' >context/Dockerfile
  # As one tar: with as many files as an image has, an engine's transfer of
  # each by itself may never end. Source: moby/buildkit issue 2950.
  docker build -o type=tar,dest=out.tar context
  mkdir out && tar -x -f out.tar -C out
  same greeting "Good day" "$(cat out/greeting)"
  same python "Python 3.11.2" "$(cat out/python)"
  same source ".dockerignore Dockerfile cog.yaml predict.py words.py " \
    "$(ls -A out/src | tr '\n' ' ')"
  test -L out/sbin/tini || test -L out/usr/sbin/tini
}
# Its merged layers are what engines of today have.
on_engine 26.1-containerd sid &&
  it "llb: an engine builds the graph" graph_is_built
