# The files of docs/ that people copy.

# client ARG...: the engine's client, for a build that must end.
client() {
  timeout --kill-after=10 600 "${ENGINE_CLIENT[@]}" "$@"
}

bake() {
  example context
  cd context || return
  echo 'target "model" { network = "host" }' >network.hcl
  TAG="test" client buildx bake -f "$PROJECT/docs/docker-bake.hcl" \
    -f network.hcl --allow network.host --progress=plain \
    --set "model.args.PIP_INDEX_URL=$SERVER/simple"
  in_image model:test cowsay -t moo
  in_image service:test sh -c 'test "$SERVICE" = 1 && cowsay -t moo'
}
# Bake files of buildx 0.13 know no network, and --set of 0.29 loses it.
on_engine sid && it "docs/docker-bake.hcl" bake

# workflow_run SHA: the command of the workflow, in a checkout of context, with
# what every build of the tests needs behind its own words.
workflow_run() (
  docker() {
    client "$@" --network=host --build-arg "PIP_INDEX_URL=$SERVER/simple" 2>&1
  }
  IMAGE=$REGISTRY/model GITHUB_SHA=$1
  cd context || return
  eval "$(sed -n '/^        run: |$/,$s/^          //p' \
    "$PROJECT/docs/github-workflow.yml")"
)

workflow() {
  local step
  example context
  registry_start
  workflow_run first
  docker builder prune --all --force
  echo '# edited' >>context/predict.py
  workflow_run second | tee out
  step=$(sed -n '/ pip install 1 package/{s/ .*//p;q}' out)
  shows "${step:?} CACHED"
  docker pull "$REGISTRY/model:second"
  in_image "$REGISTRY/model:second" cowsay -t moo
  in_image "$REGISTRY/model:second" grep -x '# edited' predict.py
}
on_engine 26.1-containerd sid && it "docs/github-workflow.yml" workflow
