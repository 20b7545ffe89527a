# What `docker build` is told besides the context.

# options_example: a model whose run items write down what they see.
options_example() {
  mkdir context
  cat >context/cog.yaml <<EOF
# syntax=$FRONTEND
build:
  python_version: "3.11"
  python_packages: [cowsay==6.1]
  run:
    - cat /proc/sys/kernel/random/uuid >/stamp
    - getent hosts model.example >/hosts
    - hostname >/hostname
    - echo "\$ftp_proxy" >/proxy
predict: "predict.py:Predictor"
EOF
}

# options_build IMAGE ARG...
options_build() {
  local image=$1
  shift
  build -f context/cog.yaml -t "$image" --add-host model.example:192.0.2.7 \
    --build-arg COG_SDK=off \
    --build-arg BUILDKIT_SANDBOX_HOSTNAME=workshop \
    --build-arg ftp_proxy=http://proxy.example:3128 "$@" context
}

stamp() {
  in_image "$1" cat /stamp
}

reach_the_steps() {
  options_example
  options_build options --label 'org.example.words=two words, "quoted"' \
    --platform linux/amd64
  same hosts "192.0.2.7       model.example" "$(in_image options cat /hosts)"
  same hostname workshop "$(in_image options cat /hostname)"
  same proxy http://proxy.example:3128 "$(in_image options cat /proxy)"
  in_image options sh -c '! python -c "import cog" && test -z "$ftp_proxy"'
  same label 'two words, "quoted"' "$(docker inspect --format \
    '{{index .Config.Labels "org.example.words"}}' options)"
  same platform linux/amd64 \
    "$(docker inspect --format '{{.Os}}/{{.Architecture}}' options)"
  options_build options-cached
  same "stamp of a cached build" "$(stamp options)" "$(stamp options-cached)"
  options_build options-fresh --no-cache
  [ "$(stamp options)" != "$(stamp options-fresh)" ] ||
    fail "--no-cache ran nothing"
  shows "Unpacking tini" "Collecting cowsay"
}
it "options: hosts, host name, proxies, label, platform, no cache" \
  reach_the_steps

targets() {
  options_example
  options_build options-deps --target deps
  in_image options-deps test -x /dep/bin/cowsay
  in_image options-deps test ! -e /sbin/tini
  options_build options-base --target base
  in_image options-base test -x /sbin/tini
  in_image options-base test ! -e /stamp
  build_fails -f context/cog.yaml --target modle context
  shows 'there is no target "modle"' 'the targets are deps, base, model'
}
it "options: targets" targets

no_network() {
  options_example
  build_fails -f context/cog.yaml --target deps --network=none --no-cache \
    context
  shows "Connection refused" "pip install 1 package"
}
it "options: no network for the steps" no_network

strict() {
  options_example
  sed -i 's/^build:/build:\n  gpus: true/' context/cog.yaml
  build -f context/cog.yaml --target deps context
  build_fails -f context/cog.yaml --target deps --build-arg COG_STRICT=1 \
    context
  shows 'cog.yaml:3:3: unknown key "gpus"'
}
it "options: warnings, and as errors" strict

# What pip is told, which the run items see and the image does not.
pip_is_told() {
  options_example
  sed -i '/run:/,$d' context/cog.yaml
  cat >>context/cog.yaml <<'EOF'
  run:
    - env | grep ^PIP_ | sort >/pip
EOF
  sed -i 's/cowsay==6.1/cowsay==6.1, greeting==3.0/' context/cog.yaml
  mkdir -p "$SETS/greeting"
  echo greeting==3.0 >"$SETS/greeting/requirements.txt"
  # cowsay stands in the first index, greeting in the second one.
  options_build options-pip --build-arg PIP_DEFAULT_TIMEOUT=7 \
    --build-arg PIP_TRUSTED_HOST=127.0.0.1 \
    --build-arg "PIP_EXTRA_INDEX_URL=$SERVER/any/greeting/simple"
  in_image options-pip python -c 'import cowsay, greeting'
  same "what a run item sees" "PIP_DEFAULT_TIMEOUT=7
PIP_EXTRA_INDEX_URL=$SERVER/any/greeting/simple
PIP_INDEX_URL=$SERVER/simple
PIP_TRUSTED_HOST=127.0.0.1" "$(in_image options-pip cat /pip)"
  in_image options-pip sh -c '! env | grep ^PIP_'
  # A page of links, and nothing else.
  sed -i 's/, greeting==3.0//' context/cog.yaml
  INDEX=http://127.0.0.1:9/ options_build options-links --target deps \
    --build-arg PIP_NO_INDEX=1 \
    --build-arg "PIP_FIND_LINKS=$SERVER/simple/cowsay/"
  in_image options-links test -x /dep/bin/cowsay
}
it "options: what pip is told" pip_is_told

# sdk_release IMAGE
sdk_release() {
  in_image "$1" python -c \
    'from importlib.metadata import version; print(version("cog"))'
}

sdk() {
  example context
  local wheel=cog-0.21.0-py3-none-any.whl
  mkdir context/dist
  curl --fail --silent --output "context/dist/$wheel" "$SERVER/wheels/$wheel"
  build -f context/cog.yaml -t options-wheel \
    --build-arg "COG_WHEEL=dist/$wheel" context
  same "release of the wheel" 0.21.0 "$(sdk_release options-wheel)"
  answers options-wheel cog.yaml predict.py words.py "dist/$wheel"
  build -f context/cog.yaml -t options-sdk --build-arg COG_SDK_VERSION=0.20.0 \
    context
  shows "cog==0.20.0"
  same "release that is asked for" 0.20.0 "$(sdk_release options-sdk)"
  build_fails -f context/cog.yaml --build-arg COG_WHEEL=dist/none.whl context
  shows "dist/none.whl"
}
it "options: a wheel and a release of the SDK" sdk

# marked NAME TEXT: an image that is Python's, with TEXT in /marker.
marked() {
  printf 'FROM python:3.11-slim\nRUN echo %s >/marker\n' "$2" |
    docker build --network=host -t "$1" -
}

pulls() {
  options_example
  registry_start
  local base=$REGISTRY/base:1
  marked "$base" new
  docker push "$base"
  marked "$base" old
  options_build options-local --target base --build-arg "COG_BASE_IMAGE=$base"
  same "the image that is here" old "$(in_image options-local cat /marker)"
  options_build options-pulled --pull --target base \
    --build-arg "COG_BASE_IMAGE=$base"
  same "the image of the registry" new "$(in_image options-pulled cat /marker)"
}
it "options: --pull asks the registry" pulls

git_dir() {
  example repository
  git_repository kept repository
  build -f cog.yaml -t options-git --build-arg BUILDKIT_CONTEXT_KEEP_GIT_DIR=1 \
    "$SERVER/git/kept.git#main"
  in_image options-git sh -c 'test -s .git/HEAD && test -e predict.py'
  build -f cog.yaml -t options-git "$SERVER/git/kept.git#main"
  in_image options-git sh -c 'test ! -e .git && test -e predict.py'
}
it "options: .git of a git context" git_dir

one_platform_as_an_index() {
  options_example
  build -f context/cog.yaml --target dockerfile -o plain context
  build -f context/cog.yaml --target dockerfile -o index \
    --build-arg BUILDKIT_MULTI_PLATFORM=1 context
  cmp plain/Dockerfile index/linux_amd64/Dockerfile
}
it "options: one platform as an index" one_platform_as_an_index
