# COG_HEALTHCHECK and COG_USER with the server of the tests; with the real one they are
# among the cases of test_servers.sh.

health_of_the_example() {
  local container
  example context
  build -f context/cog.yaml -t health --build-arg COG_HEALTHCHECK=20m context
  same "start period" 1200000000000 "$(docker inspect \
    --format '{{printf "%d" .Config.Healthcheck.StartPeriod}}' health)"
  container=$(docker run --detach --network=none --env PORT=5055 \
    --health-interval=1s health)
  health_is healthy "$container"
  docker rm --force "$container"
}
it "COG_HEALTHCHECK: docker shows that the server works" health_of_the_example

# read_only USER: what the image answers as a user whose files are all read-only.
read_only() {
  local container
  container=$(docker run --detach --network=none --read-only --tmpfs /tmp \
    --health-interval=1s user)
  health_is healthy "$container"
  same "user" "$1" "$(docker exec "$container" id -u)"
  docker exec "$container" python -c '
import json, urllib.request
answer = json.load(urllib.request.urlopen(
    "http://127.0.0.1:5000/predictions", b"{\"input\": {\"name\": \"wilma\"}}"))
assert "Wilma" in answer["output"], answer'
  docker rm --force "$container"
}

user_of_the_example() {
  local name
  example context
  chmod 0600 context/*.py
  mkdir -m 0700 context/data
  touch context/data/words.txt
  sed -i 's/- figlet hello/- mkdir -p \/tmp\/coglet\/predictions\n    &/' context/cog.yaml
  build -f context/cog.yaml -t user --build-arg COG_USER=1234 \
    --build-arg COG_HEALTHCHECK=1 context
  read_only 1234
  in_image user sh -ec 'test ! -e /tmp/coglet && test -r data/words.txt'
  build -f context/cog.yaml -t user --build-arg COG_USER=ann:tape \
    --build-arg COG_HEALTHCHECK=1 context
  read_only 1000
  same "names" "ann tape" "$(in_image user sh -c 'echo $(id -un) $(id -gn)')"
  build_fails -f context/cog.yaml --build-arg COG_USER=ann:pen context
  shows "COG_USER names the group pen, which the image has not"
}
it "COG_USER: a user who can write nothing but /tmp" user_of_the_example

user_of_a_gpu_image() {
  example context
  pyenv_stand_in
  printf 'FROM ubuntu:22.04\nENV FLAVOUR=devel\n' |
    docker build -t nvidia/cuda:12.1.1-cudnn8-devel-ubuntu22.04 -
  sed -i 's/^build:/&\n  gpu: true\n  cuda: "12.1"/' context/cog.yaml
  build -f context/cog.yaml -t user --build-arg COG_USER=1234 \
    --build-arg "COG_PYENV=$PYENV" --build-arg COG_DEPS_IMAGE=python:3.11 \
    --build-arg COG_HEALTHCHECK=1 context
  read_only 1234
  same "prefix" /opt/pyenv/versions/3.11 \
    "$(in_image user python -c 'import sys; print(sys.prefix)')"
}
it "COG_USER: the interpreter of a GPU image is where the user can enter" \
  user_of_a_gpu_image
