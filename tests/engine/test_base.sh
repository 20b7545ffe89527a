# A base image of the user's own.

# base_image NAME: makes an image out of the Dockerfile on standard input.
base_image() {
  docker build --network=host -t "$1" -f - . 2>&1
}

# base_build ARG...
base_build() {
  build -f context/cog.yaml --build-arg COG_BASE_IMAGE=base:test "$@" context
}

base_build_fails() {
  build_fails -f context/cog.yaml --build-arg COG_BASE_IMAGE=base:test context
}

config_is_inherited() {
  example context
  sed -i 's,run:,run:\n    - id -un >/whose \&\& pwd >/where,' context/cog.yaml
  base_image base:test <<'EOF'
FROM python:3.11-slim
RUN useradd --create-home app
ENV MINE="yes, mine" HOME=/home/app
LABEL org.example.base=mine
WORKDIR /home/app
HEALTHCHECK --interval=77s CMD true
STOPSIGNAL SIGINT
USER app
EOF
  base_build -t base-mine
  answers base-mine cog.yaml predict.py words.py
  same MINE "yes, mine" "$(in_image base-mine sh -c 'echo "$MINE"')"
  same HOME /home/app "$(in_image base-mine sh -c 'echo "$HOME"')"
  # The steps install things; the image runs as its base does.
  same "user of the steps" root "$(in_image base-mine cat /whose)"
  same "directory of the steps" /home/app "$(in_image base-mine cat /where)"
  same user app "$(in_image base-mine id -un)"
  same directory /src "$(in_image base-mine pwd)"
  docker inspect base-mine >config.json
  "$COGFE_PYTHON" - <<'EOF'
import json
config = json.load(open("config.json"))[0]["Config"]
assert config["Labels"]["org.example.base"] == "mine", config
assert config["Healthcheck"]["Interval"] == 77 * 10**9, config
assert config["StopSignal"] == "SIGINT", config
EOF
  # The same by the name of the image whose place it takes.
  [ "$ENGINE" != 20.10 ] || return 0
  build -f context/cog.yaml -t base-named context \
    --build-context python:3.11-slim=docker-image://base:test
  same MINE "yes, mine" "$(in_image base-named sh -c 'echo "$MINE"')"
  same user app "$(in_image base-named id -un)"
}
it "base: its config is inherited, and steps run as root" config_is_inherited

no_apt() {
  example context
  base_image base:test <<'EOF'
FROM python:3.11-slim
RUN rm /usr/bin/apt-get
EOF
  base_build_fails
  shows 'the image "base:test" has no apt-get' 'one of Debian or Ubuntu' \
    'cog.yaml:6'
}
it "base: without apt-get" no_apt

no_shell() {
  example context
  base_image base:test <<'EOF'
FROM scratch
COPY context/cog.yaml /
EOF
  base_build_fails
  shows 'the image "base:test" has no shell (/bin/sh)' 'cog.yaml:6'
}
it "base: without a shell" no_shell

other_failures() {
  example context
  sed -i 's,run:,run:\n    - echo told; exit 7,' context/cog.yaml
  echo FROM python:3.11-slim | base_image base:test
  base_build_fails
  shows told 'exit code: 7' 'cog.yaml:9'
}
it "base: an error that is not the image's" other_failures
