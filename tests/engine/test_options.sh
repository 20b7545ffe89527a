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
